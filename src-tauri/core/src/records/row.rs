//! Reading columns back into the domain's types. What doesn't parse was not written by this program.

use std::{error::Error, str::FromStr};

use rusqlite::{
    Error as SqliteError, Row,
    types::{Type, ValueRef},
};

use crate::{app::App, clock::Moment, key::PublicKey};

/// A column or a copy holds a word that is none of a closed set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown word {0:?}")]
pub struct UnknownWord(pub(super) String);

/// Gives each variant of an enum the word that stands for it in the records. A word that was released never changes.
macro_rules! words {
    ($kind:ty { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $kind {
            /// The word that stands for it in the records and in copies of them.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl std::str::FromStr for $kind {
            type Err = $crate::records::UnknownWord;

            /// Reads back what `word` gave.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    other => Err($crate::records::row::UnknownWord(other.to_owned())),
                }
            }
        }
    };
}
pub(super) use words;

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

/// The columns `app_id`, `app_name`, `bundle_id`, `sku` and `locale`.
pub(super) fn app_if_any(row: &Row<'_>) -> rusqlite::Result<Option<App>> {
    let Some(id) = parsed_if_any(row, "app_id")? else { return Ok(None) };
    Ok(Some(App {
        id,
        name: row.get("app_name")?,
        bundle_id: row.get("bundle_id")?,
        sku: row.get("sku")?,
        locale: row.get("locale")?,
    }))
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
