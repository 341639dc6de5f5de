//! Budgets as a client sees them.

use std::time::Duration;

use latchkey_simulator::{Account, Settings};

use crate::client::Client;

fn client(settings: Settings) -> Client {
    Client::new(settings, Account::new(1))
}

#[test]
fn every_answer_to_a_known_key_says_what_is_left() {
    let client = client(Settings::default());
    assert_eq!(client.get("/v1/apps").header("x-rate-limit"), Some("user-hour-lim:3600;user-hour-rem:3599;"));
    assert_eq!(client.get("/v1/no").header("x-rate-limit"), Some("user-hour-lim:3600;user-hour-rem:3598;"));
}

#[test]
fn a_minute_budget_comes_as_a_second_header_line() {
    let client = client(Settings { per_minute: Some(2), ..Settings::default() });
    let got = client.get("/v1/apps");
    let lines: Vec<_> = got.headers.get_all("x-rate-limit").iter().map(|v| v.to_str().unwrap()).collect();
    assert_eq!(lines, ["user-hour-lim:3600;user-hour-rem:3599;", "user-minute-lim:2;user-minute-rem:1;"]);
}

#[test]
fn over_the_budget_is_429_until_the_window_has_moved_on() {
    let client = client(Settings { per_minute: Some(1), ..Settings::default() });
    assert_eq!(client.get("/v1/apps").status, 200);
    client.wait(Duration::from_secs(59));
    let got = client.get("/v1/apps");
    assert_eq!(got.problem(), (429, "RATE_LIMIT_EXCEEDED"));
    assert_eq!(got.header("retry-after"), None, "Apple documents none");
    client.wait(Duration::from_secs(1));
    assert_eq!(client.get("/v1/apps").status, 200);
}

#[test]
fn retry_after_is_the_time_until_a_request_goes_through() {
    let client = client(Settings { per_hour: 1, retry_after: true, ..Settings::default() });
    client.get("/v1/apps");
    client.wait(Duration::from_millis(600_500));
    let got = client.get("/v1/apps");
    assert_eq!(got.header("retry-after"), Some("3000"), "2999.5 s, rounded up");
    client.wait(Duration::from_mins(50));
    assert_eq!(client.get("/v1/apps").status, 200);
}
