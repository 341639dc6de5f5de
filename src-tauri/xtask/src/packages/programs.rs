//! Other Linux systems: nothing is installed, what is missing is said.

use std::{env, fs, process::Command};

use super::{Package, Sign};

/// Checks that the libraries and programs are there.
pub(super) fn check(packages: &[Package]) -> Result<(), String> {
    let missing: Vec<String> = packages.iter().filter_map(|package| lacks(package.sign)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!(
        "Latchkey installs packages by itself only on Debian and Ubuntu. Missing here:\n  {}\n\
         Fedora: dnf install webkit2gtk4.1-devel gtk3-devel webkitgtk-webdriver xorg-x11-server-Xvfb xauth \
         dbus-daemon openbox gnome-keyring libsecret xdotool xprop openssl\n\
         Arch: pacman -S webkit2gtk-4.1 gtk3 xorg-server-xvfb xorg-xauth dbus openbox gnome-keyring libsecret \
         xdotool xorg-xprop openssl",
        missing.join("\n  ")
    ))
}

fn lacks(sign: Sign) -> Option<String> {
    match sign {
        Sign::Library(name) => {
            let known = Command::new("pkg-config").args(["--exists", name]).status();
            (!known.is_ok_and(|status| status.success()))
                .then(|| format!("the library {name}, for development"))
        }
        Sign::Program(name) => (!is_in_path(name)).then(|| format!("the program {name}")),
        Sign::Font => None,
    }
}

fn is_in_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| fs::exists(folder.join(program)).unwrap_or(false))
}
