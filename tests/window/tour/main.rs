//! The tour, in numbered pictures of the real window: the main job and the whole life of a key on the sample account,
//! then what needs an account of one's own, on the simulator, and last the way to Apple and out.

mod account;
mod pictures;
mod way;

use std::{env, path::PathBuf};

use anyhow::{Context, Result, ensure};
use latchkey_window::{
    desktop::Desktop,
    files,
    home::Home,
    story,
    window::{Hand, Role, Window},
};

use pictures::Pictures;

fn main() -> Result<()> {
    let folder = PathBuf::from(env::args_os().nth(1).context("the folder for the pictures is missing")?);
    let mut pictures = Pictures::new(folder)?;
    let _desktop = Desktop::start()?;
    with_the_sample(&mut pictures)?;
    account::of_ones_own(&mut pictures)?;
    way::there_and_out(&mut pictures)?;
    way::with_a_company(&mut pictures)
}

fn with_the_sample(pictures: &mut Pictures) -> Result<()> {
    let home = Home::fresh()?;
    let public_key = files::key_pair(home.path())?;
    let window = Window::open(&home, &[("LATCHKEY_SAMPLE", "1")], Hand::Mouse)?;
    let mut seen = |screen: &str| pictures.take(&window, screen);

    window.the(Role::Button, "Try the sample account")?;
    seen("First start: the sample account needs no API key")?;
    window.click(Role::Button, "Try the sample account")?;
    story::keys(&window, 3)?;
    seen("Keys: each alternative distribution key, and the app it is for")?;
    let id = story::add_key(&window, &public_key, "Moonlit Orchard: Harvest Tales", &mut seen)?;
    let rows = story::keys(&window, 4)?;
    ensure!(rows.iter().any(|row| row.contains(&id)), "the new key has a row");
    seen("Keys again: the new key is registered")?;
    story::life::whole(&window, &home.file("desk"), 4, &mut seen)?;
    window.quit()
}
