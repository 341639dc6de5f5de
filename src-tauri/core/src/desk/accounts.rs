//! Connecting an account and letting it go. A row and its secret can't drift apart: the row says *connecting* before the
//! secret is stored and *disconnecting* before it is removed, and what stands between is undone at the next chance.

use std::sync::Arc;

use secrecy::SecretSlice;

use crate::{
    account::{AccountId, ApiKey},
    asc::client::{Bound, Client},
    desk::{
        Backing, Desk, form, held,
        keychain::{loader, patiently},
        problem::{Problem, What},
        view::{Account, AccountCheck, ConnectForm, Connected},
    },
    key::Fingerprint,
    keyfile::PrivateKeyFile,
    records::{AccountRow, AccountState, NewAccount},
    vault::{EntryName, Vault, memory::MemoryVault},
};

/// How many apps are named to show which company it is.
pub(super) const APPS_NAMED: usize = 6;

impl Desk {
    /// Checks what can be checked here, asks Apple, and only then stores. A failure stores nothing.
    ///
    /// # Errors
    /// [`What::Form`], [`What::AlreadyConnected`], [`What::Gone`], whatever Apple or the keychain says.
    pub async fn connect(&self, form: ConnectForm) -> Result<Connected, Problem> {
        let _connecting = self.connecting.lock().await;
        let backing = self.real()?;
        self.tidy(backing).await;
        let rows = self.rows(backing)?;
        let taken: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
        let checked = form::check(&form, &taken).map_err(|findings| self.problem(What::Form { findings }))?;
        let draft = form.draft.as_ref().and_then(|id| self.api_keys.get(id)).ok_or_else(|| self.gone())?;
        self.not_connected(&rows, &checked.api_key, draft.key.public_key().fingerprint())?;

        let client = self.trial(backing, &checked.api_key, draft.key.pkcs8_der()).await?;
        // Both reads, since a role may allow one and not the other; what fails now would fail on the first page.
        let asked = async {
            client.distribution_keys(Bound::AllApps).await?;
            let mut apps = Vec::new();
            client.apps(&mut |page| apps.extend(page)).await?;
            Ok(apps)
        };
        let apps = asked.await.map_err(|error| self.asc_problem(&error, &checked.api_key, &client, ""))?;

        let row = self.store(backing, checked, &draft.key).await?;
        let account = self.open(backing, &row);
        if let Some(id) = &form.draft {
            self.api_keys.forget(id);
        }
        Ok(Connected {
            account,
            app_count: apps.len(),
            apps: apps.into_iter().take(APPS_NAMED).map(|app| app.name).collect(),
            source: draft.source.clone(),
        })
    }

    /// Opens the sample account, once.
    ///
    /// # Errors
    /// [`What::Records`], in theory: its records are in memory.
    pub async fn open_sample(&self) -> Result<Account, Problem> {
        let sample = &self.sample;
        let _connecting = self.comes_and_goes(&sample.backing).lock().await;
        if let Some(account) = self.accounts_of(&sample.backing)?.into_iter().next() {
            return Ok(account);
        }
        let new = NewAccount {
            id: self.id_for(&sample.backing, sample.api_key_fingerprint)?,
            origin: sample.backing.origin.clone(),
            name: sample.name.clone(),
            api_key: sample.api_key.clone(),
            api_key_fingerprint: sample.api_key_fingerprint,
            vault_entry: "sample".to_owned(),
            at: self.clock.now(),
        };
        let stored =
            sample.backing.vault.store(EntryName(new.vault_entry.clone()), sample.secret.clone()).await;
        stored.map_err(|error| self.vault_problem(&error, &sample.name))?;
        let records = &sample.backing.records;
        records
            .begin_account(&new)
            .and_then(|()| records.account_ready(&new.id))
            .map_err(|error| self.records_problem(error))?;
        Ok(self.open(&sample.backing, &row_of(&new)))
    }

