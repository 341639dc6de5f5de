//! Kill −9 in the middle of a person's work. What the next start shows is compared with what Apple has.
//!
//! The instants are moments of real time: an end without warning is what is tried here.

use std::{
    cell::Cell,
    collections::BTreeSet,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use latchkey_window::{
    display, files,
    home::Home,
    simulator::Simulator,
    story::{self, panel, removing, replacing},
    wait::wait_for,
    window::{Hand, Role, Window},
};
use serde_json::Value;

use crate::case::{Case, SERVICE, apple_with};

const ACCOUNT: &str = "Lindqvist & Haas";
const NAME: &str = "Harvest key";
const APP: &str = "Camino Lento";
const KILLS: u32 = 5;

/// A home, a server, two public keys to register, and how far the work on them has come.
struct Work {
    home: Home,
    apple: Simulator,
    keys: [PathBuf; 2],
    connected: Cell<bool>,
    named: Cell<bool>,
}

impl Work {
    fn fresh() -> Result<Self> {
        let home = Home::fresh()?;
        let apple = apple_with(home.path(), &["--two-keys-per-app"])?;
        let pair = |name: &str| {
            let folder = home.file(name);
            std::fs::create_dir(&folder).context("a folder").and_then(|()| files::key_pair(&folder))
        };
        let keys = [pair("first")?, pair("second")?];
        Ok(Self { home, apple, keys, connected: Cell::new(false), named: Cell::new(false) })
    }

    fn open(&self) -> Result<Window> {
        Window::open(&self.home, &[("LATCHKEY_API_URL", &self.apple.url)], Hand::Mouse)
    }

    /// Connects, adds a key, names it, replaces it and removes it.
    fn done_in(&self, window: &Window) -> Result<()> {
        story::connect(window, &self.apple, ACCOUNT, &mut story::unseen)?;
        self.connected.set(true);
        story::keys(window, 3)?;
        let old = story::add_key(window, &self.keys[0], APP, &mut story::unseen)?;
        panel::open(window, &old, APP)?;
        panel::rename(window, NAME)?;
        self.named.set(true);
        replacing::begin(window, NAME, replacing::PLANNED, &mut story::unseen)?;
        replacing::add_new(window, &self.keys[1], &mut story::unseen)?;
        replacing::hand_over(window, &mut story::unseen)?;
        replacing::switched_by_word(window, "Rosa Lindqvist")?;
        window.click(Role::Button, "Remove the old key…")?;
        window.shows("As Apple has it now, read at")?;
        removing::type_end_of(window, &old)?;
        removing::send(window)?;
        window.shows(&format!("{NAME} is replaced."))
    }

    /// What the next start shows is what Apple has, or is being looked for.
    fn is_told(&self, window: &Window) -> Result<Told> {
        wait_for("the truth", || {
            let text = window.text()?;
            if !self.connected.get() && text.contains("Connect your App Store Connect account") {
                return Ok(Some(Told { account: false, looked: false }));
            }
            let shown: Vec<String> = rows(window)?;
            let state = self.apple.state()?;
            let keys = state["keys"].as_array().context("no keys")?;
            ensure!(shown.len() == keys.len(), "Apple has {keys:#?}, the window shows {shown:#?}");
            for key in keys {
                let id = key["id"].as_str().context("no ID")?;
                ensure!(shown.iter().any(|row| row.contains(id)), "no row shows {id}: {shown:#?}");
            }
            ensure!(!shown.iter().any(|row| row.contains("Looking…")), "not all apps are known: {shown:#?}");
            let first = files::groups(&files::fingerprint(&self.keys[0])?).join(" ");
            if let Some(row) = shown.iter().find(|row| row.contains(&first)) {
                ensure!(!self.named.get() || row.contains(NAME), "its name is lost: {row}");
            }
            Ok(Some(Told { account: true, looked: text.contains("Latchkey was closed before") }))
        })
    }

    /// Each public key was sent once at most, and each ID removed once at most.
    fn sent_once(&self) -> Result<()> {
        let log = self.apple.log()?;
        let writes: Vec<&Value> = log.iter().filter(|request| request["method"] != "GET").collect();
        let different: BTreeSet<String> = writes
            .iter()
            .map(|write| format!("{} {} {}", write["method"], write["path"], write["body"]))
            .collect();
        ensure!(writes.len() == different.len(), "something was sent twice: {writes:#?}");
        Ok(())
    }
}

struct Told {
    account: bool,
    looked: bool,
}

fn rows(window: &Window) -> Result<Vec<String>> {
    let rows =
        window.script("return [...document.querySelectorAll('tbody tr')].map((row) => row.textContent)")?;
    let text =
        |row: &Value| row.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(rows.as_array().into_iter().flatten().map(text).collect())
}

/// The names of the app's keychain entries.
fn entries(case: &Case<'_>) -> Result<BTreeSet<String>> {
    let found = case.keychain().entries(SERVICE)?;
    let name = |line: &str| line.split_once("attribute.username = ").map(|(_, name)| name.trim().to_owned());
    Ok(found.lines().filter_map(name).collect())
}

pub(crate) fn in_the_first_half(case: &Case<'_>) -> Result<()> {
    killed(case, 0)
}

pub(crate) fn in_the_second_half(case: &Case<'_>) -> Result<()> {
    killed(case, KILLS)
}

fn killed(case: &Case<'_>, from: u32) -> Result<()> {
    let whole = {
        let work = Work::fresh()?;
        let window = work.open()?;
        let began = Instant::now();
        work.done_in(&window)?;
        began.elapsed()
    };
    for nth in from..from + KILLS {
        // Spread over the whole, two in each fifth, none at a round number.
        let instant = whole.mul_f64((f64::from(nth) + 0.618) / f64::from(2 * KILLS));
        let told =
            killed_at(case, instant).with_context(|| format!("killed after {instant:?} of {whole:?}"))?;
        let after = if told.account { "the account" } else { "the first start" };
        let looked = if told.looked { ", looked for" } else { "" };
        println!("killed after {instant:.1?} of {whole:.1?}: {after}{looked}");
    }
    Ok(())
}

fn killed_at(case: &Case<'_>, instant: Duration) -> Result<Told> {
    let before = entries(case)?;
    let work = Work::fresh()?;
    let window = work.open()?;
    let app = window.app()?;
    let killer = thread::spawn(move || {
        thread::sleep(instant);
        display::kill(app, "KILL")
    });
    let outcome = work.done_in(&window);
    let early = outcome.is_err() && !display::has_ended(app);
    killer.join().ok().context("the killer")??;
    display::until_ended(app)?;
    drop(window);
    if early {
        return outcome.context("it failed before").map(|()| Told { account: false, looked: false });
    }

    let window = work.open()?;
    let told = work.is_told(&window)?;
    let expected = usize::from(told.account);
    wait_for("no other secret than the account's in the keychain", || {
        let now = entries(case)?;
        let new: Vec<_> = now.difference(&before).collect();
        ensure!(new.len() == expected, "{new:?}");
        Ok(Some(()))
    })?;
    work.sent_once()?;
    window.kill()?;
    Ok(told)
}
