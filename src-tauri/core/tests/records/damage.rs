//! Damaged records: set aside, never overwritten, and what can still be read of them comes with the new ones.

use std::{collections::BTreeMap, fs, path::Path, sync::OnceLock};

use latchkey_core::{
    account::{AccountId, Origin},
    clock::Moment,
    records::{
        AccountRow, Entry, Intent, KeptKey, KnownKey, ListedKey, Outcome, Reach, Records, RecordsError,
        SetAside, Setting, Work,
    },
};

use crate::{
    ann, at, connected,
    intents::{NEW, OLD, addition, finish, removal},
    notes_key, reader_key, team_account,
    works::work,
};

pub(crate) const DATABASE: &str = "latchkey.db";

/// 2024-02-29T23:59:59Z.
pub(crate) const LEAP_DAY: Moment = Moment::from_unix_millis(1_709_251_199_000);
pub(crate) const ASIDE: &str = "latchkey-damaged-2024-02-29.db";

/// Something of everything that is remembered.
fn fill(records: &Records) {
    let account = connected(records, "Acme");
    let keys: Vec<_> = (0..40)
        .map(|number| ListedKey {
            id: format!("1a2b3c4d-0000-4000-8000-0000000001{number:02}"),
            public_key: Some(notes_key()),
            reach: Reach::OneApp,
        })
        .collect();
    records.record_listing(&account, at(10), &keys).unwrap();
    for (number, key) in keys.iter().enumerate() {
        let name = format!("Key number {number}");
        records.describe_key(&account, &key.id, Some(&name), Some("Ask Jonas"), at(20)).unwrap();
    }
    records.keep_key(&Origin::apple(), &reader_key(), "private-key reader", at(30)).unwrap();
    records.begin_intent(&addition("done", &account)).unwrap();
    finish(records, "done", &Outcome::Done { key: NEW.to_owned() }, 40);
    records.begin_intent(&addition("open", &account)).unwrap();
    records.begin_intent(&removal("open removal", &account)).unwrap();
    records.begin_work(&work("work", &account)).unwrap();
    let former = team_account("Former");
    records.begin_account(&former).unwrap();
    records.account_ready(&former.id).unwrap();
    records.begin_disconnect(&former.id).unwrap();
    records.remove_account(&former.id, at(50)).unwrap();
    records.set(Setting::Proxy, Some("proxy.example.com:3128")).unwrap();
    // Two more that come and go with what was listed.
    records.record_listing(&account, at(60), &keys[..38]).unwrap();
}

/// The bytes of a sound database that holds all of that: the same each time, so that what is read of two can be compared.
pub(crate) fn sound() -> Vec<u8> {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    let made = BYTES.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        fill(&Records::open(folder.path(), ann()).unwrap());
        let bytes = fs::read(folder.path().join(DATABASE)).unwrap();
        assert!(!folder.path().join("latchkey.db-wal").exists(), "all of it is in the one file");
        bytes
    });
    made.clone()
}

pub(crate) fn folder_with(bytes: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(DATABASE), bytes).unwrap();
    folder
}

pub(crate) fn reopened(folder: &Path) -> Result<Records, RecordsError> {
    Records::open_or_set_aside(folder, ann(), LEAP_DAY)
}

/// All that records tell, by what it is about.
#[derive(Debug, PartialEq)]
struct Told {
    accounts: Vec<AccountRow>,
    keys: BTreeMap<String, KnownKey>,
    activity: BTreeMap<String, Entry>,
    kept: Vec<KeptKey>,
    intents: Vec<Intent>,
    works: Vec<Work>,
    proxy: Option<String>,
    former: Option<AccountId>,
}

fn told(records: &Records) -> Result<Told, RecordsError> {
    let origin = Origin::apple();
    let everything = records.everything(&origin)?;
    Ok(Told {
        // When it listed its keys is forgotten with what it listed.
        accounts: records
            .accounts()?
            .into_iter()
            .map(|account| AccountRow { listed_at: None, ..account })
            .collect(),
        keys: everything.keys.into_iter().map(|key| (key.id.clone(), key)).collect(),
        activity: everything.activity.into_iter().map(|entry| (entry.uid.clone(), entry)).collect(),
        kept: records.kept_keys(&origin)?,
        intents: records.open_intents()?,
        works: records.open_works()?,
        proxy: records.setting(Setting::Proxy)?,
        former: records.former_account(&origin, &notes_key().fingerprint())?,
    })
}

