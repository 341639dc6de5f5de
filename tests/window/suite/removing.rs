//! Removing a key: the right one, once, and as Apple has it at that moment.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use latchkey_window::{
    files,
    home::Home,
    simulator::Simulator,
    story::{self, panel, removing},
    wait::wait_for,
    window::{Hand, Role, Window},
};
use serde_json::json;

use crate::case::{Case, apple};

const ACCOUNT: &str = "Lindqvist & Haas";
const NAME: &str = "Harvest key";

/// An account with a key of its own making beside the three that are there anyway.
struct Start {
    home: Home,
    apple: Simulator,
    public_key: PathBuf,
    app: String,
    id: String,
}

impl Start {
    fn fresh() -> Result<Self> {
        let home = Home::fresh()?;
        let apple = apple(home.path())?;
        let public_key = files::key_pair(home.path())?;
        let app = apple.app_without_key()?["id"].as_str().unwrap_or_default().to_owned();
        let id = apple.added_elsewhere(&public_key, Some(&app))?;
        Ok(Self { home, apple, public_key, app, id })
    }

    /// Up to the question whether to remove the key.
    fn ask(&self, window: &Window) -> Result<()> {
        story::connect(window, &self.apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 4)?;
        panel::open(window, &self.id, panel::UNNAMED)?;
        panel::rename(window, NAME)?;
        removing::ask(window, NAME)
    }

    /// The paths of all DELETEs.
    fn deleted(&self) -> Result<Vec<String>> {
        let requests = self.apple.requests("DELETE")?;
        Ok(requests.iter().filter_map(|request| request["path"].as_str()).map(str::to_owned).collect())
    }

    fn path(&self) -> String {
        format!("/v1/alternativeDistributionKeys/{}", self.id)
    }
}

pub(crate) fn wrong_then_right(case: &Case<'_>) -> Result<()> {
    let start = Start::fresh()?;
    case.in_window(&start.home, &start.apple, Hand::Mouse, |window| {
        start.ask(window)?;
        removing::type_end_of(window, "000000")?;
        removing::send(window)?;
        window.shows("These are not the last six characters. Nothing was sent.")?;
        ensure!(start.deleted()?.is_empty(), "nothing was sent");
        removing::type_end_of(window, &start.id)?;
        removing::send(window)?;
        removing::done(window)?;
        window.gone(Role::Button, NAME)?;

        // The public key is kept: added again, it gets a new ID.
        story::go(window, "Activity")?;
        window.click(Role::Button, "Add again")?;
        window.the(Role::Radio, "One app").map(drop)
    })?;
    ensure!(start.deleted()? == [start.path()], "one DELETE, of this key");
    ensure!(!start.apple.key_ids()?.contains(&start.id), "it is gone");
    Ok(())
}

pub(crate) fn by_keyboard(case: &Case<'_>) -> Result<()> {
    let start = Start::fresh()?;
    case.in_window(&start.home, &start.apple, Hand::Keyboard, |window| {
        start.ask(window)?;
        removing::type_end_of(window, &start.id)?;
        removing::send(window)?;
        removing::done(window)
    })?;
    ensure!(start.deleted()? == [start.path()], "one DELETE, of this key");
    Ok(())
}

pub(crate) fn gone_meanwhile(case: &Case<'_>) -> Result<()> {
    let start = Start::fresh()?;
    case.in_window(&start.home, &start.apple, Hand::Mouse, |window| {
        start.ask(window)?;
        removing::type_end_of(window, &start.id)?;
        start.apple.removed_elsewhere(&start.id)?;
        removing::send(window)?;
        window.says(Role::Alert, "Apple has no such key any more.")?;
        window.click(Role::Button, "Show what Apple has")?;
        window.the(Role::Dialog, "Already gone")?;
        window.click(Role::Button, "Done")
    })?;
    ensure!(start.deleted()?.len() == 1, "the DELETE of somebody else and no other");
    Ok(())
}

pub(crate) fn another_meanwhile(case: &Case<'_>) -> Result<()> {
    let start = Start::fresh()?;
    let others = start.home.file("others");
    std::fs::create_dir(&others)?;
    let another = files::key_pair(&others)?;
    let another = case.in_window(&start.home, &start.apple, Hand::Mouse, |window| {
        start.ask(window)?;
        removing::type_end_of(window, &start.id)?;
        // Somebody else has replaced it: the app has a key again, and it is another one.
        start.apple.removed_elsewhere(&start.id)?;
        let another = start.apple.added_elsewhere(&another, Some(&start.app))?;
        removing::send(window)?;
        window.says(Role::Alert, "Apple has no such key any more.")?;
        Ok(another)
    })?;
    ensure!(start.apple.key_ids()?.contains(&another), "the other key is still there");
    ensure!(start.deleted()? == [start.path()], "the DELETE of somebody else and no other");
    ensure!(start.public_key.exists(), "what was chosen is where it was");
    Ok(())
}

pub(crate) fn double_click(case: &Case<'_>) -> Result<()> {
    let start = Start::fresh()?;
    case.in_window(&start.home, &start.apple, Hand::Mouse, |window| {
        start.ask(window)?;
        removing::type_end_of(window, &start.id)?;
        start.apple.fault(&json!(["DELETE * delay=1s"]))?;
        window.double_click(Role::Button, "Remove key")?;
        removing::done(window)
    })?;
    ensure!(start.deleted()? == [start.path()], "two clicks, one DELETE");
    Ok(())
}

pub(crate) fn reloaded(case: &Case<'_>) -> Result<()> {
    let start = Start::fresh()?;
    case.in_window(&start.home, &start.apple, Hand::Mouse, |window| {
        start.ask(window)?;
        removing::type_end_of(window, &start.id)?;
        start.apple.fault(&json!(["DELETE * delay=3s"]))?;
        removing::send(window)?;
        wait_for("the DELETE", || Ok((!start.deleted()?.is_empty()).then_some(())))?;
        window.reload()?;
        window.shows("is removed")?;
        story::keys(window, 3).map(drop)
    })?;
    ensure!(start.deleted()? == [start.path()], "a reloaded page sends nothing again");
    Ok(())
}
