//! Faults: what the client notices, and what became of the work.

use std::time::Duration;

use http::Method;
use latchkey_simulator::{Outcome, Settings};

use crate::client::{Client, KEYS, create, pair, whole};

fn client() -> Client {
    Client::with_two_apps(Settings::default()).0
}

fn post(client: &Client) -> latchkey_simulator::Answer {
    client.send(Method::POST, KEYS, &create(&pair(1).public().pem(), None).to_string())
}

fn keys(client: &Client) -> usize {
    client.simulator.state(client.now.get()).keys.len()
}

#[test]
fn a_cut_before_the_write_leaves_nothing() {
    let client = client();
    client.fault("POST * cut-before");
    assert!(matches!(post(&client).outcome, Outcome::Cut));
    assert_eq!(keys(&client), 0);
    assert_eq!(client.simulator.log()[0].status, None, "it arrived, and was told nothing");
}

#[test]
fn a_cut_after_the_write_leaves_the_key() {
    let client = client();
    client.fault("POST * cut-after");
    assert!(matches!(post(&client).outcome, Outcome::Cut));
    assert_eq!(keys(&client), 1);
}

#[test]
fn a_late_write_takes_effect_so_long_after_the_cut() {
    let client = client();
    client.fault("POST * late=30s delay=10s");
    let answer = post(&client);
    assert!(matches!(answer.outcome, Outcome::Cut));
    assert_eq!(answer.delay, Duration::from_secs(10));
    client.wait(Duration::from_secs(39));
    assert_eq!(client.get(KEYS).ids().len(), 0);
    client.wait(Duration::from_secs(1));
    assert_eq!(client.get(KEYS).ids().len(), 1, "10 s to the cut, 30 s from there");
    client.wait(Duration::from_hours(1));
    assert_eq!(client.get(KEYS).ids().len(), 1, "once");
}

#[test]
fn a_late_removal_takes_effect_too() {
    let client = client();
    let id = client.add(&pair(1), None);
    client.fault("DELETE * late=5s");
    client.send(Method::DELETE, &format!("{KEYS}/{id}"), "");
    assert_eq!(keys(&client), 1);
    client.wait(Duration::from_secs(5));
    assert_eq!(keys(&client), 0);
}

#[test]
fn a_request_that_is_not_let_in_is_not_carried_out_late() {
    let client = client();
    client.fault("POST * late=5s");
    let mut request = client.request(Method::POST, KEYS, &create(&pair(1).public().pem(), None).to_string());
    request.headers_mut().remove("authorization");
    client.simulator.answer(client.now.get(), &request);
    client.wait(Duration::from_secs(5));
    assert_eq!(keys(&client), 0);
}

#[test]
fn an_unreachable_server_sees_nothing() {
    let client = client();
    client.fault("POST * unreachable");
    assert!(matches!(post(&client).outcome, Outcome::Unreachable));
    assert_eq!(keys(&client), 0);
    assert_eq!(client.simulator.log(), []);
}

#[test]
fn a_truncated_answer_is_the_real_one() {
    let client = client();
    client.fault("POST * truncated");
    let Outcome::Truncated(response) = post(&client).outcome else { panic!("truncated") };
    assert_eq!(response.status(), 201);
    assert_eq!(keys(&client), 1);
}

#[test]
fn any_status_comes_with_its_usual_error_and_nothing_is_done() {
    let client = client();
    for (status, code) in [
        (400, "PARAMETER_ERROR"),
        (401, "NOT_AUTHORIZED"),
        (403, "FORBIDDEN_ERROR"),
        (404, "PATH_ERROR"),
        (409, "ENTITY_ERROR"),
        (429, "RATE_LIMIT_EXCEEDED"),
        (500, "UNEXPECTED_ERROR"),
        (503, "UNEXPECTED_ERROR"),
    ] {
        client.fault(&format!("POST * status={status}"));
        let got = whole(post(&client));
        assert_eq!(got.problem(), (status, code));
        assert!(got.header("x-request-id").is_some() && got.header("date").is_some());
    }
    assert_eq!(keys(&client), 0);
}