fn told_of(bytes: &[u8]) -> Told {
    told(&Records::open(folder_with(bytes).path(), ann()).unwrap()).unwrap()
}

/// How many of what is told were never written.
fn strangers<T: PartialEq>(told: impl IntoIterator<Item = T>, written: &[T]) -> usize {
    told.into_iter().filter(|thing| !written.contains(thing)).count()
}

/// How many things differ from what was written. What is missing is no difference.
fn differences(told: Told, written: &Told) -> usize {
    strangers(told.accounts, &written.accounts)
        + told.keys.into_iter().filter(|(id, key)| written.keys.get(id) != Some(key)).count()
        + told.activity.into_iter().filter(|(id, entry)| written.activity.get(id) != Some(entry)).count()
        + strangers(told.kept, &written.kept)
        + strangers(told.intents, &written.intents)
        + strangers(told.works, &written.works)
        + usize::from(told.proxy.is_some() && told.proxy != written.proxy)
        + usize::from(told.former.is_some() && told.former != written.former)
}

/// The pages in which a table or an index is, from 1 on (sqlite.org, "The DBSTAT Virtual Table", needs an option that is
/// off here; its root page is enough).
pub(crate) fn root_page(bytes: &[u8], name: &str) -> usize {
    let folder = folder_with(bytes);
    let connection = rusqlite::Connection::open(folder.path().join(DATABASE)).unwrap();
    let page: i64 = connection
        .query_one("SELECT rootpage FROM sqlite_schema WHERE name = ?1", [name], |row| row.get(0))
        .unwrap();
    usize::try_from(page).unwrap()
}

const PAGE: usize = 4_096;

pub(crate) fn with_a_page_of_garbage(bytes: &[u8], page: usize) -> Vec<u8> {
    let mut damaged = bytes.to_vec();
    damaged[(page - 1) * PAGE..page * PAGE].fill(0x5a);
    damaged
}

#[test]
fn a_damaged_file_is_set_aside_as_it_is_and_said() {
    let sound = sound();
    for (what, damaged) in [
        ("no database", b"Dear diary, ".repeat(1_000)),
        ("only the beginning of one", sound[..sound.len() / 2].to_vec()),
        ("less than a page", sound[..1_000].to_vec()),
        ("zeros", vec![0; sound.len()]),
        ("zeros after the first page", [&sound[..PAGE], &vec![0; sound.len() - PAGE]].concat()),
        ("another database", other_database()),
    ] {
        let folder = folder_with(&damaged);
        let records = reopened(folder.path()).unwrap();
        // Of half of it, and of its first page, the changes are in what is missing.
        let noted = SetAside { file: ASIDE.to_owned(), at: LEAP_DAY, changes_lost: true };
        assert_eq!(records.set_aside().unwrap(), Some(noted.clone()), "{what}");
        assert!(fs::read(folder.path().join(ASIDE)).unwrap() == damaged, "{what}: every byte is kept");
        connected(&records, "Begun anew");
        drop(records);

        let records = reopened(folder.path()).unwrap();
        assert_eq!(records.set_aside().unwrap(), Some(noted), "{what}: until the person knows");
        records.know_set_aside().unwrap();
        assert_eq!(records.set_aside().unwrap(), None);
        assert!(folder.path().join(ASIDE).exists(), "{what}: the file stays");
    }
}

fn other_database() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE account (name TEXT)").unwrap();
    fs::read(path).unwrap()
}

#[test]
fn sound_records_are_not_set_aside() {
    let bytes = sound();
    let folder = folder_with(&bytes);
    let records = reopened(folder.path()).unwrap();
    assert_eq!(records.set_aside().unwrap(), None);
    assert_eq!(told(&records).unwrap(), told_of(&bytes));
    drop(records);
    let newer = folder_with(&{
        let mut newer = bytes;
        newer[60..64].copy_from_slice(&41_u32.to_be_bytes());
        newer
    });
    let refused = reopened(newer.path()).unwrap_err();
    assert!(matches!(refused, RecordsError::Newer { found: 41, .. }), "{refused:?}");
    let names: Vec<_> = fs::read_dir(newer.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().contains("damaged")), "{names:?}");
}

