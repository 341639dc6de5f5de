use std::{sync::Arc, time::Duration};

use http::Method;
use latchkey_core::{
    asc::{
        client::{Client, ListedKey, Receipt},
        error::Error,
        transport::{BrokenKind, Fate},
    },
    key::Scope,
};
use serde_json::json;

use crate::scripted::{KEY_ID, Scripted, answer, apple_error, broken, client, empty_list, public_key};

async fn add(client: &Client, scope: &Scope) -> Result<(ListedKey, Receipt), Error> {
    let token = client.one_use_token().await.unwrap();
    client.add_key(token, &public_key(), scope).await
}

async fn remove(client: &Client) -> Result<Receipt, Error> {
    let token = client.one_use_token().await.unwrap();
    client.remove_key(token, &KEY_ID.parse().unwrap()).await
}

#[tokio::test(start_paused = true)]
async fn a_key_is_added_in_one_request_and_its_echo_read() {
    let server = Scripted::new(|_, sent| {
        let echo = sent.body.as_ref().unwrap()["data"]["attributes"]["publicKey"].as_str().unwrap();
        let key = json!({ "type": "alternativeDistributionKeys", "id": KEY_ID,
            "attributes": { "publicKey": echo.replace('\n', "") } });
        answer(201, &[("x-request-id", "R1")], json!({ "data": key, "links": { "self": "" } }).to_string())
    });
    let scope = Scope::OneApp { app: "6473805491".parse().unwrap() };
    let (added, receipt) = add(&client(&server), &scope).await.unwrap();
    assert_eq!(receipt, Receipt { status: 201, request_id: Some("R1".to_owned()) });
    assert_eq!((added.key_id, added.public_key), (KEY_ID.parse().ok(), Some(public_key())));
    let [sent] = &server.sent()[..] else { panic!("one request, not {:?}", server.targets()) };
    assert_eq!((&sent.method, sent.target.as_str()), (&Method::POST, "/v1/alternativeDistributionKeys"));
    let body = json!({ "data": {
        "type": "alternativeDistributionKeys",
        "attributes": { "publicKey": public_key().pem() },
        "relationships": { "app": { "data": { "type": "apps", "id": "6473805491" } } }
    } });
    assert_eq!(sent.body.as_ref(), Some(&body));
}

#[tokio::test(start_paused = true)]
async fn a_key_is_removed_in_one_request() {
    let server = Scripted::new(|_, _| answer(204, &[("x-request-id", "R2")], ""));
    let receipt = remove(&client(&server)).await.unwrap();
    assert_eq!(receipt, Receipt { status: 204, request_id: Some("R2".to_owned()) });
    let [sent] = &server.sent()[..] else { panic!("one request, not {:?}", server.targets()) };
    let target = format!("/v1/alternativeDistributionKeys/{KEY_ID}");
    assert_eq!((&sent.method, &sent.target, &sent.body), (&Method::DELETE, &target, &None));
}

/// Adds and removes against a server that always gives this, and says whether the outcomes are unknown.
async fn outcomes(fate: impl Fn() -> Fate + Send + Sync + 'static) -> [bool; 2] {
    let server = Scripted::new(move |_, _| fate());
    let client = client(&server);
    let added = add(&client, &Scope::AllApps).await.unwrap_err();
    let removed = remove(&client).await.unwrap_err();
    assert_eq!(server.sent().len(), 2, "a write is sent once, whatever comes back: {added:?}, {removed:?}");
    [added.outcome_unknown(), removed.outcome_unknown()]
}

#[tokio::test(start_paused = true)]
async fn a_write_is_never_repeated_and_its_outcome_unknown_when_no_readable_answer_comes() {
    assert_eq!(outcomes(|| Fate::MaybeSent(broken(BrokenKind::Cut))).await, [true; 2]);
    assert_eq!(outcomes(|| Fate::MaybeSent(broken(BrokenKind::Timeout))).await, [true; 2]);
    assert_eq!(outcomes(|| answer(503, &[("retry-after", "1")], "<html>")).await, [true; 2]);
    assert_eq!(outcomes(|| apple_error(500, "UNEXPECTED_ERROR", "")).await, [true; 2]);
    assert_eq!(outcomes(|| answer(200, &[], "<html>")).await, [true; 2]);
    assert_eq!(outcomes(|| answer(201, &[], "{\"data\":")).await, [true; 2]);
}

#[tokio::test(start_paused = true)]
async fn a_write_is_never_repeated_and_known_not_to_be_done_when_it_was_refused() {
    assert_eq!(outcomes(|| Fate::NotSent(broken(BrokenKind::Name))).await, [false; 2]);
    assert_eq!(outcomes(|| apple_error(401, "NOT_AUTHORIZED", "")).await, [false; 2]);
    assert_eq!(outcomes(|| apple_error(404, "NOT_FOUND", "")).await, [false; 2]);
    assert_eq!(outcomes(|| apple_error(409, "ENTITY_ERROR", "")).await, [false; 2]);
    assert_eq!(outcomes(|| apple_error(429, "RATE_LIMIT_EXCEEDED", "")).await, [false; 2]);
    assert_eq!(outcomes(|| answer(403, &[], "<html>")).await, [false; 2]);
}

#[tokio::test(start_paused = true)]
async fn a_write_does_not_wait_behind_a_long_list() {
    let server = Scripted::slow(Duration::from_millis(50), |_, sent| match sent.method {
        Method::DELETE => answer(204, &[], ""),
        _ => empty_list(),
    });
    let client = Arc::new(client(&server));
    for _ in 0..1000 {
        let client = Arc::clone(&client);
        tokio::spawn(async move { client.distribution_key(&KEY_ID.parse().unwrap()).await });
    }
    tokio::time::sleep(Duration::from_secs(30)).await;
    let before = tokio::time::Instant::now();
    remove(&client).await.unwrap();
    assert!(before.elapsed() < Duration::from_secs(1), "it took {:?}", before.elapsed());
}
