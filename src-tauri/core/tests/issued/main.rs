//! What is read from tokens that another library made, from ones that `openssl` signed, and from ones that are wrong.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod oddities;
#[cfg(test)]
mod signatures;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use latchkey_core::{
    clock::Moment,
    issued::{IssuedToken, read},
};
use serde_json::{Value, json};

/// When the tokens here are looked at, in seconds since 1970.
const NOW: i64 = 1_790_000_000;

fn now() -> Moment {
    Moment::from_unix_millis(NOW * 1000)
}

fn part(json: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(json.to_string())
}

/// A token with a signature of the right length by nobody.
fn unsigned(header: &Value, claims: &Value) -> IssuedToken {
    let text = format!("{}.{}.{}", part(header), part(claims), BASE64_URL_SAFE_NO_PAD.encode([1; 64]));
    read(&text).unwrap()
}

/// As Apple's article "Supplying an install verification token" describes it.
fn install_header() -> Value {
    json!({ "alg": "ES256", "kid": "8a119b2c-6c1d-4f6e-9d57-0c1f2715b0dc", "typ": "JWT" })
}

fn install_claims() -> Value {
    json!({
        "iss": "6473805491", "iat": NOW - 10, "exp": NOW + 1190, "aud": "AppleDownloadVerification-v1",
        "bid": "com.example.app", "dtype": "download", "nonce": "0b7c1a3c-6f4f-4f0c-8f8e-2f1f0e1d2c3b",
    })
}

/// As Apple's article "Creating keys and establishing alternative marketplace connections" describes it.
fn marketplace_header() -> Value {
    json!({ "alg": "ES256", "typ": "JWT" })
}

fn marketplace_claims() -> Value {
    json!({
        "iss": "6473805491", "iat": NOW - 10, "exp": NOW + 1190, "aud": "appstoreconnect-v1",
        "pid": "57246542-96fe-1a63-e053-0824d011072a",
    })
}

/// `object` with one member more, or another one; `null` takes it away.
fn with(mut object: Value, name: &str, value: Value) -> Value {
    let members = object.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
    object
}
