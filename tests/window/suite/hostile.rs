//! Texts from Apple that somebody else has written, to do harm with.

use anyhow::{Context, Result, ensure};
use latchkey_window::{
    files,
    home::Home,
    simulator::Simulator,
    story::{self, go},
    wait::wait_for,
    window::{Hand, Role, Window},
};
use serde_json::{Value, json};

use crate::case::{Case, apple, apple_with};

const ACCOUNT: &str = "Lindqvist & Haas";

/// Texts that would set `struck` if they were anything but text, or turn round what stands beside them.
fn texts() -> Vec<String> {
    let long = |text: &str, times| format!("{} {}", text, text.repeat(times));
    vec![
        "<img src=x onerror=\"window.struck='image'\">".to_owned(),
        "<script>window.struck='script'</script>".to_owned(),
        "</title></textarea></style><script>window.struck='end'</script><title>Theirs".to_owned(),
        "<svg/onload=window.struck='drawing'><iframe src=\"javascript:parent.struck='frame'\">".to_owned(),
        "{@html '<b>x</b>'} {{constructor.constructor('window.struck=1')()}} ${window.struck=1}".to_owned(),
        "\u{202e}sppA ruoY\u{2066}\u{2067}\u{202d}".to_owned(),
        "Bell\u{7} escape\u{1b}[2J\u{0}nul\u{85}\r\nnew line\u{2028}separator\tblank".to_owned(),
        long("W", 5_000),
        long("Namen ", 1_000),
        format!("Z{}", "a\u{30d}\u{316}\u{334}\u{489}".repeat(400)),
        "\u{feff}\u{200b}\u{200d}\u{2060}".to_owned(),
        "javascript:window.struck='link'".to_owned(),
    ]
}

/// A list as Apple answers it, with a hostile text in every member that can hold one.
fn apps(apple: &Simulator, texts: &[String]) -> Result<String> {
    let state = apple.state()?;
    let apps = state["apps"].as_array().context("no apps")?;
    let data: Vec<Value> = apps
        .iter()
        .zip(texts.iter().cycle())
        .map(|(app, text)| {
            let attributes = json!({ "name": text, "bundleId": text, "sku": text, "primaryLocale": text });
            json!({ "type": "apps", "id": app["id"], "attributes": attributes })
        })
        .collect();
    Ok(list(&data))
}

fn list(data: &[Value]) -> String {
    json!({ "data": data, "links": { "self": "<script>window.struck='self'</script>" } }).to_string()
}

/// Answers with this text, until told otherwise.
fn always(on: &str, text: &str) -> Value {
    json!({ "on": on, "status": 200, "text": text, "times": "always" })
}

/// Nothing of it was run, became an element, or pushed the page wider than the window.
fn unharmed(window: &Window, screen: &str) -> Result<()> {
    let page = window.script(
        "const { scrollWidth, clientWidth } = document.documentElement;
         return {
           struck: window.struck ?? null,
           elements: document.querySelectorAll('img[src=x], svg[onload], iframe, object, embed, base, body title, body style').length,
           scripts: document.scripts.length,
           title: document.title,
           wider: scrollWidth - clientWidth + document.body.scrollWidth - document.body.clientWidth,
         };",
    )?;
    let as_it_is = json!({ "struck": null, "elements": 0, "scripts": 1, "title": "Latchkey", "wider": 0 });
    ensure!(page == as_it_is, "{screen}: {page}");
    // Control and bidi characters have become replacement characters.
    let text = window.text()?;
    let odd = text.chars().find(|c| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    });
    ensure!(odd.is_none(), "{screen}: {odd:?} is in the page");
    Ok(())
}

