//! Loading an account's API key for the signer, and telling when that keeps a person waiting.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{
    asc::{error::SecretFault, token::SecretSource},
    clock::Clock,
    vault::{EntryName, Vault, VaultError, form},
};

/// From when on the window says "Waiting for your keychain".
const SAY_SO: Duration = Duration::from_secs(1);

/// Counts as waiting until it is dropped: the wait may be given up.
struct Waiting<'a>(&'a watch::Sender<usize>);

impl<'a> Waiting<'a> {
    fn new(waits: &'a watch::Sender<usize>) -> Self {
        waits.send_modify(|waiting| *waiting += 1);
        Self(waits)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|waiting| *waiting -= 1);
    }
}

/// Runs a keychain call; `waits` tells while it takes long.
pub(super) async fn patiently<T>(
    clock: &dyn Clock,
    waits: &watch::Sender<usize>,
    call: impl Future<Output = Result<T, VaultError>>,
) -> Result<T, VaultError> {
    tokio::pin!(call);
    tokio::select! {
        biased;
        done = &mut call => return done,
        () = clock.sleep(SAY_SO) => (),
    }
    let _waiting = Waiting::new(waits);
    call.await
}

/// What loads one entry whenever the signer needs it.
pub(super) fn loader(
    clock: Arc<dyn Clock>,
    waits: watch::Sender<usize>,
    vault: Arc<dyn Vault>,
    entry: EntryName,
) -> SecretSource {
    Arc::new(move || {
        let (clock, waits, vault, entry) =
            (Arc::clone(&clock), waits.clone(), Arc::clone(&vault), entry.clone());
        Box::pin(async move {
            let loaded = patiently(&*clock, &waits, vault.load(entry)).await;
            loaded.and_then(form::checked).map_err(|error| Arc::new(error) as SecretFault)
        })
    })
}
