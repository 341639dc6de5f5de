//! Private keys in the OS keychain: which there are, and under what name. The private keys themselves are in the vault.
//! An entry is noted before it is stored, so that none is ever there that nothing names.

use rusqlite::{OptionalExtension, Row};

use super::{Records, RecordsError, row};
use crate::{account::Origin, clock::Moment, key::PublicKey};

/// A public key whose private key is in the keychain, or was to be when the app ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptKey {
    /// The public key.
    pub public_key: PublicKey,
    /// The name under which the vault keeps its private key.
    pub entry: String,
    /// Since when.
    pub at: Moment,
}

impl Records {
    /// Notes that the vault has, or is about to have, a public key's private key under `entry`. `true`: that was not known.
    ///
    /// # Errors
    /// [`RecordsError::Failed`], also if another key's is there under that name.
    pub fn keep_key(
        &self,
        origin: &Origin,
        key: &PublicKey,
        entry: &str,
        at: Moment,
    ) -> Result<bool, RecordsError> {
        self.write(|transaction| {
            let known = transaction
                .prepare_cached("SELECT 1 FROM kept_key WHERE origin = ?1 AND spki = ?2")?
                .exists((origin.to_string(), key.spki_der()))?;
            transaction.execute(
                "INSERT INTO kept_key (origin, spki, entry, at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (origin, spki) DO UPDATE SET entry = excluded.entry, at = excluded.at",
                (origin.to_string(), key.spki_der(), entry, at.unix_millis()),
            )?;
            Ok(!known)
        })
    }

    /// Notes that the vault has no private key of a public key.
    ///
    /// # Errors
    /// [`RecordsError::Failed`].
    pub fn unkeep_key(&self, origin: &Origin, key: &PublicKey) -> Result<(), RecordsError> {
        self.write(|transaction| {
            transaction.execute(
                "DELETE FROM kept_key WHERE origin = ?1 AND spki = ?2",
                (origin.to_string(), key.spki_der()),
            )?;
            Ok(())
        })
    }

    /// The name under which the vault has a public key's private key; `None` if it has not.
    ///
    /// # Errors
    /// [`RecordsError::Failed`].
    pub fn kept_key(&self, origin: &Origin, key: &PublicKey) -> Result<Option<String>, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT entry FROM kept_key WHERE origin = ?1 AND spki = ?2")?
                .query_one((origin.to_string(), key.spki_der()), |row| row.get("entry"))
                .optional()
        })
    }

    /// Every private key of the server `origin` that is in the keychain, the oldest first.
    ///
    /// # Errors
    /// [`RecordsError::Corrupt`], [`RecordsError::Failed`].
    pub fn kept_keys(&self, origin: &Origin) -> Result<Vec<KeptKey>, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT * FROM kept_key WHERE origin = ?1 ORDER BY at, entry")?
                .query_map([origin.to_string()], kept_key)?
                .collect()
        })
    }
}

pub(super) fn kept_key(row: &Row<'_>) -> rusqlite::Result<KeptKey> {
    Ok(KeptKey {
        public_key: row::public_key(row, "spki")?,
        entry: row.get("entry")?,
        at: row::moment(row, "at")?,
    })
}
