//! Connecting an account and letting it go. A row and its secret can't drift apart: the row says *connecting* before the
//! secret is stored and *disconnecting* before it is removed, and what stands between is undone at the next chance.

use std::sync::{Arc, Mutex, atomic::AtomicUsize};

use secrecy::SecretSlice;

use crate::{
    account::{AccountId, ApiKey},
    app::App,
    asc::{
        client::{Bound, Client},
        token::{SecretSource, Signer},
    },
    desk::{
        Backing, Desk, Open, Real, form, held,
        keychain::{loader, patiently},
        problem::{Problem, What},
        view::{Account, ConnectForm, Connected},
    },
    key::Fingerprint,
    keyfile::PrivateKeyFile,
    records::{AccountRow, AccountState, NewAccount},
    vault::{EntryName, Vault, memory::MemoryVault},
};

/// How many apps are named to show which company it is.
const APPS_NAMED: usize = 6;

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
        let fingerprint = draft.key.public_key().fingerprint();
        let same = |row: &&AccountRow| {
            row.api_key.id == checked.api_key.id || row.api_key_fingerprint == fingerprint
        };
        if let Some(row) = rows.iter().find(same) {
            return Err(self.problem(What::AlreadyConnected { account: row.name.clone() }));
        }

        let apps = self.try_out(backing, &checked.api_key, draft.key.pkcs8_der()).await?;

        let row = self.store(backing, checked, &draft.key).await?;
        let account = self.open_row(backing, &row).account.clone();
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
        let _connecting = self.connecting.lock().await;
        if let Some(open) = held(&self.open).values().find(|open| open.account.sample) {
            return Ok(open.account.clone());
        }
        let sample = &self.sample;
        let new = NewAccount {
            id: AccountId::fresh(),
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
        Ok(self.open_row(&sample.backing, &row_of(&new)).account.clone())
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

    /// Removes the account's secret, then its row. The API key itself stays valid at Apple.
    ///
    /// # Errors
    /// [`What::NoSuchAccount`], whatever the keychain says: the account is finished with at the next start then.
    pub async fn disconnect(&self, account: &AccountId) -> Result<(), Problem> {
        let _connecting = self.connecting.lock().await;
        let open = self.opened(account)?;
        if open.account.sample {
            let records = &open.backing.records;
            records.remove_account(account).map_err(|error| self.records_problem(error))?;
        } else {
            let rows = open.backing.records.accounts().map_err(|error| self.records_problem(error))?;
            let row = rows.into_iter().find(|row| row.id == *account);
            let row = row.ok_or_else(|| self.problem(What::NoSuchAccount))?;
            let begun = open.backing.records.begin_disconnect(account);
            begun.map_err(|error| self.records_problem(error))?;
            self.finish_disconnect(&open.backing, &row).await?;
        }
        held(&self.open).remove(account);
        Ok(())
    }

    /// Finishes or undoes what a crash or a locked keychain left between row and secret.
    pub async fn tidy_up(&self) {
        let _connecting = self.connecting.lock().await;
        if let Real::Ready(backing) = &self.real {
            self.tidy(backing).await;
        }
    }

    async fn tidy(&self, backing: &Backing) {
        let left = backing.records.accounts().unwrap_or_default();
        let half = |row: &&AccountRow| row.origin == backing.origin && row.state != AccountState::Ready;
        for row in left.iter().filter(half) {
            if let Err(problem) = self.finish_disconnect(backing, row).await {
                tracing::warn!(account = %row.id, code = ?problem.what, "an account could not be tidied up");
            }
        }
    }

    /// Every connected account, the one used last first, the sample account at the end.
    pub(super) fn accounts(&self) -> Result<Vec<Account>, Problem> {
        let mut accounts: Vec<Account> = match &self.real {
            Real::Ready(backing) => self.rows(backing)?.iter().map(|row| view_of(row, false)).collect(),
            Real::Broken(_) | Real::Left => Vec::new(),
        };
        accounts.extend(
            held(&self.open).values().filter(|open| open.account.sample).map(|open| open.account.clone()),
        );
        Ok(accounts)
    }

    /// Name and API key of every account, the sample account's too.
    pub(super) fn accounts_with_keys(&self) -> Result<Vec<(String, Fingerprint)>, Problem> {
        let mut keys = vec![(self.sample.name.clone(), self.sample.api_key_fingerprint)];
        if let Real::Ready(backing) = &self.real {
            keys.extend(self.rows(backing)?.into_iter().map(|row| (row.name, row.api_key_fingerprint)));
        }
        Ok(keys)
    }

    /// The account, ready to be asked.
    pub(super) fn opened(&self, account: &AccountId) -> Result<Arc<Open>, Problem> {
        if let Some(open) = held(&self.open).get(account) {
            return Ok(Arc::clone(open));
        }
        let Real::Ready(backing) = &self.real else { return Err(self.problem(What::NoSuchAccount)) };
        let row = self.row(backing, account)?;
        Ok(self.open_row(backing, &row))
    }

    fn open_row(&self, backing: &Backing, row: &AccountRow) -> Arc<Open> {
        let sample = backing.origin == self.sample.backing.origin;
        let entry = EntryName(row.vault_entry.clone());
        let load = loader(Arc::clone(&self.clock), self.waits.clone(), Arc::clone(&backing.vault), entry);
        let open = Arc::new(Open {
            account: view_of(row, sample),
            added: AtomicUsize::new(0),
            client: self.client(backing, row.api_key.clone(), load),
            backing: backing.clone(),
            apps: Mutex::default(),
        });
        Arc::clone(held(&self.open).entry(row.id.clone()).or_insert(open))
    }

    fn real(&self) -> Result<&Backing, Problem> {
        match &self.real {
            Real::Ready(backing) => Ok(backing),
            Real::Broken(problem) => Err((**problem).clone()),
            Real::Left => Err(self.problem(What::NoSuchAccount)),
        }
    }

    /// Accounts of this server that are ready; those of another server are never even listed.
    fn rows(&self, backing: &Backing) -> Result<Vec<AccountRow>, Problem> {
        let mut rows = backing.records.accounts().map_err(|error| self.records_problem(error))?;
        rows.retain(|row| row.origin == backing.origin && row.state == AccountState::Ready);
        Ok(rows)
    }

    fn row(&self, backing: &Backing, account: &AccountId) -> Result<AccountRow, Problem> {
        let rows = self.rows(backing)?;
        rows.into_iter().find(|row| row.id == *account).ok_or_else(|| self.problem(What::NoSuchAccount))
    }

    /// Asks Apple with a secret that is stored nowhere yet.
    async fn try_out(
        &self,
        backing: &Backing,
        api_key: &ApiKey,
        secret: &SecretSlice<u8>,
    ) -> Result<Vec<App>, Problem> {
        let vault: Arc<dyn Vault> = Arc::new(MemoryVault::default());
        let entry = EntryName(String::new());
        let stored = vault.store(entry.clone(), secret.clone()).await;
        stored.map_err(|error| self.vault_problem(&error, ""))?;
        let load = loader(Arc::clone(&self.clock), self.waits.clone(), vault, entry);
        let client = self.client(backing, api_key.clone(), load);
        // Both reads, since a role may allow one and not the other; what fails now would fail on the first page.
        let asked = async {
            client.distribution_keys(Bound::AllApps).await?;
            let mut apps = Vec::new();
            client.apps(&mut |page| apps.extend(page)).await?;
            Ok(apps)
        };
        asked.await.map_err(|error| self.asc_problem(&error, api_key, &client, ""))
    }

    async fn store(
        &self,
        backing: &Backing,
        checked: form::Checked,
        key: &PrivateKeyFile,
    ) -> Result<AccountRow, Problem> {
        let id = AccountId::fresh();
        let new = NewAccount {
            vault_entry: format!("api-key {id}"),
            id,
            origin: backing.origin.clone(),
            name: checked.name,
            api_key: checked.api_key,
            api_key_fingerprint: key.public_key().fingerprint(),
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

    async fn finish_disconnect(&self, backing: &Backing, row: &AccountRow) -> Result<(), Problem> {
        let call = backing.vault.forget(EntryName(row.vault_entry.clone()));
        patiently(&*self.clock, &self.waits, call)
            .await
            .map_err(|error| self.vault_problem(&error, &row.name))?;
        backing.records.remove_account(&row.id).map_err(|error| self.records_problem(error))
    }

    fn client(&self, backing: &Backing, api_key: ApiKey, load: SecretSource) -> Client {
        let signer = Signer::new(api_key, load);
        Client::new(Arc::clone(&backing.transport), Arc::clone(&self.clock), backing.origin.clone(), signer)
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
        state: AccountState::Ready,
        connected_at: new.at,
        last_used_at: new.at,
    }
}

fn view_of(row: &AccountRow, sample: bool) -> Account {
    Account {
        id: row.id.clone(),
        name: row.name.clone(),
        kind: row.api_key.kind(),
        api_key_id: row.api_key.id.clone(),
        issuer_id: row.api_key.issuer.clone(),
        sample,
    }
}
