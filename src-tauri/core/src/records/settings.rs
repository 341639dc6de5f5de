//! What is set for this computer as a whole, one value a name.

use rusqlite::OptionalExtension;

use super::{Records, RecordsError};

/// What can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The proxy to go through, as `host:port`.
    Proxy,
    /// The name of the file with damaged records, and when they were set aside, until the person knows of it.
    SetAside,
    /// Everything is being removed.
    Removing,
}

impl Setting {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Proxy => "proxy",
            Self::SetAside => "set-aside",
            Self::Removing => "removing",
        }
    }
}

impl Records {
    /// What `name` is set to.
    ///
    /// # Errors
    /// [`RecordsError::Corrupt`], [`RecordsError::Failed`].
    pub fn setting(&self, name: Setting) -> Result<Option<String>, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT value FROM setting WHERE name = ?1")?
                .query_one([name.word()], |row| row.get("value"))
                .optional()
        })
    }

    /// Sets `name`, or with `None` sets it no longer.
    ///
    /// # Errors
    /// [`RecordsError::Failed`].
    pub fn set(&self, name: Setting, value: Option<&str>) -> Result<(), RecordsError> {
        self.write(|transaction| {
            match value {
                Some(value) => transaction.execute(
                    "INSERT INTO setting (name, value) VALUES (?1, ?2)
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    (name.word(), value),
                )?,
                None => transaction.execute("DELETE FROM setting WHERE name = ?1", [name.word()])?,
            };
            Ok(())
        })
    }
}
