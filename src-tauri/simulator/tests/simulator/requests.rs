//! What every request is checked for, and what every answer carries.

use std::{collections::HashSet, time::Duration};

use http::{Method, Request};
use latchkey_simulator::{
    Account, Settings,
    settings::{Agreements, Role},
};

use crate::client::{Client, KEYS, create, pair, whole};

fn client() -> Client {
    Client::new(Settings::default(), Account::new(1))
}

#[test]
fn a_request_without_a_token_is_not_authorized() {
    let client = client();
    let request = Request::get("https://api.example.com/v1/apps").body(bytes::Bytes::new()).unwrap();
    let got = whole(client.simulator.answer(client.now.get(), &request));
    assert_eq!(got.problem(), (401, "NOT_AUTHORIZED"));
    assert_eq!(got.body["errors"][0]["title"], "Authentication credentials are missing or invalid.");
    assert_eq!(got.header("x-rate-limit"), None, "nobody's budget is touched");
}

#[test]
fn a_token_that_has_expired_is_not_authorized() {
    let client = client();
    let request = client.request(Method::GET, "/v1/apps", "");
    client.wait(Duration::from_secs(119));
    assert_eq!(whole(client.simulator.answer(client.now.get(), &request)).status, 200);
    client.wait(Duration::from_secs(1));
    assert_eq!(whole(client.simulator.answer(client.now.get(), &request)).status, 401);
}

#[test]
fn paths_and_methods_that_do_not_exist_are_told_apart() {
    let client = client();
    for path in ["/", "/v1", "/v2/apps", "/v1/alternativeDistributionDomains", "/v1/apps/1/builds"] {
        assert_eq!(client.get(path).problem(), (404, "PATH_ERROR"), "{path}");
    }
    for (method, path) in [
        (Method::PATCH, KEYS),
        (Method::DELETE, KEYS),
        (Method::POST, "/v1/apps"),
        (Method::PUT, "/v1/alternativeDistributionKeys/x"),
        (Method::DELETE, "/v1/apps/1"),
        (Method::POST, "/v1/apps/1/alternativeDistributionKey"),
        (Method::PATCH, "/v1/apps/1/relationships/alternativeDistributionKey"),
    ] {
        let got = whole(client.send(method.clone(), path, "{}"));
        assert_eq!(got.problem(), (405, "METHOD_NOT_ALLOWED"), "{method} {path}");
    }
}

#[test]
fn every_answer_has_its_own_id_and_the_time_it_was_sent() {
    let client = client();
    client.simulator.configure(|settings| settings.latency = Duration::from_secs(2));
    let answers: Vec<_> = (0..3).map(|_| client.get("/v1/apps")).collect();
    let ids: HashSet<_> = answers.iter().map(|got| got.header("x-request-id").unwrap()).collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(answers[0].header("date"), Some("Fri, 15 Jan 2027 08:00:02 GMT"));
    assert_eq!(client.send(Method::GET, "/v1/apps", "").delay, Duration::from_secs(2));
}

#[test]
fn an_error_is_named_by_the_id_of_its_request() {
    let got = client().get("/v1/nothing");
    assert_eq!(got.body["errors"][0]["id"], got.header("x-request-id").unwrap());
}

#[test]
fn a_role_that_only_reads_may_not_write() {
    let client = client();
    let id = client.add(&pair(1), None);
    client.simulator.configure(|settings| settings.role = Role::Reads);
    assert_eq!(client.get(KEYS).status, 200);
    assert_eq!(client.post(&create(&pair(2).public().pem(), None)).problem(), (403, "FORBIDDEN_ERROR"));
    assert_eq!(client.delete(&format!("{KEYS}/{id}")).problem(), (403, "FORBIDDEN_ERROR"));
    assert_eq!(client.simulator.state(client.now.get()).keys.len(), 1);

    client.simulator.configure(|settings| settings.role = Role::Nothing);
    assert_eq!(client.get(KEYS).problem(), (403, "FORBIDDEN_ERROR"));
}

#[test]
fn a_missing_agreement_has_its_own_code() {
    let client = client();
    client.simulator.configure(|settings| settings.agreements = Agreements::Missing);
    let got = client.get(KEYS);
    assert_eq!(got.problem(), (403, "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED"));
    assert_eq!(got.body["errors"][0]["links"]["see"], "/business");
}

#[test]
fn the_log_has_every_request_in_order_and_no_token() {
    let client = client();
    let body = create(&pair(1).public().pem(), None);
    client.get("/v1/apps?limit=3");
    client.post(&body);
    whole(client.send(Method::POST, KEYS, "no json"));
    let log = serde_json::to_value(client.simulator.log()).unwrap();
    assert_eq!(
        log,
        serde_json::json!([
            { "method": "GET", "path": "/v1/apps", "query": "limit=3", "body": null, "status": 200 },
            { "method": "POST", "path": KEYS, "query": null, "body": body, "status": 201 },
            { "method": "POST", "path": KEYS, "query": null, "body": "no json", "status": 400 },
        ])
    );
}

#[test]
fn a_reset_brings_back_the_account_and_forgets_the_rest() {
    let client = client();
    let before = client.simulator.state(client.now.get());
    client.add(&pair(1), None);
    client.fault("GET * cut-before");
    client.simulator.reset();
    assert_eq!(client.simulator.state(client.now.get()), before);
    assert_eq!(client.simulator.log(), []);
    let got = client.get(KEYS);
    assert_eq!(
        (got.status, got.header("x-rate-limit")),
        (200, Some("user-hour-lim:3600;user-hour-rem:3599;"))
    );
}
