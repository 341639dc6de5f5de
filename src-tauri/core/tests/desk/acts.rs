//! What a person does, in few words.

use std::{
    fs,
    sync::{Arc, Mutex},
};

use latchkey_core::{
    account::{AccountId, ApiKeyKind, Origin},
    desk::{
        problem::Problem,
        view::{
            ActivityEntry, ActivityRequest, AddRequest, Added, ConnectForm, DraftId, KeyRow, Looked, Pending,
            RemoveRequest, Removed, ShownUse, UsedFor, Work, WorkKind,
        },
    },
    key::Scope,
    records::Records,
};
use latchkey_simulator::{Account, KeyPair, Settings, account::KeyState};

use crate::{Office, ann, desk_of};

impl Office {
    /// What Apple has, as far as it is known here, once everything that was sent has taken effect.
    pub(crate) fn truth(&self) -> Vec<KeyState> {
        self.apple.state(self.clock.now()).keys
    }

    pub(crate) fn has(&self, id: &str) -> bool {
        self.truth().iter().any(|key| key.id == id)
    }

    /// The row of the nth key for one app.
    pub(crate) async fn row_for_an_app(&self, account: &AccountId, nth: usize) -> KeyRow {
        let rows = self.keys(account).await;
        rows.into_iter().filter(|row| matches!(row.used_for, UsedFor::App { .. })).nth(nth).unwrap()
    }

    /// Removes a key as its row shows it.
    pub(crate) async fn remove(&self, account: &AccountId, row: &KeyRow) -> Result<Removed, Problem> {
        let draft = self.desk.prepare_remove(request(account, row)).await?;
        self.desk.commit_remove(&draft.id, last_six(&row.id)).await
    }

    /// Everything that a look tells until it is decided.
    pub(crate) async fn looked(&self, pending: &DraftId) -> Vec<Looked> {
        let told = Mutex::new(Vec::new());
        self.desk.look(pending, &|looked| told.lock().unwrap().push(looked)).await.unwrap();
        told.into_inner().unwrap()
    }

    /// An office whose records don't outlive it: nothing waits for the disk.
    pub(crate) fn in_memory(account: Account, settings: Settings) -> Self {
        let office = Self::with(account, settings);
        let records = Arc::new(Records::in_memory(ann()).unwrap());
        let desk = desk_of(Origin::apple(), &office.clock, &office.apple, &office.vault, &records);
        Self { desk, records, ..office }
    }

    /// The app is killed, whatever it is doing, and started again with what is on the disk. What it sent is on its way
    /// all the same.
    pub(crate) fn killed(self) -> Self {
        self.killed_after(|_| ())
    }

    /// As [`Self::killed`], with this done to the database in between.
    pub(crate) fn edited(self, sql: &str) -> Self {
        self.killed_after(|database| {
            database.pragma_update(None, "foreign_keys", false).unwrap();
            database.execute_batch(sql).unwrap();
        })
    }

    fn killed_after(self, edit: impl FnOnce(&rusqlite::Connection)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (self.folder.path().join("records"), folder.path().join("records"));
        fs::create_dir(&to).unwrap();
        for file in fs::read_dir(from).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
        edit(&rusqlite::Connection::open(to.join("latchkey.db")).unwrap());
        let records = Arc::new(Records::open(&to, ann()).unwrap());
        let desk = desk_of(Origin::apple(), &self.clock, &self.apple, &self.vault, &records);
        Self { desk, records, folder, ..self }
    }

    /// Connects with one person's API key, which sees these apps.
    pub(crate) async fn connected_as_one_person(&self, apps: &[&str]) -> AccountId {
        let pair = KeyPair::numbered(99, 2);
        let api_key_id = self.apple.change(|account| account.add_individual_key(&pair, apps)).key_id;
        let file = self.held(self.file("AuthKey.p8", &pair.pkcs8_pem()));
        let form = ConnectForm {
            draft: Some(self.desk.take_api_key(&file).unwrap().id),
            kind: ApiKeyKind::Individual,
            api_key_id,
            issuer_id: String::new(),
            name: "One person".to_owned(),
            unusual_is_right: false,
        };
        self.desk.connect(form).await.unwrap().account.id
    }

    /// Every line of Activity, the newest first.
    pub(crate) fn entries(&self) -> Vec<ActivityEntry> {
        let request = ActivityRequest { account: None, search: String::new(), before: None };
        self.desk.activity(&request).unwrap().entries
    }

    /// Begins to replace a key.
    pub(crate) async fn replace(&self, account: &AccountId, row: &KeyRow, kind: WorkKind) -> Work {
        self.desk.begin_replace(account, &row.id, kind).await.unwrap()
    }

    /// Adds the new key of a replacement.
    pub(crate) async fn add_new(&self, work: &Work, number: u64) -> Result<Added, Problem> {
        self.add_as_new(work, self.chosen(&work.account.id, number).id).await
    }

    /// Adds this key as the new one of a replacement.
    pub(crate) async fn add_as_new(&self, work: &Work, key: DraftId) -> Result<Added, Problem> {
        let scope = work.app.as_ref().map_or(Scope::AllApps, |app| Scope::OneApp { app: app.id.clone() });
        let request =
            AddRequest { account: work.account.id.clone(), key, scope, work: Some(work.id.clone()) };
        let draft = self.desk.prepare_add(request).await?;
        self.desk.commit_add(&draft.id, "New".to_owned()).await
    }

    /// Removes the old key of a replacement.
    pub(crate) async fn remove_old(&self, work: &Work) -> Result<Removed, Problem> {
        let request = RemoveRequest {
            account: work.account.id.clone(),
            key: work.old.id.to_string(),
            fingerprint: work.old_fingerprint.clone(),
            used_for: shown(&work.old.used_for),
            work: Some(work.id.clone()),
        };
        let draft = self.desk.prepare_remove(request).await?;
        self.desk.commit_remove(&draft.id, last_six(&work.old.id.to_string())).await
    }
}

/// The request that a window makes from what it shows.
pub(crate) fn request(account: &AccountId, row: &KeyRow) -> RemoveRequest {
    RemoveRequest {
        account: account.clone(),
        key: row.id.clone(),
        fingerprint: row.fingerprint.clone(),
        used_for: shown(&row.used_for),
        work: None,
    }
}

fn shown(used_for: &UsedFor) -> ShownUse {
    match used_for {
        UsedFor::AllApps => ShownUse::AllApps,
        UsedFor::App { app } => ShownUse::App { app: app.id.clone() },
        UsedFor::Looking | UsedFor::Unknown { .. } => ShownUse::Unknown,
    }
}

pub(crate) fn last_six(id: &str) -> &str {
    &id[id.len() - 6..]
}

pub(crate) fn pending_of_removal(removed: Removed) -> Pending {
    match removed {
        Removed::Unknown { pending, .. } => pending,
        other => panic!("the answer should be lost: {other:?}"),
    }
}
