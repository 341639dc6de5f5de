//! Lists in pages.

use latchkey_simulator::{Account, Settings};
use serde_json::Value;

use crate::client::{Client, ORIGIN};

fn client(apps: usize) -> Client {
    let mut account = Account::new(1);
    for nth in 0..apps {
        account.add_app(&format!("App {nth:03}"), &format!("com.example.app{nth:03}"));
    }
    Client::new(Settings::default(), account)
}

#[test]
fn following_next_gives_every_item_once_and_ends() {
    let client = client(450);
    let (mut ids, mut sizes) = (Vec::new(), Vec::new());
    let mut next = Some("/v1/apps?fields[apps]=name&limit=200&sort=-name".to_owned());
    while let Some(target) = next {
        let got = client.get(&target);
        assert_eq!(got.body["meta"]["paging"]["total"], 450);
        assert_eq!(got.body["meta"]["paging"]["limit"], 200);
        sizes.push(got.ids().len());
        ids.extend(got.ids().into_iter().map(ToOwned::to_owned));
        next = got.body["links"]["next"].as_str().map(ToOwned::to_owned);
    }
    assert_eq!(sizes, [200, 200, 50]);
    let mut expected: Vec<_> =
        client.simulator.state(client.now.get()).apps.into_iter().map(|app| app.id).collect();
    expected.reverse();
    assert_eq!(ids, expected, "the sort holds over the pages");
}

#[test]
fn links_lead_to_the_origin_that_was_asked() {
    let client = client(3);
    let got = client.get("http://127.0.0.1:4711/v1/apps?limit=1");
    let next = got.body["links"]["next"].as_str().unwrap();
    assert!(next.starts_with("http://127.0.0.1:4711/v1/apps?cursor="), "{next}");
    assert_eq!(got.body["links"]["self"], "http://127.0.0.1:4711/v1/apps?limit=1");
    let cursor = got.body["meta"]["paging"]["nextCursor"].as_str().unwrap();
    assert!(next.contains(cursor));
    let second = client.get(next);
    assert_eq!(second.body["links"]["first"], "http://127.0.0.1:4711/v1/apps?limit=1");
}

#[test]
fn a_page_has_fifty_items_unless_told_otherwise() {
    let got = client(51).get("/v1/apps");
    assert_eq!(got.ids().len(), 50);
    assert!(got.body["links"]["next"].as_str().unwrap().starts_with(ORIGIN));
}

#[test]
fn a_list_that_fits_has_no_next() {
    let got = client(50).get("/v1/apps");
    assert_eq!(got.body["links"].get("next"), None);
    assert_eq!(got.body["meta"]["paging"].get("nextCursor"), None);
    assert_eq!(client(0).get("/v1/apps").body["data"], Value::Array(Vec::new()));
}

#[test]
fn a_cursor_is_good_for_its_own_list_only() {
    let client = client(3);
    let got = client.get("/v1/apps?limit=1");
    let cursor = got.body["meta"]["paging"]["nextCursor"].as_str().unwrap();
    for target in [
        format!("/v1/apps?limit=2&cursor={cursor}"),
        format!("/v1/alternativeDistributionKeys?limit=1&cursor={cursor}"),
        format!("/v1/apps?limit=1&cursor={}", cursor.replace('A', "B")),
        "/v1/apps?limit=1&cursor=1".to_owned(),
    ] {
        assert_eq!(client.get(&target).problem(), (400, "PARAMETER_ERROR.INVALID"), "{target}");
    }
    assert_eq!(client.get(&format!("/v1/apps?limit=1&cursor={cursor}")).status, 200);
}
