//! JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037), alone or in a set.

use base64::{
    alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{KeyFile, Unusable, ec, text, verdict};

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A key, or a set of keys. Borrows its texts, so that no copy of a private number is made.
#[derive(Deserialize)]
struct Jwk<'a> {
    kty: Option<&'a str>,
    crv: Option<&'a str>,
    x: Option<&'a str>,
    y: Option<&'a str>,
    n: Option<&'a str>,
    d: Option<&'a str>,
    #[serde(borrow)]
    keys: Option<Vec<Jwk<'a>>>,
}

/// What `text` is as a JWK or a JWK set; `None` if it is neither.
pub(super) fn inspect(text: &str) -> Option<KeyFile> {
    let text = text.trim();
    if !text.starts_with('{') {
        return None;
    }
    match serde_json::from_str::<Jwk<'_>>(text) {
        Ok(Jwk { keys: Some(keys), kty: None, .. }) => verdict::of(keys.iter().filter_map(key)),
        Ok(jwk) => key(&jwk),
        Err(_) if text.contains("\"kty\"") => Some(KeyFile::Unusable(Unusable::Damaged)),
        Err(_) => None,
    }
}

fn key(jwk: &Jwk<'_>) -> Option<KeyFile> {
    let private = jwk.d.is_some();
    let unusable = match (jwk.kty?, jwk.crv) {
        ("EC", Some("P-256")) => return Some(p256(jwk).unwrap_or(KeyFile::Unusable(Unusable::Damaged))),
        ("EC", None) => Unusable::CurveNotNamed { private },
        ("EC", Some(curve)) if is_name(curve) => Unusable::OtherCurve { curve: curve.to_owned(), private },
        ("OKP", Some("Ed25519")) => Unusable::Ed25519 { private },
        ("RSA", _) => match jwk.n.and_then(number) {
            Some(modulus) => Unusable::Rsa { bits: bits(&modulus), private },
            None => Unusable::Damaged,
        },
        (_, Some(algorithm)) | (algorithm, None) if is_name(algorithm) => {
            Unusable::OtherAlgorithm { algorithm: algorithm.to_owned(), private }
        }
        _ => Unusable::Damaged,
    };
    Some(KeyFile::Unusable(unusable))
}

/// Whether a curve or an algorithm may be called that; the file says it, so it may say anything.
fn is_name(text: &str) -> bool {
    text.len() <= 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

/// Coordinates and scalar have 32 bytes each (RFC 7518, 6.2).
fn p256(jwk: &Jwk<'_>) -> Option<KeyFile> {
    let [x, y] = [jwk.x, jwk.y].map(|coordinate| number(coordinate?).filter(|bytes| bytes.len() == 32));
    let point = [&[4], x?.as_slice(), y?.as_slice()].concat();
    Some(match jwk.d {
        Some(scalar) => ec::private(&number(scalar)?, [point.as_slice()]),
        None => ec::public(&point).map_or_else(KeyFile::Unusable, KeyFile::PublicKey),
    })
}

fn number(digits: &str) -> Option<Zeroizing<Vec<u8>>> {
    text::unbase64(&ENGINE, digits.as_bytes())
}

fn bits(modulus: &[u8]) -> Option<u32> {
    let start = modulus.iter().position(|byte| *byte != 0)?;
    let whole = u32::try_from(modulus.len() - start).ok()? * 8;
    Some(whole - modulus[start].leading_zeros())
}
