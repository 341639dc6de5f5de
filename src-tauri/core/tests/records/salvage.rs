//! What must come over from damaged records, however little of it reads, and when nothing is set aside at all.

use std::fs;

use latchkey_core::{
    account::{AccountId, Origin},
    clock::Moment,
    records::{Addition, Change, Intent, Reach, Records, RecordsError, Removal},
};
use rusqlite::Connection;

use crate::{
    ann,
    damage::{ASIDE, DATABASE, LEAP_DAY, folder_with, reopened, root_page, sound, with_a_page_of_garbage},
    intents::{NEW, OLD},
    notes_key, reader_key,
    upgrade::written_by_version_1,
};

/// Two minutes after [`LEAP_DAY`].
const DECIDED: Moment = Moment::from_unix_millis(LEAP_DAY.unix_millis() + 120_000);

/// Sound records in which this was changed, set aside for it.
fn after(meddling: &str) -> Records {
    let folder = folder_with(&sound());
    meddle(&folder.path().join(DATABASE), meddling);
    fs::write(folder.path().join("latchkey.damaged"), b"").unwrap();
    reopened(folder.path()).unwrap()
}

fn meddle(database: &std::path::Path, meddling: &str) {
    let connection = Connection::open(database).unwrap();
    connection.execute_batch("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF").unwrap();
    connection.execute_batch(meddling).unwrap();
}

fn open(records: &Records) -> (Intent, Addition) {
    let intent = records.intent("open").unwrap();
    let Change::Add(addition) = intent.change.clone() else { unreachable!("it is an addition") };
    (intent, addition)
}

#[test]
fn an_undecided_change_comes_over_with_any_column_unreadable_that_only_describes_it() {
    let (whole, said) = open(&after(""));
    for column in [
        "name",
        "confirmed",
        "confirmed_by",
        "private_key_file",
        "app_name",
        "bundle_id",
        "sku",
        "work",
        "already_there",
    ] {
        // No UTF-8, which SQLite keeps as text all the same.
        let records = after(&format!("UPDATE intent SET {column} = CAST(X'FF' AS TEXT) WHERE id = 'open'"));
        assert!(!records.set_aside().unwrap().unwrap().changes_lost, "{column}");
        let (intent, addition) = open(&records);
        assert_eq!(
            (&intent.account, &intent.origin, intent.created_at, intent.token_expires_at),
            (&whole.account, &whole.origin, whole.created_at, whole.token_expires_at),
            "{column}"
        );
        assert_eq!(addition.public_key, said.public_key, "{column}");
        assert_eq!(addition.app.map(|app| app.id), said.app.as_ref().map(|app| app.id.clone()), "{column}");
        let again = Intent { id: "again".to_owned(), ..intent };
        assert!(matches!(records.begin_intent(&again), Err(RecordsError::Failed(_))), "{column}: sent twice");
    }
    let (_, bare) =
        open(&after("UPDATE intent SET already_there = '?', confirmed = 'perhaps' WHERE id = 'open'"));
    assert_eq!((bare.already_there, bare.confirmed), (vec![], None));
    let records =
        after("UPDATE intent SET reach = 'two', app_id = NULL, spki = X'00' WHERE id = 'open removal'");
    let Change::Remove(Removal { key, reach, app: None, public_key: None, .. }) =
        records.intent("open removal").unwrap().change
    else {
        panic!("it is a removal of which little reads")
    };
    assert_eq!((key.as_str(), reach), (OLD, Reach::AllApps));
    let (unsure, _) = open(&after("UPDATE intent SET state = 'seen', answer_lost = 7 WHERE id = 'open'"));
    assert_eq!(unsure, whole, "nothing says that it is decided");
}

#[test]
fn an_undecided_change_of_unreadable_time_can_be_decided_when_no_token_lives_any_more() {
    // A strict table takes no text there.
    let records = after(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = 'intent';
         PRAGMA writable_schema = RESET;
         UPDATE intent SET created_at = 'yesterday', token_expires_at = 'soon' WHERE id = 'open';",
    );
    let (intent, _) = open(&records);
    assert_eq!((intent.created_at, intent.token_expires_at), (LEAP_DAY, DECIDED));
}

#[test]
fn a_change_that_can_not_be_told_any_more_is_said_to_be_lost() {
    for meddling in [
        "UPDATE intent SET spki = X'00' WHERE id = 'open'",
        "UPDATE intent SET app_id = '?' WHERE id = 'open'",
        "UPDATE intent SET account_id = CAST(X'FF' AS TEXT) WHERE id = 'open'",
        "UPDATE intent SET key_id = CAST(X'FF' AS TEXT) WHERE id = 'open removal'",
        "UPDATE intent SET kind = 'change' WHERE id = 'open'",
    ] {
        let records = after(meddling);
        assert!(records.set_aside().unwrap().unwrap().changes_lost, "{meddling}");
        assert_eq!(records.open_intents().unwrap().len(), 1, "{meddling}");
    }
    let records = after("UPDATE intent SET spki = X'00' WHERE id = 'done'");
    assert!(!records.set_aside().unwrap().unwrap().changes_lost, "it was decided");
}

