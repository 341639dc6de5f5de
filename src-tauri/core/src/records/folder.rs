//! The folder and the files in it: made for this user alone, held by one process at a time.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

use super::{RecordsError, error};

const LOCK: &str = "latchkey.lock";
const DATABASE: &str = "latchkey.db";

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
