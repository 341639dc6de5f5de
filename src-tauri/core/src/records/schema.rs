//! The database file's form: how it is opened, and how an older one becomes the present one.

use std::path::Path;

use rusqlite::{Connection, Error, TransactionBehavior, config::DbConfig, ffi};

use super::{RecordsError, error};

/// Each step and the version it leads to. One that was released is never changed.
const MIGRATIONS: &[(i64, &str)] = &[
    (1, include_str!("schema/1.sql")),
    (2, include_str!("schema/2.sql")),
    (3, include_str!("schema/3.sql")),
];

/// The version that this program writes.
const VERSION: i64 = MIGRATIONS[MIGRATIONS.len() - 1].0;

pub(super) fn open(file: &Path) -> Result<Connection, RecordsError> {
    let mut connection = Connection::open(file).map_err(error::from_sqlite)?;
    check(&connection)?;
    let mode: String = connection
        .query_one("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(error::from_sqlite)?;
    if mode != "wal" {
        return Err(RecordsError::Failed(format!("journal mode {mode}")));
    }
    prepare(&mut connection)?;
    Ok(connection)
}

pub(super) fn open_in_memory() -> Result<Connection, RecordsError> {
    let mut connection = Connection::open_in_memory().map_err(error::from_sqlite)?;
    prepare(&mut connection)?;
    Ok(connection)
}

/// Refuses a file that is damaged or newer. It stays as it is, byte for byte: closing an unchecked
/// database must not write its log back into it.
fn check(connection: &Connection) -> Result<(), RecordsError> {
    let keep_as_it_is = |keep| {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep).map_err(error::from_sqlite)
    };
    keep_as_it_is(true)?;
    let found = version(connection).map_err(error::from_sqlite)?;
    if found > VERSION {
        return Err(RecordsError::Newer { found, known: VERSION });
    }
    // An index that leads astray, or a row that refers to nothing, would hide what is there.
    let verdict: String = connection
        .query_one("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(error::from_sqlite)?;
    if verdict != "ok" {
        return Err(RecordsError::Corrupt(verdict));
    }
    let dangling = dangling(connection).map_err(odd)?;
    if dangling > 0 {
        return Err(RecordsError::Corrupt(format!("{dangling} rows refer to nothing")));
    }
    let form = form(connection).map_err(odd)?;
    let is_ours = match found {
        VERSION => form == self::form(&open_in_memory()?).map_err(odd)?,
        1.. => true,
        _ => form.is_empty(),
    };
    if !is_ours {
        return Err(RecordsError::Corrupt("tables or columns are others".to_owned()));
    }
    keep_as_it_is(false)?;
    Ok(())
}

/// What there is, by kind, name and column. Not the text that made it, which SQLite may change.
fn form(connection: &Connection) -> rusqlite::Result<Vec<(String, String, Option<String>)>> {
    connection
        .prepare(
            "SELECT part.type, part.name, field.name FROM sqlite_schema AS part
             LEFT JOIN pragma_table_xinfo(part.name) AS field ORDER BY part.type, part.name, cid",
        )?
        .query_map([], |row| row.try_into())?
        .collect()
}

fn prepare(connection: &mut Connection) -> Result<(), RecordsError> {
    let mut attempt = || {
        // The last two matter on macOS alone, where a plain fsync leaves data in the drive's cache.
        connection.execute_batch(
            "PRAGMA synchronous = FULL;
             PRAGMA fullfsync = ON;
             PRAGMA checkpoint_fullfsync = ON;",
        )?;
        upgrade(connection)
    };
    attempt().map_err(odd)
}

/// An empty database in memory of the older version whose form `damaged` has; none if it has the present one's or another.
pub(super) fn of_the_older_form_of(damaged: &Connection) -> rusqlite::Result<Option<Connection>> {
    // What stands in the way of reading it shows in the tables too.
    let Ok(found) = form(damaged) else { return Ok(None) };
    for steps in 1..MIGRATIONS.len() {
        let mut older = Connection::open_in_memory()?;
        older.execute_batch("PRAGMA foreign_keys = OFF")?;
        migrate(&mut older, &MIGRATIONS[..steps])?;
        if form(&older)? == found {
            older.execute_batch("PRAGMA foreign_keys = ON")?;
            return Ok(Some(older));
        }
    }
    Ok(None)
}

/// Makes an older form the present one.
pub(super) fn upgrade(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.execute_batch("PRAGMA foreign_keys = OFF")?;
    migrate(connection, MIGRATIONS)?;
    connection.execute_batch("PRAGMA foreign_keys = ON")
}

/// An error of a statement that is right for what this program writes.
fn odd(error: Error) -> RecordsError {
    match error {
        Error::SqliteFailure(failure, said) if failure.extended_code == ffi::SQLITE_ERROR => {
            RecordsError::Corrupt(said.unwrap_or_default())
        }
        Error::SqlInputError { msg, .. } => RecordsError::Corrupt(msg),
        error => error::from_sqlite(error),
    }
}

/// A table whose constraints grow is made anew, which takes foreign keys that are off (sqlite.org, "ALTER TABLE", 7).
fn migrate(connection: &mut Connection, steps: &[(i64, &str)]) -> rusqlite::Result<()> {
    for (target, migration) in steps {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if version(&transaction)? < *target {
            transaction.execute_batch(migration)?;
            let dangling = dangling(&transaction)?;
            if dangling > 0 {
                return Err(Error::SqliteFailure(
                    ffi::Error::new(ffi::SQLITE_CORRUPT),
                    Some(format!("{dangling} rows refer to nothing after step {target}")),
                ));
            }
            transaction.pragma_update(None, "user_version", target)?;
        }
        transaction.commit()?;
    }
    Ok(())
}

fn dangling(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_one("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_one("PRAGMA user_version", [], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pragma(connection: &Connection, name: &str) -> String {
        connection
            .query_one(
                &format!("SELECT CAST(value AS TEXT) FROM (SELECT {name} AS value FROM pragma_{name})"),
                [],
                |row| row.get(0),
            )
            .unwrap()
    }

    #[test]
    fn a_committed_change_is_on_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let connection = open(&folder.path().join("latchkey.db")).unwrap();
        for (name, value) in [
            ("journal_mode", "wal"),
            ("synchronous", "2"),
            ("fullfsync", "1"),
            ("checkpoint_fullfsync", "1"),
            ("foreign_keys", "1"),
        ] {
            assert_eq!(pragma(&connection, name), value, "{name}");
        }
    }

    #[test]
    fn an_empty_file_gets_every_migration_and_a_second_opening_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("latchkey.db");
        std::fs::write(&file, b"").unwrap();
        let tables = |connection: &Connection| -> Vec<String> {
            let mut statement = connection.prepare("SELECT sql FROM sqlite_schema ORDER BY name").unwrap();
            let rows =
                statement.query_map([], |row| Ok(row.get::<_, Option<String>>(0)?.unwrap_or_default()));
            rows.unwrap().map(Result::unwrap).collect()
        };
        let first =
            open(&file).map(|connection| (version(&connection).unwrap(), tables(&connection))).unwrap();
        let second =
            open(&file).map(|connection| (version(&connection).unwrap(), tables(&connection))).unwrap();
        assert_eq!(first.0, VERSION);
        assert_eq!(first, second);
    }

    #[test]
    fn a_migration_that_fails_leaves_nothing_behind() {
        let mut connection = Connection::open_in_memory().unwrap();
        // Stands in the way of the last table, so everything before it has run already.
        connection.execute_batch("CREATE TABLE intent (id TEXT)").unwrap();
        assert!(migrate(&mut connection, MIGRATIONS).is_err());
        assert_eq!(version(&connection).unwrap(), 0);
        let tables: i64 = connection
            .query_one("SELECT count(*) FROM sqlite_schema WHERE type = 'table'", [], |row| row.get(0))
            .unwrap();
        assert_eq!(tables, 1, "only the table that was there");
    }

    #[test]
    fn a_newer_version_that_stands_in_the_log_alone_is_refused_and_not_written_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("latchkey.db");
        drop(open(&file).unwrap());
        let newer = Connection::open(&file).unwrap();
        newer.pragma_update(None, "user_version", 99).unwrap();
        // A copy made while it is open is what a crash leaves: the change is in the log only.
        let crashed = tempfile::tempdir().unwrap();
        for name in ["latchkey.db", "latchkey.db-wal"] {
            std::fs::copy(folder.path().join(name), crashed.path().join(name)).unwrap();
        }
        let before = std::fs::read(crashed.path().join("latchkey.db")).unwrap();
        let refused = open(&crashed.path().join("latchkey.db")).unwrap_err();
        assert_eq!(refused, RecordsError::Newer { found: 99, known: VERSION });
        assert!(before == std::fs::read(crashed.path().join("latchkey.db")).unwrap(), "the file changed");
    }
}
