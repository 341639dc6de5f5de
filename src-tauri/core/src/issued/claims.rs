//! What a token says, read more generously than Apple reads it, so that what is wrong can be shown.

use serde::Serialize;
use serde_json::{Map, Number, Value};

use crate::clock::Moment;

/// The claims that the tokens of alternative distribution have. They come from outside: any text may be in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Who issued it: the Apple ID of the marketplace or of the app.
    pub iss: Option<String>,
    /// When it was issued.
    pub iat: Option<Moment>,
    /// When it expires.
    pub exp: Option<Moment>,
    /// Whom it is for.
    pub aud: Option<String>,
    /// The bundle ID of the app to install.
    pub bid: Option<String>,
    /// Whether it is the first download: `download` or `redownload`.
    pub dtype: Option<String>,
    /// A UUID that is used once.
    pub nonce: Option<String>,
    /// The Apple ID of the app to install.
    pub iid: Option<String>,
    /// Apple's ID of its version.
    pub vid: Option<String>,
    /// The Developer ID of the developer whom a marketplace token is for.
    pub pid: Option<String>,
    /// A country, in two letters.
    pub ccode: Option<String>,
}

/// The name of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields of Claims say it")]
pub enum Claim {
    Iss,
    Iat,
    Exp,
    Aud,
    Bid,
    Dtype,
    Nonce,
    Iid,
    Vid,
    Pid,
    Ccode,
}

/// Reads `payload`; tells beside it which claims are not of the type that Apple wants, understood or not.
pub(super) fn read(payload: &Map<String, Value>) -> (Claims, Vec<Claim>) {
    let mut mistyped = Vec::new();
    let mut text = |name: &str, claim: Claim| match payload.get(name)? {
        Value::String(text) => Some(text.clone()),
        other => {
            mistyped.push(claim);
            loose_text(other)
        }
    };
    let mut claims = Claims {
        iss: text("iss", Claim::Iss),
        iat: None,
        exp: None,
        aud: text("aud", Claim::Aud),
        bid: text("bid", Claim::Bid),
        dtype: text("dtype", Claim::Dtype),
        nonce: text("nonce", Claim::Nonce),
        iid: text("iid", Claim::Iid),
        vid: text("vid", Claim::Vid),
        pid: text("pid", Claim::Pid),
        ccode: text("ccode", Claim::Ccode),
    };
    let mut moment = |name: &str, claim: Claim| {
        let value = payload.get(name)?;
        if value.as_i64().is_none() {
            mistyped.push(claim);
        }
        loose_seconds(value).map(|seconds| Moment::from_unix_millis(seconds.saturating_mul(1000)))
    };
    claims.iat = moment("iat", Claim::Iat);
    claims.exp = moment("exp", Claim::Exp);
    (claims, mistyped)
}

/// A number as text; the only one of a list, as some libraries write an audience.
fn loose_text(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::Array(list) => match list.as_slice() {
            [Value::String(only)] => Some(only.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Whole seconds; also with a fraction, or as text.
fn loose_seconds(value: &Value) -> Option<i64> {
    let whole = |number: &Number| {
        #[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and a fraction doesn't count")]
        number.as_i64().or_else(|| number.as_f64().map(|seconds| seconds as i64))
    };
    match value {
        Value::Number(number) => whole(number),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
