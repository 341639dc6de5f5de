//! The way to Apple: the proxy, and what *Diagnose connection* finds.

use anyhow::Result;
use serde_json::json;

use super::{Seen, go};
use crate::{
    simulator::Simulator,
    wait::wait_for,
    window::{Role, Window, plain},
};

/// How many parts of the way are checked for an account.
pub const PARTS: usize = 11;

/// Goes to Settings, types the address of a proxy and saves it.
pub fn use_proxy(window: &Window, typed: &str) -> Result<()> {
    go(window, "Settings")?;
    window.fill(Role::Textbox, "Proxy", typed)?;
    window.click(Role::Button, "Save")
}

/// From any place to the page that checks the connection, which begins at once.
pub fn diagnose(window: &Window) -> Result<()> {
    go(window, "Settings")?;
    window.click(Role::Button, "Diagnose connection")
}

/// Waits until everything is checked, and gives what was found, part by part.
pub fn found(window: &Window) -> Result<Vec<String>> {
    window.the(Role::Button, "Show report…")?;
    window.items("What was checked")
}

/// Waits until a part says something.
pub fn says(window: &Window, part: &str, words: &str) -> Result<()> {
    wait_for(&format!("“{words}” at “{part}”"), || {
        let items = window.items("What was checked")?;
        Ok(items.iter().any(|item| item.starts_with(part) && item.contains(&plain(words))).then_some(()))
    })
}

/// Opens the report, which stays open, and gives its text.
pub fn report(window: &Window) -> Result<String> {
    window.click(Role::Button, "Show report…")?;
    window.the(Role::Dialog, "Diagnostics report")?;
    window.text_of(Role::Region, "The report")
}

/// From any place of an account through the screens about its connection, and back to its keys.
pub fn every_screen(window: &Window, apple: &Simulator, seen: Seen<'_>) -> Result<()> {
    diagnose(window)?;
    found(window)?;
    seen("Diagnosing the connection: everything works")?;
    report(window)?;
    seen("The diagnostics report: what is copied is shown before")?;
    window.click(Role::Button, "Close")?;
    apple.fault(&json!(["* * status=401 date=+2h times=always"]))?;
    window.click(Role::Button, "Check again")?;
    says(window, "Clock", "every request comes too late")?;
    found(window)?;
    seen("Diagnosing the connection: the clock is wrong")?;
    apple.fault(&json!(["* * html times=always"]))?;
    window.click(Role::Button, "Check again")?;
    window.shows("Something other than Apple's server answers.")?;
    seen("Diagnosing the connection: something else answers")?;
    apple.fault(&json!([]))?;
    window.click(Role::Button, "Back")?;

    use_proxy(window, "ann:blossom@proxy.example.com:8080")?;
    window.shows("Latchkey can't sign in to a proxy.")?;
    seen("Settings: a proxy that asks for a login can't be used")?;
    use_proxy(window, "127.0.0.1:8080")?;
    window.shows("Requests to Apple go through the proxy 127.0.0.1:8080, as set here.")?;
    seen("Settings: requests go through a proxy that was set here")?;
    window.click(Role::Button, "Use the system's proxy")?;
    window.shows("Requests go to Apple directly")?;
    go(window, "Keys")
}