#[test]
fn the_same_api_key_connected_anew_gets_the_changes_of_an_account_that_did_not_read() {
    let records = after(
        "DELETE FROM former_account;
         UPDATE account SET id = 'acme', state = 'odd', name = CAST(X'FF' AS TEXT);
         UPDATE intent SET account_id = 'acme';",
    );
    assert_eq!(records.accounts().unwrap(), []);
    let former = records.former_account(&Origin::apple(), &notes_key().fingerprint()).unwrap();
    assert_eq!(former, Some(AccountId::known("acme")));
    assert_eq!(open(&records).0.account, AccountId::known("acme"));
    assert_eq!(records.orphaned_intents(&Origin::apple()).unwrap(), []);
}

#[test]
fn a_change_whose_account_nothing_tells_of_can_be_adopted_once() {
    let records = after("DELETE FROM former_account; DELETE FROM account");
    let origin = Origin::apple();
    assert_eq!(records.orphaned_intents(&origin).unwrap().len(), 2);
    assert_eq!(records.orphaned_intents(&Origin::sample()).unwrap(), []);
    let heir = crate::connected(&records, "Acme");
    records.adopt_intent("open", &heir).unwrap();
    assert_eq!(open(&records).0.account, heir);
    assert_eq!(records.orphaned_intents(&origin).unwrap().len(), 1);
    for id in ["open", "done", "nobody"] {
        assert_eq!(records.adopt_intent(id, &AccountId::fresh()), Err(RecordsError::NotFound), "{id}");
    }
}

#[test]
fn what_an_older_version_wrote_comes_over_as_by_the_upgrade() {
    let upgraded = tempfile::tempdir().unwrap();
    written_by_version_1(upgraded.path());
    let upgraded = Records::open(upgraded.path(), ann()).unwrap();

    let folder = tempfile::tempdir().unwrap();
    written_by_version_1(folder.path());
    meddle(&folder.path().join(DATABASE), "UPDATE listing SET key_id = 'nobody' WHERE position = 0");
    let records = reopened(folder.path()).unwrap();
    assert!(!records.set_aside().unwrap().unwrap().changes_lost);
    assert_eq!(records.accounts().unwrap().len(), 1);
    let apple = Origin::apple();
    for key in [OLD, NEW, "odd"] {
        assert_eq!(records.known_key(&apple, key), upgraded.known_key(&apple, key));
    }
    for intent in ["done", "open", "refused"] {
        assert_eq!(records.intent(intent), upgraded.intent(intent));
    }
    let former = |records: &Records| records.former_account(&apple, &reader_key().fingerprint()).unwrap();
    assert_eq!(former(&records), former(&upgraded));
}

#[test]
fn what_keeps_damaged_records_from_being_read_for_a_while_leaves_them_where_they_are() {
    let sound = sound();
    let damaged = with_a_page_of_garbage(&sound, root_page(&sound, "news"));
    let folder = folder_with(&damaged);
    fs::write(folder.path().join("latchkey.damaged"), b"").unwrap();
    // SQLite can't open the log, as with too many files open.
    let log = folder.path().join("latchkey.db-wal");
    fs::create_dir(&log).unwrap();
    for _ in 0..2 {
        let refused = reopened(folder.path()).unwrap_err();
        assert!(matches!(refused, RecordsError::Failed(_)), "{refused:?}");
        assert!(fs::read(folder.path().join(DATABASE)).unwrap() == damaged);
        assert!(!folder.path().join(ASIDE).exists() && !folder.path().join("latchkey.new.db").exists());
    }
    fs::remove_dir(&log).unwrap();
    let records = reopened(folder.path()).unwrap();
    assert!(!records.set_aside().unwrap().unwrap().changes_lost);
    assert_eq!(records.open_intents().unwrap().len(), 2);
}

#[test]
fn a_damaged_successor_is_written_anew_from_what_was_set_aside_last() {
    let folder = tempfile::tempdir().unwrap();
    let newest = "latchkey-damaged-2024-02-28-10.db";
    for (name, bytes) in [
        ("latchkey-damaged-2024-02-27.db", b"first".repeat(1_000)),
        ("latchkey-damaged-2024-02-28.db", b"second".repeat(1_000)),
        ("latchkey-damaged-2024-02-28-9.db", b"third".repeat(1_000)),
        (newest, sound()),
        ("latchkey.new.db", b"damaged".repeat(1_000)),
    ] {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let records = reopened(folder.path()).unwrap();
    assert_eq!(records.set_aside().unwrap().unwrap().file, newest);
    assert_eq!(records.open_intents().unwrap().len(), 2);
    assert_eq!(records.accounts().unwrap()[0].name, "Acme");
    assert!(fs::read(folder.path().join(newest)).unwrap() == sound(), "it is read, and stays");
}
