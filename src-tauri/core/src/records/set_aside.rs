//! Damaged records: the file is given another name, never overwritten, and new records are begun in its place with what
//! could still be read of it.
//!
//! The new ones are complete, and name the other's new name, before the damaged file is touched. A crash in between
//! leaves either the damaged file where it was, or what [`resume`] needs.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{By, Records, RecordsError, Setting, connect, error, folder, salvage, schema};
use crate::clock::Moment;

/// A file with damaged records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// Its name, in the records' folder.
    pub file: String,
    /// When it was given that name.
    pub at: Moment,
    /// A change whose outcome is unknown may have been in it and could not be read.
    #[serde(default)]
    pub changes_lost: bool,
}

impl Records {
    /// Opens the records as [`Self::open`] does. Damaged ones are set aside under the name
    /// `latchkey-damaged-YYYY-MM-DD.db` (UTC, with a number where that is taken), and what can still be read of them
    /// comes with the new ones.
    ///
    /// # Errors
    /// [`RecordsError::InUse`], [`RecordsError::Newer`]; [`RecordsError::Full`], [`RecordsError::ReadOnly`],
    /// [`RecordsError::Failed`]: damaged records are where they were.
    pub fn open_or_set_aside(folder: &Path, by: By, now: Moment) -> Result<Self, RecordsError> {
        let lock = folder::lock(folder)?;
        let connection = match connect(folder) {
            Err(RecordsError::Corrupt(why)) => {
                tracing::error!(why, "the records are damaged and are set aside");
                begin_anew(folder, now)?;
                connect(folder)?
            }
            connected => connected?,
        };
        Ok(Self::on_disk(connection, folder, by, lock))
    }

    /// The damaged records in whose place these were begun, until [`Self::know_set_aside`] is called.
    ///
    /// # Errors
    /// [`RecordsError::Corrupt`], [`RecordsError::Failed`].
    pub fn set_aside(&self) -> Result<Option<SetAside>, RecordsError> {
        self.setting(Setting::SetAside)?.map(|note| read(&note)).transpose()
    }

    /// Notes that the person knows of the damaged records. The file stays.
    ///
    /// # Errors
    /// [`RecordsError::Failed`].
    pub fn know_set_aside(&self) -> Result<(), RecordsError> {
        self.set(Setting::SetAside, None)
    }
}

/// What is noted in a database that is not in use yet.
pub(super) fn noted(connection: &Connection) -> Result<Option<SetAside>, RecordsError> {
    let query = "SELECT value FROM setting WHERE name = ?1";
    let note: Option<String> = connection
        .query_one(query, [Setting::SetAside.word()], |row| row.get(0))
        .optional()
        .map_err(error::from_sqlite)?;
    note.map(|note| read(&note)).transpose()
}

fn read(note: &str) -> Result<SetAside, RecordsError> {
    serde_json::from_str(note).map_err(|error| RecordsError::Corrupt(error.to_string()))
}

fn begin_anew(folder: &Path, at: Moment) -> Result<(), RecordsError> {
    let set_aside = match interrupted(folder)? {
        Some(file) => {
            folder::move_aside(folder, &file).map_err(|error| error::from_io(&error))?;
            Damaged { from: folder.join(&file), file }
        }
        None => Damaged {
            from: folder::path_of_database(folder),
            file: folder::free_set_aside(folder, &day(at)).map_err(|error| error::from_io(&error))?,
        },
    };
    folder::forget_new(folder).map_err(|error| error::from_io(&error))?;
    if let Err(error) = write_new(folder, &set_aside, at) {
        // What stays of it is removed before the next attempt.
        let _ = folder::forget_new(folder);
        return Err(error);
    }
    folder::exchange(folder, &set_aside.file).map_err(|error| error::from_io(&error))
}

/// Damaged records, and the name they are to have or have already.
struct Damaged {
    from: PathBuf,
    file: String,
}

fn write_new(folder: &Path, damaged: &Damaged, at: Moment) -> Result<(), RecordsError> {
    let mut connection = schema::open(&folder::new_database(folder)?)?;
    let changes_lost = salvage::bring_over(&damaged.from, &mut connection, at).map_err(error::from_sqlite)?;
    let note = serde_json::to_string(&SetAside { file: damaged.file.clone(), at, changes_lost })
        .map_err(|error| RecordsError::Failed(error.to_string()))?;
    let write = || {
        connection.execute(
            "INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)",
            (Setting::SetAside.word(), note),
        )?;
        // All of it is in the one file that is to get the name.
        connection.query_one("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    };
    write().map_err(error::from_sqlite)
}

/// Finishes what a crash left: the damaged file has its new name, and the new one not yet.
pub(super) fn resume(folder: &Path) -> Result<(), RecordsError> {
    let Some(new) = folder::left_over_new(folder) else { return Ok(()) };
    match noted(&schema::open(&new)?)? {
        Some(noted) => folder::exchange(folder, &noted.file).map_err(|error| error::from_io(&error)),
        None if interrupted(folder)?.is_some() => {
            Err(RecordsError::Corrupt("what was to take their place is not whole".to_owned()))
        }
        None => Ok(()),
    }
}

/// The file with damaged records whose place a crash left empty: the newest.
fn interrupted(folder: &Path) -> Result<Option<String>, RecordsError> {
    if folder::left_over_new(folder).is_none() {
        return Ok(None);
    }
    let names = folder::set_aside(folder).map_err(|error| error::from_io(&error))?;
    // Of one day the first has no number, and the tenth comes after the ninth.
    Ok(names.into_iter().max_by_key(|name| {
        let (day, number) = name
            .strip_prefix(folder::SET_ASIDE)
            .and_then(|rest| rest.strip_suffix(".db")?.split_at_checked("YYYY-MM-DD".len()))
            .unwrap_or_default();
        (day.to_owned(), number.trim_start_matches('-').parse().unwrap_or(1_u64))
    }))
}

/// `YYYY-MM-DD`, UTC.
fn day(at: Moment) -> String {
    let date =
        OffsetDateTime::from_unix_timestamp(at.unix_seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH).date();
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}
