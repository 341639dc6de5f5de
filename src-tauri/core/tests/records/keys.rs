use latchkey_core::{
    account::Origin,
    app::App,
    key::PublicKey,
    records::{Confirmation, KnownKey, ListedKey, NewAccount, PrivateKeySeen, Reach, Records, RecordsError},
};

use crate::{AWKWARD, at, connected, notes_key, reader_key, team_account};

const FIRST: &str = "1a2b3c4d-0000-4000-8000-000000000001";
const SECOND: &str = "1a2b3c4d-0000-4000-8000-000000000002";

fn listed(id: &str, public_key: PublicKey, reach: Reach) -> ListedKey {
    ListedKey { id: id.to_owned(), public_key: Some(public_key), reach }
}

fn app() -> App {
    App {
        id: "6473805491".parse().unwrap(),
        name: AWKWARD.to_owned(),
        bundle_id: "com.example.reader".to_owned(),
        sku: Some(AWKWARD.to_owned()),
        locale: None,
    }
}

fn ids(keys: &[(KnownKey, Reach)]) -> Vec<(&str, Reach)> {
    keys.iter().map(|(key, reach)| (key.id.as_str(), *reach)).collect()
}

#[test]
fn a_listing_is_replaced_as_a_whole_and_keeps_apples_order() {
    let records = Records::in_memory().unwrap();
    let account = connected(&records, "Acme");
    assert_eq!(records.listing(&account).unwrap(), None, "never listed is not the same as no keys");

    let both = [listed(SECOND, notes_key(), Reach::AllApps), listed(FIRST, reader_key(), Reach::OneApp)];
    records.record_listing(&account, at(10), &both).unwrap();
    let listing = records.listing(&account).unwrap().unwrap();
    assert_eq!(listing.at, at(10));
    assert_eq!(ids(&listing.keys), [(SECOND, Reach::AllApps), (FIRST, Reach::OneApp)]);

    records.record_listing(&account, at(20), &both[1..]).unwrap();
    let listing = records.listing(&account).unwrap().unwrap();
    assert_eq!(listing.at, at(20));
    assert_eq!(ids(&listing.keys), [(FIRST, Reach::OneApp)]);

    records.record_listing(&account, at(30), &[]).unwrap();
    let listing = records.listing(&account).unwrap().unwrap();
    assert_eq!((listing.at, listing.keys), (at(30), vec![]));
}

#[test]
fn a_key_that_two_pages_show_is_listed_once() {
    let records = Records::in_memory().unwrap();
    let account = connected(&records, "Acme");
    let twice = [listed(FIRST, reader_key(), Reach::OneApp), listed(FIRST, reader_key(), Reach::AllApps)];
    records.record_listing(&account, at(10), &twice).unwrap();
    assert_eq!(ids(&records.listing(&account).unwrap().unwrap().keys), [(FIRST, Reach::AllApps)]);
}

#[test]
fn one_accounts_listing_leaves_anothers_alone() {
    let records = Records::in_memory().unwrap();
    let (acme, other) = (connected(&records, "Acme"), connected(&records, "Other"));
    records.record_listing(&acme, at(10), &[listed(FIRST, reader_key(), Reach::OneApp)]).unwrap();
    records.record_listing(&other, at(20), &[listed(SECOND, notes_key(), Reach::OneApp)]).unwrap();
    records.remove_account(&other).unwrap();
    assert_eq!(ids(&records.listing(&acme).unwrap().unwrap().keys), [(FIRST, Reach::OneApp)]);
}

