use latchkey_core::{
    account::Origin,
    app::App,
    key::PublicKey,
    records::{
        Certainty, Confirmation, Did, KeptKey, KnownKey, ListedKey, NewAccount, PrivateKeySeen, Reach,
        Records, RecordsError,
    },
};

use crate::{AWKWARD, ann, at, connected, notes_key, reader_key, team_account, told};

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
    let records = Records::in_memory(ann()).unwrap();
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
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    let twice = [listed(FIRST, reader_key(), Reach::OneApp), listed(FIRST, reader_key(), Reach::AllApps)];
    records.record_listing(&account, at(10), &twice).unwrap();
    assert_eq!(ids(&records.listing(&account).unwrap().unwrap().keys), [(FIRST, Reach::AllApps)]);
}

#[test]
fn one_accounts_listing_leaves_anothers_alone() {
    let records = Records::in_memory(ann()).unwrap();
    let (acme, other) = (connected(&records, "Acme"), connected(&records, "Other"));
    records.record_listing(&acme, at(10), &[listed(FIRST, reader_key(), Reach::OneApp)]).unwrap();
    records.record_listing(&other, at(20), &[listed(SECOND, notes_key(), Reach::OneApp)]).unwrap();
    records.remove_account(&other, at(5_000)).unwrap();
    assert_eq!(ids(&records.listing(&acme).unwrap().unwrap().keys), [(FIRST, Reach::OneApp)]);
}

#[test]
fn everything_about_a_key_reads_back_as_it_was_written() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    let apple = Origin::apple();
    records.record_listing(&account, at(10), &[listed(FIRST, reader_key(), Reach::OneApp)]).unwrap();
    let mut expected = KnownKey {
        id: FIRST.to_owned(),
        name: None,
        note: None,
        first_seen: at(10),
        added_here: None,
        public_key: Some(reader_key()),
        private_key: None,
        kept: None,
        confirmed: None,
        app: None,
    };
    assert_eq!(records.known_key(&apple, FIRST).unwrap(), expected);

    expected.name = Some(AWKWARD.to_owned());
    expected.note = Some(format!("note: {AWKWARD}"));
    records
        .describe_key(&account, FIRST, expected.name.as_deref(), expected.note.as_deref(), at(10))
        .unwrap();
    let confirmation = Confirmation::ByVoice { by: AWKWARD.to_owned(), at: at(11) };
    records.confirm_key(&account, FIRST, &confirmation).unwrap();
    expected.confirmed = Some(confirmation);
    let seen = PrivateKeySeen { file_name: Some(AWKWARD.to_owned()), at: at(12), made_here: true };
    records.private_key_seen(&account, FIRST, &seen).unwrap();
    expected.private_key = Some(seen);
    records.keep_key(&apple, &reader_key(), AWKWARD, at(13)).unwrap();
    expected.kept = Some(at(13));
    records.remember_binding(&apple, FIRST, &app()).unwrap();
    expected.app = Some(app());
    assert_eq!(records.known_key(&apple, FIRST).unwrap(), expected);
    records.record_listing(&account, at(20), &[listed(FIRST, reader_key(), Reach::OneApp)]).unwrap();
    let listing = records.listing(&account).unwrap().unwrap();
    assert_eq!(listing.keys, [(expected.clone(), Reach::OneApp)], "a second listing changes nothing of it");

    records.describe_key(&account, FIRST, None, None, at(20)).unwrap();
    (expected.name, expected.note) = (None, None);
    for confirmation in [Confirmation::ByPrivateKey { at: at(13) }, Confirmation::MadeHere { at: at(14) }] {
        records.confirm_key(&account, FIRST, &confirmation).unwrap();
        expected.confirmed = Some(confirmation);
        assert_eq!(records.known_key(&apple, FIRST).unwrap(), expected);
    }
    let pasted = PrivateKeySeen { file_name: None, at: at(14), made_here: false };
    records.private_key_seen(&account, FIRST, &pasted).unwrap();
    expected.private_key = Some(pasted);
    let renamed = App { name: "Reader".to_owned(), ..app() };
    records.remember_binding(&apple, FIRST, &renamed).unwrap();
    expected.app = Some(renamed);
    assert_eq!(records.known_key(&apple, FIRST).unwrap(), expected);
    records.forget_binding(&apple, FIRST).unwrap();
    expected.app = None;
    assert_eq!(records.known_key(&apple, FIRST).unwrap(), expected);
}