    /// Remembers `account` as the one used last.
    ///
    /// # Errors
    /// [`What::NoSuchAccount`], [`What::Records`].
    pub fn select(&self, account: &AccountId) -> Result<(), Problem> {
        let open = self.opened(account)?;
        let now = self.clock.now();
        open.backing.records.touch_account(account, now).map_err(|error| self.records_problem(error))
    }

    /// Gives an account another name. The sample account keeps its own.
    ///
    /// # Errors
    /// [`What::Form`] about the name, [`What::NoSuchAccount`], [`What::Records`].
    pub fn rename_account(&self, account: &AccountId, name: &str) -> Result<Account, Problem> {
        let backing = self.real()?;
        let rows = self.rows(backing)?;
        let others = rows.iter().filter(|row| row.id != *account).map(|row| row.name.clone());
        let name = form::check_name(name, &others.collect::<Vec<_>>())
            .map_err(|finding| self.problem(What::Form { findings: vec![finding] }))?;
        self.row(backing, account)?;
        let renamed = backing.records.rename_account(account, name, self.clock.now());
        renamed.map_err(|error| self.records_problem(error))?;
        let renamed = self.view_of(&self.row(backing, account)?);
        self.reopen(account, |open| open.account = renamed.clone());
        Ok(renamed)
    }

    /// Asks Apple what the account's API key sees.
    ///
    /// # Errors
    /// [`What::NoSuchAccount`], whatever Apple or the keychain says.
    pub async fn check_account(&self, account: &AccountId) -> Result<AccountCheck, Problem> {
        let open = self.opened(account)?;
        let (at, keys) = self.list_keys(&open).await?;
        let mut apps = 0;
        let listed = open.client.apps(&mut |page| apps += page.len()).await;
        listed.map_err(|error| self.api_problem(&error, &open))?;
        Ok(AccountCheck { apps, keys: keys.len(), at })
    }

    /// Removes the account's secret, then its row. The API key itself stays valid at Apple.
    ///
    /// # Errors
    /// [`What::NoSuchAccount`], whatever the keychain says: the account is finished with at the next start then.
    pub async fn disconnect(&self, account: &AccountId) -> Result<(), Problem> {
        let backing = self.opened(account)?.backing.clone();
        let _connecting = self.comes_and_goes(&backing).lock().await;
        let open = self.opened(account)?;
        let row = self.row(&open.backing, account)?;
        let begun = open.backing.records.begin_disconnect(account);
        begun.map_err(|error| self.records_problem(error))?;
        held(&self.open).remove(account);
        self.finish_disconnect(&open.backing, &row).await
    }

    /// Finishes or undoes what a crash or a locked keychain left between row and secret.
    pub async fn tidy_up(&self) {
        let _connecting = self.connecting.lock().await;
        if let Ok(backing) = self.real() {
            self.tidy(backing).await;
        }
    }

    /// What is held while an account of this backing comes or goes.
    fn comes_and_goes(&self, backing: &Backing) -> &tokio::sync::Mutex<()> {
        if backing.origin == self.sample.backing.origin { &self.connecting_sample } else { &self.connecting }
    }

    async fn tidy(&self, backing: &Backing) {
        let rows = backing.records.accounts().unwrap_or_default();
        for row in rows.iter().filter(|row| row.origin == backing.origin) {
            let tidied = match row.state {
                AccountState::Ready => self.forget_spare(backing, row).await,
                AccountState::Connecting | AccountState::Disconnecting => {
                    self.finish_disconnect(backing, row).await
                }
            };
            if let Err(problem) = tidied {
                tracing::warn!(account = %row.id, code = ?problem.what, "an account could not be tidied up");
            }
        }
    }

