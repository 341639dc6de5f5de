//! What a person does, step by step, as the tests and the tour do it. Only this module knows Latchkey's screens.
//!
//! Here is the main job; one file each has the new pair, the panel of a key, files that are dropped, removing,
//! replacing, tokens, the settings, the way to Apple, and removing everything. [`life`] puts those of a key together.

pub mod arrivals;
pub mod connection;
pub mod everything;
pub mod life;
pub mod pair;
pub mod panel;
pub mod removing;
pub mod replacing;
pub mod settings;
pub mod tokens;

use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::{
    files,
    simulator::Simulator,
    window::{Role, Window},
};

/// Called on every screen with what it shows, once it stands still.
pub type Seen<'a> = &'a mut dyn FnMut(&str) -> Result<()>;

/// For steps that nobody needs to look at.
pub fn unseen(_screen: &str) -> Result<()> {
    Ok(())
}

/// From the first start to the keys of a connected account.
pub fn connect(window: &Window, apple: &Simulator, account: &str, seen: Seen<'_>) -> Result<()> {
    seen("First start: connect an account, or try the sample account")?;
    window.click(Role::Button, "Connect your App Store Connect account")?;
    fill_form(window, apple, account)?;
    seen("Connecting an account: everything is filled in")?;
    window.click(Role::Button, "Connect")?;
    window.shows("Is that the right company?")?;
    seen("Connected: is that the right company?")?;
    window.click(Role::Button, "Yes, show the keys")
}

/// On the page that connects an account: chooses the API key and fills in the rest.
pub fn fill_form(window: &Window, apple: &Simulator, account: &str) -> Result<()> {
    window.click(Role::Button, "Choose API key file…")?;
    window.choose_file(&apple.p8)?;
    window.holds("API key ID", &apple.key_id).context("it is proposed from the file's name")?;
    window.fill(Role::Textbox, "Issuer ID", &apple.issuer_id)?;
    window.fill(Role::Textbox, "Account name", account)
}

/// From the keys of an account to a further one for one app. Gives its distribution key ID.
pub fn add_key(window: &Window, public_key: &Path, app: &str, seen: Seen<'_>) -> Result<String> {
    send_key(window, public_key, app, seen)?;
    let id = added(window)?;
    seen("Done: the distribution key ID, and the message for the engineer")?;
    window.click(Role::Button, "Done")?;
    window.gone(Role::Dialog, "Key added")?;
    Ok(id)
}

/// From the keys of an account to the click that sends a further one.
pub fn send_key(window: &Window, public_key: &Path, app: &str, seen: Seen<'_>) -> Result<()> {
    window.click(Role::Button, "Add key")?;
    window.the(Role::Dialog, "Add key")?;
    seen("Adding a key, step 1: which key should Apple get?")?;
    choose_key(window, public_key)?;
    seen("The file is a public key: it is confirmed by voice")?;
    confirm_by_voice(window, public_key)?;
    seen("Confirmed by voice: the groups that were read out are typed")?;
    window.click(Role::Button, "Next")?;
    choose_app(window, app)?;
    seen("Adding a key, step 2: one app is chosen")?;
    window.click(Role::Button, "Next")?;
    window.shows("Apple gets this public key")?;
    seen("Adding a key, step 3: everything to check before it is sent")?;
    window.click(Role::Button, "Add key")
}

/// In step 1: chooses a key file in the native dialog.
pub fn choose_key(window: &Window, file: &Path) -> Result<()> {
    window.click(Role::Button, "Choose key file…")?;
    window.choose_file(file)
}

/// In step 1: types what the person on the phone reads out.
pub fn confirm_by_voice(window: &Window, public_key: &Path) -> Result<()> {
    let groups = files::groups(&files::fingerprint(public_key)?);
    window.fill(Role::Textbox, "First five groups, as you hear them", &groups[..5].join(" "))?;
    window.fill(Role::Textbox, "Who read it to you", "Rosa Lindqvist")
}

/// In step 2: chooses one app by a search for its name. *One app* is chosen before.
pub fn choose_app(window: &Window, app: &str) -> Result<()> {
    window.the(Role::Radio, "One app")?;
    window.choose("Search", app)
}

/// Waits for Apple's answer. Gives the distribution key ID that the screen shows.
pub fn added(window: &Window) -> Result<String> {
    window.the(Role::Dialog, "Key added")?;
    shown_id(window, &[])
}

/// The first distribution key ID on the screen that is not one of the known.
fn shown_id(window: &Window, known: &[&str]) -> Result<String> {
    let dialog = window.dialog_text()?;
    let mut ids =
        dialog.split_whitespace().map(|word| word.trim_end_matches('.')).filter(|word| is_uuid(word));
    ids.find(|id| !known.contains(id)).map(str::to_owned).context("no distribution key ID")
}

/// Goes to one of the window's places.
pub fn go(window: &Window, place: &str) -> Result<()> {
    window.click(Role::Link, place)
}

/// Disconnects the account that is shown.
pub fn disconnect(window: &Window, account: &str) -> Result<()> {
    window.click(Role::Button, &format!("Account: {account} Team key"))?;
    window.click(Role::MenuItem, "Disconnect…")?;
    window.the(Role::Dialog, &format!("Disconnect “{account}”?"))?;
    window.click(Role::Button, "Disconnect")?;
    window.the(Role::Button, "Try the sample account")?;
    Ok(())
}

/// The rows of the keys, once all of them say what they are used for.
pub fn keys(window: &Window, count: usize) -> Result<Vec<String>> {
    window.rows(count, |row| !row.contains("Looking…"))
}

/// The row that shows a fingerprint.
pub fn row_of<'a>(rows: &'a [String], fingerprint: &str) -> Result<&'a str> {
    let shown = files::groups(fingerprint).join(" ");
    let found: Vec<&String> = rows.iter().filter(|row| row.contains(&shown)).collect();
    ensure!(found.len() == 1, "{} rows show {shown}: {rows:#?}", found.len());
    Ok(found[0])
}

/// Eight, four, four, four and twelve hex digits.
fn is_uuid(word: &str) -> bool {
    let lengths: Vec<usize> = word.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && word.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}
