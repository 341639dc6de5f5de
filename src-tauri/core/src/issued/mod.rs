//! Says what a token is that a distributor's server issued: an install verification token, a marketplace token, or
//! something else that was taken for one.
//!
//! Pure: text in, answer out; nothing is kept. A token may be a secret that works at this moment, so it shows in no
//! error and in no debug output. `claims` reads what is in it, and `oddities` compares that with what Apple asks for.
//!
//! Not here: whose key signed it. The caller tries the keys it knows with [`IssuedToken::signed_by`].

mod claims;
mod oddities;

use std::fmt;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use p256::{
    ecdsa::{RecoveryId, Signature, VerifyingKey, signature::Verifier},
    pkcs8::DecodePublicKey,
};
use serde::Serialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

pub use self::{
    claims::{Claim, Claims},
    oddities::Oddity,
};
use crate::key::{Fingerprint, PublicKey};

/// The longest text that is looked at, in bytes. Real tokens have less than a thousand.
pub const LIMIT: usize = 16 * 1024;

/// Length of an ES256 signature, r and s (RFC 7518, 3.4), in bytes.
const SIGNATURE_LENGTH: usize = 64;

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A signed JSON Web Token (RFC 7519) in its compact form, as somebody pasted it. Wiped when dropped.
pub struct IssuedToken {
    signed: Zeroizing<String>,
    signature: Zeroizing<Vec<u8>>,
    alg: Option<String>,
    typ: Option<String>,
    kid: Option<String>,
    claims: Claims,
    mistyped: Vec<Claim>,
    kind: TokenKind,
}

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum TokenKind {
    /// Lets a device install an app.
    InstallVerification,
    /// Lets a developer connect their account with a marketplace.
    Marketplace,
    /// Signs in to the App Store Connect API: a secret until it expires, and signed with an API key.
    ApiRequest,
    /// None of these.
    Other,
}

/// Why a text is no signed token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAToken {
    /// Nothing but blanks and quotes.
    #[error("there is nothing")]
    Empty,
    /// More than [`LIMIT`] bytes, which were not looked at.
    #[error("it has {bytes} bytes, far more than any token")]
    TooLarge {
        /// Length of the text, in bytes.
        bytes: u64,
    },
    /// Not three parts between dots.
    #[error("it has not three parts between dots")]
    NotThreeParts,
    /// A part that is no base64url, or holds no JSON object where there should be one.
    #[error("its {part:?} can't be read")]
    Unreadable {
        /// The first such part.
        part: Part,
    },
}

/// A part of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Says how it is signed.
    Header,
    /// Says what it says.
    Claims,
    /// Proves it.
    Signature,
}

/// Reads a token. Blanks and line breaks anywhere in it, and quotes around it, don't count.
///
/// # Errors
/// Every [`NotAToken`].
pub fn read(text: &str) -> Result<IssuedToken, NotAToken> {
    if text.len() > LIMIT {
        return Err(NotAToken::TooLarge { bytes: text.len() as u64 });
    }
    // As much room as there may be need for: a string that grows leaves copies behind.
    let mut token = Zeroizing::new(String::with_capacity(text.len()));
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`'));
    token.extend(text.chars().filter(|c| !c.is_whitespace()));
    if token.is_empty() {
        return Err(NotAToken::Empty);
    }
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(NotAToken::NotThreeParts);
    };
    let header = object(header).ok_or(NotAToken::Unreadable { part: Part::Header })?;
    let payload = object(payload).ok_or(NotAToken::Unreadable { part: Part::Claims })?;
    let signature = decode(signature).ok_or(NotAToken::Unreadable { part: Part::Signature })?;

    let named = |name: &str| header.get(name).and_then(Value::as_str).map(str::to_owned);
    let (alg, typ, kid) = (named("alg"), named("typ"), named("kid"));
    let (claims, mistyped) = claims::read(&payload);
    let signed_length = token.rfind('.').unwrap_or(0);
    token.truncate(signed_length);
    Ok(IssuedToken {
        kind: kind(&claims, kid.is_some()),
        signed: token,
        signature,
        alg,
        typ,
        kid,
        claims,
        mistyped,
    })
}

/// By its audience; if that is none of those known, by the claims that only one kind has.
fn kind(claims: &Claims, has_kid: bool) -> TokenKind {
    match claims.aud.as_deref() {
        Some(oddities::INSTALL_AUDIENCE) => TokenKind::InstallVerification,
        // Apple's API has the same audience. Its tokens name their key, and say nothing of a developer.
        Some(oddities::CONNECT_AUDIENCE) if claims.pid.is_none() && has_kid => TokenKind::ApiRequest,
        Some(oddities::CONNECT_AUDIENCE) => TokenKind::Marketplace,
        _ if claims.bid.is_some() && (claims.nonce.is_some() || claims.dtype.is_some()) => {
            TokenKind::InstallVerification
        }
        _ if claims.pid.is_some() => TokenKind::Marketplace,
        _ => TokenKind::Other,
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&decode(part)?).ok()
}

fn decode(part: &str) -> Option<Zeroizing<Vec<u8>>> {
    ENGINE.decode(part).ok().map(Zeroizing::new)
}

impl IssuedToken {
    /// What it is for.
    pub fn kind(&self) -> TokenKind {
        self.kind
    }

    /// The header's `alg`, if it is a text: how it says that it is signed.
    pub fn alg(&self) -> Option<&str> {
        self.alg.as_deref()
    }

    /// The header's `typ`, if it is a text.
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    /// The header's `kid`, if it is a text: the ID of the key that it says it is signed with.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// What it says.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Whether the private key of `key` signed it with ECDSA on P-256 and SHA-256, whatever its header says. A signature
    /// in DER, where it should be r and s alone, is verified too; see [`Oddity::SignatureInDer`].
    pub fn signed_by(&self, key: &PublicKey) -> bool {
        let Ok(key) = VerifyingKey::from_public_key_der(key.spki_der()) else { return false };
        self.signatures().any(|signature| key.verify(self.signed.as_bytes(), &signature).is_ok())
    }

    /// As [`Self::signed_by`], for a key of which only the fingerprint is known: of a signature, the few public keys
    /// that verify it can be computed (SEC 1, 4.1.6).
    pub fn signed_by_key_with(&self, fingerprint: &Fingerprint) -> bool {
        let recovered = |signature: &Signature, id| {
            let key = VerifyingKey::recover_from_msg(self.signed.as_bytes(), signature, id).ok()?;
            PublicKey::try_from(&p256::PublicKey::from(key)).ok()
        };
        self.signatures().any(|signature| {
            let mut keys =
                (0..=RecoveryId::MAX).filter_map(|id| recovered(&signature, RecoveryId::from_byte(id)?));
            keys.any(|key| key.fingerprint() == *fingerprint)
        })
    }

    /// The signature, in whichever form it is.
    fn signatures(&self) -> impl Iterator<Item = Signature> {
        let (raw, der) = (Signature::from_slice(&self.signature), Signature::from_der(&self.signature));
        [raw, der].into_iter().flatten()
    }
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken").field("kind", &self.kind).finish_non_exhaustive()
    }
}