    /// Refuses an API key that one of these accounts has.
    pub(super) fn not_connected<'a>(
        &self,
        rows: impl IntoIterator<Item = &'a AccountRow>,
        api_key: &ApiKey,
        fingerprint: Fingerprint,
    ) -> Result<(), Problem> {
        let same = |row: &&AccountRow| row.api_key.id == api_key.id || row.api_key_fingerprint == fingerprint;
        match rows.into_iter().find(same) {
            Some(row) => Err(self.problem(What::AlreadyConnected { account: row.name.clone() })),
            None => Ok(()),
        }
    }

    /// A client that signs with a secret that is stored nowhere yet.
    pub(super) async fn trial(
        &self,
        backing: &Backing,
        api_key: &ApiKey,
        secret: &SecretSlice<u8>,
    ) -> Result<Client, Problem> {
        let vault: Arc<dyn Vault> = Arc::new(MemoryVault::default());
        let entry = EntryName(String::new());
        let stored = vault.store(entry.clone(), secret.clone()).await;
        stored.map_err(|error| self.vault_problem(&error, ""))?;
        let load = loader(Arc::clone(&self.clock), self.waits.clone(), vault, entry);
        Ok(self.client(backing, api_key.clone(), load))
    }

    async fn store(
        &self,
        backing: &Backing,
        checked: form::Checked,
        key: &PrivateKeyFile,
    ) -> Result<AccountRow, Problem> {
        let api_key_fingerprint = key.public_key().fingerprint();
        let id = self.id_for(backing, api_key_fingerprint)?;
        let new = NewAccount {
            vault_entry: format!("api-key {id}"),
            id,
            origin: backing.origin.clone(),
            name: checked.name,
            api_key: checked.api_key,
            api_key_fingerprint,
            at: self.clock.now(),
        };
        backing.records.begin_account(&new).map_err(|error| self.records_problem(error))?;
        let row = row_of(&new);
        let call = backing.vault.store(EntryName(new.vault_entry.clone()), key.pkcs8_der().clone());
        let stored = patiently(&*self.clock, &self.waits, call)
            .await
            .map_err(|error| self.vault_problem(&error, &new.name))
            .and_then(|()| {
                backing.records.account_ready(&new.id).map_err(|error| self.records_problem(error))
            });
        if let Err(problem) = stored {
            // If that fails too, the row stays *connecting*, and the next start undoes it.
            let _ = self.finish_disconnect(backing, &row).await;
            return Err(problem);
        }
        Ok(row)
    }

    /// The ID that this API key's account had before, so that what it did and waits for is its own again.
    fn id_for(&self, backing: &Backing, api_key: Fingerprint) -> Result<AccountId, Problem> {
        let former = backing.records.former_account(&backing.origin, &api_key);
        Ok(former.map_err(|error| self.records_problem(error))?.unwrap_or_else(AccountId::fresh))
    }

    async fn finish_disconnect(&self, backing: &Backing, row: &AccountRow) -> Result<(), Problem> {
        self.forget_spare(backing, row).await?;
        self.forget_entry(backing, row, &row.vault_entry).await?;
        backing.records.remove_account(&row.id, self.clock.now()).map_err(|error| self.records_problem(error))
    }

    /// Removes one of the account's entries from the vault.
    pub(super) async fn forget_entry(
        &self,
        backing: &Backing,
        row: &AccountRow,
        entry: &str,
    ) -> Result<(), Problem> {
        let call = backing.vault.forget(EntryName(entry.to_owned()));
        let forgotten = patiently(&*self.clock, &self.waits, call).await;
        forgotten.map_err(|error| self.vault_problem(&error, &row.name))
    }
}

fn row_of(new: &NewAccount) -> AccountRow {
    AccountRow {
        id: new.id.clone(),
        origin: new.origin.clone(),
        name: new.name.clone(),
        api_key: new.api_key.clone(),
        api_key_fingerprint: new.api_key_fingerprint,
        vault_entry: new.vault_entry.clone(),
        spare_entry: None,
        state: AccountState::Ready,
        connected_at: new.at,
        last_used_at: new.at,
        listed_at: None,
    }
}
