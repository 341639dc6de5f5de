//! Writes a file where a person chose to have it: whole or not at all, and never over another one without being asked.

mod place;
mod write;

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};

pub use self::place::Place;
use super::open::KnownFolder;

/// Where a person chose to save, and whether the dialog has asked about replacing what is there.
#[derive(Clone)]
pub struct Destination {
    path: PathBuf,
    replaces: bool,
}

/// Why a file was not saved. Nothing is left of it, and what had its name before is as it was, but for
/// [`Self::Differs`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// Something got the chosen name after it was chosen.
    #[error("something else has that name by now")]
    AlreadyThere,
    /// The system doesn't let this program write there.
    #[error("the system does not let it be written there")]
    Denied,
    /// The disk, the stick or the share can only be read.
    #[error("the disk is read-only")]
    ReadOnly,
    /// No room is left, or no more than the quota.
    #[error("the disk is full")]
    Full,
    /// The folder is gone.
    #[error("there is no such folder")]
    NoFolder,
    /// It was written, and then something else was read back, or nothing, or the disk would not say that it lasts. What
    /// is there is left under the chosen name, in place of what was: by then somebody else may have written it.
    #[error("something else was read back")]
    Differs,
    /// Anything else the system said.
    #[error("it could not be written: {0}")]
    Other(io::ErrorKind),
}

impl From<io::Error> for SaveError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AlreadyExists => Self::AlreadyThere,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NoFolder,
            kind => Self::Other(kind),
        }
    }
}

impl Destination {
    /// Takes what the save dialog returned, at once: if a file is there already, the dialog has asked.
    pub fn chosen(path: PathBuf) -> Self {
        let replaces = fs::symlink_metadata(&path).is_ok();
        Self { path, replaces }
    }

    /// Its name, without the path.
    pub fn file_name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Where it is, if that is a place everyone has.
    pub fn folder(&self) -> Option<KnownFolder> {
        KnownFolder::of(&self.path)
    }

    /// Whether it replaces a file, as the person was asked by the dialog.
    pub fn replaces(&self) -> bool {
        self.replaces
    }

    /// Why it is no good place for a private key, so far as that can be seen.
    pub fn place(&self) -> Option<Place> {
        Place::of(self.parent())
    }

    fn parent(&self) -> &Path {
        match self.path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        }
    }
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Destination").field("replaces", &self.replaces).finish_non_exhaustive()
    }
}

/// Saves a private key that nobody but the person themselves may read. It is on the disk and was read back when this
/// returns. A link of that name is replaced, not followed.
///
/// # Errors
/// Every [`SaveError`].
#[expect(clippy::disallowed_methods, reason = "this writes key files")]
pub fn save_private(destination: &Destination, pem: &SecretString) -> Result<(), SaveError> {
    write::save(destination, pem.expose_secret().as_bytes(), write::Readers::OnlyMe)
}

/// Saves what is no secret, as carefully, with the permissions that new files have.
///
/// # Errors
/// Every [`SaveError`].
pub fn save_public(destination: &Destination, bytes: &[u8]) -> Result<(), SaveError> {
    write::save(destination, bytes, write::Readers::AsUsual)
}
