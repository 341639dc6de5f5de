//! The Secret Service (specifications.freedesktop.org, "Secret Service API Draft") on the session bus.

use std::{
    collections::HashMap,
    error::Error as _,
    future::{pending, ready},
};

use futures_util::StreamExt;
use keyring_core::{Entry, Error, Result, api::CredentialStoreApi};
use secret_service::{EncryptionType, Error as ServiceError, blocking::SecretService};
use zbus::{Connection, Error as BusError, fdo};
use zbus_secret_service_keyring_store::Store;

use crate::vault::VaultError;

pub(super) fn entry(service: &str, name: &str) -> Result<Entry> {
    // What the desktop's own tool for passwords shows.
    let label = format!("{service}: {name}");
    Store::new()?.build(service, name, Some(&HashMap::from([("label", label.as_str())])))
}

/// The names of all entries of the service, in whatever keyring. A program that hides those of a locked one shows none.
pub(super) fn names(service: &str) -> Result<Option<Vec<String>>> {
    let found = Store::new()?.search(&HashMap::from([("service", service)]))?;
    let names = found.iter().map(|entry| Ok(entry.get_attributes()?.remove("username")));
    names.filter_map(Result::transpose).collect::<Result<_>>().map(Some)
}

/// Where nothing was ever stored, there is no keyring yet. Then the person is asked for the password of
/// a new one, as libsecret does for other apps.
pub(super) fn set(entry: &Entry, secret: &[u8]) -> Result<()> {
    match entry.set_secret(secret) {
        Err(Error::NoStorageAccess(cause))
            if matches!(cause.downcast_ref(), Some(ServiceError::NoResult)) =>
        {
            make_default_keyring().map_err(|error| Error::PlatformFailure(Box::new(error)))?;
            entry.set_secret(secret)
        }
        done => done,
    }
}

fn make_default_keyring() -> std::result::Result<(), ServiceError> {
    let service = SecretService::connect(EncryptionType::Dh)?;
    // The label that libsecret gives it.
    service.create_collection("Default keyring", "default").map(drop)
}

/// What it gives ends when the Secret Service goes away. Nothing tells a caller that waits for its
/// prompt, which nobody will answer any more.
pub(super) async fn watch() -> impl Future<Output = ()> + Send {
    let changes = owner_changes().await;
    async move {
        if let Ok(changes) = changes {
            let mut losses = changes
                .filter(|change| ready(change.args().is_ok_and(|change| change.old_owner().is_some())));
            if losses.next().await.is_some() {
                return;
            }
        }
        // No bus, or none any more: that the call notices itself.
        pending::<()>().await;
    }
}

async fn owner_changes() -> zbus::Result<fdo::NameOwnerChangedStream> {
    let bus = fdo::DBusProxy::new(&Connection::session().await?).await?;
    bus.receive_name_owner_changed_with_args(&[(0, "org.freedesktop.secrets")]).await
}

pub(super) fn explain(error: &Error) -> VaultError {
    let Some(cause) = error.source() else { return VaultError::Failed(error.to_string()) };
    let text = cause.to_string();
    match cause.downcast_ref::<ServiceError>() {
        Some(ServiceError::Locked | ServiceError::Prompt) => VaultError::Refused(text),
        Some(ServiceError::Unavailable) => VaultError::Missing(text),
        Some(ServiceError::Zbus(error)) => of_the_bus(error, text),
        Some(ServiceError::ZbusFdo(error)) => standard(error, text),
        _ => VaultError::Failed(text),
    }
}

fn of_the_bus(error: &BusError, text: String) -> VaultError {
    match error {
        BusError::Address(_)
        | BusError::Connection(..)
        | BusError::InputOutput(_)
        | BusError::Handshake(_) => VaultError::Missing(text),
        BusError::FDO(error) => standard(error, text),
        BusError::MethodError(name, ..) => match name.as_str() {
            "org.freedesktop.Secret.Error.IsLocked" => VaultError::Refused(text),
            "org.freedesktop.Secret.Error.NoSuchObject" => VaultError::NoEntry,
            name if name.starts_with("org.freedesktop.DBus.Error.Spawn.") => VaultError::Missing(text),
            "org.freedesktop.DBus.Error.ServiceUnknown"
            | "org.freedesktop.DBus.Error.NameHasNoOwner"
            | "org.freedesktop.DBus.Error.NoReply"
            | "org.freedesktop.DBus.Error.NoServer"
            | "org.freedesktop.DBus.Error.Disconnected" => VaultError::Missing(text),
            _ => VaultError::Failed(text),
        },
        _ => VaultError::Failed(text),
    }
}

fn standard(error: &fdo::Error, text: String) -> VaultError {
    match error {
        fdo::Error::ServiceUnknown(_)
        | fdo::Error::NameHasNoOwner(_)
        | fdo::Error::NoReply(_)
        | fdo::Error::NoServer(_)
        | fdo::Error::Disconnected(_)
        | fdo::Error::SpawnExecFailed(_)
        | fdo::Error::SpawnForkFailed(_)
        | fdo::Error::SpawnChildExited(_)
        | fdo::Error::SpawnChildSignaled(_)
        | fdo::Error::SpawnFailed(_)
        | fdo::Error::SpawnServiceNotFound(_) => VaultError::Missing(text),
        fdo::Error::ZBus(error) => of_the_bus(error, text),
        _ => VaultError::Failed(text),
    }
}
