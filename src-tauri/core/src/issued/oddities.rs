//! What is odd about a token, compared with Apple's articles "Supplying an install verification token" and "Creating
//! keys and establishing alternative marketplace connections".

use p256::ecdsa::Signature;
use serde::Serialize;

use super::{Claim, IssuedToken, SIGNATURE_LENGTH, TokenKind};
use crate::clock::Moment;

/// `aud` of install verification tokens.
pub(super) const INSTALL_AUDIENCE: &str = "AppleDownloadVerification-v1";
/// `aud` of marketplace tokens, and of those that sign in to the App Store Connect API.
pub(super) const CONNECT_AUDIENCE: &str = "appstoreconnect-v1";

/// A marketplace token lives less than seven days. In seconds.
const MARKETPLACE_LIFE: u64 = 7 * 24 * 60 * 60;

/// Something that Apple asks for and that is otherwise, or that makes a token useless now. Crosses to the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Oddity {
    /// The header says another algorithm than ES256, or none.
    AlgNotEs256,
    /// The header's type is not `JWT`.
    TypNotJwt,
    /// An install verification token that doesn't say which key signed it.
    KidMissing,
    /// A marketplace token that says which key signed it, which Apple doesn't describe.
    KidNotWanted,
    /// A claim that has to be there is not.
    ClaimMissing {
        /// Which.
        claim: Claim,
    },
    /// A claim has another type than it should: a text has to be a text, a time whole seconds since 1970.
    ClaimWrongType {
        /// Which.
        claim: Claim,
    },
    /// It is no longer valid.
    Expired {
        /// Since when.
        at: Moment,
    },
    /// It was issued in the future.
    NotYetValid {
        /// When.
        at: Moment,
    },
    /// A marketplace token that is valid for seven days or more.
    LivesTooLong {
        /// From issue to expiry, in seconds.
        #[cfg_attr(test, ts(type = "number"))]
        seconds: u64,
    },
    /// The rest looks like an install verification token or a marketplace token, but the audience is another one's.
    WrongAudience,
    /// Neither `download` nor `redownload`.
    DtypeUnknown {
        /// What it says instead. Any text.
        value: String,
    },
    /// A nonce or a Developer ID that is no UUID.
    NotAUuid {
        /// Which.
        claim: Claim,
    },
    /// The signature is in DER, which Apple doesn't read: r and s have to stand one after the other (RFC 7518, 3.4).
    SignatureInDer,
    /// The signature is neither r and s nor DER.
    SignatureMalformed {
        /// Its length, in bytes.
        #[cfg_attr(test, ts(type = "number"))]
        bytes: u64,
    },
}

impl IssuedToken {
    /// What is odd about it at `now`; nothing if Apple should take it, provided that the right key signed it.
    ///
    /// Of tokens for other purposes only the times and the signature's form are looked at.
    pub fn oddities(&self, now: Moment) -> Vec<Oddity> {
        let mut found = Vec::new();
        match self.kind {
            TokenKind::InstallVerification => {
                self.header(&mut found);
                self.install(&mut found);
            }
            TokenKind::Marketplace => {
                self.header(&mut found);
                self.marketplace(&mut found);
            }
            TokenKind::ApiRequest | TokenKind::Other => {}
        }
        found.extend(self.mistyped.iter().map(|claim| Oddity::ClaimWrongType { claim: *claim }));
        if let Some(at) = self.claims.exp.filter(|at| *at <= now) {
            found.push(Oddity::Expired { at });
        }
        if let Some(at) = self.claims.iat.filter(|at| *at > now) {
            found.push(Oddity::NotYetValid { at });
        }
        if self.signature.len() != SIGNATURE_LENGTH {
            found.push(match Signature::from_der(&self.signature) {
                Ok(_) => Oddity::SignatureInDer,
                Err(_) => Oddity::SignatureMalformed { bytes: self.signature.len() as u64 },
            });
        }
        found
    }

    fn header(&self, found: &mut Vec<Oddity>) {
        if self.alg() != Some("ES256") {
            found.push(Oddity::AlgNotEs256);
        }
        if self.typ() != Some("JWT") {
            found.push(Oddity::TypNotJwt);
        }
    }

    fn install(&self, found: &mut Vec<Oddity>) {
        if self.kid.is_none() {
            found.push(Oddity::KidMissing);
        }
        self.expect_audience(INSTALL_AUDIENCE, found);
        let claims = &self.claims;
        self.require(
            &[
                (Claim::Iss, claims.iss.is_some()),
                (Claim::Iat, claims.iat.is_some()),
                (Claim::Exp, claims.exp.is_some()),
                (Claim::Bid, claims.bid.is_some()),
                (Claim::Dtype, claims.dtype.is_some()),
                (Claim::Nonce, claims.nonce.is_some()),
            ],
            found,
        );
        if let Some(dtype) =
            claims.dtype.as_deref().filter(|dtype| !["download", "redownload"].contains(dtype))
        {
            found.push(Oddity::DtypeUnknown { value: dtype.to_owned() });
        }
        expect_uuid(Claim::Nonce, claims.nonce.as_deref(), found);
    }

    fn marketplace(&self, found: &mut Vec<Oddity>) {
        if self.kid.is_some() {
            found.push(Oddity::KidNotWanted);
        }
        self.expect_audience(CONNECT_AUDIENCE, found);
        let claims = &self.claims;
        self.require(
            &[
                (Claim::Iss, claims.iss.is_some()),
                (Claim::Iat, claims.iat.is_some()),
                (Claim::Exp, claims.exp.is_some()),
                (Claim::Pid, claims.pid.is_some()),
            ],
            found,
        );
        expect_uuid(Claim::Pid, claims.pid.as_deref(), found);
        if let (Some(from), Some(until)) = (claims.iat, claims.exp) {
            let seconds = until.since(from).as_secs();
            if seconds >= MARKETPLACE_LIFE {
                found.push(Oddity::LivesTooLong { seconds });
            }
        }
    }

    fn expect_audience(&self, audience: &str, found: &mut Vec<Oddity>) {
        match self.claims.aud.as_deref() {
            Some(aud) if aud == audience => {}
            Some(_) => found.push(Oddity::WrongAudience),
            None => self.require(&[(Claim::Aud, false)], found),
        }
    }

    /// A claim of a type that can't be understood is there all the same.
    fn require(&self, claims: &[(Claim, bool)], found: &mut Vec<Oddity>) {
        let missing = claims.iter().filter(|(claim, there)| !there && !self.mistyped.contains(claim));
        found.extend(missing.map(|(claim, _)| Oddity::ClaimMissing { claim: *claim }));
    }
}

fn expect_uuid(claim: Claim, value: Option<&str>, found: &mut Vec<Oddity>) {
    let is_uuid =
        |text: &str| text.len() == uuid::fmt::Hyphenated::LENGTH && uuid::Uuid::try_parse(text).is_ok();
    if value.is_some_and(|value| !is_uuid(value)) {
        found.push(Oddity::NotAUuid { claim });
    }
}
