use std::process::Command;

use latchkey_core::{
    account::{AccountId, Origin},
    app::App,
    records::{
        Addition, Answer, Certainty, Change, Confirmation, Did, Intent, IntentState, ListedKey, Outcome,
        PrivateKeySeen, Reach, Records, RecordsError, Removal, Went,
    },
};

use crate::{AWKWARD, ann, at, connected, notes_key, reader_key, told};

pub(crate) const OLD: &str = "1a2b3c4d-0000-4000-8000-000000000001";
pub(crate) const NEW: &str = "1a2b3c4d-0000-4000-8000-000000000002";
const CRASHING_IN: &str = "LATCHKEY_TEST_CRASHING_IN";

pub(crate) fn app() -> App {
    App {
        id: "6473805491".parse().unwrap(),
        name: AWKWARD.to_owned(),
        bundle_id: "com.example.reader".to_owned(),
        sku: Some(AWKWARD.to_owned()),
        locale: None,
    }
}

fn sent(id: &str, account: &AccountId, change: Change) -> Intent {
    Intent {
        id: id.to_owned(),
        account: account.clone(),
        origin: Origin::apple(),
        change,
        work: None,
        created_at: at(100),
        token_expires_at: at(120_100),
        state: IntentState::Sent,
    }
}

fn everything_said() -> Addition {
    Addition {
        app: Some(app()),
        public_key: reader_key(),
        name: Some(AWKWARD.to_owned()),
        confirmed: Some(Confirmation::ByVoice { by: AWKWARD.to_owned(), at: at(5) }),
        private_key: Some(PrivateKeySeen { file_name: Some(AWKWARD.to_owned()), at: at(6), made_here: true }),
        already_there: vec![OLD.to_owned(), AWKWARD.to_owned()],
    }
}

fn nothing_said() -> Addition {
    Addition {
        app: None,
        name: None,
        confirmed: None,
        private_key: None,
        already_there: vec![],
        ..everything_said()
    }
}

pub(crate) fn addition(id: &str, account: &AccountId) -> Intent {
    sent(id, account, Change::Add(everything_said()))
}

pub(crate) fn bare_addition(id: &str, account: &AccountId) -> Intent {
    sent(id, account, Change::Add(nothing_said()))
}

pub(crate) fn removal(id: &str, account: &AccountId) -> Intent {
    let removal = Removal {
        key: OLD.to_owned(),
        reach: Reach::OneApp,
        app: Some(app()),
        public_key: Some(notes_key()),
        name: Some(AWKWARD.to_owned()),
    };
    sent(id, account, Change::Remove(removal))
}

pub(crate) fn bare_removal(id: &str, account: &AccountId) -> Intent {
    let key = AWKWARD.to_owned();
    let removal = Removal { key, reach: Reach::AllApps, app: None, public_key: None, name: None };
    sent(id, account, Change::Remove(removal))
}

/// Ends a change as if Apple had said nothing worth keeping.
pub(crate) fn finish(records: &Records, id: &str, outcome: &Outcome, millis: i64) {
    records.finish_intent(id, outcome, &Answer::default(), at(millis)).unwrap();
}

fn done(key: &str) -> Outcome {
    Outcome::Done { key: key.to_owned() }
}

#[test]
fn a_change_reads_back_as_it_was_written_whatever_its_texts_hold() {
    let records = Records::in_memory(ann()).unwrap();
    let account = AccountId::fresh();
    let changes = [
        addition("full", &account),
        Intent { work: Some("work".to_owned()), ..bare_addition("bare", &account) },
        Intent { work: Some("work".to_owned()), created_at: at(99), ..removal("gone", &account) },
        bare_removal("bare and gone", &account),
    ];
    for intent in &changes {
        records.begin_intent(intent).unwrap();
        assert_eq!(records.intent(&intent.id).unwrap(), *intent);
    }
    let [_, bare, gone, _] = changes;
    assert_eq!(records.intents_of_work("work").unwrap(), [gone, bare], "the oldest first");
}

#[test]
fn an_id_is_good_for_one_change() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    records.begin_intent(&addition("draft", &account)).unwrap();
    for again in [bare_addition("draft", &account), removal("draft", &account)] {
        let refused = records.begin_intent(&again).unwrap_err();
        assert!(matches!(refused, RecordsError::Failed(_)), "{refused:?}");
    }
    assert_eq!(records.intent("draft").unwrap(), addition("draft", &account));
}

#[test]
fn a_change_ends_once() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    let answer = Answer::default();
    let outcomes = [done(NEW), Outcome::Refused, Outcome::NotSent, Outcome::NotArrived];
    for (nth, outcome) in outcomes.into_iter().enumerate() {
        let id = nth.to_string();
        records.begin_intent(&addition(&id, &account)).unwrap();
        records.finish_intent(&id, &outcome, &answer, at(200)).unwrap();
        assert_eq!(
            records.finish_intent(&id, &Outcome::Refused, &answer, at(300)),
            Err(RecordsError::NotFound)
        );
        assert_eq!(records.answer_lost(&id, &answer, at(300)), Err(RecordsError::NotFound));
        assert_eq!(records.intent(&id).unwrap().state, IntentState::Finished { outcome, at: at(200) });
    }
    let never_begun = records.finish_intent("other", &Outcome::Refused, &answer, at(300));
    assert_eq!(never_begun, Err(RecordsError::NotFound));
}

