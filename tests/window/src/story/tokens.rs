//! Checking a token that a server issued.

use anyhow::Result;

use crate::{
    clipboard,
    window::{Role, Window},
};

/// Opens the dialog, from the panel of a key or from the step of a replacement.
pub fn open(window: &Window) -> Result<()> {
    window.click(Role::Button, "Check a token from your server…")?;
    window.the(Role::Dialog, "Check a token from your server").map(drop)
}

/// Copies a token elsewhere, pastes it as the first or a further one, and waits until the window says `verdict`.
pub fn paste(window: &Window, token: &str, further: bool, verdict: &str) -> Result<()> {
    let _copied = clipboard::copy(token)?;
    window.click(Role::Button, if further { "Paste another token" } else { "Paste token" })?;
    window.shows(verdict)
}
