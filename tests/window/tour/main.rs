//! The tour: the main job on the sample account, by clicks in the real window, in numbered pictures.

#![expect(clippy::print_stdout, reason = "it tells what each picture shows")]

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use latchkey_window::{
    desktop::Desktop,
    files,
    home::Home,
    story,
    window::{Hand, Role, Window},
};

fn main() -> Result<()> {
    let folder = PathBuf::from(env::args_os().nth(1).context("the folder for the pictures is missing")?);
    forget_pictures(&folder)?;
    let _desktop = Desktop::start()?;
    let home = Home::fresh()?;
    let public_key = files::key_pair(home.path())?;
    let window = Window::open(&home, &[("LATCHKEY_SAMPLE", "1")], Hand::Mouse)?;
    let mut count = 0;
    let mut seen = |screen: &str| {
        count += 1;
        let name =
            screen.split(':').next().unwrap_or_default().to_lowercase().replace(',', "").replace(' ', "-");
        let file = folder.join(format!("{count:02}-{name}.png"));
        window.picture(&file)?;
        println!("{}  {screen}", file.display());
        Ok(())
    };

    window.the(Role::Button, "Try the sample account")?;
    seen("First start: the sample account needs no API key")?;
    window.click(Role::Button, "Try the sample account")?;
    story::keys(&window, 3)?;
    seen("Keys: each alternative distribution key, and the app it is for")?;
    let id = story::add_key(&window, &public_key, "Moonlit Orchard: Harvest Tales", &mut seen)?;
    let rows = story::keys(&window, 4)?;
    ensure!(rows.iter().any(|row| row.contains(&id)), "the new key has a row");
    seen("Keys again: the new key is registered")?;
    window.quit()
}

/// Removes the pictures of an earlier tour.
fn forget_pictures(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "png") {
            fs::remove_file(file)?;
        }
    }
    Ok(())
}
