//! Accounts, copies and what else is in the settings; the export of Activity.

use std::path::Path;

use anyhow::Result;

use super::go;
use crate::{
    simulator::Simulator,
    window::{Role, Window},
};

/// Gives the only account another name.
pub fn rename_account(window: &Window, name: &str) -> Result<()> {
    go(window, "Settings")?;
    window.click(Role::Button, "Rename")?;
    window.the(Role::Textbox, "Account name")?;
    window.enter(name)?;
    window.the(Role::Button, &format!("Account: {name} Team key")).map(drop)
}

/// In Settings: tries another API key for the account, up to what it sees.
pub fn try_api_key(window: &Window, account: &str, apple: &Simulator) -> Result<()> {
    window.click(Role::Button, "Use a new API key…")?;
    window.the(Role::Dialog, &format!("A new API key for “{account}”"))?;
    window.click(Role::Button, "Choose API key file…")?;
    window.choose_file(&apple.p8)?;
    window.holds("API key ID", &apple.key_id)?;
    window.fill(Role::Textbox, "Issuer ID", &apple.issuer_id)?;
    window.click(Role::Button, "Try it")
}

/// In Settings: saves a copy of names and history.
pub fn save_copy(window: &Window, file: &Path) -> Result<()> {
    window.click(Role::Button, "Save a copy of names and history…")?;
    window.save_as(file)?;
    window.shows("Saved as")
}

/// In Settings: chooses a copy, up to what it would bring in.
pub fn choose_copy(window: &Window, file: &Path) -> Result<()> {
    window.click(Role::Button, "Bring in a copy…")?;
    window.choose_file(file)?;
    window.the(Role::Dialog, "Bring in a copy").map(drop)
}

/// In Activity: exports what is shown for a spreadsheet.
pub fn export_csv(window: &Window, file: &Path) -> Result<()> {
    window.click(Role::Button, "Export…")?;
    window.click(Role::MenuItem, "For a spreadsheet (CSV)…")?;
    window.save_as(file)?;
    window.shows("Saved as")
}
