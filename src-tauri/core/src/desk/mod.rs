//! The use cases: what the window's clicks come down to.
//!
//! - `form`, `accounts`, `api_key`, `opened`: connect, disconnect, another API key, and what is connected. `connection`:
//!   the way there.
//! - `inventory`, `news`, `everywhere`: every key and the app it is for, what came and went, and all accounts at once.
//!   `listing`: Apple's list of keys. `heard`: what a reading that was stopped need not ask again.
//! - `quota`: what Apple's limits leave.
//! - `activity`, `copies`: what was done, for the window and for files. `export`, `written` are the forms of those files.
//! - `diagnose`: the way to Apple, part by part.
//! - `everything`: all of it, removed from this computer. `saved`: the private keys that stay, in files.
//! - `files`, `identify`, `word`: what a chosen file is, what it is taken for, and the person's word on it. `typed`: what
//!   a person typed, fit to be kept.
//! - `set_aside`: damaged records that were set aside at the start.
//! - `pairs`: key pairs that are made here. `saving`: files that are written.
//! - `one_key`, `tokens`: what can be done with a key without changing anything at Apple.
//! - `add`, `remove`: the two writes of this desk, each run `once`. `again`: a removed key as one to add. `standing`,
//!   `fresh`: how Apple has things before one. `read_back`, `fate`, `look`: whether it happened, and what to do when its
//!   answer is lost. `replace`: several of them as one piece of work.
//! - `view`, `problem`: what the window is told. `rows`, `blame` translate into that.
//!
//! A desk decides; it never draws, asks no question, and opens no dialog. What it needs of the outside comes in as
//! [`Backing`]: one for the real accounts, one for the sample account.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use secrecy::SecretSlice;
use tokio::sync::watch;

use crate::{
    account::{AccountId, ApiKey, Origin},
    app::{App, AppId},
    asc::{client::Client, route::Route, transport::Transport},
    clock::Clock,
    desk::{
        add::Addable,
        api_key::NewApiKey,
        copies::ShownCopy,
        drafts::{ApiKeyFile, ChosenFile, Drafts, KeyToAdd},
        everything::Leaving,
        heard::Heard,
        pairs::HeldPair,
        problem::{Problem, What},
        quota::Limits,
        remove::Removable,
        view::{Account, Start},
    },
    key::Fingerprint,
    records::Records,
    vault::Vault,
};

mod accounts;
mod activity;
mod add;
mod again;
mod api_key;
#[cfg(test)]
mod bindings;
mod blame;
mod connection;
mod copies;
mod diagnose;
mod drafts;
mod everything;
mod everywhere;
mod export;
mod fate;
mod files;
mod form;
mod fresh;
mod heard;
mod identify;
mod inventory;
mod keychain;
mod listing;
mod look;
mod news;
mod once;
mod one_key;
mod opened;
mod pairs;
pub mod problem;
mod quota;
mod read_back;
mod remove;
mod replace;
mod rows;
mod saved;
mod saving;
mod set_aside;
mod standing;
mod tokens;
mod typed;
pub mod view;
mod word;
mod written;

pub use blame::records_trouble;
pub use files::Chosen;

/// What an account works with. The sample account has one of its own, so that nothing of it mixes with the others.
#[derive(Clone)]
pub struct Backing {
    /// The server.
    pub origin: Origin,
    /// How to reach it.
    pub transport: Arc<dyn Transport>,
    /// What lies between.
    pub route: Arc<dyn Route>,
    /// Where secrets are.
    pub vault: Arc<dyn Vault>,
    /// What is remembered.
    pub records: Arc<Records>,
}

/// The sample account, ready to be opened.
pub struct Sample {
    /// What it works with.
    pub backing: Backing,
    /// Its name.
    pub name: String,
    /// Its API key.
    pub api_key: ApiKey,
    /// The API key's private key, PKCS#8 DER.
    pub secret: SecretSlice<u8>,
    /// Fingerprint of the API key's public key.
    pub api_key_fingerprint: Fingerprint,
}

/// Whether there are accounts besides the sample account.
pub enum Real {
    /// Yes.
    Ready(Backing),
    /// There should be, but this computer's records can't be opened.
    Broken(Box<Problem>),
    /// No: only the sample account may be opened.
    Left,
}

/// The use cases, over all accounts.
pub struct Desk {
    clock: Arc<dyn Clock>,
    real: Real,
    sample: Sample,
    version: String,
    open: Mutex<HashMap<AccountId, Arc<Open>>>,
    runs: Mutex<Vec<Run>>,
    /// Held while accounts come and go, which takes several steps and may wait for the keychain.
    connecting: tokio::sync::Mutex<()>,
    /// The same for the sample account, whose secret is in no keychain.
    connecting_sample: tokio::sync::Mutex<()>,
    /// Held while a file is tried with a password.
    unlocking: Arc<tokio::sync::Mutex<()>>,
    files: Drafts<ChosenFile>,
    api_keys: Drafts<ApiKeyFile>,
    new_api_keys: Drafts<NewApiKey>,
    copies: Drafts<Mutex<ShownCopy>>,
    keys: Drafts<KeyToAdd>,
    pairs: Drafts<HeldPair>,
    additions: Drafts<Addable>,
    removals: Drafts<Removable>,
    waits: watch::Sender<usize>,
    limits: Limits,
    /// Held while a proxy is written down and taken, so that the one in use is the one that is remembered.
    choosing_way: Mutex<()>,
    leaving: Leaving,
}

