//! Activity, in pages and as files.

use std::{fs, path::PathBuf};

use latchkey_core::{
    account::AccountId,
    desk::{
        problem::{SaveTrouble, What},
        view::{ActivityEntry, ActivityRequest, ExportForm},
    },
    key::Scope,
    records::{Certainty, Did, Went},
};
use latchkey_simulator::practice::seeded;

use crate::{Office, accounts::with_two_accounts, code};

fn all() -> ActivityRequest {
    ActivityRequest { account: None, search: String::new(), before: None }
}

fn of(account: &AccountId) -> ActivityRequest {
    ActivityRequest { account: Some(account.clone()), ..all() }
}

fn entries(office: &Office, request: &ActivityRequest) -> Vec<ActivityEntry> {
    office.desk.activity(request).unwrap().entries
}

fn path(office: &Office, name: &str) -> PathBuf {
    office.folder.path().join(name)
}

async fn exported(office: &Office, form: ExportForm) -> String {
    let path = path(office, "activity");
    let _ = fs::remove_file(&path);
    let saved = office.desk.export_activity(&all(), form, path.clone()).await.unwrap();
    assert_eq!(saved.name, "activity");
    fs::read_to_string(path).unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_addition_is_told_with_its_app_key_account_and_apples_part() {
    let office = Office::new(seeded(1, 3, 0));
    let account = office.connected().await;
    office.add(&account, 1, office.one_app(0)).await.unwrap();
    let told = entries(&office, &of(&account));
    let added = &told[0];
    assert_eq!(
        (added.did, added.went, added.certainty),
        (Did::Added, Went::Done, Some(Certainty::NotConfirmed))
    );
    assert_eq!(added.app.as_ref().unwrap().id, office.app(0));
    assert_eq!((added.account.as_ref(), added.account_name.as_str()), (Some(&account), "Lindqvist"));
    assert_eq!(added.api_key_id, office.credentials.key_id);
    assert_eq!(added.key_name.as_deref(), Some("Website"));
    assert_eq!(added.fingerprint.as_ref().unwrap().len(), 64);
    assert_eq!((added.user.as_str(), added.version.as_str()), ("ann", "0.0.0"));
    assert!(!added.can_add_again, "it is there");
    assert_eq!(told.last().unwrap().did, Did::Connected);
}

#[tokio::test(start_paused = true)]
async fn entries_come_in_pages_and_every_page_says_how_many_there_are() {
    let office = Office::new(seeded(1, 1, 1));
    let account = office.connected().await;
    let key = office.keys(&account).await[0].id.clone();
    for nth in 0..250 {
        let name = format!("Name {nth}");
        office.records.describe_key(&account, &key, Some(&name), None, office.clock.now()).unwrap();
    }
    let first = office.desk.activity(&of(&account)).unwrap();
    assert_eq!((first.entries.len(), first.total), (200, 251));
    assert_eq!(first.entries[0].key_name.as_deref(), Some("Name 249"));
    let before = Some(first.entries[199].number);
    let second = office.desk.activity(&ActivityRequest { before, ..of(&account) }).unwrap();
    assert_eq!((second.entries.len(), second.total), (51, 251));
    assert_eq!(second.entries[0].key_name.as_deref(), Some("Name 49"));
    let searched = ActivityRequest { search: "248 name".to_owned(), ..all() };
    let found: Vec<_> = entries(&office, &searched).into_iter().filter_map(|entry| entry.key_name).collect();
    assert_eq!(found, ["Name 249", "Name 248"], "its former name is its detail");
}

#[tokio::test(start_paused = true)]
async fn nothing_of_one_account_stands_in_anothers_activity() {
    let (office, [first, second]) = with_two_accounts().await;
    let sample = office.desk.open_sample().await.unwrap().id;
    office.add(&first, 1, Scope::AllApps).await.unwrap();
    for account in [&first, &second, &sample] {
        let told = entries(&office, &of(account));
        assert!(!told.is_empty() && told.iter().all(|entry| entry.account.as_ref() == Some(account)));
    }
    assert_eq!(entries(&office, &of(&second)).len(), 1, "it was connected");
    let everywhere = entries(&office, &all());
    assert!(
        everywhere.iter().all(|entry| entry.account.as_ref() != Some(&sample)),
        "practice is not mixed in"
    );
    assert_eq!(everywhere.len(), 3);
    office.desk.disconnect(&second).await.unwrap();
    assert_eq!(code(office.desk.activity(&of(&second))), What::NoSuchAccount);
    assert_eq!(entries(&office, &all()).len(), 4, "what a disconnected account did stays");
}

#[tokio::test(start_paused = true)]
async fn an_export_for_a_program_has_stable_names_and_every_entry() {
    let office = Office::new(seeded(1, 3, 0));
    let account = office.connected().await;
    office.add(&account, 1, office.one_app(0)).await.unwrap();
    let json: serde_json::Value = serde_json::from_str(&exported(&office, ExportForm::Json).await).unwrap();
    assert_eq!((&json["format"], &json["version"]), (&"latchkey-activity".into(), &1.into()));
    let shown = entries(&office, &all());
    let written = json["entries"].as_array().unwrap();
    assert_eq!(written.len(), shown.len());
    let added = &written[0];
    for (field, value) in [
        ("account", "Lindqvist"),
        ("apiKeyId", &office.credentials.key_id),
        ("did", "added"),
        ("went", "done"),
        ("keyName", "Website"),
        ("keyId", shown[0].key.as_ref().unwrap()),
        ("fingerprint", shown[0].fingerprint.as_ref().unwrap()),
        ("appId", &office.app(0).to_string()),
        ("confirmed", "no"),
        ("user", "ann"),
        ("version", "0.0.0"),
    ] {
        assert_eq!(added[field], value, "{field}");
    }
    let at = added["at"].as_str().unwrap();
    assert!(at.starts_with("2027-01-15T08:00:") && at.ends_with('Z'), "{at}");
}

#[tokio::test(start_paused = true)]
async fn an_export_for_a_spreadsheet_holds_nothing_that_runs() {
    let office = Office::new(seeded(1, 1, 1));
    let account = office.connected().await;
    let key = office.keys(&account).await[0].id.clone();
    let hostile = "=HYPERLINK(\"http://example.com\",\"x\")";
    office.records.describe_key(&account, &key, Some(hostile), None, office.clock.now()).unwrap();
    office.desk.rename_account(&account, "+1, or \"more\"").unwrap();
    let text = exported(&office, ExportForm::Csv).await;
    let text = text.strip_prefix('\u{feff}').expect("spreadsheets need the mark to know UTF-8");
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines.len(), 1 + 3 + 1, "CRLF ends every line: {lines:?}");
    assert!(lines[0].starts_with("at,account,apiKeyId,did,went,keyId,keyName,"));
    assert!(text.contains(",\"'+1, or \"\"more\"\"\","), "{text}");
    assert!(text.contains(",\"'=HYPERLINK(\"\"http://example.com\"\",\"\"x\"\")\","), "{text}");
    for cell in text.split([',', '\n']) {
        assert!(!cell.trim_start_matches('"').starts_with(['=', '+', '-', '@']), "{cell:?} would run");
    }
}

#[tokio::test(start_paused = true)]
async fn an_export_that_cannot_be_written_says_why() {
    let office = Office::new(seeded(1, 1, 0));
    office.connected().await;
    let nowhere = path(&office, "gone").join("activity.csv");
    let what = code(office.desk.export_activity(&all(), ExportForm::Csv, nowhere).await);
    assert_eq!(what, What::NotSaved { name: "activity.csv".to_owned(), why: SaveTrouble::NoFolder });
}
