//! The forms in which keys are written down as text.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use zeroize::Zeroizing;

use super::{KeyFile, Unusable, der, jwk, pem, ssh, verdict};
use crate::key::PublicKey;

/// Base64 of the first 27 bytes of every P-256 SubjectPublicKeyInfo with an uncompressed point.
const P256_SPKI: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE";
/// Digits that 91 bytes have in base64, padding not counted.
const P256_SPKI_DIGITS: usize = (PublicKey::SPKI_LENGTH * 4).div_ceil(3);

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What `bytes` say, read as UTF-8, or as UTF-16 if they begin with its byte order mark. What doesn't decode
/// becomes U+FFFD, so that a letter in another encoding doesn't hide the key below it.
pub(super) fn decode(bytes: &[u8]) -> Zeroizing<String> {
    // Room for the longest result: a string that grows would leave copies of a secret behind.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 3));
    let utf16 = match bytes {
        [0xff, 0xfe, rest @ ..] => Some((rest, u16::from_le_bytes as fn([u8; 2]) -> u16)),
        [0xfe, 0xff, rest @ ..] => Some((rest, u16::from_be_bytes as fn([u8; 2]) -> u16)),
        _ => None,
    };
    if let Some((rest, unit)) = utf16 {
        let units = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    } else {
        for chunk in bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).utf8_chunks() {
            text.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
    text
}

/// What `text` is; `None` if no form of a key is in it.
pub(super) fn inspect(text: &str) -> Option<KeyFile> {
    verdict::of(pem::inspect(text))
        .or_else(|| jwk::inspect(text))
        .or_else(|| ssh::inspect(text).map(KeyFile::Unusable))
        .or_else(|| bare_base64(text))
        .or_else(|| verdict::of(embedded_base64(text)))
}

/// Whether `c` only separates: white space, or one of the invisible characters that mail programs put in.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}')
}

/// The whole text is base64 of something.
fn bare_base64(text: &str) -> Option<KeyFile> {
    let mut base64 = Base64::with_capacity(text.len());
    text.chars().filter(|c| !is_blank(*c)).try_for_each(|c| base64.push(c))?;
    der::inspect(&base64.decode()?)
}

/// P-256 public keys in base64 among other text, as in what `aws kms get-public-key` prints.
fn embedded_base64(text: &str) -> impl Iterator<Item = KeyFile> {
    text.match_indices(P256_SPKI).filter_map(|(at, _)| {
        let (before, from) = text.split_at(at);
        let mut base64 = Base64::with_capacity(P256_SPKI_DIGITS);
        let mut rest = from.chars();
        while base64.0.len() < P256_SPKI_DIGITS {
            match rest.next() {
                Some(c) if is_digit(c) => base64.push(c)?,
                Some(c) if is_blank(c) => {}
                _ => return Some(KeyFile::Unusable(Unusable::Damaged)),
            }
        }
        // Inside more base64 it is part of something else: a certificate, say.
        let inside = before.ends_with(is_digit) || rest.next().is_some_and(is_digit);
        if inside { None } else { der::inspect(&base64.decode()?) }
    })
}

fn is_digit(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/')
}

/// Base64 digits on their way into bytes; wiped, since they may be a private key's.
pub(super) struct Base64(Zeroizing<Vec<u8>>);

impl Base64 {
    /// Takes up to `digits` digits without leaving copies behind.
    pub(super) fn with_capacity(digits: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(digits)))
    }

    /// Adds a digit, or padding; `None` if `c` is neither.
    pub(super) fn push(&mut self, c: char) -> Option<()> {
        let byte = u8::try_from(c).ok().filter(|_| is_digit(c) || c == '=')?;
        self.0.push(byte);
        Some(())
    }

    /// The bytes; `None` if the digits are no whole base64. Padding may be missing.
    pub(super) fn decode(&self) -> Option<Zeroizing<Vec<u8>>> {
        unbase64(&ENGINE, &self.0)
    }
}

/// Decodes without leaving copies behind.
pub(super) fn unbase64(engine: &impl Engine, digits: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; digits.len()]);
    let length = engine.decode_slice(digits, &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}
