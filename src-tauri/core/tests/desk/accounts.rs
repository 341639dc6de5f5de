//! Renaming and checking an account, and another API key for it.

use std::sync::Arc;

use latchkey_core::{
    account::{AccountId, ApiKey, ApiKeyKind},
    desk::{
        problem::What,
        view::{Added, ConnectForm, Field, Looked, NewApiKeyDraft, Odd, WorkKind},
    },
    records::{AccountRow, Records},
    vault::{EntryName, Vault, VaultError},
};
use latchkey_simulator::{Credentials, KeyPair, practice::seeded};
use secrecy::SecretSlice;

use crate::{Office, code};

/// An account whose team has a second API key.
fn with_second_key() -> (Office, Credentials) {
    let mut account = seeded(1, 4, 3);
    let second = account.add_team_key(&second_pair());
    (Office::new(account), second)
}

/// Two accounts of one team, each with an API key of its own.
pub(crate) async fn with_two_accounts() -> (Office, [AccountId; 2]) {
    let (office, second) = with_second_key();
    let first = office.connected().await;
    let form = filled_in(&office, &second_pair(), &second, "Other");
    let second = office.desk.connect(form).await.unwrap().account.id;
    (office, [first, second])
}

fn second_pair() -> KeyPair {
    KeyPair::numbered(99, 2)
}

fn filled_in(office: &Office, pair: &KeyPair, credentials: &Credentials, name: &str) -> ConnectForm {
    let file = office.held(office.file("AuthKey.p8", &pair.pkcs8_pem()));
    ConnectForm {
        draft: Some(office.desk.take_api_key(&file).unwrap().id),
        kind: if credentials.issuer_id.is_some() { ApiKeyKind::Team } else { ApiKeyKind::Individual },
        api_key_id: credentials.key_id.clone(),
        issuer_id: credentials.issuer_id.clone().unwrap_or_default(),
        name: name.to_owned(),
        unusual_is_right: false,
    }
}

async fn prepared(office: &Office, account: &AccountId, second: &Credentials) -> NewApiKeyDraft {
    let form = filled_in(office, &second_pair(), second, "");
    office.desk.prepare_api_key(account, form).await.unwrap()
}

