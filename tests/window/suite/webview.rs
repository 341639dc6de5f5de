//! A script that has got into the page after all: what it can do from there.

use std::{
    io::Read,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::{Result, ensure};
use latchkey_window::{
    home::Home,
    wait::wait_for,
    window::{Hand, Role, Window},
};
use serde_json::Value;

use crate::case::{Case, apple};

/// What the content security policy has to have refused, before anything was asked for.
const REFUSED: [&str; 16] = [
    "script-src-elem inline",
    "script-src-elem http",
    "script-src-elem data",
    "script-src-elem blob",
    "script-src-attr inline",
    "style-src-attr inline",
    "style-src-elem inline",
    "style-src-elem http",
    "img-src http",
    "media-src http",
    "object-src http",
    "frame-src http",
    "frame-src data",
    "connect-src http",
    "font-src http",
    "base-uri http",
];

/// A server that counts who connects to it.
struct Listener {
    port: u16,
    connections: Arc<AtomicUsize>,
}

impl Listener {
    fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        // It listens until the tests end.
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || stream.read_to_end(&mut Vec::new()));
            }
        });
        Ok(Self { port, connections })
    }

    /// How many there were, those that are waiting to be counted included.
    fn connections(&self) -> Result<usize> {
        let before = self.connections.load(Ordering::SeqCst);
        // Counted one after the other: whoever came before this one is counted with it.
        std::net::TcpStream::connect(("127.0.0.1", self.port))?;
        let counted = || self.connections.load(Ordering::SeqCst);
        wait_for("this connection to be counted", || Ok((counted() > before).then_some(())))?;
        Ok(counted() - 1)
    }
}

pub(crate) fn intruder(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let listener = Listener::start()?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        window.the(Role::Button, "Connect your App Store Connect account")?;
        window.script_with_callback(&asynchronous(
            &include_str!("intruder.js").replace("PORT", &listener.port.to_string()),
        ))?;
        let list = |name: &str| -> Result<Vec<String>> {
            let list = window.script(&format!("return window.{name}"))?;
            Ok(list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect())
        };
        wait_for("every attempt to be refused", || {
            let refused = list("refused")?;
            let missing: Vec<_> =
                REFUSED.iter().filter(|one| !refused.iter().any(|other| other.starts_with(**one))).collect();
            ensure!(missing.is_empty(), "{missing:?} are missing in {refused:#?}");
            Ok(Some(()))
        })?;
        let ran = list("ran")?;
        ensure!(ran.is_empty(), "these worked: {ran:?}");
        // The page is well again without what was put into it.
        window.reload()?;
        window.the(Role::Button, "Connect your App Store Connect account").map(drop)
    })?;
    let connections = listener.connections()?;
    ensure!(connections == 0, "{connections} connections were made");
    Ok(())
}

pub(crate) fn elsewhere(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let listener = Listener::start()?;
    let there = format!("http://127.0.0.1:{}", listener.port);
    let file = home.file("page.html");
    std::fs::write(&file, "<p>a page</p>")?;
    let ways = [
        format!("location.assign('{there}/')"),
        format!("location.replace('{there}/')"),
        format!("location.href = 'file://{}'", file.display()),
        "location.href = 'data:text/html,<p>a page</p>'".to_owned(),
        "location.href = URL.createObjectURL(new Blob(['<p>a page</p>'], { type: 'text/html' }))".to_owned(),
        "location.href = 'javascript:document.body.remove()'".to_owned(),
        "location.href = 'about:blank'".to_owned(),
        "location.href = 'tauri://example.com/'".to_owned(),
        format!(
            "document.head.insertAdjacentHTML('beforeend', '<meta http-equiv=refresh content=\"0;url={there}\">')"
        ),
        format!("window.open('{there}/', '_self')"),
        format!("window.open('{there}/', '_top')"),
        format!(
            "Object.assign(document.body.appendChild(document.createElement('a')), {{ href: '{there}' }}).click()"
        ),
    ];
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        window.the(Role::Button, "Connect your App Store Connect account")?;
        window.script("window.stayed = true")?;
        let at = window.script("return location.href")?;
        for way in &ways {
            // What asks the window's process afterwards is answered after the question where to go.
            let asked = format!(
                "{way}; await new Promise((resolve) => setTimeout(resolve));
                 await window.__TAURI_INTERNALS__.invoke('connection'); done(null);"
            );
            window.script_with_callback(&asynchronous(&asked))?;
            ensure!(window.script("return window.stayed")? == true, "{way}: the page is another one");
            ensure!(window.script("return location.href")? == at, "{way}: it is elsewhere");
        }
        window.click(Role::Button, "Connect your App Store Connect account")?;
        window.the(Role::Textbox, "Account name").map(drop)
    })?;
    let connections = listener.connections()?;
    ensure!(connections == 0, "{connections} connections were made");
    Ok(())
}

pub(crate) fn commands(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        ensure!(window.script("return '__TAURI__' in window")? == false, "Tauri's API is not in the page");
        ensure!(
            window.script("return Object.isFrozen(Object.prototype)")? == true,
            "prototypes stay as they are"
        );
        ensure!(invoked(window, "connection", "{}")?, "a command of Latchkey is answered");
        for (command, arguments) in [
            ("no_such_command", "{}"),
            ("plugin:app|version", "{}"),
            ("plugin:app|name", "{}"),
            ("plugin:event|listen", "{ event: 'tauri://drag-drop', target: { kind: 'Any' }, handler: 1 }"),
            ("plugin:event|emit", "{ event: 'theirs', payload: null }"),
            ("plugin:image|from_path", "{ path: '/etc/hostname' }"),
            ("plugin:path|resolve_directory", "{ directory: 21 }"),
            ("plugin:path|join", "{ paths: ['a', 'b'] }"),
            ("plugin:resources|close", "{ rid: 0 }"),
            (
                "plugin:webview|create_webview_window",
                "{ options: { label: 'theirs', url: 'https://example.com' } }",
            ),
            ("plugin:webview|get_all_webviews", "{}"),
            ("plugin:webview|internal_toggle_devtools", "{}"),
            ("plugin:window|create", "{ options: { label: 'theirs' } }"),
            ("plugin:window|get_all_windows", "{}"),
            ("plugin:window|close", "{ label: 'main' }"),
            ("plugin:window|set_title", "{ label: 'main', value: 'theirs' }"),
            ("plugin:shell|open", "{ path: 'https://example.com' }"),
            ("plugin:opener|open_url", "{ url: 'https://example.com' }"),
            ("plugin:fs|read_text_file", "{ path: '/etc/hostname' }"),
            (
                "plugin:http|fetch",
                "{ clientConfig: { method: 'GET', url: 'https://example.com', headers: [] } }",
            ),
            ("plugin:dialog|open", "{ options: {} }"),
            ("plugin:single-instance|start", "{}"),
        ] {
            ensure!(!invoked(window, command, arguments)?, "{command} is answered");
        }
        window.click(Role::Button, "Connect your App Store Connect account")
    })
}

/// Whether the page gets an answer to a command.
fn invoked(window: &Window, command: &str, arguments: &str) -> Result<bool> {
    let answered = window.script_with_callback(&asynchronous(&format!(
        "window.__TAURI_INTERNALS__.invoke('{command}', {arguments}).then(() => done(true), () => done(false))"
    )))?;
    Ok(answered == true)
}

/// The body of a function that may wait, and calls `done` at its end.
fn asynchronous(body: &str) -> String {
    format!(
        "const done = arguments[arguments.length - 1];
         (async (...arguments) => {{ {body}\n }})(done).catch((error) => done(String(error)));"
    )
}
