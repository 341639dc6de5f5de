//! Files dropped on the window: what each of them is, and that nothing starts by itself.

use std::{fs, path::Path};

use anyhow::{Result, ensure};
use latchkey_window::{
    files::{self, openssl},
    home::Home,
    story::{self, arrivals, panel},
    window::{Hand, Role},
};

use crate::case::{Case, apple};

const ACCOUNT: &str = "Lindqvist & Haas";

pub(crate) fn every_kind(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let public_key = files::key_pair(home.path())?;
    let app = apple.app_without_key()?;
    let id = apple.added_elsewhere(&public_key, app["id"].as_str())?;
    let name = app["name"].as_str().unwrap_or_default();

    let file = |name: &str| home.file(name).to_string_lossy().into_owned();
    let (foreign, other, rsa) = (file("foreign.pem"), file("AuthKey_2X9R4HXF34.p8"), file("rsa.pem"));
    let (certificate, locked) = (file("certificate.pem"), file("locked.pem"));
    files::api_key(Path::new(&foreign))?;
    files::api_key(Path::new(&other))?;
    openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", &rsa])?;
    openssl(&[
        "req",
        "-x509",
        "-key",
        &foreign,
        "-subj",
        "/CN=Somebody",
        "-days",
        "2",
        "-out",
        &certificate,
    ])?;
    openssl(&["pkcs8", "-topk8", "-in", &foreign, "-passout", "pass:secret", "-out", &locked])?;
    fs::write(home.file("notes.txt"), "Call Rosa about the key.")?;

    let kinds = [
        ("public_key.pem", format!("The public key of {id}, used for {name}.")),
        ("private_key.pem", format!("The private key of {id}, used for {name}.")),
        ("foreign.pem", "A private key that belongs to no key of this account.".to_owned()),
        ("AuthKey_2X9R4HXF34.p8", "Probably an App Store Connect API key.".to_owned()),
        ("AuthKey_SIM0000001.p8", format!("The API key of {ACCOUNT}.")),
        ("rsa.pem", "A private RSA key (2048 bits).".to_owned()),
        ("certificate.pem", "A certificate, not a key.".to_owned()),
        ("locked.pem", "A private key with a password.".to_owned()),
        ("notes.txt", "No key.".to_owned()),
    ];
    let dropped = kinds.each_ref().map(|(file, _)| home.file(file));
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 4)?;
        let before = apple.count()?;
        arrivals::drop_files(window, &dropped.each_ref().map(AsRef::as_ref))?;
        for (file, is) in &kinds {
            window.shows(is)?;
            window.shows(file)?;
        }
        window.shows("It kept nothing and sent nothing.")?;
        ensure!(apple.count()? == before, "nothing was sent");
        window.click(Role::Button, "Done")?;
        window.gone(Role::Dialog, "What these 9 files are")
    })
}

pub(crate) fn one_public_key(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let public_key = files::key_pair(home.path())?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3)?;
        arrivals::drop_files(window, &[&public_key])?;
        window.shows("A public key that belongs to no key of this account.")?;
        window.click(Role::Button, "Add key")?;
        window.the(Role::Dialog, "Add key")?;
        // Dropped on the dialog, a file is chosen for it.
        story::confirm_by_voice(window, &public_key)?;
        window.drop_files(&[&public_key.with_file_name("private_key.pem")])?;
        window.the(Role::Checkbox, "It never left this computer")?;
        window.click(Role::Button, "Cancel")?;

        panel::open(window, &apple.key_ids()?[0], panel::UNNAMED)?;
        panel::check(window)?;
        window.drop_files(&[&public_key.with_file_name("private_key.pem")])?;
        window.shows(&format!("It belongs to no key of {ACCOUNT}."))
    })?;
    ensure!(apple.requests("POST")?.is_empty(), "nothing was sent");
    Ok(())
}
