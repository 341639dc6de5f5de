//! The whole app on Tauri's mock runtime, with its real configuration and command list, over HTTP to a simulator.
#![allow(dead_code, reason = "each test file uses what it needs")]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread,
};

use latchkey::desktop::{Desktop, Picking};
use latchkey_core::{
    account::Origin,
    asc::https::Https,
    clock::{Clock, SystemClock},
    desk::{Backing, Desk, Real, view::Link},
    records::{By, Records},
    vault::memory::MemoryVault,
};
use latchkey_simulator::{
    Account, Credentials, KeyPair, Settings, Simulator, server::Server, settings::Rule,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tauri::{
    Manager, WebviewWindow,
    ipc::{CallbackFn, InvokeBody, InvokeResponseBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder},
    webview::InvokeRequest,
};

/// Everything one app has around it.
pub(crate) struct World {
    pub(crate) apple: Arc<Simulator>,
    pub(crate) desktop: Arc<PretendDesktop>,
    pub(crate) credentials: Credentials,
    pub(crate) folder: tempfile::TempDir,
    channels: Arc<Mutex<BTreeMap<u32, Vec<Value>>>>,
    app: tauri::App<MockRuntime>,
}

/// The desktop of somebody who clicks as the test says.
#[derive(Default)]
pub(crate) struct PretendDesktop {
    pub(crate) next_file: Mutex<Option<PathBuf>>,
    pub(crate) next_place: Mutex<Option<PathBuf>>,
    pub(crate) clipboard: Mutex<Option<String>>,
    pub(crate) opened: Mutex<Vec<Link>>,
    /// Whether the window is to be kept out of screen captures.
    pub(crate) kept_from_capture: Mutex<bool>,
    /// How often the webview was made to forget its data.
    pub(crate) web_data_forgotten: Mutex<usize>,
    /// How often the app was to end.
    pub(crate) quit: Mutex<usize>,
}

impl Desktop for PretendDesktop {
    fn pick_file(&self, _title: String) -> Picking<'_> {
        let file = self.next_file.lock().unwrap().take();
        Box::pin(async move { file })
    }

    fn pick_place(&self, _title: String, _name: String) -> Picking<'_> {
        let place = self.next_place.lock().unwrap().take();
        Box::pin(async move { place })
    }

    fn clipboard_text(&self) -> Option<String> {
        self.clipboard.lock().unwrap().clone()
    }

    fn copy(&self, text: String) -> Result<(), String> {
        *self.clipboard.lock().unwrap() = Some(text);
        Ok(())
    }

    fn copy_secret(&self, secret: &SecretString) -> Result<(), String> {
        #[expect(clippy::disallowed_methods, reason = "as the real clipboard gets it")]
        self.copy(secret.expose_secret().to_owned())
    }

    fn keep_from_capture(&self, kept: bool) {
        *self.kept_from_capture.lock().unwrap() = kept;
    }

    fn forget_web_data(&self) {
        *self.web_data_forgotten.lock().unwrap() += 1;
    }

    fn quit(&self) {
        *self.quit.lock().unwrap() += 1;
    }

    fn open(&self, link: Link) -> Result<(), String> {
        self.opened.lock().unwrap().push(link);
        Ok(())
    }
}

impl World {
    /// An app beside an account, whose API key is `pair`; over plain HTTP.
    pub(crate) fn new(account: Account, pair: &KeyPair) -> Self {
        Self::reached_by(account, pair, |apple, clock, _| serve(apple, clock, None))
    }

    /// The same over TLS and HTTP/2, with a certificate that this process trusts from now on.
    pub(crate) fn over_tls(account: Account, pair: &KeyPair) -> Self {
        Self::reached_by(account, pair, |apple, clock, folder| {
            let url = serve(apple, clock, Some(folder.to_owned()));
            #[expect(unsafe_code, reason = "the platform's certificates can be replaced by a variable alone")]
            // SAFETY: the one test of its process that comes here, and no other thread reads the environment yet.
            unsafe {
                std::env::set_var("SSL_CERT_FILE", folder.join("ca.pem"));
            }
            url
        })
    }

    fn reached_by(
        mut account: Account,
        pair: &KeyPair,
        serve: impl FnOnce(&Arc<Simulator>, &Arc<dyn Clock>, &Path) -> String,
    ) -> Self {
        let credentials = account.add_team_key(pair);
        let folder = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        // Both keys of a replacement are there for a while.
        let settings = Settings { second_key: Rule::Accepted, ..Settings::default() };
        let apple = Arc::new(Simulator::new(settings, account));
        let url = serve(&apple, &clock, folder.path());
        let origin = Origin::loopback(&url).unwrap();
        let by = By { user: "ann".to_owned(), version: "0.0.0".to_owned() };
        let https = Arc::new(Https::new(origin.clone()).unwrap());
        let real = Real::Ready(Backing {
            transport: Arc::clone(&https) as _,
            route: https,
            origin,
            vault: Arc::new(MemoryVault::default()),
            records: Arc::new(Records::open(&folder.path().join("records"), by).unwrap()),
        });
        let desk = Desk::new(Arc::clone(&clock), real, latchkey::sample::sample(&clock).unwrap(), "0.0.0");
        let desktop = Arc::new(PretendDesktop::default());
        let channels = Arc::new(Mutex::new(BTreeMap::<u32, Vec<Value>>::new()));
        let app = app(desk, &desktop, &channels);
        Self { apple, desktop, credentials, folder, channels, app }
    }

