//! The steps of saving: a temporary file beside the destination, synced, renamed, read back, compared.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::{Destination, SaveError};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    /// The person alone.
    OnlyMe,
    /// Whoever may read new files.
    AsUsual,
}

pub(super) fn save(destination: &Destination, bytes: &[u8], readers: Readers) -> Result<(), SaveError> {
    let folder = destination.parent();
    let temporary = Temporary::beside(folder, readers)?;
    (&temporary.file).write_all(bytes)?;
    temporary.file.sync_all()?;
    if destination.replaces {
        fs::rename(&temporary.path, &destination.path)?;
    } else {
        rename_to_new(&temporary.path, &destination.path)?;
    }
    let there = sync_folder(folder).and_then(|()| is_content(&destination.path, bytes));
    if there.unwrap_or(false) { Ok(()) } else { Err(SaveError::Differs) }
}

/// A file with a name of its own, removed when dropped if it still has that name.
struct Temporary {
    path: PathBuf,
    file: File,
}

impl Temporary {
    fn beside(folder: &Path, readers: Readers) -> io::Result<Self> {
        let name = OsString::from(format!(".latchkey-{}.tmp", uuid::Uuid::new_v4().simple()));
        let path = folder.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if readers == Readers::OnlyMe {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        let temporary = Self { file: options.open(&path)?, path };
        #[cfg(windows)]
        if readers == Readers::OnlyMe {
            keep_to_owner(&temporary.path);
        }
        Ok(temporary)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After the rename there is none.
        let _ = fs::remove_file(&self.path);
    }
}

/// Leaves only the file's owner and SYSTEM in its access list, while there is nothing in it to read. Where it fails, as
/// on FAT, the file system keeps no permissions.
#[cfg(windows)]
fn keep_to_owner(path: &Path) {
    use std::{os::windows::process::CommandExt, process::Command};

    const CREATE_NO_WINDOW: u32 = 0x0800_0000;
    const OWNER: &str = "*S-1-3-4:F";
    const SYSTEM: &str = "*S-1-5-18:F";

    let Some(windows) = std::env::var_os("SystemRoot") else { return };
    let _ = Command::new(Path::new(&windows).join(r"System32\icacls.exe"))
        .arg(path)
        .args(["/inheritance:r", "/grant:r", OWNER, "/grant:r", SYSTEM])
        .creation_flags(CREATE_NO_WINDOW)
        .output();
}

/// Renames without replacing anything.
fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::{
            fs::{CWD, RenameFlags, renameat_with},
            io::Errno,
        };
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // The file system doesn't know how.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            done => return Ok(done?),
        }
    }
    claim_and_rename(from, to)
}

/// Takes the name with an empty file first, which fails if anything has it, and replaces that.
fn claim_and_rename(from: &Path, to: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(to)?;
    fs::rename(from, to).inspect_err(|_| {
        let _ = fs::remove_file(to);
    })
}

/// Makes the new name last through a loss of power.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};

    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Not every file system can, and a folder may be writable but not readable.
        Err(error) if matches!(error.kind(), InvalidInput | PermissionDenied | Unsupported) => Ok(()),
        done => done,
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "folders can't be synced here")]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether the file at `path` has exactly these bytes.
fn is_content(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    // Room for one more, so that a longer file shows; what grows would leave copies behind.
    let mut found = Zeroizing::new(Vec::with_capacity(bytes.len() + 1));
    File::open(path)?.take(bytes.len() as u64 + 1).read_to_end(&mut found)?;
    Ok(*found == bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_without_replacing_on_any_file_system() {
        let folder = tempfile::TempDir::new().unwrap();
        let [from, to] = ["from", "to"].map(|name| folder.path().join(name));
        fs::write(&from, "new").unwrap();
        claim_and_rename(&from, &to).unwrap();
        assert_eq!(fs::read(&to).unwrap(), b"new");

        fs::write(&from, "newer").unwrap();
        let error = claim_and_rename(&from, &to).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&to).unwrap(), b"new");
    }

    #[test]
    fn a_name_is_given_back_if_the_file_cannot_have_it() {
        let folder = tempfile::TempDir::new().unwrap();
        let to = folder.path().join("to");
        assert!(claim_and_rename(&folder.path().join("missing"), &to).is_err());
        assert!(!to.exists());
    }
}
