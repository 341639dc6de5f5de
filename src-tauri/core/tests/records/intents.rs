use std::process::Command;

use latchkey_core::{
    account::{AccountId, Origin},
    records::{
        Addition, Confirmation, Intent, IntentState, ListedKey, Outcome, PrivateKeySeen, Reach, Records,
        RecordsError,
    },
};

use crate::{AWKWARD, at, connected, notes_key, reader_key};

const OLD: &str = "1a2b3c4d-0000-4000-8000-000000000001";
const NEW: &str = "1a2b3c4d-0000-4000-8000-000000000002";
const CRASHING_IN: &str = "LATCHKEY_TEST_CRASHING_IN";

fn addition(id: &str, account: &AccountId) -> Addition {
    Addition {
        id: id.to_owned(),
        account: account.clone(),
        origin: Origin::apple(),
        app: Some("6473805491".parse().unwrap()),
        app_name: Some(AWKWARD.to_owned()),
        public_key: reader_key(),
        name: Some(AWKWARD.to_owned()),
        confirmed: Some(Confirmation::ByVoice { by: AWKWARD.to_owned(), at: at(5) }),
        private_key: Some(PrivateKeySeen { file_name: Some(AWKWARD.to_owned()), at: at(6) }),
        already_there: vec![OLD.to_owned(), AWKWARD.to_owned()],
        created_at: at(100),
        token_expires_at: at(120_100),
    }
}

fn bare_addition(id: &str, account: &AccountId) -> Addition {
    Addition {
        app: None,
        app_name: None,
        name: None,
        confirmed: None,
        private_key: None,
        already_there: vec![],
        ..addition(id, account)
    }
}

#[test]
fn an_addition_reads_back_as_it_was_written_whatever_its_texts_hold() {
    let records = Records::in_memory().unwrap();
    let account = AccountId::fresh();
    for addition in [addition("full", &account), bare_addition("bare", &account)] {
        records.begin_intent(&addition).unwrap();
        let id = addition.id.clone();
        assert_eq!(records.intent(&id).unwrap(), Intent { addition, state: IntentState::Sent });
    }
}

#[test]
fn an_id_is_good_for_one_change() {
    let records = Records::in_memory().unwrap();
    let account = connected(&records, "Acme");
    records.begin_intent(&addition("draft", &account)).unwrap();
    let refused = records.begin_intent(&bare_addition("draft", &account)).unwrap_err();
    assert!(matches!(refused, RecordsError::Failed(_)), "{refused:?}");
    assert_eq!(records.intent("draft").unwrap().addition, addition("draft", &account));
}

#[test]
fn a_change_ends_once() {
    let records = Records::in_memory().unwrap();
    let account = connected(&records, "Acme");
    for (id, outcome) in
        [("a", Outcome::Done { key: NEW.to_owned() }), ("b", Outcome::Refused), ("c", Outcome::NotArrived)]
    {
        records.begin_intent(&addition(id, &account)).unwrap();
        records.finish_intent(id, &outcome, at(200)).unwrap();
        assert_eq!(records.finish_intent(id, &Outcome::Refused, at(300)), Err(RecordsError::NotFound));
        assert_eq!(records.intent(id).unwrap().state, IntentState::Finished { outcome, at: at(200) });
    }
    assert_eq!(records.finish_intent("d", &Outcome::Refused, at(300)), Err(RecordsError::NotFound));
}

#[test]
fn only_changes_of_unknown_outcome_are_open_the_oldest_first() {
    let records = Records::in_memory().unwrap();
    let account = connected(&records, "Acme");
    for (id, created) in [("newer", 3), ("decided", 1), ("older", 2)] {
        let app = Some(created.to_string().parse().unwrap());
        records.begin_intent(&Addition { created_at: at(created), app, ..addition(id, &account) }).unwrap();
    }
    records.finish_intent("decided", &Outcome::NotArrived, at(9)).unwrap();
    records.remove_account(&account).unwrap();
    let open: Vec<_> = records.open_intents().unwrap().into_iter().map(|intent| intent.addition.id).collect();
    assert_eq!(open, ["older", "newer"]);
}

