//! Copies of names and history, from one computer to another.

use std::{fs, path::PathBuf};

use latchkey_core::{
    account::{AccountId, Origin},
    clock::Moment,
    desk::{
        problem::{CopyTrouble, What},
        view::{ActivityRequest, Brings, Confirmed, KeyRow, UsedFor},
    },
    records::{Did, Entry, Remembered},
};
use latchkey_simulator::practice::seeded;
use serde_json::{Value, json};

use crate::{Office, code};

const UID: &str = "6f1c1a7e-3f0b-4f6a-9d57-0c1f2715b0dc";

fn path(office: &Office, name: &str) -> PathBuf {
    office.folder.path().join(name)
}

/// Two installations whose accounts see the same keys, each with the first key's ID.
async fn two() -> (Office, Office, String) {
    let (one, other) = (Office::new(seeded(1, 4, 3)), Office::new(seeded(1, 4, 3)));
    let account = one.connected().await;
    let key = one.keys(&account).await[0].id.clone();
    one.desk.describe_key(&account, &key, Some("Website".into()), Some("Ann\nhas it".into())).unwrap();
    (one, other, key)
}

async fn copied(office: &Office) -> PathBuf {
    let path = path(office, "copy.json");
    let saved = office.desk.save_copy(path.clone()).await.unwrap();
    assert_eq!(saved.name, "copy.json");
    path
}

fn remembered(office: &Office) -> Remembered {
    office.records.everything(&Origin::apple()).unwrap()
}

/// All entries but that of bringing in.
fn history(office: &Office) -> Vec<Entry> {
    remembered(office).activity.into_iter().filter(|entry| entry.did != Did::BroughtInCopy).collect()
}

async fn row(office: &Office, account: &AccountId, key: &str) -> KeyRow {
    office.keys(account).await.into_iter().find(|row| row.id == key).unwrap()
}

async fn brought_in(office: &Office, path: PathBuf) -> Brings {
    let draft = office.desk.read_copy(path).await.unwrap();
    let brings = office.desk.bring_in(&draft.id).await.unwrap();
    assert_eq!(brings, draft.brings, "what was shown is what happened");
    brings
}

/// A copy that anybody may have written.
fn hostile(key: &str, changes: &Value) -> Value {
    let mut copy = json!({
        "format": "latchkey-copy",
        "version": 1,
        "madeAt": "2026-01-15T08:00:00.000Z",
        "origin": Origin::apple().to_string(),
        "keys": [{ "id": key, "name": "Name", "note": "Note", "firstSeen": "2026-01-15T08:00:00.000Z" }],
        "activity": [{
            "uid": UID, "at": "2026-01-15T08:00:00.000Z", "account": "Lindqvist", "apiKeyId": "2X9R4HXF34",
            "did": "added", "went": "done", "keyId": key, "user": "eve", "version": "9.9.9",
        }],
    });
    merge(&mut copy, changes);
    copy
}

/// RFC 7396, with arrays merged by their first element.
fn merge(into: &mut Value, changes: &Value) {
    match (into, changes) {
        (Value::Object(into), Value::Object(changes)) => {
            for (name, change) in changes {
                merge(into.entry(name.clone()).or_insert(Value::Null), change);
            }
        }
        (Value::Array(into), Value::Array(changes)) if !into.is_empty() && changes.len() == 1 => {
            merge(&mut into[0], &changes[0]);
        }
        (into, changes) => *into = changes.clone(),
    }
}

fn written(office: &Office, copy: &Value) -> PathBuf {
    let path = path(office, "hostile.json");
    fs::write(&path, copy.to_string()).unwrap();
    path
}

