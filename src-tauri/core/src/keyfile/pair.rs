//! New pairs, new passwords, and how a private key is written down.

use base64::{Engine, prelude::BASE64_STANDARD};
use p256::{
    SecretKey,
    ecdsa::{
        Signature, SigningKey, VerifyingKey,
        signature::{Signer, Verifier},
    },
    elliptic_curve::Generate,
    pkcs8::{DecodePrivateKey, DecodePublicKey},
};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use zeroize::Zeroizing;

use super::{KeyFile, PrivateKeyFile, Unusable, der, ec, pbes2};

/// Characters on a line of PEM (RFC 7468, 2).
const LINE: usize = 64;

/// What passwords are made of: 32 characters that look different in every typeface, five bits each.
const ALPHABET: [u8; 32] = *b"abcdefghijkmnpqrstuvwxyz23456789";
const GROUPS: usize = 6;
const GROUP_LENGTH: usize = 5;

/// Makes a P-256 key pair out of the operating system's randomness.
///
/// # Panics
/// If the operating system has no randomness.
#[expect(clippy::expect_used, reason = "every key that p256 makes is a point on P-256 and has a DER form")]
pub fn new_pair() -> PrivateKeyFile {
    ec::file_of(&SecretKey::generate()).expect("a P-256 key")
}

/// Makes a password of six groups of five characters, `xxxxx-xxxxx-…`: 150 bits of the operating system's randomness,
/// in lower-case letters and digits without 0, 1, l and o.
///
/// # Panics
/// If the operating system has no randomness.
pub fn new_password() -> SecretString {
    let random = Zeroizing::new(<[u8; GROUPS * GROUP_LENGTH]>::generate());
    // Exactly as much room as is needed: a string that grows or shrinks leaves copies behind.
    let mut password = String::with_capacity(GROUPS * (GROUP_LENGTH + 1) - 1);
    for (group, bytes) in random.chunks(GROUP_LENGTH).enumerate() {
        if group > 0 {
            password.push('-');
        }
        password.extend(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()])));
    }
    password.into()
}

impl PrivateKeyFile {
    /// Takes back what [`Self::pkcs8_der`] gave, or any other unencrypted DER of a P-256 private key.
    ///
    /// # Errors
    /// What else it is.
    #[expect(clippy::disallowed_methods, reason = "this opens key files")]
    pub fn from_pkcs8_der(der: &SecretSlice<u8>) -> Result<Self, Unusable> {
        match der::inspect(der.expose_secret()) {
            Some(KeyFile::PrivateKey(key)) => Ok(key),
            Some(KeyFile::Unusable(unusable)) => Err(unusable),
            Some(KeyFile::PublicKey(_) | KeyFile::Locked(_)) | None => Err(Unusable::NotAKey { text: false }),
        }
    }

    /// PEM without a password, label `PRIVATE KEY`, line feeds: byte for byte what
    /// `openssl pkcs8 -topk8 -nocrypt` writes.
    #[expect(clippy::disallowed_methods, reason = "this writes key files")]
    pub fn pem(&self) -> SecretString {
        pem("PRIVATE KEY", self.pkcs8_der.expose_secret())
    }

    /// PEM under `password`, label `ENCRYPTED PRIVATE KEY`: PBES2 with PBKDF2-HMAC-SHA-256, 600,000 rounds, a salt
    /// of 16 bytes, and AES-256-CBC, which OpenSSL and macOS's LibreSSL open. Takes up to a second of computing
    /// time, so call it where nothing else waits.
    ///
    /// # Panics
    /// If the operating system has no randomness.
    #[expect(clippy::disallowed_methods, reason = "this writes key files")]
    pub fn pem_under(&self, password: &SecretString) -> SecretString {
        let plain = self.pkcs8_der.expose_secret();
        let der = pbes2::seal(plain, password, Generate::generate(), Generate::generate());
        pem("ENCRYPTED PRIVATE KEY", &der)
    }

    /// Whether it proves to be the private key of [`Self::public_key`]: signs random bytes (ECDSA with P-256 and
    /// SHA-256) and verifies the signature.
    ///
    /// # Panics
    /// If the operating system has no randomness.
    #[expect(clippy::disallowed_methods, reason = "this signs with the key")]
    pub fn holds(&self) -> bool {
        let challenge = <[u8; 32]>::generate();
        let Ok(private) = SigningKey::from_pkcs8_der(self.pkcs8_der.expose_secret()) else { return false };
        let Ok(public) = VerifyingKey::from_public_key_der(self.public_key.spki_der()) else { return false };
        let signature: Signature = private.sign(&challenge);
        public.verify(&challenge, &signature).is_ok()
    }
}

fn pem(label: &str, der: &[u8]) -> SecretString {
    let markers = [format!("-----BEGIN {label}-----\n"), format!("-----END {label}-----\n")];
    let digits = der.len().div_ceil(3) * 4;
    let breaks = digits.div_ceil(LINE);
    // Exactly as much room as is needed: a string that grows or shrinks leaves copies behind.
    let mut text = String::with_capacity(markers[0].len() + digits + breaks + markers[1].len());
    text.push_str(&markers[0]);
    for line in der.chunks(LINE / 4 * 3) {
        BASE64_STANDARD.encode_string(line, &mut text);
        text.push('\n');
    }
    text.push_str(&markers[1]);
    text.into()
}
