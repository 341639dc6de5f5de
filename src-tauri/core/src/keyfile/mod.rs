//! Says what a file is, takes the P-256 public key out of it where there is one, and makes and writes new ones.
//!
//! [`inspect`] is pure: bytes in, answer out. It reads no file, asks no clock, never panics, and its
//! work is bounded by [`LIMIT`]. Only [`open`] and [`save`] touch the disk, and only [`file_name`] looks at names.
//!
//! How an answer comes about: `text` knows the forms in which keys are written down (`pem`, `jwk`, `ssh`, bare
//! base64), `der` tells the structures inside apart, `ec` turns numbers into P-256 keys, `verdict` makes one
//! answer out of several blocks, and `unusable` lists the answers that end it.
//!
//! A key under a password is recognised and left closed; [`LockedKey::open`] opens it, by `pbes2` or `dek_info`, and
//! both decrypt with `cipher`. `pair` makes keys and passwords and writes them down.

mod cipher;
mod dek_info;
mod der;
mod ec;
pub mod file_name;
mod jwk;
mod locked;
pub mod open;
mod origin;
mod pair;
mod pbes2;
mod pem;
pub mod save;
mod ssh;
mod text;
mod unusable;
mod verdict;

use std::fmt;

use secrecy::SecretSlice;

pub use self::{
    locked::{Kdf, LockedKey, UnlockError},
    pair::{new_pair, new_password},
    unusable::Unusable,
};
use crate::key::PublicKey;

/// The largest key file that is looked at, in bytes. Real ones have less than four thousand.
pub const LIMIT: usize = 64 * 1024;

/// What a file is.
#[derive(Debug)]
pub enum KeyFile {
    /// A P-256 public key, in whatever form it was written.
    PublicKey(PublicKey),
    /// An unencrypted P-256 private key, which holds its public key too.
    PrivateKey(PrivateKeyFile),
    /// A private key under a password.
    Locked(LockedKey),
    /// Nothing that a distribution key can be registered from.
    Unusable(Unusable),
}

impl KeyFile {
    /// The public key that can be registered, if there is one.
    pub fn public_key(&self) -> Option<&PublicKey> {
        match self {
            Self::PublicKey(key) => Some(key),
            Self::PrivateKey(file) => Some(file.public_key()),
            Self::Locked(_) | Self::Unusable(_) => None,
        }
    }

    /// One word for it: `publicKey`, `privateKey`, `lockedKey`, or [`Unusable::kind`].
    pub fn kind(&self) -> &'static str {
        match self {
            Self::PublicKey(_) => "publicKey",
            Self::PrivateKey(_) => "privateKey",
            Self::Locked(_) => "lockedKey",
            Self::Unusable(unusable) => unusable.kind(),
        }
    }
}

/// A P-256 private key, from a file or new. It is wiped when dropped and cannot be cloned.
pub struct PrivateKeyFile {
    public_key: PublicKey,
    pkcs8_der: SecretSlice<u8>,
}

impl PrivateKeyFile {
    /// The public key that belongs to it, computed from the private one.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The private key as DER PrivateKeyInfo (RFC 5208) with its public key inside (RFC 5915): byte for
    /// byte what `openssl pkcs8 -topk8 -nocrypt -outform DER` writes, whatever form the file had.
    pub fn pkcs8_der(&self) -> &SecretSlice<u8> {
        &self.pkcs8_der
    }
}

impl fmt::Debug for PrivateKeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKeyFile({})", self.public_key.fingerprint())
    }
}

/// Says what `bytes`, the whole of a file, are.
pub fn inspect(bytes: &[u8]) -> KeyFile {
    if bytes.len() > LIMIT {
        return KeyFile::Unusable(Unusable::TooLarge { bytes: bytes.len() as u64 });
    }
    if let Some(found) = der::inspect(bytes) {
        return found;
    }
    let text = text::decode(bytes);
    if text.trim().is_empty() {
        return KeyFile::Unusable(Unusable::Empty);
    }
    // A key inside an archive or a signed message is not what the file is.
    let is_text = !text.chars().any(|c| c.is_ascii_control() && !c.is_whitespace());
    let found = if is_text { text::inspect(&text) } else { None };
    found.unwrap_or(KeyFile::Unusable(Unusable::NotAKey { text: is_text }))
}
