//! Replacing a key, through every end that a computer can come to meanwhile.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use latchkey_window::{
    files,
    home::Home,
    simulator::Simulator,
    story::{self, panel, replacing},
    token::{self, Life},
    wait::wait_for,
    window::{Hand, Role, Window},
};
use serde_json::{Value, json};

use crate::case::{Case, apple_with};

const ACCOUNT: &str = "Lindqvist & Haas";
const NAME: &str = "Harvest key";

/// An app with a key whose private key is at hand, and a further pair to replace it with.
struct Start {
    home: Home,
    apple: Simulator,
    app: Value,
    old_key: PathBuf,
    old_id: String,
    new_key: PathBuf,
    /// How many requests had been sent before the app was started.
    before: usize,
}

impl Start {
    fn fresh(options: &[&str]) -> Result<Self> {
        let home = Home::fresh()?;
        let apple = apple_with(home.path(), options)?;
        let [old_key, new_key] = ["old", "new"].map(|name| {
            let folder = home.file(name);
            std::fs::create_dir(&folder).context("a folder").and_then(|()| files::key_pair(&folder))
        });
        let (old_key, new_key) = (old_key?, new_key?);
        let app = apple.app_without_key()?;
        let old_id = apple.added_elsewhere(&old_key, app["id"].as_str())?;
        let before = apple.count()?;
        Ok(Self { home, apple, app, old_key, old_id, new_key, before })
    }

    /// From the first start to the first step of the replacement.
    fn begin(&self, window: &Window, why: &str) -> Result<()> {
        story::connect(window, &self.apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 4)?;
        panel::open(window, &self.old_id, panel::UNNAMED)?;
        panel::rename(window, NAME)?;
        replacing::begin(window, NAME, why, &mut story::unseen)
    }

    /// What was sent since the app was started, other than questions.
    fn sent(&self) -> Result<Vec<Value>> {
        let log = self.apple.log()?;
        Ok(log.into_iter().skip(self.before).filter(|request| request["method"] != "GET").collect())
    }

    /// The distribution key ID that Apple gave the new key.
    fn new_id(&self) -> Result<String> {
        let fingerprint = files::fingerprint(&self.new_key)?;
        let state = self.apple.state()?;
        let mut keys = state["keys"].as_array().context("no keys")?.iter();
        let key = keys.find(|key| key["fingerprint"] == fingerprint.as_str()).context("no new key")?;
        ensure!(key["appId"] == self.app["id"], "it is for the same app: {key}");
        Ok(key["id"].as_str().unwrap_or_default().to_owned())
    }

    /// One POST of the new key and one DELETE of the old one, in the order given, and Apple's list is right.
    fn ended(&self, order: [&str; 2]) -> Result<()> {
        let sent = self.sent()?;
        let methods: Vec<&str> = sent.iter().filter_map(|request| request["method"].as_str()).collect();
        ensure!(methods == order, "each was sent once: {sent:#?}");
        let delete = sent.iter().find(|request| request["method"] == "DELETE").context("no DELETE")?;
        let path = format!("/v1/alternativeDistributionKeys/{}", self.old_id);
        ensure!(delete["path"] == path.as_str(), "the old key was removed: {delete}");
        ensure!(!self.apple.key_ids()?.contains(&self.old_id), "the old key is gone");
        ensure!(self.apple.key_ids()?.len() == 4, "no other key came or went");
        self.new_id().map(drop)
    }
}

pub(crate) fn killed_after_each_step(case: &Case<'_>) -> Result<()> {
    let start = Start::fresh(&["--two-keys-per-app"])?;
    let (home, apple) = (&start.home, &start.apple);
    case.until_killed(home, apple, |window| start.begin(window, replacing::PLANNED))?;
    case.until_killed(home, apple, |window| {
        replacing::waits_for(window, NAME, "1 of 4", "the new key is to be added")?;
        replacing::go_on(window, NAME)?;
        replacing::add_new(window, &start.new_key, &mut story::unseen)
    })?;
    let new_id = start.new_id()?;
    case.until_killed(home, apple, |window| {
        replacing::waits_for(window, NAME, "2 of 4", "the new ID is to be handed over")?;
        replacing::go_on(window, NAME)?;
        window.shows(&new_id)?;
        replacing::hand_over(window, &mut story::unseen)
    })?;
    case.until_killed(home, apple, |window| {
        replacing::waits_for(window, NAME, "3 of 4", "your server is to switch")?;
        replacing::go_on(window, NAME)?;
        story::tokens::open(window)?;
        let issued = |key: &Path, kid: &str| {
            let private_key = key.with_file_name("private_key.pem");
            token::install(&private_key, kid, &start.app, Life::Left(Duration::from_mins(20)))
        };
        let by_old = issued(&start.old_key, &start.old_id)?;
        story::tokens::paste(window, &by_old, false, &format!("Still signed by the old key, {NAME}."))?;
        let by_new = issued(&start.new_key, &new_id)?;
        story::tokens::paste(window, &by_new, true, "Your server signs with the new key.")
    })?;
    case.until_killed(home, apple, |window| {
        replacing::waits_for(window, NAME, "4 of 4", "the old key is to be removed")?;
        replacing::go_on(window, NAME)?;
        window.shows("A token from the server was checked today")?;
        replacing::remove_old(window, NAME, &start.old_id, &mut story::unseen)?;
        replacing::replaced(window, NAME, &new_id)
    })?;
    case.in_window(home, apple, Hand::Mouse, |window| {
        let rows = story::keys(window, 4)?;
        ensure!(rows.iter().any(|row| row.contains(&new_id)), "the new key has a row: {rows:#?}");
        window.gone(Role::Button, "Go on")
    })?;
    start.ended(["POST", "DELETE"])
}

