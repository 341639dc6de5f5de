//! Secrets in memory, gone at exit: for the sample account and for tests.

use std::{
    collections::HashMap,
    future,
    sync::{Mutex, MutexGuard, PoisonError},
};

use secrecy::SecretSlice;

use super::{EntryName, Opening, Vault, VaultError};

/// A vault that nothing outlives.
#[derive(Debug, Default)]
pub struct MemoryVault {
    entries: Mutex<HashMap<EntryName, SecretSlice<u8>>>,
}

impl MemoryVault {
    fn entries(&self) -> MutexGuard<'_, HashMap<EntryName, SecretSlice<u8>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vault for MemoryVault {
    fn load(&self, name: EntryName) -> Opening<'_, SecretSlice<u8>> {
        Box::pin(future::ready(self.entries().get(&name).cloned().ok_or(VaultError::NoEntry)))
    }

    fn store(&self, name: EntryName, secret: SecretSlice<u8>) -> Opening<'_, ()> {
        self.entries().insert(name, secret);
        Box::pin(future::ready(Ok(())))
    }

    fn forget(&self, name: EntryName) -> Opening<'_, ()> {
        self.entries().remove(&name);
        Box::pin(future::ready(Ok(())))
    }

    fn names(&self) -> Opening<'_, Option<Vec<EntryName>>> {
        Box::pin(future::ready(Ok(Some(self.entries().keys().cloned().collect()))))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[expect(clippy::disallowed_methods, reason = "a test compares what it stored")]
    async fn loaded(vault: &MemoryVault, name: &EntryName) -> Result<Vec<u8>, VaultError> {
        vault.load(name.clone()).await.map(|secret| secret.expose_secret().to_vec())
    }

    #[tokio::test]
    async fn a_secret_is_stored_loaded_replaced_and_forgotten() {
        let vault = MemoryVault::default();
        let name = EntryName("api-key".to_owned());
        assert_eq!(loaded(&vault, &name).await, Err(VaultError::NoEntry));
        vault.store(name.clone(), vec![1].into()).await.unwrap();
        vault.store(name.clone(), vec![2].into()).await.unwrap();
        vault.store(EntryName("another".to_owned()), vec![3].into()).await.unwrap();
        assert_eq!(loaded(&vault, &name).await, Ok(vec![2]));
        vault.forget(name.clone()).await.unwrap();
        assert_eq!(loaded(&vault, &name).await, Err(VaultError::NoEntry));
        vault.forget(name).await.unwrap();
        assert_eq!(vault.names().await, Ok(Some(vec![EntryName("another".to_owned())])));
    }
}
