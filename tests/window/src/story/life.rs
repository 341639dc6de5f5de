//! The whole life of a key, screen by screen: made here, looked at, checked, replaced, removed. For whoever wants to
//! see each screen once; what has to come of each step is for the tests to say.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};
use serde_json::json;

use super::{Seen, arrivals, go, keys, pair, panel, removing, replacing, tokens};
use crate::{
    files::{self, openssl},
    token::{self, Life},
    window::{Role, Window},
};

/// The app that the story is about, and what is proposed as its key's name.
const APP: &str = "Camino Lento";

/// The name that is proposed for a second key of that app.
const SECOND: &str = "Camino Lento 2";

/// The files that the person has at hand.
struct Desk {
    /// Where the private key made here is saved.
    made: PathBuf,
    /// The public key that takes its place.
    next: PathBuf,
    rsa: PathBuf,
    notes: PathBuf,
}

impl Desk {
    fn laid_out(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let (rsa, notes) = (folder.join("server.pem"), folder.join("notes.txt"));
        openssl(&["genpkey", "-algorithm", "RSA", "-out", &rsa.to_string_lossy()])?;
        fs::write(&notes, "Call Rosa about the key.")?;
        Ok(Self { made: folder.join("camino_lento.pem"), next: files::key_pair(folder)?, rsa, notes })
    }

    /// The private key that was saved under a password, without it.
    fn opened(&self, password: &str) -> Result<PathBuf> {
        let bare = self.made.with_extension("bare.pem");
        let (from, to) = (self.made.to_string_lossy(), bare.to_string_lossy());
        openssl(&["pkey", "-in", &from, "-passin", &format!("pass:{password}"), "-out", &to])?;
        Ok(bare)
    }
}

/// From the keys of an account, `count` of them, through every screen that a key's life has, and back to its keys.
/// Files are put into `folder`.
pub fn whole(window: &Window, folder: &Path, count: usize, seen: Seen<'_>) -> Result<()> {
    let desk = Desk::laid_out(folder)?;
    keys(window, count)?;
    go(window, "Apps")?;
    window.shows("Apps that are only in the App Store need none")?;
    seen("Apps: which of them has which key")?;
    go(window, "Keys")?;

    let saving = pair::Saving { kept: true, ..pair::Saving::default() };
    let (old, password) = pair::create(window, &desk.made, saving, APP, seen)?;
    let password = password.context("no password")?;
    keys(window, count + 1)?;
    heard(window, count + 1, seen)?;
    panel::open(window, &old, APP)?;
    seen("A key: everything about it, as Apple has it")?;
    looked_at(window, &desk, &password, &old, seen)?;
    dropped(window, &desk, seen)?;
    let new = replaced(window, &desk, &password, &old, seen)?;
    removed(window, &new, seen)?;

    go(window, "Activity")?;
    window.shows("For your own use")?;
    seen("Activity: every change, made here or noticed")?;
    window.fill(Role::Searchbox, "Search", "camino_lento.again")?;
    window.click(Role::Button, "Details")?;
    seen("Activity, one entry with all its details")?;
    window.fill(Role::Searchbox, "Search", "")?;
    go(window, "Settings")?;
    window.the(Role::Button, "Save a copy of names and history…")?;
    seen("Settings: accounts, all accounts at once, copies")?;
    go(window, "Keys")
}

/// Confirming a key that was there before: what was heard is of another one.
fn heard(window: &Window, count: usize, seen: Seen<'_>) -> Result<()> {
    let rows = keys(window, count)?;
    let row = rows.iter().find(|row| row.starts_with(panel::UNNAMED)).context("every key has a name")?;
    panel::open(window, uuid_in(row).context("a row without an ID")?, panel::UNNAMED)?;
    panel::confirm(window, panel::UNNAMED)?;
    seen("Confirming a key by voice: what is read out is not to be read off")?;
    panel::hear(window, &"0".repeat(64), "Rosa Lindqvist")?;
    window.says(Role::Alert, "These are not the first five groups")?;
    seen("Confirming a key by voice: what was heard is of another key")?;
    window.click(Role::Button, "Cancel")?;
    window.click(Role::Button, "Close")
}

/// The distribution key ID in a row, whose cells stand close together.
fn uuid_in(row: &str) -> Option<&str> {
    let starts = row.char_indices().map(|(at, _)| at);
    starts.filter_map(|at| row.get(at..at + 36)).find(|part| super::is_uuid(part))
}

