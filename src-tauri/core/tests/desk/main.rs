//! The use cases, against App Store Connect in miniature, on paused time: hours pass in a moment.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod accounts;
mod activity;
mod acts;
mod adding;
mod clock;
mod connecting;
mod connection;
mod copies;
mod diagnose;
#[cfg(target_os = "linux")]
mod disk;
mod everything;
#[path = "../common/failures.rs"]
mod failures;
mod faults;
mod files;
mod inventory;
mod lost_answers;
mod news;
mod one_key;
mod pace;
mod pairs;
mod removing;
mod replacing;
#[cfg(target_os = "linux")]
#[path = "../records/small_disk.rs"]
mod small_disk;
mod tokens;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use latchkey_core::{
    account::{AccountId, ApiKey, ApiKeyKind, Origin},
    app::AppId,
    asc::route::Nowhere,
    clock::{Clock, SystemClock},
    desk::{
        Backing, Chosen, Desk, Real, Sample,
        problem::{Problem, What},
        view::{
            AddDraft, AddRequest, Added, ConnectForm, Connected, DraftId, InventoryEvent, KeyFileDraft,
            KeyRow, UsedFor,
        },
    },
    key::Scope,
    records::{By, Records},
    vault::{EntryName, Opening, Vault, VaultError, memory::MemoryVault},
};
use latchkey_simulator::{Account, Credentials, Fault, InProcess, KeyPair, Settings, Simulator};
use secrecy::SecretSlice;

/// Where the paused clock starts.
const START: Duration = Duration::from_hours(500_000);

/// A desk whose Apple is a simulator, and all that a test wants to look at.
struct Office {
    desk: Arc<Desk>,
    apple: Arc<Simulator>,
    clock: Arc<dyn Clock>,
    vault: Arc<LockableVault>,
    records: Arc<Records>,
    credentials: Credentials,
    folder: tempfile::TempDir,
}

impl Office {
    fn new(account: Account) -> Self {
        Self::with(account, Settings::default())
    }

    fn with(mut account: Account, settings: Settings) -> Self {
        let credentials = account.add_team_key(&KeyPair::numbered(99, 1));
        let folder = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::starting_at(SystemTime::UNIX_EPOCH + START));
        let apple = Arc::new(Simulator::new(settings, account));
        let vault = Arc::new(LockableVault::default());
        let records = Arc::new(Records::open(&folder.path().join("records"), ann()).unwrap());
        let desk = desk_of(Origin::apple(), &clock, &apple, &vault, &records);
        Self { desk, apple, clock, vault, records, credentials, folder }
    }

    /// A desk for another server beside the same keychain and records.
    fn desk_for(&self, origin: Origin) -> Arc<Desk> {
        desk_of(origin, &self.clock, &self.apple, &self.vault, &self.records)
    }

    /// The app quits and starts again.
    fn restart(self) -> Self {
        let Self { desk, apple, clock, vault, records, credentials, folder } = self;
        drop(desk);
        drop(records);
        let records = Arc::new(Records::open(&folder.path().join("records"), ann()).unwrap());
        let desk = desk_of(Origin::apple(), &clock, &apple, &vault, &records);
        Self { desk, apple, clock, vault, records, credentials, folder }
    }

    fn fault(&self, line: &str) {
        self.apple.add_fault(line.parse::<Fault>().unwrap());
    }

    fn file(&self, name: &str, text: &str) -> Chosen {
        let path: PathBuf = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        Chosen::File(path)
    }

    fn api_key_file(&self) -> Chosen {
        let name = format!("AuthKey_{}.p8", self.credentials.key_id);
        self.file(&name, &KeyPair::numbered(99, 1).pkcs8_pem())
    }

    fn form(&self, name: &str) -> ConnectForm {
        let draft = self.desk.take_api_key(&self.held(self.api_key_file())).unwrap();
        ConnectForm {
            draft: Some(draft.id),
            kind: ApiKeyKind::Team,
            api_key_id: draft.proposed_id.unwrap(),
            issuer_id: self.credentials.issuer_id.clone().unwrap(),
            name: name.to_owned(),
            unusual_is_right: false,
        }
    }

    async fn connected(&self) -> AccountId {
        self.connect("Lindqvist").await.unwrap().account.id
    }

    async fn connect(&self, name: &str) -> Result<Connected, Problem> {
        self.desk.connect(self.form(name)).await
    }

    async fn inventory(&self, account: &AccountId) -> Vec<InventoryEvent> {
        let told = Mutex::new(Vec::new());
        self.desk.inventory(account, "run", &|event| told.lock().unwrap().push(event)).await.unwrap();
        told.into_inner().unwrap()
    }

    async fn keys(&self, account: &AccountId) -> Vec<KeyRow> {
        rows_after(&self.inventory(account).await)
    }

    /// Holds one file or text.
    fn held(&self, chosen: Chosen) -> DraftId {
        self.desk.hold(vec![chosen]).remove(0).id
    }

    /// Takes a file as a key to add.
    fn take_key(&self, chosen: Chosen, account: &AccountId) -> Result<KeyFileDraft, Problem> {
        self.desk.take_key_file(&self.held(chosen), account)
    }

    /// A public key file, chosen and gone on with.
    fn chosen(&self, account: &AccountId, number: u64) -> KeyFileDraft {
        let pem = KeyPair::numbered(7, number).public().pem();
        let draft = self.take_key(self.file("public_key.pem", &pem), account).unwrap();
        self.desk.go_on_without_confirming(&draft.id).unwrap();
        draft
    }

    async fn prepared(&self, account: &AccountId, number: u64, scope: Scope) -> AddDraft {
        let key = self.chosen(account, number).id;
        self.desk.prepare_add(AddRequest { account: account.clone(), key, scope, work: None }).await.unwrap()
    }

    async fn add(&self, account: &AccountId, number: u64, scope: Scope) -> Result<Added, Problem> {
        let draft = self.prepared(account, number, scope).await;
        self.desk.commit_add(&draft.id, "Website".to_owned()).await
    }

    fn app(&self, nth: usize) -> AppId {
        self.apple.state(self.clock.now()).apps[nth].id.parse().unwrap()
    }

    fn one_app(&self, nth: usize) -> Scope {
        Scope::OneApp { app: self.app(nth) }
    }

    fn requests(&self, method: &str) -> usize {
        self.apple.log().iter().filter(|logged| logged.method == method).count()
    }
}

