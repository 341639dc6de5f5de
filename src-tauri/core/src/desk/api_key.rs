//! Another API key for the same account, which keeps its names, history, and what it waits for.
//!
//! The account never stands without a secret: the new one is in the vault before the row names it, and the old one is
//! forgotten after. What a crash leaves of either is the row's spare entry, which the next start forgets.

use std::{collections::HashSet, sync::Arc};

use futures_util::future::try_join;

use crate::{
    account::{AccountId, ApiKey},
    asc::client::Bound,
    desk::{
        Backing, Desk, Open,
        accounts::APPS_NAMED,
        form,
        keychain::patiently,
        problem::{Problem, What},
        view::{Account, ConnectForm, DraftId, NewApiKeyDraft},
    },
    key::Fingerprint,
    keyfile::PrivateKeyFile,
    records::AccountRow,
    vault::EntryName,
};

/// An API key that was tried and is not in use yet.
pub(super) struct NewApiKey {
    account: AccountId,
    api_key: ApiKey,
    fingerprint: Fingerprint,
    /// The distribution key IDs on the lists that it gets.
    seen: HashSet<String>,
    /// The chosen file, which is forgotten once its secret is stored.
    file: DraftId,
}

impl Desk {
    /// Checks what can be checked here and asks Apple what the API key sees. Nothing is stored. The form's name is
    /// ignored. The account's own API key is taken too: its secret may be lost, or its issuer ID wrong.
    ///
    /// # Errors
    /// [`What::Form`], [`What::AlreadyConnected`] of another account, [`What::Gone`], [`What::NoSuchAccount`], whatever
    /// Apple says.
    pub async fn prepare_api_key(
        &self,
        account: &AccountId,
        form: ConnectForm,
    ) -> Result<NewApiKeyDraft, Problem> {
        let backing = self.real()?;
        let row = self.row(backing, account)?;
        let api_key = form::check_api_key(&form).map_err(|findings| self.problem(What::Form { findings }))?;
        let file = form.draft.ok_or_else(|| self.gone())?;
        let key = Arc::clone(&self.api_keys.get(&file).ok_or_else(|| self.gone())?.key);
        let fingerprint = key.public_key().fingerprint();
        self.not_elsewhere(backing, account, &api_key, fingerprint)?;

        let client = self.trial(backing, &api_key, key.pkcs8_der()).await?;
        let asked = async {
            let lists =
                try_join(client.distribution_keys(Bound::AllApps), client.distribution_keys(Bound::OneApp));
            let (all, one) = lists.await?;
            let mut apps = Vec::new();
            client.apps(&mut |page| apps.extend(page)).await?;
            Ok((all.into_iter().chain(one), apps))
        };
        let (keys, apps) = asked.await.map_err(|error| self.asc_problem(&error, &api_key, &client, ""))?;

        let seen: HashSet<String> = keys.map(|key| key.id).collect();
        let listing = backing.records.listing(account).map_err(|error| self.records_problem(error))?;
        let known = listing.map(|listing| listing.keys).unwrap_or_default();
        let keys_seen = known.iter().filter(|(key, _)| seen.contains(&key.id)).count();
        let new = NewApiKey { account: account.clone(), api_key, fingerprint, seen, file };
        let id = self.new_api_keys.keep(new);
        self.new_api_keys.keep_only(&id);
        Ok(NewApiKeyDraft {
            id,
            account: self.view_of(&row),
            app_count: apps.len(),
            apps: apps.into_iter().take(APPS_NAMED).map(|app| app.name).collect(),
            keys_seen,
            keys_known: known.len(),
        })
    }

