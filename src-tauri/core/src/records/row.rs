//! Reading columns back into the domain's types. What doesn't parse was not written by this program.

use std::{error::Error, str::FromStr};

use rusqlite::{
    Error as SqliteError, Row,
    types::{Type, ValueRef},
};

use crate::{clock::Moment, key::PublicKey};

pub(super) fn parsed<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<T>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|error| unreadable(row, column, error))
}

pub(super) fn parsed_if_any<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<T>>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    let text: Option<String> = row.get(column)?;
    text.map(|text| text.parse().map_err(|error| unreadable(row, column, error))).transpose()
}

pub(super) fn moment(row: &Row<'_>, column: &str) -> rusqlite::Result<Moment> {
    row.get(column).map(Moment::from_unix_millis)
}

pub(super) fn moment_if_any(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Moment>> {
    row.get::<_, Option<i64>>(column).map(|millis| millis.map(Moment::from_unix_millis))
}

pub(super) fn public_key_if_any(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<PublicKey>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => public_key(row, column).map(Some),
    }
}

pub(super) fn public_key(row: &Row<'_>, column: &str) -> rusqlite::Result<PublicKey> {
    let der: Vec<u8> = row.get(column)?;
    PublicKey::from_spki_der(&der).map_err(|error| unreadable(row, column, error))
}

/// The column holds something that this program never writes.
pub(super) fn unreadable(
    row: &Row<'_>,
    column: &str,
    error: impl Into<Box<dyn Error + Send + Sync>>,
) -> SqliteError {
    let index = row.as_ref().column_index(column).unwrap_or_default();
    SqliteError::FromSqlConversionFailure(index, Type::Text, error.into())
}

/// Turns a change that met no row into "no such entry".
pub(super) fn met(rows: usize) -> rusqlite::Result<()> {
    if rows == 0 { Err(SqliteError::QueryReturnedNoRows) } else { Ok(()) }
}
