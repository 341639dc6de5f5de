//! Whose private key it is, who confirms a public key, which key signed a token.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result, ensure};
use latchkey_window::{
    files::{self, openssl},
    home::Home,
    simulator::Simulator,
    story::{self, panel, tokens},
    token::{self, Life},
    window::{Hand, Role, Window},
};
use serde_json::Value;

use crate::case::{Case, apple};

const ACCOUNT: &str = "Lindqvist & Haas";
const NAME: &str = "Harvest key";

/// An account with a key whose private key is at hand.
struct Start {
    home: Home,
    apple: Simulator,
    public_key: PathBuf,
    app: Value,
    id: String,
}

impl Start {
    fn fresh() -> Result<Self> {
        let home = Home::fresh()?;
        let apple = apple(home.path())?;
        let public_key = files::key_pair(home.path())?;
        let app = apple.app_without_key()?;
        let id = apple.added_elsewhere(&public_key, app["id"].as_str())?;
        Ok(Self { home, apple, public_key, app, id })
    }

    fn private_key(&self) -> PathBuf {
        self.public_key.with_file_name("private_key.pem")
    }

    /// Opens the panel of the key, does something there, and makes sure that Apple was asked to change nothing.
    fn in_panel(&self, case: &Case<'_>, work: impl FnOnce(&Window) -> Result<()>) -> Result<()> {
        let before = self.apple.requests("POST")?.len();
        case.in_window(&self.home, &self.apple, Hand::Mouse, |window| {
            story::connect(window, &self.apple, ACCOUNT, &mut story::unseen)?;
            story::keys(window, 4)?;
            panel::open(window, &self.id, panel::UNNAMED)?;
            panel::rename(window, NAME)?;
            work(window)
        })?;
        ensure!(self.apple.requests("POST")?.len() == before, "nothing was added");
        ensure!(self.apple.requests("DELETE")?.is_empty(), "nothing was removed");
        Ok(())
    }
}

pub(crate) fn private_keys(case: &Case<'_>) -> Result<()> {
    let start = Start::fresh()?;
    let (foreign, locked) = (start.home.file("foreign.pem"), start.home.file("locked.pem"));
    files::api_key(&foreign)?;
    let (from, to) = (start.private_key(), locked.to_string_lossy().into_owned());
    openssl(&["pkcs8", "-topk8", "-in", &from.to_string_lossy(), "-passout", "pass:Orchard 7", "-out", &to])?;
    start.in_panel(case, |window| {
        window.shows("Not checked on this computer")?;
        panel::check(window)?;
        panel::choose_private_key(window, &foreign, false)?;
        window.shows("No, this is not its private key.")?;
        panel::choose_private_key(window, &start.public_key, true)?;
        window.says(Role::Alert, "is a public key")?;
        panel::choose_private_key(window, &locked, true)?;
        panel::unlock(window, "orchard 7")?;
        window.shows("That is not its password.")?;
        panel::unlock(window, "Orchard 7")?;
        window.shows("This is its private key.")?;
        panel::choose_private_key(window, &start.private_key(), true)?;
        window.shows("private_key.pem signed")?;
        window.click(Role::Button, "Done")?;
        window.shows("In a file you showed us")
    })
}

pub(crate) fn by_voice(case: &Case<'_>) -> Result<()> {
    let start = Start::fresh()?;
    let fingerprint = files::fingerprint(&start.public_key)?;
    let first = if fingerprint.starts_with('0') { '1' } else { '0' };
    let misheard = format!("{first}{}", &fingerprint[1..]);
    start.in_panel(case, |window| {
        panel::confirm(window, NAME)?;
        panel::hear(window, &misheard, "Rosa Lindqvist")?;
        window.says(Role::Alert, "These are not the first five groups of this key's fingerprint.")?;
        panel::hear(window, &fingerprint, "Rosa Lindqvist")?;
        window.gone(Role::Dialog, &format!("Confirm “{NAME}”"))?;
        let rows = story::keys(window, 1)?;
        ensure!(rows[0].contains("Rosa Lindqvist"), "the row says by whom: {rows:?}");
        Ok(())
    })
}

pub(crate) fn tokens(case: &Case<'_>) -> Result<()> {
    let start = Start::fresh()?;
    let foreign = start.home.file("foreign.pem");
    files::api_key(&foreign)?;
    let (key, soon) = (start.private_key(), Life::Left(Duration::from_mins(20)));
    let app = start.app["name"].as_str().context("an app without a name")?.to_owned();
    let good = token::install(&key, &start.id, &start.app, soon)?;
    let expired = token::install(&key, &start.id, &start.app, Life::Over(Duration::from_hours(1)))?;
    let by_nobody = token::install(&foreign, &start.id, &start.app, soon)?;
    let sign_in = token::sign_in(&start.apple.p8, &start.apple.key_id, &start.apple.issuer_id)?;
    start.in_panel(case, |window| {
        tokens::open(window)?;
        tokens::paste(window, &good, false, &format!("Signed by {NAME}."))?;
        window.shows("Install verification token")?;
        window.shows(&app)?;
        window.shows("Nothing about it is odd.")?;
        tokens::paste(window, &expired, true, "It expired: today at")?;
        window.shows(&format!("Signed by {NAME}."))?;
        tokens::paste(window, &by_nobody, true, &format!("No key of {ACCOUNT} signed it."))?;
        tokens::paste(
            window,
            &sign_in,
            true,
            "This is a secret: a token that signs in to App Store Connect.",
        )?;
        tokens::paste(window, "Call Rosa about the key.", true, "The text in the clipboard is no token.")?;
        window.click(Role::Button, "Close")?;

        let records = start.home.path().join(".local/share");
        let mut found = Vec::new();
        holding(&records, good.as_bytes(), &mut found)?;
        ensure!(found.is_empty(), "nothing of a token is stored: {found:?}");
        Ok(())
    })
}

/// The files below a folder that hold these bytes.
fn holding(folder: &std::path::Path, bytes: &[u8], found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            holding(&path, bytes, found)?;
        } else if std::fs::read(&path)?.windows(bytes.len()).any(|part| part == bytes) {
            found.push(path);
        }
    }
    Ok(())
}
