use latchkey_core::{
    account::{AccountId, Origin},
    app::App,
    key::PublicKey,
    records::{Answer, Change, Did, Intent, ListedKey, NewsKind, Outcome, Reach, Records, Went},
};

use crate::{
    ann, at, connected,
    intents::{NEW, OLD, addition, app, bare_addition, finish, removal},
    notes_key, reader_key, told,
};

fn key(id: &str, public_key: PublicKey) -> ListedKey {
    ListedKey { id: id.to_owned(), public_key: Some(public_key), reach: Reach::OneApp }
}

fn list(records: &Records, account: &AccountId, millis: i64, keys: &[ListedKey]) {
    records.record_listing(account, at(millis), keys).unwrap();
}

fn news(records: &Records, account: &AccountId) -> Vec<(NewsKind, String, i64)> {
    let news = records.news(account).unwrap().into_iter();
    news.map(|news| (news.kind, news.key.id, news.at.unix_millis())).collect()
}

fn came(id: &str, millis: i64) -> (NewsKind, String, i64) {
    (NewsKind::Came, id.to_owned(), millis)
}

fn went(id: &str, millis: i64) -> (NewsKind, String, i64) {
    (NewsKind::Went, id.to_owned(), millis)
}

fn noticed(records: &Records) -> Vec<(Did, Option<String>)> {
    let told = told(records).into_iter().filter(|line| line.went == Went::Noticed);
    told.map(|line| (line.did, line.key)).collect()
}

#[test]
fn what_came_and_went_since_the_last_listing_is_news_until_it_is_seen() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    list(&records, &account, 10, &[key(OLD, notes_key())]);
    assert_eq!(news(&records, &account), [], "the first listing has nothing to be compared with");
    records.remember_binding(&Origin::apple(), OLD, &app()).unwrap();

    list(&records, &account, 20, &[key(NEW, reader_key())]);
    assert_eq!(news(&records, &account), [came(NEW, 20), went(OLD, 20)]);
    let gone = records.news(&account).unwrap().remove(1);
    assert_eq!((gone.key.app, gone.reach), (Some(app()), Reach::OneApp));
    list(&records, &account, 30, &[key(NEW, reader_key()), key(OLD, notes_key())]);
    assert_eq!(news(&records, &account), [came(NEW, 20), went(OLD, 20), came(OLD, 30)], "it is back");

    records.news_seen(&account, at(20)).unwrap();
    assert_eq!(news(&records, &account), [came(OLD, 30)]);
    let lines = told(&records);
    let lines: Vec<_> = lines[1..].iter().map(|line| (line.did, line.went, line.key.as_deref())).collect();
    assert_eq!(
        lines,
        [
            (Did::NoticedNew, Went::Noticed, Some(NEW)),
            (Did::NoticedGone, Went::Noticed, Some(OLD)),
            (Did::NoticedNew, Went::Noticed, Some(OLD)),
        ],
        "what was seen stays in Activity"
    );
    let gone = &told(&records)[2];
    assert_eq!((&gone.public_key, gone.all_apps), (&Some(notes_key()), false));
    assert_eq!(gone.app.as_ref().map(|app| &app.bundle_id), Some(&app().bundle_id));
}

#[test]
fn a_key_that_is_gone_keeps_saying_that_it_was_for_all_apps() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    list(&records, &account, 10, &[ListedKey { reach: Reach::AllApps, ..key(OLD, notes_key()) }]);
    list(&records, &account, 20, &[]);
    assert_eq!(records.news(&account).unwrap()[0].reach, Reach::AllApps);
    assert!(told(&records).pop().unwrap().all_apps);
}

#[test]
fn what_this_computer_did_is_no_news() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    list(&records, &account, 10, &[key(OLD, notes_key())]);
    records.begin_intent(&addition("added", &account)).unwrap();
    finish(&records, "added", &Outcome::Done { key: NEW.to_owned() }, 20);
    records.begin_intent(&removal("removed", &account)).unwrap();
    finish(&records, "removed", &Outcome::Done { key: OLD.to_owned() }, 30);
    list(&records, &account, 40, &[key(NEW, reader_key())]);
    assert_eq!(news(&records, &account), []);
    assert_eq!(noticed(&records), []);
}

#[test]
fn a_removed_key_that_a_late_list_still_shows_neither_comes_nor_goes() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    list(&records, &account, 10, &[key(OLD, notes_key())]);
    records.begin_intent(&removal("removed", &account)).unwrap();
    finish(&records, "removed", &Outcome::Done { key: OLD.to_owned() }, 30);
    list(&records, &account, 40, &[key(OLD, notes_key())]);
    list(&records, &account, 50, &[]);
    assert_eq!(news(&records, &account), [], "Apple never gives an ID twice");
    assert_eq!(noticed(&records), []);
}

