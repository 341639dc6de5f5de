use latchkey_core::{
    account::Origin,
    clock::Moment,
    records::{ActivityQuery, Did, Entry, Incoming, IncomingKey, ListedKey, Merge, Outcome, Reach, Records},
};

use crate::{
    ann, at, connected,
    intents::{NEW, OLD, addition, finish},
    notes_key, told,
};

fn listing(records: &Records) {
    let account = connected(records, "Acme");
    let key = ListedKey { id: OLD.to_owned(), public_key: Some(notes_key()), reach: Reach::OneApp };
    records.record_listing(&account, at(100), &[key]).unwrap();
}

fn key(id: &str, name: Option<&str>, note: Option<&str>) -> IncomingKey {
    IncomingKey {
        id: id.parse().unwrap(),
        name: name.map(str::to_owned),
        note: note.map(str::to_owned),
        first_seen: at(50),
        added_here: Some(at(50)),
    }
}

fn of_keys(keys: Vec<IncomingKey>) -> Incoming {
    Incoming { keys, activity: vec![] }
}

/// What another computer wrote.
fn written_elsewhere() -> Vec<Entry> {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Elsewhere");
    records.begin_intent(&addition("draft", &account)).unwrap();
    finish(&records, "draft", &Outcome::Done { key: NEW.to_owned() }, 2_000);
    records.everything(&Origin::apple()).unwrap().activity
}

#[test]
fn a_copy_made_on_one_computer_is_brought_in_on_another() {
    let (here, elsewhere) = (Records::in_memory(ann()).unwrap(), Records::in_memory(ann()).unwrap());
    listing(&here);
    listing(&elsewhere);
    let account = elsewhere.accounts().unwrap().remove(0).id;
    elsewhere.describe_key(&account, OLD, Some("Reader"), Some("for the shop"), at(3_000)).unwrap();
    elsewhere.begin_intent(&addition("draft", &account)).unwrap();
    finish(&elsewhere, "draft", &Outcome::Done { key: NEW.to_owned() }, 2_000);
    let copy = elsewhere.everything(&Origin::apple()).unwrap();
    assert_eq!(copy.keys.len(), 2);
    let incoming = Incoming {
        keys: copy
            .keys
            .iter()
            .map(|key| IncomingKey {
                id: key.id.parse().unwrap(),
                name: key.name.clone(),
                note: key.note.clone(),
                first_seen: key.first_seen,
                added_here: key.added_here,
            })
            .collect(),
        activity: copy.activity.clone(),
    };
    let expected = Merge { names: 2, notes: 1, entries: 3, ..Merge::default() };
    assert_eq!(here.merge(&Origin::apple(), &incoming, at(5_000), true).unwrap(), expected);
    let known = here.known_key(&Origin::apple(), OLD).unwrap();
    assert_eq!((known.name.as_deref(), known.note.as_deref()), (Some("Reader"), Some("for the shop")));
    let brought_in: Vec<_> = told(&here).into_iter().filter(|line| line.brought_in).collect();
    let as_told_there = brought_in.into_iter().map(|line| Entry { number: 0, brought_in: false, ..line });
    let there = copy.activity.into_iter().map(|line| Entry { number: 0, ..line });
    assert_eq!(as_told_there.collect::<Vec<_>>(), there.collect::<Vec<_>>());

    let again = here.merge(&Origin::apple(), &incoming, at(6_000), true).unwrap();
    assert_eq!(again, Merge { known: 3, ..Merge::default() });
}

#[test]
fn a_dry_run_counts_the_same_and_changes_nothing() {
    let records = Records::in_memory(ann()).unwrap();
    listing(&records);
    let incoming = Incoming { keys: vec![key(OLD, Some("Reader"), None)], activity: written_elsewhere() };
    let before = (told(&records), records.everything(&Origin::apple()).unwrap());
    let dry = records.merge(&Origin::apple(), &incoming, at(5_000), false).unwrap();
    assert_eq!((told(&records), records.everything(&Origin::apple()).unwrap()), before);
    assert_eq!(records.merge(&Origin::apple(), &incoming, at(5_000), true).unwrap(), dry);
    let last = told(&records).pop().unwrap();
    assert_eq!((last.did, last.at), (Did::BroughtInCopy, at(5_000)));
}

