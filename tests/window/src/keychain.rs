//! The Secret Service: gnome-keyring with a keyring of its own, and secret-tool to look into it from outside.

use std::{
    fs,
    io::Write,
    os::unix::fs::MetadataExt,
    process::{Child, Command, Stdio},
    time::{Instant, SystemTime},
};

use anyhow::{Context, Result, ensure};

use crate::{
    home::Home,
    wait::{PATIENCE, wait_for},
};

/// What opens its keyring.
pub(crate) const PASSWORD: &str = "window tests";

/// A running gnome-keyring whose default keyring is open.
pub struct Keychain {
    home: Home,
    daemon: Child,
}

impl Keychain {
    /// Starts it with an empty keyring and waits until it stores and gives back.
    pub fn start() -> Result<Self> {
        let home = Home::fresh()?;
        let daemon = Self::daemon(&home)?;
        Ok(Self { home, daemon })
    }

    /// Kills the Secret Service, as a crash would.
    pub fn kill(&mut self) -> Result<()> {
        self.daemon.kill()?;
        self.daemon.wait()?;
        Ok(())
    }

    /// Starts it again, on the same keyring.
    pub fn start_again(&mut self) -> Result<()> {
        self.daemon = Self::daemon(&self.home)?;
        Ok(())
    }

    /// Locks its keyring, as the desktop does when the screen is locked.
    pub fn lock(&self) -> Result<()> {
        let status = Command::new("dbus-send")
            .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets"])
            .args(["/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock"])
            .arg("array:objpath:/org/freedesktop/secrets/collection/login")
            .stdout(Stdio::null())
            .status()
            .context("dbus-send can't be started")?;
        ensure!(status.success(), "the keyring can't be locked: {status}");
        Ok(())
    }

    /// What secret-tool lists under a service name, labels and attributes.
    pub fn entries(&self, service: &str) -> Result<String> {
        let output = Command::new("secret-tool").args(["search", "--all", "service", service]).output()?;
        // The attributes go to stderr. Finding nothing prints nothing; its exit code differs between releases.
        let text = [output.stdout, output.stderr].concat();
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// Waits, without a pause, until the keyring is written anew: until an entry came or went.
    pub fn written(&self, since: &Written) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        while self.state()? == *since {
            ensure!(Instant::now() < end, "nothing came into the keychain, and nothing went");
        }
        Ok(())
    }

    /// The state in which the keyring is now.
    pub fn state(&self) -> Result<Written> {
        // It is written to a further file, which then takes its place.
        let file = fs::metadata(self.home.file(".local/share/keyrings/login.keyring"));
        let file = file.context("the keyring has no file")?;
        Ok(Written { file: file.ino(), at: file.modified()? })
    }

    fn daemon(home: &Home) -> Result<Child> {
        let mut daemon = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets", "--control-directory"])
            .arg(home.file(".control"))
            .envs(home.environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("gnome-keyring-daemon can't be started")?;
        // The password is everything up to the end of its input.
        daemon.stdin.take().context("no standard input")?.write_all(PASSWORD.as_bytes())?;
        wait_for("the Secret Service", || Self::works().map(Some))?;
        Ok(daemon)
    }

    /// Stores a word and reads it back: only an open keyring does both.
    fn works() -> Result<()> {
        let attribute = ["latchkey-window-tests", "probe"];
        let mut store = Command::new("secret-tool")
            .args(["store", "--label", "probe"])
            .args(attribute)
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        store.stdin.take().context("no standard input")?.write_all(b"word")?;
        ensure!(store.wait()?.success(), "secret-tool can't store");
        let found = Command::new("secret-tool").arg("lookup").args(attribute).output()?;
        ensure!(found.stdout == b"word", "secret-tool can't read back");
        Ok(())
    }
}

/// When a keyring was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    file: u64,
    at: SystemTime,
}

impl Drop for Keychain {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
