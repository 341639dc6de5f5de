//! What an entry holds: a P-256 private key as PKCS#8 in DER, bare. Any other form that a later version may write begins
//! with `LK` and a number above 1, so that this one knows it for what it is, and leaves it alone.

use p256::{SecretKey, pkcs8::DecodePrivateKey};
use secrecy::{ExposeSecret, SecretSlice};

use super::VaultError;

const MARK: &[u8] = b"LK";

/// The number that a marked entry of the bare form would have.
const BARE: u8 = 1;

/// Gives back what was loaded, if it is a P-256 private key.
///
/// # Errors
/// [`VaultError::Newer`], [`VaultError::Damaged`].
pub(crate) fn checked(secret: SecretSlice<u8>) -> Result<SecretSlice<u8>, VaultError> {
    #[expect(clippy::disallowed_methods, reason = "the vault looks at the form of what it holds")]
    let bytes = secret.expose_secret();
    if bytes.strip_prefix(MARK).and_then(<[u8]>::first).is_some_and(|number| *number > BARE) {
        return Err(VaultError::Newer);
    }
    // Wiped when dropped.
    match SecretKey::from_pkcs8_der(bytes) {
        Ok(_) => Ok(secret),
        Err(_) => Err(VaultError::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use p256::{elliptic_curve::Generate, pkcs8::EncodePrivateKey};

    use super::*;

    fn key() -> Vec<u8> {
        SecretKey::generate().to_pkcs8_der().unwrap().as_bytes().to_vec()
    }

    fn of(bytes: &[u8]) -> Result<(), VaultError> {
        checked(bytes.to_vec().into()).map(drop)
    }

    #[test]
    fn a_private_key_is_given_back() {
        assert_eq!(of(&key()), Ok(()));
    }

    #[test]
    fn an_entry_of_a_later_version_is_known_by_its_mark() {
        for entry in [&b"LK\x02"[..], b"LK\x02whatever follows", b"LK\xff"] {
            assert_eq!(of(entry), Err(VaultError::Newer), "{entry:?}");
        }
    }

    #[test]
    fn anything_else_is_damaged() {
        let key = key();
        let mut another_curve = key.clone();
        // The last byte of the curve's object identifier: 1.2.840.10045.3.1.7.
        another_curve[26] ^= 1;
        assert_eq!(key[19..27], [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]);
        for entry in [&b""[..], b"L", b"LK", b"LK\x01", b"LK\x00", &key[..key.len() - 1], &another_curve] {
            assert_eq!(of(entry), Err(VaultError::Damaged), "{entry:?}");
        }
    }
}
