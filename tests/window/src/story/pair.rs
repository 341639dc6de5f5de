//! A pair of keys that Latchkey makes.

use std::path::Path;

use anyhow::{Context, Result};

use super::{Seen, added, choose_app};
use crate::window::{Role, Window};

/// How the private key of a new pair is to be saved.
#[derive(Clone, Copy, Debug, Default)]
pub struct Saving {
    /// Without a password.
    pub unprotected: bool,
    /// In the keychain, too.
    pub kept: bool,
}

/// From the keys of an account to a further key for one app, whose pair is made here and whose private key goes into
/// `file`. Gives the distribution key ID, and the password that the screen shows.
pub fn create(
    window: &Window,
    file: &Path,
    saving: Saving,
    app: &str,
    seen: Seen<'_>,
) -> Result<(String, Option<String>)> {
    window.click(Role::Button, "Add key")?;
    let password = save_new(window, file, saving, seen)?;
    window.click(Role::Button, "Next")?;
    choose_app(window, app)?;
    window.click(Role::Button, "Next")?;
    window.shows("Apple gets this public key")?;
    seen("A pair made here, step 3: nobody has to confirm it")?;
    window.click(Role::Button, "Add key")?;
    let id = added(window)?;
    seen("Done: where the private key of the new pair is")?;
    window.click(Role::Button, "Done")?;
    window.gone(Role::Dialog, "Key added")?;
    Ok((id, password))
}

/// In step 1 of adding: makes a pair and saves its private key. Gives the password that the screen shows.
pub fn save_new(window: &Window, file: &Path, saving: Saving, seen: Seen<'_>) -> Result<Option<String>> {
    window.click(Role::Button, "Create a new pair")?;
    window.the(Role::Checkbox, "Protect the file with a password")?;
    seen("A new pair: nothing goes to Apple before its private key is saved")?;
    if saving.kept {
        window.click(Role::Checkbox, "Also keep it in this computer's keychain")?;
    }
    let password = save(window, file, saving.unprotected)?;
    window.shows("Nothing has gone to Apple yet")?;
    seen("The private key is saved, read back and checked")?;
    Ok(password)
}

/// In the dialog of a private key that is in the keychain: saves it to a file, too. Gives the password.
pub fn save_kept(window: &Window, file: &Path) -> Result<Option<String>> {
    window.the(Role::Dialog, "Save private key")?;
    window.the(Role::Checkbox, "Protect the file with a password")?;
    let password = save(window, file, false)?;
    window.click(Role::Button, "Done")?;
    window.gone(Role::Dialog, "Save private key")?;
    Ok(password)
}

fn save(window: &Window, file: &Path, unprotected: bool) -> Result<Option<String>> {
    let password = if unprotected {
        window.click(Role::Checkbox, "Protect the file with a password")?;
        window.shows("Without a password, whoever gets at the file can authorise installs")?;
        None
    } else {
        window.click(Role::Button, "Show password")?;
        window.the(Role::Button, "Hide password")?;
        Some(password(&window.text()?)?)
    };
    window.click(Role::Button, "Save private key…")?;
    window.save_as(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    window.shows(&format!("Saved as {name}"))?;
    Ok(password)
}

/// Six groups of five, the only such word on the screen.
fn password(text: &str) -> Result<String> {
    let is_one = |word: &&str| {
        let groups: Vec<&str> = word.split('-').collect();
        groups.len() == 6 && groups.iter().all(|group| group.len() == 5)
    };
    text.split_whitespace().find(is_one).map(str::to_owned).context("no password is shown")
}
