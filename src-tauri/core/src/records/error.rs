//! What can go wrong with the records, and how SQLite's errors become that.

use std::io::ErrorKind;

use rusqlite::{Error, ErrorCode, ffi};

/// Why the records could not be opened, read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordsError {
    /// Another process has them open.
    #[error("another Latchkey has the records open")]
    InUse,
    /// A newer Latchkey wrote them; they were left as they are.
    #[error("the records are of version {found}, this Latchkey knows up to {known}")]
    Newer {
        /// The file's version.
        found: i64,
        /// The newest version that this program reads.
        known: i64,
    },
    /// The file is damaged or no records file; it was left as it is.
    #[error("the records are damaged: {0}")]
    Corrupt(String),
    /// Another account has that name.
    #[error("another account has that name")]
    NameTaken,
    /// The account, key, change or replacement that the call names is not there, or not in a state that allows it.
    #[error("the records have no such entry")]
    NotFound,
    /// The disk is full, or this user's share of it.
    #[error("the disk is full")]
    Full,
    /// The folder or the file can't be written.
    #[error("the records can't be written")]
    ReadOnly,
    /// Something else of the system's.
    #[error("the records could not be read or written: {0}")]
    Failed(String),
}

pub(super) fn from_io(error: &std::io::Error) -> RecordsError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => RecordsError::Full,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => RecordsError::ReadOnly,
        _ => RecordsError::Failed(error.to_string()),
    }
}

pub(super) fn from_sqlite(error: Error) -> RecordsError {
    let said = error.to_string();
    match error {
        Error::QueryReturnedNoRows => RecordsError::NotFound,
        Error::FromSqlConversionFailure(..)
        | Error::InvalidColumnType(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::Utf8Error(..) => RecordsError::Corrupt(said),
        Error::SqliteFailure(failure, detail) => match failure.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => RecordsError::Corrupt(said),
            ErrorCode::DiskFull => RecordsError::Full,
            // The only thing that makes the log's index, which is a file too, grow in vain.
            _ if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE => RecordsError::Full,
            ErrorCode::ReadOnly => RecordsError::ReadOnly,
            ErrorCode::ConstraintViolation
                if failure.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE
                    && detail.is_some_and(|detail| detail.contains("account.name")) =>
            {
                RecordsError::NameTaken
            }
            _ => RecordsError::Failed(said),
        },
        _ => RecordsError::Failed(said),
    }
}
