//! What is remembered on this computer and is no secret: accounts, key names and notes, the app of
//! each key, and changes sent to Apple. One SQLite file in one folder; nothing else knows SQLite.
//!
//! Not here: secrets ([`crate::vault`]), and any decision. Apple's answers outrank these records.
//!
//! [`Records`] may be shared between threads. Every call is short and synchronous: a few rows of a
//! small local file, and for a change one sync of the disk. Async code may call it directly.
//!
//! What belongs to a key is kept by server and distribution key ID, not by account, so it outlives
//! a disconnected account and never mixes with what another server says.

use std::{
    fs::File,
    path::Path,
    sync::{Mutex, PoisonError},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

mod accounts;
mod error;
mod folder;
mod intents;
mod keys;
mod listing;
mod row;
mod schema;

pub use accounts::{AccountRow, AccountState, NewAccount};
pub use error::RecordsError;
pub use intents::{Addition, Intent, IntentState, Outcome};
pub use keys::{Confirmation, KnownKey, PrivateKeySeen};
pub use listing::{ListedKey, Listing, Reach};

/// The records, open. No other process can open the same folder until they are dropped.
#[derive(Debug)]
pub struct Records {
    connection: Mutex<Connection>,
    /// Held, never read: closing it lets the next process in. Fields drop in order, so after the database.
    _lock: Option<File>,
}

impl Records {
    /// Opens the records in `folder`, which is made if it is not there, with access for this user alone.
    ///
    /// # Errors
    /// [`RecordsError::InUse`], [`RecordsError::Newer`], [`RecordsError::Corrupt`]: the file is left
    /// as it was. [`RecordsError::Failed`]: the folder can't be made or written.
    pub fn open(folder: &Path) -> Result<Self, RecordsError> {
        let lock = folder::lock(folder)?;
        let file = folder::database(folder)?;
        let connection = schema::open(&file)?;
        Ok(Self { connection: Mutex::new(connection), _lock: Some(lock) })
    }

    /// Records that are gone when dropped.
    ///
    /// # Errors
    /// [`RecordsError::Failed`].
    pub fn in_memory() -> Result<Self, RecordsError> {
        let connection = schema::open_in_memory()?;
        Ok(Self { connection: Mutex::new(connection), _lock: None })
    }

    fn read<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, RecordsError> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        query(&connection).map_err(error::from_sqlite)
    }

    /// All of `change` happens or nothing, and what happened is on the disk when this returns.
    fn write<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, RecordsError> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let attempt = || {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = change(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        attempt().map_err(error::from_sqlite)
    }
}
