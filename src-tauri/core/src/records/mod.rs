//! What is remembered on this computer and is no secret: accounts, key names and notes, the app of each key, changes
//! sent to Apple, keys being replaced, and everything that was done. One SQLite file in one folder; nothing else
//! knows SQLite.
//!
//! Not here: secrets ([`crate::vault`]), and any decision. Apple's answers outrank these records.
//!
//! [`Records`] may be shared between threads; its calls are synchronous and one after another. All but three are short:
//! a few rows of a small local file, and for a change one sync of the disk. Async code may call those directly.
//! [`Records::everything`], [`Records::merge`] and [`Records::activity`] without a limit read or write all of Activity,
//! which may take seconds: they belong where nothing else waits.
//!
//! What belongs to a key is kept by server and distribution key ID, not by account, so it outlives
//! a disconnected account and never mixes with what another server says. What an account did or waits for is
//! kept by the account's ID, which the same API key gets back when it is connected anew.
//!
//! A call that changes something worth telling writes its line of Activity in the same transaction.

use std::{
    fs::File,
    path::Path,
    sync::{Mutex, PoisonError},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

mod accounts;
mod activity;
mod api_keys;
mod copies;
mod error;
mod folder;
mod intents;
mod kept;
mod keys;
mod listing;
mod news;
mod outcomes;
mod row;
mod schema;
mod works;

pub use accounts::{AccountRow, AccountState, NewAccount};
pub use activity::{About, ActivityPage, ActivityQuery, Answer, Certainty, Did, Entry, Went};
pub use copies::{Incoming, IncomingKey, Merge, Remembered};
pub use error::RecordsError;
pub use intents::{AddedHere, Addition, Change, Intent, IntentState, Outcome, Removal};
pub use kept::KeptKey;
pub use keys::{Confirmation, KnownKey, PrivateKeySeen};
pub use listing::{ListedKey, Listing, Reach};
pub use news::{News, NewsKind};
pub use row::UnknownWord;
pub use works::{Ended, Switched, Work, WorkKind};

/// Who uses this computer, for Activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// The system user's name.
    pub user: String,
    /// The app's version.
    pub version: String,
}

/// The records, open. No other process can open the same folder until they are dropped.
#[derive(Debug)]
pub struct Records {
    connection: Mutex<Connection>,
    by: By,
    /// Held, never read: closing it lets the next process in. Fields drop in order, so after the database.
    _lock: Option<File>,
}

impl Records {
    /// Opens the records in `folder`, which is made if it is not there, with access for this user alone.
    ///
    /// # Errors
    /// [`RecordsError::InUse`], [`RecordsError::Newer`], [`RecordsError::Corrupt`]: the file is left
    /// as it was. [`RecordsError::Failed`]: the folder can't be made or written.
    pub fn open(folder: &Path, by: By) -> Result<Self, RecordsError> {
        let lock = folder::lock(folder)?;
        let file = folder::database(folder)?;
        let connection = schema::open(&file)?;
        Ok(Self { connection: Mutex::new(connection), by, _lock: Some(lock) })
    }

    /// Records that are gone when dropped.
    ///
    /// # Errors
    /// [`RecordsError::Failed`].
    pub fn in_memory(by: By) -> Result<Self, RecordsError> {
        let connection = schema::open_in_memory()?;
        Ok(Self { connection: Mutex::new(connection), by, _lock: None })
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
        self.attempt(true, change)
    }

    /// Does `change` and keeps it, or does it only to see what it would come to.
    fn attempt<T>(
        &self,
        keep: bool,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, RecordsError> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let attempt = || {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = change(&transaction)?;
            if keep {
                transaction.commit()?;
            } else {
                transaction.rollback()?;
            }
            Ok(done)
        };
        attempt().map_err(error::from_sqlite)
    }
}
