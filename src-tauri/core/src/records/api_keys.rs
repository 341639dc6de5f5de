//! Another API key for the same account. The account never stands without a secret, and no secret is left in the vault
//! without a name here, wherever a crash comes between.

use super::{About, Did, Records, RecordsError, row};
use crate::{
    account::{AccountId, ApiKey},
    clock::Moment,
    key::Fingerprint,
};

impl Records {
    /// Writes down that a ready account is about to get another API key, before its secret goes into the vault under
    /// `entry`. `fingerprint` is that of the API key's public key.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if there is no such account, or one whose spare entry was not forgotten yet.
    pub fn begin_new_api_key(
        &self,
        id: &AccountId,
        api_key: &ApiKey,
        fingerprint: &Fingerprint,
        entry: &str,
    ) -> Result<(), RecordsError> {
        self.write(|transaction| {
            row::met(transaction.execute(
                "UPDATE account
                 SET spare_entry = ?2, new_api_key_id = ?3, new_issuer_id = ?4, new_api_key_fingerprint = ?5
                 WHERE id = ?1 AND state = 'ready' AND spare_entry IS NULL",
                (id.to_string(), entry, &api_key.id, &api_key.issuer, fingerprint.to_string()),
            )?)
        })
    }

    /// Puts the new API key, whose secret is in the vault, in the old one's place. The old one's entry is the spare
    /// from then on.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if none is on its way.
    pub fn finish_new_api_key(&self, id: &AccountId, at: Moment) -> Result<(), RecordsError> {
        self.write(|transaction| {
            let former: String = transaction.query_one(
                "SELECT api_key_id FROM account WHERE id = ?1 AND state = 'ready' AND new_api_key_id IS NOT NULL",
                [id.to_string()],
                |row| row.get("api_key_id"),
            )?;
            transaction.execute(
                "UPDATE account
                 SET api_key_id = new_api_key_id, issuer_id = new_issuer_id,
                     api_key_fingerprint = new_api_key_fingerprint,
                     vault_entry = spare_entry, spare_entry = vault_entry,
                     new_api_key_id = NULL, new_issuer_id = NULL, new_api_key_fingerprint = NULL
                 WHERE id = ?1",
                [id.to_string()],
            )?;
            let about = About { detail: Some(former), ..About::default() };
            self.did(transaction, id, Did::NewApiKey, &about, at)
        })
    }

    /// Notes that the vault has nothing under the spare entry any more. A new API key that was on its way is not.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if there is no such account.
    pub fn spare_forgotten(&self, id: &AccountId) -> Result<(), RecordsError> {
        self.write(|transaction| {
            row::met(transaction.execute(
                "UPDATE account
                 SET spare_entry = NULL,
                     new_api_key_id = NULL, new_issuer_id = NULL, new_api_key_fingerprint = NULL
                 WHERE id = ?1",
                [id.to_string()],
            )?)
        })
    }
}
