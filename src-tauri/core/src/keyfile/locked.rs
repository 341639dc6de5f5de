//! A private key under a password, and how it is opened.

use std::fmt;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{KeyFile, PrivateKeyFile, Unusable, dek_info::UnderHeaders, der, pbes2};
use crate::key::PublicKey;

/// A private key under a password. Of which algorithm cannot be seen before it is open.
pub struct LockedKey {
    form: Form,
    beside: Option<PublicKey>,
}

#[derive(PartialEq)]
enum Form {
    /// DER EncryptedPrivateKeyInfo (RFC 5958, 3).
    Pkcs8(Zeroizing<Vec<u8>>),
    /// PEM with `DEK-Info` (RFC 1421, 4.6.1.3).
    Headers(UnderHeaders),
}

/// Why a locked key did not open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnlockError {
    /// Not the password, or damage that can't be told from it.
    #[error("the password is wrong, or the file is damaged")]
    WrongPassword,
    /// Trying a password would take more work than any honest file asks for. Nothing was tried.
    #[error("{what:?} asks for {asked}, and {limit} is the limit")]
    TooExpensive {
        /// What turns the password into a key.
        what: Kdf,
        /// What the file asks for, in the unit of [`Kdf`]; the largest number if it is larger.
        asked: u64,
        /// The most that is done, in the same unit.
        limit: u64,
    },
    /// A way of encrypting that is not known here. Nothing was tried.
    #[error("{scheme} is not supported")]
    Unsupported {
        /// Its usual name, or its dotted OID.
        scheme: String,
    },
    /// No P-256 key; seen either before a password was tried or after the right one.
    #[error("there is no P-256 key in it: {}", .0.kind())]
    Unusable(Unusable),
}

/// What turns a password into a key, and the unit in which its work is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kdf {
    /// PBKDF2 (RFC 8018, 5.2), counted in rounds.
    Pbkdf2,
    /// scrypt (RFC 7914), counted in bytes of memory that it takes and fills: 128·r·(N·p + p + 2).
    Scrypt,
}

impl LockedKey {
    pub(super) fn pkcs8(der: &[u8]) -> Self {
        Self { form: Form::Pkcs8(Zeroizing::new(der.to_vec())), beside: None }
    }

    pub(super) fn under_headers(content: UnderHeaders) -> Self {
        Self { form: Form::Headers(content), beside: None }
    }

    /// Opens it. Takes seconds of computing time, so call it where nothing else waits.
    ///
    /// A public key that stood beside it has to be its own, as for keys that are not locked.
    ///
    /// # Errors
    /// Every [`UnlockError`]; [`Unusable::SeveralKeys`] for another one's public key beside it.
    pub fn open(&self, password: &SecretString) -> Result<PrivateKeyFile, UnlockError> {
        let plain = match &self.form {
            Form::Pkcs8(der) => pbes2::open(der, password)?,
            Form::Headers(content) => content.open(password)?,
        };
        let unusable = match der::inspect(&plain) {
            Some(KeyFile::PrivateKey(key)) => {
                if self.beside.as_ref().is_none_or(|beside| beside == key.public_key()) {
                    return Ok(key);
                }
                Unusable::SeveralKeys
            }
            Some(KeyFile::Unusable(unusable)) => unusable,
            Some(KeyFile::PublicKey(_) | KeyFile::Locked(_)) => Unusable::NotAKey { text: false },
            // One wrong password in 256 leaves a valid padding.
            None => return Err(UnlockError::WrongPassword),
        };
        Err(UnlockError::Unusable(unusable))
    }

    /// Makes one of this and a public key in the same file, which may be its own: nobody can see that yet.
    pub(super) fn with_public_key(mut self, key: PublicKey) -> KeyFile {
        if self.beside.as_ref().is_some_and(|beside| *beside != key) {
            return KeyFile::Unusable(Unusable::SeveralKeys);
        }
        self.beside = Some(key);
        KeyFile::Locked(self)
    }

    /// Makes one of this and another locked key in the same file.
    pub(super) fn with_locked(self, other: Self) -> KeyFile {
        if self.form != other.form {
            return KeyFile::Unusable(Unusable::SeveralKeys);
        }
        match other.beside {
            Some(key) => self.with_public_key(key),
            None => KeyFile::Locked(self),
        }
    }
}

impl fmt::Debug for LockedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LockedKey(..)")
    }
}
