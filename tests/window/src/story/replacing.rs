//! Replacing a key, step by step.

use std::path::Path;

use anyhow::Result;

use super::{Seen, choose_key, confirm_by_voice, removing};
use crate::window::{Role, Window};

/// Why a key is replaced.
pub const PLANNED: &str = "Planned change";
/// Why one is that has to go at once.
pub const EMERGENCY: &str = "Someone else may have the private key";

/// From the panel of a key to the first step of its replacement.
pub fn begin(window: &Window, name: &str, why: &str, seen: Seen<'_>) -> Result<()> {
    window.click(Role::Button, "Replace…")?;
    window.the(Role::Dialog, &format!("Replace “{name}”"))?;
    seen("Replacing a key: why?")?;
    window.click(Role::Radio, why)?;
    window.click(Role::Button, "Next")?;
    window.gone(Role::Radio, why)
}

/// In Keys: the notice of a replacement says which step of how many it waits for.
pub fn waits_for(window: &Window, name: &str, step: &str, what: &str) -> Result<()> {
    window.shows(&format!("{name} is being replaced, {step}: {what}"))?;
    window.shows(&format!("Being replaced: {step}"))
}

/// From that notice to the step.
pub fn go_on(window: &Window, name: &str) -> Result<()> {
    window.click(Role::Button, "Go on")?;
    window.the(Role::Dialog, &format!("Replace “{name}”")).map(drop)
}

/// The step that adds: up to the click that sends the new key.
pub fn send_new(window: &Window, public_key: &Path, seen: Seen<'_>) -> Result<()> {
    window.click(Role::Button, "Add the new key…")?;
    choose_key(window, public_key)?;
    confirm_by_voice(window, public_key)?;
    window.click(Role::Button, "Next")?;
    window.shows("like the key it replaces")?;
    seen("The new key of a replacement is for what the old one was for")?;
    window.click(Role::Button, "Next")?;
    window.shows("Apple gets this public key")?;
    window.click(Role::Button, "Add key")
}

/// The step that adds, while the old key stays.
pub fn add_new(window: &Window, public_key: &Path, seen: Seen<'_>) -> Result<()> {
    window.shows("First, add the new key. The old one stays registered.")?;
    seen("Replacing a key, step 1: the new key is added first")?;
    send_new(window, public_key, seen)?;
    window.shows("The new key is registered. The old one still is, too.")?;
    seen("Replacing a key, step 2: the new ID is handed over")
}

/// The step that hands the new ID over.
pub fn hand_over(window: &Window, seen: Seen<'_>) -> Result<()> {
    window.the(Role::Button, "Copy message")?;
    window.click(Role::Button, "Next")?;
    window.shows("Has your server switched to the new key?")?;
    seen("Replacing a key, step 3: the server switches")
}

/// The step that waits for the server: takes somebody's word.
pub fn switched_by_word(window: &Window, who: &str) -> Result<()> {
    window.fill(Role::Textbox, "Who says so", who)?;
    window.click(Role::Button, "Next")?;
    window.shows("Last, remove the old key.")
}

/// The step that removes: up to the click that sends it.
pub fn remove_old(window: &Window, name: &str, old_id: &str, seen: Seen<'_>) -> Result<()> {
    window.click(Role::Button, "Remove the old key…")?;
    window.the(Role::Dialog, &format!("Remove “{name}”?"))?;
    window.shows("As Apple has it now, read at")?;
    removing::type_end_of(window, old_id)?;
    seen("The old key is removed with the last six characters of its ID")?;
    removing::send(window)
}

/// Waits for the end of the whole.
pub fn replaced(window: &Window, name: &str, new_id: &str) -> Result<()> {
    window.shows(&format!("{name} is replaced."))?;
    window.shows(new_id)
}
