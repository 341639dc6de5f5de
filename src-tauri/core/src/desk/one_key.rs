//! One key: read from Apple again, described, confirmed, its public key saved.

use std::path::PathBuf;

use crate::{
    account::AccountId,
    desk::{
        Desk, Open,
        drafts::is_read_out,
        problem::{Problem, What},
        rows::row,
        typed,
        view::{FreshKey, KeyConfirmation, KeyRow, SavedFile, UsedFor},
    },
    key::DistributionKeyId,
    records::{Confirmation, KnownKey, Reach},
};

impl Desk {
    /// Reads a key from Apple and, if it is for one app, whether that app shows it.
    ///
    /// # Errors
    /// [`What::OddKeyId`]: it can't be asked for; whatever Apple says. That Apple has no such key is an answer.
    pub async fn read_key(&self, account: &AccountId, key: &str) -> Result<FreshKey, Problem> {
        let open = self.opened(account)?;
        let id: DistributionKeyId = key.parse().map_err(|_| self.problem(What::OddKeyId))?;
        let asked = self.clock.now();
        let fresh = self.fresh(&open, &id, None).await?;
        let at = fresh.as_ref().map_or(asked, |fresh| fresh.at);
        Ok(FreshKey { key: fresh.map(|fresh| fresh.row()), at })
    }

    /// Gives a key a name and a note on this computer, or takes them away: blank is none. Blanks around are dropped,
    /// and what is over 200 or 4000 characters is cut.
    ///
    /// # Errors
    /// [`What::KeyGone`]: it is not on the account's list; [`What::Records`].
    pub fn describe_key(
        &self,
        account: &AccountId,
        key: &str,
        name: Option<String>,
        note: Option<String>,
    ) -> Result<KeyRow, Problem> {
        let open = self.opened(account)?;
        self.listed_key(&open, key)?;
        let name = name.and_then(|name| typed::name(&name));
        let note = note.and_then(|note| typed::note(&note));
        let described = open.backing.records.describe_key(
            account,
            key,
            name.as_deref(),
            note.as_deref(),
            self.clock.now(),
        );
        described.map_err(|error| self.records_problem(error))?;
        self.listed_row(&open, key)
    }

    /// Compares what somebody read out with a registered key's fingerprint, and notes who did if it is that.
    ///
    /// # Errors
    /// [`What::KeyGone`]: it is not on the account's list; [`What::Records`].
    pub fn confirm_key(
        &self,
        account: &AccountId,
        key: &str,
        typed: &str,
        by: &str,
    ) -> Result<KeyConfirmation, Problem> {
        let open = self.opened(account)?;
        let (known, _) = self.listed_key(&open, key)?;
        let is_it = known.public_key.is_some_and(|public| is_read_out(typed, &public.fingerprint()));
        if !is_it {
            return Ok(KeyConfirmation { key: None });
        }
        let confirmation = Confirmation::ByVoice { by: typed::person(by), at: self.clock.now() };
        let noted = open.backing.records.confirm_key(account, key, &confirmation);
        noted.map_err(|error| self.records_problem(error))?;
        self.listed_row(&open, key).map(|row| KeyConfirmation { key: Some(row) })
    }

    /// Writes a key's public key, as PEM, to the place that a dialog has just returned.
    ///
    /// # Errors
    /// [`What::KeyGone`]: it is not on the account's list, or its public key can't be read; [`What::NotSaved`].
    pub async fn save_public_key(
        &self,
        account: &AccountId,
        key: &str,
        path: PathBuf,
    ) -> Result<SavedFile, Problem> {
        let open = self.opened(account)?;
        let (known, _) = self.listed_key(&open, key)?;
        let public = known.public_key.ok_or_else(|| self.problem(What::KeyGone))?;
        self.save_file(path, public.pem().into_bytes()).await
    }

    /// A key on the account's last list, and which list that is.
    pub(super) fn listed_key(&self, open: &Open, key: &str) -> Result<(KnownKey, Reach), Problem> {
        let listing = open.backing.records.listing(&open.account.id);
        let listing = listing.map_err(|error| self.records_problem(error))?;
        let mut keys = listing.into_iter().flat_map(|listing| listing.keys);
        keys.find(|(known, _)| known.id == key).ok_or_else(|| self.problem(What::KeyGone))
    }

    fn listed_row(&self, open: &Open, key: &str) -> Result<KeyRow, Problem> {
        let (known, reach) = self.listed_key(open, key)?;
        Ok(row(&known, reach, UsedFor::Looking))
    }
}
