//! The desktop's own window that asks for the keyring's password. The session bus of the tests starts nothing by itself:
//! it is there as long as a test has it.

use std::{
    fs,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result};

use crate::{display, keychain::PASSWORD, wait::wait_for};

/// Where D-Bus says which program shows it.
const SERVICE: &str = "/usr/share/dbus-1/services/org.gnome.keyring.SystemPrompter.service";

/// A person at the desktop, who is asked.
pub struct Prompt(Child);

impl Prompt {
    /// Starts what asks, and waits until the bus knows it.
    pub fn start() -> Result<Self> {
        let service = fs::read_to_string(SERVICE).context(SERVICE)?;
        let program = service.lines().find_map(|line| line.strip_prefix("Exec=")).context("no program")?;
        let prompt = Self(
            Command::new(program.trim())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .with_context(|| format!("{program} can't be started"))?,
        );
        wait_for("the prompter", || {
            let answer = Command::new("dbus-send")
                .args(["--session", "--print-reply=literal", "--dest=org.freedesktop.DBus"])
                .args(["/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner"])
                .arg("string:org.gnome.keyring.SystemPrompter")
                .output()?;
            Ok(String::from_utf8(answer.stdout)?.contains("true").then_some(()))
        })?;
        Ok(prompt)
    }

    /// One that shows nothing and answers nothing: it hangs.
    pub fn hanging() -> Result<Self> {
        let prompt = Self::start()?;
        display::kill(prompt.0.id(), "STOP")?;
        Ok(prompt)
    }

    /// Waits until it asks, and types the password.
    pub fn unlock(&self) -> Result<()> {
        display::answer_prompt(self.0.id(), &[&["type", PASSWORD], &["key", "Return"]])
    }

    /// Waits until it asks, and dismisses it.
    pub fn dismiss(&self) -> Result<()> {
        display::answer_prompt(self.0.id(), &[&["key", "Escape"]])
    }
}

impl Drop for Prompt {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
