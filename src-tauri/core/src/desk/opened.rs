//! Which accounts there are, and one of them ready to be asked.

use std::{collections::hash_map::Entry, sync::Arc};

use crate::{
    account::AccountId,
    asc::client::Client,
    desk::{
        Backing, Desk, Open, Real, held,
        keychain::loader,
        problem::{Problem, What},
        view::Account,
    },
    key::Fingerprint,
    records::{AccountRow, AccountState},
    vault::EntryName,
};

impl Desk {
    /// Every connected account, the one used last first, the sample account at the end.
    pub(super) fn accounts(&self) -> Result<Vec<Account>, Problem> {
        Ok(self.accounts_with_keys()?.into_iter().map(|(account, _)| account).collect())
    }

    /// Every connected account with the fingerprint of its API key's public key.
    pub(super) fn accounts_with_keys(&self) -> Result<Vec<(Account, Fingerprint)>, Problem> {
        let mut accounts = Vec::new();
        for backing in self.backings() {
            let rows = self.rows(backing)?;
            accounts.extend(rows.iter().map(|row| (self.view_of(row), row.api_key_fingerprint)));
        }
        Ok(accounts)
    }

    /// The connected accounts of one backing, the one used last first.
    pub(super) fn accounts_of(&self, backing: &Backing) -> Result<Vec<Account>, Problem> {
        Ok(self.rows(backing)?.iter().map(|row| self.view_of(row)).collect())
    }

    /// What "all accounts" means: the real ones, or the sample account where nothing else may be opened.
    pub(super) fn everywhere(&self) -> Result<&Backing, Problem> {
        self.stays()?;
        match &self.real {
            Real::Ready(backing) => Ok(backing),
            Real::Broken(problem) => Err((**problem).clone()),
            Real::Left => Ok(&self.sample.backing),
        }
    }

    /// What the real accounts work with.
    pub(super) fn real(&self) -> Result<&Backing, Problem> {
        self.stays()?;
        match &self.real {
            Real::Ready(backing) => Ok(backing),
            Real::Broken(problem) => Err((**problem).clone()),
            Real::Left => Err(self.problem(What::NoSuchAccount)),
        }
    }

    /// Accounts of this server that are ready; those of another server are never even listed.
    pub(super) fn rows(&self, backing: &Backing) -> Result<Vec<AccountRow>, Problem> {
        self.stays()?;
        let mut rows = backing.records.accounts().map_err(|error| self.records_problem(error))?;
        rows.retain(|row| row.origin == backing.origin && row.state == AccountState::Ready);
        Ok(rows)
    }

    pub(super) fn row(&self, backing: &Backing, account: &AccountId) -> Result<AccountRow, Problem> {
        let rows = self.rows(backing)?;
        rows.into_iter().find(|row| row.id == *account).ok_or_else(|| self.problem(What::NoSuchAccount))
    }

    /// The account, ready to be asked.
    pub(super) fn opened(&self, account: &AccountId) -> Result<Arc<Open>, Problem> {
        self.stays()?;
        // Locked while the row is read, so that what is opened is not already another API key's.
        let mut open = held(&self.open);
        let place = match open.entry(account.clone()) {
            Entry::Occupied(open) => return Ok(Arc::clone(open.get())),
            Entry::Vacant(place) => place,
        };
        let Real::Ready(backing) = &self.real else { return Err(self.problem(What::NoSuchAccount)) };
        let row = self.row(backing, account)?;
        Ok(Arc::clone(place.insert(Arc::new(self.opening(backing, &row)))))
    }

    /// Opens an account that was connected a moment ago.
    pub(super) fn open(&self, backing: &Backing, row: &AccountRow) -> Account {
        let open = Arc::new(self.opening(backing, row));
        held(&self.open).insert(row.id.clone(), Arc::clone(&open));
        open.account.clone()
    }

    /// Changes what is open of an account. What is under way goes on as it began.
    pub(super) fn reopen(&self, account: &AccountId, change: impl FnOnce(&mut Open)) {
        if let Some(open) = held(&self.open).get_mut(account) {
            change(Arc::make_mut(open));
        }
    }

    /// Whether the account is still connected as it was when `open` was opened.
    pub(super) fn is_open(&self, open: &Open) -> bool {
        held(&self.open).get(&open.account.id).is_some_and(|now| Arc::ptr_eq(&now.changes, &open.changes))
    }

    fn opening(&self, backing: &Backing, row: &AccountRow) -> Open {
        Open {
            account: self.view_of(row),
            changes: Arc::default(),
            writing: Arc::default(),
            client: Arc::new(self.client_of(backing, row)),
            backing: backing.clone(),
            apps: Arc::default(),
            heard: Arc::default(),
        }
    }

    /// A client that signs with the secret in the account's vault entry.
    pub(super) fn client_of(&self, backing: &Backing, row: &AccountRow) -> Client {
        let entry = EntryName(row.vault_entry.clone());
        let load = loader(Arc::clone(&self.clock), self.waits.clone(), Arc::clone(&backing.vault), entry);
        self.client(backing, row.api_key.clone(), load)
    }

    pub(super) fn view_of(&self, row: &AccountRow) -> Account {
        Account {
            id: row.id.clone(),
            name: row.name.clone(),
            kind: row.api_key.kind(),
            api_key_id: row.api_key.id.clone(),
            issuer_id: row.api_key.issuer.clone(),
            sample: row.origin == self.sample.backing.origin,
            last_read: row.listed_at,
        }
    }
}
