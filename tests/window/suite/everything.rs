//! Removing everything that Latchkey stored on this computer, however it is interrupted.

use std::{collections::BTreeSet, fs, path::Path, thread};

use anyhow::{Context, Result, anyhow, ensure};
use latchkey_window::{
    display,
    home::Home,
    simulator::Simulator,
    story::{self, everything, pair::Saving, panel},
    window::{Hand, Role, Window},
};

use crate::case::{Case, SERVICE, apple};

const ACCOUNT: &str = "Lindqvist & Haas";

/// What other programs write into the home of whoever opens a window: none of it is Latchkey's to remove.
const OTHERS: [(&str, &str); 4] = [
    (".latchkey.log", "what the app printed, kept by these tests"),
    (".cache/fontconfig", "fontconfig's cache"),
    (".cache/mesa_shader_cache", "Mesa's cache"),
    (".local/share/recently-used.xbel", "GTK's list of files that were chosen"),
];

/// An account whose keys have names, and two private keys in the keychain.
struct Stored {
    home: Home,
    apple: Simulator,
    /// The entries of the keychain before.
    entries: BTreeSet<String>,
    /// What was in the home before.
    files: BTreeSet<String>,
}

impl Stored {
    fn fresh(case: &Case<'_>) -> Result<Self> {
        let home = Home::fresh()?;
        let apple = apple(home.path())?;
        let stored = Self { entries: entries(case)?, files: files_below(home.path())?, home, apple };
        case.in_window(&stored.home, &stored.apple, Hand::Mouse, |window| {
            story::connect(window, &stored.apple, ACCOUNT, &mut story::unseen)?;
            for app in ["Sassolino", "Camino Lento"] {
                let saving = Saving { kept: true, unprotected: true };
                let file = stored.home.file(&format!("{app}.pem"));
                story::pair::create(window, &file, saving, app, &mut story::unseen)?;
            }
            story::keys(window, 5)?;
            let id = stored.apple.key_ids()?[0].clone();
            panel::open(window, &id, panel::UNNAMED)?;
            panel::rename(window, "Main marketplace")
        })?;
        ensure!(!stored.left_files()?.is_empty(), "there are files to remove");
        ensure!(
            entries(case)?.len() == stored.entries.len() + 3,
            "an API key and two private keys are there"
        );
        Ok(stored)
    }

    /// From Settings to the button that removes.
    fn decide(window: &Window) -> Result<()> {
        everything::ask(window)?;
        everything::private_keys(window)?;
        for key in ["Sassolino", "Camino Lento"] {
            everything::give_up(window, key)?;
        }
        everything::decide(window)
    }

    /// The files of Latchkey's own below the home.
    fn left_files(&self) -> Result<Vec<String>> {
        let there = files_below(self.home.path())?;
        let own = |file: &&String| {
            let others = OTHERS.iter().any(|(place, _why)| file.starts_with(place));
            !others && Path::new(file).extension().is_none_or(|kind| kind != "pem")
        };
        Ok(there.difference(&self.files).filter(own).cloned().collect())
    }

    /// Nothing is left in the keychain and below the home, and the next start is as the first.
    fn nothing_left(&self, case: &Case<'_>) -> Result<()> {
        let left: Vec<String> = entries(case)?.difference(&self.entries).cloned().collect();
        ensure!(left.is_empty(), "the keychain still has {left:#?}");
        let left = self.left_files()?;
        ensure!(left.is_empty(), "there are still {left:#?}");
        case.in_window(&self.home, &self.apple, Hand::Mouse, |window| {
            window.the(Role::Button, "Connect your App Store Connect account")?;
            window.the(Role::Button, "Try the sample account").map(drop)
        })
    }
}

