//! The files in `tests/fixtures/keyfile`; its README says how each was made.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use latchkey_core::keyfile::{KeyFile, Unusable, inspect};

use crate::{fingerprint, reason};

macro_rules! fixture {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../../../tests/fixtures/keyfile/", $name)).as_slice())
    };
}
pub(crate) use fixture;

/// By `openssl pkey -pubin -outform DER | openssl dgst -sha256`.
pub(crate) const FINGERPRINT: &str = "559337f530c60bf38dee7cf3523ea9fb700aa2ae8728ce700187b9d34e2b5f5e";

#[test]
fn public_keys_are_read_as_other_programs_write_them() {
    for (name, bytes) in [
        fixture!("one-line-public.pem"),
        fixture!("aws-kms.base64"),
        fixture!("aws-kms-wrapped.base64"),
        fixture!("aws-kms.json"),
        fixture!("public.jwk"),
        fixture!("public.jwks"),
    ] {
        let found = inspect(bytes);
        assert!(matches!(found, KeyFile::PublicKey(_)), "{name}: {found:?}");
        assert_eq!(fingerprint(&found).as_deref(), Some(FINGERPRINT), "{name}");
    }
}

#[test]
fn private_keys_are_read_as_other_programs_write_them() {
    for (name, bytes) in [
        fixture!("test-only-private.jwk"),
        fixture!("test-only-one-asymmetric-key.pem"),
        fixture!("test-only-pkcs8-attributes.pem"),
    ] {
        let found = inspect(bytes);
        assert!(matches!(found, KeyFile::PrivateKey(_)), "{name}: {found:?}");
        assert_eq!(fingerprint(&found).as_deref(), Some(FINGERPRINT), "{name}");
    }
}

#[test]
fn a_point_off_the_curve_is_refused() {
    for (name, bytes) in [fixture!("off-curve.pem"), fixture!("off-curve.jwk")] {
        assert_eq!(reason(inspect(bytes)), Some(Unusable::OffCurve), "{name}");
    }
}

#[test]
fn a_private_key_with_another_s_public_key_is_damaged() {
    for (name, bytes) in [
        fixture!("test-only-wrong-public-sec1.pem"),
        fixture!("test-only-wrong-public-pkcs8.pem"),
        fixture!("test-only-wrong-public-one-asymmetric-key.pem"),
        fixture!("test-only-wrong-public.jwk"),
    ] {
        assert_eq!(reason(inspect(bytes)), Some(Unusable::Damaged), "{name}");
    }
}

#[test]
fn a_scalar_out_of_range_is_refused() {
    for (name, bytes) in [fixture!("scalar-zero.pem"), fixture!("scalar-order.pem")] {
        assert_eq!(reason(inspect(bytes)), Some(Unusable::Damaged), "{name}");
    }
}

#[test]
fn a_key_that_names_no_curve_is_not_guessed_at() {
    let (name, bytes) = fixture!("test-only-sec1-without-curve.pem");
    assert_eq!(reason(inspect(bytes)), Some(Unusable::CurveNotNamed { private: true }), "{name}");
}

#[test]
fn a_jwk_of_another_kind_is_called_by_its_name() {
    for (jwk, expected) in [
        (
            r#"{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}"#,
            Unusable::OtherCurve { curve: "P-384".into(), private: false },
        ),
        (
            r#"{"kty":"EC","crv":"secp256k1","d":"AA"}"#,
            Unusable::OtherCurve { curve: "secp256k1".into(), private: true },
        ),
        (r#"{"kty":"EC","x":"AA","y":"AA"}"#, Unusable::CurveNotNamed { private: false }),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#, Unusable::Ed25519 { private: false }),
        (
            r#"{"kty":"OKP","crv":"X25519","d":"AA"}"#,
            Unusable::OtherAlgorithm { algorithm: "X25519".into(), private: true },
        ),
        (r#"{"kty":"RSA","n":"ALvvvvvvvvvv","e":"AQAB"}"#, Unusable::Rsa { bits: Some(64), private: false }),
        (r#"{"kty":"oct","k":"AA"}"#, Unusable::OtherAlgorithm { algorithm: "oct".into(), private: false }),
        (r#"{"kty":"EC","crv":"<b>P-256</b>"}"#, Unusable::Damaged),
        (r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#, Unusable::Damaged),
        (r#"{"kty":"EC","crv":"P-256","x":"#, Unusable::Damaged),
    ] {
        assert_eq!(reason(inspect(jwk.as_bytes())), Some(expected), "{jwk}");
    }
}

#[test]
fn a_jwk_s_numbers_have_their_whole_length() {
    // The coordinates of `public.jwk` with the border between them moved by three bytes.
    let (_, jwk) = fixture!("public.jwk");
    let jwk: serde_json::Value = serde_json::from_slice(jwk).unwrap();
    let number = |name: &str| BASE64_URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    let both = [number("x"), number("y")].concat();
    let [x, y] = [&both[..35], &both[35..]].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
    let moved = serde_json::json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y }).to_string();
    assert_eq!(reason(inspect(moved.as_bytes())), Some(Unusable::Damaged));
}

#[test]
fn a_set_of_different_jwks_is_several_keys() {
    let (_, one) = fixture!("public.jwk");
    let one = String::from_utf8_lossy(one);
    let other = r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#;
    let set = |keys: &[&str]| inspect(format!("{{\"keys\":[{}]}}", keys.join(",")).as_bytes());
    assert_eq!(reason(set(&[&one, other])), Some(Unusable::SeveralKeys));
    assert!(matches!(set(&[&one, &one]), KeyFile::PublicKey(_)), "the same one twice");
}
