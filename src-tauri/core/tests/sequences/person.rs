//! What a person does that changes nothing at Apple: accounts, reading, names, copies, files.

use std::sync::{Arc, Mutex};

use latchkey_core::vault::{EntryName, Vault};
use latchkey_core::{
    account::{AccountId, ApiKeyKind},
    desk::{
        Chosen, Desk,
        problem::{Problem, What},
        view::{
            Account, ActivityPage, ActivityRequest, ConnectForm, DraftId, EverywhereEvent, FoundKey,
            FreshKey, InventoryEvent, KeyRow, PrivateKey, Saving,
        },
    },
};
use secrecy::ExposeSecret;

use crate::{changes::Chosen as ChosenKey, deeds::Wanted, world::World};

/// What a page names its reading.
const RUN: &str = "run";

impl World<'_> {
    pub(crate) fn accounts(&self, desk: &Desk) -> Vec<Account> {
        let start = desk.start().unwrap();
        self.tell(&start);
        start.accounts
    }

    /// The nth account, the numbers going round; `None` if there is none.
    pub(crate) fn account(&self, desk: &Desk, nth: usize) -> Option<AccountId> {
        let accounts = self.accounts(desk);
        (!accounts.is_empty()).then(|| accounts[nth % accounts.len()].id.clone())
    }

    /// Every key as the accounts last listed it, each row compared with the truth.
    pub(crate) fn rows(&self, desk: &Desk) -> Vec<FoundKey> {
        let found = desk.find_everywhere("").unwrap();
        self.tell(&found);
        for found in &found {
            self.ledger.row(&found.key);
        }
        found
    }

    pub(crate) fn nth_row(&self, desk: &Desk, nth: usize) -> Option<(AccountId, KeyRow)> {
        let mut rows = self.rows(desk);
        (!rows.is_empty())
            .then(|| rows.swap_remove(nth % rows.len()))
            .map(|found| (found.account.id, found.key))
    }

    fn form(&self, desk: &Desk, api_key: usize, name: &str) -> ConnectForm {
        let pem = self.stage.api_keys[api_key].pkcs8_pem();
        let held = desk.hold(vec![Chosen::Text(pem)]).remove(0);
        self.tell(&held);
        let draft = self.answered(desk.take_api_key(&held.id)).unwrap();
        let credentials = &self.credentials[api_key];
        ConnectForm {
            draft: Some(draft.id),
            kind: ApiKeyKind::Team,
            api_key_id: credentials.key_id.clone(),
            issuer_id: credentials.issuer_id.clone().unwrap(),
            name: name.to_owned(),
            unusual_is_right: false,
        }
    }

    /// Whether it is connected then.
    pub(crate) async fn connect(&mut self, desk: &Desk, api_key: usize) -> bool {
        self.named += 1;
        let form = self.form(desk, api_key, &format!("Account {}", self.named));
        match self.answered(desk.connect(form).await) {
            Ok(connected) => {
                self.memory.account_named(&connected.account);
                self.owed += 1;
                true
            }
            Err(problem) => matches!(problem.what, What::AlreadyConnected { .. }),
        }
    }

    /// Makes sure that there is an account, and one for each change that is looked for, with an API key that is in the
    /// keychain.
    pub(crate) async fn reconnect(&mut self, desk: &Desk) {
        let unknown = self.ledger.unknown();
        for api_key in 0..self.credentials.len() {
            let accounts = self.accounts(desk);
            let missing = |id: &AccountId| !accounts.iter().any(|account| account.id == *id);
            if accounts.is_empty() || unknown.iter().any(|decision| missing(&decision.account)) {
                assert!(self.connect(desk, api_key).await, "it can be connected once everything works");
            }
        }
        for row in self.records().accounts().unwrap() {
            let entry = self.vault.load(EntryName(row.vault_entry.clone())).await;
            if entry.is_err() {
                let of = self.credentials.iter().position(|key| key.key_id == row.api_key.id).unwrap();
                self.use_new_api_key(desk, &row.id, of).await.unwrap();
            }
        }
    }

    pub(crate) async fn disconnect(&mut self, desk: &Desk, account: &AccountId) {
        // A failure leaves an account that the next start finishes with.
        self.memory.account_left(account);
        if self.answered(desk.disconnect(account).await).is_ok() {
            self.owed += 1;
        }
    }

    pub(crate) async fn use_new_api_key(
        &mut self,
        desk: &Desk,
        account: &AccountId,
        api_key: usize,
    ) -> Result<(), Problem> {
        let form = self.form(desk, api_key, "");
        let draft = self.answered(desk.prepare_api_key(account, form).await)?;
        self.answered(desk.use_new_api_key(&draft.id).await)?;
        let again = self.answered(desk.use_new_api_key(&draft.id).await);
        assert!(again.is_ok(), "it answers the same: {again:?}");
        Ok(())
    }

    pub(crate) fn rename_account(&mut self, desk: &Desk, account: &AccountId) {
        self.named += 1;
        let renamed =
            self.answered(desk.rename_account(account, &format!("Account {}", self.named))).unwrap();
        self.memory.account_named(&renamed);
        self.owed += 1;
    }

    pub(crate) async fn check_account(&self, desk: &Desk, account: &AccountId) {
        let before = self.truth();
        if let Ok(check) = self.answered(desk.check_account(account).await)
            && !self.lied_to
            && before == self.truth()
        {
            assert_eq!(check.keys, before.len(), "{check:?}");
        }
    }

    /// Reads keys and apps; every row that Apple's answers make is compared with the truth.
    pub(crate) async fn inventory(&self, desk: &Desk, account: &AccountId, stopped_after: Option<usize>) {
        let before = self.truth();
        let events = Mutex::new(Vec::new());
        let tell = |event: InventoryEvent| {
            let mut events = events.lock().unwrap();
            events.push(event);
            if Some(events.len()) == stopped_after {
                desk.stop(RUN);
            }
        };
        let read = desk.inventory(account, RUN, &tell).await;
        let events = events.into_inner().unwrap();
        self.tell(&events);
        let _ = self.answered(read);
        let unchanged = before == self.truth() && !self.lied_to;
        for event in &events {
            match event {
                InventoryEvent::Keys { keys, .. } => {
                    if unchanged {
                        let mut told: Vec<&str> = keys.iter().map(|row| row.id.as_str()).collect();
                        let mut there: Vec<&str> = before.iter().map(|key| key.id.as_str()).collect();
                        told.sort_unstable();
                        there.sort_unstable();
                        assert_eq!(told, there, "the keys as Apple told them");
                    }
                    for row in keys {
                        self.ledger.row(row);
                    }
                }
                InventoryEvent::Remembered { keys, .. } => keys.iter().for_each(|row| self.ledger.row(row)),
                InventoryEvent::Key { key } => self.ledger.row(key),
                _ => (),
            }
        }
    }

    pub(crate) async fn everywhere(&self, desk: &Desk) {
        let before = self.truth();
        let events = Mutex::new(Vec::new());
        desk.look_everywhere(RUN, &|event| events.lock().unwrap().push(event)).await.unwrap();
        let events = events.into_inner().unwrap();
        self.tell(&events);
        if before == self.truth() && !self.lied_to {
            for event in events {
                if let EverywhereEvent::Account { keys, .. } = event {
                    assert_eq!(keys, before.len());
                }
            }
        }
    }

    pub(crate) async fn read_key(&self, desk: &Desk, account: &AccountId, key: &str) {
        let before = self.truth();
        let Ok(FreshKey { key: row, .. }) = self.answered(desk.read_key(account, key).await) else { return };
        if let Some(row) = &row {
            self.ledger.row(row);
        }
        if before == self.truth() && !self.lied_to {
            assert_eq!(row.is_some(), before.iter().any(|there| there.id == key), "{row:?}");
        }
    }

    pub(crate) fn describe(&mut self, desk: &Desk, account: &AccountId, key: &str) {
        self.named += 1;
        let (name, note) = (format!("Name {}", self.named), format!("Note {}\nof it", self.named));
        let note = self.named.is_multiple_of(2).then_some(note);
        let row = self.answered(desk.describe_key(account, key, Some(name.clone()), note.clone())).unwrap();
        assert_eq!((row.name.as_ref(), row.note.as_ref()), (Some(&name), note.as_ref()));
        self.memory.described(&row);
        self.owed += 1;
    }

    pub(crate) fn confirm(&self, desk: &Desk, account: &AccountId, row: &KeyRow, right: bool) {
        let Some(fingerprint) = &row.fingerprint else { return };
        let typed = if right { &fingerprint[..20] } else { "0123456789abcdef0123" };
        let confirmed = self.answered(desk.confirm_key(account, &row.id, typed, "Jonas")).unwrap();
        assert_eq!(confirmed.key.is_some(), right);
    }

    /// Checks what somebody took for a token: the API key itself.
    pub(crate) fn check_token(&self, desk: &Desk, account: &AccountId) {
        let pem = self.stage.api_keys[0].pkcs8_pem();
        assert!(self.answered(desk.check_token(pem, account, None)).is_err());
    }

    /// Makes a pair, saves its private key, and gives back the public key to add. Its secrets are looked for from now on.
    pub(crate) async fn new_pair(
        &mut self,
        desk: &Desk,
        account: &AccountId,
        saving: Saving,
    ) -> Option<(DraftId, String)> {
        let pair = self.answered(desk.new_pair(account).await).ok()?;
        self.mark_password(desk, &pair.id);
        let path = self.new_file("private.pem");
        self.answered(desk.place(&pair.id, path.clone())).ok()?;
        let saved = self.answered(desk.save_new_pair(&pair.id, account, saving).await).ok()?;
        self.owed += 1;
        self.mark_private_key(&path, saving);
        Some((saved.key.id, pair.groups.concat().to_lowercase()))
    }

    /// Takes a private key out of the keychain, into a file.
    pub(crate) async fn kept_pair(&mut self, desk: &Desk, account: &AccountId, row: &KeyRow) {
        let kept = matches!(row.private_key, PrivateKey::OnThisComputer { keychain: true, .. });
        let Ok(pair) = self.answered(desk.kept_pair(account, &row.id).await) else { return };
        assert!(kept, "{row:?}");
        self.mark_password(desk, &pair.id);
        let path = self.new_file("private.pem");
        self.answered(desk.place(&pair.id, path.clone())).unwrap();
        let saving = Saving { protected: false, keep: false };
        if self.answered(desk.save_private_key(&pair.id, saving).await).is_ok() {
            self.owed += 1;
            self.mark_private_key(&path, saving);
        }
    }

    #[expect(clippy::disallowed_methods, reason = "what must not come out has to be known to be looked for")]
    fn mark_password(&mut self, desk: &Desk, pair: &DraftId) {
        let password = desk.pair_password(pair).unwrap();
        self.marks.of_text(password.expose_secret());
    }

    fn mark_private_key(&mut self, path: &std::path::Path, saving: Saving) {
        if !saving.protected {
            let pem = std::fs::read_to_string(path).unwrap();
            let pair = latchkey_simulator::KeyPair::from_pkcs8_pem(&pem).unwrap();
            self.marks.of_private_key(&pair.pkcs8_der());
        }
    }

    pub(crate) async fn save_copy(&mut self, desk: &Desk) {
        let path = self.new_file("copy.json");
        if self.answered(desk.save_copy(path.clone()).await).is_ok() {
            self.owed += 1;
            let bytes = std::fs::read(&path).unwrap();
            assert!(!self.marks.are_in_bytes(&bytes), "a secret is in a copy");
            self.copy = Some(path);
        }
    }

    pub(crate) async fn bring_in(&self, desk: &Desk) {
        let Some(copy) = self.copy.clone() else { return };
        let draft = self.answered(desk.read_copy(copy).await).unwrap();
        let brings = self.answered(desk.bring_in(&draft.id).await).unwrap();
        assert_eq!(brings, draft.brings);
    }

    /// Every line of Activity.
    pub(crate) fn activity(&self, desk: &Desk) -> ActivityPage {
        let request = ActivityRequest { account: None, search: String::new(), before: None };
        self.answered(desk.activity(&request)).unwrap()
    }

    /// A public key file, chosen and gone on with; and its fingerprint.
    pub(crate) fn chosen(&self, desk: &Desk, account: &AccountId, pair: u64) -> (DraftId, String) {
        let public = latchkey_simulator::KeyPair::numbered(7, pair).public();
        let held = desk.hold(vec![Chosen::Text(public.pem().into())]).remove(0);
        let draft = self.answered(desk.take_key_file(&held.id, account)).unwrap();
        self.tell(&desk.go_on_without_confirming(&draft.id).unwrap());
        (draft.id, public.fingerprint())
    }

    /// What is wanted, as a file for the first account.
    pub(crate) fn chosen_for(&self, desk: &Desk, wanted: Wanted) -> Option<ChosenKey> {
        let account = self.account(desk, 0)?;
        let (key, fingerprint) = self.chosen(desk, &account, wanted.pair);
        Some(ChosenKey { account, key, fingerprint, app: self.app(wanted), work: None })
    }

    /// The Apple ID of the app that is wanted.
    pub(crate) fn app(&self, wanted: Wanted) -> Option<String> {
        let apps = self.apple.state(latchkey_core::clock::Clock::now(&*self.clock)).apps;
        wanted.app.map(|nth| apps[nth % apps.len()].id.clone())
    }
}

/// The app, so that it is named once.
pub(crate) type App = Arc<Desk>;
