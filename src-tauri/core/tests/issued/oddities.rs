//! What is odd about a token, one thing at a time.

use latchkey_core::issued::{Claim, Oddity, TokenKind};

use super::*;

/// What is odd about an install verification token with this one claim otherwise.
fn install(name: &str, value: Value) -> Vec<Oddity> {
    unsigned(&install_header(), &with(install_claims(), name, value)).oddities(now())
}

fn marketplace(name: &str, value: Value) -> Vec<Oddity> {
    unsigned(&marketplace_header(), &with(marketplace_claims(), name, value)).oddities(now())
}

fn at(seconds: i64) -> Moment {
    Moment::from_unix_millis(seconds * 1000)
}

#[test]
fn what_apple_describes_is_not_odd() {
    for (name, value) in [
        ("dtype", json!("redownload")),
        ("iid", json!("6473805491")),
        ("vid", json!("870000001")),
        ("ccode", json!("MT")),
        ("anything", json!({ "else": [1, 2, 3] })),
    ] {
        assert_eq!(install(name, value), [], "{name}");
    }
    assert_eq!(marketplace("exp", json!(NOW - 10 + 7 * 86_400 - 1)), [], "a second less than seven days");
}

#[test]
fn a_header_is_as_apple_wants_it() {
    let claims = install_claims();
    for (name, value, oddity) in [
        ("alg", json!("HS256"), Oddity::AlgNotEs256),
        ("alg", json!("none"), Oddity::AlgNotEs256),
        ("alg", json!(256), Oddity::AlgNotEs256),
        ("alg", Value::Null, Oddity::AlgNotEs256),
        ("typ", json!("at+jwt"), Oddity::TypNotJwt),
        ("typ", Value::Null, Oddity::TypNotJwt),
        ("kid", Value::Null, Oddity::KidMissing),
        ("kid", json!(7), Oddity::KidMissing),
    ] {
        let found = unsigned(&with(install_header(), name, value.clone()), &claims).oddities(now());
        assert_eq!(found, [oddity], "{name}: {value}");
    }
    let with_kid = with(marketplace_header(), "kid", json!("x"));
    assert_eq!(unsigned(&with_kid, &marketplace_claims()).oddities(now()), [Oddity::KidNotWanted]);
}

#[test]
fn a_claim_that_has_to_be_there_is_missed() {
    for (name, claim) in [
        ("iss", Claim::Iss),
        ("iat", Claim::Iat),
        ("exp", Claim::Exp),
        ("aud", Claim::Aud),
        ("bid", Claim::Bid),
        ("dtype", Claim::Dtype),
        ("nonce", Claim::Nonce),
    ] {
        assert_eq!(install(name, Value::Null), [Oddity::ClaimMissing { claim }], "{name}");
    }
    for (name, claim) in [
        ("iss", Claim::Iss),
        ("iat", Claim::Iat),
        ("exp", Claim::Exp),
        ("aud", Claim::Aud),
        ("pid", Claim::Pid),
    ] {
        assert_eq!(marketplace(name, Value::Null), [Oddity::ClaimMissing { claim }], "{name}");
    }
}

#[test]
fn a_claim_of_another_type_is_told_and_understood_if_it_can_be() {
    let claims = [
        ("iss", json!(6_473_805_491_u64), Claim::Iss),
        ("aud", json!(["AppleDownloadVerification-v1"]), Claim::Aud),
        ("iid", json!(6_473_805_491_u64), Claim::Iid),
        ("exp", json!((NOW + 1190).to_string()), Claim::Exp),
        ("iat", json!(1_789_999_990.25), Claim::Iat),
        ("bid", json!({}), Claim::Bid),
        ("exp", json!("tomorrow"), Claim::Exp),
        ("nonce", json!(false), Claim::Nonce),
    ];
    for (name, value, claim) in claims {
        assert_eq!(install(name, value.clone()), [Oddity::ClaimWrongType { claim }], "{name}: {value}");
    }
    let token = unsigned(&install_header(), &with(install_claims(), "iss", json!(6_473_805_491_u64)));
    assert_eq!(token.claims().iss.as_deref(), Some("6473805491"));
    let token = unsigned(&install_header(), &with(install_claims(), "exp", json!("1790001190")));
    assert_eq!(token.claims().exp, Some(at(1_790_001_190)));
    let token = unsigned(&install_header(), &with(install_claims(), "iat", json!(1_789_999_990.25)));
    assert_eq!(token.claims().iat, Some(at(1_789_999_990)));
}

#[test]
fn times_are_compared_with_now() {
    assert_eq!(install("exp", json!(NOW)), [Oddity::Expired { at: at(NOW) }]);
    assert_eq!(install("exp", json!(NOW + 1)), []);
    assert_eq!(install("iat", json!(NOW + 1)), [Oddity::NotYetValid { at: at(NOW + 1) }]);
    assert_eq!(install("iat", json!(NOW)), []);
}

#[test]
fn a_marketplace_token_lives_less_than_seven_days() {
    let week = 7 * 86_400_u64;
    let until = NOW - 10 + 7 * 86_400;
    assert_eq!(marketplace("exp", json!(until)), [Oddity::LivesTooLong { seconds: week }]);
    assert_eq!(install("exp", json!(until)), [], "Apple names no such limit for installs");
}

#[test]
fn ids_are_uuids() {
    assert_eq!(install("nonce", json!("12345")), [Oddity::NotAUuid { claim: Claim::Nonce }]);
    assert_eq!(
        marketplace("pid", json!("A1B2C3D4E5")),
        [Oddity::NotAUuid { claim: Claim::Pid }],
        "a Team ID"
    );
}

#[test]
fn a_download_is_one_of_two_kinds() {
    let value = "update".to_owned();
    assert_eq!(install("dtype", json!("update")), [Oddity::DtypeUnknown { value }]);
}

#[test]
fn an_audience_of_another_kind_is_told() {
    assert_eq!(install("aud", json!("AppleDownloadVerification-v2")), [Oddity::WrongAudience]);
    assert_eq!(marketplace("aud", json!("AppStoreConnect")), [Oddity::WrongAudience]);
}

#[test]
fn a_signature_has_its_length() {
    let parts = format!("{}.{}", part(&install_header()), part(&install_claims()));
    for length in [0, 32, 63, 65, 96] {
        let signature = BASE64_URL_SAFE_NO_PAD.encode(vec![1; length]);
        let token = read(&format!("{parts}.{signature}")).unwrap();
        let bytes = length as u64;
        assert_eq!(token.oddities(now()), [Oddity::SignatureMalformed { bytes }]);
    }
}

#[test]
fn a_token_for_something_else_is_only_asked_for_its_times() {
    let claims = json!({ "sub": "me", "exp": NOW - 1 });
    let token = unsigned(&json!({ "alg": "RS256" }), &claims);
    assert_eq!(token.kind(), TokenKind::Other);
    assert_eq!(token.oddities(now()), [Oddity::Expired { at: at(NOW - 1) }]);
}

#[test]
fn an_audience_shared_with_the_api_is_told_apart() {
    let kinds = [(true, true), (true, false), (false, true), (false, false)].map(|(kid, pid)| {
        let header = with(marketplace_header(), "kid", if kid { json!("2X9R4HXF34") } else { Value::Null });
        let claims = if pid { marketplace_claims() } else { with(marketplace_claims(), "pid", Value::Null) };
        unsigned(&header, &claims).kind()
    });
    let marketplace = TokenKind::Marketplace;
    assert_eq!(kinds, [marketplace, TokenKind::ApiRequest, marketplace, marketplace]);
}
