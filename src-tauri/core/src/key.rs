//! An alternative distribution key, as Apple has it: an ID, a public key, and what it is for.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_STANDARD};
use p256::pkcs8::{DecodePublicKey, EncodePublicKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::app::AppId;

/// The ID that Apple gives a distribution key: a UUID. It goes into `kid` of
/// install verification tokens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct DistributionKeyId(String);

/// The text is not a distribution key ID.
#[derive(Debug, thiserror::Error)]
#[error("a distribution key ID is a UUID")]
pub struct NotADistributionKeyId;

impl FromStr for DistributionKeyId {
    type Err = NotADistributionKeyId;

    fn from_str(text: &str) -> Result<Self, NotADistributionKeyId> {
        uuid::Uuid::try_parse(text).map_err(|_| NotADistributionKeyId)?;
        // Only the hyphenated form: braces and `urn:` would be another path in a URL.
        if text.len() == uuid::fmt::Hyphenated::LENGTH {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotADistributionKeyId)
        }
    }
}

impl TryFrom<String> for DistributionKeyId {
    type Error = NotADistributionKeyId;

    fn try_from(text: String) -> Result<Self, NotADistributionKeyId> {
        text.parse()
    }
}

impl From<DistributionKeyId> for String {
    fn from(id: DistributionKeyId) -> Self {
        id.0
    }
}

impl fmt::Display for DistributionKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a distribution key may authorise installs of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "for", rename_all = "camelCase")]
pub enum Scope {
    /// Every app of the account.
    AllApps,
    /// One app.
    OneApp {
        /// The app's Apple ID.
        app: AppId,
    },
}

/// A P-256 public key: always a point on the curve, always written the same way.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; Self::SPKI_LENGTH]);

/// The bytes or text hold no P-256 public key.
#[derive(Debug, thiserror::Error)]
#[error("this is no SubjectPublicKeyInfo of a point on the curve P-256")]
pub struct NotAP256Key;

impl PublicKey {
    /// Length of every P-256 SubjectPublicKeyInfo with named curve and uncompressed point, in bytes
    /// (RFC 5480).
    pub const SPKI_LENGTH: usize = 91;

    /// Reads a DER SubjectPublicKeyInfo (RFC 5280, 4.1) that names the curve `prime256v1`.
    ///
    /// # Errors
    /// Another algorithm or curve, trailing bytes, or a point that is not on the curve.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, NotAP256Key> {
        p256::PublicKey::from_public_key_der(der)
            .map_err(|_| NotAP256Key)
            .and_then(|key| Self::try_from(&key))
    }

    /// Reads a public key as Apple's answers write it: PEM on one line, with line breaks, or without
    /// its markers. Only the label `PUBLIC KEY` is known to be used.
    ///
    /// # Errors
    /// The text is no base64 of what [`Self::from_spki_der`] reads.
    pub fn from_apple_text(text: &str) -> Result<Self, NotAP256Key> {
        let body = text
            .trim()
            .trim_start_matches("-----BEGIN PUBLIC KEY-----")
            .trim_end_matches("-----END PUBLIC KEY-----");
        let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        let der = BASE64_STANDARD.decode(body).map_err(|_| NotAP256Key)?;
        Self::from_spki_der(&der)
    }

    /// The DER SubjectPublicKeyInfo: named curve, uncompressed point.
    pub fn spki_der(&self) -> &[u8; Self::SPKI_LENGTH] {
        &self.0
    }

    /// PEM as OpenSSL prints it: label `PUBLIC KEY`, lines of 64, a final line feed (RFC 7468).
    pub fn pem(&self) -> String {
        let body = BASE64_STANDARD.encode(self.0);
        let (first, second) = body.split_at(64);
        format!("-----BEGIN PUBLIC KEY-----\n{first}\n{second}\n-----END PUBLIC KEY-----\n")
    }

    /// SHA-256 of the DER SubjectPublicKeyInfo.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(Sha256::digest(self.0).into())
    }
}

impl TryFrom<&p256::PublicKey> for PublicKey {
    type Error = NotAP256Key;