#[test]
fn only_changes_of_unknown_outcome_are_open_the_oldest_first() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    let newer = Intent { created_at: at(3), ..addition("newer", &account) };
    let decided = Intent { created_at: at(1), ..removal("decided", &account) };
    let older = Intent { created_at: at(2), ..bare_removal("older", &account) };
    for intent in [&newer, &decided, &older] {
        records.begin_intent(intent).unwrap();
    }
    finish(&records, "decided", &Outcome::NotArrived, 9);
    records.remove_account(&account, at(10)).unwrap();
    assert_eq!(records.open_intents().unwrap(), [older, newer]);
}

#[test]
fn the_same_change_is_not_begun_again_while_the_first_is_open() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    for first in [
        addition("for one app", &account),
        bare_addition("for all apps", &account),
        removal("of a key", &account),
    ] {
        records.begin_intent(&first).unwrap();
        let again = Intent { id: "again".to_owned(), ..first.clone() };
        assert!(matches!(records.begin_intent(&again), Err(RecordsError::Failed(_))), "{first:?}");
        finish(&records, &first.id, &Outcome::NotArrived, 200);
        records.begin_intent(&Intent { id: format!("{} anew", first.id), ..again }).unwrap();
    }
}

#[test]
fn an_added_key_is_known_with_all_that_was_said_of_it_and_stands_on_the_listing() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    let there = ListedKey { id: OLD.to_owned(), public_key: Some(notes_key()), reach: Reach::AllApps };
    records.record_listing(&account, at(10), &[there]).unwrap();
    records.begin_intent(&addition("draft", &account)).unwrap();
    finish(&records, "draft", &done(NEW), 200);

    let known = records.known_key(&Origin::apple(), NEW).unwrap();
    let said = everything_said();
    assert_eq!((known.added_here, known.first_seen), (Some(at(200)), at(200)));
    assert_eq!(known.public_key, Some(said.public_key));
    assert_eq!((known.name, known.confirmed), (said.name, said.confirmed));
    assert_eq!(known.private_key, said.private_key);
    assert_eq!(known.app, None, "what Apple shows for the app decides, not what was asked for");
    let listing = records.listing(&account).unwrap().unwrap();
    let listed: Vec<_> = listing.keys.iter().map(|(key, reach)| (key.id.as_str(), *reach)).collect();
    assert_eq!(listed, [(OLD, Reach::AllApps), (NEW, Reach::OneApp)]);
    assert_eq!(listing.at, at(10), "the rest of the list is as old as before");
}

#[test]
fn an_addition_that_says_nothing_takes_nothing_away() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    let seen = ListedKey { id: NEW.to_owned(), public_key: Some(reader_key()), reach: Reach::AllApps };
    records.record_listing(&account, at(150), &[seen]).unwrap();
    records.describe_key(&account, NEW, Some("Everything"), Some("for the shop"), at(155)).unwrap();
    records.confirm_key(&account, NEW, &Confirmation::ByPrivateKey { at: at(160) }).unwrap();
    records.begin_intent(&bare_addition("draft", &account)).unwrap();
    finish(&records, "draft", &done(NEW), 200);
    let known = records.known_key(&Origin::apple(), NEW).unwrap();
    assert_eq!((known.added_here, known.first_seen), (Some(at(200)), at(150)));
    assert_eq!((known.name.as_deref(), known.note.as_deref()), (Some("Everything"), Some("for the shop")));
    assert_eq!(known.confirmed, Some(Confirmation::ByPrivateKey { at: at(160) }));
    assert_eq!(records.listing(&account).unwrap().unwrap().keys.len(), 1);
}

#[test]
fn a_removed_key_leaves_the_listing_and_stays_known() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    let key = |id: &str| ListedKey { id: id.to_owned(), public_key: Some(notes_key()), reach: Reach::OneApp };
    records.record_listing(&account, at(10), &[key(OLD), key(NEW)]).unwrap();
    records.describe_key(&account, OLD, Some("Reader"), Some("note"), at(20)).unwrap();
    let before = records.known_key(&Origin::apple(), OLD).unwrap();
    records.begin_intent(&removal("draft", &account)).unwrap();
    finish(&records, "draft", &done(OLD), 200);
    let listed: Vec<_> =
        records.listing(&account).unwrap().unwrap().keys.into_iter().map(|(key, _)| key.id).collect();
    assert_eq!(listed, [NEW]);
    assert_eq!(records.known_key(&Origin::apple(), OLD).unwrap(), before);
}

