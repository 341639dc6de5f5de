//! *Diagnose connection*: what it says of a way that works, of one that doesn't, and what its report keeps to itself.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use latchkey_window::{
    clipboard,
    home::Home,
    simulator::Simulator,
    story::{
        self,
        connection::{self, PARTS},
    },
    wait::wait_for,
    window::{Hand, Role, Window, plain},
};
use serde_json::{Value, json};

use crate::case::{Case, apple};

const ACCOUNT: &str = "Lindqvist & Haas";

/// Each part of a way that works, and words of what is found.
const WORKS: [(&str, &str); PARTS] = [
    ("Proxy", "None: Latchkey connects to Apple directly."),
    ("Name look-up", "Apple's server was found"),
    ("Apple's server", "Answers, in"),
    ("Certificate", "None is needed: this server is on this computer."),
    ("Clock", "Right."),
    ("Keychain", "It gives the API key, which is complete."),
    ("API key ID and kind", "Of the usual form: a team key with its issuer ID."),
    ("Apple's answer", "Apple accepts the API key."),
    ("Role", "It may read distribution keys."),
    ("Agreements", "Apple names none that is missing."),
    ("Requests left this hour", " of 3,600."),
];

/// What makes a connection fail, what all of it comes to, and the lines that tell why.
struct Fault {
    line: Value,
    sum: &'static str,
    lines: &'static [(&'static str, &'static str)],
}

pub(crate) fn works(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3)?;
        let before = apple.count()?;
        connection::diagnose(window)?;
        let found = connection::found(window)?;
        ensure!(found.len() == WORKS.len(), "every part has its line: {found:#?}");
        says_all(&found, &WORKS)?;
        window.shows(&format!("Everything works: Apple accepts {ACCOUNT}."))?;
        window.shows(&format!("Checked all {PARTS} at"))?;
        let asked = apple.log()?.split_off(before);
        ensure!(asked.len() == 2, "each question is asked once: {asked:#?}");

        let report = discreet(window, &home, &apple)?;
        window.click(Role::Button, "Copy report")?;
        wait_for("the report in the clipboard", || {
            let copied = clipboard::pasted()?;
            ensure!(copied == report, "it holds {copied:?}, shown is {report:?}");
            Ok(Some(()))
        })
    })
}

pub(crate) fn broken(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let [_, _, port] = apple.url.splitn(3, ':').collect::<Vec<_>>()[..] else {
        anyhow::bail!("no port in {}", apple.url)
    };
    let title = format!("'{ACCOUNT} at 127.0.0.1:{port} has no agreement, ask ann@orchard.example'");
    let faults = [
        Fault {
            line: json!(["* * status=401 date=+2h times=always"]),
            sum: "because this computer's clock is wrong.",
            lines: &[
                ("Clock", "2 hours slow. By Apple's clock every request comes too late."),
                ("Clock", "Set time automatically"),
                ("Apple's answer", "Refused. With a wrong clock Apple refuses every API key."),
                ("Role", "Not checked"),
            ],
        },
        Fault {
            line: json!([format!(
                "GET /v1 status=403 code=FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED title={title} times=always"
            )]),
            sum: "agreement",
            lines: &[
                ("Apple's answer", "Apple accepts the API key."),
                ("Agreements", "agreement"),
                ("Role", "Not checked"),
            ],
        },
        Fault {
            line: json!(["* * html times=always"]),
            sum: "Something other than Apple's server answers.",
            lines: &[
                ("Apple's server", "Something answers in its place"),
                ("Apple's answer", "the sign-in page of a network, most likely"),
                (
                    "Apple's answer",
                    "Open any web page in your browser, and sign in to the network if it asks.",
                ),
            ],
        },
    ];
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3)?;
        connection::diagnose(window)?;
        connection::found(window)?;
        for Fault { line, sum, lines } in faults {
            apple.fault(&line)?;
            window.click(Role::Button, "Check again")?;
            window.shows(sum).with_context(|| format!("with {line}"))?;
            says_all(&connection::found(window)?, lines).with_context(|| format!("with {line}"))?;
            discreet(window, &home, &apple)?;
            window.click(Role::Button, "Close")?;
        }
        Ok(())
    })
}

pub(crate) fn stopped(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3)?;
        apple.fault(&json!(["GET /$ delay=1m"]))?;
        connection::diagnose(window)?;
        connection::says(window, "Apple's server", "Checking…")?;
        window.click(Role::Button, "Stop")?;
        window.shows("Stopped before the end.")?;
        let found = connection::found(window)?;
        says_all(
            &found,
            &[("Proxy", "None"), ("Apple's server", "Not checked yet"), ("Role", "Not checked yet")],
        )?;
        ensure!(connection::report(window)?.contains("stopped before its end"), "the report says so");
        window.click(Role::Button, "Close")?;
        window.click(Role::Button, "Check again")?;
        window.shows("Everything works")
    })
}

/// Whether each part says its words.
fn says_all(found: &[String], parts: &[(&str, &str)]) -> Result<()> {
    for (part, words) in parts {
        let told = found.iter().any(|line| line.starts_with(&plain(part)) && line.contains(words));
        ensure!(told, "{part} says “{words}”: {found:#?}");
    }
    Ok(())
}

/// The report, which is shown and holds nothing that leads to a person, a computer or an account.
fn discreet(window: &Window, home: &Home, apple: &Simulator) -> Result<String> {
    let report = connection::report(window)?;
    let user = String::from_utf8(Command::new("id").arg("-un").output()?.stdout)?;
    let folder = home.path().to_string_lossy();
    let port = apple.url.rsplit(':').next().context("no port")?;
    let private = [
        ACCOUNT,
        "Lindqvist",
        "Haas",
        "ann",
        "orchard",
        &apple.issuer_id,
        &apple.key_id,
        "127.0.0.1",
        "localhost",
        port,
        &folder,
        user.trim(),
        "Bearer",
        "eyJ",
    ];
    let told: Vec<&str> = private.into_iter().filter(|word| report.contains(word)).collect();
    ensure!(told.is_empty(), "it tells {told:?}: {report}");
    ensure!(report.lines().count() > PARTS, "each part has a line: {report}");
    Ok(report)
}
