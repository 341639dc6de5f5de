//! Records that the first version wrote.

use std::path::Path;

use latchkey_core::{
    account::{AccountId, Origin},
    app::App,
    key::PublicKey,
    records::{
        AccountState, Addition, Change, Confirmation, Did, Intent, IntentState, Outcome, PrivateKeySeen,
        Reach, Records, RecordsError,
    },
};
use rusqlite::Connection;

use crate::{
    ann, at,
    intents::{NEW, OLD, finish},
    notes_key, reader_key,
};

/// Two accounts' worth of what version 1 could hold, by that version's own schema.
pub(crate) fn written_by_version_1(folder: &Path) {
    let connection = Connection::open(folder.join("latchkey.db")).unwrap();
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;").unwrap();
    connection.execute_batch(include_str!("../../src/records/schema/1.sql")).unwrap();
    let (reader, notes) = (reader_key(), notes_key());
    let apple = Origin::apple().to_string();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    connection
        .execute_batch(&format!(
            "INSERT INTO account VALUES ('acme', '{apple}', 'Acme', '2X9R4HXF34', 'issuer', '{notes_print}', 'entry',
                 'ready', 1, 2, 3);
             INSERT INTO distribution_key VALUES
                 ('{apple}', '{OLD}', 'Notes', 10, 0, X'{notes_der}', 'notes.pem', 11, 'voice', 'Eve', 12),
                 ('{apple}', '{NEW}', NULL, 20, 1, X'{reader_der}', NULL, NULL, 'no', NULL, NULL),
                 ('{apple}', 'odd', NULL, 30, 1, NULL, NULL, NULL, 'private-key', NULL, 31);
             INSERT INTO binding VALUES ('{apple}', '{NEW}', '1', 'Reader', 'com.example.reader', 'SKU', NULL);
             INSERT INTO listing VALUES
                 ('acme', 0, '{apple}', '{OLD}', 'all'), ('acme', 1, '{apple}', '{NEW}', 'one');
             INSERT INTO intent VALUES
                 ('done', 'acme', '{notes_print}', '{apple}', 'add', '1', 'Reader', X'{reader_der}', NULL,
                  'no', NULL, NULL, NULL, NULL, '[]', 21, 22, 'done', '{NEW}', 23),
                 ('open', 'gone', '{reader_print}', '{apple}', 'add', '2', NULL, X'{reader_der}', 'Named',
                  'private-key', NULL, 40, 'reader.pem', 41, '[\"{NEW}\"]', 42, 43, 'sent', NULL, NULL),
                 ('refused', 'acme', '{notes_print}', '{apple}', 'add', NULL, NULL, X'{reader_der}', NULL,
                  'no', NULL, NULL, NULL, NULL, '[]', 50, 51, 'refused', NULL, 52);
             PRAGMA user_version = 1;",
            notes_der = hex(notes.spki_der()),
            reader_der = hex(reader.spki_der()),
            notes_print = notes.fingerprint(),
            reader_print = reader.fingerprint(),
        ))
        .unwrap();
}

