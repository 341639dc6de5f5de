//! PEM that is encrypted as its headers say (RFC 1421, 4.6.1), as `openssl ec -aes256` still writes it.

use md5::{Digest, Md5};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{
    cipher::{Cipher, LONGEST_KEY},
    locked::UnlockError,
};

/// The longest name of a cipher that is repeated to anyone.
const LONGEST_NAME: usize = 32;
/// How much of the initialization vector OpenSSL takes as salt, in bytes.
const SALT_LENGTH: usize = 8;

/// What stands between the markers of an encrypted PEM block.
#[derive(PartialEq)]
pub(super) enum UnderHeaders {
    /// A key that can be opened.
    Known { cipher: Cipher, iv: Vec<u8>, data: Zeroizing<Vec<u8>> },
    /// A key under a cipher that isn't known here.
    Unknown { cipher: String },
}

impl UnderHeaders {
    /// Reads a block's `body`; `decode` decodes base64. `None` if it is damaged.
    pub(super) fn read(body: &str, decode: impl Fn(&str) -> Option<Zeroizing<Vec<u8>>>) -> Option<Self> {
        let (_, info) = body.split_once("DEK-Info:")?;
        let (name, rest) = info.split_once(',')?;
        let name = name.trim();
        let cipher = match name {
            "AES-128-CBC" => Cipher::Aes128,
            "AES-192-CBC" => Cipher::Aes192,
            "AES-256-CBC" => Cipher::Aes256,
            "DES-EDE3-CBC" => Cipher::TripleDes,
            _ => {
                let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
                let named = plain && (1..=LONGEST_NAME).contains(&name.len());
                return named.then(|| Self::Unknown { cipher: name.to_owned() });
            }
        };
        // By length and not up to the line's end: line breaks get lost on the way.
        let (digits, data) = rest.trim_start().split_at_checked(cipher.block_length() * 2)?;
        let iv = hex(digits)?;
        let data = decode(data).filter(|data| cipher.fits(data.len()))?;
        Some(Self::Known { cipher, iv, data })
    }

    /// The DER inside.
    pub(super) fn open(&self, password: &SecretString) -> Result<Zeroizing<Vec<u8>>, UnlockError> {
        match self {
            Self::Known { cipher, iv, data } => {
                let key = derive(password, &iv[..SALT_LENGTH], cipher.key_length());
                cipher.decrypt(&key[..cipher.key_length()], iv, data).ok_or(UnlockError::WrongPassword)
            }
            Self::Unknown { cipher } => Err(UnlockError::Unsupported { scheme: cipher.clone() }),
        }
    }
}

/// `EVP_BytesToKey` with MD5 and one round, which OpenSSL has never changed for these headers.
#[expect(clippy::disallowed_methods, reason = "this opens key files")]
fn derive(password: &SecretString, salt: &[u8], length: usize) -> Zeroizing<[u8; LONGEST_KEY]> {
    let mut key = Zeroizing::new([0; LONGEST_KEY]);
    let mut last: &[u8] = &[];
    for block in key[..length].chunks_mut(Md5::output_size()) {
        let digest = Md5::new()
            .chain_update(last)
            .chain_update(password.expose_secret())
            .chain_update(salt)
            .finalize();
        block.copy_from_slice(&digest[..block.len()]);
        last = block;
    }
    key
}

fn hex(digits: &str) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}
