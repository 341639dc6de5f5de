//! Apps, and which key an app has.

use latchkey_simulator::{Account, Settings};
use serde_json::json;

use crate::client::{Client, ORIGIN, create, pair};

fn account() -> (Account, [String; 3]) {
    let mut account = Account::new(1);
    let b = account.add_app("Beta", "com.example.a").id.clone();
    let a = account.add_app("Alpha", "com.example.b").id.clone();
    let mac = account.add_app("Alpha", "com.example.c");
    mac.platforms = vec!["MAC_OS"];
    let mac = mac.id.clone();
    (account, [b, a, mac])
}

fn client() -> (Client, [String; 3]) {
    let (account, ids) = account();
    (Client::new(Settings::default(), account), ids)
}

#[test]
fn apps_come_in_the_order_that_was_asked_for() {
    let (client, [b, a, mac]) = client();
    assert_eq!(client.get("/v1/apps").ids(), [&b, &a, &mac]);
    assert_eq!(client.get("/v1/apps?sort=name").ids(), [&a, &mac, &b]);
    assert_eq!(client.get("/v1/apps?sort=name,-bundleId").ids(), [&mac, &a, &b]);
    assert_eq!(client.get("/v1/apps?sort=-sku").ids(), [&mac, &a, &b]);
}

#[test]
fn apps_can_be_filtered_by_platform() {
    let (client, [b, a, mac]) = client();
    let by = |platforms: &str| client.get(&format!("/v1/apps?filter[appStoreVersions.platform]={platforms}"));
    assert_eq!(by("IOS").ids(), [&b, &a]);
    assert_eq!(by("MAC_OS,IOS").ids(), [&b, &a, &mac]);
    assert_eq!(by("TV_OS").ids(), [""; 0]);
    assert_eq!(by("ANDROID").problem(), (400, "PARAMETER_ERROR.INVALID"));
}

#[test]
fn fields_cut_attributes_and_relationships() {
    let (client, [b, ..]) = client();
    let got = client.get(&format!("/v1/apps/{b}?fields[apps]=name,sku"));
    assert_eq!(got.body["data"]["attributes"], json!({ "name": "Beta", "sku": "SKU-0001" }));
    assert_eq!(got.body["data"].get("relationships"), None);

    let got = client.get("/v1/apps?fields[apps]=alternativeDistributionKey");
    assert_eq!(got.body["data"][0]["attributes"], json!({}));
    assert_eq!(
        got.body["data"][0]["relationships"]["alternativeDistributionKey"],
        json!({ "links": {
            "self": format!("{ORIGIN}/v1/apps/{b}/relationships/alternativeDistributionKey"),
            "related": format!("{ORIGIN}/v1/apps/{b}/alternativeDistributionKey"),
        } }),
        "links and no data, whether there is a key or not"
    );
    assert_eq!(client.get("/v1/apps?fields[apps]=icon").problem(), (400, "PARAMETER_ERROR.INVALID"));
}

#[test]
fn an_app_is_read_with_all_that_is_known_of_it() {
    let (client, [b, ..]) = client();
    let got = client.get(&format!("/v1/apps/{b}"));
    assert_eq!(
        got.body["data"]["attributes"],
        json!({ "name": "Beta", "bundleId": "com.example.a", "sku": "SKU-0001", "primaryLocale": "en-US" })
    );
    assert_eq!(client.get("/v1/apps/1").problem(), (404, "NOT_FOUND"));
    assert_eq!(client.get("/v1/apps?filter[color]=red").problem(), (400, "PARAMETER_ERROR.ILLEGAL"));
}

#[test]
fn an_apps_key_is_found_by_both_paths() {
    let (client, [b, a, _]) = client();
    let id = client.add(&pair(1), Some(&b));
    let got = client.get(&format!("/v1/apps/{b}/alternativeDistributionKey"));
    assert_eq!(got.body["data"]["id"], *id);
    assert_eq!(got.body["data"]["attributes"]["publicKey"], pair(1).public().pem());

    let address = format!("/v1/apps/{b}/relationships/alternativeDistributionKey");
    let got = client.get(&address);
    assert_eq!(
        got.body,
        json!({
            "data": { "type": "alternativeDistributionKeys", "id": id },
            "links": {
                "self": format!("{ORIGIN}{address}"),
                "related": format!("{ORIGIN}/v1/apps/{b}/alternativeDistributionKey"),
            },
        })
    );
    let got = client.get(&format!("/v1/apps/{a}/relationships/alternativeDistributionKey"));
    assert_eq!(got.problem(), (404, "NOT_FOUND"), "the other app has none");
}

#[test]
fn an_individual_key_sees_its_persons_apps_and_every_key() {
    let (mut account, [b, a, mac]) = account();
    account.add_key(pair(1).public(), Some(&a));
    let client = Client::individual(account, &[&b]);
    assert_eq!(client.get("/v1/apps").ids(), [&b]);
    assert_eq!(client.get(&format!("/v1/apps/{b}")).status, 200);
    let got = client.get(&format!("/v1/apps/{a}/relationships/alternativeDistributionKey"));
    assert_eq!(got.problem(), (404, "NOT_FOUND"));
    let detail = got.body["errors"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("type 'apps'"), "the app is what is missing: {detail}");
    assert_eq!(client.get("/v1/alternativeDistributionKeys").ids().len(), 1);
    let got = client.post(&create(&pair(2).public().pem(), Some(&mac)));
    assert_eq!(got.problem(), (409, "ENTITY_ERROR.RELATIONSHIP.INVALID"));
}
