//! The Secret Service: gnome-keyring with a keyring of its own, and secret-tool to look into it from outside.

use std::{
    io::Write,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::{home::Home, wait::wait_for};

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

    /// What secret-tool lists under a service name, labels and attributes.
    pub fn entries(&self, service: &str) -> Result<String> {
        let output = Command::new("secret-tool").args(["search", "--all", "service", service]).output()?;
        // The attributes go to stderr. Finding nothing prints nothing; its exit code differs between releases.
        let text = [output.stdout, output.stderr].concat();
        Ok(String::from_utf8_lossy(&text).into_owned())
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
        daemon.stdin.take().context("no standard input")?.write_all(b"window tests")?;
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

impl Drop for Keychain {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
