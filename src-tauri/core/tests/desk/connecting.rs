//! Connecting and disconnecting.

use latchkey_core::{
    account::Origin,
    desk::{
        problem::What,
        view::{ConnectForm, Field, Odd},
    },
    records::AccountState,
    vault::VaultError,
};
use latchkey_simulator::{KeyPair, practice::seeded};

use crate::{Office, code};

#[tokio::test(start_paused = true)]
async fn an_account_is_there_again_after_a_restart_without_asking() {
    let office = Office::new(seeded(1, 12, 3));
    let connected = office.connect("Lindqvist").await.unwrap();
    assert_eq!(connected.app_count, 12);
    let office = office.restart();
    let start = office.desk.start().unwrap();
    assert_eq!(start.accounts, std::slice::from_ref(&connected.account));
    office.inventory(&connected.account.id).await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_stored_when_apple_does_not_accept_the_key() {
    let office = Office::new(seeded(1, 1, 0));
    let mut form = office.form("Lindqvist");
    form.api_key_id = "WRONGKEY00".to_owned();
    let what = code(office.desk.connect(form).await);
    let What::NotAccepted { api_key_id, clock_ahead, .. } = what else { panic!("{what:?}") };
    assert_eq!(
        (api_key_id.as_str(), clock_ahead),
        ("WRONGKEY00", Some(0)),
        "the clock was measured and is right"
    );
    assert_eq!(office.records.accounts().unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_clock_is_measured_when_apple_does_not_accept_the_key() {
    let office = Office::new(seeded(1, 1, 0));
    office.fault("GET * status=401 date=-15m times=always");
    let what = code(office.connect("Lindqvist").await);
    assert!(matches!(what, What::NotAccepted { clock_ahead: Some(899..=901), .. }), "{what:?}");
}

#[tokio::test(start_paused = true)]
async fn an_odd_field_is_told_before_anything_is_sent() {
    let office = Office::new(seeded(1, 1, 0));
    let mut form = office.form("Lindqvist");
    form.issuer_id = "acme".to_owned();
    let What::Form { findings } = code(office.desk.connect(form).await) else { panic!("it is the form") };
    assert_eq!((findings[0].field, findings[0].what), (Field::IssuerId, Odd::UnusualIssuerId));
    assert_eq!(office.apple.log().len(), 0, "nothing was sent");
}

#[tokio::test(start_paused = true)]
async fn a_role_that_may_not_read_keys_and_a_missing_agreement_are_told_apart() {
    let office = Office::new(seeded(1, 1, 0));
    office.fault("GET /v1/alternativeDistributionKeys status=403");
    assert_eq!(code(office.connect("Lindqvist").await), What::RoleTooLow);
    office.fault(
        "GET /v1/alternativeDistributionKeys status=403 code=FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED",
    );
    assert_eq!(code(office.connect("Lindqvist").await), What::AgreementMissing);
}

#[tokio::test(start_paused = true)]
async fn a_keychain_that_refuses_leaves_no_account_behind() {
    let office = Office::new(seeded(1, 1, 0));
    office.vault.set(Some(VaultError::Missing("no service".to_owned())));
    let what = code(office.connect("Lindqvist").await);
    assert!(matches!(what, What::KeychainMissing { .. }), "{what:?}");
    assert_eq!(office.desk.start().unwrap().accounts, []);

    office.vault.set(None);
    office.connect("Lindqvist").await.unwrap();
    assert_eq!(
        office.records.accounts().unwrap().len(),
        1,
        "what stood between was undone, without a restart"
    );
}

#[tokio::test(start_paused = true)]
async fn what_a_crash_left_between_row_and_secret_is_undone_at_the_next_start() {
    let office = Office::new(seeded(1, 1, 0));
    office.vault.set(Some(VaultError::Missing("no service".to_owned())));
    office.connect("Lindqvist").await.unwrap_err();
    assert_eq!(office.records.accounts().unwrap()[0].state, AccountState::Connecting);
    office.vault.set(None);
    let office = office.restart();
    office.desk.tidy_up().await;
    assert_eq!(office.records.accounts().unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn two_clicks_on_connect_connect_once() {
    let office = Office::new(seeded(1, 1, 0));
    let form = office.form("Lindqvist");
    let second = ConnectForm { name: "Again".to_owned(), ..form.clone() };
    let (first, second) = tokio::join!(office.desk.connect(form), office.desk.connect(second));
    first.unwrap();
    assert!(second.is_err(), "the other waited for its turn, and the key was taken then");
    assert_eq!(office.records.accounts().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_account_whose_keychain_refuses_to_forget_is_finished_with_at_the_next_start() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    office.vault.set(Some(VaultError::Refused("locked".to_owned())));
    let what = code(office.desk.disconnect(&account).await);
    assert!(matches!(what, What::KeychainRefused { .. }), "{what:?}");
    assert_eq!(office.records.accounts().unwrap()[0].state, AccountState::Disconnecting);
    office.vault.set(None);
    let office = office.restart();
    assert_eq!(office.desk.start().unwrap().accounts, [], "it is not shown any more");
    office.desk.tidy_up().await;
    assert_eq!(office.records.accounts().unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn the_same_api_key_is_not_connected_twice() {
    let office = Office::new(seeded(1, 1, 0));
    office.connect("Lindqvist").await.unwrap();
    assert_eq!(
        code(office.connect("Again").await),
        What::AlreadyConnected { account: "Lindqvist".to_owned() }
    );
}

#[tokio::test(start_paused = true)]
async fn a_key_name_survives_disconnecting_and_connecting_again() {
    let office = Office::new(seeded(1, 3, 0));
    let account = office.connected().await;
    office.inventory(&account).await;
    office.add(&account, 1, office.one_app(0)).await.unwrap();
    office.desk.disconnect(&account).await.unwrap();
    let account = office.connected().await;
    let rows = office.keys(&account).await;
    assert_eq!(rows[0].name.as_deref(), Some("Website"));
}

#[tokio::test(start_paused = true)]
async fn an_account_of_one_server_is_never_used_for_another() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let elsewhere = office.desk_for(Origin::loopback("http://127.0.0.1:9").unwrap());
    assert_eq!(elsewhere.start().unwrap().accounts, []);
    let before = office.apple.log().len();
    office.vault.set(Some(VaultError::Failed("the secret was asked for".to_owned())));
    assert_eq!(code(elsewhere.inventory(&account, "run", &|_| ()).await), What::NoSuchAccount);
    assert_eq!(code(elsewhere.disconnect(&account).await), What::NoSuchAccount);
    assert_eq!(office.apple.log().len(), before);
}

#[tokio::test(start_paused = true)]
async fn a_connected_api_key_is_refused_as_a_distribution_key() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    for (name, text) in [
        ("AuthKey.pem", KeyPair::numbered(99, 1).pkcs8_pem().to_string()),
        ("public.pem", KeyPair::numbered(99, 1).public().pem()),
    ] {
        let what = code(office.desk.take_key_file(&office.held(office.file(name, &text)), &account));
        assert_eq!(
            what,
            What::ThatIsAnApiKey { name: Some(name.to_owned()), account: "Lindqvist".to_owned() }
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_sample_account_opens_once_and_shows_its_keys() {
    let office = Office::new(seeded(1, 1, 0));
    let sample = office.desk.open_sample().await.unwrap();
    assert_eq!(office.desk.open_sample().await.unwrap(), sample);
    let rows = office.keys(&sample.id).await;
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row.id.starts_with("00000000-")), "{rows:?}");
    assert_eq!(office.apple.log().len(), 0, "nothing of it reaches another server");
}
