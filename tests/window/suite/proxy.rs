//! A proxy of one's own, and whoever opens the connection in between.

use std::{fs, net::TcpListener, path::Path};

use anyhow::{Result, ensure};
use latchkey_window::{
    files,
    home::Home,
    proxy::Proxy,
    simulator::Simulator,
    story::{self, connection},
    wait::wait_for,
    window::{Hand, Role, Window},
};

use crate::case::{Case, apple};

const ACCOUNT: &str = "Lindqvist & Haas";

pub(crate) fn closed(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    // Nobody listens there any more.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3)?;
        connection::use_proxy(window, &address)?;
        window.shows(&format!("Requests to Apple go through the proxy {address}, as set here."))?;
        let before = apple.count()?;
        story::go(window, "Keys")?;
        window.click(Role::Button, "Refresh")?;
        window.says(Role::Alert, "There is no connection to Apple's server.")?;
        window.click(Role::Button, "Diagnose connection")?;
        connection::found(window)?;
        connection::says(window, "Proxy", &format!("Goes through {address}, as set in Latchkey."))?;
        connection::says(window, "Apple's server", "The proxy doesn't let Latchkey through.")?;
        let report = connection::report(window)?;
        ensure!(
            !report.contains(&address) && !report.contains("127.0.0.1"),
            "it keeps the proxy to itself: {report}"
        );
        ensure!(apple.count()? == before, "no request found another way");
        window.click(Role::Button, "Close")?;
        window.gone(Role::Dialog, "Diagnostics report")?;
        window.click(Role::Button, "Close")?;

        story::go(window, "Settings")?;
        window.click(Role::Button, "Use the system's proxy")?;
        window.shows("Requests go to Apple directly")?;
        story::go(window, "Keys")?;
        window.click(Role::Button, "Refresh")?;
        wait_for("the keys being read again", || Ok((apple.count()? > before).then_some(())))?;
        story::keys(window, 3).map(drop)
    })
}

pub(crate) fn login(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        connection::use_proxy(window, "ann:blossom@127.0.0.1:3128")?;
        window.shows(
            "Latchkey can't sign in to a proxy. What stood before the @ was taken out of the field. Ask who looks after \
             the network for a proxy that needs no login.",
        )?;
        window.shows("Requests go to Apple directly")?;
        story::go(window, "Keys")?;
        story::keys(window, 3).map(drop)
    })?;
    ensure!(!holds(home.path(), b"blossom")?, "the password is nowhere in the home folder");
    Ok(())
}

pub(crate) fn passes_on(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let proxy = Proxy::start()?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3)?;
        ensure!(proxy.passed() == 0, "nothing goes through a proxy that nobody gave");
        connection::use_proxy(window, &proxy.address)?;
        window.shows(&format!("Requests to Apple go through the proxy {}, as set here.", proxy.address))?;
        all_through(window, &apple, &proxy)
    })?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::keys(window, 3)?;
        let passed = proxy.passed();
        all_through(window, &apple, &proxy)?;
        ensure!(proxy.passed() > passed, "after a restart, too");
        story::go(window, "Settings")?;
        window.shows(&format!("Requests to Apple go through the proxy {}, as set here.", proxy.address))
    })
}

/// Checks the connection: it works, and each request for it went through the proxy.
fn all_through(window: &Window, apple: &Simulator, proxy: &Proxy) -> Result<()> {
    let (arrived, passed) = (apple.count()?, proxy.passed());
    connection::diagnose(window)?;
    connection::found(window)?;
    window.shows(&format!("Everything works: Apple accepts {ACCOUNT}."))?;
    connection::says(window, "Proxy", &format!("Goes through {}, as set in Latchkey.", proxy.address))?;
    let (arrived, passed) = (apple.count()? - arrived, proxy.passed() - passed);
    ensure!(
        arrived > 0 && arrived == passed,
        "{arrived} requests arrived, {passed} of them through the proxy"
    );
    window.click(Role::Button, "Back")
}

pub(crate) fn company(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    files::api_key(&home.file("AuthKey_SIM0000001.p8"))?;
    let folder = home.path().to_string_lossy().into_owned();
    let apple = Simulator::start(home.path(), &["--tls", &folder])?;
    // As a company's own authority is in the system's list.
    let authority = home.file("ca.pem").to_string_lossy().into_owned();
    let trusted = [("SSL_CERT_FILE", authority.as_str())];
    case.in_window_with(&home, &apple, Hand::Mouse, &trusted, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3)?;
        window.shows(
            "Apple's connection is signed by Latchkey simulator: your company can read it, including the sign-in token.",
        )?;
        window.click(Role::Button, "Diagnose connection")?;
        connection::found(window)?;
        connection::says(window, "Certificate", "Apple's connection is signed by Latchkey simulator")?;
        window.shows(&format!("Apple accepts {ACCOUNT}, but your company can read the connection."))?;
        let report = connection::report(window)?;
        ensure!(!report.contains("simulator"), "it keeps the company to itself: {report}");
        window.click(Role::Button, "Close")
    })?;
    // Where nobody put it into the list.
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        window.says(
            Role::Alert,
            "The connection to Apple's server is not secure, so Latchkey didn't use it.",
        )?;
        window.says(
            Role::Alert,
            "Its certificate is signed by Latchkey simulator, whom this computer doesn't trust.",
        )
    })
}

/// Whether any file below a folder holds these bytes.
fn holds(folder: &Path, bytes: &[u8]) -> Result<bool> {
    for entry in fs::read_dir(folder)? {
        let (entry, path) = entry.map(|entry| (entry.file_type(), entry.path()))?;
        let kind = entry?;
        let found = if kind.is_dir() {
            holds(&path, bytes)?
        } else {
            kind.is_file() && fs::read(&path)?.windows(bytes.len()).any(|part| part == bytes)
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}
