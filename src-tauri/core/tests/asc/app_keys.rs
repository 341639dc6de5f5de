use latchkey_core::asc::{client::AppKey, error::Error, transport::Fate};
use serde_json::{Value, json};

use crate::scripted::{KEY_ID, Scripted, apple_error, client, json as answer_json};

const NO_APP: &str = "There is no resource of type 'apps' with id '6473805491'";
const OTHER: &str = "7d0d2a94-0c3a-4f0e-8d3c-0e1a5b5f4c11";

async fn asked(answer: impl Fn() -> Fate + Send + Sync + 'static) -> Result<AppKey, Error> {
    let server = Scripted::new(move |_, _| answer());
    let result = client(&server).app_key(&"6473805491".parse().unwrap()).await;
    assert_eq!(server.targets(), ["/v1/apps/6473805491/relationships/alternativeDistributionKey"]);
    result
}

async fn linked(data: Value) -> Result<AppKey, Error> {
    asked(move || answer_json(200, &json!({ "data": data, "links": { "self": "" } }))).await
}

fn key(id: &str) -> Value {
    json!({ "type": "alternativeDistributionKeys", "id": id })
}

#[tokio::test(start_paused = true)]
async fn an_app_may_have_one_key_or_several() {
    let ids = |ids: &[&str]| AppKey::Keys(ids.iter().map(|id| id.parse().unwrap()).collect());
    assert_eq!(linked(key(KEY_ID)).await.unwrap(), ids(&[KEY_ID]));
    assert_eq!(linked(json!([key(KEY_ID), key(OTHER)])).await.unwrap(), ids(&[KEY_ID, OTHER]));
}

#[tokio::test(start_paused = true)]
async fn every_way_to_say_none_is_understood() {
    assert_eq!(linked(json!(null)).await.unwrap(), AppKey::None);
    assert_eq!(linked(json!([])).await.unwrap(), AppKey::None);
    let empty = "There is no resource of type 'alternativeDistributionKeys' with id '6473805491'";
    assert_eq!(asked(move || apple_error(404, "NOT_FOUND", empty)).await.unwrap(), AppKey::None);
    let conflict = || apple_error(409, "ENTITY_ERROR.RELATIONSHIP.INVALID", "");
    assert_eq!(asked(conflict).await.unwrap(), AppKey::None);
}

#[tokio::test(start_paused = true)]
async fn an_app_that_is_not_visible_is_not_one_without_a_key() {
    let answer = asked(|| apple_error(404, "NOT_FOUND", NO_APP)).await;
    assert_eq!(answer.unwrap(), AppKey::AppNotVisible);
}

#[tokio::test(start_paused = true)]
async fn what_says_neither_stays_an_error() {
    let path = asked(|| apple_error(404, "PATH_ERROR", "The URL path is not valid")).await;
    assert!(matches!(path, Err(Error::Apple { status: 404, .. })), "{path:?}");
    let conflict = asked(|| apple_error(409, "STATE_ERROR", "")).await;
    assert!(matches!(conflict, Err(Error::Apple { status: 409, .. })), "{conflict:?}");
    let links_only = asked(|| answer_json(200, &json!({ "links": { "self": "" } }))).await;
    assert!(matches!(links_only, Err(Error::Unexpected { .. })), "{links_only:?}");
    let odd = linked(key("../apps")).await;
    assert!(matches!(odd, Err(Error::Unexpected { .. })), "{odd:?}");
}

#[tokio::test(start_paused = true)]
async fn an_app_is_read_by_its_id_and_another_one_is_never_taken_for_it() {
    let read = async |answer: fn() -> Fate| {
        let server = Scripted::new(move |_, _| answer());
        client(&server).app(&"6473805491".parse().unwrap()).await
    };
    assert_eq!(read(|| answer_json(200, &app("6473805491"))).await.unwrap().unwrap().name, "Reader");
    let other = read(|| answer_json(200, &app("1"))).await;
    assert!(matches!(other, Err(Error::Unexpected { .. })), "{other:?}");
    assert_eq!(read(|| apple_error(404, "NOT_FOUND", NO_APP)).await.unwrap(), None);
    assert!(read(|| apple_error(404, "PATH_ERROR", "")).await.is_err());
}

fn app(id: &str) -> Value {
    json!({ "data": { "type": "apps", "id": id, "attributes": { "name": "Reader" } } })
}
