//! The folder and the files in it: made for this user alone, held by one process at a time.

use std::{
    fs::{self, DirBuilder, File, FileType, OpenOptions, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::{RecordsError, error};

const LOCK: &str = "latchkey.lock";
const DATABASE: &str = "latchkey.db";

/// A database that is about to take the place of a damaged one.
const NEW: &str = "latchkey.new.db";

/// An empty file that says that the database is damaged.
const DAMAGED: &str = "latchkey.damaged";

/// What SQLite adds to a database's name for the files it puts beside it; first the database itself.
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// How the name of a file with damaged records begins.
pub(super) const SET_ASIDE: &str = "latchkey-damaged-";

/// Makes the folder if it must and takes its lock, which lasts as long as the file stays open.
pub(super) fn lock(folder: &Path) -> Result<File, RecordsError> {
    make(folder).map_err(|error| error::from_io(&error))?;
    let lock = private(&folder.join(LOCK)).map_err(|error| error::from_io(&error))?;
    lock.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => RecordsError::InUse,
        TryLockError::Error(error) => error::from_io(&error),
    })?;
    Ok(lock)
}

/// The database's path; the file is there, though perhaps still empty. SQLite gives the files it
/// puts beside it the same permissions.
pub(super) fn database(folder: &Path) -> Result<PathBuf, RecordsError> {
    let path = folder.join(DATABASE);
    private(&path).map_err(|error| error::from_io(&error))?;
    Ok(path)
}

/// The database's path, whether it is there or not.
pub(super) fn path_of_database(folder: &Path) -> PathBuf {
    folder.join(DATABASE)
}

/// Whether there is a database, or one that is to take its place.
pub(super) fn has_database(folder: &Path) -> bool {
    [DATABASE, NEW].iter().any(|name| folder.join(name).exists())
}

/// The path of a database that is to take the place of the present one; the file is there, and empty.
pub(super) fn new_database(folder: &Path) -> Result<PathBuf, RecordsError> {
    let path = folder.join(NEW);
    private(&path).map_err(|error| error::from_io(&error))?;
    Ok(path)
}

/// Removes a database that was to take the place of the present one.
pub(super) fn forget_new(folder: &Path) -> std::io::Result<()> {
    BESIDE.iter().try_for_each(|suffix| remove(&folder.join(format!("{NEW}{suffix}"))))
}

/// The database that was about to take the place of one that has gone.
pub(super) fn left_over_new(folder: &Path) -> Option<PathBuf> {
    let new = folder.join(NEW);
    (new.exists() && !folder.join(DATABASE).exists()).then_some(new)
}

/// A name for damaged records that nothing has.
pub(super) fn free_set_aside(folder: &Path, day: &str) -> std::io::Result<String> {
    let names = names_in(folder, |_| true)?;
    let numbered = (2_u64..).map(|number| format!("{SET_ASIDE}{day}-{number}.db"));
    let mut proposed = std::iter::once(format!("{SET_ASIDE}{day}.db")).chain(numbered);
    let free = proposed.find(|name| !names.iter().any(|taken| taken.starts_with(name.as_str())));
    Ok(free.unwrap_or_else(|| format!("{SET_ASIDE}{day}.db")))
}

/// Gives the database, with what SQLite put beside it, the name `set_aside`. What was done already is not done again.
pub(super) fn move_aside(folder: &Path, set_aside: &str) -> std::io::Result<()> {
    for suffix in BESIDE {
        let from = folder.join(format!("{DATABASE}{suffix}"));
        if from.exists() {
            fs::rename(from, folder.join(format!("{set_aside}{suffix}")))?;
        }
    }
    Ok(())
}

/// Gives the database, with what SQLite put beside it, the name `set_aside`, and the new one its own. What was done
/// already is not done again.
pub(super) fn exchange(folder: &Path, set_aside: &str) -> std::io::Result<()> {
    // The new one comes last: a log that stays behind would be taken for its own.
    move_aside(folder, set_aside)?;
    // Before the new one, or it would be set aside in its turn.
    remove(&folder.join(DAMAGED))?;
    sync(folder)?;
    fs::rename(folder.join(NEW), folder.join(DATABASE))?;
    sync(folder)
}

/// Notes that the database is damaged, for the next start.
pub(super) fn mark_damaged(folder: &Path) -> std::io::Result<()> {
    private(&folder.join(DAMAGED)).map(drop)
}

/// Whether the database was found to be damaged. The mark of one that has gone goes too.
pub(super) fn is_marked_damaged(folder: &Path) -> std::io::Result<bool> {
    let mark = folder.join(DAMAGED);
    if !folder.join(DATABASE).exists() {
        remove(&mark)?;
    }
    Ok(mark.exists())
}

