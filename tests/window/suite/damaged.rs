//! Records that something else damaged between two starts.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use latchkey_window::{
    home::Home,
    story::{self, panel},
    window::{Hand, Role},
};
use rusqlite::Connection;

use crate::case::{Case, apple};

const ACCOUNT: &str = "Lindqvist & Haas";
const NAME: &str = "Main marketplace";

pub(crate) fn junk(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3).map(drop)
    })?;
    let junk = home.damage_records()?;

    case.in_window(&home, &apple, Hand::Mouse, |window| {
        window.the(Role::Button, "Connect your App Store Connect account")?;
        let kept = kept(&home)?;
        window.says(Role::Alert, &format!("it set them aside as {}", name(&kept)))?;
        window.says(Role::Alert, "Nothing at Apple was changed.")?;
        ensure!(fs::read(&kept)? == junk, "{} holds every byte", kept.display());
        ensure!(fs::read(kept.with_extension("db-wal"))? == junk, "and so does its log");
        window.click(Role::Button, "I know it")?;
        window.gone(Role::Button, "I know it")?;
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3).map(drop)
    })?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::keys(window, 3)?;
        ensure!(!window.text()?.contains("damaged"), "who knows it is not told again");
        ensure!(fs::read(kept(&home)?)? == junk, "the file stays");
        Ok(())
    })
}

pub(crate) fn in_part(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let id = apple.key_ids()?[0].clone();
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3)?;
        panel::open(window, &id, panel::UNNAMED)?;
        panel::rename(window, NAME)
    })?;
    let damaged = damage_names(&home.records().join("latchkey.db"))?;

    case.in_window(&home, &apple, Hand::Mouse, |window| {
        window.the(Role::Button, &format!("Account: {ACCOUNT} Team key"))?;
        let kept = kept(&home)?;
        window.says(Role::Alert, &format!("it set them aside as {}", name(&kept)))?;
        ensure!(fs::read(&kept)? == damaged, "{} holds every byte", kept.display());
        story::keys(window, 3).map(drop)
    })?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        window.click(Role::Button, "I know it").context("it is told until somebody knows it")?;
        window.gone(Role::Button, "I know it")
    })
}

/// Fills the first page of the table with the keys' names with garbage, and gives the whole file.
fn damage_names(database: &Path) -> Result<Vec<u8>> {
    const PAGE: usize = 4096;
    let connection = Connection::open(database)?;
    let query = "SELECT rootpage FROM sqlite_schema WHERE name = 'distribution_key'";
    let page: i64 = connection.query_one(query, [], |row| row.get(0))?;
    // Whoever closes it last takes the log over into the file.
    connection.close().map_err(|(_, error)| error)?;
    let page = usize::try_from(page)?;
    let mut bytes = fs::read(database)?;
    bytes[(page - 1) * PAGE..page * PAGE].fill(0x5a);
    fs::write(database, &bytes)?;
    Ok(bytes)
}

/// The one file that was set aside, those beside it left out.
fn kept(home: &Home) -> Result<PathBuf> {
    let files = fs::read_dir(home.records())?.filter_map(|entry| Some(entry.ok()?.path()));
    let is_one = |file: &PathBuf| {
        name(file).starts_with("latchkey-damaged-") && file.extension().is_some_and(|kind| kind == "db")
    };
    let mut found: Vec<PathBuf> = files.filter(is_one).collect();
    ensure!(found.len() == 1, "set aside are {found:?}");
    found.pop().context("nothing was set aside")
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