#[test]
fn what_is_in_the_other_tables_comes_with_the_new_records() {
    let sound = sound();
    let written = told_of(&sound);
    // What a table is the only one to hold; of the others, everything is there.
    for table in ["account", "distribution_key", "intent", "work", "kept_key", "activity", "setting", "news"]
    {
        let damaged = with_a_page_of_garbage(&sound, root_page(&sound, table));
        let folder = folder_with(&damaged);
        let records = reopened(folder.path()).unwrap();
        let noted = records.set_aside().unwrap().unwrap();
        assert_eq!(noted.changes_lost, table == "intent", "{table} is damaged");
        let told = told(&records).unwrap();
        let is = |name: &str, came: bool| {
            assert!(came || table == name, "{name} was left out, though {table} alone is damaged");
        };
        is("account", told.accounts == written.accounts);
        is("intent", told.intents == written.intents);
        is("work", told.works == written.works);
        is("kept_key", told.kept == written.kept);
        is("activity", told.activity == written.activity);
        is("setting", told.proxy == written.proxy);
        let keys =
            told.keys.len() == written.keys.len() && (table == "kept_key" || told.keys == written.keys);
        is("distribution_key", keys);
        assert!(told.former.is_some(), "{table}");
    }
}

#[test]
fn of_a_table_with_a_damaged_page_the_rows_on_both_sides_come_over() {
    let folder = tempfile::tempdir().unwrap();
    let records = Records::open(folder.path(), ann()).unwrap();
    fill(&records);
    drop(records);
    let sound = fs::read(folder.path().join(DATABASE)).unwrap();
    // A leaf in the middle: the root of Activity names its leaves in order.
    let root = root_page(&sound, "activity");
    let header = &sound[(root - 1) * PAGE..root * PAGE];
    assert_eq!(header[0], 5, "an interior page (sqlite.org, \"Database File Format\", 1.6)");
    let cells = usize::from(u16::from_be_bytes([header[3], header[4]]));
    assert!(cells >= 3, "{cells} cells");
    let pointer = 12 + 2 * (cells / 2);
    let cell = usize::from(u16::from_be_bytes([header[pointer], header[pointer + 1]]));
    let leaf = u32::from_be_bytes(header[cell..cell + 4].try_into().unwrap());
    let damaged = with_a_page_of_garbage(&sound, usize::try_from(leaf).unwrap());

    let folder = folder_with(&damaged);
    let told = told(&reopened(folder.path()).unwrap()).unwrap();
    let written = told_of(&sound);
    let numbers = |told: &Told| told.activity.values().map(|entry| entry.number).collect::<Vec<_>>();
    let (came, all) = (numbers(&told), numbers(&written));
    assert!(came.iter().min() == all.iter().min() && came.iter().max() == all.iter().max());
    assert!(came.len() < all.len() && came.len() > all.len() / 2, "{} of {}", came.len(), all.len());
    assert_eq!(differences(told, &written), 0);
}

#[test]
fn a_row_that_does_not_read_is_left_out_and_the_others_come() {
    let bytes = sound();
    let written = told_of(&bytes);
    let folder = folder_with(&bytes);
    let meddle = |sql: &str| {
        rusqlite::Connection::open(folder.path().join(DATABASE)).unwrap().execute_batch(sql).unwrap();
    };
    meddle(
        "INSERT INTO account SELECT 'odd', 'ftp://odd', 'Odd', api_key_id, NULL, api_key_fingerprint, 'odd', 'ready',
             1, 1, NULL, NULL, NULL, NULL, NULL FROM account LIMIT 1;
         UPDATE intent SET already_there = '?' WHERE id = 'open';",
    );
    let records = reopened(folder.path()).unwrap();
    let told = told(&records).unwrap();
    assert!(records.set_aside().unwrap().is_some());
    assert_eq!(told.accounts, written.accounts);
    assert_eq!(told.former, written.former, "an account of no server is nobody's");
    let ids = |told: &Told| told.intents.iter().map(|intent| intent.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&told), ids(&written), "what may have been sent is never left out");
    assert_eq!(differences(told, &written), 1, "but for what it was that did not read");
}