    /// Puts a prepared API key in the place of the account's, once; asked again, it answers the same. The former API
    /// key stays valid at Apple. A failure changes nothing.
    ///
    /// # Errors
    /// [`What::Gone`], [`What::NoSuchAccount`], [`What::AlreadyConnected`] of another account by now,
    /// [`What::StillUndecided`], [`What::OtherCompany`], whatever the keychain says.
    pub async fn use_new_api_key(&self, draft: &DraftId) -> Result<Account, Problem> {
        let _connecting = self.connecting.lock().await;
        let backing = self.real()?;
        let new = self.new_api_keys.get(draft).ok_or_else(|| self.gone())?;
        let row = self.row(backing, &new.account)?;
        let Some(file) = self.api_keys.get(&new.file) else {
            let in_use = row.api_key == new.api_key && row.api_key_fingerprint == new.fingerprint;
            return if in_use { Ok(self.view_of(&row)) } else { Err(self.gone()) };
        };
        self.not_elsewhere(backing, &new.account, &new.api_key, new.fingerprint)?;
        let open = self.opened(&new.account)?;
        // Nothing is sent between this look at what is under way and the swap.
        let _writing = open.writing.lock().await;
        if new.fingerprint != row.api_key_fingerprint {
            self.same_company(&open, &new.seen)?;
        }
        self.forget_spare(backing, &row).await?;

        let row = self.swap(backing, &row, &new, &file.key).await?;
        self.api_keys.forget(&new.file);
        let account = self.view_of(&row);
        self.reopen(&new.account, |open| {
            open.account = account.clone();
            open.client = Arc::new(self.client_of(backing, &row));
            open.apps = Arc::default();
        });
        if let Err(problem) = self.forget_spare(backing, &row).await {
            // The next start forgets it.
            tracing::warn!(account = %row.id, code = ?problem.what, "a former API key is still in the keychain");
        }
        Ok(account)
    }

    /// Whether an API key that sees these keys may take over. By another company's lists, a change that is looked for
    /// would be decided, and every key would seem to be gone.
    ///
    /// # Errors
    /// [`What::StillUndecided`], [`What::OtherCompany`].
    fn same_company(&self, open: &Open, seen: &HashSet<String>) -> Result<(), Problem> {
        if self.undecided(open, |_| true)?.is_some() {
            return Err(self.problem(What::StillUndecided));
        }
        let records = &open.backing.records;
        let listing = records.listing(&open.account.id).map_err(|error| self.records_problem(error))?;
        let known = listing.map(|listing| listing.keys).unwrap_or_default();
        let works = records.open_works().map_err(|error| self.records_problem(error))?;
        let mut replaced = works.iter().filter(|work| {
            work.account == open.account.id
                && work.origin == open.backing.origin
                && work.old_removed_at.is_none()
        });
        let sees_none = !known.is_empty() && !known.iter().any(|(key, _)| seen.contains(&key.id));
        if sees_none || replaced.any(|work| !seen.contains(&work.old_key)) {
            return Err(self.problem(What::OtherCompany));
        }
        Ok(())
    }

    /// Removes from the vault what the account has there besides the secret in use.
    pub(super) async fn forget_spare(&self, backing: &Backing, row: &AccountRow) -> Result<(), Problem> {
        let Some(spare) = &row.spare_entry else { return Ok(()) };
        self.forget_entry(backing, row, spare).await?;
        backing.records.spare_forgotten(&row.id).map_err(|error| self.records_problem(error))
    }

    fn not_elsewhere(
        &self,
        backing: &Backing,
        account: &AccountId,
        api_key: &ApiKey,
        fingerprint: Fingerprint,
    ) -> Result<(), Problem> {
        let rows = self.rows(backing)?;
        self.not_connected(rows.iter().filter(|row| row.id != *account), api_key, fingerprint)
    }

    /// Stores the secret and makes the row name it; gives back the row as it is then.
    async fn swap(
        &self,
        backing: &Backing,
        row: &AccountRow,
        new: &NewApiKey,
        key: &PrivateKeyFile,
    ) -> Result<AccountRow, Problem> {
        let Backing { records, vault, .. } = backing;
        // Never the name of an entry that is in use, whichever of them that is.
        let entry = format!("api-key {} {}", row.id, uuid::Uuid::new_v4());
        let begun = records.begin_new_api_key(&row.id, &new.api_key, &new.fingerprint, &entry);
        begun.map_err(|error| self.records_problem(error))?;
        let call = vault.store(EntryName(entry), key.pkcs8_der().clone());
        let swapped = patiently(&*self.clock, &self.waits, call)
            .await
            .map_err(|error| self.vault_problem(&error, &row.name))
            .and_then(|()| {
                let finished = records.finish_new_api_key(&row.id, self.clock.now());
                finished.map_err(|error| self.records_problem(error))
            });
        let row = self.row(backing, &row.id)?;
        if let Err(problem) = swapped {
            // If that fails too, the next start forgets it.
            let _ = self.forget_spare(backing, &row).await;
            return Err(problem);
        }
        Ok(row)
    }
}
