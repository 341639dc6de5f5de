//! Removing everything that Latchkey stored on this computer.

use anyhow::Result;

use super::{Seen, go};
use crate::window::{Role, Window};

/// What its button says when it is about to happen.
pub const REMOVE: &str = "Remove everything";

/// From any place to the list of what goes.
pub fn ask(window: &Window) -> Result<()> {
    go(window, "Settings")?;
    window.click(Role::Button, "Remove everything Latchkey stored here…")?;
    window.the(Role::Dialog, "Remove everything Latchkey stored here")?;
    window.shows("Removed from this computer")
}

/// From that list to the private keys that would be lost.
pub fn private_keys(window: &Window) -> Result<()> {
    window.click(Role::Button, "Next")?;
    window.shows("Private keys that would be lost")
}

/// Gives the private key of one key up.
pub fn give_up(window: &Window, key: &str) -> Result<()> {
    window.click(Role::Checkbox, &format!("Give up {key}: it can't be had again"))
}

/// From there to the last step.
pub fn decide(window: &Window) -> Result<()> {
    window.click(Role::Button, "Next")?;
    window.shows("This can't be undone.")
}

/// Waits until nothing is left.
pub fn removed(window: &Window) -> Result<()> {
    window.shows("Everything Latchkey stored here was removed")
}

/// From any place of an account, with one private key in the keychain, through every screen of it to the end.
pub fn every_screen(window: &Window, key: &str, seen: Seen<'_>) -> Result<()> {
    ask(window)?;
    seen("Removing everything: what goes, and what stays")?;
    private_keys(window)?;
    seen("Removing everything: private keys that would be lost")?;
    give_up(window, key)?;
    decide(window)?;
    seen("Removing everything: the last word")?;
    window.click(Role::Button, REMOVE)?;
    removed(window)?;
    seen("Everything was removed")
}
