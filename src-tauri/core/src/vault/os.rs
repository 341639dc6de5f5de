//! Secrets in the platform's keychain: Secret Service on Linux, Keychain on macOS, Credential
//! Manager on Windows. Never a file of our own.
//!
//! Every call connects anew, since a connection made once stays dead when the Secret Service restarts.
//! A call may wait for a person, so each has a thread of its own, which ends with the process: no
//! runtime waits for it, and quitting doesn't either.

use std::{
    collections::HashMap,
    fmt,
    pin::pin,
    sync::{Mutex, PoisonError},
    thread,
};

use futures_util::{
    FutureExt, TryFutureExt,
    future::{BoxFuture, Either, Shared, WeakShared, select},
};
use keyring_core::{Entry, Error};
use secrecy::{ExposeSecret, SecretSlice};
use tokio::sync::oneshot;
use zeroize::{Zeroize, Zeroizing};

use super::{EntryName, Opening, Vault, VaultError};

#[cfg_attr(target_os = "linux", path = "os/linux.rs")]
#[cfg_attr(target_os = "macos", path = "os/macos.rs")]
#[cfg_attr(target_os = "windows", path = "os/windows.rs")]
mod platform;

type Load = BoxFuture<'static, Result<SecretSlice<u8>, VaultError>>;

/// The platform's keychain, as far as it belongs to one service name.
pub struct OsVault {
    service: String,
    /// Loads that somebody waits for. One that everybody gave up is no longer reachable here, and
    /// the next caller starts another.
    loads: Mutex<HashMap<EntryName, WeakShared<Load>>>,
}

impl OsVault {
    /// The entries that bear the name `service`, for example `com.example.app`.
    pub fn new(service: impl Into<String>) -> Self {
        Self { service: service.into(), loads: Mutex::default() }
    }

    fn shared_load(&self, name: EntryName) -> Shared<Load> {
        let mut loads = self.loads.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = loads.get(&name).and_then(WeakShared::upgrade);
        // Somebody may hold on to a load that ended before this caller came.
        if let Some(load) = waiting.filter(|load| load.peek().is_none()) {
            return load;
        }
        let load = self.on_entry(&name, read).boxed().shared();
        loads.retain(|_, load| load.upgrade().is_some());
        loads.extend(load.downgrade().map(|load| (name, load)));
        load
    }

    /// A load that is under way may end with what was there before this change: later callers don't join it.
    fn changes(&self, name: &EntryName) {
        self.loads.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    fn on_entry<T: Send + 'static>(
        &self,
        name: &EntryName,
        work: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> impl Future<Output = Result<T, VaultError>> + Send + 'static {
        let EntryName(name) = name.clone();
        self.on_store(move |service| platform::entry(service, &name).and_then(|entry| work(&entry)))
    }

    fn on_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&str) -> Result<T, Error> + Send + 'static,
    ) -> impl Future<Output = Result<T, VaultError>> + Send + 'static {
        let service = self.service.clone();
        async move {
            let gone = pin!(platform::watch().await);
            let (tell, told) = oneshot::channel();
            let call = move || {
                let done = work(&service);
                // Nobody may be left to tell: everybody gave up.
                let _ = tell.send(done.map_err(explain));
            };
            thread::Builder::new()
                .name("keychain".to_owned())
                .spawn(call)
                .map_err(|error| VaultError::Failed(error.to_string()))?;
            match select(told, gone).await {
                Either::Left((Ok(done), _)) => done,
                Either::Left((Err(_), _)) => {
                    Err(VaultError::Failed("the call ended without an answer".to_owned()))
                }
                Either::Right(_) => Err(VaultError::Missing("it ended while it was asked".to_owned())),
            }
        }
    }
}

impl fmt::Debug for OsVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OsVault").field("service", &self.service).finish_non_exhaustive()
    }
}

impl Vault for OsVault {
    fn load(&self, name: EntryName) -> Opening<'_, SecretSlice<u8>> {
        Box::pin(self.shared_load(name))
    }

    fn store(&self, name: EntryName, secret: SecretSlice<u8>) -> Opening<'_, ()> {
        self.changes(&name);
        Box::pin(self.on_entry(&name, move |entry| write(entry, &secret)))
    }

    fn forget(&self, name: EntryName) -> Opening<'_, ()> {
        self.changes(&name);
        Box::pin(self.on_entry(&name, Entry::delete_credential).or_else(|error| async {
            match error {
                VaultError::NoEntry => Ok(()),
                error => Err(error),
            }
        }))
    }

    fn names(&self) -> Opening<'_, Option<Vec<EntryName>>> {
        let names = self.on_store(platform::names);
        Box::pin(names.map_ok(|names| names.map(|names| names.into_iter().map(EntryName).collect())))
    }
}

fn read(entry: &Entry) -> Result<SecretSlice<u8>, Error> {
    let bytes = Zeroizing::new(entry.get_secret()?);
    // Copied at its exact size: shrinking a vector would leave the secret behind in what it gives back.
    Ok(Box::<[u8]>::from(bytes.as_slice()).into())
}

#[expect(clippy::disallowed_methods, reason = "the vault hands the secret to the platform's keychain")]
fn write(entry: &Entry, secret: &SecretSlice<u8>) -> Result<(), Error> {
    platform::set(entry, secret.expose_secret())
}

/// The store's error without anything of the entry's content.
fn explain(error: Error) -> VaultError {
    match error {
        Error::NoEntry => VaultError::NoEntry,
        error @ (Error::PlatformFailure(_) | Error::NoStorageAccess(_)) => platform::explain(&error),
        Error::BadEncoding(mut bytes) | Error::BadDataFormat(mut bytes, _) => {
            bytes.zeroize();
            VaultError::Failed("the entry's data is malformed".to_owned())
        }
        other => VaultError::Failed(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_tells_nothing_of_the_entrys_content() {
        let content = b"MARKED".to_vec();
        for error in [
            Error::BadEncoding(content.clone()),
            Error::BadDataFormat(content.clone(), format!("{content:?}").into()),
        ] {
            let explained = explain(error);
            let said = format!("{explained} {explained:?}");
            assert!(!said.contains("MARKED") && !said.contains("77, 65"), "{said}");
        }
    }

    #[test]
    fn debug_tells_the_service_alone() {
        assert_eq!(
            format!("{:?}", OsVault::new("com.example.app")),
            "OsVault { service: \"com.example.app\", .. }"
        );
    }
}
