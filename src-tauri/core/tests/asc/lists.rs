use latchkey_core::{
    app::App,
    asc::{
        client::{Bound, Client},
        error::Error,
    },
};
use serde_json::{Value, json};

use crate::scripted::{KEY_ID, Scripted, answer, apple_error, client, json as answer_json, public_key};

/// A page with one app and a link.
fn app_page(id: &str, next: Option<&str>) -> Value {
    json!({
        "data": [{ "type": "apps", "id": id, "attributes": {
            "name": "Reader", "bundleId": "com.example.reader", "sku": "R1", "primaryLocale": "en-GB", "more": 1
        } }],
        "links": { "self": "…", "next": next },
        "meta": { "paging": { "total": 3, "limit": 1 } }
    })
}

async fn apps(client: &Client) -> (Vec<Vec<App>>, Result<(), Error>) {
    let mut pages = Vec::new();
    let result = client.apps(&mut |page| pages.push(page)).await;
    (pages, result)
}

#[tokio::test(start_paused = true)]
async fn keys_are_asked_for_by_what_they_are_bound_to() {
    let server = Scripted::new(|_, _| {
        let key = json!({ "type": "alternativeDistributionKeys", "id": KEY_ID,
            "attributes": { "publicKey": public_key().pem() } });
        answer_json(200, &json!({ "data": [key], "links": { "self": "" } }))
    });
    let client = client(&server);
    let keys = client.distribution_keys(Bound::AllApps).await.unwrap();
    assert_eq!(keys[0].key_id, KEY_ID.parse().ok());
    assert_eq!(keys[0].public_key, Some(public_key()));
    client.distribution_keys(Bound::OneApp).await.unwrap();
    let targets = [
        "/v1/alternativeDistributionKeys?exists%5Bapp%5D=false&limit=200",
        "/v1/alternativeDistributionKeys?exists%5Bapp%5D=true&limit=200",
    ];
    assert_eq!(server.targets(), targets);
    assert!(server.sent().iter().all(|sent| sent.host == "api.appstoreconnect.apple.com"));
}

#[tokio::test(start_paused = true)]
async fn one_key_is_read_by_its_id() {
    let server = Scripted::new(|_, _| {
        let key = json!({ "type": "alternativeDistributionKeys", "id": KEY_ID });
        answer_json(200, &json!({ "data": key, "links": { "self": "" } }))
    });
    let key = client(&server).distribution_key(&KEY_ID.parse().unwrap()).await.unwrap();
    assert_eq!((key.key_id, key.public_key), (KEY_ID.parse().ok(), None));
    assert_eq!(server.targets(), [format!("/v1/alternativeDistributionKeys/{KEY_ID}")]);
}

#[tokio::test(start_paused = true)]
async fn a_list_is_followed_page_by_page_by_absolute_and_relative_links() {
    let server = Scripted::new(|nth, _| {
        let next =
            ["https://api.appstoreconnect.apple.com/v1/apps?cursor=Mg&limit=200", "/v1/apps?cursor=Mw"];
        answer_json(200, &app_page(&format!("{}", nth + 1), next.get(nth).copied()))
    });
    let (pages, result) = apps(&client(&server)).await;
    result.unwrap();
    let expected = App {
        id: "1".parse().unwrap(),
        name: "Reader".to_owned(),
        bundle_id: "com.example.reader".to_owned(),
        sku: Some("R1".to_owned()),
        locale: Some("en-GB".to_owned()),
    };
    assert_eq!(pages[0], [expected]);
    assert_eq!(pages.len(), 3, "each page is handed over as it comes");
    let first = "/v1/apps?fields%5Bapps%5D=name,bundleId,sku,primaryLocale&limit=200&sort=name";
    assert_eq!(server.targets(), [first, "/v1/apps?cursor=Mg&limit=200", "/v1/apps?cursor=Mw"]);
}

