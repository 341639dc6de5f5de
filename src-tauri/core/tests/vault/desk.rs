//! What the desk makes of a keychain that is locked, goes away, comes back, or holds something else than it was given.

use std::sync::Arc;

use latchkey_core::{
    account::{AccountId, ApiKey, ApiKeyKind, Origin},
    asc::route::Nowhere,
    clock::{Clock, SystemClock},
    desk::{
        Backing, Chosen, Desk, Real, Sample,
        problem::{Problem, What},
        view::{AddRequest, Added, ConnectForm, DraftId},
    },
    key::Scope,
    records::{By, Records},
    vault::{EntryName, Vault, VaultError, memory::MemoryVault, os::OsVault},
};
use latchkey_simulator::{Credentials, InProcess, KeyPair, Settings, Simulator, practice};

use crate::{
    SERVICE, opened,
    session::{Keyring, SilentPrompter, in_a_session},
};

/// A desk at the real keychain, whose Apple is a simulator.
struct Office {
    desk: Arc<Desk>,
    apple: Arc<Simulator>,
    vault: Arc<OsVault>,
    records: Arc<Records>,
    credentials: Credentials,
}

impl Office {
    fn new() -> Self {
        let mut account = practice::seeded(1, 4, 2);
        let credentials = account.add_team_key(&KeyPair::numbered(99, 1));
        let apple = Arc::new(Simulator::new(Settings::default(), account));
        let vault = Arc::new(OsVault::new(SERVICE));
        let records = Arc::new(Records::in_memory(ann()).unwrap());
        let desk = desk(&apple, &vault, &records);
        Self { desk, apple, vault, records, credentials }
    }

    /// The app starts anew: it has no token left.
    fn restart(&mut self) {
        self.desk = desk(&self.apple, &self.vault, &self.records);
    }

    fn form(&self) -> ConnectForm {
        let text = KeyPair::numbered(99, 1).pkcs8_pem();
        let held = self.desk.hold(vec![Chosen::Text(text)]).remove(0).id;
        ConnectForm {
            draft: Some(self.desk.take_api_key(&held).unwrap().id),
            kind: ApiKeyKind::Team,
            api_key_id: self.credentials.key_id.clone(),
            issuer_id: self.credentials.issuer_id.clone().unwrap(),
            name: "Lindqvist".to_owned(),
            unusual_is_right: false,
        }
    }

    async fn connect(&self) -> Result<AccountId, Problem> {
        self.desk.connect(self.form()).await.map(|connected| connected.account.id)
    }

    async fn read(&self, account: &AccountId) -> Result<(), Problem> {
        self.desk.inventory(account, "run", &|_| ()).await
    }

    async fn prepared(&self, account: &AccountId, number: u64) -> DraftId {
        let text = KeyPair::numbered(7, number).public().pem();
        let held = self.desk.hold(vec![Chosen::Text(text.into())]).remove(0).id;
        let key = self.desk.take_key_file(&held, account).unwrap().id;
        self.desk.go_on_without_confirming(&key).unwrap();
        let request = AddRequest { account: account.clone(), key, scope: Scope::AllApps, work: None };
        self.desk.prepare_add(request).await.unwrap().id
    }

    async fn add(&self, draft: &DraftId) -> Result<Added, Problem> {
        self.desk.commit_add(draft, String::new()).await
    }

    fn posts(&self) -> usize {
        self.apple.log().iter().filter(|logged| logged.method == "POST").count()
    }

    /// The name of the account's entry.
    fn entry(&self) -> EntryName {
        EntryName(self.records.accounts().unwrap()[0].vault_entry.clone())
    }

    /// Nothing was sent, and nothing is said to have been.
    fn nothing_was_sent(&self) {
        assert_eq!(self.posts(), 0);
        assert!(self.records.open_intents().unwrap().is_empty());
    }
}

fn ann() -> By {
    By { user: "ann".to_owned(), version: "0.0.0".to_owned() }
}

