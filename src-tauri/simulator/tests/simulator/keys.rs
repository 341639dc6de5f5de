//! Listing, reading and removing keys.

use latchkey_simulator::{Account, PublicKey, Settings, settings::Echo};

use crate::client::{Client, KEYS, ORIGIN, pair};

/// One key for an app and one for all.
fn client() -> (Client, String, String) {
    let mut account = Account::new(1);
    let app = account.add_app("One", "com.example.one").id.clone();
    let bound = account.add_key(pair(1).public(), Some(&app));
    let for_all = account.add_key(pair(2).public(), None);
    (Client::new(Settings::default(), account), bound, for_all)
}

#[test]
fn the_list_can_be_split_by_whether_a_key_is_for_one_app() {
    let (client, bound, for_all) = client();
    assert_eq!(client.get(KEYS).ids(), [&bound, &for_all]);
    assert_eq!(client.get(&format!("{KEYS}?exists[app]=true")).ids(), [&bound]);
    assert_eq!(client.get(&format!("{KEYS}?exists%5Bapp%5D=false")).ids(), [&for_all]);
}

#[test]
fn a_key_has_a_public_key_and_an_address_and_says_nothing_of_its_app() {
    let (client, bound, _) = client();
    let got = client.get(&format!("{KEYS}/{bound}?fields[alternativeDistributionKeys]=publicKey"));
    let address = format!("{ORIGIN}{KEYS}/{bound}");
    assert_eq!(
        got.body["data"],
        serde_json::json!({
            "type": "alternativeDistributionKeys",
            "id": bound,
            "attributes": { "publicKey": pair(1).public().pem() },
            "links": { "self": address },
        })
    );
    assert!(got.body["links"]["self"].as_str().unwrap().starts_with(&address));
    assert_eq!(got.header("content-type"), Some("application/json"));
}

#[test]
fn a_removed_key_is_gone() {
    let (client, bound, for_all) = client();
    let address = format!("{KEYS}/{bound}");
    let got = client.delete(&address);
    assert_eq!((got.status, got.header("content-type")), (204, None));
    assert_eq!(client.get(&address).problem(), (404, "NOT_FOUND"));
    assert_eq!(client.delete(&address).problem(), (404, "NOT_FOUND"));
    assert_eq!(client.get(KEYS).ids(), [&for_all]);
}

#[test]
fn a_missing_key_is_named_in_the_detail() {
    let (client, ..) = client();
    let got = client.get(&format!("{KEYS}/0"));
    assert_eq!(
        got.body["errors"][0]["detail"],
        "There is no resource of type 'alternativeDistributionKeys' with id '0'"
    );
}

#[test]
fn parameters_that_are_unknown_wrong_or_repeated_are_refused_by_name() {
    let (client, bound, _) = client();
    for (target, code, parameter) in [
        (format!("{KEYS}?include=app"), "PARAMETER_ERROR.ILLEGAL", "include"),
        (format!("{KEYS}?filter[app]=1"), "PARAMETER_ERROR.ILLEGAL", "filter[app]"),
        (format!("{KEYS}?exists[app]=yes"), "PARAMETER_ERROR.INVALID", "exists[app]"),
        (format!("{KEYS}?limit=201"), "PARAMETER_ERROR.INVALID", "limit"),
        (format!("{KEYS}?limit=0"), "PARAMETER_ERROR.INVALID", "limit"),
        (format!("{KEYS}?limit=5&limit=6"), "PARAMETER_ERROR.INVALID", "limit"),
        (
            format!("{KEYS}?fields[alternativeDistributionKeys]=app"),
            "PARAMETER_ERROR.INVALID",
            "fields[alternativeDistributionKeys]",
        ),
        (format!("{KEYS}/{bound}?limit=1"), "PARAMETER_ERROR.ILLEGAL", "limit"),
    ] {
        let got = client.get(&target);
        assert_eq!(got.problem(), (400, code), "{target}");
        assert_eq!(got.body["errors"][0]["source"]["parameter"], parameter);
    }
    let got = client.delete(&format!("{KEYS}/{bound}?force=true"));
    assert_eq!(got.problem(), (400, "PARAMETER_ERROR.ILLEGAL"));
}

#[test]
fn a_public_key_is_written_in_the_form_that_is_set() {
    let (client, bound, _) = client();
    let written = |echo| {
        client.simulator.configure(|settings| settings.echo = echo);
        let got = client.get(&format!("{KEYS}/{bound}"));
        got.body["data"]["attributes"]["publicKey"].as_str().unwrap().to_owned()
    };
    assert!(written(Echo::OpenSsl).ends_with("\n-----END PUBLIC KEY-----\n"));
    assert!(!written(Echo::OneLine).contains(char::is_control));
    assert!(written(Echo::Crlf).ends_with("\r\n-----END PUBLIC KEY-----\r\n"));
    assert_eq!(PublicKey::from_pem(&written(Echo::OneLine)), Some(pair(1).public()));
}

#[test]
fn a_key_that_nobody_can_read_is_listed_as_it_is() {
    let mut account = Account::new(1);
    let id = account.add_unreadable_key("-----BEGIN PUBLIC KEY-----?", None);
    let client = Client::new(Settings::default(), account);
    let got = client.get(KEYS);
    assert_eq!(got.ids(), [&id]);
    assert_eq!(got.body["data"][0]["attributes"]["publicKey"], "-----BEGIN PUBLIC KEY-----?");
    assert_eq!(client.simulator.state(client.now.get()).keys[0].fingerprint, None);
}

#[test]
fn a_change_made_elsewhere_is_seen() {
    let (client, bound, for_all) = client();
    client.simulator.change(|account| account.remove_key(&bound));
    assert_eq!(client.get(KEYS).ids(), [&for_all]);
}
