//! The login keychain.

use std::{error::Error as _, future::pending};

use apple_native_keyring_store::keychain::Store;
use keyring_core::{Entry, Error, Result, api::CredentialStoreApi};
use security_framework::base::Error as KeychainError;

use crate::vault::VaultError;

pub(super) fn entry(service: &str, name: &str) -> Result<Entry> {
    Store::new()?.build(service, name, None)
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

/// Codes as in Apple's "Security Framework Result Codes".
pub(super) fn explain(error: &Error) -> VaultError {
    let Some(cause) = error.source() else { return VaultError::Failed(error.to_string()) };
    let text = cause.to_string();
    match cause.downcast_ref::<KeychainError>().map(KeychainError::code) {
        // errSecNotAvailable, errSecNoSuchKeychain, errSecInvalidKeychain, errSecNoDefaultKeychain
        Some(-25291 | -25294 | -25295 | -25307) => VaultError::Missing(text),
        // errSecUserCanceled, errSecAuthFailed, errSecInteractionNotAllowed, errSecInteractionRequired,
        // errSecWrPerm, errSecInvalidOwnerEdit, errSecReadOnly
        Some(-128 | -25293 | -25308 | -25315 | -61 | -25244 | -25292) => VaultError::Refused(text),
        _ => VaultError::Failed(text),
    }
}
