//! One key: read again, described, confirmed, saved.

use latchkey_core::{
    account::{AccountId, Origin},
    app::App,
    desk::{
        problem::{SaveTrouble, What},
        view::{Confirmed, KeyRow, UsedFor, WhyUnknown},
    },
};
use latchkey_simulator::{Account, KeyPair, practice::seeded};

use crate::{Office, code};

/// A key for all apps and one for the app `Reader`, which is the second of two.
fn two_keys() -> Account {
    let mut account = Account::new(1);
    account.add_app("Player", "com.example.player");
    let app = account.add_app("Reader", "com.example.reader").id.clone();
    account.add_key(KeyPair::numbered(7, 1).public(), None);
    account.add_key(KeyPair::numbered(7, 2).public(), Some(&app));
    account
}

async fn opened() -> (Office, AccountId, Vec<KeyRow>) {
    let office = Office::new(two_keys());
    let account = office.connected().await;
    let rows = office.keys(&account).await;
    (office, account, rows)
}

fn for_one_app(rows: &[KeyRow]) -> &KeyRow {
    rows.iter().find(|row| row.used_for != UsedFor::AllApps).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_key_is_read_as_apple_has_it() {
    let (office, account, rows) = opened().await;
    for row in &rows {
        let fresh = office.desk.read_key(&account, &row.id).await.unwrap();
        assert_eq!(fresh.key.as_ref(), Some(row));
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_that_somebody_else_removed_is_told_to_be_gone() {
    let (office, account, rows) = opened().await;
    office.apple.change(|there| there.remove_key(&rows[0].id));
    let fresh = office.desk.read_key(&account, &rows[0].id).await.unwrap();
    assert_eq!((fresh.key, fresh.at), (None, office.clock.now()));
}

#[tokio::test(start_paused = true)]
async fn a_key_that_somebody_else_added_since_is_read_all_the_same() {
    let (office, account, _) = opened().await;
    let id = office.apple.change(|there| there.add_key(KeyPair::numbered(7, 3).public(), None));
    let fresh = office.desk.read_key(&account, &id).await.unwrap();
    assert!(fresh.key.is_some_and(|key| key.used_for == UsedFor::AllApps));
}

#[tokio::test(start_paused = true)]
async fn an_app_that_is_remembered_wrongly_is_forgotten() {
    let (office, account, rows) = opened().await;
    let row = for_one_app(&rows);
    let player = App {
        id: office.app(0),
        name: "Player".to_owned(),
        bundle_id: "com.example.player".to_owned(),
        sku: None,
        locale: None,
    };
    office.records.remember_binding(&Origin::apple(), &row.id, &player).unwrap();
    let fresh = office.desk.read_key(&account, &row.id).await.unwrap().key.unwrap();
    assert_eq!(fresh.used_for, UsedFor::Unknown { why: WhyUnknown::OtherThanRemembered });
    assert_eq!(for_one_app(&office.keys(&account).await), row, "Apple is asked for its app again");
}

#[tokio::test(start_paused = true)]
async fn an_app_that_the_api_key_does_not_see_is_not_claimed() {
    let (office, account, rows) = opened().await;
    let row = for_one_app(&rows);
    office.fault("GET /v1/apps/ status=404 detail='There is no resource of type apps with id 1'");
    let fresh = office.desk.read_key(&account, &row.id).await.unwrap().key.unwrap();
    assert_eq!(fresh.used_for, UsedFor::Unknown { why: WhyUnknown::NoAppShowsIt });
    assert_eq!(for_one_app(&office.keys(&account).await), row, "Apple is asked for its app again");
}

#[tokio::test(start_paused = true)]
async fn an_id_that_is_none_gets_into_no_url() {
    let (office, account, _) = opened().await;
    let requests = office.apple.log().len();
    assert_eq!(code(office.desk.read_key(&account, "../apps").await), What::OddKeyId);
    assert_eq!(office.apple.log().len(), requests);
}

#[tokio::test(start_paused = true)]
async fn a_name_and_a_note_are_kept_without_blanks_and_cut_where_they_are_too_long() {
    let (office, account, rows) = opened().await;
    let id = &rows[0].id;
    let describe = |name: &str, note: &str| {
        office.desk.describe_key(&account, id, Some(name.to_owned()), Some(note.to_owned())).unwrap()
    };
    let row = describe("  Main\tmarketplace ", "\nfirst\r\nsecond\n");
    assert_eq!(row.name.as_deref(), Some("Main marketplace"));
    assert_eq!(row.note.as_deref(), Some("first\nsecond"));
    assert_eq!(office.keys(&account).await[0], row, "it is kept");
    let row = describe(&"é".repeat(300), &"é".repeat(5000));
    let lengths = [row.name, row.note].map(|text| text.unwrap().chars().count());
    assert_eq!(lengths, [200, 4000]);
    let row = describe("  ", "");
    assert_eq!((row.name, row.note), (None, None));
    let unknown = office.desk.describe_key(&account, "another", None, None);
    assert_eq!(code(unknown), What::KeyGone);
}

#[tokio::test(start_paused = true)]
async fn a_registered_key_is_confirmed_by_what_is_read_out() {
    let (office, account, rows) = opened().await;
    let (id, fingerprint) = (&rows[0].id, rows[0].fingerprint.clone().unwrap());
    let wrong = office.desk.confirm_key(&account, id, &fingerprint[..16], "Jonas").unwrap();
    assert_eq!(wrong.key, None, "four groups are too few");
    assert_eq!(office.keys(&account).await[0].confirmed, Confirmed::No);
    let right = office.desk.confirm_key(&account, id, &fingerprint[..20], " Jonas ").unwrap();
    let at = office.clock.now();
    assert_eq!(right.key.unwrap().confirmed, Confirmed::ByVoice { by: "Jonas".to_owned(), at });
    let long = office.desk.confirm_key(&account, id, &fingerprint[..20], &"J\u{202e}".repeat(300)).unwrap();
    let by = "J\u{fffd}".repeat(100);
    assert_eq!(long.key.unwrap().confirmed, Confirmed::ByVoice { by, at }, "as short and harmless as a name");
}

#[tokio::test(start_paused = true)]
async fn a_public_key_is_saved_as_pem() {
    let (office, account, rows) = opened().await;
    let path = office.folder.path().join("public_key.pem");
    let saved = office.desk.save_public_key(&account, &rows[0].id, path.clone()).await.unwrap();
    assert_eq!(saved.name, "public_key.pem");
    assert_eq!(Some(std::fs::read_to_string(path).unwrap()), rows[0].public_key);
    let nowhere = office.folder.path().join("nowhere/key.pem");
    let what = code(office.desk.save_public_key(&account, &rows[0].id, nowhere).await);
    assert_eq!(what, What::NotSaved { name: "key.pem".to_owned(), why: SaveTrouble::NoFolder });
}

#[tokio::test(start_paused = true)]
async fn a_key_whose_public_key_cant_be_read_is_shown_so_and_not_confirmed() {
    let mut account = seeded(1, 1, 0);
    let id = account.add_unreadable_key("no key", None);
    let office = Office::new(account);
    let account = office.connected().await;
    office.inventory(&account).await;
    assert_eq!(office.desk.read_key(&account, &id).await.unwrap().key.unwrap().public_key, None);
    assert_eq!(office.desk.confirm_key(&account, &id, &"0".repeat(20), "Jonas").unwrap().key, None);
}