    fn try_from(key: &p256::PublicKey) -> Result<Self, NotAP256Key> {
        let der = key.to_public_key_der().map_err(|_| NotAP256Key)?;
        der.as_bytes().try_into().map(Self).map_err(|_| NotAP256Key)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.fingerprint())
    }
}

/// SHA-256 of a key's DER SubjectPublicKeyInfo. Two keys are the same exactly when these are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Groups of four hex digits in a fingerprint.
    pub const GROUPS: usize = 16;

    /// Sixteen groups of four lower-case hex digits, as people read them out.
    pub fn groups(&self) -> [String; Self::GROUPS] {
        std::array::from_fn(|group| format!("{:02x}{:02x}", self.0[group * 2], self.0[group * 2 + 1]))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The text is not a fingerprint.
#[derive(Debug, thiserror::Error)]
#[error("a fingerprint has 64 lower-case hex digits")]
pub struct NotAFingerprint;

impl FromStr for Fingerprint {
    type Err = NotAFingerprint;

    /// Reads back what [`fmt::Display`] wrote.
    fn from_str(text: &str) -> Result<Self, NotAFingerprint> {
        let hex = |digit: u8| match digit {
            b'0'..=b'9' => Ok(digit - b'0'),
            b'a'..=b'f' => Ok(digit - b'a' + 10),
            _ => Err(NotAFingerprint),
        };
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return Err(NotAFingerprint) };
        let bytes: Vec<u8> =
            pairs.iter().map(|[high, low]| Ok(hex(*high)? << 4 | hex(*low)?)).collect::<Result<_, _>>()?;
        bytes.try_into().map(Self).map_err(|_| NotAFingerprint)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by `openssl ecparam -name prime256v1 -genkey -noout | openssl ec -pubout`.
    const PEM: &str = "-----BEGIN PUBLIC KEY-----\n\
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqX5W7AIubrYf4evLo1iuopruL5kE\n\
        4PQMTRQZHmt4WAvnN9/y0P8sJG8+m9kiPpoY+Vq9AcBvxs7IuoplmSbstg==\n\
        -----END PUBLIC KEY-----\n";

    #[test]
    fn a_key_is_the_same_in_every_form_that_apple_writes() {
        let key = PublicKey::from_apple_text(PEM).unwrap();
        assert_eq!(key.pem(), PEM);
        let bare = PEM.replace("-----BEGIN PUBLIC KEY-----", "").replace("-----END PUBLIC KEY-----", "");
        for text in [PEM.replace('\n', ""), PEM.replace('\n', "\r\n"), format!("\n {PEM} "), bare] {
            assert_eq!(PublicKey::from_apple_text(&text).unwrap(), key, "{text:?}");
        }
    }

    #[test]
    fn a_point_off_the_curve_is_no_key() {
        let mut der = *PublicKey::from_apple_text(PEM).unwrap().spki_der();
        der[PublicKey::SPKI_LENGTH - 1] ^= 1;
        assert!(PublicKey::from_spki_der(&der).is_err());
    }

    #[test]
    fn a_fingerprint_is_sixteen_groups_of_four() {
        let fingerprint = PublicKey::from_apple_text(PEM).unwrap().fingerprint();
        assert_eq!(fingerprint.groups().concat(), fingerprint.to_string());
        assert_eq!(fingerprint.to_string().len(), 64);
        assert_eq!(fingerprint.to_string().parse::<Fingerprint>().unwrap(), fingerprint);
    }

    #[test]
    fn only_a_plain_uuid_is_a_distribution_key_id() {
        let id = "8a119b2c-6c1d-4f6e-9d57-0c1f2715b0dc";
        assert_eq!(id.parse::<DistributionKeyId>().unwrap().to_string(), id);
        for text in [
            "",
            "8a119b2c",
            "../apps",
            "{8a119b2c-6c1d-4f6e-9d57-0c1f2715b0dc}",
            "8a119b2c6c1d4f6e9d570c1f2715b0dc",
        ] {
            assert!(text.parse::<DistributionKeyId>().is_err(), "{text:?} must not get into a URL");
        }
    }
}