#[test]
fn the_same_addition_is_not_begun_again_while_the_first_is_open() {
    let records = Records::in_memory().unwrap();
    let account = connected(&records, "Acme");
    for first in [addition("for one app", &account), bare_addition("for all apps", &account)] {
        records.begin_intent(&first).unwrap();
        let again = Addition { id: "again".to_owned(), ..first.clone() };
        assert!(matches!(records.begin_intent(&again), Err(RecordsError::Failed(_))));
        records.finish_intent(&first.id, &Outcome::NotArrived, at(200)).unwrap();
    }
    records.begin_intent(&addition("decided, so anew", &account)).unwrap();
}

#[test]
fn an_added_key_is_known_with_all_that_was_said_of_it_and_stands_on_the_listing() {
    let records = Records::in_memory().unwrap();
    let account = connected(&records, "Acme");
    let there = ListedKey { id: OLD.to_owned(), public_key: Some(notes_key()), reach: Reach::AllApps };
    records.record_listing(&account, at(10), &[there]).unwrap();
    let sent = addition("draft", &account);
    records.begin_intent(&sent).unwrap();
    records.finish_intent("draft", &Outcome::Done { key: NEW.to_owned() }, at(200)).unwrap();

    let known = records.known_key(&Origin::apple(), NEW).unwrap();
    assert!(known.added_here);
    assert_eq!(known.first_seen, at(200));
    assert_eq!(known.public_key, Some(sent.public_key));
    assert_eq!(known.name, sent.name);
    assert_eq!(known.confirmed, sent.confirmed);
    assert_eq!(known.private_key, sent.private_key);
    assert_eq!(known.app, None, "what Apple shows for the app decides, not what was asked for");
    let listing = records.listing(&account).unwrap().unwrap();
    let listed: Vec<_> = listing.keys.iter().map(|(key, reach)| (key.id.as_str(), *reach)).collect();
    assert_eq!(listed, [(OLD, Reach::AllApps), (NEW, Reach::OneApp)]);
    assert_eq!(listing.at, at(10), "the rest of the list is as old as before");
}

#[test]
fn an_addition_that_says_nothing_takes_nothing_away() {
    let records = Records::in_memory().unwrap();
    let account = connected(&records, "Acme");
    let seen = ListedKey { id: NEW.to_owned(), public_key: Some(reader_key()), reach: Reach::AllApps };
    records.record_listing(&account, at(150), &[seen]).unwrap();
    records.name_key(&Origin::apple(), NEW, Some("Everything")).unwrap();
    records.confirm_key(&Origin::apple(), NEW, &Confirmation::ByPrivateKey { at: at(160) }).unwrap();
    records.begin_intent(&bare_addition("draft", &account)).unwrap();
    records.finish_intent("draft", &Outcome::Done { key: NEW.to_owned() }, at(200)).unwrap();
    let known = records.known_key(&Origin::apple(), NEW).unwrap();
    assert!(known.added_here);
    assert_eq!(known.first_seen, at(150));
    assert_eq!(known.name.as_deref(), Some("Everything"));
    assert_eq!(known.confirmed, Some(Confirmation::ByPrivateKey { at: at(160) }));
    assert_eq!(records.listing(&account).unwrap().unwrap().keys.len(), 1);
}

#[test]
fn an_addition_can_end_after_its_account_is_gone() {
    let records = Records::in_memory().unwrap();
    let account = connected(&records, "Acme");
    records.begin_intent(&addition("draft", &account)).unwrap();
    records.remove_account(&account).unwrap();
    records.finish_intent("draft", &Outcome::Done { key: NEW.to_owned() }, at(200)).unwrap();
    assert!(records.known_key(&Origin::apple(), NEW).unwrap().added_here);
}

/// Runs in a process of its own, started by the next test.
#[test]
fn crashes_after_sending() {
    let Some(folder) = std::env::var_os(CRASHING_IN) else { return };
    let records = Records::open(folder.as_ref()).unwrap();
    let account = connected(&records, "Acme");
    records.begin_intent(&addition("draft", &account)).unwrap();
    std::process::abort();
}

#[test]
fn a_change_that_a_crash_interrupted_is_open_after_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let crashed = Command::new(std::env::current_exe().unwrap())
        .args(["intents::crashes_after_sending", "--exact", "--nocapture"])
        .env(CRASHING_IN, folder.path())
        .output()
        .unwrap();
    assert!(!crashed.status.success(), "it was to crash: {crashed:?}");
    let records = Records::open(folder.path()).unwrap();
    let open = records.open_intents().unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].addition, addition("draft", &open[0].addition.account));
}
