//! Secrets, as what they would look like if they came out: raw, in base64 at any offset, in hex, or as a list of numbers.

use base64::{Engine, prelude::BASE64_STANDARD};

/// How the header of a token begins, in base64url.
const TOKENS: [&str; 3] = ["eyJhbGci", "eyJ0eXAi", "eyJraWQi"];

/// Where the private number lies in PKCS#8 of a P-256 key (RFC 5958, RFC 5915).
const PRIVATE_NUMBER: std::ops::Range<usize> = 36..68;

/// Each as a text of which a character stands for a byte.
pub(crate) struct Marks(Vec<String>);

impl Default for Marks {
    fn default() -> Self {
        Self(TOKENS.map(str::to_owned).into())
    }
}

impl Marks {
    pub(crate) fn of_private_key(&mut self, pkcs8_der: &[u8]) {
        let secret = &pkcs8_der[PRIVATE_NUMBER];
        let digits: String = secret[..12].iter().copied().map(hex).collect();
        let numbers: Vec<String> = secret[..8].iter().map(u8::to_string).collect();
        self.0.extend([
            bytewise(&secret[..16]),
            digits.to_uppercase(),
            digits,
            numbers.join(", "),
            numbers.join(","),
        ]);
        for offset in 0..3 {
            // Twelve bytes whose sixteen characters depend on no others.
            self.0.push(BASE64_STANDARD.encode(&secret[offset..offset + 12]));
        }
    }

    pub(crate) fn of_text(&mut self, secret: &str) {
        self.0.push(secret.to_owned());
    }

    /// Whether this text holds one of the secrets.
    pub(crate) fn are_in(&self, text: &str) -> bool {
        self.0.iter().any(|mark| text.contains(mark))
    }

    /// The same of a file.
    pub(crate) fn are_in_bytes(&self, bytes: &[u8]) -> bool {
        self.are_in(&bytewise(bytes))
    }
}

fn hex(byte: u8) -> String {
    format!("{byte:02x}")
}

fn bytewise(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