fn remove(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// What was renamed stays so, whatever happens to the computer.
#[cfg(unix)]
fn sync(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Windows has no such call.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it may fail elsewhere")]
fn sync(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Names of the files with damaged records, what SQLite had put beside them left out.
pub(super) fn set_aside(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = names_in(folder, |file| file.is_file())?;
    names.retain(|name| is_set_aside(name));
    names.sort();
    Ok(names)
}

/// Removes what is the records' own, and the folder if nothing else is in it. Set aside comes first and the lock last:
/// while the database is there, what says that it is to go is too.
pub(super) fn empty(folder: &Path) -> std::io::Result<()> {
    let mut set_aside = names_in(folder, |file| file.is_file())?;
    set_aside.retain(|name| BESIDE.iter().any(|suffix| name.strip_suffix(suffix).is_some_and(is_set_aside)));
    let of = |name: &'static str| BESIDE.iter().map(move |suffix| format!("{name}{suffix}"));
    let rest = of(NEW).chain(of(DATABASE)).chain([DAMAGED, LOCK].map(str::to_owned));
    set_aside.into_iter().chain(rest).try_for_each(|name| remove(&folder.join(name)))?;
    // The webview may have its data there too.
    let _ = fs::remove_dir(folder);
    Ok(())
}

/// Whether a file of this name holds damaged records: `latchkey-damaged-YYYY-MM-DD.db`, or with a number after the day.
fn is_set_aside(name: &str) -> bool {
    let Some(given) = name.strip_prefix(SET_ASIDE).and_then(|name| name.strip_suffix(".db")) else {
        return false;
    };
    let parts: Vec<&str> = given.split('-').collect();
    let digits = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let lengths = parts.iter().take(3).map(|part| part.len());
    digits && lengths.eq([4, 2, 2]) && parts.len() <= 4
}

/// Names in the folder that begin as those of damaged records do.
fn names_in(folder: &Path, counts: impl Fn(FileType) -> bool) -> std::io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let entries = entries.flatten().filter(|entry| entry.file_type().is_ok_and(&counts));
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    Ok(names.filter(|name| name.starts_with(SET_ASIDE)).collect())
}

#[cfg(unix)]
fn make(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};

    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mode = fs::metadata(folder)?.permissions().mode();
    if mode & 0o077 != 0 {
        fs::set_permissions(folder, fs::Permissions::from_mode(mode & 0o700))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn make(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).create(folder)
}

#[cfg(unix)]
fn private(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};

    let file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    let mode = file.metadata()?.permissions().mode();
    if mode & 0o077 != 0 {
        file.set_permissions(fs::Permissions::from_mode(mode & 0o600))?;
    }
    Ok(file)
}

#[cfg(not(unix))]
fn private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_removed_is_what_was_listed_with_its_logs_and_nothing_of_a_like_name() {
        let folder = tempfile::TempDir::new().unwrap();
        let own = [
            "latchkey-damaged-2026-11-23.db",
            "latchkey-damaged-2026-11-23.db-wal",
            "latchkey-damaged-2026-11-23.db-shm",
            "latchkey-damaged-2026-11-23-2.db",
            "latchkey-damaged-2026-11-23-2.db-journal",
            DATABASE,
            LOCK,
        ];
        let others = [
            "latchkey-damaged-2026-11-23.zip",
            "latchkey-damaged-2026-11-23.db.zip",
            "latchkey-damaged-2026-11-23-mine.db",
            "latchkey-damaged-2026-11-23-.db",
            "latchkey-damaged-backup.db",
            "latchkey-damaged-2026-1-023.db",
        ];
        for name in own.iter().chain(&others) {
            fs::write(folder.path().join(name), "").unwrap();
        }
        // One that somebody made.
        fs::create_dir(folder.path().join("latchkey-damaged-2026-11-24.db")).unwrap();
        let listed = ["latchkey-damaged-2026-11-23-2.db", "latchkey-damaged-2026-11-23.db"];
        assert_eq!(set_aside(folder.path()).unwrap(), listed);
        assert_eq!(free_set_aside(folder.path(), "2026-11-24").unwrap(), "latchkey-damaged-2026-11-24-2.db");
        empty(folder.path()).unwrap();
        for name in own {
            assert!(!folder.path().join(name).exists(), "{name}");
        }
        for name in others.into_iter().chain(["latchkey-damaged-2026-11-24.db"]) {
            assert!(folder.path().join(name).exists(), "{name}");
        }
    }
}
