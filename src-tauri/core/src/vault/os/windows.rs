//! The Credential Manager.

use std::{collections::HashMap, future::pending};

use keyring_core::{Entry, Error, Result, api::CredentialStoreApi};
use windows_native_keyring_store::Store;

use crate::vault::VaultError;

pub(super) fn entry(service: &str, name: &str) -> Result<Entry> {
    // The store's own default, `Enterprise`, copies entries to every computer the user signs in to.
    Store::new()?.build(service, name, Some(&HashMap::from([("persistence", "Local")])))
}

pub(super) fn set(entry: &Entry, secret: &[u8]) -> Result<()> {
    entry.set_secret(secret)
}

/// The store does not list them.
#[expect(clippy::unnecessary_wraps, reason = "it may fail elsewhere")]
pub(super) fn names(_service: &str) -> Result<Option<Vec<String>>> {
    Ok(None)
}

/// What it gives ends when the keychain goes away, which this one never does.
pub(super) async fn watch() -> impl Future<Output = ()> + Send {
    pending()
}

pub(super) fn explain(error: &Error) -> VaultError {
    match error {
        // ERROR_NO_SUCH_LOGON_SESSION: this session has no credential set at all.
        Error::NoStorageAccess(cause) => VaultError::Missing(cause.to_string()),
        error => VaultError::Failed(error.to_string()),
    }
}