#[test]
fn what_was_listed_is_no_news_after_records_were_set_aside() {
    let bytes = sound();
    let damaged = with_a_page_of_garbage(&bytes, root_page(&bytes, "listing"));
    let folder = folder_with(&damaged);
    let records = reopened(folder.path()).unwrap();
    let account = records.accounts().unwrap().remove(0);
    assert_eq!((account.listed_at, records.listing(&account.id).unwrap()), (None, None));
    let news = records.news(&account.id).unwrap().len();
    let key = ListedKey { id: OLD.to_owned(), public_key: Some(notes_key()), reach: Reach::OneApp };
    records.record_listing(&account.id, at(100), &[key]).unwrap();
    assert_eq!(records.news(&account.id).unwrap().len(), news);
}

#[test]
fn damage_that_is_found_in_use_is_set_aside_at_the_next_start() {
    let bytes = sound();
    let folder = folder_with(&bytes);
    let records = reopened(folder.path()).unwrap();
    rusqlite::Connection::open(folder.path().join(DATABASE))
        .unwrap()
        .execute_batch("UPDATE intent SET already_there = '?' WHERE id = 'open'")
        .unwrap();
    assert!(matches!(records.open_intents(), Err(RecordsError::Corrupt(_))));
    drop(records);
    assert!(matches!(Records::open(folder.path(), ann()), Err(RecordsError::Corrupt(_))));

    let records = reopened(folder.path()).unwrap();
    assert!(!records.set_aside().unwrap().unwrap().changes_lost);
    assert_eq!(records.open_intents().unwrap().len(), 2);
    drop(records);
    let records = reopened(folder.path()).unwrap();
    assert_eq!(records.set_aside().unwrap().unwrap().file, ASIDE, "once");
}

#[test]
fn a_second_damage_of_the_same_day_overwrites_nothing() {
    let folder = folder_with(b"first");
    for (damage, name) in [
        ("first", ASIDE),
        ("second", "latchkey-damaged-2024-02-29-2.db"),
        ("third", "latchkey-damaged-2024-02-29-3.db"),
    ] {
        let damage = damage.repeat(1_000);
        fs::write(folder.path().join(DATABASE), &damage).unwrap();
        assert_eq!(reopened(folder.path()).unwrap().set_aside().unwrap().unwrap().file, name);
        assert!(fs::read_to_string(folder.path().join(name)).unwrap() == damage);
    }
}

#[test]
fn the_log_goes_with_the_database_it_belongs_to_and_is_read_with_it() {
    let bytes = sound();
    let folder = folder_with(&bytes);
    let records = Records::open(folder.path(), ann()).unwrap();
    let account = records.accounts().unwrap().remove(0);
    records.rename_account(&account.id, "Only the log knows this name", at(70)).unwrap();
    let log = fs::read(folder.path().join("latchkey.db-wal")).unwrap();
    assert!(log.len() > PAGE);

    let damaged = with_a_page_of_garbage(&bytes, root_page(&bytes, "news"));
    let crashed = folder_with(&damaged);
    fs::write(crashed.path().join("latchkey.db-wal"), &log).unwrap();
    let records = reopened(crashed.path()).unwrap();
    assert!(records.set_aside().unwrap().is_some());
    assert_eq!(records.accounts().unwrap()[0].name, "Only the log knows this name");
    assert!(fs::read(crashed.path().join(ASIDE)).unwrap() == damaged);
    assert!(fs::read(crashed.path().join(format!("{ASIDE}-wal"))).unwrap() == log);
}

