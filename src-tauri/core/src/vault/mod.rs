//! Where secrets live. [`os`] is the platform's keychain; [`memory`] forgets at exit
//! and serves the sample account and tests.

use std::{future::Future, pin::Pin};

use secrecy::SecretSlice;

pub(crate) mod form;
pub mod memory;
pub mod os;

/// The name of one entry. It tells which account it belongs to, and nothing secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EntryName(pub String);

/// Why the vault could not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// There is no keychain: no Secret Service runs on this Linux session, say.
    #[error("this computer has no keychain that answers: {0}")]
    Missing(String),
    /// It is locked and stayed so, or the person or a policy refused.
    #[error("the keychain did not open: {0}")]
    Refused(String),
    /// The keychain works, but has no such entry.
    #[error("the keychain has no such entry")]
    NoEntry,
    /// A newer version wrote the entry, in a form that this one doesn't know. It was left as it is.
    #[error("a newer version wrote the keychain's entry")]
    Newer,
    /// What the entry holds is no P-256 private key. It was left as it is.
    #[error("the keychain's entry is no private key")]
    Damaged,
    /// Anything else the platform said.
    #[error("the keychain failed: {0}")]
    Failed(String),
}

/// A keychain call in progress.
pub type Opening<'a, T> = Pin<Box<dyn Future<Output = Result<T, VaultError>> + Send + 'a>>;

/// Keeps secrets by name.
///
/// A call may take as long as a person takes to type a password. Callers that ask for the same
/// entry at the same time share one call, so that one prompt opens.
pub trait Vault: Send + Sync {
    /// Reads an entry.
    fn load(&self, name: EntryName) -> Opening<'_, SecretSlice<u8>>;

    /// Writes an entry, over an older one of that name.
    fn store(&self, name: EntryName, secret: SecretSlice<u8>) -> Opening<'_, ()>;

    /// Removes an entry. One that is not there is removed already.
    fn forget(&self, name: EntryName) -> Opening<'_, ()>;

    /// The names of all entries that it shows, in any order; `None` if it can't list them.
    fn names(&self) -> Opening<'_, Option<Vec<EntryName>>>;
}
