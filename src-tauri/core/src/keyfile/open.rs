//! Opens a file that a person chose, once, and takes in what is to be known of it.

use std::{
    ffi::OsStr,
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
};

use serde::Serialize;
use zeroize::Zeroizing;

use super::{LIMIT, origin};

/// What was read from a file that may hold a secret: wiped when dropped.
pub struct Opened {
    /// The whole of the file, at most [`LIMIT`] bytes.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Its name, without the path.
    pub file_name: String,
    /// Where it lies, if that is a place everyone has.
    pub folder: Option<KnownFolder>,
    /// The host it was downloaded from, if the system wrote that down. Anyone can write it: no proof.
    pub origin: Option<String>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("file_name", &self.file_name).finish_non_exhaustive()
    }
}

/// A folder that every account on a computer has, or one somewhere below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum KnownFolder {
    /// Where browsers save.
    Downloads,
    /// What lies on the desktop.
    Desktop,
    /// Where programs save.
    Documents,
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenProblem {
    /// Nothing has that name.
    #[error("there is no such file")]
    NotFound,
    /// The system doesn't let this program read it.
    #[error("the system does not let it be read")]
    Denied,
    /// A folder, a device, a pipe or a socket.
    #[error("it is no ordinary file")]
    NotARegularFile,
    /// More than [`LIMIT`] bytes; none of them was looked at.
    #[error("it has {bytes} bytes, far more than any key")]
    TooLarge {
        /// Size of the file, in bytes.
        bytes: u64,
    },
    /// Anything else the system said.
    #[error("it could not be read: {0}")]
    Other(io::ErrorKind),
}

impl From<io::Error> for OpenProblem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::IsADirectory => Self::NotARegularFile,
            kind => Self::Other(kind),
        }
    }
}

/// Reads a key file. A link to one is followed; a pipe or a device is refused and never waited for.
///
/// # Errors
/// Every [`OpenProblem`].
pub fn read_key_file(path: &Path) -> Result<Opened, OpenProblem> {
    let file = open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(OpenProblem::NotARegularFile);
    }
    if metadata.len() > LIMIT as u64 {
        return Err(OpenProblem::TooLarge { bytes: metadata.len() });
    }
    // Room for all there may be, since growing would leave copies behind; the file may have grown meanwhile.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LIMIT + 1));
    (&file).take(LIMIT as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > LIMIT {
        return Err(OpenProblem::TooLarge { bytes: bytes.len() as u64 });
    }
    Ok(Opened {
        bytes,
        file_name: path.file_name().unwrap_or(OsStr::new("")).to_string_lossy().into_owned(),
        folder: KnownFolder::of(path),
        origin: origin::host(&file, path),
    })
}

/// Opens a file without ever waiting for one. It may be anything: look at its metadata before reading.
pub(crate) fn open(path: &Path) -> Result<File, OpenProblem> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Opening a pipe would otherwise wait until somebody writes into it.
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    options.open(path).map_err(|error| match fs::metadata(path) {
        // A socket, and on Windows a folder, can't be opened at all.
        Ok(metadata) if !metadata.is_file() => OpenProblem::NotARegularFile,
        _ => error.into(),
    })
}

impl KnownFolder {
    /// The one in which `file` lies.
    pub(super) fn of(file: &Path) -> Option<Self> {
        Self::around(file, Self::path)
    }

    fn around(file: &Path, path_of: impl Fn(Self) -> Option<PathBuf>) -> Option<Self> {
        [Self::Downloads, Self::Desktop, Self::Documents]
            .into_iter()
            .find(|folder| path_of(*folder).is_some_and(|path| file.starts_with(path)))
    }

    fn path(self) -> Option<PathBuf> {
        let path = match self {
            Self::Downloads => dirs::download_dir(),
            Self::Desktop => dirs::desktop_dir(),
            Self::Documents => dirs::document_dir(),
        };
        // xdg-user-dirs writes the home folder for one that is not wanted.
        path.filter(|path| dirs::home_dir().as_ref() != Some(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_known_however_deep_the_file_lies_in_it() {
        let places = |folder| match folder {
            KnownFolder::Downloads => Some(PathBuf::from("/home/ann/Downloads")),
            KnownFolder::Desktop => Some(PathBuf::from("/home/ann/Schreibtisch")),
            KnownFolder::Documents => None,
        };
        for (file, folder) in [
            ("/home/ann/Downloads/AuthKey_2X9R4HXF34.p8", Some(KnownFolder::Downloads)),
            ("/home/ann/Downloads/keys/new/key.pem", Some(KnownFolder::Downloads)),
            ("/home/ann/Schreibtisch/key.pem", Some(KnownFolder::Desktop)),
            ("/home/ann/Downloads.old/key.pem", None),
            ("/home/ann/key.pem", None),
        ] {
            assert_eq!(KnownFolder::around(Path::new(file), places), folder, "{file}");
        }
    }
}