pub(crate) fn killed_while_sending(case: &Case<'_>) -> Result<()> {
    let start = Start::fresh(&["--two-keys-per-app"])?;
    let (home, apple) = (&start.home, &start.apple);
    let reached = |count: usize| {
        wait_for("the request to reach Apple", || Ok((start.sent()?.len() == count).then_some(())))
    };
    case.until_killed(home, apple, |window| {
        start.begin(window, replacing::PLANNED)?;
        apple.fault(&json!(["POST * delay=10s"]))?;
        replacing::send_new(window, &start.new_key, &mut story::unseen)?;
        reached(1)
    })?;
    let new_id = start.new_id()?;
    case.until_killed(home, apple, |window| {
        window.the(Role::Dialog, "It arrived")?;
        window.shows(&new_id)?;
        window.click(Role::Button, "Done")?;
        replacing::hand_over(window, &mut story::unseen)?;
        replacing::switched_by_word(window, "Rosa Lindqvist")?;
        apple.fault(&json!(["DELETE * delay=10s"]))?;
        replacing::remove_old(window, NAME, &start.old_id, &mut story::unseen)?;
        reached(2)
    })?;
    case.in_window(home, apple, Hand::Mouse, |window| {
        window.the(Role::Dialog, "It is removed")?;
        window.click(Role::Button, "Go on replacing")?;
        replacing::replaced(window, NAME, &new_id)?;
        window.click(Role::Button, "Done")?;
        story::keys(window, 4)?;
        window.gone(Role::Button, "Go on")
    })?;
    start.ended(["POST", "DELETE"])
}

pub(crate) fn emergency(case: &Case<'_>) -> Result<()> {
    let start = Start::fresh(&[])?;
    case.in_window(&start.home, &start.apple, Hand::Mouse, |window| {
        start.begin(window, replacing::EMERGENCY)?;
        window.shows("Remove the old key now.")?;
        replacing::remove_old(window, NAME, &start.old_id, &mut story::unseen)?;
        window.shows("The old key is removed. Add the new one next.")?;
        replacing::send_new(window, &start.new_key, &mut story::unseen)?;
        window.shows("The new key is registered. The old one is removed.")?;
        window.click(Role::Button, "Next")?;
        replacing::replaced(window, NAME, &start.new_id()?)
    })?;
    start.ended(["DELETE", "POST"])
}

pub(crate) fn no_second_key(case: &Case<'_>) -> Result<()> {
    let start = Start::fresh(&[])?;
    case.in_window(&start.home, &start.apple, Hand::Mouse, |window| {
        start.begin(window, replacing::PLANNED)?;
        replacing::send_new(window, &start.new_key, &mut story::unseen)?;
        window.says(Role::Alert, "Apple takes no second key here: there is one already.")?;
        ensure!(start.apple.key_ids()?.contains(&start.old_id), "the old key is still there");
        window.click(Role::Button, "Remove the old key first")?;
        window.shows("Apple takes no second key for")?;
        replacing::remove_old(window, NAME, &start.old_id, &mut story::unseen)?;
        window.shows("The old key is removed. Add the new one next.")?;
        replacing::send_new(window, &start.new_key, &mut story::unseen)?;
        window.shows("The new key is registered. The old one is removed.")?;
        window.click(Role::Button, "Next")?;
        replacing::replaced(window, NAME, &start.new_id()?)
    })?;
    let sent = start.sent()?;
    let answers: Vec<(&str, u64)> = sent
        .iter()
        .map(|request| {
            (request["method"].as_str().unwrap_or_default(), request["status"].as_u64().unwrap_or_default())
        })
        .collect();
    ensure!(
        answers == [("POST", 409), ("DELETE", 204), ("POST", 201)],
        "one write for each click: {answers:?}"
    );
    start.new_id().map(drop)
}

pub(crate) fn by_keyboard(case: &Case<'_>) -> Result<()> {
    let start = Start::fresh(&["--two-keys-per-app"])?;
    case.in_window(&start.home, &start.apple, Hand::Keyboard, |window| {
        start.begin(window, replacing::PLANNED)?;
        replacing::add_new(window, &start.new_key, &mut story::unseen)?;
        replacing::hand_over(window, &mut story::unseen)?;
        replacing::switched_by_word(window, "Rosa Lindqvist")?;
        replacing::remove_old(window, NAME, &start.old_id, &mut story::unseen)?;
        replacing::replaced(window, NAME, &start.new_id()?)
    })?;
    start.ended(["POST", "DELETE"])
}
