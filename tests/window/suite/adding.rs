//! Adding a key with an unsteady hand.

use anyhow::{Result, ensure};
use latchkey_window::{
    files,
    home::Home,
    story,
    window::{Hand, Role},
};

use crate::case::{Case, apple};

pub(crate) fn double_click(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let public_key = files::key_pair(home.path())?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, "Lindqvist & Haas", &mut story::unseen)?;
        window.click(Role::Button, "Add key")?;
        story::choose_key(window, &public_key)?;
        story::confirm_by_voice(window, &public_key)?;
        window.click(Role::Button, "Next")?;
        story::choose_app(window, "Sassolino")?;
        window.click(Role::Button, "Next")?;
        window.double_click(Role::Button, "Add key")?;
        story::added(window)?;
        Ok(())
    })?;
    let posts = apple.requests("POST")?;
    ensure!(posts.len() == 1, "two clicks, one key: {posts:#?}");
    Ok(())
}

pub(crate) fn wrong_files(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let public_key = files::key_pair(home.path())?;
    let rsa = home.file("rsa.pem");
    let p384 = home.file("p384.pem");
    let empty = home.file("empty.pem");
    for (arguments, file) in [
        (["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], &rsa),
        (["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], &p384),
    ] {
        files::openssl(&[&["genpkey"], &arguments[..], &["-out", &file.to_string_lossy()]].concat())?;
    }
    std::fs::write(&empty, "")?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, "Lindqvist & Haas", &mut story::unseen)?;
        window.click(Role::Button, "Add key")?;
        for (file, name) in [(&rsa, "RSA"), (&p384, "P-384"), (&empty, "empty"), (&apple.p8, "API key")] {
            story::choose_key(window, file)?;
            window.says(Role::Alert, name)?;
        }
        // The right file still goes through.
        story::choose_key(window, &public_key)?;
        story::confirm_by_voice(window, &public_key)?;
        window.click(Role::Button, "Next")?;
        window.the(Role::Radio, "One app").map(drop)
    })?;
    ensure!(apple.requests("POST")?.is_empty(), "nothing was sent");
    Ok(())
}