fn desk(apple: &Arc<Simulator>, vault: &Arc<OsVault>, records: &Arc<Records>) -> Arc<Desk> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let backing = Backing {
        origin: Origin::apple(),
        transport: Arc::new(InProcess::new(Arc::clone(apple), Arc::clone(&clock))),
        route: Arc::new(Nowhere::default()),
        vault: Arc::clone(vault) as Arc<dyn Vault>,
        records: Arc::clone(records),
    };
    let practice::Sample { simulator, credentials } = practice::sample();
    let sample = Sample {
        backing: Backing {
            origin: Origin::sample(),
            transport: Arc::new(InProcess::new(Arc::new(simulator), Arc::clone(&clock))),
            route: Arc::new(Nowhere::default()),
            vault: Arc::new(MemoryVault::default()),
            records: Arc::new(Records::in_memory(ann()).unwrap()),
        },
        name: "Sample account".to_owned(),
        api_key: ApiKey { id: credentials.key_id, issuer: credentials.issuer_id },
        secret: credentials.private_key,
        api_key_fingerprint: credentials.fingerprint.parse().unwrap(),
    };
    Desk::new(clock, Real::Ready(backing), sample, "0.0.0")
}

fn what<T: std::fmt::Debug>(told: Result<T, Problem>) -> What {
    told.unwrap_err().what
}

fn refused<T: std::fmt::Debug>(told: Result<T, Problem>) {
    let what = what(told);
    assert!(matches!(what, What::KeychainRefused { .. }), "{what:?}");
}

fn missing<T: std::fmt::Debug>(told: Result<T, Problem>) {
    let what = what(told);
    assert!(matches!(what, What::KeychainMissing { .. }), "{what:?}");
}

#[test]
fn a_locked_keychain_is_told_at_every_job_and_works_once_it_is_open() {
    in_a_session("desk::a_locked_keychain_is_told_at_every_job_and_works_once_it_is_open", async || {
        Keyring::unlocked().kill();
        let mut office = Office::new();
        // Nobody shows its prompt, so it dismisses it.
        let keyring = Keyring::locked();
        refused(office.connect().await);
        assert!(
            office.desk.start().unwrap().accounts.is_empty(),
            "an account comes with its secret or not at all"
        );
        keyring.kill();

        let keyring = Keyring::unlocked();
        let account = office.connect().await.unwrap();
        let draft = office.prepared(&account, 1).await;
        keyring.kill();
        let keyring = Keyring::locked();
        refused(office.add(&draft).await);
        office.nothing_was_sent();
        office.restart();
        refused(office.read(&account).await);
        refused(office.desk.disconnect(&account).await);
        keyring.kill();

        let _keyring = Keyring::unlocked();
        office.restart();
        office.desk.tidy_up().await;
        assert!(office.desk.start().unwrap().accounts.is_empty(), "what was begun is finished");
        let again = office.connect().await.unwrap();
        assert_eq!(again, account);
        office.read(&account).await.unwrap();
        let draft = office.prepared(&account, 1).await;
        assert!(matches!(office.add(&draft).await, Ok(Added::Done { .. })));
    });
}

#[test]
fn a_keychain_that_goes_and_comes_back_between_jobs_is_told_and_found_again() {
    in_a_session(
        "desk::a_keychain_that_goes_and_comes_back_between_jobs_is_told_and_found_again",
        async || {
            let mut office = Office::new();
            missing(office.connect().await);
            let keyring = Keyring::unlocked();
            let account = office.connect().await.unwrap();
            let draft = office.prepared(&account, 1).await;
            keyring.kill();
            missing(office.add(&draft).await);
            office.nothing_was_sent();
            office.restart();
            missing(office.read(&account).await);

            let _keyring = Keyring::unlocked();
            office.read(&account).await.unwrap();
            let draft = office.prepared(&account, 1).await;
            assert!(matches!(office.add(&draft).await, Ok(Added::Done { .. })));
            assert_eq!(office.posts(), 1);
        },
    );
}

