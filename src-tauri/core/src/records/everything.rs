//! All that is in the records' folder, and how it goes: for whoever wants nothing of Latchkey on this computer.

use std::{mem, path::Path, sync::PoisonError};

use rusqlite::{Connection, OptionalExtension, Row};

use super::{AccountRow, KeptKey, Reach, Records, RecordsError, accounts, error, folder, kept, keys, row};
use crate::{account::AccountId, app::App};

/// What there is, whatever server it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remains {
    /// Every account, in whatever state.
    pub accounts: Vec<AccountRow>,
    /// Every private key in the keychain, the oldest first.
    pub private_keys: Vec<RemainingKey>,
    /// How many keys have a name or a note.
    pub described: usize,
    /// How many lines Activity has.
    pub entries: usize,
    /// The changes whose outcome is unknown, by ID.
    pub undecided: Vec<String>,
    /// How many replacements have not ended.
    pub replacements: usize,
    /// Names of the files with damaged records.
    pub set_aside: Vec<String>,
}

/// A private key in the keychain, and what is known of its distribution key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemainingKey {
    /// Which, and where it is.
    pub kept: KeptKey,
    /// The name given on this computer.
    pub name: Option<String>,
    /// The app it is for, where that was found out.
    pub app: Option<App>,
    /// Its reach, if a connected account lists it.
    pub reach: Option<Reach>,
    /// That account.
    pub account: Option<AccountId>,
}

impl Records {
    /// What there is.
    ///
    /// # Errors
    /// [`RecordsError::Corrupt`], [`RecordsError::Failed`].
    pub fn remains(&self) -> Result<Remains, RecordsError> {
        let set_aside = match &self.folder {
            Some(folder) => folder::set_aside(folder).map_err(|error| error::from_io(&error))?,
            None => Vec::new(),
        };
        self.read(|connection| {
            let count = |query: &str| {
                let counted = connection.query_one(query, [], |row| row.get::<_, i64>(0))?;
                Ok::<_, rusqlite::Error>(usize::try_from(counted).unwrap_or_default())
            };
            let kept: Vec<(String, KeptKey)> = connection
                .prepare("SELECT * FROM kept_key ORDER BY at, entry")?
                .query_map([], |row| Ok((row.get("origin")?, kept::kept_key(row)?)))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(Remains {
                accounts: connection
                    .prepare("SELECT * FROM account ORDER BY name, id")?
                    .query_map([], accounts::account)?
                    .collect::<rusqlite::Result<_>>()?,
                private_keys: kept
                    .into_iter()
                    .map(|(origin, kept)| remaining(connection, &origin, kept))
                    .collect::<rusqlite::Result<_>>()?,
                described: count(
                    "SELECT count(*) FROM distribution_key WHERE name IS NOT NULL OR note IS NOT NULL",
                )?,
                entries: count("SELECT count(*) FROM activity")?,
                undecided: connection
                    .prepare("SELECT id FROM intent WHERE state = 'sent' ORDER BY id")?
                    .query_map([], |row| row.get("id"))?
                    .collect::<rusqlite::Result<_>>()?,
                replacements: count("SELECT count(*) FROM work WHERE ended IS NULL")?,
                set_aside,
            })
        })
    }

    /// Whether there are any in `folder`.
    pub fn are_in(folder: &Path) -> bool {
        folder::has_database(folder)
    }

    /// Closes the records and removes their files, the lock last; may be called again if that fails. Everything else
    /// that is asked of them from then on fails. Records in memory go when they are dropped.
    ///
    /// # Errors
    /// [`RecordsError::Failed`]: a file can't be removed.
    pub fn remove(&self) -> Result<(), RecordsError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        // Windows removes no file that is open.
        let nothing = Connection::open_in_memory().map_err(error::from_sqlite)?;
        drop(mem::replace(&mut *connection, nothing));
        folder::empty(folder).map_err(|error| error::from_io(&error))
    }
}

fn remaining(connection: &Connection, origin: &str, kept: KeptKey) -> rusqlite::Result<RemainingKey> {
    let known = connection
        .prepare_cached(
            "SELECT known.*, reach, account.id AS account_id FROM known_key AS known
             LEFT JOIN listing ON listing.origin = known.origin AND listing.key_id = known.id AND shown
             LEFT JOIN account ON account.id = listing.account_id AND account.state = 'ready'
             WHERE known.origin = ?1 AND known.spki = ?2
             ORDER BY account.id IS NULL, known.name IS NULL, known.first_seen DESC, known.id, account.id",
        )?
        .query_row((origin, kept.public_key.spki_der()), about)
        .optional()?;
    let (name, app, reach, account) = known.unwrap_or_default();
    Ok(RemainingKey { kept, name, app, reach, account })
}

type About = (Option<String>, Option<App>, Option<Reach>, Option<AccountId>);

fn about(row: &Row<'_>) -> rusqlite::Result<About> {
    let known = keys::known_key(row)?;
    let account = row.get::<_, Option<String>>("account_id")?.map(AccountId::known);
    let reach = if account.is_some() { row::parsed_if_any(row, "reach")? } else { None };
    Ok((known.name, known.app, reach, account))
}
