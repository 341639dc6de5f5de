//! What runs in the process that is killed, and in the one that is started after it: the core with the real keychain, the
//! real records and a real connection. Each says on its standard output, in lines of JSON, what a person would have seen.

use std::{
    collections::HashMap,
    env,
    io::Write,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use latchkey_core::{
    account::{AccountId, ApiKey, ApiKeyKind, Origin},
    asc::{https::Https, route::Nowhere},
    clock::{Clock, Moment, Sleep, SystemClock},
    desk::{
        Backing, Chosen, Desk, Real, Sample,
        view::{
            ActivityRequest, AddRequest, Added, ConnectForm, DraftId, InventoryEvent, KeyRow, RemoveRequest,
            Removed, Saving, ShownUse, UsedFor, WorkId, WorkKind,
        },
    },
    key::Scope,
    records::{By, Records},
    vault::{memory::MemoryVault, os::OsVault},
};
use latchkey_simulator::{InProcess, KeyPair, practice};
use secret_service::{EncryptionType, blocking::SecretService};
use serde_json::{Value, json};

/// How a line of the app's begins, among those of the test's own.
pub(crate) const SAID: &str = "SAID ";

/// Where and what, given by who starts it.
pub(crate) struct Setting {
    pub(crate) url: String,
    pub(crate) folder: PathBuf,
    pub(crate) service: String,
    /// How far its clock is ahead, in milliseconds.
    pub(crate) ahead: i64,
    pub(crate) issuer: String,
    pub(crate) api_keys: [String; 2],
}

impl Setting {
    pub(crate) fn variables(&self) -> [(&'static str, String); 7] {
        [
            ("LATCHKEY_KILL_URL", self.url.clone()),
            ("LATCHKEY_KILL_FOLDER", self.folder.to_string_lossy().into_owned()),
            ("LATCHKEY_KILL_SERVICE", self.service.clone()),
            ("LATCHKEY_KILL_AHEAD", self.ahead.to_string()),
            ("LATCHKEY_KILL_ISSUER", self.issuer.clone()),
            ("LATCHKEY_KILL_API_KEY", self.api_keys[0].clone()),
            ("LATCHKEY_KILL_NEW_API_KEY", self.api_keys[1].clone()),
        ]
    }

    fn given() -> Self {
        let text = |name| env::var(name).unwrap();
        Self {
            url: text("LATCHKEY_KILL_URL"),
            folder: text("LATCHKEY_KILL_FOLDER").into(),
            service: text("LATCHKEY_KILL_SERVICE"),
            ahead: text("LATCHKEY_KILL_AHEAD").parse().unwrap(),
            issuer: text("LATCHKEY_KILL_ISSUER"),
            api_keys: [text("LATCHKEY_KILL_API_KEY"), text("LATCHKEY_KILL_NEW_API_KEY")],
        }
    }
}

/// The computer's clock, set ahead. Whoever sleeps by it sleeps a hundredth: no answer of the server depends on that.
pub(crate) struct Ahead(pub(crate) Arc<Mutex<i64>>, SystemClock);

impl Ahead {
    pub(crate) fn by(millis: Arc<Mutex<i64>>) -> Self {
        Self(millis, SystemClock::new())
    }
}

impl Clock for Ahead {
    fn now(&self) -> Moment {
        Moment::from_unix_millis(self.1.now().unix_millis() + *self.0.lock().unwrap())
    }

    fn monotonic(&self) -> Duration {
        self.1.monotonic()
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        self.1.sleep(duration / 100)
    }
}

struct App {
    desk: Arc<Desk>,
    records: Arc<Records>,
    setting: Setting,
    origin: Origin,
    /// How many lines of Activity were said.
    lines: Mutex<usize>,
}

fn say(what: &Value) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{SAID}{what}").unwrap();
    out.flush().unwrap();
}

fn say_named(row: &KeyRow) {
    say(&json!({ "named": row.id, "name": row.name, "note": row.note }));
}

impl App {
    fn start() -> Self {
        let setting = Setting::given();
        let origin = Origin::loopback(&setting.url).unwrap();
        let clock: Arc<dyn Clock> = Arc::new(Ahead::by(Arc::new(Mutex::new(setting.ahead))));
        let by = || By { user: "ann".to_owned(), version: "0.0.0".to_owned() };
        let records = Arc::new(Records::open(&setting.folder.join("records"), by()).unwrap());
        let backing = Backing {
            origin: origin.clone(),
            transport: Arc::new(Https::new(origin.clone()).unwrap()),
            route: Arc::new(Nowhere::default()),
            vault: Arc::new(OsVault::new(&setting.service)),
            records: Arc::clone(&records),
        };
        let practice::Sample { simulator, credentials } = practice::sample();
        let sample = Sample {
            backing: Backing {
                origin: Origin::sample(),
                transport: Arc::new(InProcess::new(Arc::new(simulator), Arc::clone(&clock))),
                route: Arc::new(Nowhere::default()),
                vault: Arc::new(MemoryVault::default()),
                records: Arc::new(Records::in_memory(by()).unwrap()),
            },
            name: "Sample account".to_owned(),
            api_key: ApiKey { id: credentials.key_id, issuer: credentials.issuer_id },
            secret: credentials.private_key,
            api_key_fingerprint: credentials.fingerprint.parse().unwrap(),
        };
        let desk = Desk::new(clock, Real::Ready(backing), sample, "0.0.0");
        Self { desk, records, setting, origin, lines: Mutex::new(0) }
    }

    /// Says what came to Activity.
    fn say_lines(&self) {
        let request = ActivityRequest { account: None, search: String::new(), before: None };
        let entries = self.desk.activity(&request).unwrap().entries;
        let mut said = self.lines.lock().unwrap();
        for entry in entries.iter().rev().skip(*said) {
            say(&json!({ "line": format!("{entry:?}") }));
        }
        *said = entries.len();
    }

    fn form(&self, api_key: usize) -> ConnectForm {
        let pem = KeyPair::numbered(99, 1 + api_key as u64).pkcs8_pem();
        let held = self.desk.hold(vec![Chosen::Text(pem)]).remove(0);
        ConnectForm {
            draft: Some(self.desk.take_api_key(&held.id).unwrap().id),
            kind: ApiKeyKind::Team,
            api_key_id: self.setting.api_keys[api_key].clone(),
            issuer_id: self.setting.issuer.clone(),
            name: "Lindqvist".to_owned(),
            unusual_is_right: false,
        }
    }

    async fn connect(&self, api_key: usize) -> AccountId {
        let account = self.desk.connect(self.form(api_key)).await.unwrap().account;
        say(&json!({ "account": account.name }));
        self.say_lines();
        account.id
    }

    async fn rows(&self, account: &AccountId) -> Vec<KeyRow> {
        let told = Mutex::new(Vec::new());
        self.desk.inventory(account, "run", &|event| told.lock().unwrap().push(event)).await.unwrap();
        let mut rows: Vec<KeyRow> = Vec::new();
        for event in told.into_inner().unwrap() {
            match event {
                InventoryEvent::Keys { keys, .. } => rows = keys,
                InventoryEvent::Key { key } => {
                    let at = rows.iter().position(|row| row.id == key.id).unwrap();
                    rows[at] = key;
                }
                _ => (),
            }
        }
        rows
    }

    fn chosen(&self, account: &AccountId, number: u64) -> DraftId {
        let pem = KeyPair::numbered(7, number).public().pem();
        let held = self.desk.hold(vec![Chosen::Text(pem.into())]).remove(0);
        let key = self.desk.take_key_file(&held.id, account).unwrap().id;
        self.desk.go_on_without_confirming(&key).unwrap();
        key
    }

    async fn add(&self, account: &AccountId, key: DraftId, scope: Scope, work: Option<WorkId>) -> KeyRow {
        let request = AddRequest { account: account.clone(), key, scope, work };
        let draft = self.desk.prepare_add(request).await.unwrap();
        say(&json!({ "decides": draft.id.as_str() }));
        match self.desk.commit_add(&draft.id, "New".to_owned()).await.unwrap() {
            Added::Done { key, .. } => {
                say_named(&key);
                self.say_lines();
                key
            }
            // The test holds the answer back and is about to kill this.
            other => panic!("{other:?}"),
        }
    }

    async fn remove(&self, account: &AccountId, row: &KeyRow, work: Option<WorkId>) {
        let used_for = match &row.used_for {
            UsedFor::AllApps => ShownUse::AllApps,
            UsedFor::App { app } => ShownUse::App { app: app.id.clone() },
            UsedFor::Looking | UsedFor::Unknown { .. } => ShownUse::Unknown,
        };
        let request = RemoveRequest {
            account: account.clone(),
            key: row.id.clone(),
            fingerprint: row.fingerprint.clone(),
            used_for,
            work,
        };
        let draft = self.desk.prepare_remove(request).await.unwrap();
        say(&json!({ "decides": draft.id.as_str() }));
        let removed = self.desk.commit_remove(&draft.id, &row.id[row.id.len() - 6..]).await.unwrap();
        assert!(matches!(removed, Removed::Done { .. }), "{removed:?}");
        self.say_lines();
    }
}

/// What a person does from the first start on, until it is killed.
pub(crate) async fn session() {
    let app = App::start();
    let desk = &app.desk;
    desk.tidy_up().await;
    let account = app.connect(0).await;
    let rows = app.rows(&account).await;
    app.say_lines();
    let of_an_app = rows.iter().find(|row| matches!(row.used_for, UsedFor::App { .. })).unwrap();
    let of_all = rows.iter().find(|row| row.used_for == UsedFor::AllApps).unwrap();

    let note = Some("On the server in Lund.".to_owned());
    let row = desk.describe_key(&account, &of_an_app.id, Some("Website".to_owned()), note).unwrap();
    say_named(&row);
    app.say_lines();

    let pair = desk.new_pair(&account).await.unwrap();
    desk.place(&pair.id, app.setting.folder.join("files").join("private.pem")).unwrap();
    let saving = Saving { protected: false, keep: true };
    let saved = desk.save_new_pair(&pair.id, &account, saving).await.unwrap();
    say(&json!({ "saved": "private.pem" }));
    app.say_lines();
    let made_here = app.add(&account, saved.key.id, Scope::AllApps, None).await;

    let UsedFor::App { app: its } = &of_an_app.used_for else { panic!("it is for an app") };
    let scope = Scope::OneApp { app: its.id.clone() };
    let work = desk.begin_replace(&account, &of_an_app.id, WorkKind::Planned).await.unwrap();
    app.say_lines();
    app.add(&account, app.chosen(&account, 1), scope, Some(work.id.clone())).await;
    desk.hand_over(&work.id).unwrap();
    desk.switched_by_word(&work.id, "Jonas").unwrap();
    app.say_lines();
    app.remove(&account, of_an_app, Some(work.id)).await;

    say(&json!({ "renames": null }));
    let renamed = desk.rename_account(&account, "Lindqvist AB").unwrap();
    say(&json!({ "account": renamed.name }));
    app.say_lines();
    app.remove(&account, of_all, None).await;

    let copy = app.setting.folder.join("files").join("copy.json");
    desk.save_copy(copy.clone()).await.unwrap();
    app.say_lines();
    let copy = desk.read_copy(copy).await.unwrap();
    desk.bring_in(&copy.id).await.unwrap();
    app.say_lines();

    let new = desk.prepare_api_key(&account, app.form(1)).await.unwrap();
    desk.use_new_api_key(&new.id).await.unwrap();
    app.say_lines();
    app.add(&account, app.chosen(&account, 2), Scope::AllApps, None).await;
    app.remove(&account, &made_here, None).await;

    say(&json!({ "account": null }));
    desk.disconnect(&account).await.unwrap();
    app.say_lines();
    say(&json!({ "connects": null }));
    let account = app.connect(1).await;
    app.rows(&account).await;
    say(&json!({ "ended": true }));
}

/// The next start: looks for what is unknown until it is known, and says everything.
pub(crate) async fn truth() {
    let app = App::start();
    app.desk.tidy_up().await;
    let start = app.desk.start().unwrap();
    for pending in &start.pending {
        app.desk.look(&pending.id, &|_| ()).await.unwrap();
    }
    let mut keys = Vec::new();
    for account in &start.accounts {
        keys = app.rows(&account.id).await;
    }
    app.say_lines();
    let rows = app.records.accounts().unwrap();
    let named: Vec<&String> =
        rows.iter().flat_map(|row| row.spare_entry.iter().chain([&row.vault_entry])).collect();
    let kept: Vec<String> =
        app.records.kept_keys(&app.origin).unwrap().into_iter().map(|kept| kept.entry).collect();
    say(&json!({
        "accounts": start.accounts.iter().map(|account| &account.name).collect::<Vec<_>>(),
        "rows": rows.len(),
        "found": start.pending.len(),
        "pending": app.desk.start().unwrap().pending.len(),
        "works": app.desk.start().unwrap().works,
        "keys": keys,
        "entriesOfAccounts": named,
        "entriesOfPairs": kept,
        "inKeychain": in_keychain(&app.setting.service),
    }));
}

/// The names of this service's entries, as any program of this user's would find them.
fn in_keychain(service: &str) -> Vec<String> {
    let keychain = SecretService::connect(EncryptionType::Plain).unwrap();
    let found = keychain.search_items(HashMap::from([("service", service)])).unwrap();
    let items = found.unlocked.iter().chain(&found.locked);
    items.map(|item| item.get_attributes().unwrap()["username"].clone()).collect()
}