#[test]
fn activity_tells_what_was_done_to_a_key_and_of_no_change_that_was_none() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    records.record_listing(&account, at(10), &[listed(FIRST, reader_key(), Reach::AllApps)]).unwrap();
    for (name, note) in [("Old", "a"), ("New", "a"), ("New", "b"), ("New", "b")] {
        records.describe_key(&account, FIRST, Some(name), Some(note), at(20)).unwrap();
    }
    let voice = Confirmation::ByVoice { by: "Eve".to_owned(), at: at(30) };
    records.confirm_key(&account, FIRST, &voice).unwrap();
    let seen = PrivateKeySeen { file_name: Some("private_key.pem".to_owned()), at: at(40), made_here: false };
    records.private_key_seen(&account, FIRST, &seen).unwrap();

    let told = told(&records);
    let lines: Vec<_> = told[1..].iter().map(|line| (line.did, line.at, line.detail.as_deref())).collect();
    assert_eq!(
        lines,
        [
            (Did::Described, at(20), None),
            (Did::Described, at(20), Some("Old")),
            (Did::Described, at(20), None),
            (Did::Confirmed, at(30), Some("Eve")),
            (Did::CheckedPrivateKey, at(40), Some("private_key.pem")),
        ]
    );
    let last = &told[4];
    assert_eq!((last.key.as_deref(), last.key_name.as_deref()), (Some(FIRST), Some("New")));
    assert_eq!((&last.public_key, last.all_apps), (&Some(reader_key()), true));
    assert_eq!(last.certainty, Some(Certainty::ByVoice));
    assert_eq!((last.account_name.as_str(), last.api_key_id.as_str()), ("Acme", "2X9R4HXF34"));
    assert_eq!((last.user.as_str(), last.version.as_str()), ("ann", "0.0.0"));
}

#[test]
fn a_kept_private_key_is_found_by_its_public_key_before_apple_gives_an_id() {
    let records = Records::in_memory(ann()).unwrap();
    let apple = Origin::apple();
    let test_server = Origin::loopback("http://127.0.0.1:8080").unwrap();
    records.keep_key(&apple, &reader_key(), "entry", at(5)).unwrap();
    assert_eq!(records.kept_key(&apple, &reader_key()).unwrap().as_deref(), Some("entry"));
    assert_eq!(records.kept_key(&apple, &notes_key()).unwrap(), None);
    assert_eq!(records.kept_key(&test_server, &reader_key()).unwrap(), None);
    let kept = KeptKey { public_key: reader_key(), entry: "entry".to_owned(), at: at(5) };
    assert_eq!(records.kept_keys(&apple).unwrap(), [kept]);
    let refused = records.keep_key(&apple, &notes_key(), "entry", at(6)).unwrap_err();
    assert!(matches!(refused, RecordsError::Failed(_)), "one entry holds one private key: {refused:?}");
    let account = connected(&records, "Acme");
    records.record_listing(&account, at(10), &[listed(FIRST, reader_key(), Reach::OneApp)]).unwrap();
    assert_eq!(records.known_key(&apple, FIRST).unwrap().kept, Some(at(5)));
}

