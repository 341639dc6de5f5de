//! Starting the app while it runs.

use std::{
    fs::File,
    path::Path,
    process::{Child, Command},
};

use anyhow::{Result, ensure};
use latchkey_window::{
    binary, display, files,
    home::Home,
    simulator::Simulator,
    story,
    wait::wait_for,
    window::{Hand, Role, Window},
};

use crate::case::{Case, apple};

pub(crate) fn second_start(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let public_key = files::key_pair(home.path())?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, "Lindqvist & Haas", &mut story::unseen)?;
        story::keys(window, 3)?;

        let sample = Window::open(&home, &[("LATCHKEY_SAMPLE", "1")], Hand::Mouse)?;
        sample.the(Role::Button, "Try the sample account")?;
        in_front(&sample)?;

        ends_well(start_again(&home, &apple, &[])?)?;
        in_front(window)?;
        in_front_again(&sample)?;
        ends_well(start_again(&home, &apple, &[&public_key])?)?;
        in_front(window)?;
        window.the(Role::Dialog, "What this file is")?;
        window.shows("A public key that belongs to no key of this account.")?;
        sample.gone(Role::Dialog, "What this file is")?;
        sample.quit()
    })
}

/// Starts the app once more in the same home and setting, as the file manager does with files.
fn start_again(home: &Home, apple: &Simulator, files: &[&Path]) -> Result<Child> {
    let log = File::create(home.file(".second.log"))?;
    Ok(Command::new(binary("latchkey")?)
        .args(files)
        .envs(home.environment())
        .env("LATCHKEY_API_URL", &apple.url)
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?)
}

fn ends_well(mut app: Child) -> Result<()> {
    let status = wait_for("the second start to end", || Ok(app.try_wait()?));
    let _ = app.kill();
    let status = status?;
    ensure!(status.success(), "it ends with {status}");
    Ok(())
}

fn in_front(window: &Window) -> Result<()> {
    let app = window.app()?;
    wait_for("the window to be in front", || {
        let front = display::in_front()?;
        ensure!(front == app, "process {front} is, not {app}");
        Ok(Some(()))
    })
}

/// Brings a window to the front as a person does, and waits until it is.
fn in_front_again(window: &Window) -> Result<()> {
    display::activate(window.app()?)?;
    in_front(window)
}
