//! What Apple leaves open, answered in each way it might be.

use http::Method;
use latchkey_simulator::{
    Settings,
    settings::{AppsKey, NoKey, RemovedKey, Rule},
};
use serde_json::Value;

use crate::client::{Client, Got, KEYS, create, pair, whole};

fn both(client: &Client, app: &str) -> [Got; 2] {
    ["alternativeDistributionKey", "relationships/alternativeDistributionKey"]
        .map(|path| client.get(&format!("/v1/apps/{app}/{path}")))
}

#[test]
fn an_app_without_a_key_may_be_not_found_null_or_a_conflict() {
    let (client, app, _) = Client::with_two_apps(Settings::default());
    for got in both(&client, &app) {
        assert_eq!(got.problem(), (404, "NOT_FOUND"));
        let detail = got.body["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains("'alternativeDistributionKeys'"), "not the app is missing: {detail}");
    }
    client.simulator.configure(|settings| settings.no_key = NoKey::Null);
    for got in both(&client, &app) {
        assert_eq!((got.status, got.body.get("data")), (200, Some(&Value::Null)));
    }
    client.simulator.configure(|settings| settings.no_key = NoKey::Conflict);
    for got in both(&client, &app) {
        assert_eq!(got.problem(), (409, "ENTITY_ERROR.RELATIONSHIP.INVALID"));
    }
}

#[test]
fn a_second_key_for_an_app_may_be_refused_or_shown_in_four_ways() {
    let (client, app, other) = Client::with_two_apps(Settings::default());
    let first = client.add(&pair(1), Some(&app));
    let body = create(&pair(2).public().pem(), Some(&app));
    assert_eq!(client.post(&body).problem(), (409, "ENTITY_ERROR.RELATIONSHIP.INVALID"));
    client.add(&pair(2), Some(&other));

    client.simulator.configure(|settings| settings.second_key = Rule::Accepted);
    let second = client.add(&pair(3), Some(&app));
    let shown = |apps_key| {
        client.simulator.configure(|settings| settings.apps_key = apps_key);
        both(&client, &app).map(|got| match &got.body["data"] {
            Value::Array(_) => got.ids().join(" "),
            object => object["id"].as_str().unwrap().to_owned(),
        })
    };
    assert_eq!(shown(AppsKey::Oldest), [first.clone(), first.clone()]);
    assert_eq!(shown(AppsKey::Newest), [second.clone(), second.clone()]);
    let array = format!("{first} {second}");
    assert_eq!(shown(AppsKey::Array), [array.clone(), array.clone()]);
    assert_eq!(shown(AppsKey::ArrayWhenSeveral), [array.clone(), array]);
}

#[test]
fn a_single_key_may_be_an_object_or_an_array() {
    let (client, app, _) = Client::with_two_apps(Settings::default());
    client.add(&pair(1), Some(&app));
    for apps_key in [AppsKey::Oldest, AppsKey::Newest, AppsKey::ArrayWhenSeveral] {
        client.simulator.configure(|settings| settings.apps_key = apps_key);
        assert!(both(&client, &app).iter().all(|got| got.body["data"].is_object()), "{apps_key:?}");
    }
    client.simulator.configure(|settings| settings.apps_key = AppsKey::Array);
    assert!(both(&client, &app).iter().all(|got| got.ids().len() == 1));
}

#[test]
fn an_app_without_its_own_key_may_show_the_one_for_all_apps() {
    let (client, app, other) = Client::with_two_apps(Settings { falls_back: true, ..Settings::default() });
    let for_all = client.add(&pair(1), None);
    let own = client.add(&pair(2), Some(&other));
    assert!(both(&client, &app).iter().all(|got| got.body["data"]["id"] == *for_all));
    assert!(both(&client, &other).iter().all(|got| got.body["data"]["id"] == *own));
}

#[test]
fn a_public_key_may_be_registered_twice_or_be_a_duplicate() {
    let (client, app, _) = Client::with_two_apps(Settings::default());
    let first = client.add(&pair(1), None);
    assert_ne!(client.add(&pair(1), Some(&app)), first);
    client.simulator.configure(|settings| settings.same_key = Rule::Refused);
    let got = client.post(&create(&pair(1).public().pem(), None));
    assert_eq!(got.problem(), (409, "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE"));
    client.add(&pair(2), None);
}

#[test]
fn a_second_key_for_all_apps_may_be_refused() {
    let (client, app, _) = Client::with_two_apps(Settings::default());
    client.add(&pair(1), None);
    client.add(&pair(2), None);
    client.simulator.configure(|settings| settings.second_account_key = Rule::Refused);
    assert_eq!(client.post(&create(&pair(3).public().pem(), None)).problem(), (409, "ENTITY_ERROR"));
    client.add(&pair(3), Some(&app));
}

#[test]
fn removing_a_key_in_use_may_be_refused() {
    let settings = Settings { removal_in_use: Rule::Refused, ..Settings::default() };
    let (client, app, _) = Client::with_two_apps(settings);
    let bound = client.add(&pair(1), Some(&app));
    let for_all = client.add(&pair(2), None);
    assert_eq!(client.delete(&format!("{KEYS}/{bound}")).problem(), (409, "STATE_ERROR"));
    assert_eq!(whole(client.send(Method::DELETE, &format!("{KEYS}/{for_all}"), "")).status, 204);
}

#[test]
fn a_removed_key_may_be_not_found_or_gone() {
    let (client, ..) = Client::with_two_apps(Settings::default());
    let removed = format!("{KEYS}/{}", client.add(&pair(1), None));
    assert_eq!(whole(client.send(Method::DELETE, &removed, "")).status, 204);
    let twice = |client: &Client| [client.get(&removed), client.delete(&removed)].map(|got| got.status);
    assert_eq!(twice(&client), [404, 404]);
    client.simulator.configure(|settings| settings.removed_key = RemovedKey::Gone);
    assert_eq!(twice(&client), [410, 410]);
    let never = format!("{KEYS}/00000000-0000-4000-8000-000000000000");
    assert_eq!(client.get(&never).problem(), (404, "NOT_FOUND"));
}

#[test]
fn an_app_that_is_removed_leaves_its_key_on_the_list() {
    let (client, app, _) = Client::with_two_apps(Settings::default());
    let key = client.add(&pair(1), Some(&app));
    client.simulator.change(|account| account.remove_app(&app));
    for got in both(&client, &app) {
        assert_eq!(got.problem(), (404, "NOT_FOUND"));
        assert!(got.body["errors"][0]["detail"].as_str().unwrap().contains("'apps'"), "the app is missing");
    }
    assert_eq!(client.get(&format!("{KEYS}/{key}")).status, 200);
}

#[test]
fn an_id_is_never_given_twice() {
    let (client, ..) = Client::with_two_apps(Settings::default());
    let first = client.add(&pair(1), None);
    client.delete(&format!("{KEYS}/{first}"));
    assert_ne!(client.add(&pair(1), None), first);
}
