//! What can still be read of damaged records, brought over into new ones: row by row, and a row that doesn't read is left
//! out, but for what [`rescue`] keeps of it. Nothing is written into the damaged file.
//!
//! Not brought over is what each account listed last: Apple has it, and part of it would make news of what is old.

use std::path::Path;

use rusqlite::{
    Connection, Error, ErrorCode, OpenFlags, Row, Transaction, config::DbConfig, ffi, params_from_iter,
    types::Value,
};

use super::{NewsKind, Reach, accounts, activity, intents, kept, keys, rescue, row, schema, works};
use crate::{account::Origin, clock::Moment, key::Fingerprint};

/// Whether a row holds what this program writes.
type Reads = fn(&Row<'_>) -> rusqlite::Result<()>;

/// Every table, those that others refer to first.
const TABLES: [(&str, Reads); 10] = [
    ("setting", |_| Ok(())),
    ("account", |row| accounts::account(row).map(drop)),
    ("former_account", former_account),
    ("distribution_key", distribution_key),
    ("binding", |row| row::app_if_any(row).map(drop)),
    ("kept_key", |row| of_a_server(row).and_then(|()| kept::kept_key(row).map(drop))),
    ("news", news),
    ("intent", |row| intents::intent(row).map(drop)),
    ("work", |row| works::work(row).map(drop)),
    ("activity", |row| activity::entry(row).map(drop)),
];

/// Brings over what reads. Of a file that is no database that is nothing. Answers whether a change whose outcome is
/// unknown may be among what is lost.
///
/// # Errors
/// What says nothing of the file: too many open files, a disk that doesn't answer, no memory.
pub(super) fn bring_over(damaged: &Path, into: &mut Connection, at: Moment) -> rusqlite::Result<bool> {
    let Some(from) = unless_passing(open(damaged))? else { return Ok(true) };
    let (from, lost) = match schema::of_the_older_form_of(&from)? {
        None => (from, false),
        Some(mut older) => {
            let as_they_are = TABLES.map(|(table, _)| (table, (|_| Ok(())) as Reads));
            let lost = copy(&from, &mut older, as_they_are, |table, row, _| {
                Ok(table == "intent" && rescue::may_be_undecided(row))
            })?;
            schema::upgrade(&mut older)?;
            (older, lost)
        }
    };
    let lost_now = copy(&from, into, TABLES, |table, row, into| match table {
        "intent" => rescue::change(row, into, at),
        "account" => rescue::account(row, into, at).map(|()| false),
        _ => Ok(false),
    })?;
    into.execute("UPDATE account SET listed_at = NULL", [])?;
    Ok(lost || lost_now)
}

/// Copies every row that reads, and gives `otherwise` the others, with the table's name. Answers whether that answered so
/// of one, or changes may be where the file doesn't read.
fn copy(
    from: &Connection,
    into: &mut Connection,
    tables: impl IntoIterator<Item = (&'static str, Reads)>,
    otherwise: impl Fn(&str, &Row<'_>, &Transaction<'_>) -> rusqlite::Result<bool>,
) -> rusqlite::Result<bool> {
    let transaction = into.transaction()?;
    let mut lost = false;
    for (table, reads) in tables {
        let Some(rows) = Rows::of(&transaction, table, reads)? else { continue };
        let mut unread = |row: &Row<'_>| {
            lost |= otherwise(table, row, &transaction)?;
            Ok(())
        };
        // From its other end a table may be readable up to where it is damaged.
        let whole = rows.bring_over(from, &transaction, "ASC", &mut unread)?
            || rows.bring_over(from, &transaction, "DESC", &mut unread)?;
        lost |= table == "intent" && !whole;
    }
    transaction.commit()?;
    Ok(lost)
}

/// What was read, or nothing where the file doesn't read.
fn unless_passing<T>(read: rusqlite::Result<T>) -> rusqlite::Result<Option<T>> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) if passes(&error) => Err(error),
        Err(_) => Ok(None),
    }
}