#[tokio::test(start_paused = true)]
async fn an_empty_link_to_a_next_page_is_none() {
    let server = Scripted::new(|_, _| answer_json(200, &app_page("1", Some(""))));
    apps(&client(&server)).await.1.unwrap();
    assert_eq!(server.targets().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_link_to_another_server_is_not_followed() {
    let next = "https://api-appstoreconnect.itunes.apple.com/v1/apps?cursor=Mg";
    let server = Scripted::new(move |_, _| answer_json(200, &app_page("1", Some(next))));
    let (pages, result) = apps(&client(&server)).await;
    assert!(matches!(result, Err(Error::ForeignPage(_))), "{result:?}");
    assert_eq!(pages.len(), 1, "what came before is known");
    assert_eq!(server.sent().len(), 1, "the token went nowhere else");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_goes_round_in_circles_ends_with_an_error() {
    let server = Scripted::new(|_, _| answer_json(200, &app_page("1", Some("/v1/apps?cursor=Mg"))));
    let (_, result) = apps(&client(&server)).await;
    assert!(matches!(result, Err(Error::EndlessList)), "{result:?}");
    assert_eq!(server.sent().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn one_key_that_cannot_be_read_does_not_lose_the_others() {
    let server = Scripted::new(|_, _| {
        let odd =
            json!({ "type": "alternativeDistributionKeys", "id": "odd", "attributes": { "publicKey": "?" } });
        let good = json!({ "type": "alternativeDistributionKeys", "id": KEY_ID,
            "attributes": { "publicKey": public_key().pem() } });
        answer_json(200, &json!({ "data": [odd, good] }))
    });
    let keys = client(&server).distribution_keys(Bound::OneApp).await.unwrap();
    let read: Vec<_> = keys.iter().map(|key| (key.id.as_str(), key.public_key.is_some())).collect();
    assert_eq!(read, [("odd", false), (KEY_ID, true)]);
}

#[tokio::test(start_paused = true)]
async fn an_error_of_apples_is_kept_whole() {
    let server = Scripted::new(|_, _| {
        let body = json!({ "errors": [
            { "id": "A1", "status": "403", "code": "FORBIDDEN_ERROR", "title": "First", "detail": "One" },
            { "status": "403", "code": "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED", "title": "Second",
              "links": { "see": "/business" },
              "meta": { "associatedErrors": { "/v1/apps/": [{ "code": "STATE_ERROR", "title": "Third" }] } } }
        ] });
        answer(403, &[("x-request-id", "R1"), ("retry-after", "9")], body.to_string())
    });
    let error = client(&server).distribution_keys(Bound::OneApp).await.unwrap_err();
    assert!(error.is_agreement_missing(), "the one that matters is not the first");
    let Error::Apple { status: 403, request_id, errors, retry_after } = error else { panic!("{error:?}") };
    assert_eq!(request_id.as_deref(), Some("R1"));
    assert_eq!(retry_after.unwrap().as_secs(), 9);
    assert_eq!((errors[0].title.as_str(), errors[0].detail.as_deref()), ("First", Some("One")));
    assert_eq!(errors[1].links.see.as_deref(), Some("/business"));
    assert_eq!(errors[1].associated["/v1/apps/"][0].title, "Third");
}

#[tokio::test(start_paused = true)]
async fn a_page_that_signs_in_to_a_network_is_no_list() {
    let server = Scripted::new(|_, _| {
        answer(200, &[("content-type", "text/html")], "<html>Welcome to the hotel</html>")
    });
    let error = client(&server).distribution_keys(Bound::OneApp).await.unwrap_err();
    let Error::NotJson { status: 200, content_type, excerpt, .. } = error else { panic!("{error:?}") };
    assert_eq!(content_type.as_deref(), Some("text/html"));
    assert_eq!(excerpt, "<html>Welcome to the hotel</html>");
}

#[tokio::test(start_paused = true)]
async fn the_clock_is_measured_against_the_server_even_when_it_refuses() {
    let server = Scripted::new(|_, _| {
        // Two minutes before the clock of these tests.
        answer(401, &[("date", "Wed, 31 Dec 2025 23:58:00 GMT")], "{\"errors\":[]}")
    });
    let client = client(&server);
    assert_eq!(client.skew(), None);
    client.distribution_keys(Bound::OneApp).await.unwrap_err();
    let skew = client.skew().unwrap();
    assert!((119..=121).contains(&skew.seconds) && skew.uncertainty <= 1, "{skew:?}");
}

#[tokio::test(start_paused = true)]
async fn a_role_too_low_and_a_missing_resource_are_told_by_their_status() {
    let server = Scripted::new(|nth, _| match nth {
        0 => apple_error(403, "FORBIDDEN_ERROR", "The API key in use does not allow this request"),
        _ => apple_error(
            404,
            "NOT_FOUND",
            "There is no resource of type 'alternativeDistributionKeys' with id 'x'",
        ),
    });
    let client = client(&server);
    assert!(client.distribution_keys(Bound::OneApp).await.unwrap_err().is_forbidden());
    let missing = client.distribution_key(&KEY_ID.parse().unwrap()).await.unwrap_err();
    assert_eq!(missing.missing_type(), Some("alternativeDistributionKeys"));
}