pub(crate) fn nothing_left(case: &Case<'_>) -> Result<()> {
    let stored = Stored::fresh(case)?;
    let writes = stored.apple.requests("POST")?.len();
    case.until_ended(&stored.home, &stored.apple, |window| {
        everything::ask(window)?;
        let said = window.dialog_text()?;
        for goes in [
            ACCOUNT,
            "2 private keys in the keychain",
            "The names and notes of 3 keys",
            "Nothing at Apple changes",
        ] {
            ensure!(said.contains(goes), "it says “{goes}”: {said}");
        }
        everything::private_keys(window)?;
        window.shows("2 private keys are neither saved nor given up.")?;
        everything::give_up(window, "Sassolino")?;
        window.shows("1 private key is neither saved nor given up.")?;
        ensure!(!window.is_enabled(Role::Button, "Next")?, "nothing goes on before each is decided");
        window.click_described(Role::Button, "Save…", "Camino Lento")?;
        story::pair::save_kept(window, &stored.home.file("saved again.pem"))?;
        window.shows("Saved as saved again.pem")?;
        everything::decide(window)?;
        let said = window.dialog_text()?;
        ensure!(
            said.contains("Sassolino") && !said.contains("Camino Lento"),
            "it names what is lost for good: {said}"
        );
        window.click(Role::Button, everything::REMOVE)?;
        everything::removed(window)?;
        window.shows(&stored.apple.key_id)?;
        window.ends_by(|window| window.click(Role::Button, "Quit Latchkey"))
    })?;
    ensure!(stored.apple.requests("POST")?.len() == writes, "nothing at Apple changes");
    ensure!(stored.apple.requests("DELETE")?.is_empty(), "nothing at Apple changes");
    stored.nothing_left(case)
}

pub(crate) fn killed(case: &Case<'_>) -> Result<()> {
    let stored = Stored::fresh(case)?;
    case.until_ended(&stored.home, &stored.apple, |window| {
        Stored::decide(window)?;
        let (app, keychain) = (window.app()?, &*case.keychain());
        let before = keychain.state()?;
        thread::scope(|scope| {
            let killed = scope.spawn(|| keychain.written(&before).and_then(|()| display::kill(app, "KILL")));
            window.ends_by(|window| window.click(Role::Button, everything::REMOVE))?;
            killed.join().map_err(|_| anyhow!("the test itself failed"))?
        })
    })?;
    let left = entries(case)?.len() - stored.entries.len();
    ensure!((1..3).contains(&left), "it was in the middle: of three entries {left} are left");
    ensure!(stored.home.records().join("latchkey.db").exists(), "that it is to go on is written down");

    // What it begins with shows that the rest was done before.
    case.until_ended(&stored.home, &stored.apple, |window| {
        window.shows("Latchkey was told to remove everything it stored here.")?;
        window.ends_by(|window| window.click(Role::Button, "Quit Latchkey"))
    })?;
    stored.nothing_left(case)
}

pub(crate) fn keychain_killed(case: &Case<'_>) -> Result<()> {
    let stored = Stored::fresh(case)?;
    case.until_ended(&stored.home, &stored.apple, |window| {
        Stored::decide(window)?;
        let mut keychain = case.keychain();
        let before = keychain.state()?;
        thread::scope(|scope| {
            let keychain = &mut *keychain;
            let killed = scope.spawn(move || keychain.written(&before).and_then(|()| keychain.kill()));
            window.click(Role::Button, everything::REMOVE)?;
            killed.join().map_err(|_| anyhow!("the test itself failed"))?
        })?;
        window.the(Role::Dialog, "Not everything is removed yet")?;
        window.says(Role::Alert, "keychain")?;
        ensure!(stored.home.records().join("latchkey.db").exists(), "that it is to go on is written down");
        keychain.start_again()?;
        drop(keychain);
        window.click(Role::Button, "Go on removing")?;
        everything::removed(window)?;
        window.ends_by(|window| window.click(Role::Button, "Quit Latchkey"))
    })?;
    stored.nothing_left(case)
}

/// The entries that the app has in the keychain: what secret-tool says of who each is of.
fn entries(case: &Case<'_>) -> Result<BTreeSet<String>> {
    let listed = case.keychain().entries(SERVICE)?;
    Ok(listed.lines().filter(|line| line.contains("username = ")).map(str::to_owned).collect())
}

/// The files below a folder, as paths from there.
fn files_below(folder: &Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).context("outside")?.to_string_lossy().into_owned());
            }
        }
    }
    Ok(found)
}
