//! A keychain that is locked while the app runs, and the person who is asked for its password.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use latchkey_window::{
    files,
    home::Home,
    prompt::Prompt,
    simulator::Simulator,
    story,
    wait::wait_for,
    window::{Hand, Role, Window},
};

use crate::case::{Case, apple};

const ACCOUNT: &str = "Lindqvist & Haas";
const APP: &str = "Camino Lento";
const WAITING: &str = "Waiting for your keychain";

struct Start {
    home: Home,
    apple: Simulator,
    public_key: PathBuf,
}

impl Start {
    fn fresh() -> Result<Self> {
        let home = Home::fresh()?;
        let apple = apple(home.path())?;
        let public_key = files::key_pair(home.path())?;
        Ok(Self { home, apple, public_key })
    }

    /// From the first start to a key that can't be signed for, since the keychain is locked. Gives the prompt that asks.
    fn send_locked_out(
        &self,
        case: &Case<'_>,
        window: &Window,
        prompt: fn() -> Result<Prompt>,
    ) -> Result<Prompt> {
        story::connect(window, &self.apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3)?;
        case.keychain().lock()?;
        let prompt = prompt()?;
        story::send_key(window, &self.public_key, APP, &mut story::unseen)?;
        window.shows(WAITING)?;
        self.sent(0)?;
        Ok(prompt)
    }

    fn sent(&self, count: usize) -> Result<()> {
        let posts = self.apple.requests("POST")?;
        ensure!(posts.len() == count, "{count} were to be sent, not {posts:#?}");
        Ok(())
    }
}

/// Runs a test and leaves the keychain open, however it ends.
fn locking(case: &Case<'_>, test: impl FnOnce(&Start) -> Result<()>) -> Result<()> {
    let outcome = Start::fresh().and_then(|start| test(&start));
    case.keychain().kill()?;
    case.keychain().start_again()?;
    outcome
}

pub(crate) fn unlocked(case: &Case<'_>) -> Result<()> {
    locking(case, |start| {
        case.in_window(&start.home, &start.apple, Hand::Mouse, |window| {
            let prompt = start.send_locked_out(case, window, Prompt::start)?;
            prompt.unlock()?;
            story::added(window)?;
            ensure!(!window.text()?.contains(WAITING), "nothing waits any more");
            Ok(())
        })?;
        start.sent(1)
    })
}

pub(crate) fn dismissed(case: &Case<'_>) -> Result<()> {
    locking(case, |start| {
        case.in_window(&start.home, &start.apple, Hand::Mouse, |window| {
            let prompt = start.send_locked_out(case, window, Prompt::start)?;
            prompt.dismiss()?;
            window.says(Role::Alert, "The keychain stayed locked.")?;
            start.sent(0)?;
            window.click(Role::Button, "Try again")?;
            prompt.unlock()?;
            story::added(window)
        })?;
        start.sent(1)
    })
}

pub(crate) fn quit(case: &Case<'_>) -> Result<()> {
    locking(case, |start| {
        let window = Window::open(&start.home, &[("LATCHKEY_API_URL", &start.apple.url)], Hand::Mouse)?;
        let _prompt = start.send_locked_out(case, &window, Prompt::hanging)?;
        let began = Instant::now();
        window.quit()?;
        let took = began.elapsed();
        ensure!(took < Duration::from_secs(5), "quitting took {took:?}");
        start.sent(0)
    })
}

pub(crate) fn killed(case: &Case<'_>) -> Result<()> {
    locking(case, |start| {
        drop(case.until_killed(&start.home, &start.apple, |window| {
            start.send_locked_out(case, window, Prompt::start)
        })?);
        let prompt = Prompt::start()?;
        case.in_window(&start.home, &start.apple, Hand::Mouse, |window| {
            window.shows(WAITING)?;
            prompt.unlock()?;
            wait_for("Apple to be asked", || {
                let asked = start.apple.requests("GET")?;
                Ok(asked.last().is_some_and(|last| last["status"] == 200).then_some(()))
            })?;
            // Nothing was sent, so nothing has come of it; sending it is another decision.
            story::keys(window, 3).map(drop)
        })?;
        start.sent(0)
    })
}