#[test]
fn a_change_that_did_not_happen_leaves_the_listing() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    let key = ListedKey { id: OLD.to_owned(), public_key: Some(notes_key()), reach: Reach::OneApp };
    records.record_listing(&account, at(10), &[key]).unwrap();
    let before = records.listing(&account).unwrap();
    for outcome in [Outcome::Refused, Outcome::NotSent, Outcome::NotArrived] {
        let id = format!("{outcome:?}");
        records.begin_intent(&removal(&id, &account)).unwrap();
        finish(&records, &id, &outcome, 200);
        assert_eq!(records.listing(&account).unwrap(), before, "{outcome:?}");
    }
}

#[test]
fn a_change_can_end_after_its_account_is_gone_and_activity_still_names_that() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    records.begin_intent(&addition("draft", &account)).unwrap();
    records.remove_account(&account, at(150)).unwrap();
    finish(&records, "draft", &done(NEW), 200);
    assert_eq!(records.known_key(&Origin::apple(), NEW).unwrap().added_here, Some(at(200)));
    let last = told(&records).pop().unwrap();
    assert_eq!((last.did, last.account), (Did::Added, Some(account)));
    assert_eq!((last.account_name.as_str(), last.api_key_id.as_str()), ("Acme", "2X9R4HXF34"));
}

#[test]
fn activity_tells_how_each_change_went_and_what_apple_said() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    let apple = Answer {
        status: Some(409),
        code: Some("ENTITY_ERROR".to_owned()),
        request_id: Some("REQUEST".to_owned()),
    };
    for (outcome, went) in [
        (done(NEW), Went::Done),
        (Outcome::Refused, Went::Refused),
        (Outcome::NotSent, Went::NotSent),
        (Outcome::NotArrived, Went::NotArrived),
    ] {
        let id = format!("add {outcome:?}");
        records.begin_intent(&addition(&id, &account)).unwrap();
        records.finish_intent(&id, &outcome, &apple, at(200)).unwrap();
        let added = told(&records).pop().unwrap();
        assert_eq!((added.did, added.went, added.at, &added.apple), (Did::Added, went, at(200), &apple));
        assert_eq!(added.key.as_deref(), (went == Went::Done).then_some(NEW));
        assert_eq!(added.key_name.as_deref(), Some(AWKWARD));
        assert_eq!(added.public_key, Some(reader_key()));
        assert_eq!(added.app, Some(App { sku: None, ..app() }));
        assert_eq!((added.all_apps, added.certainty), (false, Some(Certainty::ByVoice)));
        assert_eq!(added.detail.as_deref(), Some(AWKWARD), "who confirmed it");
    }
    for (outcome, went) in [(Outcome::Refused, Went::Refused), (done(OLD), Went::Done)] {
        let id = format!("remove {outcome:?}");
        records.begin_intent(&removal(&id, &account)).unwrap();
        records.finish_intent(&id, &outcome, &apple, at(300)).unwrap();
        let removed = told(&records).pop().unwrap();
        assert_eq!((removed.did, removed.went, &removed.apple), (Did::Removed, went, &apple));
        assert_eq!((removed.key.as_deref(), removed.key_name.as_deref()), (Some(OLD), Some(AWKWARD)));
        assert_eq!((removed.public_key, removed.certainty), (Some(notes_key()), None));
    }
    records.begin_intent(&bare_addition("bare", &account)).unwrap();
    finish(&records, "bare", &done(NEW), 400);
    let bare = told(&records).pop().unwrap();
    assert_eq!((bare.app, bare.all_apps), (None, true));
    assert_eq!(bare.certainty, Some(Certainty::NotConfirmed));
}

#[test]
fn activity_tells_once_that_an_answer_was_lost_and_then_that_the_change_arrived() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    let lost = Answer { request_id: Some("REQUEST".to_owned()), ..Answer::default() };
    for (intent, key) in [(addition("added", &account), NEW), (removal("removed", &account), OLD)] {
        records.begin_intent(&intent).unwrap();
        records.answer_lost(&intent.id, &lost, at(150)).unwrap();
        records.answer_lost(&intent.id, &Answer::default(), at(160)).unwrap();
        assert_eq!(records.intent(&intent.id).unwrap(), intent, "it stays open");
        finish(&records, &intent.id, &done(key), 200);
    }
    let lines: Vec<_> = told(&records)[1..]
        .iter()
        .map(|line| (line.did, line.went, line.apple.request_id.is_some()))
        .collect();
    assert_eq!(
        lines,
        [
            (Did::Added, Went::AnswerLost, true),
            (Did::Added, Went::Arrived, false),
            (Did::Removed, Went::AnswerLost, true),
            (Did::Removed, Went::Arrived, false),
        ]
    );
}

/// Runs in a process of its own, started by the next test.
#[test]
fn crashes_after_sending() {
    let Some(folder) = std::env::var_os(CRASHING_IN) else { return };
    let records = Records::open(folder.as_ref(), ann()).unwrap();
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
    let records = Records::open(folder.path(), ann()).unwrap();
    let open = records.open_intents().unwrap();
    assert_eq!(open, [addition("draft", &open[0].account)]);
}