#[test]
fn everything_about_a_key_reads_back_as_it_was_written() {
    let records = Records::in_memory().unwrap();
    let account = connected(&records, "Acme");
    let apple = Origin::apple();
    records.record_listing(&account, at(10), &[listed(FIRST, reader_key(), Reach::OneApp)]).unwrap();
    let mut expected = KnownKey {
        id: FIRST.to_owned(),
        name: None,
        first_seen: at(10),
        added_here: false,
        public_key: Some(reader_key()),
        private_key: None,
        confirmed: None,
        app: None,
    };
    assert_eq!(records.known_key(&apple, FIRST).unwrap(), expected);

    expected.name = Some(AWKWARD.to_owned());
    records.name_key(&apple, FIRST, Some(AWKWARD)).unwrap();
    let confirmation = Confirmation::ByVoice { by: AWKWARD.to_owned(), at: at(11) };
    records.confirm_key(&apple, FIRST, &confirmation).unwrap();
    expected.confirmed = Some(confirmation);
    let seen = PrivateKeySeen { file_name: Some(AWKWARD.to_owned()), at: at(12) };
    records.private_key_seen(&apple, FIRST, &seen).unwrap();
    expected.private_key = Some(seen);
    records.remember_binding(&apple, FIRST, &app()).unwrap();
    expected.app = Some(app());
    assert_eq!(records.known_key(&apple, FIRST).unwrap(), expected);
    records.record_listing(&account, at(20), &[listed(FIRST, reader_key(), Reach::OneApp)]).unwrap();
    let listing = records.listing(&account).unwrap().unwrap();
    assert_eq!(listing.keys, [(expected.clone(), Reach::OneApp)], "a second listing changes nothing of it");

    records.name_key(&apple, FIRST, None).unwrap();
    expected.name = None;
    let confirmation = Confirmation::ByPrivateKey { at: at(13) };
    records.confirm_key(&apple, FIRST, &confirmation).unwrap();
    expected.confirmed = Some(confirmation);
    let pasted = PrivateKeySeen { file_name: None, at: at(14) };
    records.private_key_seen(&apple, FIRST, &pasted).unwrap();
    expected.private_key = Some(pasted);
    let renamed = App { name: "Reader".to_owned(), ..app() };
    records.remember_binding(&apple, FIRST, &renamed).unwrap();
    expected.app = Some(renamed);
    assert_eq!(records.known_key(&apple, FIRST).unwrap(), expected);
}

#[test]
fn names_notes_and_bindings_outlive_the_account_and_a_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let apple = Origin::apple();
    {
        let records = Records::open(folder.path()).unwrap();
        let account = connected(&records, "Acme");
        records.record_listing(&account, at(10), &[listed(FIRST, reader_key(), Reach::OneApp)]).unwrap();
        records.name_key(&apple, FIRST, Some("Reader 2025")).unwrap();
        records.remember_binding(&apple, FIRST, &app()).unwrap();
        records.begin_disconnect(&account).unwrap();
        records.remove_account(&account).unwrap();
        assert_eq!(records.listing(&account).unwrap(), None, "what it listed goes with it");
    }
    let records = Records::open(folder.path()).unwrap();
    let again = connected(&records, "Acme again");
    records.record_listing(&again, at(99), &[listed(FIRST, reader_key(), Reach::OneApp)]).unwrap();
    let known = records.known_key(&apple, FIRST).unwrap();
    assert_eq!(known.name.as_deref(), Some("Reader 2025"));
    assert_eq!(known.app, Some(app()));
    assert_eq!(known.first_seen, at(10));
}

#[test]
fn a_test_servers_keys_never_mix_with_apples() {
    let records = Records::in_memory().unwrap();
    let test_server = Origin::loopback("http://127.0.0.1:8080").unwrap();
    let tested = NewAccount { origin: test_server.clone(), ..team_account("Test") };
    records.begin_account(&tested).unwrap();
    let account = connected(&records, "Acme");
    for id in [&account, &tested.id] {
        records.record_listing(id, at(10), &[listed(FIRST, reader_key(), Reach::OneApp)]).unwrap();
    }
    records.name_key(&test_server, FIRST, Some("made up")).unwrap();
    records.remember_binding(&test_server, FIRST, &app()).unwrap();
    let real = records.known_key(&Origin::apple(), FIRST).unwrap();
    assert_eq!((real.name, real.app), (None, None));
    let holders = records.accounts_listing(&Origin::apple(), &reader_key()).unwrap();
    assert_eq!(holders, [(account, FIRST.to_owned())]);
}

