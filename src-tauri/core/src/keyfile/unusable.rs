//! Why no distribution key can be registered from a file: a closed list, with the facts that a sentence
//! about it needs.

use serde::Serialize;

/// Why no distribution key can be registered from a file. Crosses to the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Unusable {
    /// No bytes, or nothing but blanks.
    Empty,
    /// More than [`super::LIMIT`] bytes, which were not looked at.
    TooLarge {
        /// Size of the file, in bytes.
        #[cfg_attr(test, ts(type = "number"))]
        bytes: u64,
    },
    /// An elliptic-curve key on a named curve that is not P-256.
    OtherCurve {
        /// The curve's usual name, for example `P-384` or `secp256k1`; its dotted OID if it has none here.
        curve: String,
        /// Whether it is the private key, or holds it.
        private: bool,
    },
    /// An elliptic-curve key that spells out its curve's parameters or leaves them out, which RFC 5480
    /// (2.1.1) forbids, whatever the curve.
    CurveNotNamed {
        /// Whether it is the private key, or holds it.
        private: bool,
    },
    /// An RSA key.
    Rsa {
        /// Length of its modulus, unless it is encrypted.
        bits: Option<u32>,
        /// Whether it is the private key, or holds it.
        private: bool,
    },
    /// An Ed25519 key.
    Ed25519 {
        /// Whether it is the private key, or holds it.
        private: bool,
    },
    /// A key of yet another algorithm.
    OtherAlgorithm {
        /// The algorithm's usual name, for example `X25519` or `DSA`; its dotted OID if it has none here.
        algorithm: String,
        /// Whether it is the private key, or holds it.
        private: bool,
    },
    /// An X.509 certificate, or several.
    Certificate,
    /// A PKCS#10 certificate request.
    CertificateRequest,
    /// A key in a form of its own that only SSH programs read: OpenSSH's, RFC 4716, or PuTTY's.
    Ssh {
        /// Whether it is the private key, or holds it.
        private: bool,
    },
    /// A PKCS#12 store (`.p12`, `.pfx`).
    Pkcs12,
    /// Several keys that are not a private key and its public key, so far as can be seen.
    SeveralKeys,
    /// A P-256 public key whose numbers are no point on the curve.
    OffCurve,
    /// A key that was cut off or changed: broken markers, base64 or DER; a private number out of range; or a
    /// private key that doesn't fit the public key beside it.
    Damaged,
    /// Anything else.
    NotAKey {
        /// Whether it is readable text.
        text: bool,
    },
}

impl Unusable {
    /// One word for it, the same as its serialized tag.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge { .. } => "tooLarge",
            Self::OtherCurve { .. } => "otherCurve",
            Self::CurveNotNamed { .. } => "curveNotNamed",
            Self::Rsa { .. } => "rsa",
            Self::Ed25519 { .. } => "ed25519",
            Self::OtherAlgorithm { .. } => "otherAlgorithm",
            Self::Certificate => "certificate",
            Self::CertificateRequest => "certificateRequest",
            Self::Ssh { .. } => "ssh",
            Self::Pkcs12 => "pkcs12",
            Self::SeveralKeys => "severalKeys",
            Self::OffCurve => "offCurve",
            Self::Damaged => "damaged",
            Self::NotAKey { .. } => "notAKey",
        }
    }

    /// Where it says which key of a pair it is.
    pub(super) fn private_mut(&mut self) -> Option<&mut bool> {
        match self {
            Self::OtherCurve { private, .. }
            | Self::CurveNotNamed { private }
            | Self::Rsa { private, .. }
            | Self::Ed25519 { private }
            | Self::OtherAlgorithm { private, .. }
            | Self::Ssh { private } => Some(private),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_is_the_serialized_tag() {
        let name = || "X".to_owned();
        for unusable in [
            Unusable::Empty,
            Unusable::TooLarge { bytes: 1 },
            Unusable::OtherCurve { curve: name(), private: true },
            Unusable::CurveNotNamed { private: true },
            Unusable::Rsa { bits: None, private: true },
            Unusable::Ed25519 { private: true },
            Unusable::OtherAlgorithm { algorithm: name(), private: true },
            Unusable::Certificate,
            Unusable::CertificateRequest,
            Unusable::Ssh { private: true },
            Unusable::Pkcs12,
            Unusable::SeveralKeys,
            Unusable::OffCurve,
            Unusable::Damaged,
            Unusable::NotAKey { text: true },
        ] {
            let json = serde_json::to_value(&unusable).unwrap();
            assert_eq!(json["kind"], unusable.kind(), "the window and the example name it alike");
        }
    }

    #[test]
    fn facts_stand_beside_the_kind() {
        let json = serde_json::to_value(Unusable::OtherCurve { curve: "P-384".to_owned(), private: false });
        let expected = serde_json::json!({ "kind": "otherCurve", "curve": "P-384", "private": false });
        assert_eq!(json.unwrap(), expected);
    }
}