    pub(crate) fn window(&self) -> WebviewWindow<MockRuntime> {
        self.app.get_webview_window("main").expect("the app opens its window")
    }

    /// Calls a command as the window does.
    pub(crate) fn invoke(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: own_page(),
            body: InvokeBody::Json(arguments),
            headers: http::HeaderMap::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        get_ipc_response(&self.window(), request).map(|body| json_of(&body))
    }

    /// Calls a command that must succeed.
    pub(crate) fn call(&self, command: &str, arguments: Value) -> Value {
        self.invoke(command, arguments).unwrap_or_else(|error| panic!("{command} failed: {error:#}"))
    }

    /// Calls a command that must fail; answers the problem's code.
    pub(crate) fn fail(&self, command: &str, arguments: Value) -> String {
        let problem = self.invoke(command, arguments).expect_err("this should be a problem");
        problem["code"]
            .as_str()
            .unwrap_or_else(|| panic!("{command} gave no problem: {problem:#}"))
            .to_owned()
    }

    /// What was sent over a channel.
    pub(crate) fn heard(&self, channel: u32) -> Vec<Value> {
        self.channels.lock().unwrap().get(&channel).cloned().unwrap_or_default()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The person will choose this file in the next dialog.
    pub(crate) fn will_choose(&self, path: &Path) {
        *self.desktop.next_file.lock().unwrap() = Some(path.to_owned());
    }

    /// The person will save at this path in the next dialog.
    pub(crate) fn will_save(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        *self.desktop.next_place.lock().unwrap() = Some(path.clone());
        path
    }

    /// Chooses a file that holds this.
    pub(crate) fn choose(&self, name: &str, bytes: impl AsRef<[u8]>) -> Value {
        self.will_choose(&self.write(name, bytes));
        self.call("choose_file", json!({ "title": "Choose" }))
    }

    pub(crate) fn will_paste(&self, text: &str) {
        *self.desktop.clipboard.lock().unwrap() = Some(text.to_owned());
    }

    /// The filled-in form of Connect.
    pub(crate) fn form(&self, draft: &Value) -> Value {
        json!({
            "draft": draft["id"],
            "kind": "team",
            "apiKeyId": self.credentials.key_id,
            "issuerId": self.credentials.issuer_id,
            "name": "Lindqvist",
            "unusualIsRight": false,
        })
    }

    /// Connects the account with `p8`; answers its ID.
    pub(crate) fn connect(&self, p8: &[u8]) -> Value {
        let file = self.choose(&format!("AuthKey_{}.p8", self.credentials.key_id), p8);
        let draft = self.call("take_api_key", json!({ "file": file["id"] }));
        assert_eq!(draft["proposedId"], self.credentials.key_id, "the file's name gives the API key ID");
        self.call("connect", json!({ "form": self.form(&draft) }))["account"]["id"].clone()
    }

    pub(crate) fn inventory(&self, account: &Value, channel: u32) -> Vec<Value> {
        let events = format!("__CHANNEL__:{channel}");
        self.call("inventory", json!({ "account": account, "run": "run", "events": events }));
        self.heard(channel)
    }
}

fn app(
    desk: Arc<Desk>,
    desktop: &Arc<PretendDesktop>,
    channels: &Arc<Mutex<BTreeMap<u32, Vec<Value>>>>,
) -> tauri::App<MockRuntime> {
    let (desktop, channels) = (Arc::clone(desktop), Arc::clone(channels));
    let builder = mock_builder().channel_interceptor(move |_, CallbackFn(channel), _, body| {
        channels.lock().unwrap().entry(channel).or_default().push(json_of(body));
        true
    });
    let mut app = latchkey::build(builder, desk, move |_| desktop).build(latchkey::context()).unwrap();
    set_up(&mut app);
    app
}

#[expect(deprecated, reason = "on the mock runtime, the only call that runs the app's setup and returns")]
pub(crate) fn set_up(app: &mut tauri::App<MockRuntime>) {
    app.run_iteration(|_, _| ());
}

pub(crate) fn own_page() -> tauri::Url {
    if cfg!(windows) { "http://tauri.localhost" } else { "tauri://localhost" }.parse().unwrap()
}

fn json_of(body: &InvokeResponseBody) -> Value {
    match body {
        InvokeResponseBody::Json(text) => serde_json::from_str(text).unwrap(),
        InvokeResponseBody::Raw(bytes) => panic!("no command answers bytes: {bytes:?}"),
    }
}

fn serve(apple: &Arc<Simulator>, clock: &Arc<dyn Clock>, tls: Option<PathBuf>) -> String {
    let (apple, clock) = (Arc::clone(apple), Arc::clone(clock));
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = match tls {
                None => Server::bind(0, apple, clock).await.unwrap(),
                Some(folder) => Server::bind_tls(0, apple, clock, &folder).await.unwrap(),
            };
            sender.send(server.url()).unwrap();
            server.run().await
        })
    });
    receiver.recv().unwrap()
}