#[test]
fn what_this_computer_did_through_one_account_is_no_news_for_another_of_the_team() {
    let records = Records::in_memory(ann()).unwrap();
    let (account, other) = (connected(&records, "Acme"), connected(&records, "Acme, too"));
    for account in [&account, &other] {
        list(&records, account, 10, &[key(OLD, notes_key())]);
    }
    records.begin_intent(&addition("added", &account)).unwrap();
    finish(&records, "added", &Outcome::Done { key: NEW.to_owned() }, 20);
    records.begin_intent(&removal("removed", &account)).unwrap();
    finish(&records, "removed", &Outcome::Done { key: OLD.to_owned() }, 30);
    list(&records, &other, 40, &[key(NEW, reader_key())]);
    assert_eq!(news(&records, &other), []);

    let later = 20 + 5 * 60_000;
    list(&records, &other, later, &[]);
    assert_eq!(news(&records, &other), [went(NEW, later)], "the next time it was somebody else");
}

#[test]
fn a_key_that_was_just_added_here_and_is_missing_from_a_late_list_neither_goes_nor_comes() {
    let records = Records::in_memory(ann()).unwrap();
    let (account, other) = (connected(&records, "Acme"), connected(&records, "Acme, too"));
    for account in [&account, &other] {
        list(&records, account, 10, &[]);
    }
    records.begin_intent(&addition("added", &account)).unwrap();
    finish(&records, "added", &Outcome::Done { key: NEW.to_owned() }, 20);
    list(&records, &other, 25, &[key(NEW, reader_key())]);
    for account in [&account, &other] {
        list(&records, account, 30, &[]);
        assert!(
            records.listing(account).unwrap().unwrap().keys.is_empty(),
            "Apple does not say that it is there"
        );
        assert_eq!(news(&records, account), []);
    }
    assert_eq!(records.accounts_listing(&Origin::apple(), &reader_key()).unwrap(), []);
    list(&records, &account, 40, &[key(NEW, reader_key())]);
    assert_eq!(records.listing(&account).unwrap().unwrap().keys.len(), 1);
    assert_eq!(news(&records, &account), []);
    assert_eq!(noticed(&records), []);
}

#[test]
fn a_key_that_was_added_here_and_stays_away_is_told_to_be_gone() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    list(&records, &account, 10, &[]);
    records.begin_intent(&addition("added", &account)).unwrap();
    finish(&records, "added", &Outcome::Done { key: NEW.to_owned() }, 20);
    let minutes = |minutes: i64| 20 + minutes * 60_000;
    for late in [minutes(1), minutes(4)] {
        list(&records, &account, late, &[]);
        assert_eq!(news(&records, &account), []);
    }
    list(&records, &account, minutes(5), &[]);
    assert_eq!(news(&records, &account), [went(NEW, minutes(5))]);
    list(&records, &account, minutes(6), &[]);
    list(&records, &account, minutes(7), &[key(NEW, reader_key())]);
    assert_eq!(
        news(&records, &account),
        [went(NEW, minutes(5))],
        "told once, and Apple never gives an ID twice"
    );
}

#[test]
fn what_an_open_change_of_one_account_may_explain_waits_in_another_of_the_team_too() {
    for (outcome, expected) in [
        (Outcome::Done { key: NEW.to_owned() }, vec![]),
        (Outcome::Done { key: "another".to_owned() }, vec![came(NEW, 30)]),
        (Outcome::NotArrived, vec![came(NEW, 30)]),
    ] {
        let records = Records::in_memory(ann()).unwrap();
        let (account, other) = (connected(&records, "Acme"), connected(&records, "Acme, too"));
        for account in [&account, &other] {
            list(&records, account, 10, &[]);
        }
        records.begin_intent(&addition("draft", &account)).unwrap();
        list(&records, &other, 20, &[key(NEW, reader_key())]);
        assert_eq!(news(&records, &other), []);
        finish(&records, "draft", &outcome, 30);
        assert_eq!(news(&records, &other), expected, "{outcome:?}");
        assert_eq!(news(&records, &account), [], "it has not listed it");
    }
    for (outcome, expected) in
        [(Outcome::Done { key: OLD.to_owned() }, vec![]), (Outcome::NotArrived, vec![went(OLD, 30)])]
    {
        let records = Records::in_memory(ann()).unwrap();
        let (account, other) = (connected(&records, "Acme"), connected(&records, "Acme, too"));
        for account in [&account, &other] {
            list(&records, account, 10, &[key(OLD, notes_key())]);
        }
        records.begin_intent(&removal("draft", &account)).unwrap();
        list(&records, &other, 20, &[]);
        assert_eq!(news(&records, &other), []);
        finish(&records, "draft", &outcome, 30);
        assert_eq!(news(&records, &other), expected, "{outcome:?}");
    }
}

