//! A P-256 key pair, for API keys that the simulator accepts and for distribution keys in its accounts.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use p256::{elliptic_curve::Generate, pkcs8::DecodePrivateKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::PublicKey;

/// PKCS#8 around a P-256 key as OpenSSL writes it (RFC 5208, RFC 5915): up to the 32 bytes of the
/// private key, and from there to the 65 of the point. Nothing in between varies in length.
const BEFORE_SECRET: [u8; 36] = [
    0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x6d, 0x30, 0x6b, 0x02, 0x01, 0x01,
    0x04, 0x20,
];
const BEFORE_POINT: [u8; 5] = [0xa1, 0x44, 0x03, 0x42, 0x00];

/// A P-256 key pair.
#[derive(Clone)]
pub struct KeyPair(p256::SecretKey);

impl KeyPair {
    /// A new one, from the system's randomness.
    pub fn generate() -> Self {
        Self(p256::SecretKey::generate())
    }

    /// The one that belongs to `seed` and `number`: always the same, so worth nothing outside of tests.
    pub fn numbered(seed: u64, number: u64) -> Self {
        // One hash in 2^32 is no private key; then the next is taken.
        let mut attempt = 0_u32;
        loop {
            let mut hash = Sha256::new_with_prefix("latchkey-simulator key pair");
            hash.update(seed.to_be_bytes());
            hash.update(number.to_be_bytes());
            hash.update(attempt.to_be_bytes());
            if let Ok(secret) = p256::SecretKey::from_slice(&hash.finalize()) {
                return Self(secret);
            }
            attempt += 1;
        }
    }

    /// Reads PEM with label `PRIVATE KEY`, the form of App Store Connect's `.p8`; `None` if it holds anything
    /// but a P-256 key.
    pub fn from_pkcs8_pem(text: &str) -> Option<Self> {
        let text = text.trim();
        let body =
            text.strip_prefix("-----BEGIN PRIVATE KEY-----")?.strip_suffix("-----END PRIVATE KEY-----")?;
        let body: Zeroizing<String> =
            Zeroizing::new(body.chars().filter(|c| !c.is_ascii_whitespace()).collect());
        let der = Zeroizing::new(BASE64_STANDARD.decode(body.as_bytes()).ok()?);
        p256::SecretKey::from_pkcs8_der(&der).ok().map(Self)
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        PublicKey::of(&self.0)
    }

    /// The private key as PKCS#8 DER.
    pub fn pkcs8_der(&self) -> Zeroizing<Vec<u8>> {
        let secret = Zeroizing::new(self.0.to_bytes());
        let public = self.public();
        Zeroizing::new([&BEFORE_SECRET, secret.as_slice(), &BEFORE_POINT, public.point()].concat())
    }

    /// The private key as PEM with label `PRIVATE KEY`, as in a downloaded `.p8`.
    pub fn pkcs8_pem(&self) -> Zeroizing<String> {
        let body = Zeroizing::new(BASE64_STANDARD.encode(&*self.pkcs8_der()));
        let mut text = Zeroizing::new(String::with_capacity(300));
        text.push_str("-----BEGIN PRIVATE KEY-----\n");
        let mut rest = body.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at(rest.len().min(64));
            text.push_str(line);
            text.push('\n');
            rest = after;
        }
        text.push_str("-----END PRIVATE KEY-----\n");
        text
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair({})", self.public().fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_p8_is_read_back_as_the_same_pair() {
        let pair = KeyPair::generate();
        let read = KeyPair::from_pkcs8_pem(&pair.pkcs8_pem()).expect("our own PEM");
        assert_eq!(read.public(), pair.public());
        assert_eq!(read.pkcs8_der(), pair.pkcs8_der());
    }

    /// Made for this test with OpenSSL 3.0: `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`.
    /// The fingerprint: `openssl pkey -pubout -outform DER | openssl dgst -sha256`.
    #[test]
    fn a_p8_that_openssl_wrote_is_read_and_written_the_same() {
        let text = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgV7ud4KC+3+WtPxti
VY3oSRRx9VDcPqJxaBiCqDsvRqihRANCAAQdV1hYyf/fNwOrc7tosI2nX3ai9urh
2pzV9jmqTC6mrzkiKNFeykaA4aB2JijOK88hP3HkuIlsoUgayJQW0LIu
-----END PRIVATE KEY-----
";
        let pair = KeyPair::from_pkcs8_pem(text).expect("OpenSSL's PEM");
        assert_eq!(
            pair.public().fingerprint(),
            "6e8d4527aa3fcf733d84e8e0e4d229c77eb578a6b152d84c44ed47dda9138cf3"
        );
        assert_eq!(*pair.pkcs8_pem(), text);
    }

    #[test]
    fn one_seed_and_number_give_one_pair() {
        assert_eq!(KeyPair::numbered(1, 2).public(), KeyPair::numbered(1, 2).public());
        assert_ne!(KeyPair::numbered(1, 2).public(), KeyPair::numbered(1, 3).public());
        assert_ne!(KeyPair::numbered(1, 2).public(), KeyPair::numbered(2, 2).public());
    }

    #[test]
    fn debug_shows_the_public_half() {
        let pair = KeyPair::numbered(1, 1);
        assert_eq!(format!("{pair:?}"), format!("KeyPair({})", pair.public().fingerprint()));
    }
}