#[test]
fn a_name_or_note_that_is_here_stays() {
    let records = Records::in_memory(ann()).unwrap();
    listing(&records);
    let account = records.accounts().unwrap().remove(0).id;
    records.describe_key(&account, OLD, Some("Mine"), None, at(200)).unwrap();
    let incoming = of_keys(vec![key(OLD, Some("Theirs"), Some("Their note"))]);
    let merge = records.merge(&Origin::apple(), &incoming, at(5_000), true).unwrap();
    assert_eq!(merge, Merge { notes: 1, differing: vec![OLD.to_owned()], ..Merge::default() });
    let known = records.known_key(&Origin::apple(), OLD).unwrap();
    assert_eq!((known.name.as_deref(), known.note.as_deref()), (Some("Mine"), Some("Their note")));
    let same = of_keys(vec![key(OLD, Some("Mine"), None)]);
    assert_eq!(records.merge(&Origin::apple(), &same, at(5_000), true).unwrap(), Merge::default());
}

#[test]
fn a_key_that_a_copy_names_has_no_public_key_nor_anything_else_that_counts() {
    let records = Records::in_memory(ann()).unwrap();
    listing(&records);
    let before = records.accounts().unwrap();
    let incoming = Incoming { keys: vec![key(NEW, Some("Evil"), None)], activity: written_elsewhere() };
    records.merge(&Origin::apple(), &incoming, at(5_000), true).unwrap();
    let known = records.known_key(&Origin::apple(), NEW).unwrap();
    assert_eq!((known.name.as_deref(), known.first_seen), (Some("Evil"), at(50)));
    assert_eq!((known.public_key, known.added_here, known.confirmed), (None, None, None));
    assert_eq!((known.private_key, known.kept, known.app), (None, None, None));
    assert_eq!(records.accounts().unwrap(), before);
    assert_eq!(records.open_intents().unwrap(), []);
    assert_eq!(records.open_works().unwrap(), []);
    assert_eq!(records.news(&before[0].id).unwrap(), []);
    assert_eq!(records.listing(&before[0].id).unwrap().unwrap().keys.len(), 1);
}

#[test]
fn a_key_was_first_seen_at_the_earlier_time_unless_that_is_yet_to_come() {
    let records = Records::in_memory(ann()).unwrap();
    listing(&records);
    let first_seen = |id: &str, incoming: Moment| {
        let keys = vec![IncomingKey { first_seen: incoming, ..key(id, None, None) }];
        records.merge(&Origin::apple(), &of_keys(keys), at(5_000), true).unwrap();
        records.known_key(&Origin::apple(), id).unwrap().first_seen
    };
    assert_eq!(first_seen(OLD, at(200)), at(100));
    assert_eq!(first_seen(OLD, at(50)), at(50));
    assert_eq!(first_seen(NEW, at(9_000)), at(5_000));
}

#[test]
fn what_is_brought_in_never_stands_above_what_happens_later() {
    let records = Records::in_memory(ann()).unwrap();
    listing(&records);
    let mut entries = written_elsewhere();
    entries[0].at = at(i64::MAX);
    let incoming = Incoming { keys: vec![], activity: entries };
    records.merge(&Origin::apple(), &incoming, at(5_000), true).unwrap();
    let account = records.accounts().unwrap().remove(0).id;
    records.rename_account(&account, "Acme Ltd", at(6_000)).unwrap();
    let query = ActivityQuery {
        origin: Origin::apple(),
        account: None,
        search: String::new(),
        before: None,
        limit: 1,
    };
    assert_eq!(records.activity(&query).unwrap().entries[0].did, Did::RenamedAccount);
}

#[test]
fn a_line_that_a_copy_holds_twice_is_brought_in_once() {
    let records = Records::in_memory(ann()).unwrap();
    let entries = written_elsewhere();
    let incoming = Incoming { keys: vec![], activity: [entries.clone(), entries].concat() };
    let merge = records.merge(&Origin::apple(), &incoming, at(5_000), true).unwrap();
    assert_eq!((merge.entries, merge.known), (2, 2));
}

#[test]
fn a_copy_holds_one_servers_keys_and_lines_alone() {
    let records = Records::in_memory(ann()).unwrap();
    listing(&records);
    let elsewhere = records.everything(&Origin::sample()).unwrap();
    assert_eq!((elsewhere.keys, elsewhere.activity), (vec![], vec![]));
}
