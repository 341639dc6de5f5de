//! A pair of keys made here: its private key is in a file before its public key is at Apple.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use latchkey_window::{
    files,
    home::Home,
    story::{self, pair::Saving, panel},
    window::{Hand, Role},
};
use serde_json::Value;

use crate::{
    case::{Case, SERVICE, apple},
    openapi,
};

const ACCOUNT: &str = "Lindqvist & Haas";

pub(crate) fn both_forms(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let (protected, bare) = (home.file("protected.pem"), home.file("bare.pem"));
    let password = case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        let first = Saving::default();
        let (_, password) = story::pair::create(window, &protected, first, "Sassolino", &mut story::unseen)?;
        let second = Saving { unprotected: true, ..Saving::default() };
        story::pair::create(window, &bare, second, "Camino Lento", &mut story::unseen)?;
        story::keys(window, 5)?;
        password.context("the first one's password")
    })?;

    let posts = apple.requests("POST")?;
    ensure!(posts.len() == 2, "one POST each: {posts:#?}");
    for (file, password, post) in [(&protected, password.as_str(), &posts[0]), (&bare, "", &posts[1])] {
        opens(file, password)?;
        files::sign_and_verify(file, password, &posted(post, &home)?)?;
        ensure!(files::mode(file)? == "600", "nobody else may read {}", file.display());
        let others = fs::read_dir(home.path())?.filter_map(Result::ok).map(|entry| entry.file_name());
        let left: Vec<_> = others.filter(|name| name.to_string_lossy().ends_with("tmp")).collect();
        ensure!(left.is_empty(), "nothing is left beside it: {left:?}");
    }
    ensure!(opens(&protected, "").is_err(), "without its password the first one stays shut");
    ensure!(opens(&protected, &password.to_uppercase()).is_err(), "and with a wrong one");
    Ok(())
}

pub(crate) fn kept_in_the_keychain(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let (first, again) = (home.file("first.pem"), home.file("again.pem"));
    let kept = || anyhow::Ok(case.keychain().entries(SERVICE)?.matches("username = private-key").count());
    let before = kept()?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        let saving = Saving { kept: true, ..Saving::default() };
        let (id, _) = story::pair::create(window, &first, saving, "Sassolino", &mut story::unseen)?;
        panel::open(window, &id, "Sassolino")?;
        window.click(Role::Button, "Save private key…")?;
        let password = story::pair::save_kept(window, &again)?.context("its password")?;

        let posts = apple.requests("POST")?;
        ensure!(posts.len() == 1, "saving it once more sends nothing: {posts:#?}");
        files::sign_and_verify(&again, &password, &posted(&posts[0], &home)?)
    })?;
    ensure!(kept()? == before + 1, "the keychain has the private key");
    Ok(())
}

fn opens(private_key: &Path, password: &str) -> Result<String> {
    let file = private_key.to_string_lossy();
    files::openssl(&["pkey", "-in", &file, "-noout", "-passin", &format!("pass:{password}")])
}

/// The public key that Apple got, in a file.
fn posted(post: &Value, home: &Home) -> Result<std::path::PathBuf> {
    ensure!(post["status"] == 201, "Apple created it: {post}");
    let body = &post["body"];
    openapi::check_posted("/v1/alternativeDistributionKeys", body)?;
    let pem = body["data"]["attributes"]["publicKey"].as_str().context("no public key")?;
    let file = home.file("posted.pem");
    fs::write(&file, pem)?;
    Ok(file)
}