/// Something that can be stopped, by the name the window gave it. Two may have one name: a page that was reloaded
/// starts anew what still runs.
struct Run {
    name: String,
    stop: Arc<watch::Sender<bool>>,
}

/// A connected account, in use.
#[derive(Clone)]
struct Open {
    account: Account,
    changes: Arc<Mutex<Changes>>,
    /// Held from the last look at Apple's keys until a change is written down, so that two can't both find nothing.
    writing: Arc<tokio::sync::Mutex<()>>,
    backing: Backing,
    client: Arc<Client>,
    apps: Arc<Mutex<HashMap<AppId, App>>>,
    heard: Arc<Mutex<Heard>>,
}

/// What makes a list of keys old. Locked while keys, or what was done to them, are written down.
#[derive(Default)]
struct Changes {
    /// How many keys were added or removed.
    made: usize,
    /// How many lists were asked for.
    asked: usize,
    /// Which of those lists is written down.
    listed: usize,
}

impl Desk {
    /// A desk. `version` is the app's.
    pub fn new(clock: Arc<dyn Clock>, real: Real, sample: Sample, version: impl Into<String>) -> Arc<Self> {
        Arc::new(Self {
            leaving: Leaving::found_by(&real),
            clock,
            real,
            sample,
            version: version.into(),
            open: Mutex::default(),
            runs: Mutex::default(),
            connecting: tokio::sync::Mutex::default(),
            connecting_sample: tokio::sync::Mutex::default(),
            unlocking: Arc::default(),
            files: Drafts::default(),
            api_keys: Drafts::default(),
            new_api_keys: Drafts::default(),
            copies: Drafts::default(),
            keys: Drafts::default(),
            pairs: Drafts::default(),
            additions: Drafts::default(),
            removals: Drafts::default(),
            waits: watch::Sender::new(0),
            limits: Limits::default(),
            choosing_way: Mutex::default(),
        })
    }

    /// What the window needs to know when it opens. No secret that a page before it was shown is held any longer.
    ///
    /// # Errors
    /// [`What::Records`] and its like: this computer's records can't be opened. [`What::Removing`].
    pub fn start(&self) -> Result<Start, Problem> {
        self.forget_files();
        self.pairs.forget_all();
        self.stays()?;
        let host = match &self.real {
            Real::Ready(backing) => (!backing.origin.is_apple()).then(|| backing.origin.to_string()),
            Real::Broken(problem) => return Err((**problem).clone()),
            Real::Left => None,
        };
        Ok(Start {
            accounts: self.accounts()?,
            sample_only: matches!(self.real, Real::Left),
            host,
            version: self.version.clone(),
            pending: self.pending()?,
            works: self.works()?,
            set_aside: self.set_aside()?,
            read_by: self.read_by(),
        })
    }

    /// How many keychain calls have been waiting for over a second.
    pub fn keychain_waits(&self) -> watch::Receiver<usize> {
        self.waits.subscribe()
    }

    /// Ends the inventory or look that was started under this name; a write is never ended.
    pub fn stop(&self, run: &str) {
        for run in held(&self.runs).iter().filter(|known| known.name == run) {
            run.stop.send_replace(true);
        }
    }

    /// Runs `work` until it ends or [`Self::stop`] is called with `run`; `None` if it was stopped.
    async fn until_stopped<T>(&self, run: &str, work: impl Future<Output = T>) -> Option<T> {
        let stop = Arc::new(watch::Sender::new(false));
        let mut stopped = stop.subscribe();
        held(&self.runs).push(Run { name: run.to_owned(), stop: Arc::clone(&stop) });
        let done = tokio::select! {
            biased;
            done = work => Some(done),
            _ = stopped.wait_for(|stopped| *stopped) => None,
        };
        held(&self.runs).retain(|run| !Arc::ptr_eq(&run.stop, &stop));
        done
    }

    /// Runs what computes for long or waits for a disk where nothing else waits for it.
    ///
    /// # Errors
    /// [`What::Unexpected`]: it panicked.
    pub async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| self.problem(What::Unexpected { detail: error.to_string() }))
    }

    fn backings(&self) -> impl Iterator<Item = &Backing> {
        let real = match &self.real {
            Real::Ready(backing) => Some(backing),
            Real::Broken(_) | Real::Left => None,
        };
        real.into_iter().chain([&self.sample.backing])
    }

    fn problem(&self, what: What) -> Problem {
        Problem { what, apple: None, at: self.clock.now() }
    }

    /// The clipboard holds no text.
    pub fn clipboard_empty(&self) -> Problem {
        self.problem(What::ClipboardEmpty)
    }

    /// Several files were dropped where one is needed.
    pub fn one_file_only(&self) -> Problem {
        self.problem(What::OneFileOnly)
    }

    /// What the window names is no longer held.
    pub fn gone(&self) -> Problem {
        self.problem(What::Gone)
    }

    /// The clipboard did not take the text.
    pub fn not_copied(&self, detail: String) -> Problem {
        self.problem(What::NotCopied { detail })
    }

    /// The browser did not open.
    pub fn not_opened(&self, detail: String) -> Problem {
        self.problem(What::NotOpened { detail })
    }
}

/// Locks; a panic elsewhere leaves these maps whole, so its mark is ignored.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
