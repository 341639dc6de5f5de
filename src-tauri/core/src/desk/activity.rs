//! What was changed and what was noticed: in pages for the window, and whole in a file.

use std::path::PathBuf;

use crate::{
    account::{AccountId, Origin},
    desk::{
        Backing, Desk, export,
        problem::Problem,
        view::{ActivityEntry, ActivityPage, ActivityRequest, ExportForm, SavedFile},
    },
    keyfile::save::{Destination, SaveError},
    records::{ActivityQuery, Did, Entry, Went},
};

/// Entries that the window gets at once.
const PAGE: usize = 200;

impl Desk {
    /// Some entries of one account, or of all accounts and of none, the newest first.
    ///
    /// # Errors
    /// [`What::NoSuchAccount`](super::problem::What::NoSuchAccount), [`What::Records`](super::problem::What::Records).
    pub fn activity(&self, request: &ActivityRequest) -> Result<ActivityPage, Problem> {
        let Backing { origin, records, .. } = self.backing_of(request.account.as_ref())?;
        let page = records.activity(&query(request, origin, request.before, PAGE));
        let page = page.map_err(|error| self.records_problem(error))?;
        Ok(ActivityPage { entries: page.entries.into_iter().map(entry).collect(), total: page.total })
    }

    /// Writes every entry that the request asks for, whichever page it is on, into the file that a dialog has just
    /// returned.
    ///
    /// # Errors
    /// [`What::NoSuchAccount`](super::problem::What::NoSuchAccount), [`What::Records`](super::problem::What::Records),
    /// [`What::NotSaved`](super::problem::What::NotSaved).
    pub async fn export_activity(
        &self,
        request: &ActivityRequest,
        form: ExportForm,
        path: PathBuf,
    ) -> Result<SavedFile, Problem> {
        let destination = Destination::chosen(path);
        let Backing { origin, records, .. } = self.backing_of(request.account.as_ref())?;
        let query = query(request, origin, None, usize::MAX);
        let now = self.clock.now();
        let written = self.aside(move || {
            let entries = records.activity(&query)?.entries;
            Ok(match form {
                ExportForm::Csv => export::csv(entries),
                ExportForm::Json => export::json(entries, now),
            })
        });
        let written = written.await?.map_err(|error| self.records_problem(error))?;
        let bytes = written.map_err(|error| self.not_saved(&destination, &SaveError::from(error)))?;
        self.save_to(destination, bytes).await
    }

    fn backing_of(&self, account: Option<&AccountId>) -> Result<Backing, Problem> {
        match account {
            Some(account) => Ok(self.opened(account)?.backing.clone()),
            None => self.everywhere().cloned(),
        }
    }
}

fn query(request: &ActivityRequest, origin: Origin, before: Option<i64>, limit: usize) -> ActivityQuery {
    let (account, search) = (request.account.clone(), request.search.clone());
    ActivityQuery { origin, account, search, before, limit }
}

/// Whether the entry tells of a key that was removed here and can be added again. What came with a copy is not
/// believed: it may name anybody's public key.
pub(super) fn can_add_again(entry: &Entry) -> bool {
    entry.did == Did::Removed
        && matches!(entry.went, Went::Done | Went::Arrived)
        && entry.account.is_some()
        && entry.key.is_some()
        && entry.public_key.is_some()
        && !entry.brought_in
}

fn entry(entry: Entry) -> ActivityEntry {
    ActivityEntry {
        can_add_again: can_add_again(&entry),
        number: entry.number,
        at: entry.at,
        account: entry.account,
        account_name: entry.account_name,
        api_key_id: entry.api_key_id,
        did: entry.did,
        went: entry.went,
        key: entry.key,
        key_name: entry.key_name,
        fingerprint: entry.public_key.map(|key| key.fingerprint().to_string()),
        app: entry.app,
        all_apps: entry.all_apps,
        certainty: entry.certainty,
        detail: entry.detail,
        status: entry.apple.status,
        code: entry.apple.code,
        request_id: entry.apple.request_id,
        user: entry.user,
        version: entry.version,
        brought_in: entry.brought_in,
    }
}