#[test]
fn a_keychain_that_ends_while_a_secret_is_got_is_told_and_nothing_is_sent() {
    in_a_session(
        "desk::a_keychain_that_ends_while_a_secret_is_got_is_told_and_nothing_is_sent",
        async || {
            let office = Office::new();
            let keyring = Keyring::unlocked();
            let account = office.connect().await.unwrap();
            let draft = office.prepared(&account, 1).await;
            keyring.kill();
            let mut prompter = SilentPrompter::start();
            let keyring = Keyring::locked();
            let desk = Arc::clone(&office.desk);
            let adding = tokio::spawn(async move { desk.commit_add(&draft, String::new()).await });
            prompter.asked();
            let mut waits = office.desk.keychain_waits();
            waits.wait_for(|waiting| *waiting == 1).await.unwrap();
            keyring.kill();
            missing(adding.await.unwrap());
            assert_eq!(*office.desk.keychain_waits().borrow(), 0);
            office.nothing_was_sent();

            let _keyring = Keyring::unlocked();
            let draft = office.prepared(&account, 1).await;
            assert!(matches!(office.add(&draft).await, Ok(Added::Done { .. })));
        },
    );
}

#[test]
fn a_keychain_that_ends_while_a_secret_is_stored_leaves_no_account_and_no_entry() {
    in_a_session(
        "desk::a_keychain_that_ends_while_a_secret_is_stored_leaves_no_account_and_no_entry",
        async || {
            Keyring::unlocked().kill();
            let office = Office::new();
            let mut prompter = SilentPrompter::start();
            let keyring = Keyring::locked();
            let (desk, form) = (Arc::clone(&office.desk), office.form());
            let connecting = tokio::spawn(async move { desk.connect(form).await });
            prompter.asked();
            let entry = office.entry();
            keyring.kill();
            missing(connecting.await.unwrap());
            assert!(office.desk.start().unwrap().accounts.is_empty());

            let _keyring = Keyring::unlocked();
            office.desk.tidy_up().await;
            assert!(office.records.accounts().unwrap().is_empty(), "the attempt leaves no trace");
            assert_eq!(opened(office.vault.load(entry).await), Err(VaultError::NoEntry));
            office.connect().await.unwrap();
        },
    );
}

#[test]
fn an_entry_that_somebody_removed_is_told_and_another_api_key_mends_it() {
    in_a_session("desk::an_entry_that_somebody_removed_is_told_and_another_api_key_mends_it", async || {
        let _keyring = Keyring::unlocked();
        let mut office = Office::new();
        let account = office.connect().await.unwrap();
        let draft = office.prepared(&account, 1).await;
        OsVault::new(SERVICE).forget(office.entry()).await.unwrap();
        let gone = What::ApiKeyGone { account: "Lindqvist".to_owned() };
        assert_eq!(what(office.add(&draft).await), gone);
        office.nothing_was_sent();
        office.restart();
        assert_eq!(what(office.read(&account).await), gone);
        mended(&office, &account).await;
    });
}

#[test]
fn an_entry_of_a_newer_version_or_no_key_is_told_and_left_until_another_api_key_is_used() {
    in_a_session(
        "desk::an_entry_of_a_newer_version_or_no_key_is_told_and_left_until_another_api_key_is_used",
        async || {
            let _keyring = Keyring::unlocked();
            let mut office = Office::new();
            let account = office.connect().await.unwrap();
            let name = "Lindqvist".to_owned();
            for (other, told) in [
                (&b"LK\x02something new"[..], What::ApiKeyNewer { account: name.clone() }),
                (b"no private key", What::ApiKeyDamaged { account: name }),
            ] {
                office.restart();
                let draft = office.prepared(&account, 1).await;
                let entry = office.entry();
                OsVault::new(SERVICE).store(entry.clone(), other.to_vec().into()).await.unwrap();
                assert_eq!(what(office.add(&draft).await), told);
                office.nothing_was_sent();
                office.restart();
                assert_eq!(what(office.read(&account).await), told);
                office.desk.tidy_up().await;
                let left = opened(office.vault.load(entry.clone()).await);
                assert_eq!(left, Ok(other.to_vec()), "it is somebody's");
                mended(&office, &account).await;
                assert_ne!(office.entry(), entry);
                assert_eq!(
                    opened(office.vault.load(entry).await),
                    Err(VaultError::NoEntry),
                    "the person chose so"
                );
            }
        },
    );
}

/// *Use a new API key*: here the same one again.
async fn mended(office: &Office, account: &AccountId) {
    let new = office.desk.prepare_api_key(account, office.form()).await.unwrap();
    office.desk.use_new_api_key(&new.id).await.unwrap();
    office.read(account).await.unwrap();
}
