use std::{fs, path::Path};

use latchkey_core::{
    account::Origin,
    records::{ListedKey, Reach, Records, RecordsError},
};

use crate::{
    ann, at, connected,
    intents::{OLD, addition, app, removal},
    notes_key, team_account,
    works::work,
};

fn database(folder: &Path) -> std::path::PathBuf {
    folder.join("latchkey.db")
}

#[test]
fn what_was_written_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let account = team_account("Acme");
    Records::open(folder.path(), ann()).unwrap().begin_account(&account).unwrap();
    let accounts = Records::open(folder.path(), ann()).unwrap().accounts().unwrap();
    assert_eq!(accounts.len(), 1);
    assert_eq!(accounts[0].id, account.id);
}

/// Changes rows as somebody with another program may.
fn meddle(folder: &Path, sql: &str) {
    rusqlite::Connection::open(database(folder)).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_key_whose_app_cannot_be_read_is_a_key_without_a_known_app() {
    let folder = tempfile::tempdir().unwrap();
    let records = Records::open(folder.path(), ann()).unwrap();
    let account = connected(&records, "Acme");
    let key = ListedKey { id: OLD.to_owned(), public_key: Some(notes_key()), reach: Reach::OneApp };
    records.record_listing(&account, at(10), &[key]).unwrap();
    records.remember_binding(&Origin::apple(), OLD, &app()).unwrap();
    meddle(folder.path(), "UPDATE binding SET app_id = '1/2'");
    let listing = records.listing(&account).unwrap().unwrap();
    assert_eq!((listing.keys.len(), &listing.keys[0].0.app), (1, &None));
    records.remember_binding(&Origin::apple(), OLD, &app()).unwrap();
    assert_eq!(records.known_key(&Origin::apple(), OLD).unwrap().app, Some(app()), "it is found out anew");
}

#[test]
fn one_change_or_replacement_that_cannot_be_read_hides_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let records = Records::open(folder.path(), ann()).unwrap();
    let account = connected(&records, "Acme");
    records.begin_intent(&addition("bad", &account)).unwrap();
    records.begin_intent(&removal("good", &account)).unwrap();
    records.begin_work(&work("bad", &account)).unwrap();
    let good = latchkey_core::records::Work { old_key: "other".to_owned(), ..work("good", &account) };
    records.begin_work(&good).unwrap();
    meddle(folder.path(), "UPDATE intent SET already_there = '?' WHERE id = 'bad'");
    meddle(folder.path(), "UPDATE work SET app_id = '?' WHERE id = 'bad'");

    let intents = records.each_open_intent().unwrap();
    assert!(
        matches!(&intents[..], [Err(RecordsError::Corrupt(_)), Ok(good)] if good.id == "good"),
        "{intents:?}"
    );
    let works = records.each_open_work().unwrap();
    assert!(
        matches!(&works[..], [Err(RecordsError::Corrupt(_)), Ok(good)] if good.id == "good"),
        "{works:?}"
    );
    assert!(matches!(records.open_intents(), Err(RecordsError::Corrupt(_))), "whoever needs all gets none");
}

#[test]
fn a_second_instance_is_refused_until_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let first = Records::open(folder.path(), ann()).unwrap();
    assert_eq!(Records::open(folder.path(), ann()).unwrap_err(), RecordsError::InUse);
    drop(first);
    Records::open(folder.path(), ann()).unwrap();
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let garbage = b"Dear diary, ".repeat(1_000);
    fs::write(database(folder.path()), &garbage).unwrap();
    let refused = Records::open(folder.path(), ann()).unwrap_err();
    assert!(matches!(refused, RecordsError::Corrupt(_)), "{refused:?}");
    assert!(garbage == fs::read(database(folder.path())).unwrap(), "the file changed");
}

