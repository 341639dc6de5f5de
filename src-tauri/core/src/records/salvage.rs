//! What can still be read of damaged records, brought over into new ones: row by row, and a row that doesn't read is left
//! out. Nothing is written into the damaged file.
//!
//! Not brought over is what each account listed last: Apple has it, and part of it would make news of what is old.

use std::path::Path;

use rusqlite::{
    Connection, Error, ErrorCode, OpenFlags, Row, Transaction, config::DbConfig, params_from_iter,
    types::Value,
};

use super::{NewsKind, Reach, accounts, activity, intents, kept, keys, row, works};
use crate::{account::Origin, key::Fingerprint};

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

/// Brings over what reads. Of a file that is no database that is nothing.
pub(super) fn bring_over(damaged: &Path, into: &mut Connection) -> rusqlite::Result<()> {
    let Ok(from) = open(damaged) else { return Ok(()) };
    let transaction = into.transaction()?;
    for (table, reads) in TABLES {
        let rows = Rows::of(&transaction, table, reads)?;
        // From its other end a table may be readable up to where it is damaged.
        if !rows.bring_over(&from, &transaction, "ASC")? {
            rows.bring_over(&from, &transaction, "DESC")?;
        }
    }
    transaction.execute("UPDATE account SET listed_at = NULL", [])?;
    transaction.commit()
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
    fn of(into: &Transaction<'_>, table: &'static str, reads: Reads) -> rusqlite::Result<Self> {
        let names = |query: &str| -> rusqlite::Result<Vec<String>> {
            into.prepare(query)?.query_map([table], |row| row.get(0))?.collect()
        };
        let columns = names("SELECT name FROM pragma_table_info(?1)")?;
        let without_rowid: bool =
            into.query_one("SELECT wr FROM pragma_table_list WHERE name = ?1", [table], |row| row.get(0))?;
        let order = if without_rowid {
            names("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?
        } else {
            vec!["rowid".to_owned()]
        };
        Ok(Self { table, columns, order, reads })
    }

    /// Whether it came to the table's end.
    fn bring_over(
        &self,
        from: &Connection,
        into: &Transaction<'_>,
        direction: &str,
    ) -> rusqlite::Result<bool> {
        let order: Vec<_> = self.order.iter().map(|column| format!("{column} {direction}")).collect();
        let query = format!("SELECT * FROM {} NOT INDEXED ORDER BY {}", self.table, order.join(", "));
        let Ok(mut statement) = from.prepare(&query) else { return Ok(false) };
        let Ok(mut rows) = statement.query([]) else { return Ok(false) };
        let places: Vec<_> = (1..=self.columns.len()).map(|place| format!("?{place}")).collect();
        let insert = format!(
            "INSERT OR IGNORE INTO {} ({}) VALUES ({})",
            self.table,
            self.columns.join(", "),
            places.join(", "),
        );
        let mut insert = into.prepare(&insert)?;
        loop {
            let row = match rows.next() {
                Ok(Some(row)) => row,
                Ok(None) => return Ok(true),
                Err(_) => return Ok(false),
            };
            let Ok(values) = self.values(row) else { continue };
            match insert.execute(params_from_iter(values)) {
                Ok(_) => (),
                Err(Error::SqliteFailure(failure, _)) if failure.code == ErrorCode::ConstraintViolation => (),
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