#[test]
fn everything_that_version_1_wrote_is_there_after_the_upgrade() {
    let folder = tempfile::tempdir().unwrap();
    written_by_version_1(folder.path());
    let records = Records::open(folder.path(), ann()).unwrap();
    let apple = Origin::apple();

    let accounts = records.accounts().unwrap();
    assert_eq!((accounts.len(), accounts[0].state), (1, AccountState::Ready));
    assert_eq!((accounts[0].name.as_str(), accounts[0].listed_at), ("Acme", Some(at(3))));
    assert_eq!(accounts[0].spare_entry, None);
    let listing = records.listing(&accounts[0].id).unwrap().unwrap();
    let listed: Vec<_> = listing.keys.iter().map(|(key, reach)| (key.id.as_str(), *reach)).collect();
    assert_eq!(listed, [(OLD, Reach::AllApps), (NEW, Reach::OneApp)]);

    let notes = records.known_key(&apple, OLD).unwrap();
    assert_eq!((notes.name.as_deref(), notes.note), (Some("Notes"), None));
    assert_eq!((notes.first_seen, notes.added_here), (at(10), None));
    assert_eq!(notes.confirmed, Some(Confirmation::ByVoice { by: "Eve".to_owned(), at: at(12) }));
    let seen = PrivateKeySeen { file_name: Some("notes.pem".to_owned()), at: at(11), made_here: false };
    assert_eq!(notes.private_key, Some(seen));
    let reader = records.known_key(&apple, NEW).unwrap();
    assert_eq!((reader.first_seen, reader.added_here), (at(20), Some(at(23))), "when its addition ended");
    assert_eq!(reader.app.unwrap().sku.as_deref(), Some("SKU"));
    let odd = records.known_key(&apple, "odd").unwrap();
    assert_eq!(odd.added_here, Some(at(30)), "the best that is known");
    assert_eq!(odd.confirmed, Some(Confirmation::ByPrivateKey { at: at(31) }));

    let done = records.intent("done").unwrap();
    let outcome = Outcome::Done { key: NEW.to_owned() };
    assert_eq!(done.state, IntentState::Finished { outcome, at: at(23) });
    let Change::Add(addition) = done.change else { panic!("it is an addition") };
    assert_eq!(addition.app.unwrap().bundle_id, "com.example.reader", "as the key's app has it");
    let refused = records.intent("refused").unwrap();
    assert_eq!(refused.state, IntentState::Finished { outcome: Outcome::Refused, at: at(52) });
    let open = records.intent("open").unwrap();
    assert_eq!((open.state, open.token_expires_at), (IntentState::Sent, at(43)));
    let expected = Addition {
        app: Some(App {
            id: "2".parse().unwrap(),
            name: String::new(),
            bundle_id: String::new(),
            sku: None,
            locale: None,
        }),
        public_key: reader_key(),
        name: Some("Named".to_owned()),
        confirmed: Some(Confirmation::ByPrivateKey { at: at(40) }),
        private_key: Some(PrivateKeySeen {
            file_name: Some("reader.pem".to_owned()),
            at: at(41),
            made_here: false,
        }),
        already_there: vec![NEW.to_owned()],
    };
    assert_eq!(open.change, Change::Add(expected));
}

#[test]
fn a_change_that_version_1_left_open_finds_its_account_again() {
    let folder = tempfile::tempdir().unwrap();
    written_by_version_1(folder.path());
    let records = Records::open(folder.path(), ann()).unwrap();
    let former = |key: &PublicKey| records.former_account(&Origin::apple(), &key.fingerprint()).unwrap();
    assert_eq!(former(&reader_key()), Some(AccountId::known("gone")));
    assert_eq!(former(&notes_key()), None, "that account is there");
    finish(&records, "open", &Outcome::NotArrived, 60);
    assert_eq!(records.open_intents().unwrap(), []);
}

#[test]
fn upgraded_records_keep_their_constraints() {
    let folder = tempfile::tempdir().unwrap();
    written_by_version_1(folder.path());
    let records = Records::open(folder.path(), ann()).unwrap();
    let open = records.intent("open").unwrap();
    let again = Intent { id: "again".to_owned(), ..open };
    assert!(matches!(records.begin_intent(&again), Err(RecordsError::Failed(_))));
    drop(records);
    let connection = Connection::open(folder.path().join("latchkey.db")).unwrap();
    connection.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    assert!(connection.execute("DELETE FROM distribution_key", []).is_err(), "a listing refers to them");
}

#[test]
fn records_that_do_not_hold_together_stay_of_version_1() {
    let folder = tempfile::tempdir().unwrap();
    written_by_version_1(folder.path());
    let edit = || Connection::open(folder.path().join("latchkey.db")).unwrap();
    edit()
        .execute_batch("PRAGMA foreign_keys = OFF; UPDATE listing SET key_id = 'nobody' WHERE position = 0")
        .unwrap();
    let refused = Records::open(folder.path(), ann()).unwrap_err();
    assert!(matches!(refused, RecordsError::Corrupt(_)), "{refused:?}");
    let version: i64 =
        edit().query_one("SELECT user_version FROM pragma_user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 1);
}

#[test]
fn a_line_of_activity_can_be_neither_changed_nor_deleted() {
    let folder = tempfile::tempdir().unwrap();
    crate::connected(&Records::open(folder.path(), ann()).unwrap(), "Acme");
    let connection = Connection::open(folder.path().join("latchkey.db")).unwrap();
    for tampering in ["UPDATE activity SET user = 'eve'", "DELETE FROM activity"] {
        let refused = connection.execute(tampering, []).unwrap_err().to_string();
        assert!(refused.contains("only ever appended"), "{refused}");
    }
    drop(connection);
    let records = Records::open(folder.path(), ann()).unwrap();
    assert_eq!(crate::told(&records)[0].did, Did::Connected);
}
