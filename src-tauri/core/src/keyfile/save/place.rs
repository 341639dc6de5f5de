//! Whether a folder is a good place for a private key, so far as paths, marks and the file system tell.

use std::path::Path;

/// Why a folder is no good place for a private key. A hint: not every such place can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A program copies it to other computers.
    Synced {
        /// What people call the program's folder, for example `iCloud Drive`.
        name: String,
    },
    /// It is on another computer.
    Network,
    /// Its file system, FAT or exFAT, keeps no permissions: everyone on this computer may read what is there.
    NoPermissions,
}

/// Folders of programs that sync, as they and the systems name them. What comes after a blank or a hyphen, as in
/// `OneDrive - Contoso`, `Dropbox (Personal)` or `GoogleDrive-ann@example.com`, is an account.
const FOLDERS: [(&str, &str); 13] = [
    ("Mobile Documents", "iCloud Drive"),
    ("iCloudDrive", "iCloud Drive"),
    ("iCloud Drive", "iCloud Drive"),
    ("Dropbox", "Dropbox"),
    ("OneDrive", "OneDrive"),
    ("Google Drive", "Google Drive"),
    ("GoogleDrive", "Google Drive"),
    ("Nextcloud", "Nextcloud"),
    ("ownCloud", "ownCloud"),
    ("Box Sync", "Box"),
    ("Box-Box", "Box"),
    ("pCloudDrive", "pCloud"),
    ("Syncthing", "Syncthing"),
];

/// What such programs leave in a folder that they sync, whatever its name.
const MARKS: [(&str, &str); 6] = [
    (".dropbox", "Dropbox"),
    (".dropbox.cache", "Dropbox"),
    (".nextcloudsync.log", "Nextcloud"),
    (".owncloudsync.log", "ownCloud"),
    (".tmp.driveupload", "Google Drive"),
    (".stfolder", "Syncthing"),
];

impl Place {
    pub(super) fn of(folder: &Path) -> Option<Self> {
        // Links in the path lead to where the file will be.
        let real = folder.canonicalize();
        let folder = real.as_deref().unwrap_or(folder);
        synced(folder, dirs::home_dir().as_deref())
            .map(|name| Self::Synced { name: name.to_owned() })
            .or_else(|| file_system(folder))
    }
}

fn synced(folder: &Path, home: Option<&Path>) -> Option<&'static str> {
    folder.ancestors().find_map(|folder| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let by_name = FOLDERS.iter().find(|(start, _)| is_folder_of(&name, start));
        // Too common a word to go by anywhere else.
        let is_box = name == "Box" && folder.parent() == home;
        by_name
            .map(|(_, program)| *program)
            .or_else(|| is_box.then_some("Box"))
            // A home folder has the settings of such programs under the same names.
            .or_else(|| if Some(folder) == home { None } else { marked(folder) })
    })
}

fn is_folder_of(name: &str, start: &str) -> bool {
    name.strip_prefix(start).is_some_and(|account| account.is_empty() || account.starts_with([' ', '-']))
}

fn marked(folder: &Path) -> Option<&'static str> {
    MARKS.iter().find(|(mark, _)| folder.join(mark).exists()).map(|(_, program)| *program)
}

#[cfg(target_os = "linux")]
fn file_system(folder: &Path) -> Option<Place> {
    use std::path::Component;

    use rustix::fs::{FsWord, statfs};

    /// From Linux's `magic.h`, `smb2_fs_sb.h` and `exfat_fs.h`: NFS, SMB, CIFS, SMB 2, AFS, Ceph, 9P.
    const NETWORK: [u32; 7] =
        [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x5346_414f, 0x00c3_6400, 0x0102_1997];
    const FAT: u32 = 0x4d44;
    const EXFAT: u32 = 0x2011_bab0;

    // GNOME mounts shares here.
    if folder.components().any(|part| part == Component::Normal("gvfs".as_ref())) {
        return Some(Place::Network);
    }
    let magic = statfs(folder).ok()?.f_type;
    let is = |known: u32| magic & FsWord::from(u32::MAX) == FsWord::from(known);
    if NETWORK.into_iter().any(is) {
        Some(Place::Network)
    } else {
        (is(FAT) || is(EXFAT)).then_some(Place::NoPermissions)
    }
}

#[cfg(target_os = "macos")]
fn file_system(folder: &Path) -> Option<Place> {
    let name = rustix::fs::statfs(folder).ok()?.f_fstypename;
    let name: String =
        name.iter().map(|byte| char::from(byte.cast_unsigned())).take_while(|c| *c != '\0').collect();
    match name.as_str() {
        "smbfs" | "nfs" | "afpfs" | "webdav" | "ftp" => Some(Place::Network),
        "msdos" | "exfat" => Some(Place::NoPermissions),
        _ => None,
    }
}

/// Only shares that are named as such: which drive letters are shares, and which file system a drive has, takes calls
/// of the system that no safe crate makes.
#[cfg(windows)]
fn file_system(folder: &Path) -> Option<Place> {
    use std::path::{Component, Prefix};

    match folder.components().next()? {
        Component::Prefix(prefix) if matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)) => {
            Some(Place::Network)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn folders_of_programs_that_sync_are_known_by_name() {
        for (folder, program) in [
            ("/Users/ann/Library/Mobile Documents/com~apple~CloudDocs/keys", Some("iCloud Drive")),
            ("/Users/ann/Library/CloudStorage/GoogleDrive-ann@example.com/My Drive", Some("Google Drive")),
            ("/Users/ann/Library/CloudStorage/OneDrive-Contoso", Some("OneDrive")),
            ("/Users/ann/Library/CloudStorage/Box-Box/keys", Some("Box")),
            ("/home/ann/Dropbox (Personal)/keys", Some("Dropbox")),
            ("/home/ann/OneDrive - Contoso", Some("OneDrive")),
            ("/home/ann/Nextcloud", Some("Nextcloud")),
            ("/home/ann/Box", Some("Box")),
            ("/home/ann/keys/Box", None),
            ("/home/ann/Dropboxes", None),
            ("/home/ann/keys", None),
        ] {
            assert_eq!(synced(Path::new(folder), Some(Path::new("/home/ann"))), program, "{folder}");
        }
    }

    #[test]
    fn a_synced_folder_of_any_name_is_known_by_its_mark() {
        let home = tempfile::TempDir::new().unwrap();
        let folder = home.path().join("shared/keys");
        fs::create_dir_all(&folder).unwrap();
        assert_eq!(synced(&folder, Some(home.path())), None);
        fs::create_dir(home.path().join("shared/.stfolder")).unwrap();
        assert_eq!(synced(&folder, Some(home.path())), Some("Syncthing"));
    }

    #[test]
    fn settings_in_a_home_folder_are_no_mark() {
        let home = tempfile::TempDir::new().unwrap();
        let folder = home.path().join("keys");
        fs::create_dir(&folder).unwrap();
        fs::create_dir(home.path().join(".dropbox")).unwrap();
        assert_eq!(synced(&folder, Some(home.path())), None);
    }
}