#[test]
fn a_crash_at_any_point_of_setting_aside_loses_neither_file() {
    let bytes = sound();
    let damaged = with_a_page_of_garbage(&bytes, root_page(&bytes, "news"));
    let whole = folder_with(&damaged);
    let expected = told(&reopened(whole.path()).unwrap()).unwrap();
    let new = fs::read(whole.path().join(DATABASE)).unwrap();
    for (what, files) in [
        ("the new one has only begun", vec![(DATABASE, &damaged), ("latchkey.new.db", &Vec::new())]),
        (
            "the new one is half written",
            vec![(DATABASE, &damaged), ("latchkey.new.db", &new[..PAGE * 3].to_vec())],
        ),
        ("the new one is complete", vec![(DATABASE, &damaged), ("latchkey.new.db", &new)]),
        ("the damaged one has its name", vec![(ASIDE, &damaged), ("latchkey.new.db", &new)]),
        (
            "its log has not yet",
            vec![(ASIDE, &damaged), ("latchkey.new.db", &new), ("latchkey.db-wal", &b"log".to_vec())],
        ),
        (
            "the damaged one has its name, and the new one is damaged too",
            vec![(ASIDE, &damaged), ("latchkey.new.db", &new[..PAGE * 3].to_vec())],
        ),
        (
            "the damaged one has its name, and the new one is empty",
            vec![(ASIDE, &damaged), ("latchkey.new.db", &Vec::new())],
        ),
        ("all is done", vec![(ASIDE, &damaged), (DATABASE, &new)]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let records = reopened(folder.path()).unwrap();
        assert_eq!(told(&records).unwrap(), expected, "{what}");
        assert_eq!(records.set_aside().unwrap().unwrap().file, ASIDE, "{what}");
        assert!(fs::read(folder.path().join(ASIDE)).unwrap() == damaged, "{what}");
        assert!(!folder.path().join("latchkey.new.db").exists(), "{what}");
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }
}

#[test]
fn after_any_flipped_bit_the_records_open_and_tell_what_was_written_or_are_set_aside() {
    let sound = sound();
    let written = told_of(&sound);
    let mut seeded = Seeded(4);
    let (mut as_before, mut aside, mut newer) = (0, 0, 0);
    for round in 0..200 {
        let mut damaged = sound.clone();
        // Every fourth where the form is written: the header, the list of tables and the heads of pages.
        let byte = match round % 4 {
            0 => seeded.below(100),
            1 => seeded.below(sound.len() / PAGE) * PAGE + seeded.below(16),
            _ => seeded.below(sound.len()),
        };
        let bit = seeded.below(8);
        damaged[byte] ^= 1 << bit;
        let what = format!("bit {bit} of byte {byte}");
        let folder = folder_with(&damaged);
        let records = match reopened(folder.path()) {
            Ok(records) => records,
            Err(RecordsError::Newer { .. }) if (60..64).contains(&byte) => {
                assert!(fs::read(folder.path().join(DATABASE)).unwrap() == damaged, "{what}");
                newer += 1;
                continue;
            }
            Err(error) => panic!("{what}: {error:?}"),
        };
        // What reads as damaged only in use is set aside by the next start.
        let (records, told) = match told(&records) {
            Ok(told) => (records, told),
            Err(RecordsError::Corrupt(_)) => {
                drop(records);
                let records = reopened(folder.path()).unwrap();
                let told = told(&records).unwrap_or_else(|error| panic!("{what}: {error:?}"));
                (records, told)
            }
            Err(error) => panic!("{what}: {error:?}"),
        };
        if let Some(noted) = records.set_aside().unwrap() {
            assert_eq!(noted.file, ASIDE, "{what}");
            let all = told.intents.len() == written.intents.len();
            assert!(all || noted.changes_lost, "{what}: a change may be sent twice");
            assert!(fs::read(folder.path().join(ASIDE)).unwrap() == damaged, "{what}: every byte is kept");
            aside += 1;
        } else {
            assert_eq!(told.accounts.len(), written.accounts.len(), "{what}");
            assert_eq!(told.keys.len(), written.keys.len(), "{what}");
            assert_eq!(told.activity.len(), written.activity.len(), "{what}");
            assert_eq!(told.intents.len(), written.intents.len(), "{what}");
            as_before += 1;
        }
        // A letter of a text carries no check of its own.
        let differs = differences(told, &written);
        assert!(differs <= 1, "{what}: {differs} things are told otherwise than they were written");
    }
    println!("200 flipped bits: {as_before} opened, {aside} set aside, {newer} refused as newer");
    assert!(as_before > 20 && aside > 20, "{as_before} opened, {aside} set aside");
}
