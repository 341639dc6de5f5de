//! The ready-made accounts.

use std::collections::HashSet;

use latchkey_simulator::{Account, KeyPair, Settings, Simulator, practice, settings::Rule};
use secrecy::ExposeSecret;

use crate::client::{Client, START, pair};

fn state(account: Account) -> latchkey_simulator::account::State {
    Simulator::new(Settings::default(), account).state(START)
}

#[test]
fn the_sample_account_cannot_be_taken_for_a_real_one() {
    let sample = practice::sample();
    let state = sample.simulator.state(START);
    assert_eq!(state.apps.len(), 12);
    assert_eq!(state.keys.len(), 3);
    assert_eq!(state.keys.iter().filter(|key| key.app_id.is_none()).count(), 1);
    assert!(state.keys.iter().all(|key| key.id.starts_with("00000000-")));
    let later = sample.simulator.change(|account| account.add_key(pair(1).public(), None));
    assert!(later.starts_with("00000000-"));
    assert!(sample.credentials.issuer_id.unwrap().starts_with("00000000-"));
    assert_eq!(sample.credentials.key_id.len(), 10);
}

#[test]
fn the_sample_account_is_the_same_every_time_but_for_its_api_key() {
    let (one, two) = (practice::sample(), practice::sample());
    assert_eq!(one.simulator.state(START), two.simulator.state(START));
    #[expect(clippy::disallowed_methods, reason = "to compare two keys that open nothing")]
    let keys = [one, two].map(|sample| sample.credentials.private_key.expose_secret().to_vec());
    assert_ne!(keys[0], keys[1]);
}

#[test]
fn in_the_sample_account_an_app_can_get_a_second_key() {
    let settings = practice::sample().simulator.configure(|settings| settings.clone());
    assert_eq!(settings.second_key, Rule::Accepted);
    assert!(!settings.latency.is_zero(), "so that waiting is seen");
}

#[test]
fn names_are_as_varied_and_as_long_as_names_are() {
    let apps = practice::sample().simulator.state(START).apps;
    assert!(apps.iter().any(|app| app.name.chars().count() == 30));
    assert!(apps.iter().all(|app| app.name.chars().count() <= 30));
    assert!(apps.iter().any(|app| app.name.contains('星')));
    assert!(apps.iter().any(|app| app.name.contains('é')));
}

#[test]
fn one_seed_is_one_account() {
    assert_eq!(state(practice::seeded(7, 12, 3)), state(practice::seeded(7, 12, 3)));
    let (seven, eight) = (state(practice::seeded(7, 12, 3)).keys, state(practice::seeded(8, 12, 3)).keys);
    assert_ne!(seven[0].id, eight[0].id);
    assert_ne!(seven[0].fingerprint, eight[0].fingerprint);
    assert_eq!(Account::new(1).add_team_key(&KeyPair::generate()).key_id, "SIM0000001");
}

#[test]
fn a_large_account_has_unique_ids_and_a_key_for_each_app_at_most() {
    let state = state(practice::seeded(1, 900, 300));
    let apps: HashSet<_> = state.apps.iter().map(|app| &app.id).collect();
    let bundles: HashSet<_> = state.apps.iter().map(|app| &app.bundle_id).collect();
    assert_eq!((apps.len(), bundles.len()), (900, 900));
    assert!(state.apps.iter().all(|app| app.name.chars().count() <= 30));
    let bound: Vec<_> = state.keys.iter().filter_map(|key| key.app_id.as_ref()).collect();
    assert_eq!(bound.len(), 200);
    assert_eq!(bound.iter().collect::<HashSet<_>>().len(), 200);
}

#[test]
fn keys_without_an_app_left_are_for_all_apps() {
    let state = state(practice::seeded(1, 2, 6));
    assert_eq!(state.keys.iter().filter(|key| key.app_id.is_some()).count(), 2);
}

#[test]
fn a_seeded_account_answers() {
    let client = Client::new(Settings::default(), practice::seeded(1, 12, 3));
    assert_eq!(client.get("/v1/apps").ids().len(), 12);
    assert_eq!(client.get("/v1/alternativeDistributionKeys?exists[app]=true").ids().len(), 2);
}
