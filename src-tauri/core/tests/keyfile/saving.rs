//! Files as they are saved on a disk.
#![expect(clippy::disallowed_methods, reason = "compares what was written")]

use std::{fs, path::Path};

use latchkey_core::keyfile::{
    new_pair,
    save::{Destination, Place, SaveError, save_private, save_public},
};
use secrecy::ExposeSecret;
use tempfile::TempDir;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_private_key_is_there_as_it_was_given_and_nothing_else_is() {
    let folder = TempDir::new().unwrap();
    let destination = Destination::chosen(folder.path().join("Schlüssel.pem"));
    assert!(!destination.replaces());
    assert_eq!(destination.file_name(), "Schlüssel.pem");
    let pem = new_pair().pem();
    save_private(&destination, &pem).unwrap();
    assert!(fs::read(folder.path().join("Schlüssel.pem")).unwrap() == pem.expose_secret().as_bytes());
    assert_eq!(names(folder.path()), ["Schlüssel.pem"]);
}

#[test]
fn a_file_that_appears_after_the_dialog_is_not_replaced() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("key.pem");
    let destination = Destination::chosen(path.clone());
    fs::write(&path, "somebody else's").unwrap();
    assert_eq!(save_private(&destination, &new_pair().pem()), Err(SaveError::AlreadyThere));
    assert_eq!(save_public(&destination, b"public"), Err(SaveError::AlreadyThere));
    assert_eq!(fs::read(&path).unwrap(), b"somebody else's");
    assert_eq!(names(folder.path()), ["key.pem"], "the temporary file is gone");
}

#[test]
fn a_file_that_the_dialog_asked_about_is_replaced() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("key.pem");
    fs::write(&path, "an older and longer file").unwrap();
    let destination = Destination::chosen(path.clone());
    assert!(destination.replaces());
    save_public(&destination, b"new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!(names(folder.path()), ["key.pem"]);
}

#[test]
fn a_folder_that_is_gone_is_told() {
    let folder = TempDir::new().unwrap();
    let destination = Destination::chosen(folder.path().join("gone/key.pem"));
    assert_eq!(save_public(&destination, b"x"), Err(SaveError::NoFolder));
    fs::write(folder.path().join("file"), "").unwrap();
    let destination = Destination::chosen(folder.path().join("file/key.pem"));
    assert_eq!(save_public(&destination, b"x"), Err(SaveError::NoFolder));
}

#[test]
fn debugging_shows_no_path() {
    let destination = Destination::chosen("/home/ann/secret/key.pem".into());
    assert_eq!(format!("{destination:?}"), "Destination { replaces: false, .. }");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn nobody_else_may_read_a_private_key_whatever_was_there_before() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("key.pem");
        save_private(&Destination::chosen(path.clone()), &new_pair().pem()).unwrap();
        assert_eq!(mode(&path), 0o600, "a new file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        save_private(&Destination::chosen(path.clone()), &new_pair().pem()).unwrap();
        assert_eq!(mode(&path), 0o600, "one that was open to everyone");
    }

    #[test]
    fn what_is_no_secret_gets_the_permissions_of_any_new_file() {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("any"), "").unwrap();
        let path = folder.path().join("key.pub.pem");
        save_public(&Destination::chosen(path.clone()), b"public").unwrap();
        assert_eq!(mode(&path), mode(&folder.path().join("any")));
    }

    #[test]
    fn a_link_is_replaced_and_not_followed() {
        let folder = TempDir::new().unwrap();
        let [target, link] = ["target", "link"].map(|name| folder.path().join(name));
        fs::write(&target, "untouched").unwrap();
        symlink(&target, &link).unwrap();
        save_private(&Destination::chosen(link.clone()), &new_pair().pem()).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"untouched");
        assert!(fs::symlink_metadata(&link).unwrap().is_file());
    }

    #[test]
    fn a_link_that_leads_nowhere_is_something_that_the_dialog_showed() {
        let folder = TempDir::new().unwrap();
        let link = folder.path().join("link");
        symlink(folder.path().join("nowhere"), &link).unwrap();
        assert!(Destination::chosen(link).replaces());
    }

    #[test]
    fn a_link_that_appears_after_the_dialog_is_neither_replaced_nor_followed() {
        let folder = TempDir::new().unwrap();
        let [target, link] = ["target", "link"].map(|name| folder.path().join(name));
        let destination = Destination::chosen(link.clone());
        symlink(&target, &link).unwrap();
        assert_eq!(save_private(&destination, &new_pair().pem()), Err(SaveError::AlreadyThere));
        assert_eq!(names(folder.path()), ["link"]);
    }

    #[test]
    fn a_folder_that_may_not_be_written_is_told() {
        let folder = TempDir::new().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
        // Root may write everywhere.
        if fs::write(folder.path().join("probe"), "").is_ok() {
            eprintln!("skipped: this user may write everywhere");
            return;
        }
        let destination = Destination::chosen(folder.path().join("key.pem"));
        assert_eq!(save_private(&destination, &new_pair().pem()), Err(SaveError::Denied));
    }
}

#[cfg(target_os = "linux")]
mod mounted {
    use std::process::Command;

    use super::*;

    /// A file system of its own, unmounted when dropped.
    struct Mounted(TempDir);

    impl Mounted {
        /// `None` if this user may not mount.
        fn new(options: &str) -> Option<Self> {
            let folder = TempDir::new().unwrap();
            let mounted = Command::new("mount")
                .args(["-t", "tmpfs", "-o", options, "tmpfs"])
                .arg(folder.path())
                .output()
                .is_ok_and(|run| run.status.success());
            if !mounted {
                eprintln!("skipped: this user may not mount a file system");
            }
            mounted.then_some(Self(folder))
        }
    }

    impl Drop for Mounted {
        fn drop(&mut self) {
            let unmounted = Command::new("umount").arg(self.0.path()).status();
            assert!(unmounted.is_ok_and(|status| status.success()));
        }
    }

    #[test]
    fn a_full_disk_leaves_the_old_file_and_no_other() {
        let Some(disk) = Mounted::new("size=64k") else { return };
        let path = disk.0.path().join("key.pem");
        fs::write(&path, "old").unwrap();
        let destination = Destination::chosen(path.clone());
        assert_eq!(save_public(&destination, &vec![b'x'; 200 * 1024]), Err(SaveError::Full));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(disk.0.path()), ["key.pem"]);
    }

    #[test]
    fn a_read_only_disk_is_told() {
        let Some(disk) = Mounted::new("size=64k,ro") else { return };
        let destination = Destination::chosen(disk.0.path().join("key.pem"));
        assert_eq!(save_public(&destination, b"x"), Err(SaveError::ReadOnly));
    }
}

#[test]
fn a_folder_that_a_program_syncs_is_a_bad_place() {
    let folder = TempDir::new().unwrap();
    let synced = folder.path().join("Dropbox/keys");
    fs::create_dir_all(&synced).unwrap();
    let expected = Some(Place::Synced { name: "Dropbox".to_owned() });
    assert_eq!(Destination::chosen(synced.join("key.pem")).place(), expected);
    assert_eq!(Destination::chosen(folder.path().join("key.pem")).place(), None);
}
