//! The block ciphers under which key files are locked, all in CBC mode with PKCS#7 padding.

use aes::{Aes128Dec, Aes192Dec, Aes256Dec, Aes256Enc};
use cbc::{
    Decryptor, Encryptor,
    cipher::{
        BlockCipherDecrypt, BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit, block_padding::Pkcs7,
    },
};
use des::TdesEde3;
use zeroize::Zeroizing;

/// The longest key of a [`Cipher`], in bytes.
pub(super) const LONGEST_KEY: usize = 32;

/// What a key is derived for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    TripleDes,
}

impl Cipher {
    /// In bytes.
    pub(super) fn key_length(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => LONGEST_KEY,
        }
    }

    /// Length of a block, and so of the initialization vector, in bytes.
    pub(super) fn block_length(self) -> usize {
        match self {
            Self::Aes128 | Self::Aes192 | Self::Aes256 => 16,
            Self::TripleDes => 8,
        }
    }

    /// Whether `length` bytes can be something encrypted: whole blocks, and at least one.
    pub(super) fn fits(self, length: usize) -> bool {
        length > 0 && length.is_multiple_of(self.block_length())
    }

    /// Decrypts; `None` if the padding is wrong, as it is under most wrong keys.
    pub(super) fn decrypt(self, key: &[u8], iv: &[u8], data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let buffer = Zeroizing::new(data.to_vec());
        match self {
            Self::Aes128 => decrypt::<Aes128Dec>(key, iv, buffer),
            Self::Aes192 => decrypt::<Aes192Dec>(key, iv, buffer),
            Self::Aes256 => decrypt::<Aes256Dec>(key, iv, buffer),
            Self::TripleDes => decrypt::<TdesEde3>(key, iv, buffer),
        }
    }
}

fn decrypt<C: BlockCipherDecrypt + KeyInit>(
    key: &[u8],
    iv: &[u8],
    mut buffer: Zeroizing<Vec<u8>>,
) -> Option<Zeroizing<Vec<u8>>> {
    let cipher = Decryptor::<C>::new_from_slices(key, iv).ok()?;
    let length = cipher.decrypt_padded::<Pkcs7>(&mut buffer).ok()?.len();
    buffer.truncate(length);
    Some(buffer)
}

/// Encrypts with AES-256.
pub(super) fn encrypt_aes_256(key: &[u8; 32], iv: &[u8; 16], plain: &[u8]) -> Vec<u8> {
    Encryptor::<Aes256Enc>::new(key.into(), iv.into()).encrypt_padded_vec::<Pkcs7>(plain)
}