fn ann() -> By {
    By { user: "ann".to_owned(), version: "0.0.0".to_owned() }
}

fn desk_of(
    origin: Origin,
    clock: &Arc<dyn Clock>,
    apple: &Arc<Simulator>,
    vault: &Arc<LockableVault>,
    records: &Arc<Records>,
) -> Arc<Desk> {
    let backing = Backing {
        origin,
        transport: Arc::new(InProcess::new(Arc::clone(apple), Arc::clone(clock))),
        route: Arc::new(Nowhere::default()),
        vault: Arc::clone(vault) as Arc<dyn Vault>,
        records: Arc::clone(records),
    };
    Desk::new(Arc::clone(clock), Real::Ready(backing), sample(clock), "0.0.0")
}

fn sample(clock: &Arc<dyn Clock>) -> Sample {
    let latchkey_simulator::practice::Sample { simulator, credentials } =
        latchkey_simulator::practice::sample();
    Sample {
        backing: Backing {
            origin: Origin::sample(),
            transport: Arc::new(InProcess::new(Arc::new(simulator), Arc::clone(clock))),
            route: Arc::new(Nowhere::default()),
            vault: Arc::new(MemoryVault::default()),
            records: Arc::new(Records::in_memory(ann()).unwrap()),
        },
        name: "Sample account".to_owned(),
        api_key: ApiKey { id: credentials.key_id, issuer: credentials.issuer_id },
        secret: credentials.private_key,
        api_key_fingerprint: credentials.fingerprint.parse().unwrap(),
    }
}

/// The rows that a window would show after these events.
fn rows_after(events: &[InventoryEvent]) -> Vec<KeyRow> {
    let mut rows: Vec<KeyRow> = Vec::new();
    for event in events {
        match event {
            InventoryEvent::Remembered { keys, .. } | InventoryEvent::Keys { keys, .. } => {
                rows.clone_from(keys);
            }
            InventoryEvent::Key { key } => {
                if let Some(row) = rows.iter_mut().find(|row| row.id == key.id) {
                    *row = key.clone();
                }
            }
            _ => (),
        }
    }
    rows
}

fn apps_named(rows: &[KeyRow]) -> Vec<Option<String>> {
    rows.iter()
        .map(|row| match &row.used_for {
            UsedFor::App { app } => Some(app.name.clone()),
            _ => None,
        })
        .collect()
}

fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> What {
    result.expect_err("this should be a problem").what
}

/// A vault in memory that can be made to fail.
#[derive(Default)]
struct LockableVault {
    inside: MemoryVault,
    trouble: Mutex<Option<VaultError>>,
    holding: Mutex<Option<Arc<tokio::sync::Notify>>>,
    /// How many entries it forgets before it doesn't answer.
    forgets: Mutex<Option<usize>>,
}

impl LockableVault {
    fn set(&self, trouble: Option<VaultError>) {
        *self.trouble.lock().unwrap() = trouble;
    }

    /// From now on the vault doesn't answer. Tells when it is asked.
    fn hold(&self) -> Arc<tokio::sync::Notify> {
        Arc::clone(self.holding.lock().unwrap().insert(Arc::default()))
    }

    fn checked<'a, T: Send + 'a>(&'a self, call: Opening<'a, T>) -> Opening<'a, T> {
        if let Some(asked) = &*self.holding.lock().unwrap() {
            asked.notify_one();
            return Box::pin(std::future::pending());
        }
        match self.trouble.lock().unwrap().clone() {
            Some(trouble) => Box::pin(async move { Err(trouble) }),
            None => call,
        }
    }
}

impl Vault for LockableVault {
    fn load(&self, name: EntryName) -> Opening<'_, SecretSlice<u8>> {
        self.checked(self.inside.load(name))
    }

    fn store(&self, name: EntryName, secret: SecretSlice<u8>) -> Opening<'_, ()> {
        self.checked(self.inside.store(name, secret))
    }

    fn forget(&self, name: EntryName) -> Opening<'_, ()> {
        match &mut *self.forgets.lock().unwrap() {
            Some(0) => return Box::pin(std::future::pending()),
            Some(left) => *left -= 1,
            None => (),
        }
        self.checked(self.inside.forget(name))
    }

    fn names(&self) -> Opening<'_, Option<Vec<EntryName>>> {
        self.checked(self.inside.names())
    }
}
