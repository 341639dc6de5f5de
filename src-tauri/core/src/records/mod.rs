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
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

mod accounts;
mod activity;
mod api_keys;
mod copies;
mod error;
mod everything;
mod folder;
mod intents;
mod kept;
mod keys;
mod listing;
mod news;
mod outcomes;
mod rescue;
mod row;
mod salvage;
mod schema;
mod set_aside;
mod settings;
mod works;

pub use accounts::{AccountRow, AccountState, NewAccount};
pub use activity::{About, ActivityPage, ActivityQuery, Answer, Certainty, Did, Entry, Went};
pub use copies::{Incoming, IncomingKey, Merge, Remembered};
pub use error::RecordsError;
pub use everything::{RemainingKey, Remains};
pub use intents::{AddedHere, Addition, Change, Intent, IntentState, Outcome, Removal};
pub use kept::KeptKey;
pub use keys::{Confirmation, KnownKey, PrivateKeySeen};
pub use listing::{ListedKey, Listing, Reach};
pub use news::{News, NewsKind};
pub use row::UnknownWord;
pub use set_aside::SetAside;
pub use settings::Setting;
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
    /// `None`: in memory.
    folder: Option<PathBuf>,
    /// Held, never read: closing it lets the next process in. Fields drop in order, so after the database.
    _lock: Option<File>,
}

impl Records {
    /// Opens the records in `folder`, which is made if it is not there, with access for this user alone.
    ///
    /// # Errors
    /// [`RecordsError::InUse`], [`RecordsError::Newer`], [`RecordsError::Corrupt`]: the file is left
    /// as it was. [`RecordsError::Full`], [`RecordsError::ReadOnly`], [`RecordsError::Failed`]: the folder can't be made
    /// or written.
    pub fn open(folder: &Path, by: By) -> Result<Self, RecordsError> {
        let lock = folder::lock(folder)?;
        Ok(Self::on_disk(connect(folder)?, folder, by, lock))
    }

    fn on_disk(connection: Connection, folder: &Path, by: By, lock: File) -> Self {
        Self { connection: Mutex::new(connection), by, folder: Some(folder.to_owned()), _lock: Some(lock) }
    }

    /// Records that are gone when dropped.
    ///
    /// # Errors
    /// [`RecordsError::Failed`].
    pub fn in_memory(by: By) -> Result<Self, RecordsError> {
        let connection = schema::open_in_memory()?;
        Ok(Self { connection: Mutex::new(connection), by, folder: None, _lock: None })
    }

    fn read<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, RecordsError> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        query(&connection).map_err(|error| self.told(error))
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
        attempt().map_err(|error| self.told(error))
    }

    /// Of damage that is found in use the next start is told too: it need not be seen when the file is opened.
    fn told(&self, error: rusqlite::Error) -> RecordsError {
        let error = error::from_sqlite(error);
        if let (RecordsError::Corrupt(_), Some(folder)) = (&error, &self.folder)
            && let Err(error) = folder::mark_damaged(folder)
        {
            tracing::warn!(%error, "that the records are damaged could not be noted");
        }
        error
    }
}

/// The database in `folder`, whose lock is held, sound as far as can be seen at once.
fn connect(folder: &Path) -> Result<Connection, RecordsError> {
    set_aside::resume(folder)?;
    if folder::is_marked_damaged(folder).map_err(|error| error::from_io(&error))? {
        return Err(RecordsError::Corrupt("it was found while they were in use".to_owned()));
    }
    let connection = schema::open(&folder::database(folder)?)?;
    // Where these can't be read, nothing is ever shown.
    let read = || {
        connection
            .prepare("SELECT * FROM account")?
            .query_map([], accounts::account)?
            .try_for_each(|row| row.map(drop))
    };
    read().map_err(error::from_sqlite)?;
    set_aside::noted(&connection)?;
    Ok(connection)
}
