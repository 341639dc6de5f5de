//! A P-256 public key: how it is read from a request and written into an answer.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

use crate::settings::Echo;

const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";

/// What stands before the point in every SubjectPublicKeyInfo with curve `prime256v1` (RFC 5480).
const BEFORE_POINT: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// A P-256 public key: an uncompressed point on the curve (SEC 1, 2.3.3).
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey([u8; 65]);

impl PublicKey {
    /// Reads a DER SubjectPublicKeyInfo: named curve `prime256v1`, uncompressed point, nothing after it.
    pub fn from_spki_der(der: &[u8]) -> Option<Self> {
        let point = der.strip_prefix(&BEFORE_POINT)?;
        p256::PublicKey::from_sec1_bytes(point).ok()?;
        point.try_into().ok().map(Self)
    }

    /// Reads PEM (RFC 7468) with label `PUBLIC KEY`, with line breaks or without any, as both are found in
    /// Apple's page "Add an Alternative Distribution Key".
    pub fn from_pem(text: &str) -> Option<Self> {
        let body = text.trim().strip_prefix(BEGIN)?.strip_suffix(END)?;
        let body: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        Self::from_spki_der(&BASE64_STANDARD.decode(body).ok()?)
    }

    /// The public key of `secret`.
    pub(crate) fn of(secret: &p256::SecretKey) -> Self {
        let mut point = [0; 65];
        // P-256 keys are written uncompressed by default: always 65 bytes.
        for (to, from) in point.iter_mut().zip(secret.public_key().to_sec1_bytes()) {
            *to = from;
        }
        Self(point)
    }

    /// The uncompressed point: `04`, X, Y.
    pub(crate) fn point(&self) -> &[u8; 65] {
        &self.0
    }

    /// The DER SubjectPublicKeyInfo, 91 bytes.
    pub fn spki_der(&self) -> Vec<u8> {
        [BEFORE_POINT.as_slice(), &self.0].concat()
    }

    /// PEM as OpenSSL prints it.
    pub fn pem(&self) -> String {
        self.written(Echo::OpenSsl)
    }

    /// The text that stands in an answer's `publicKey`.
    pub(crate) fn written(&self, echo: Echo) -> String {
        let body = BASE64_STANDARD.encode(self.spki_der());
        let (first, second) = body.split_at(64);
        match echo {
            Echo::OpenSsl => format!("{BEGIN}\n{first}\n{second}\n{END}\n"),
            Echo::OneLine => format!("{BEGIN}{body}{END}"),
            Echo::Crlf => format!("{BEGIN}\r\n{first}\r\n{second}\r\n{END}\r\n"),
        }
    }

    /// SHA-256 of the DER SubjectPublicKeyInfo, 64 lower-case hex digits.
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.spki_der());
        format!("{:032x}{:032x}", half(&digest[..16]), half(&digest[16..]))
    }
}

fn half(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0, |number, byte| number << 8 | u128::from(*byte))
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KeyPair;

    fn key() -> PublicKey {
        KeyPair::numbered(1, 1).public()
    }

    #[test]
    fn each_way_it_is_written_is_read_back() {
        for echo in [Echo::OpenSsl, Echo::OneLine, Echo::Crlf] {
            assert_eq!(PublicKey::from_pem(&key().written(echo)), Some(key()), "{echo:?}");
        }
    }

    #[test]
    fn openssl_form_has_lines_of_64_and_a_last_line_feed() {
        let lines: Vec<usize> = key().pem().split('\n').map(str::len).collect();
        assert_eq!(lines, [26, 64, 60, 24, 0]);
    }

    #[test]
    fn a_point_off_the_curve_is_refused() {
        let mut der = key().spki_der();
        der[90] ^= 1;
        assert_eq!(PublicKey::from_spki_der(&der), None);
    }

    #[test]
    fn a_compressed_point_trailing_bytes_another_label_and_bare_base64_are_refused() {
        let der = key().spki_der();
        let compressed: Vec<u8> = [&der[..26], &[2], &der[27..59]].concat();
        assert_eq!(PublicKey::from_spki_der(&compressed), None);
        assert_eq!(PublicKey::from_spki_der(&[der.as_slice(), &[0]].concat()), None);
        assert_eq!(PublicKey::from_pem(&key().pem().replace("PUBLIC KEY", "EC PUBLIC KEY")), None);
        assert_eq!(PublicKey::from_pem(&BASE64_STANDARD.encode(der)), None);
    }
}
