//! Removing a key.

use anyhow::Result;

use crate::window::{Role, Window};

/// From the panel of a key to the question, once Apple was asked.
pub fn ask(window: &Window, name: &str) -> Result<()> {
    window.click(Role::Button, "Remove…")?;
    window.the(Role::Dialog, &format!("Remove “{name}”?"))?;
    window.shows("As Apple has it now, read at")
}

/// Types the last six characters of an ID, whichever it is.
pub fn type_end_of(window: &Window, id: &str) -> Result<()> {
    let end = &id[id.len() - 6..];
    window.fill(Role::Textbox, "Type the last six characters of the distribution key ID", end)
}

/// Sends it.
pub fn send(window: &Window) -> Result<()> {
    window.click(Role::Button, "Remove key")
}

/// Waits until it is done, and closes the dialog.
pub fn done(window: &Window) -> Result<()> {
    window.the(Role::Dialog, "Key removed")?;
    window.click(Role::Button, "Done")?;
    window.gone(Role::Dialog, "Key removed")
}
