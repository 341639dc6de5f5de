//! From a `.p8` and a PEM file to a key that Apple has bound to an app.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use latchkey_window::{files, home::Home, simulator::Simulator, story, wait::wait_for, window::Hand};

use crate::{
    case::{Case, SERVICE, apple},
    openapi,
};

const ACCOUNT: &str = "Lindqvist & Haas";
const APP: &str = "Moonlit Orchard: Harvest Tales";

pub(crate) fn with_the_mouse(case: &Case<'_>) -> Result<()> {
    main_job(case, Hand::Mouse)
}

pub(crate) fn with_the_keyboard(case: &Case<'_>) -> Result<()> {
    main_job(case, Hand::Keyboard)
}

fn main_job(case: &Case<'_>, hand: Hand) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let public_key = files::key_pair(home.path())?;
    let fingerprint = files::fingerprint(&public_key)?;

    let id = case.in_window(&home, &apple, hand, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        same_as_apple(&apple, &story::keys(window, 3)?)?;
        let id = story::add_key(window, &public_key, APP, &mut story::unseen)?;
        let rows = story::keys(window, 4)?;
        same_as_apple(&apple, &rows)?;
        let row = story::row_of(&rows, &fingerprint)?;
        ensure!(row.contains(APP), "the row of the new key names its app: {row}");
        Ok(id)
    })?;
    sent_once(&apple, &public_key, &id)?;

    let entries = case.keychain().entries(SERVICE)?;
    ensure!(entries.contains(SERVICE), "the keychain has the API key, secret-tool finds: {entries}");
    let asked = apple.requests("GET")?.len();
    case.in_window(&home, &apple, hand, |window| {
        story::keys(window, 4).context("after a restart the account is there without asking")?;
        // The rows are there from memory before Apple answers.
        wait_for("the keys being read from Apple anew, with the stored API key", || {
            Ok((apple.requests("GET")?.len() > asked).then_some(()))
        })?;
        story::disconnect(window, ACCOUNT)
    })?;
    let entries = case.keychain().entries(SERVICE)?;
    ensure!(
        entries.is_empty(),
        "after Disconnect the keychain has nothing of it, secret-tool finds: {entries}"
    );
    sent_once(&apple, &public_key, &id)
}

/// Every key that Apple has stands in a row, with its ID and the name of the app it is bound to.
fn same_as_apple(apple: &Simulator, rows: &[String]) -> Result<()> {
    let state = apple.state()?;
    let list = |name: &str| state[name].as_array().cloned().unwrap_or_default();
    for key in list("keys") {
        let id = key["id"].as_str().context("a key without an ID")?;
        let row = rows
            .iter()
            .find(|row| row.contains(id))
            .with_context(|| format!("no row shows {id}: {rows:#?}"))?;
        let app = list("apps").into_iter().find(|app| app["id"] == key["appId"]);
        let used_for = app.as_ref().and_then(|app| app["name"].as_str()).unwrap_or("All apps");
        ensure!(row.contains(used_for), "{id} is for {used_for}, its row says {row}");
    }
    Ok(())
}

/// One POST reached Apple; it carried the public key, and its answer the ID that was shown.
fn sent_once(apple: &Simulator, public_key: &Path, id: &str) -> Result<()> {
    let posts = apple.requests("POST")?;
    ensure!(posts.len() == 1, "exactly one POST, not {posts:#?}");
    ensure!(posts[0]["status"] == 201, "Apple created it: {}", posts[0]);
    let body = &posts[0]["body"];
    openapi::check_posted("/v1/alternativeDistributionKeys", body)?;
    let sent = body["data"]["attributes"]["publicKey"].as_str().unwrap_or_default();
    let base64 = |pem: &str| pem.lines().filter(|line| !line.starts_with('-')).collect::<String>();
    let in_file = base64(&std::fs::read_to_string(public_key)?);
    ensure!(base64(sent) == in_file, "the POST carries the public key of the file: {sent}");
    let fingerprint = files::fingerprint(public_key)?;
    let state = apple.state()?;
    let keys = state["keys"].as_array().context("no keys")?;
    let key = keys.iter().find(|key| key["id"] == id).with_context(|| format!("Apple has no {id}"))?;
    ensure!(
        key["fingerprint"] == fingerprint.as_str(),
        "Apple has the fingerprint that openssl gives: {key}"
    );
    Ok(())
}