#[test]
fn a_damaged_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    connected(&Records::open(folder.path(), ann()).unwrap(), "Acme");
    let mut damaged = fs::read(database(folder.path())).unwrap();
    // The first page holds the header and the list of tables; what follows are the tables.
    damaged[4_096..].fill(0x5a);
    fs::write(database(folder.path()), &damaged).unwrap();
    let refused = Records::open(folder.path(), ann()).unwrap_err();
    assert!(matches!(refused, RecordsError::Corrupt(_)), "{refused:?}");
    assert!(damaged == fs::read(database(folder.path())).unwrap(), "the file changed");
}

#[test]
fn records_of_a_newer_version_are_refused_and_left_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    connected(&Records::open(folder.path(), ann()).unwrap(), "Acme");
    let mut newer = fs::read(database(folder.path())).unwrap();
    // The user version: bytes 60 to 63, big-endian (sqlite.org, "Database File Format", 1.3).
    newer[60..64].copy_from_slice(&41_u32.to_be_bytes());
    fs::write(database(folder.path()), &newer).unwrap();
    let refused = Records::open(folder.path(), ann()).unwrap_err();
    assert!(matches!(refused, RecordsError::Newer { found: 41, .. }), "{refused:?}");
    assert!(newer == fs::read(database(folder.path())).unwrap(), "the file changed");
}

#[test]
fn a_refused_file_does_not_stay_locked() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(database(folder.path()), b"Dear diary, ".repeat(1_000)).unwrap();
    Records::open(folder.path(), ann()).unwrap_err();
    fs::remove_file(database(folder.path())).unwrap();
    Records::open(folder.path(), ann()).unwrap();
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_that_says_why() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), b"").unwrap();
    let refused = Records::open(&folder.path().join("file").join("records"), ann()).unwrap_err();
    assert!(matches!(&refused, RecordsError::Failed(why) if !why.is_empty()), "{refused:?}");
}

#[test]
fn a_lock_or_database_that_is_no_file_is_an_error_that_says_why() {
    for name in ["latchkey.lock", "latchkey.db"] {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(name)).unwrap();
        for refused in
            [Records::open(folder.path(), ann()), Records::open_or_set_aside(folder.path(), ann(), at(1))]
        {
            assert!(
                matches!(&refused, Err(RecordsError::Failed(why)) if !why.is_empty()),
                "{name}: {refused:?}"
            );
        }
        assert!(folder.path().join(name).is_dir(), "{name} stays what it is");
    }
}

#[test]
fn records_in_memory_leave_nothing_for_the_next() {
    connected(&Records::in_memory(ann()).unwrap(), "Acme");
    assert_eq!(Records::in_memory(ann()).unwrap().accounts().unwrap(), []);
}

#[cfg(unix)]
mod permissions {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn folder_and_files_are_for_this_user_alone() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("a").join("b");
        let records = Records::open(&folder, ann()).unwrap();
        connected(&records, "Acme");
        assert_eq!((mode(&parent.path().join("a")), mode(&folder)), (0o700, 0o700));
        let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(files.len() >= 3, "database, its log and the lock: {files:?}");
        for file in files {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
    }

    #[test]
    fn what_others_could_read_is_closed_to_them() {
        let folder = tempfile::tempdir().unwrap();
        connected(&Records::open(folder.path(), ann()).unwrap(), "Acme");
        set_mode(folder.path(), 0o755);
        set_mode(&database(folder.path()), 0o644);
        let _records = Records::open(folder.path(), ann()).unwrap();
        assert_eq!(mode(folder.path()), 0o700);
        assert_eq!(mode(&database(folder.path())), 0o600);
    }

    #[test]
    fn a_read_only_folder_is_told_as_such() {
        let folder = tempfile::tempdir().unwrap();
        set_mode(folder.path(), 0o500);
        if fs::write(folder.path().join("probe"), b"").is_ok() {
            println!("SKIPPED read-only folder: this user may write everywhere");
            return;
        }
        assert_eq!(Records::open(folder.path(), ann()).unwrap_err(), RecordsError::ReadOnly);
    }
}