#[tokio::test(start_paused = true)]
async fn names_notes_and_history_reach_another_computer() {
    let (one, other, key) = two().await;
    let account = other.connected().await;
    other.keys(&account).await;
    let before = history(&other);
    let draft = other.desk.read_copy(copied(&one).await).await.unwrap();
    assert_eq!((draft.name.as_str(), draft.made_at), ("copy.json", one.clock.now()));
    assert_eq!(history(&other), before, "nothing is brought in before the person's word");
    let brings = other.desk.bring_in(&draft.id).await.unwrap();
    assert_eq!(brings, draft.brings);
    assert_eq!((brings.names, brings.notes, brings.entries, brings.known), (1, 1, 2, 0));

    let row = row(&other, &account, &key).await;
    assert_eq!((row.name.as_deref(), row.note.as_deref()), (Some("Website"), Some("Ann\nhas it")));
    let request = ActivityRequest { account: None, search: String::new(), before: None };
    let shown = other.desk.activity(&request).unwrap().entries;
    let brought: Vec<_> = shown.iter().filter(|entry| entry.brought_in).collect();
    assert_eq!(brought.len(), 2);
    assert!(brought.iter().all(|entry| entry.account.is_none() && entry.account_name == "Lindqvist"));
    assert!(shown.iter().any(|entry| entry.did == Did::BroughtInCopy && !entry.brought_in));

    let again = brought_in(&other, copied(&one).await).await;
    assert_eq!((again.names, again.entries, again.known), (0, 1, 2), "that the first copy was saved is new");
}

#[tokio::test(start_paused = true)]
async fn every_field_of_an_entry_survives_a_copy() {
    let (one, other, _) = two().await;
    let account = office_account(&one);
    one.add(&account, 1, one.one_app(1)).await.unwrap();
    one.fault("POST * status=409");
    one.add(&account, 2, one.one_app(2)).await.unwrap_err();
    brought_in(&other, copied(&one).await).await;
    let came = history(&other);
    let sent = history(&one);
    assert_eq!(came.len() + 1, sent.len(), "the copy can't tell of itself");
    for entry in came {
        let original = sent.iter().find(|sent| sent.uid == entry.uid).unwrap();
        let expected = Entry { number: entry.number, account: None, brought_in: true, ..original.clone() };
        assert_eq!(entry, expected);
    }
}

