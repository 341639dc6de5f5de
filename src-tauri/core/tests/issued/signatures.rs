//! Who signed a token.
#![expect(clippy::disallowed_methods, reason = "signs and writes keys that open nothing")]

use std::{fs, process::Command};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use latchkey_core::{
    issued::{Oddity, TokenKind},
    keyfile::{PrivateKeyFile, new_pair},
};
use secrecy::ExposeSecret;

use super::*;

/// Made by another library.
fn signed(key: &PrivateKeyFile, kid: Option<&str>, claims: &Value) -> String {
    let mut header = Header::new(Algorithm::ES256);
    header.kid = kid.map(str::to_owned);
    encode(&header, claims, &EncodingKey::from_ec_der(key.pkcs8_der().expose_secret())).unwrap()
}

/// What `openssl` makes of `text`: a signature in DER.
fn signature_by_openssl(key: &PrivateKeyFile, text: &str) -> Vec<u8> {
    let folder = tempfile::TempDir::new().unwrap();
    fs::write(folder.path().join("key.pem"), key.pem().expose_secret()).unwrap();
    fs::write(folder.path().join("text"), text).unwrap();
    let run = Command::new("openssl")
        .args(["dgst", "-sha256", "-sign", "key.pem", "text"])
        .current_dir(folder.path())
        .output()
        .unwrap_or_else(|error| panic!("openssl is needed for this test: {error}"));
    assert!(run.status.success());
    run.stdout
}

#[test]
fn a_token_of_another_library_is_read_and_its_signature_verifies() {
    let pair = new_pair();
    let token =
        read(&signed(&pair, Some("8a119b2c-6c1d-4f6e-9d57-0c1f2715b0dc"), &install_claims())).unwrap();
    assert_eq!(token.kind(), TokenKind::InstallVerification);
    assert!(token.signed_by(pair.public_key()));
    assert!(!token.signed_by(new_pair().public_key()), "another key");
    assert_eq!(token.oddities(now()), []);
    assert_eq!(token.kid(), Some("8a119b2c-6c1d-4f6e-9d57-0c1f2715b0dc"));
    assert_eq!(token.claims().bid.as_deref(), Some("com.example.app"));
    assert_eq!(token.claims().exp, Some(Moment::from_unix_millis((NOW + 1190) * 1000)));

    let token = read(&signed(&pair, None, &marketplace_claims())).unwrap();
    assert_eq!(token.kind(), TokenKind::Marketplace);
    assert!(token.signed_by(pair.public_key()));
    assert_eq!(token.oddities(now()), []);
    assert_eq!(token.claims().pid.as_deref(), Some("57246542-96fe-1a63-e053-0824d011072a"));
}

#[test]
fn the_key_that_signed_is_known_by_its_fingerprint_alone() {
    let pair = new_pair();
    let text = format!("{}.{}", part(&install_header()), part(&install_claims()));
    let in_der = BASE64_URL_SAFE_NO_PAD.encode(signature_by_openssl(&pair, &text));
    for token in [signed(&pair, None, &install_claims()), format!("{text}.{in_der}")] {
        let token = read(&token).unwrap();
        assert!(token.signed_by_key_with(&pair.public_key().fingerprint()));
        assert!(!token.signed_by_key_with(&new_pair().public_key().fingerprint()), "another key");
    }
}

#[test]
fn no_letter_of_a_token_can_be_changed() {
    let pair = new_pair();
    let text = signed(&pair, None, &marketplace_claims());
    // The last letter has bits that count for nothing.
    for at in 0..text.len() - 1 {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        if let Ok(token) = read(&String::from_utf8(bytes).unwrap()) {
            assert!(!token.signed_by(pair.public_key()), "letter {at} of {text}");
        }
    }
}

#[test]
fn a_signature_in_der_is_verified_and_told() {
    let pair = new_pair();
    let text = format!("{}.{}", part(&install_header()), part(&install_claims()));
    let signature = BASE64_URL_SAFE_NO_PAD.encode(signature_by_openssl(&pair, &text));
    let token = read(&format!("{text}.{signature}")).unwrap();
    assert!(token.signed_by(pair.public_key()));
    assert!(!token.signed_by(new_pair().public_key()));
    assert_eq!(token.oddities(now()), [Oddity::SignatureInDer]);
}

#[test]
fn a_key_of_which_only_the_fingerprint_is_known_is_found_by_its_signature() {
    let other = new_pair().public_key().fingerprint();
    // Of each signature there are two candidates or more; several keys meet all of them.
    for _ in 0..16 {
        let pair = new_pair();
        let fingerprint = pair.public_key().fingerprint();
        let token = read(&signed(&pair, None, &marketplace_claims())).unwrap();
        assert!(token.signed_by_key_with(&fingerprint));
        assert!(!token.signed_by_key_with(&other));

        let text = format!("{}.{}", part(&install_header()), part(&install_claims()));
        let signature = BASE64_URL_SAFE_NO_PAD.encode(signature_by_openssl(&pair, &text));
        let token = read(&format!("{text}.{signature}")).unwrap();
        assert!(token.signed_by_key_with(&fingerprint), "a signature in DER");
    }
    assert!(!unsigned(&install_header(), &install_claims()).signed_by_key_with(&other));
}

#[test]
fn what_a_mail_does_to_a_token_does_not_count() {
    let pair = new_pair();
    let token = signed(&pair, None, &marketplace_claims());
    let (first, second) = token.split_at(70);
    for text in [
        format!(" \n{token}\r\n"),
        format!("\"{token}\""),
        format!("'{token}'\n"),
        format!("{first}\r\n{second}"),
        format!("{first}\n  {second}"),
    ] {
        assert!(read(&text).unwrap().signed_by(pair.public_key()), "{text}");
    }
}

#[test]
fn a_token_that_signs_in_to_the_api_is_known_and_never_shown() {
    let pair = new_pair();
    let claims = json!({ "iss": "57246542-96fe-1a63-e053-0824d011072a", "iat": NOW, "exp": NOW + 120, "aud": "appstoreconnect-v1" });
    let text = signed(&pair, Some("2X9R4HXF34"), &claims);
    let token = read(&text).unwrap();
    assert_eq!(token.kind(), TokenKind::ApiRequest);
    assert!(token.signed_by(pair.public_key()));
    assert_eq!(token.oddities(now()), []);
    assert_eq!(format!("{token:?}"), "IssuedToken { kind: ApiRequest, .. }");
}
