use latchkey_core::{
    account::{AccountId, Origin},
    records::{About, ActivityQuery, Answer, Did, Outcome, Records, RecordsError},
};

use crate::{
    AWKWARD, ann, at, connected,
    intents::{NEW, addition, app},
    reader_key, told,
};

fn all() -> ActivityQuery {
    ActivityQuery {
        origin: Origin::apple(),
        account: None,
        search: String::new(),
        before: None,
        limit: 1_000,
    }
}

fn saved(records: &Records, account: &AccountId, file: &str, millis: i64) {
    let about = About { detail: Some(file.to_owned()), ..About::default() };
    records.note(account, Did::SavedPrivateKey, &about, at(millis)).unwrap();
}

fn details(records: &Records, query: &ActivityQuery) -> Vec<String> {
    let page = records.activity(query).unwrap();
    page.entries.into_iter().filter_map(|line| line.detail).collect()
}

#[test]
fn a_line_reads_back_as_it_was_written_whatever_its_texts_hold() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    let about = About {
        key: Some(AWKWARD.to_owned()),
        key_name: Some(AWKWARD.to_owned()),
        public_key: Some(reader_key()),
        app: Some(app()),
        all_apps: true,
        certainty: None,
        detail: Some(AWKWARD.to_owned()),
    };
    records.note(&account, Did::CreatedPair, &about, at(5_000)).unwrap();
    let line = told(&records).pop().unwrap();
    assert_eq!((line.did, line.at, line.brought_in), (Did::CreatedPair, at(5_000), false));
    assert_eq!((line.key, line.key_name, line.detail), (about.key, about.key_name, about.detail));
    assert_eq!((line.public_key, line.all_apps), (about.public_key, true));
    assert_eq!(line.app.map(|app| (app.id, app.name)), Some((app().id, app().name)));
    assert!(uuid_like(&line.uid), "{}", line.uid);
    assert_eq!(
        records.note(&AccountId::fresh(), Did::CreatedPair, &About::default(), at(1)),
        Err(RecordsError::NotFound)
    );
}

fn uuid_like(text: &str) -> bool {
    text.len() == 36 && text.matches('-').count() == 4
}

#[test]
fn pages_follow_one_another_from_the_newest_by_time_to_the_oldest() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    for (file, millis) in [("b", 20), ("d", 40), ("a", 10), ("c", 30), ("e", 40)] {
        saved(&records, &account, file, millis);
    }
    let mut seen = Vec::new();
    let mut query = ActivityQuery { search: "ACME".to_owned(), limit: 2, ..all() };
    loop {
        let page = records.activity(&query).unwrap();
        assert_eq!(page.total, 6, "on every page");
        let Some(last) = page.entries.last() else { break };
        assert!(page.entries.len() <= 2);
        query.before = Some(last.number);
        seen.extend(page.entries.into_iter().map(|line| line.detail.unwrap_or_default()));
    }
    assert_eq!(seen, ["", "e", "d", "c", "b", "a"]);
}

#[test]
fn a_search_finds_every_word_of_it_in_any_case_anywhere() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Größe & Söhne");
    records.begin_intent(&addition("draft", &account)).unwrap();
    let answer = Answer { request_id: Some("REQ.4711".to_owned()), ..Answer::default() };
    records.finish_intent("draft", &Outcome::Done { key: NEW.to_owned() }, &answer, at(9_000)).unwrap();
    saved(&records, &account, "100%_key.pem", 10_000);
    let found = |search: &str| {
        let page = records.activity(&ActivityQuery { search: search.to_owned(), ..all() }).unwrap();
        assert_eq!(page.total, page.entries.len());
        page.total
    };
    let fingerprint = reader_key().fingerprint();
    for (search, expected) in [
        ("", 3),
        ("  ", 3),
        ("GRÖSSE", 0),
        ("größe", 3),
        ("SÖHNE", 3),
        ("2x9r4hxf34", 3),
        ("ann", 3),
        (NEW, 1),
        (&fingerprint.to_string(), 1),
        (&fingerprint.groups().join(" "), 1),
        ("6473805491", 1),
        ("Com.Example.Reader", 1),
        ("req.4711", 1),
        ("söhne reader 4711", 1),
        ("söhne reader 4712", 0),
        ("100%_KEY", 1),
        ("%", 2),
        ("\"' OR 1=1", 0),
    ] {
        assert_eq!(found(search), expected, "{search:?}");
    }
}

#[test]
fn one_accounts_lines_and_one_servers_lines_are_shown_alone() {
    let records = Records::in_memory(ann()).unwrap();
    let (acme, other) = (connected(&records, "Acme"), connected(&records, "Other"));
    saved(&records, &acme, "acme.pem", 2_000);
    saved(&records, &other, "other.pem", 2_000);
    let about = About { detail: Some("copy.json".to_owned()), ..About::default() };
    records.note_of_none(&Origin::apple(), Did::SavedCopy, &about, at(3_000)).unwrap();
    records.note_of_none(&Origin::sample(), Did::SavedCopy, &about, at(4_000)).unwrap();
    assert_eq!(details(&records, &ActivityQuery { account: Some(acme), ..all() }), ["acme.pem"]);
    assert_eq!(details(&records, &all()), ["copy.json", "other.pem", "acme.pem"]);
    assert_eq!(details(&records, &ActivityQuery { origin: Origin::sample(), ..all() }), ["copy.json"]);
    let of_none = told(&records).pop().unwrap();
    assert_eq!((of_none.account, of_none.account_name.as_str()), (None, ""));
}

#[test]
fn a_line_is_found_by_its_number_on_its_own_server() {
    let records = Records::in_memory(ann()).unwrap();
    connected(&records, "Acme");
    let line = told(&records).remove(0);
    assert_eq!(records.entry(&Origin::apple(), line.number).unwrap(), line);
    assert_eq!(records.entry(&Origin::sample(), line.number), Err(RecordsError::NotFound));
    assert_eq!(records.entry(&Origin::apple(), line.number + 1), Err(RecordsError::NotFound));
}