fn office_account(office: &Office) -> AccountId {
    office.records.accounts().unwrap()[0].id.clone()
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_here_already_stays_and_the_difference_is_told() {
    let (one, other, key) = two().await;
    let account = other.connected().await;
    other.keys(&account).await;
    other.desk.describe_key(&account, &key, Some("Mine".into()), None).unwrap();
    let brings = brought_in(&other, copied(&one).await).await;
    assert_eq!((brings.names, brings.notes), (0, 1));
    assert_eq!(brings.differing, std::slice::from_ref(&key));
    assert_eq!(row(&other, &account, &key).await.name.as_deref(), Some("Mine"));
}

#[tokio::test(start_paused = true)]
async fn a_copy_holds_no_secret_and_its_saving_is_written_down() {
    let (one, ..) = two().await;
    let text = fs::read_to_string(copied(&one).await).unwrap();
    let issuer = one.credentials.issuer_id.clone().unwrap();
    assert!(!text.contains("PRIVATE KEY") && !text.contains(&issuer), "{text}");
    let saved = history(&one).into_iter().find(|entry| entry.did == Did::SavedCopy).unwrap();
    assert_eq!(saved.detail.as_deref(), Some("copy.json"));
    assert_eq!(saved.account, None);
}

#[tokio::test(start_paused = true)]
async fn what_was_shown_is_brought_in_even_if_the_file_changes_meanwhile_and_only_once() {
    let (one, other, key) = two().await;
    let account = other.connected().await;
    other.keys(&account).await;
    let path = copied(&one).await;
    let draft = other.desk.read_copy(path.clone()).await.unwrap();
    fs::write(&path, hostile(&key, &json!({})).to_string()).unwrap();
    let first = other.desk.bring_in(&draft.id).await.unwrap();
    let again = other.desk.bring_in(&draft.id).await.unwrap();
    assert_eq!((&first, &again), (&draft.brings, &draft.brings));
    assert_eq!(row(&other, &account, &key).await.name.as_deref(), Some("Website"));
    let times = remembered(&other).activity.iter().filter(|entry| entry.did == Did::BroughtInCopy).count();
    assert_eq!(times, 1);
}

#[tokio::test(start_paused = true)]
async fn a_hostile_copy_brings_no_account_binding_confirmation_private_key_or_public_key() {
    let (_, other, key) = two().await;
    let account = other.connected().await;
    let before = row(&other, &account, &key).await;
    let accounts = other.desk.start().unwrap().accounts;
    let copy = hostile(
        &key,
        &json!({
            "accounts": [{ "id": "x", "name": "Evil", "vaultEntry": "api-key x" }],
            "intents": [{ "id": "x" }],
            "keys": [{
                "publicKey": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqX5W7AIubrYf4evLo1iuopruL5kE4PQMTRQZHmt4WAvnN9/y0P8sJG8+m9kiPpoY+Vq9AcBvxs7IuoplmSbstg==",
                "app": { "id": "6473805491", "name": "Evil", "bundleId": "com.example.evil" },
                "confirmed": "voice", "confirmedBy": "Eve", "privateKey": "evil.pem", "kept": "2026-01-15T08:00:00Z",
                "addedHere": "2026-01-15T08:00:00Z",
            }],
            "activity": [{
                "account": "Lindqvist", "accountId": account,
                "did": "removed",
                "publicKey": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqX5W7AIubrYf4evLo1iuopruL5kE4PQMTRQZHmt4WAvnN9/y0P8sJG8+m9kiPpoY+Vq9AcBvxs7IuoplmSbstg==",
            }],
        }),
    );
    brought_in(&other, written(&other, &copy)).await;
    assert_eq!(other.desk.start().unwrap().accounts, accounts);
    let after = row(&other, &account, &key).await;
    let first_seen = Moment::from_unix_millis(1_768_464_000_000);
    let expected =
        KeyRow { name: Some("Name".to_owned()), note: Some("Note".to_owned()), first_seen, ..before };
    assert_eq!(after, expected, "nothing else of the key has changed");
    assert_eq!(after.confirmed, Confirmed::No);
    assert!(!matches!(&after.used_for, UsedFor::App { app } if app.name == "Evil"));
    let request = ActivityRequest { account: None, search: "eve".to_owned(), before: None };
    let shown = other.desk.activity(&request).unwrap().entries;
    assert_eq!(shown.len(), 1);
    assert!(!shown[0].can_add_again, "its public key may be anybody's");
    assert!(shown[0].brought_in && shown[0].account.is_none());
}

#[tokio::test(start_paused = true)]
async fn texts_and_moments_of_a_copy_are_bounded_and_rearrange_nothing() {
    let (_, other, key) = two().await;
    let account = other.connected().await;
    other.keys(&account).await;
    let copy = hostile(
        &key,
        &json!({
            "madeAt": "9999-12-31T23:59:59Z",
            "keys": [{
                "name": format!("\u{202e}\u{1b}[2J\n{}", "n".repeat(500)),
                "note": format!("one\ntwo{}", "ö".repeat(5000)),
                "firstSeen": "0000-01-01T00:00:00Z",
            }],
            "activity": [{
                "at": "9999-12-31T23:59:59Z",
                "account": "a".repeat(500),
                "detail": format!("\u{2066}{}", "d".repeat(5000)),
                "requestId": "r".repeat(5000),
            }],
        }),
    );
    let draft = other.desk.read_copy(written(&other, &copy)).await.unwrap();
    assert_eq!(draft.made_at, other.clock.now(), "no later than now");
    other.desk.bring_in(&draft.id).await.unwrap();
    let row = row(&other, &account, &key).await;
    let (name, note) = (row.name.unwrap(), row.note.unwrap());
    assert!(name.starts_with("\u{fffd}\u{fffd}[2J\u{fffd}nnn"), "{name:?}");
    assert_eq!((name.chars().count(), note.chars().count()), (200, 4000));
    assert!(note.starts_with("one\ntwo"), "a note may have lines");
    assert_eq!(row.first_seen, Moment::from_unix_millis(0));
    let entry = history(&other).into_iter().find(|entry| entry.user == "eve").unwrap();
    assert_eq!(entry.at, other.clock.now());
    assert_eq!(entry.account_name.chars().count(), 200);
    let detail = entry.detail.unwrap();
    assert_eq!((detail.chars().count(), detail.starts_with('\u{fffd}')), (1000, true));
    assert_eq!(entry.apple.request_id.unwrap().len(), 1000);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_no_copy_is_refused_whole_and_told_why() {
    let (_, other, key) = two().await;
    other.connected().await;
    let before = remembered(&other);
    let good = hostile(&key, &json!({}));
    let cases = [
        ("no JSON".to_owned(), CopyTrouble::NotACopy),
        (String::new(), CopyTrouble::NotACopy),
        (json!({ "format": "latchkey-activity", "version": 1 }).to_string(), CopyTrouble::NotACopy),
        ("[".repeat(100_000), CopyTrouble::NotACopy),
        (hostile(&key, &json!({ "version": 2, "keys": "another form" })).to_string(), CopyTrouble::Newer),
        (hostile(&key, &json!({ "version": 0 })).to_string(), CopyTrouble::NotACopy),
        (hostile(&key, &json!({ "version": -1 })).to_string(), CopyTrouble::NotACopy),
        (hostile(&key, &json!({ "origin": "http://127.0.0.1:1" })).to_string(), CopyTrouble::OtherServer),
        (hostile(&key, &json!({ "keys": [{ "id": "../apps" }] })).to_string(), CopyTrouble::NotACopy),
        (hostile(&key, &json!({ "keys": [{ "firstSeen": "soon" }] })).to_string(), CopyTrouble::NotACopy),
        (hostile(&key, &json!({ "activity": [{ "uid": "1" }] })).to_string(), CopyTrouble::NotACopy),
        (hostile(&key, &json!({ "activity": [{ "did": "hacked" }] })).to_string(), CopyTrouble::NotACopy),
        (hostile(&key, &json!({ "activity": [{ "appId": "1/2" }] })).to_string(), CopyTrouble::NotACopy),
        (hostile(&key, &json!({ "activity": [{ "publicKey": "AAAA" }] })).to_string(), CopyTrouble::NotACopy),
        (hostile(&key, &json!({ "activity": [{ "status": 70_000 }] })).to_string(), CopyTrouble::NotACopy),
        (good.to_string().replace("\"version\":1", "\"version\":1,\"version\":1"), CopyTrouble::NotACopy),
        (format!("{}{}", good, " ".repeat(32 * 1024 * 1024)), CopyTrouble::TooLarge),
    ];
    for (text, why) in cases {
        let path = path(&other, "copy.json");
        fs::write(&path, &text).unwrap();
        let shown: String = text.chars().take(300).collect();
        let what = code(other.desk.read_copy(path).await);
        assert_eq!(what, What::CopyNotRead { name: "copy.json".to_owned(), why }, "{shown}");
    }
    assert_eq!(remembered(&other), before);
    brought_in(&other, written(&other, &good)).await;
}

#[tokio::test(start_paused = true)]
async fn a_copy_with_more_entries_than_any_has_is_too_large() {
    let (_, other, key) = two().await;
    let entry = hostile(&key, &json!({}))["keys"][0].clone();
    let entry = json!({ "id": entry["id"], "firstSeen": entry["firstSeen"] });
    let copy = hostile(&key, &json!({ "keys": vec![entry; 200_001] }));
    let what = code(other.desk.read_copy(written(&other, &copy)).await);
    assert!(matches!(what, What::CopyNotRead { why: CopyTrouble::TooLarge, .. }), "{what:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_no_file_or_not_there_is_not_waited_for() {
    let office = Office::new(seeded(1, 1, 0));
    for path in [path(&office, "gone.json"), office.folder.path().to_owned(), PathBuf::from("/dev/zero")] {
        let what = code(office.desk.read_copy(path).await);
        assert!(matches!(what, What::CopyNotRead { why: CopyTrouble::Unreadable, .. }), "{what:?}");
    }
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_pipe_is_not_waited_for() {
    let office = Office::new(seeded(1, 1, 0));
    let pipe = path(&office, "pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let what = code(office.desk.read_copy(pipe).await);
    assert!(matches!(what, What::CopyNotRead { why: CopyTrouble::Unreadable, .. }), "{what:?}");
}
