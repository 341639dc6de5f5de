//! WebDriver on the wire (W3C WebDriver), as far as the tests use it: one `WebKitWebDriver` for one window.

use std::{
    fs::File,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::wait::{Ended, wait_for};

/// The name under which WebDriver hands out elements (W3C WebDriver, "Elements").
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A running `WebKitWebDriver` and its one session: an app it started.
pub struct Driver {
    process: Child,
    agent: ureq::Agent,
    session: String,
}

/// An element of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element(String);

impl Element {
    /// Reads an element from a script's answer.
    pub fn from_value(value: &Value) -> Option<Self> {
        value.get(ELEMENT)?.as_str().map(|id| Self(id.to_owned()))
    }

    /// The element as an argument of a script.
    pub fn to_value(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }
}

/// Keys that have no character (W3C WebDriver, "Keyboard actions").
#[derive(Clone, Copy, Debug)]
pub enum Key {
    /// To the next control.
    Tab,
    /// The default action.
    Enter,
    /// Chooses a radio button.
    Space,
    /// The next of several.
    Down,
}

impl Key {
    fn code(self) -> char {
        match self {
            Self::Tab => '\u{E004}',
            Self::Enter => '\u{E007}',
            Self::Space => ' ',
            Self::Down => '\u{E015}',
        }
    }
}

impl Driver {
    /// Starts `app` in the environment given, what it prints going to `log`, and attaches to its window.
    ///
    /// # Errors
    /// The app ends, or does not let itself be driven within `patience`.
    pub fn start(
        app: &Path,
        environment: &[(String, String)],
        log: File,
        patience: Duration,
    ) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let process = Command::new("WebKitWebDriver")
            .args(["--host=127.0.0.1", &format!("--port={port}")])
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("WebKitWebDriver can't be started")?;
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(1)))
            .build()
            .into();
        let server = format!("http://127.0.0.1:{port}");
        // From here on dropping it ends the process.
        let mut driver = Self { process, agent, session: server.clone() };
        wait_for("WebKitWebDriver", || driver.get("/status").map(Some))?;
        let options = json!({ "binary": app, "args": [] });
        let capabilities = json!({ "alwaysMatch": { "webkitgtk:browserOptions": options } });
        let session =
            driver.agent.post(format!("{server}/session")).config().timeout_global(Some(patience)).build();
        let answer = Self::value(session.send_json(json!({ "capabilities": capabilities }))?)?;
        let id = answer["sessionId"].as_str().ok_or_else(|| anyhow!("a session without an id: {answer}"))?;
        driver.session = format!("{server}/session/{id}");
        Ok(driver)
    }

    /// The process number of the app.
    pub fn app(&self) -> Result<u32> {
        let driver = self.process.id();
        let children = std::fs::read_to_string(format!("/proc/{driver}/task/{driver}/children"))?;
        let first = children.split_whitespace().next().ok_or(Ended)?;
        Ok(first.parse()?)
    }

    /// Runs the body of a function in the page and gives what it returns.
    pub fn script(&self, body: &str, arguments: &[Value]) -> Result<Value> {
        self.post("/execute/sync", &json!({ "script": body, "args": arguments }))
    }

    /// Runs the body of a function that calls its last argument with the answer.
    pub fn script_with_callback(&self, body: &str) -> Result<Value> {
        self.post("/execute/async", &json!({ "script": body, "args": [] }))
    }

    /// The element's accessible name, computed by WebKit.
    pub fn label(&self, element: &Element) -> Result<String> {
        text(&self.get(&format!("/element/{}/computedlabel", element.0))?)
    }

    /// The element's role, computed by WebKit.
    pub fn role(&self, element: &Element) -> Result<String> {
        text(&self.get(&format!("/element/{}/computedrole", element.0))?)
    }

    /// The element that has the focus.
    pub fn active(&self) -> Result<Element> {
        let value = self.get("/element/active")?;
        Element::from_value(&value).ok_or_else(|| anyhow!("no element: {value}"))
    }

    /// Clicks in the middle of the element.
    pub fn click(&self, element: &Element) -> Result<()> {
        self.post(&format!("/element/{}/click", element.0), &json!({})).map(drop)
    }

    /// Clicks twice in the middle of the element, without a pause.
    pub fn double_click(&self, element: &Element) -> Result<()> {
        let click =
            [json!({ "type": "pointerDown", "button": 0 }), json!({ "type": "pointerUp", "button": 0 })];
        let mut actions =
            vec![json!({ "type": "pointerMove", "x": 0, "y": 0, "origin": element.to_value() })];
        actions.extend(click.iter().chain(&click).cloned());
        let mouse = json!({ "type": "pointer", "id": "mouse", "actions": actions });
        self.post("/actions", &json!({ "actions": [mouse] })).map(drop)
    }

    /// Empties a field.
    pub fn clear(&self, element: &Element) -> Result<()> {
        self.post(&format!("/element/{}/clear", element.0), &json!({})).map(drop)
    }

    /// Types into a field.
    pub fn type_into(&self, element: &Element, text: &str) -> Result<()> {
        self.post(&format!("/element/{}/value", element.0), &json!({ "text": text })).map(drop)
    }

    /// Presses a key, wherever the focus is.
    pub fn press(&self, key: Key) -> Result<()> {
        self.press_all(&key.code().to_string())
    }

    /// Presses one key after the other, wherever the focus is.
    pub fn press_all(&self, keys: &str) -> Result<()> {
        let press = |key: char| {
            let key = key.to_string();
            [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]
        };
        let actions: Vec<Value> = keys.chars().flat_map(press).collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.post("/actions", &json!({ "actions": [keyboard] })).map(drop)
    }

    /// Loads the page anew.
    pub fn reload(&self) -> Result<()> {
        self.post("/refresh", &json!({})).map(drop)
    }

    /// The window's content as a PNG file.
    pub fn picture(&self) -> Result<Vec<u8>> {
        Ok(BASE64_STANDARD.decode(text(&self.get("/screenshot")?)?)?)
    }

    fn get(&self, path: &str) -> Result<Value> {
        let answer = self.agent.get(format!("{}{path}", self.session)).call()?;
        self.unless_ended(Self::value(answer).with_context(|| format!("GET {path}")))
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let answer = self.agent.post(format!("{}{path}", self.session)).send_json(body)?;
        self.unless_ended(Self::value(answer).with_context(|| format!("POST {path}")))
    }

    /// The reason for every other error is that the app has ended.
    fn unless_ended(&self, answer: Result<Value>) -> Result<Value> {
        answer.map_err(|error| match self.app() {
            Ok(app) if !ended(app) => error,
            _ => Ended.into(),
        })
    }

    fn value(answer: ureq::http::Response<ureq::Body>) -> Result<Value> {
        let failed = !answer.status().is_success();
        let mut body: Value = answer.into_body().read_json()?;
        let value = body["value"].take();
        if failed {
            bail!(
                "{}: {}",
                value["error"].as_str().unwrap_or("error"),
                value["message"].as_str().unwrap_or("")
            );
        }
        Ok(value)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // What is gone already can't be ended again. The app outlives its driver if they never met.
        let app = self.app();
        let _ = self.agent.delete(&self.session).call();
        if let Ok(app) = app {
            let _ = Command::new("kill").args(["-KILL", &app.to_string()]).stderr(Stdio::null()).status();
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether a process has ended. The driver that started it may not have asked for its exit code yet.
pub(crate) fn ended(process: u32) -> bool {
    match std::fs::read_to_string(format!("/proc/{process}/stat")) {
        Ok(stat) => stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z')),
        Err(_) => true,
    }
}

fn text(value: &Value) -> Result<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| anyhow!("not a text: {value}"))
}
