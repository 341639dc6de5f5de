//! What the key-file reader says of real files: those that `openssl` and `ssh-keygen` write, those in
//! `tests/fixtures/keyfile`, and thousands of broken ones; and what others say of the files that are made here.

#[cfg(test)]
mod example;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod locked;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod openssl;
#[cfg(test)]
mod p256_forms;
#[cfg(test)]
mod pairs;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod saving;
#[cfg(test)]
mod texts;

use latchkey_core::keyfile::{KeyFile, Unusable};

/// The fingerprint of the public key in `file`, if there is one.
fn fingerprint(file: &KeyFile) -> Option<String> {
    file.public_key().map(|key| key.fingerprint().to_string())
}

/// Why `file` can't be used; `None` if it can.
fn reason(file: KeyFile) -> Option<Unusable> {
    match file {
        KeyFile::Unusable(unusable) => Some(unusable),
        KeyFile::PublicKey(_) | KeyFile::PrivateKey(_) | KeyFile::Locked(_) => None,
    }
}