#[test]
fn names_notes_and_bindings_outlive_the_account_and_a_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let apple = Origin::apple();
    {
        let records = Records::open(folder.path(), ann()).unwrap();
        let account = connected(&records, "Acme");
        records.record_listing(&account, at(10), &[listed(FIRST, reader_key(), Reach::OneApp)]).unwrap();
        records.describe_key(&account, FIRST, Some("Reader 2025"), Some("for the shop"), at(11)).unwrap();
        records.remember_binding(&apple, FIRST, &app()).unwrap();
        records.begin_disconnect(&account).unwrap();
        records.remove_account(&account, at(5_000)).unwrap();
        assert_eq!(records.listing(&account).unwrap(), None, "what it listed goes with it");
    }
    let records = Records::open(folder.path(), ann()).unwrap();
    let again = connected(&records, "Acme again");
    records.record_listing(&again, at(99), &[listed(FIRST, reader_key(), Reach::OneApp)]).unwrap();
    let known = records.known_key(&apple, FIRST).unwrap();
    assert_eq!((known.name.as_deref(), known.note.as_deref()), (Some("Reader 2025"), Some("for the shop")));
    assert_eq!(known.app, Some(app()));
    assert_eq!(known.first_seen, at(10));
}

#[test]
fn a_test_servers_keys_never_mix_with_apples() {
    let records = Records::in_memory(ann()).unwrap();
    let test_server = Origin::loopback("http://127.0.0.1:8080").unwrap();
    let tested = NewAccount { origin: test_server.clone(), ..team_account("Test") };
    records.begin_account(&tested).unwrap();
    records.account_ready(&tested.id).unwrap();
    let account = connected(&records, "Acme");
    for id in [&account, &tested.id] {
        records.record_listing(id, at(10), &[listed(FIRST, reader_key(), Reach::OneApp)]).unwrap();
    }
    records.describe_key(&tested.id, FIRST, Some("made up"), None, at(11)).unwrap();
    records.remember_binding(&test_server, FIRST, &app()).unwrap();
    let real = records.known_key(&Origin::apple(), FIRST).unwrap();
    assert_eq!((real.name, real.app), (None, None));
    let holders = records.accounts_listing(&Origin::apple(), &reader_key()).unwrap();
    assert_eq!(holders, [(account, FIRST.to_owned())]);
}

#[test]
fn a_key_that_cannot_be_read_is_known_by_its_id_and_keeps_what_was_read_before() {
    let records = Records::in_memory(ann()).unwrap();
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
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    let apple = Origin::apple();
    records.record_listing(&account, at(10), &[listed(FIRST, reader_key(), Reach::OneApp)]).unwrap();
    records.describe_key(&account, FIRST, Some("Reader"), None, at(11)).unwrap();
    records.confirm_key(&account, FIRST, &Confirmation::ByPrivateKey { at: at(11) }).unwrap();
    let seen = PrivateKeySeen { file_name: None, at: at(11), made_here: true };
    records.private_key_seen(&account, FIRST, &seen).unwrap();

    records.record_listing(&account, at(20), &[listed(FIRST, notes_key(), Reach::OneApp)]).unwrap();
    let known = records.known_key(&apple, FIRST).unwrap();
    assert_eq!(known.public_key, Some(notes_key()));
    assert_eq!((known.confirmed, known.private_key), (None, None));
    assert_eq!(known.name.as_deref(), Some("Reader"), "a name is of the ID");
}

#[test]
fn accounts_are_found_by_a_public_key_of_their_last_listing() {
    let records = Records::in_memory(ann()).unwrap();
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
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    assert_eq!(records.known_key(&Origin::apple(), FIRST), Err(RecordsError::NotFound));
    assert_eq!(
        records.describe_key(&account, FIRST, Some("Reader"), None, at(1)),
        Err(RecordsError::NotFound)
    );
    let confirmation = Confirmation::ByPrivateKey { at: at(1) };
    assert_eq!(records.confirm_key(&account, FIRST, &confirmation), Err(RecordsError::NotFound));
    let seen = PrivateKeySeen { file_name: None, at: at(1), made_here: false };
    assert_eq!(records.private_key_seen(&account, FIRST, &seen), Err(RecordsError::NotFound));
    assert_eq!(told(&records).len(), 1, "of the account alone");
}
