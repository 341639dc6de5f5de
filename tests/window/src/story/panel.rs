//! The panel of one key.

use std::path::Path;

use anyhow::Result;

use crate::{
    files,
    window::{Role, Window},
};

/// What a key is called that nobody gave a name.
pub const UNNAMED: &str = "Unnamed key";

/// In Keys: searches for a key by its distribution key ID, opens it, and waits until it was read from Apple.
pub fn open(window: &Window, id: &str, name: &str) -> Result<()> {
    window.fill(Role::Searchbox, "Search", id)?;
    window.rows(1, |row| row.contains(id))?;
    window.click(Role::Button, name)?;
    window.shows("As Apple has it, read at")
}

/// Gives the key another name.
pub fn rename(window: &Window, name: &str) -> Result<()> {
    window.click(Role::Button, "Rename")?;
    window.the(Role::Textbox, "Name")?;
    window.enter(name)?;
    window.the(Role::Button, name).map(drop)
}

/// Opens the dialog that checks private keys.
pub fn check(window: &Window) -> Result<()> {
    window.click(Role::Button, "Check a private key…")
}

/// In that dialog: chooses the first or a further file.
pub fn choose_private_key(window: &Window, file: &Path, further: bool) -> Result<()> {
    window.click(Role::Button, if further { "Choose another file…" } else { "Choose file…" })?;
    window.choose_file(file)
}

/// Where a file asks for its password: types one.
pub fn unlock(window: &Window, password: &str) -> Result<()> {
    window.fill(Role::Textbox, "Password of the file", password)?;
    window.click(Role::Button, "Unlock")
}

/// Opens the dialog that confirms by voice.
pub fn confirm(window: &Window, name: &str) -> Result<()> {
    window.click(Role::Button, "Confirm…")?;
    window.the(Role::Dialog, &format!("Confirm “{name}”")).map(drop)
}

/// In that dialog: types the groups of a fingerprint as if they had been read out, and compares.
pub fn hear(window: &Window, fingerprint: &str, who: &str) -> Result<()> {
    let groups = files::groups(fingerprint);
    window.fill(Role::Textbox, "First five groups, as you hear them", &groups[..5].join(" "))?;
    window.fill(Role::Textbox, "Who read it to you", who)?;
    window.click(Role::Button, "Confirm")
}
