//! Adding a key.

use http::Method;
use latchkey_simulator::Settings;
use serde_json::{Value, json};

use crate::client::{Client, KEYS, ORIGIN, create, pair, whole};

fn pem() -> String {
    pair(1).public().pem()
}

#[test]
fn a_new_key_is_answered_with_its_id_its_address_and_the_key() {
    let (client, app, _) = Client::with_two_apps(Settings::default());
    let got = client.post(&create(&pem(), Some(&app)));
    assert_eq!(got.status, 201);
    let id = got.body["data"]["id"].as_str().unwrap();
    assert_eq!(got.header("location"), Some(format!("{ORIGIN}{KEYS}/{id}").as_str()));
    assert_eq!(got.body["data"]["attributes"]["publicKey"], pem());

    let state = client.simulator.state(client.now.get());
    assert_eq!(state.keys[0].id, id);
    assert_eq!(state.keys[0].app_id.as_deref(), Some(app.as_str()));
    assert_eq!(state.keys[0].fingerprint, Some(pair(1).public().fingerprint()));
    assert_eq!(state.apps[0].key_id.as_deref(), Some(id));
}

#[test]
fn pem_may_come_on_one_line_with_crlf_or_without_its_last_line_feed() {
    let (client, ..) = Client::with_two_apps(Settings::default());
    for text in [pem().replace('\n', ""), pem().replace('\n', "\r\n"), pem().trim_end().to_owned()] {
        assert_eq!(client.post(&create(&text, None)).status, 201, "{text:?}");
    }
}

#[test]
fn anything_but_a_p256_public_key_is_an_invalid_attribute() {
    let (client, ..) = Client::with_two_apps(Settings::default());
    let body: String = pem().lines().filter(|line| !line.starts_with('-')).collect();
    for text in [
        String::new(),
        "key".to_owned(),
        body,
        pem().replace("PUBLIC", "PRIVATE"),
        pem().replace("MFkw", "MFkx"),
        pair(1).pkcs8_pem().to_string(),
    ] {
        let got = client.post(&create(&text, None));
        assert_eq!(got.problem(), (409, "ENTITY_ERROR.ATTRIBUTE.INVALID"), "{text:?}");
        assert_eq!(got.body["errors"][0]["source"]["pointer"], "/data/attributes/publicKey");
    }
    assert!(client.simulator.state(client.now.get()).keys.is_empty());
}

#[test]
fn an_unknown_app_is_an_invalid_relationship() {
    let (client, ..) = Client::with_two_apps(Settings::default());
    let got = client.post(&create(&pem(), Some("1")));
    assert_eq!(got.problem(), (409, "ENTITY_ERROR.RELATIONSHIP.INVALID"));
    assert_eq!(got.body["errors"][0]["source"]["pointer"], "/data/relationships/app");
}

#[test]
fn only_json_that_says_so_is_read() {
    let (client, ..) = Client::with_two_apps(Settings::default());
    let body = create(&pem(), None).to_string();
    for content_type in [None, Some("text/plain"), Some("application/vnd.api+json")] {
        let mut request = client.request(Method::POST, KEYS, &body);
        request.headers_mut().remove("content-type");
        if let Some(content_type) = content_type {
            request.headers_mut().insert("content-type", content_type.parse().unwrap());
        }
        let got = whole(client.simulator.answer(client.now.get(), &request));
        assert_eq!(got.problem().0, 415, "{content_type:?}");
    }
    let mut request = client.request(Method::POST, KEYS, &body);
    request.headers_mut().insert("content-type", "application/json; charset=utf-8".parse().unwrap());
    assert_eq!(whole(client.simulator.answer(client.now.get(), &request)).status, 201);
    assert_eq!(whole(client.send(Method::POST, KEYS, "{")).problem(), (400, "ENTITY_INVALID"));
}

#[test]
fn a_body_of_another_structure_is_unprocessable_at_the_place_of_the_fault() {
    let (client, app, _) = Client::with_two_apps(Settings::default());
    let good = create(&pem(), Some(&app));
    let with = |pointer: &str, value: Value| {
        let mut body = good.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let and = |pointer: &str, name: &str| {
        let mut body = good.clone();
        body.pointer_mut(pointer).unwrap()[name] = json!(1);
        body
    };
    for (body, pointer) in [
        (json!([]), ""),
        (json!({}), "/data"),
        (json!({ "date": good["data"] }), "/date"),
        (and("", "included"), "/included"),
        (with("/data", json!([])), "/data"),
        (with("/data/type", json!("apps")), "/data/type"),
        (and("/data", "id"), "/data/id"),
        (and("/data", "attribute"), "/data/attribute"),
        (with("/data/attributes", Value::Null), "/data/attributes"),
        (and("/data/attributes", "name"), "/data/attributes/name"),
        (with("/data/attributes/publicKey", json!(1)), "/data/attributes/publicKey"),
        (with("/data/relationships", json!(1)), "/data/relationships"),
        (and("/data/relationships", "team"), "/data/relationships/team"),
        (with("/data/relationships/app", json!({})), "/data/relationships/app/data"),
        (with("/data/relationships/app/data/type", json!("app")), "/data/relationships/app/data/type"),
        (with("/data/relationships/app/data/id", json!(7)), "/data/relationships/app/data/id"),
    ] {
        let got = client.post(&body);
        assert_eq!(got.problem(), (422, "ENTITY_UNPROCESSABLE"), "{body}");
        assert_eq!(got.body["errors"][0]["source"]["pointer"], pointer, "{body}");
    }
    let got = client.post(&with("/data/attributes", json!({})));
    assert_eq!(got.problem(), (409, "ENTITY_ERROR.ATTRIBUTE.REQUIRED"));
}

#[test]
fn a_null_id_and_empty_relationships_are_let_pass() {
    let (client, ..) = Client::with_two_apps(Settings::default());
    let mut body = create(&pem(), None);
    body["data"]["id"] = Value::Null;
    body["data"]["relationships"] = json!({});
    assert_eq!(client.post(&body).status, 201);
}
