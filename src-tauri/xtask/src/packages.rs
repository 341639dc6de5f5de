//! The system's packages: which ones, and how they get here. Debian and Ubuntu install them by apt; elsewhere
//! the sentence that comes back says what to install.

#[cfg(target_os = "linux")]
mod apt;
#[cfg(target_os = "linux")]
mod programs;

/// A package of Debian and Ubuntu, and what tells on other systems that its content is there.
#[derive(Clone, Copy)]
pub(crate) struct Package {
    /// Its name for apt.
    debian: &'static str,
    /// What it is needed for.
    sign: Sign,
}

/// What shows that a package is there.
#[derive(Clone, Copy)]
enum Sign {
    /// pkg-config knows this library.
    Library(&'static str),
    /// This program can be found.
    Program(&'static str),
    /// Only how pictures look depends on it.
    Font,
}

/// Needed to build and open Latchkey.
pub(crate) const APP: &[Package] = &[
    // Brings GTK 3, libsoup 3, JavaScriptCore and pkg-config.
    Package { debian: "libwebkit2gtk-4.1-dev", sign: Sign::Library("webkit2gtk-4.1") },
    Package { debian: "libgtk-3-dev", sign: Sign::Library("gtk+-3.0") },
];

/// Needed by the tests and the tour.
pub(crate) const TESTS: &[Package] = &[
    Package { debian: "xvfb", sign: Sign::Program("xvfb-run") },
    Package { debian: "xauth", sign: Sign::Program("xauth") },
    Package { debian: "dbus", sign: Sign::Program("dbus-run-session") },
    Package { debian: "openbox", sign: Sign::Program("openbox") },
    Package { debian: "webkit2gtk-driver", sign: Sign::Program("WebKitWebDriver") },
    Package { debian: "gnome-keyring", sign: Sign::Program("gnome-keyring-daemon") },
    Package { debian: "libsecret-tools", sign: Sign::Program("secret-tool") },
    Package { debian: "xdotool", sign: Sign::Program("xdotool") },
    Package { debian: "x11-utils", sign: Sign::Program("xprop") },
    Package { debian: "openssl", sign: Sign::Program("openssl") },
    Package { debian: "openssh-client", sign: Sign::Program("ssh-keygen") },
    Package { debian: "fonts-inter", sign: Sign::Font },
    Package { debian: "fonts-noto-cjk", sign: Sign::Font },
];

/// Needed by the fuzzer, which is C++.
pub(crate) const FUZZING: &[Package] = &[Package { debian: "g++", sign: Sign::Program("c++") }];

/// The browser of the UI's own tests, which are skipped without one: Ubuntu has it only as a snap.
pub(crate) const BROWSER: &[Package] = &[Package { debian: "chromium", sign: Sign::Program("chromium") }];

/// Installs what nothing depends on, where that is possible.
pub(crate) fn wish_for(packages: &[Package]) {
    #[cfg(target_os = "linux")]
    if apt::is_here() {
        apt::wish_for(packages);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = packages;
}

/// Sees to it that all of `packages` are installed.
///
/// # Errors
/// They are not and can't be installed from here; the sentence says what to do.
#[cfg(target_os = "linux")]
pub(crate) fn ensure(packages: &[Package]) -> Result<(), String> {
    if apt::is_here() { apt::ensure(packages) } else { programs::check(packages) }
}

/// macOS has all that Latchkey needs; the tests of the window run on Linux alone.
#[cfg(target_os = "macos")]
pub(crate) fn ensure(_packages: &[Package]) -> Result<(), String> {
    Ok(())
}

/// Windows 11 has WebView2, Windows 10 may lack it; the tests of the window run on Linux alone.
#[cfg(target_os = "windows")]
pub(crate) fn ensure(_packages: &[Package]) -> Result<(), String> {
    // The key where the runtime's installer leaves its version, for all users and for one ("Distribute your app
    // and the WebView2 Runtime", Microsoft Edge WebView2 documentation).
    const CLIENT: &str = r"Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    let found = [r"HKLM\SOFTWARE\WOW6432Node\", r"HKLM\SOFTWARE\", r"HKCU\Software\"].iter().any(|root| {
        std::process::Command::new("reg")
            .args(["query", &format!("{root}{CLIENT}"), "/v", "pv"])
            .output()
            .is_ok_and(|output| output.status.success())
    });
    if found {
        return Ok(());
    }
    Err("The WebView2 Runtime is missing: `winget install Microsoft.EdgeWebView2Runtime` installs it."
        .to_owned())
}