/// The dialogs of its panel.
fn looked_at(window: &Window, desk: &Desk, password: &str, id: &str, seen: Seen<'_>) -> Result<()> {
    panel::check(window)?;
    seen("Checking a private key: which file?")?;
    panel::choose_private_key(window, &desk.next.with_file_name("private_key.pem"), false)?;
    window.shows("No, this is not its private key.")?;
    seen("Checking a private key: it is another one's")?;
    panel::choose_private_key(window, &desk.made, true)?;
    panel::unlock(window, "a guess")?;
    window.shows("That is not its password.")?;
    seen("Checking a private key: the file has a password")?;
    panel::unlock(window, password)?;
    window.shows("This is its private key.")?;
    seen("Checking a private key: it is the one")?;
    window.click(Role::Button, "Done")?;

    window.click(Role::Button, "Save private key…")?;
    window.the(Role::Checkbox, "Protect the file with a password")?;
    seen("Saving a private key that the keychain has")?;
    pair::save_kept(window, &desk.made.with_extension("again.pem"))?;

    tokens::open(window)?;
    seen("Checking a token: paste one")?;
    let app = json!({ "id": "6448012345", "bundleId": "com.example.camino-lento" });
    let token = token::install(&desk.opened(password)?, id, &app, Life::Over(Duration::from_hours(2)))?;
    tokens::paste(window, &token, false, &format!("Signed by {APP}."))?;
    seen("Checking a token: who signed it, and what is odd about it")?;
    window.click(Role::Button, "Close")
}

fn dropped(window: &Window, desk: &Desk, seen: Seen<'_>) -> Result<()> {
    arrivals::drop_files(window, &[&desk.next, &desk.made, &desk.rsa, &desk.notes])?;
    window.shows("It kept nothing and sent nothing.")?;
    seen("Files dropped on the window: what each of them is")?;
    window.click(Role::Button, "Done")
}

/// A planned replacement. Gives the new distribution key ID.
fn replaced(window: &Window, desk: &Desk, password: &str, old: &str, seen: Seen<'_>) -> Result<String> {
    replacing::begin(window, APP, replacing::PLANNED, seen)?;
    replacing::add_new(window, &desk.next, seen)?;
    let new = super::shown_id(window, &[old])?;
    replacing::hand_over(window, seen)?;
    window.click(Role::Button, "Continue later")?;
    replacing::waits_for(window, APP, "3 of 4", "your server is to switch")?;
    seen("Keys: a replacement waits for the server")?;
    window.click(Role::Button, "Stop…")?;
    seen("Stopping a replacement: what stays registered")?;
    window.click(Role::Button, "Keep replacing")?;
    replacing::go_on(window, APP)?;
    tokens::open(window)?;
    let app = json!({ "id": "6448012345", "bundleId": "com.example.camino-lento" });
    let by_old = token::install(&desk.opened(password)?, old, &app, Life::Left(Duration::from_mins(20)))?;
    tokens::paste(window, &by_old, false, "Still signed by the old key")?;
    seen("Replacing a key: the server still signs with the old one")?;
    let private_key = desk.next.with_file_name("private_key.pem");
    let by_new = token::install(&private_key, &new, &app, Life::Left(Duration::from_mins(20)))?;
    tokens::paste(window, &by_new, true, "Your server signs with the new key.")?;
    seen("Replacing a key: the server has switched")?;
    window.click(Role::Button, "Next")?;
    window.shows("Last, remove the old key.")?;
    seen("Replacing a key, step 4: the old key can go")?;
    replacing::remove_old(window, APP, old, seen)?;
    replacing::replaced(window, APP, &new)?;
    seen("A key is replaced")?;
    window.click(Role::Button, "Done")?;
    Ok(new)
}

fn removed(window: &Window, id: &str, seen: Seen<'_>) -> Result<()> {
    panel::open(window, id, SECOND)?;
    removing::ask(window, SECOND)?;
    seen("Removing a key: what stops working")?;
    removing::type_end_of(window, "000000")?;
    removing::send(window)?;
    window.shows("These are not the last six characters.")?;
    seen("Removing a key: the characters are wrong, nothing was sent")?;
    removing::type_end_of(window, id)?;
    removing::send(window)?;
    window.the(Role::Dialog, "Key removed")?;
    seen("A key is removed")?;
    removing::done(window)
}