#[test]
fn a_key_that_an_open_addition_may_explain_waits_for_that_to_end() {
    for (outcome, expected) in [
        (Outcome::Done { key: NEW.to_owned() }, vec![]),
        (Outcome::Done { key: "another".to_owned() }, vec![came(NEW, 30)]),
        (Outcome::Refused, vec![came(NEW, 30)]),
        (Outcome::NotSent, vec![came(NEW, 30)]),
        (Outcome::NotArrived, vec![came(NEW, 30)]),
    ] {
        let records = Records::in_memory(ann()).unwrap();
        let account = connected(&records, "Acme");
        list(&records, &account, 10, &[]);
        records.begin_intent(&addition("draft", &account)).unwrap();
        list(&records, &account, 20, &[key(NEW, reader_key())]);
        assert_eq!(news(&records, &account), []);
        records.news_seen(&account, at(25)).unwrap();
        finish(&records, "draft", &outcome, 30);
        assert_eq!(news(&records, &account), expected, "{outcome:?}");
        assert_eq!(noticed(&records).len(), expected.len(), "{outcome:?}");
    }
}

#[test]
fn a_key_that_an_open_removal_names_waits_for_that_to_end() {
    for (outcome, expected) in [
        (Outcome::Done { key: OLD.to_owned() }, vec![]),
        (Outcome::Refused, vec![went(OLD, 30)]),
        (Outcome::NotSent, vec![went(OLD, 30)]),
        (Outcome::NotArrived, vec![went(OLD, 30)]),
    ] {
        let records = Records::in_memory(ann()).unwrap();
        let account = connected(&records, "Acme");
        list(&records, &account, 10, &[key(OLD, notes_key())]);
        records.begin_intent(&removal("draft", &account)).unwrap();
        list(&records, &account, 20, &[]);
        assert_eq!(news(&records, &account), []);
        finish(&records, "draft", &outcome, 30);
        assert_eq!(news(&records, &account), expected, "{outcome:?}");
    }
}

#[test]
fn a_key_that_no_open_change_explains_is_news_at_once() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    list(&records, &account, 10, &[key("third", notes_key())]);
    records.begin_intent(&bare_addition("for all apps", &account)).unwrap();
    records.begin_intent(&removal("of another", &account)).unwrap();
    list(&records, &account, 20, &[key(NEW, reader_key())]);
    assert_eq!(news(&records, &account), [came(NEW, 20), went("third", 20)]);

    records.begin_intent(&addition("it was there already", &account)).unwrap();
    list(&records, &account, 30, &[key(NEW, reader_key()), key(OLD, reader_key())]);
    let last = news(&records, &account).pop();
    assert_eq!(last, Some(came(OLD, 30)), "the addition says that this ID carried the public key before");
}

#[test]
fn a_key_that_two_open_additions_may_explain_waits_for_both() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    list(&records, &account, 10, &[]);
    let first = addition("first", &account);
    let Change::Add(mut elsewhere) = first.change.clone() else { unreachable!() };
    elsewhere.app = Some(App { id: "1".parse().unwrap(), ..app() });
    let second = Intent { id: "second".to_owned(), change: Change::Add(elsewhere), ..first.clone() };
    records.begin_intent(&first).unwrap();
    records.begin_intent(&second).unwrap();
    list(&records, &account, 20, &[key(NEW, reader_key())]);
    finish(&records, "first", &Outcome::NotArrived, 30);
    assert_eq!(news(&records, &account), []);
    records.finish_intent("second", &Outcome::NotArrived, &Answer::default(), at(40)).unwrap();
    assert_eq!(news(&records, &account), [came(NEW, 40)]);
}

#[test]
fn news_wait_for_an_account_that_is_disconnected_and_connected_anew() {
    let records = Records::in_memory(ann()).unwrap();
    let account = crate::team_account("Acme");
    records.begin_account(&account).unwrap();
    records.account_ready(&account.id).unwrap();
    list(&records, &account.id, 10, &[]);
    list(&records, &account.id, 20, &[key(NEW, reader_key())]);
    records.begin_disconnect(&account.id).unwrap();
    records.remove_account(&account.id, at(30)).unwrap();
    records.begin_account(&account).unwrap();
    records.account_ready(&account.id).unwrap();
    list(&records, &account.id, 40, &[]);
    assert_eq!(news(&records, &account.id), [came(NEW, 20)], "what came meanwhile can't be told");
}
