use latchkey_core::{
    account::{AccountId, Origin},
    records::{
        Certainty, Did, Ended, Intent, Outcome, Reach, Records, RecordsError, Switched, Went, Work, WorkKind,
    },
};

use crate::{
    AWKWARD, ann, at, connected,
    intents::{NEW, OLD, addition, app, finish, removal},
    notes_key, told,
};

pub(crate) fn work(id: &str, account: &AccountId) -> Work {
    Work {
        id: id.to_owned(),
        account: account.clone(),
        origin: Origin::apple(),
        kind: WorkKind::Planned,
        old_key: OLD.to_owned(),
        old_public_key: Some(notes_key()),
        old_name: Some(AWKWARD.to_owned()),
        reach: Reach::OneApp,
        app: Some(app()),
        begun_at: at(50),
        new_key: None,
        added_at: None,
        handed_over_at: None,
        switched: None,
        old_removed_at: None,
        ended: None,
    }
}

/// Adds the new key as the work's step.
fn add(records: &Records, work: &Work) {
    let addition = Intent { work: Some(work.id.clone()), ..addition("add", &work.account) };
    records.begin_intent(&addition).unwrap();
    finish(records, "add", &Outcome::Done { key: NEW.to_owned() }, 60);
}

#[test]
fn every_step_of_a_replacement_is_written_down_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Records::open(folder.path(), ann()).unwrap();
    let mut expected = work("work", &connected(&open(), "Acme"));
    let bare = Work {
        id: "bare".to_owned(),
        old_key: AWKWARD.to_owned(),
        old_public_key: None,
        old_name: None,
        reach: Reach::AllApps,
        app: None,
        begun_at: at(51),
        ..expected.clone()
    };
    open().begin_work(&expected).unwrap();
    open().begin_work(&bare).unwrap();
    assert_eq!(open().open_works().unwrap(), [expected.clone(), bare.clone()], "the oldest first");

    add(&open(), &expected);
    (expected.new_key, expected.added_at) = (Some(NEW.to_owned()), Some(at(60)));
    assert_eq!(open().work("work").unwrap(), expected);
    open().hand_over("work", at(70)).unwrap();
    expected.handed_over_at = Some(at(70));
    assert_eq!(open().work("work").unwrap(), expected);
    for switched in
        [Switched::ByWord { by: AWKWARD.to_owned(), at: at(80) }, Switched::ByToken { at: at(81) }]
    {
        open().switched("work", &switched).unwrap();
        expected.switched = Some(switched);
        assert_eq!(open().work("work").unwrap(), expected);
    }
    let removal = Intent { work: Some("work".to_owned()), ..removal("remove", &expected.account) };
    open().begin_intent(&removal).unwrap();
    finish(&open(), "remove", &Outcome::Done { key: OLD.to_owned() }, 90);
    expected.old_removed_at = Some(at(90));
    assert_eq!(open().work("work").unwrap(), expected);
    open().end_work("work", &Ended::Finished { at: at(100) }).unwrap();
    expected.ended = Some(Ended::Finished { at: at(100) });
    assert_eq!(open().work("work").unwrap(), expected);
    assert_eq!(open().open_works().unwrap(), [bare]);

    let told = told(&open());
    let lines: Vec<_> = told
        .iter()
        .filter(|line| line.key.as_deref() != Some(AWKWARD))
        .map(|line| (line.did, line.at.unix_millis(), line.key.as_deref(), line.detail.as_deref()))
        .collect();
    let expected = [
        (Did::Connected, 1_000, None, None),
        (Did::ReplaceBegun, 50, Some(OLD), Some("planned")),
        (Did::Added, 60, Some(NEW), Some(AWKWARD)),
        (Did::HandedOver, 70, Some(NEW), None),
        (Did::ServerSwitched, 80, Some(NEW), Some(AWKWARD)),
        (Did::ServerSwitched, 81, Some(NEW), None),
        (Did::Removed, 90, Some(OLD), None),
        (Did::ReplaceFinished, 100, Some(OLD), Some(NEW)),
    ];
    assert_eq!(lines, expected);
    assert!(told.iter().all(|line| line.went == Went::Done && line.account_name == "Acme"));
    let added = told.iter().find(|line| line.did == Did::Added).unwrap();
    assert_eq!(added.certainty, Some(Certainty::ByVoice));
}

#[test]
fn a_replacement_changes_its_order_and_can_be_given_up() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    records.begin_work(&work("work", &account)).unwrap();
    for kind in [WorkKind::RemoveFirst, WorkKind::Emergency] {
        records.change_work_kind("work", kind, at(60)).unwrap();
        assert_eq!(records.work("work").unwrap().kind, kind);
        let last = told(&records).pop().unwrap();
        assert_eq!((last.did, last.detail.as_deref()), (Did::ReplaceChanged, Some(kind.word())));
    }
    records.end_work("work", &Ended::Stopped { at: at(70) }).unwrap();
    assert_eq!(records.work("work").unwrap().ended, Some(Ended::Stopped { at: at(70) }));
    assert_eq!(told(&records).pop().unwrap().did, Did::ReplaceStopped);
    assert_eq!(records.change_work_kind("work", WorkKind::Planned, at(80)), Err(RecordsError::NotFound));
    let again = records.end_work("work", &Ended::Finished { at: at(80) });
    assert_eq!(again, Err(RecordsError::NotFound));
}