#[test]
fn an_error_document_can_be_worded_or_given_whole() {
    let client = client();
    client.fault("GET * status=409 code=STATE_ERROR.X title='A b' detail=c pointer=/data");
    let got = client.get(KEYS);
    assert_eq!(got.problem(), (409, "STATE_ERROR.X"));
    let error = &got.body["errors"][0];
    assert_eq!((&error["title"], &error["detail"]), (&"A b".into(), &"c".into()));
    assert_eq!(error["source"]["pointer"], "/data");

    client.fault("GET * status=403 code=FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED");
    let got = client.get(KEYS);
    assert_eq!(got.body["errors"][0]["title"], "A required agreement is missing or has expired.");

    client.fault("GET * status=401 code=FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED");
    assert_eq!(client.get(KEYS).problem().0, 401, "the document says the status that was told");

    client.fault(r#"GET * status=422 errors='[{"code":"A"},{"code":"B"}]'"#);
    let got = client.get(KEYS);
    assert_eq!(got.body, serde_json::json!({ "errors": [{ "code": "A" }, { "code": "B" }] }));
}

#[test]
fn the_work_may_be_done_in_spite_of_the_status() {
    let client = client();
    client.fault("POST * status=500 carried-out");
    assert_eq!(whole(post(&client)).status, 500);
    assert_eq!(keys(&client), 1);
    client.fault("POST * status=504 html late=2s");
    assert_eq!(whole(post(&client)).status, 504);
    assert_eq!(keys(&client), 1);
    client.wait(Duration::from_secs(2));
    assert_eq!(keys(&client), 2);
}

#[test]
fn html_and_text_come_instead_of_json() {
    let client = client();
    client.fault("GET * html");
    client.fault("GET * status=503 html retry-after=9");
    client.fault("GET * status=406 text='Not Acceptable'");
    let got = client.get(KEYS);
    assert_eq!((got.status, got.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let got = client.get(KEYS);
    assert_eq!((got.status, got.header("retry-after")), (503, Some("9")));
    let got = client.get(KEYS);
    assert_eq!((got.status, got.header("content-type")), (406, Some("text/plain; charset=utf-8")));
}

#[test]
fn the_date_can_be_wrong_either_way() {
    let client = client();
    client.fault("GET * date=+2h");
    client.fault("GET * date=-90s");
    assert_eq!(client.get(KEYS).header("date"), Some("Fri, 15 Jan 2027 10:00:00 GMT"));
    assert_eq!(client.get(KEYS).header("date"), Some("Fri, 15 Jan 2027 07:58:30 GMT"));
    assert_eq!(client.get(KEYS).header("date"), Some("Fri, 15 Jan 2027 08:00:00 GMT"));
}

#[test]
fn an_answer_can_echo_another_key() {
    let client = client();
    client.fault("* * echo-other-key times=2");
    let got = whole(post(&client));
    let echoed = got.body["data"]["attributes"]["publicKey"].as_str().unwrap();
    let other = latchkey_simulator::PublicKey::from_pem(echoed).expect("a real key");
    assert_ne!(other, pair(1).public());
    let state = client.simulator.state(client.now.get());
    assert_eq!(
        state.keys[0].fingerprint,
        Some(pair(1).public().fingerprint()),
        "the right one is registered"
    );
    let got = client.get(KEYS);
    assert_eq!(got.body["data"][0]["attributes"]["publicKey"], echoed);
}

#[test]
fn a_fault_skips_strikes_and_is_used_up() {
    let client = client();
    client.fault("GET /v1/apps status=500 times=2 skip=1");
    let statuses: Vec<u16> = (0..5).map(|_| client.get("/v1/apps").status).collect();
    assert_eq!(statuses, [200, 500, 500, 200, 200]);

    client.simulator.set_faults(vec!["GET * status=500 times=always".parse().unwrap()]);
    assert!((0..5).all(|_| client.get("/v1/apps").status == 500));
}

#[test]
fn a_fault_strikes_only_its_method_and_path() {
    let client = client();
    client.fault("POST * status=500 times=always");
    client.fault("GET /v1/apps$ status=500 times=always");
    client.fault("GET /v1/alternativeDistributionKeys/ status=500 times=always");
    assert_eq!(client.get("/v1/apps?limit=1").status, 500, "the query does not count");
    assert_eq!(client.get("/v1/apps/1").status, 404);
    assert_eq!(client.get(KEYS).status, 200);
    assert_eq!(client.get(&format!("{KEYS}/1")).status, 500);
}

#[test]
fn two_faults_at_one_place_strike_one_after_the_other() {
    let client = client();
    client.fault("GET * status=500");
    client.fault("GET * status=503");
    let statuses: Vec<u16> = (0..3).map(|_| client.get("/v1/apps").status).collect();
    assert_eq!(statuses, [500, 503, 200]);
}
