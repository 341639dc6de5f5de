//! Keys and the apps they are for.

use std::{sync::Mutex, time::Duration};

use latchkey_core::{
    account::ApiKeyKind,
    desk::{
        problem::What,
        view::{AppKey, ConnectForm, InventoryEvent, Pause, UsedFor, WhyUnknown},
    },
    vault::VaultError,
};
use latchkey_simulator::{
    Account, KeyPair, Settings,
    practice::seeded,
    settings::{AppsKey, NoKey},
};

use crate::{Office, apps_named, rows_after};

#[tokio::test(start_paused = true)]
async fn every_key_gets_the_app_it_is_for_whichever_way_apple_says_it() {
    for no_key in [NoKey::NotFound, NoKey::Null, NoKey::Conflict] {
        for apps_key in [AppsKey::Newest, AppsKey::Array] {
            let settings = Settings { no_key, apps_key, ..Settings::default() };
            let office = Office::with(seeded(1, 12, 3), settings);
            let account = office.connected().await;
            let rows = office.keys(&account).await;
            let truth = office.apple.state(office.clock.now());
            for key in truth.keys {
                let row = rows.iter().find(|row| row.id == key.id).unwrap();
                match (&row.used_for, key.app_id) {
                    (UsedFor::AllApps, None) => (),
                    (UsedFor::App { app }, Some(id)) => assert_eq!(app.id.to_string(), id),
                    other => panic!("{other:?}"),
                }
                assert_eq!(row.fingerprint, key.fingerprint);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_app_that_falls_back_to_the_account_wide_key_has_none_of_its_own() {
    let office = Office::with(seeded(1, 4, 3), Settings { falls_back: true, ..Settings::default() });
    let account = office.connected().await;
    let events = office.inventory(&account).await;
    let without =
        events.iter().any(|event| matches!(event, InventoryEvent::App { app } if app.key == AppKey::None));
    assert!(without, "{events:?}");
    assert_eq!(apps_named(&rows_after(&events)).iter().flatten().count(), 2, "two keys are for an app each");
}

#[tokio::test(start_paused = true)]
async fn a_second_inventory_asks_three_times_and_no_app() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    office.inventory(&account).await;
    let before = office.apple.log().len();
    office.inventory(&account).await;
    let after: Vec<String> = office.apple.log()[before..].iter().map(|logged| logged.path.clone()).collect();
    assert_eq!(after.len(), 3, "two lists of keys and one of apps: {after:?}");
}

#[tokio::test(start_paused = true)]
async fn keys_are_told_from_memory_first_after_a_restart() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let rows = office.keys(&account).await;
    let office = office.restart();
    let events = office.inventory(&account).await;
    let InventoryEvent::Remembered { keys, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!(apps_named(keys), apps_named(&rows));
}

#[tokio::test(start_paused = true)]
async fn never_more_than_eight_requests_are_under_way_and_it_ends_early() {
    let mut account = Account::new(1);
    for nth in 0..60 {
        account.add_app(&format!("App {nth:02}"), &format!("com.example.app{nth}"));
    }
    let first = {
        let app = account.add_app("AAA first by name", "com.example.first");
        app.id.clone()
    };
    account.add_key(KeyPair::numbered(5, 1).public(), Some(&first));
    let office =
        Office::with(account, Settings { latency: Duration::from_millis(80), ..Settings::default() });
    let id = office.connected().await;
    let before = office.apple.log().len();
    office.inventory(&id).await;
    let asked = office.apple.log().len() - before;
    assert!(asked <= 3 + 8, "the key's app is among the first eight asked, {asked} requests were sent");
}

#[tokio::test(start_paused = true)]
async fn a_key_of_an_app_that_the_api_key_does_not_see_is_said_to_be_so() {
    let mut account = Account::new(1);
    let visible = account.add_app("Visible", "com.example.visible").id.clone();
    let hidden = account.add_app("Hidden", "com.example.hidden").id.clone();
    account.add_key(KeyPair::numbered(5, 1).public(), Some(&hidden));
    let individual = account.add_individual_key(&KeyPair::numbered(99, 2), &[&visible]);
    let office = Office::new(account);
    let file = office.held(office.file("AuthKey.p8", &KeyPair::numbered(99, 2).pkcs8_pem()));
    let form = ConnectForm {
        draft: Some(office.desk.take_api_key(&file).unwrap().id),
        kind: ApiKeyKind::Individual,
        api_key_id: individual.key_id,
        issuer_id: String::new(),
        name: "One person".to_owned(),
        unusual_is_right: false,
    };
    let id = office.desk.connect(form).await.unwrap().account.id;
    let rows = office.keys(&id).await;
    assert!(
        matches!(rows[0].used_for, UsedFor::Unknown { why: WhyUnknown::NoAppShowsIt }),
        "it is listed, but none of this person's apps has it: {rows:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_key_whose_app_could_not_be_read_is_said_to_be_so() {
    let mut account = Account::new(1);
    let app = account.add_app("Reader", "com.example.reader").id.clone();
    account.add_key(KeyPair::numbered(5, 1).public(), Some(&app));
    let office = Office::new(account);
    let id = office.connected().await;
    office.fault(&format!("GET /v1/apps/{app} status=500 times=always"));
    let rows = office.keys(&id).await;
    assert!(matches!(rows[0].used_for, UsedFor::Unknown { why: WhyUnknown::NotAllAppsRead }), "{rows:?}");
}

#[tokio::test(start_paused = true)]
async fn an_unreadable_key_is_shown_with_its_id_and_the_others_stay() {
    let mut account = seeded(1, 3, 2);
    let unreadable = account.add_unreadable_key("-----BEGIN PUBLIC KEY-----gibberish", None);
    let office = Office::new(account);
    let id = office.connected().await;
    let rows = office.keys(&id).await;
    assert_eq!(rows.len(), 3);
    let row = rows.iter().find(|row| row.id == unreadable).unwrap();
    assert_eq!((&row.fingerprint, &row.public_key), (&None, &None));
}

#[tokio::test(start_paused = true)]
async fn stopping_keeps_what_is_known() {
    let mut account = Account::new(1);
    for nth in 0..300 {
        account.add_app(&format!("App {nth:03}"), &format!("com.example.app{nth}"));
    }
    let last = account.add_app("Zzz", "com.example.last").id.clone();
    account.add_key(KeyPair::numbered(5, 1).public(), Some(&last));
    let office =
        Office::with(account, Settings { latency: Duration::from_millis(80), ..Settings::default() });
    let id = office.connected().await;
    let told = Mutex::new(Vec::new());
    let desk = &office.desk;
    let tell = |event: InventoryEvent| {
        if matches!(event, InventoryEvent::Checked { done: 20, .. }) {
            desk.stop("run");
        }
        told.lock().unwrap().push(event);
    };
    desk.inventory(&id, "run", &tell).await.unwrap();
    let events = told.into_inner().unwrap();
    assert!(matches!(events.last(), Some(InventoryEvent::Finished { stopped: true, all_placed: false, .. })));
    let rows = rows_after(&events);
    assert!(matches!(rows[0].used_for, UsedFor::Unknown { why: WhyUnknown::Stopped }), "{rows:?}");
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_is_told_and_waited_out() {
    let office = Office::with(seeded(1, 12, 3), Settings { retry_after: true, ..Settings::default() });
    let id = office.connected().await;
    office.fault("GET /v1/apps/ status=429 retry-after=30");
    let events = office.inventory(&id).await;
    let waited =
        events.iter().any(|event| matches!(event, InventoryEvent::Waiting { why: Pause::Limit, .. }));
    assert!(waited, "{events:?}");
    assert_eq!(apps_named(&rows_after(&events)).iter().flatten().count(), 2, "it went on by itself");
}

#[tokio::test(start_paused = true)]
async fn apps_that_cannot_be_listed_leave_the_keys_on_screen() {
    let office = Office::new(seeded(1, 12, 3));
    let id = office.connected().await;
    office.fault("GET /v1/apps status=403 times=always");
    let events = office.inventory(&id).await;
    let partly = events
        .iter()
        .any(|event| matches!(event, InventoryEvent::Partly { problem } if problem.what == What::RoleTooLow));
    assert!(partly, "{events:?}");
    assert_eq!(rows_after(&events).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_keychain_that_comes_back_needs_no_restart() {
    let office = Office::new(seeded(1, 2, 1));
    let id = office.connected().await;
    let office = office.restart();
    office.vault.set(Some(VaultError::Missing("gone".to_owned())));
    let told = office.desk.inventory(&id, "run", &|_| ()).await;
    assert!(matches!(told.unwrap_err().what, What::KeychainMissing { .. }));
    office.vault.set(None);
    assert_eq!(office.keys(&id).await.len(), 1);
}