pub(crate) fn names(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple_with(home.path(), &["--two-keys-per-app"])?;
    let public_key = files::key_pair(home.path())?;
    let texts = texts();
    let keys: Vec<Value> = texts
        .iter()
        .map(|text| json!({ "type": "alternativeDistributionKeys", "id": text, "attributes": { "publicKey": text } }))
        .chain([json!({ "id": "../../v1/apps" }), json!({ "id": 7 }), json!({})])
        .collect();
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        apple.fault(&json!([always("GET /v1/apps$", &apps(&apple, &texts)?)]))?;
        window.click(Role::Button, "Connect your App Store Connect account")?;
        story::fill_form(window, &apple, ACCOUNT)?;
        window.click(Role::Button, "Connect")?;
        window.shows("Is that the right company?")?;
        unharmed(window, "connected")?;
        window.click(Role::Button, "Yes, show the keys")?;
        story::keys(window, 3)?;
        unharmed(window, "the keys")?;
        for row in 0..3 {
            window.script(&format!(
                "document.querySelectorAll('tbody tr')[{row}].querySelector('button').click()"
            ))?;
            window.shows("As Apple has it, read at")?;
            unharmed(window, "the panel of a key")?;
            window.click(Role::Button, "Close")?;
        }

        go(window, "Apps")?;
        let rows = window.rows(12, |row| !row.contains("Looking…"))?;
        for text in &texts[..5] {
            ensure!(
                rows.iter().any(|row| row.contains(text.as_str())),
                "{text} stands there as text: {rows:#?}"
            );
        }
        unharmed(window, "the apps")?;
        go(window, "Keys")?;

        window.click(Role::Button, "Add key")?;
        story::choose_key(window, &public_key)?;
        story::confirm_by_voice(window, &public_key)?;
        window.click(Role::Button, "Next")?;
        window.the(Role::Radio, "One app")?;
        unharmed(window, "the list of apps to choose from")?;
        story::choose_app(window, "window.struck='image'")?;
        window.click(Role::Button, "Next")?;
        window.shows("Apple gets this public key")?;
        unharmed(window, "everything to check before it is sent")?;
        window.click(Role::Button, "Add key")?;
        story::added(window)?;
        unharmed(window, "the key is added")?;
        window.click(Role::Button, "Done")?;

        apple.fault(&json!([always("GET /v1/alternativeDistributionKeys$", &list(&keys))]))?;
        window.click(Role::Button, "Refresh")?;
        window.shows("Public key can't be read")?;
        window.shows("../../v")?;
        unharmed(window, "keys with odd IDs")?;

        apple.fault(&json!([]))?;
        window.click(Role::Button, "Refresh")?;
        story::keys(window, 4)?;
        unharmed(window, "afterwards")
    })
}

pub(crate) fn errors(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let texts = texts();
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3)?;
        for text in &texts {
            let error = json!({
                "id": text, "status": text, "code": text, "title": text, "detail": text,
                "source": { "pointer": text, "parameter": text },
                "links": { "about": text, "see": text },
                "meta": { "associatedErrors": { text.as_str(): [{ "code": text, "title": text, "detail": text }] } },
            });
            let fault = json!({ "on": "GET /v1/alternativeDistributionKeys$", "status": 409, "errors": [error], "times": "always" });
            apple.fault(&json!([fault]))?;
            let asked = apple.count()?;
            window.click(Role::Button, "Refresh")?;
            wait_for("Apple to be asked", || Ok((apple.count()? > asked).then_some(())))?;
            window.the(Role::Button, "Try again")?;
            window.script("document.querySelectorAll('summary').forEach((one) => { one.parentElement.open = true; })")?;
            unharmed(window, text)?;
        }
        window.shows("window.struck")?;
        apple.fault(&json!([]))?;
        window.click(Role::Button, "Try again")?;
        window.gone(Role::Button, "Try again")?;
        story::keys(window, 3).map(drop)
    })
}

pub(crate) fn megabytes(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let public_key = files::key_pair(home.path())?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3)?;
        go(window, "Apps")?;
        window.rows(12, |row| !row.contains("Looking…"))?;

        apple
            .fault(&json!([always("GET /v1/apps$", &apps(&apple, &["Ten megabytes ".repeat(750_000)])?)]))?;
        window.click(Role::Button, "Refresh")?;
        window.shows("The answer was far larger than any of Apple's.")?;
        unharmed(window, "an answer of more than the limit")?;

        apple.fault(&json!([always("GET /v1/apps$", &apps(&apple, &["x<b>".repeat(40_000)])?)]))?;
        // There are two buttons of this name.
        window.script("[...document.querySelectorAll('button')].find(({ innerText }) => innerText === 'Refresh').click()")?;
        window.shows("x<b>x<b>")?;
        unharmed(window, "names of 160 KB")?;

        apple.fault(&json!([]))?;
        go(window, "Keys")?;
        window.click(Role::Button, "Refresh")?;
        story::keys(window, 3)?;
        story::add_key(window, &public_key, "Camino Lento", &mut story::unseen).map(drop)
    })
}