fn row(records: &Records) -> AccountRow {
    let mut rows = records.accounts().unwrap();
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

async fn is_kept(office: &Office, entry: &str) -> bool {
    office.vault.load(EntryName(entry.to_owned())).await.is_ok()
}

fn secret(pair: &KeyPair) -> SecretSlice<u8> {
    SecretSlice::from(pair.pkcs8_der().to_vec())
}

#[tokio::test(start_paused = true)]
async fn a_new_name_is_shown_at_once_and_after_a_restart() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    office.desk.inventory(&account, "run", &|_| ()).await.unwrap();
    let renamed = office.desk.rename_account(&account, " Lindqvist Games ").unwrap();
    assert_eq!(renamed.name, "Lindqvist Games");
    assert!(renamed.last_read.is_some());
    assert_eq!(office.desk.start().unwrap().accounts, std::slice::from_ref(&renamed));
    let draft = office.prepared(&account, 1, office.one_app(0)).await;
    assert_eq!(draft.account.name, "Lindqvist Games", "dialogs name it so too");
    let office = office.restart();
    assert_eq!(office.desk.start().unwrap().accounts[0].name, "Lindqvist Games");
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_blank_or_taken_is_refused_and_its_own_is_not() {
    let (office, second) = with_second_key();
    let account = office.connected().await;
    office.desk.connect(filled_in(&office, &second_pair(), &second, "Other")).await.unwrap();
    for (name, odd) in [("  ", Odd::Empty), ("Other", Odd::Taken), ("a\nb", Odd::Impossible)] {
        let what = code(office.desk.rename_account(&account, name));
        let What::Form { findings } = what else { panic!("{what:?}") };
        assert_eq!((findings[0].field, findings[0].what), (Field::Name, odd));
    }
    office.desk.rename_account(&account, "Lindqvist").unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_sample_account_keeps_its_name_and_its_api_key() {
    let (office, second) = with_second_key();
    let sample = office.desk.open_sample().await.unwrap();
    assert_eq!(code(office.desk.rename_account(&sample.id, "Mine")), What::NoSuchAccount);
    let form = filled_in(&office, &second_pair(), &second, "");
    assert_eq!(code(office.desk.prepare_api_key(&sample.id, form).await), What::NoSuchAccount);
}

#[tokio::test(start_paused = true)]
async fn the_sample_account_that_is_left_and_opened_again_is_the_same() {
    let office = Office::new(seeded(1, 1, 0));
    let sample = office.desk.open_sample().await.unwrap();
    office.desk.disconnect(&sample.id).await.unwrap();
    assert_eq!(office.desk.start().unwrap().accounts, []);
    assert_eq!(office.desk.open_sample().await.unwrap().id, sample.id);
}

#[tokio::test(start_paused = true)]
async fn a_check_says_what_the_api_key_sees() {
    let office = Office::new(seeded(1, 4, 3));
    let account = office.connected().await;
    let check = office.desk.check_account(&account).await.unwrap();
    assert_eq!((check.apps, check.keys, check.at), (4, 3, office.clock.now()));
    office.fault("GET * status=401 times=always");
    let what = code(office.desk.check_account(&account).await);
    assert!(matches!(what, What::NotAccepted { .. }), "{what:?}");
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_connected_again_with_its_api_key_is_the_same_account() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    office.desk.disconnect(&account).await.unwrap();
    assert_eq!(office.connected().await, account, "what it did and waits for is its own again");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_was_asked_for_before_disconnecting_is_not_written_down_after() {
    let office = Office::new(seeded(1, 1, 1));
    let account = office.connected().await;
    office.fault("GET /v1/alternativeDistributionKeys delay=5s");
    let (told, ()) = tokio::join!(office.desk.inventory(&account, "run", &|_| ()), async {
        office.clock.sleep(std::time::Duration::from_secs(1)).await;
        office.desk.disconnect(&account).await.unwrap();
        office.connected().await;
    });
    assert_eq!(code(told), What::NoSuchAccount);
    assert_eq!(row(&office.records).listed_at, None);
}

#[tokio::test(start_paused = true)]
async fn a_new_api_key_takes_the_old_ones_place_and_everything_else_stays() {
    let mut furnished = seeded(1, 4, 3);
    let seen = furnished.add_app("Seen", "com.example.seen").id.clone();
    let second = furnished.add_individual_key(&second_pair(), &[&seen]);
    let office = Office::new(furnished);
    let account = office.connected().await;
    office.inventory(&account).await;
    office.add(&account, 1, office.one_app(1)).await.unwrap();
    let former = row(&office.records).vault_entry;

    let draft = prepared(&office, &account, &second).await;
    assert_eq!((draft.app_count, draft.apps.as_slice()), (1, ["Seen".to_owned()].as_slice()));
    assert_eq!(row(&office.records).api_key.id, office.credentials.key_id, "nothing is stored yet");
    let changed = office.desk.use_new_api_key(&draft.id).await.unwrap();
    assert_eq!((&changed.id, changed.api_key_id.as_str()), (&account, second.key_id.as_str()));
    assert_eq!((changed.kind, changed.name.as_str()), (ApiKeyKind::Individual, "Lindqvist"));

    let check = office.desk.check_account(&account).await.unwrap();
    assert_eq!(check.apps, 1, "the next request is signed with the new one");
    let rows = office.keys(&account).await;
    assert!(rows.iter().any(|row| row.name.as_deref() == Some("Website")), "{rows:?}");
    assert!(!is_kept(&office, &former).await, "the old secret is forgotten");
    let office = office.restart();
    assert_eq!(office.desk.check_account(&account).await.unwrap().apps, 1);
    assert_eq!(row(&office.records).spare_entry, None);
}

#[tokio::test(start_paused = true)]
async fn how_many_of_the_known_keys_a_new_api_key_sees_is_told_before_it_is_used() {
    let (office, second) = with_second_key();
    let account = office.connected().await;
    office.inventory(&account).await;
    let gone = office.apple.state(office.clock.now()).keys[0].id.clone();
    office.apple.change(|account| account.remove_key(&gone));
    let draft = prepared(&office, &account, &second).await;
    assert_eq!((draft.keys_seen, draft.keys_known, draft.app_count), (2, 3, 4));
    assert_eq!(draft.account.name, "Lindqvist");
}

#[tokio::test(start_paused = true)]
async fn the_api_key_of_another_account_is_refused_and_its_own_is_taken() {
    let (office, second) = with_second_key();
    let account = office.connected().await;
    let draft = prepared(&office, &account, &second).await;
    office.desk.connect(filled_in(&office, &second_pair(), &second, "Other")).await.unwrap();
    let other = What::AlreadyConnected { account: "Other".to_owned() };
    let form = filled_in(&office, &second_pair(), &second, "");
    assert_eq!(code(office.desk.prepare_api_key(&account, form).await), other);
    let late = code(office.desk.use_new_api_key(&draft.id).await);
    assert!(late == other || late == What::Gone, "it was connected meanwhile: {late:?}");

    let own = filled_in(&office, &KeyPair::numbered(99, 1), &office.credentials, "");
    let draft = office.desk.prepare_api_key(&account, own).await.unwrap();
    office.desk.use_new_api_key(&draft.id).await.unwrap();
    office.desk.check_account(&account).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_api_key_that_apple_does_not_accept_is_not_put_in_place() {
    let (office, second) = with_second_key();
    let account = office.connected().await;
    let wrong = ConnectForm {
        api_key_id: "WRONGKEY00".to_owned(),
        ..filled_in(&office, &second_pair(), &second, "")
    };
    let what = code(office.desk.prepare_api_key(&account, wrong).await);
    assert!(matches!(&what, What::NotAccepted { api_key_id, .. } if api_key_id == "WRONGKEY00"), "{what:?}");
    assert_eq!(row(&office.records).spare_entry, None);
}

#[tokio::test(start_paused = true)]
async fn two_clicks_use_a_new_api_key_once() {
    let (office, second) = with_second_key();
    let account = office.connected().await;
    let draft = prepared(&office, &account, &second).await;
    let (first, again) =
        tokio::join!(office.desk.use_new_api_key(&draft.id), office.desk.use_new_api_key(&draft.id));
    assert_eq!(first.unwrap(), again.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_keychain_that_refuses_the_new_secret_leaves_the_old_one_in_use() {
    let (office, second) = with_second_key();
    let account = office.connected().await;
    office.desk.check_account(&account).await.unwrap();
    let draft = prepared(&office, &account, &second).await;
    office.vault.set(Some(VaultError::Refused("locked".to_owned())));
    let what = code(office.desk.use_new_api_key(&draft.id).await);
    assert!(matches!(what, What::KeychainRefused { .. }), "{what:?}");
    office.vault.set(None);
    assert_eq!(row(&office.records).api_key.id, office.credentials.key_id);
    office.desk.check_account(&account).await.unwrap();
    office.desk.use_new_api_key(&draft.id).await.expect("what stood between was undone");
}

/// The step of replacing an API key before which the app ends.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Before {
    Storing,
    Swapping,
    Forgetting,
}

#[tokio::test(start_paused = true)]
async fn an_app_that_ends_while_an_api_key_is_replaced_works_with_either_and_keeps_no_other_secret() {
    for killed in [Before::Storing, Before::Swapping, Before::Forgetting] {
        let (office, second) = with_second_key();
        let account = office.connected().await;
        let old = row(&office.records).vault_entry;
        let api_key = ApiKey { id: second.key_id.clone(), issuer: second.issuer_id.clone() };
        let fingerprint = second.fingerprint.parse().unwrap();
        let records = Arc::clone(&office.records);
        records.begin_new_api_key(&account, &api_key, &fingerprint, "new").unwrap();
        if killed >= Before::Swapping {
            office.vault.store(EntryName("new".to_owned()), secret(&second_pair())).await.unwrap();
        }
        if killed >= Before::Forgetting {
            records.finish_new_api_key(&account, office.clock.now()).unwrap();
        }
        drop(records);

        let office = office.restart();
        office.desk.tidy_up().await;
        let in_use = row(&office.records);
        let swapped = killed == Before::Forgetting;
        assert_eq!(in_use.api_key.id == second.key_id, swapped, "{killed:?}");
        assert_eq!(in_use.spare_entry, None, "{killed:?}");
        assert_eq!(is_kept(&office, "new").await, swapped, "{killed:?}");
        assert_eq!(is_kept(&office, &old).await, !swapped, "{killed:?}");
        office.desk.check_account(&account).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn disconnecting_leaves_neither_secret_of_an_account_whose_old_one_could_not_be_forgotten() {
    let (office, second) = with_second_key();
    let account = office.connected().await;
    let old = row(&office.records).vault_entry;
    let api_key = ApiKey { id: second.key_id.clone(), issuer: second.issuer_id.clone() };
    office
        .records
        .begin_new_api_key(&account, &api_key, &second.fingerprint.parse().unwrap(), "new")
        .unwrap();
    office.vault.store(EntryName("new".to_owned()), secret(&second_pair())).await.unwrap();
    office.desk.disconnect(&account).await.unwrap();
    assert!(!is_kept(&office, "new").await && !is_kept(&office, &old).await);
}

/// Apple's lists of keys, empty the next two times: as another company's API key would see them.
const NO_KEYS: &str = r#"GET /v1/alternativeDistributionKeys$ text='{"data":[]}' times=2"#;

#[tokio::test(start_paused = true)]
async fn a_new_api_key_waits_until_what_was_sent_with_the_old_one_is_decided() {
    let (office, second) = with_second_key();
    let account = office.connected().await;
    office.inventory(&account).await;
    office.fault("POST * late=100s");
    let added = office.add(&account, 1, office.one_app(2)).await.unwrap();
    let Added::Unknown { pending, .. } = added else { panic!("{added:?}") };

    let draft = prepared(&office, &account, &second).await;
    assert_eq!(code(office.desk.use_new_api_key(&draft.id).await), What::StillUndecided);
    assert_eq!(row(&office.records).api_key.id, office.credentials.key_id);
    let own = filled_in(&office, &KeyPair::numbered(99, 1), &office.credentials, "");
    let own = office.desk.prepare_api_key(&account, own).await.unwrap();
    office.desk.use_new_api_key(&own.id).await.expect("its own may be the only way to look");

    let looks = office.looked(&pending.id).await;
    assert!(matches!(looks.last(), Some(Looked::Arrived { .. })), "{looks:?}");
    let draft = prepared(&office, &account, &second).await;
    office.desk.use_new_api_key(&draft.id).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_api_key_that_sees_none_of_the_keys_is_another_companys_and_not_put_in_place() {
    let (office, second) = with_second_key();
    let account = office.connected().await;
    office.inventory(&account).await;
    office.fault(NO_KEYS);
    let draft = prepared(&office, &account, &second).await;
    assert_eq!((draft.keys_seen, draft.keys_known), (0, 3));
    assert_eq!(code(office.desk.use_new_api_key(&draft.id).await), What::OtherCompany);
    assert_eq!(row(&office.records).api_key.id, office.credentials.key_id);
    assert_eq!(row(&office.records).spare_entry, None);
}

#[tokio::test(start_paused = true)]
async fn an_api_key_that_does_not_see_a_key_that_is_being_replaced_is_not_put_in_place() {
    let (office, second) = with_second_key();
    let account = office.connected().await;
    let old = office.row_for_an_app(&account, 0).await;
    let work = office.replace(&account, &old, WorkKind::Planned).await;
    office.apple.change(|account| account.remove_key(&old.id));
    let draft = prepared(&office, &account, &second).await;
    assert_eq!(code(office.desk.use_new_api_key(&draft.id).await), What::OtherCompany);
    office.desk.stop_replace(&work.id).unwrap();
    office.desk.use_new_api_key(&draft.id).await.expect("nothing waits for that key any more");
}

#[tokio::test(start_paused = true)]
async fn the_sample_account_opens_and_closes_while_another_is_being_connected() {
    let office = Office::new(seeded(1, 1, 0));
    office.fault("GET * delay=20s");
    let begun = office.clock.now();
    let (connected, at) = tokio::join!(office.connect("Lindqvist"), async {
        let sample = office.desk.open_sample().await.unwrap();
        office.desk.disconnect(&sample.id).await.unwrap();
        office.clock.now()
    });
    connected.unwrap();
    assert_eq!(at, begun);
}