#[test]
fn a_key_that_cannot_be_read_is_known_by_its_id_and_keeps_what_was_read_before() {
    let records = Records::in_memory().unwrap();
    let account = connected(&records, "Acme");
    let apple = Origin::apple();
    let unreadable = ListedKey { id: AWKWARD.to_owned(), public_key: None, reach: Reach::OneApp };
    records.record_listing(&account, at(10), std::slice::from_ref(&unreadable)).unwrap();
    assert_eq!(records.known_key(&apple, AWKWARD).unwrap().public_key, None);

    let readable = ListedKey { public_key: Some(reader_key()), ..unreadable.clone() };
    records.record_listing(&account, at(20), &[readable]).unwrap();
    records.record_listing(&account, at(30), &[unreadable]).unwrap();
    assert_eq!(records.known_key(&apple, AWKWARD).unwrap().public_key, Some(reader_key()));
}

#[test]
fn what_was_confirmed_of_one_public_key_does_not_hold_of_another_under_the_same_id() {
    let records = Records::in_memory().unwrap();
    let account = connected(&records, "Acme");
    let apple = Origin::apple();
    records.record_listing(&account, at(10), &[listed(FIRST, reader_key(), Reach::OneApp)]).unwrap();
    records.name_key(&apple, FIRST, Some("Reader")).unwrap();
    records.confirm_key(&apple, FIRST, &Confirmation::ByPrivateKey { at: at(11) }).unwrap();
    records.private_key_seen(&apple, FIRST, &PrivateKeySeen { file_name: None, at: at(11) }).unwrap();

    records.record_listing(&account, at(20), &[listed(FIRST, notes_key(), Reach::OneApp)]).unwrap();
    let known = records.known_key(&apple, FIRST).unwrap();
    assert_eq!(known.public_key, Some(notes_key()));
    assert_eq!((known.confirmed, known.private_key), (None, None));
    assert_eq!(known.name.as_deref(), Some("Reader"), "a name is of the ID");
}

#[test]
fn accounts_are_found_by_a_public_key_of_their_last_listing() {
    let records = Records::in_memory().unwrap();
    let (acme, other) = (connected(&records, "Acme"), connected(&records, "Other"));
    records.record_listing(&acme, at(10), &[listed(FIRST, reader_key(), Reach::OneApp)]).unwrap();
    records.record_listing(&other, at(10), &[listed(SECOND, reader_key(), Reach::AllApps)]).unwrap();
    let mut holders = records.accounts_listing(&Origin::apple(), &reader_key()).unwrap();
    let mut expected = [(acme.clone(), FIRST.to_owned()), (other, SECOND.to_owned())];
    holders.sort();
    expected.sort();
    assert_eq!(holders, expected);
    assert_eq!(records.accounts_listing(&Origin::apple(), &notes_key()).unwrap(), []);

    records.record_listing(&acme, at(20), &[]).unwrap();
    let holders = records.accounts_listing(&Origin::apple(), &reader_key()).unwrap();
    assert_eq!(holders, expected.into_iter().filter(|(account, _)| *account != acme).collect::<Vec<_>>());
}

#[test]
fn nothing_can_be_noted_of_a_key_nobody_listed() {
    let records = Records::in_memory().unwrap();
    let apple = Origin::apple();
    assert_eq!(records.known_key(&apple, FIRST), Err(RecordsError::NotFound));
    assert_eq!(records.name_key(&apple, FIRST, Some("Reader")), Err(RecordsError::NotFound));
    let confirmation = Confirmation::ByPrivateKey { at: at(1) };
    assert_eq!(records.confirm_key(&apple, FIRST, &confirmation), Err(RecordsError::NotFound));
    let seen = PrivateKeySeen { file_name: None, at: at(1) };
    assert_eq!(records.private_key_seen(&apple, FIRST, &seen), Err(RecordsError::NotFound));
}