#[test]
fn a_key_is_replaced_by_one_piece_of_work_at_a_time() {
    let records = Records::in_memory(ann()).unwrap();
    let (account, other) = (connected(&records, "Acme"), connected(&records, "Other"));
    records.begin_work(&work("first", &account)).unwrap();
    for again in [work("second", &account), work("first", &other)] {
        let refused = records.begin_work(&again).unwrap_err();
        assert!(matches!(refused, RecordsError::Failed(_)), "{refused:?}");
    }
    records.begin_work(&work("elsewhere", &other)).unwrap();
    records.end_work("first", &Ended::Stopped { at: at(70) }).unwrap();
    records.begin_work(&work("anew", &account)).unwrap();
}

#[test]
fn nothing_is_handed_over_before_there_is_a_new_key() {
    let records = Records::in_memory(ann()).unwrap();
    let work = work("work", &connected(&records, "Acme"));
    records.begin_work(&work).unwrap();
    let switched = Switched::ByToken { at: at(70) };
    assert_eq!(records.hand_over("work", at(70)), Err(RecordsError::NotFound));
    assert_eq!(records.switched("work", &switched), Err(RecordsError::NotFound));
    add(&records, &work);
    records.hand_over("work", at(70)).unwrap();
    records.switched("work", &switched).unwrap();
}

#[test]
fn a_token_says_more_of_the_server_than_a_word_and_nothing_more_is_said_of_it_then() {
    let records = Records::in_memory(ann()).unwrap();
    let work = work("work", &connected(&records, "Acme"));
    records.begin_work(&work).unwrap();
    add(&records, &work);
    let by_word = |by: &str, at| Switched::ByWord { by: by.to_owned(), at };
    let says = [
        (by_word("Jonas", at(70)), by_word("Jonas", at(70))),
        (by_word("Maria", at(71)), by_word("Jonas", at(70))),
        (Switched::ByToken { at: at(72) }, Switched::ByToken { at: at(72) }),
        (Switched::ByToken { at: at(73) }, Switched::ByToken { at: at(72) }),
        (by_word("Maria", at(74)), Switched::ByToken { at: at(72) }),
    ];
    for (said, noted) in says {
        records.switched(&work.id, &said).unwrap();
        assert_eq!(records.work(&work.id).unwrap().switched, Some(noted), "{said:?}");
    }
    let lines = told(&records);
    assert_eq!(lines.iter().filter(|entry| entry.did == Did::ServerSwitched).count(), 2);
}

#[test]
fn only_the_removal_of_the_old_key_ends_its_days() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    records.begin_work(&Work { old_key: "third".to_owned(), ..work("work", &account) }).unwrap();
    let removal = Intent { work: Some("work".to_owned()), ..removal("remove", &account) };
    records.begin_intent(&removal).unwrap();
    finish(&records, "remove", &Outcome::Done { key: OLD.to_owned() }, 90);
    assert_eq!(records.work("work").unwrap().old_removed_at, None);
}

#[test]
fn what_apple_has_already_counts_as_a_step_once() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    let begun = work("work", &account);
    records.begin_work(&begun).unwrap();
    let lines = told(&records).len();
    records.new_key_there("work", OLD, at(55)).unwrap();
    assert_eq!(records.work("work").unwrap(), begun, "a key does not replace itself");
    for (key, millis) in [(NEW, 60), ("third", 70)] {
        records.new_key_there("work", key, at(millis)).unwrap();
        records.old_key_gone("work", at(millis)).unwrap();
    }
    let (new_key, there, gone) = (Some(NEW.to_owned()), Some(at(60)), Some(at(60)));
    let expected = Work { new_key, added_at: there, old_removed_at: gone, ..begun.clone() };
    assert_eq!(records.work("work").unwrap(), expected);
    assert_eq!(told(&records).len(), lines, "this computer did nothing");

    let ended = Work { id: "ended".to_owned(), old_key: "third".to_owned(), ..begun };
    records.begin_work(&ended).unwrap();
    records.end_work("ended", &Ended::Stopped { at: at(80) }).unwrap();
    records.new_key_there("ended", NEW, at(90)).unwrap();
    records.old_key_gone("ended", at(90)).unwrap();
    let ended = Work { ended: Some(Ended::Stopped { at: at(80) }), ..ended };
    assert_eq!(records.work("ended").unwrap(), ended);
}