/// Whether an error says nothing of the file, which may be read another time.
fn passes(error: &Error) -> bool {
    let Error::SqliteFailure(failure, _) = error else { return false };
    // A file that ends too early is damaged.
    failure.extended_code != ffi::SQLITE_IOERR_SHORT_READ
        && matches!(
            failure.code,
            ErrorCode::CannotOpen
                | ErrorCode::SystemIoFailure
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::OutOfMemory
                | ErrorCode::PermissionDenied
                | ErrorCode::ReadOnly
        )
}

/// Neither what is read nor the closing writes into the file or its log.
fn open(damaged: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(damaged, flags)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.execute_batch("PRAGMA cell_size_check = ON")?;
    Ok(connection)
}

/// The rows of one table.
struct Rows {
    table: &'static str,
    columns: Vec<String>,
    order: Vec<String>,
    reads: Reads,
}

impl Rows {
    /// None if there is no such table.
    fn of(into: &Transaction<'_>, table: &'static str, reads: Reads) -> rusqlite::Result<Option<Self>> {
        let names = |query: &str| -> rusqlite::Result<Vec<String>> {
            into.prepare(query)?.query_map([table], |row| row.get(0))?.collect()
        };
        let columns = names("SELECT name FROM pragma_table_info(?1)")?;
        if columns.is_empty() {
            return Ok(None);
        }
        let without_rowid: bool =
            into.query_one("SELECT wr FROM pragma_table_list WHERE name = ?1", [table], |row| row.get(0))?;
        let order = if without_rowid {
            names("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?
        } else {
            vec!["rowid".to_owned()]
        };
        Ok(Some(Self { table, columns, order, reads }))
    }

    /// Whether it came to the table's end.
    fn bring_over(
        &self,
        from: &Connection,
        into: &Transaction<'_>,
        direction: &str,
        unread: &mut impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<bool> {
        let order: Vec<_> = self.order.iter().map(|column| format!("{column} {direction}")).collect();
        let query = format!("SELECT * FROM {} NOT INDEXED ORDER BY {}", self.table, order.join(", "));
        let Some(mut statement) = unless_passing(from.prepare(&query))? else { return Ok(false) };
        let Some(mut rows) = unless_passing(statement.query([]))? else { return Ok(false) };
        let places: Vec<_> = (1..=self.columns.len()).map(|place| format!("?{place}")).collect();
        let insert = format!(
            "INSERT OR IGNORE INTO {} ({}) VALUES ({})",
            self.table,
            self.columns.join(", "),
            places.join(", "),
        );
        let mut insert = into.prepare(&insert)?;
        loop {
            let Some(row) = unless_passing(rows.next())? else { return Ok(false) };
            let Some(row) = row else { return Ok(true) };
            let inserted = match self.values(row) {
                Ok(values) => insert.execute(params_from_iter(values)),
                Err(_) => Ok(0),
            };
            match inserted {
                Ok(0) => unread(row)?,
                Ok(_) => (),
                Err(Error::SqliteFailure(failure, _)) if failure.code == ErrorCode::ConstraintViolation => {
                    unread(row)?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn values(&self, row: &Row<'_>) -> rusqlite::Result<Vec<Value>> {
        (self.reads)(row)?;
        self.columns.iter().map(|column| row.get(column.as_str())).collect()
    }
}

fn of_a_server(row: &Row<'_>) -> rusqlite::Result<()> {
    row::parsed::<Origin>(row, "origin").map(drop)
}

fn former_account(row: &Row<'_>) -> rusqlite::Result<()> {
    of_a_server(row)?;
    row::parsed::<Fingerprint>(row, "api_key_fingerprint").map(drop)
}

fn distribution_key(row: &Row<'_>) -> rusqlite::Result<()> {
    of_a_server(row)?;
    row::public_key_if_any(row, "spki")?;
    keys::confirmation(row)?;
    keys::private_key(row).map(drop)
}

fn news(row: &Row<'_>) -> rusqlite::Result<()> {
    of_a_server(row)?;
    row::parsed::<Reach>(row, "reach")?;
    row::parsed::<NewsKind>(row, "kind").map(drop)
}
