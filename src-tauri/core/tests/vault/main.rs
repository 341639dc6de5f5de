//! The keychain of this platform, for real. On Linux each test runs in a process of its own, on a
//! session bus of its own, which starts no service by itself, with a `gnome-keyring-daemon` and a home
//! folder of its own: what is stored there is nobody's.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and says why it skips"
)]

mod desk;
mod session;

use std::{sync::Arc, thread};

use futures_util::future::join_all;
use latchkey_core::vault::{EntryName, Vault, VaultError, os::OsVault};
use secrecy::{ExposeSecret, SecretSlice};

use session::{Calls, Keyring, SilentPrompter, in_a_session, without_a_bus};

const SERVICE: &str = "com.example.latchkey.test";

fn vault() -> OsVault {
    OsVault::new(SERVICE)
}

fn entry() -> EntryName {
    EntryName("api-key of \"Söhne\"".to_owned())
}

/// No text: a secret is bytes.
fn secret() -> SecretSlice<u8> {
    (0..=255).collect::<Vec<u8>>().into()
}

#[expect(clippy::disallowed_methods, reason = "a test compares what it stored")]
fn opened(secret: Result<SecretSlice<u8>, VaultError>) -> Result<Vec<u8>, VaultError> {
    secret.map(|secret| secret.expose_secret().to_vec())
}

#[test]
fn a_secret_is_stored_loaded_replaced_and_forgotten() {
    in_a_session("a_secret_is_stored_loaded_replaced_and_forgotten", async || {
        let _keyring = Keyring::unlocked();
        let vault = vault();
        assert_eq!(opened(vault.load(entry()).await), Err(VaultError::NoEntry));
        vault.store(entry(), secret()).await.unwrap();
        assert_eq!(opened(vault.load(entry()).await), opened(Ok(secret())));
        vault.store(entry(), vec![7].into()).await.unwrap();
        assert_eq!(opened(vault.load(entry()).await), Ok(vec![7]), "the newer secret");
        vault.forget(entry()).await.unwrap();
        assert_eq!(opened(vault.load(entry()).await), Err(VaultError::NoEntry));
        vault.forget(entry()).await.unwrap();
    });
}

#[test]
fn entries_of_another_service_or_name_are_not_met() {
    in_a_session("entries_of_another_service_or_name_are_not_met", async || {
        let _keyring = Keyring::unlocked();
        vault().store(entry(), secret()).await.unwrap();
        let other_name = EntryName("another".to_owned());
        assert_eq!(opened(vault().load(other_name.clone()).await), Err(VaultError::NoEntry));
        vault().forget(other_name).await.unwrap();
        let other_service = OsVault::new("com.example.other");
        assert_eq!(opened(other_service.load(entry()).await), Err(VaultError::NoEntry));
        other_service.forget(entry()).await.unwrap();
        assert_eq!(other_service.names().await, Ok(Some(Vec::new())));
        assert_eq!(vault().names().await, Ok(Some(vec![entry()])));
        assert_eq!(opened(vault().load(entry()).await), opened(Ok(secret())));
    });
}

#[test]
fn a_keyring_that_restarts_is_found_again() {
    in_a_session("a_keyring_that_restarts_is_found_again", async || {
        let vault = vault();
        let keyring = Keyring::unlocked();
        vault.store(entry(), secret()).await.unwrap();
        keyring.kill();
        let gone = vault.load(entry()).await;
        assert!(matches!(gone, Err(VaultError::Missing(_))), "{gone:?}");
        let _keyring = Keyring::unlocked();
        assert_eq!(opened(vault.load(entry()).await), opened(Ok(secret())));
    });
}

#[test]
fn without_a_secret_service_the_keychain_is_missing() {
    in_a_session("without_a_secret_service_the_keychain_is_missing", async || {
        let vault = vault();
        for outcome in [
            vault.load(entry()).await.map(drop),
            vault.store(entry(), secret()).await,
            vault.forget(entry()).await,
        ] {
            assert!(matches!(outcome, Err(VaultError::Missing(_))), "{outcome:?}");
        }
    });
}

#[test]
fn without_a_session_bus_the_keychain_is_missing() {
    without_a_bus("without_a_session_bus_the_keychain_is_missing", async || {
        let outcome = vault().load(entry()).await;
        assert!(matches!(outcome, Err(VaultError::Missing(_))), "{outcome:?}");
    });
}

#[test]
fn a_keyring_that_is_not_unlocked_is_a_refusal() {
    in_a_session("a_keyring_that_is_not_unlocked_is_a_refusal", async || {
        let keyring = Keyring::unlocked();
        vault().store(entry(), secret()).await.unwrap();
        keyring.kill();
        // Nobody shows its prompt, so it dismisses it.
        let _keyring = Keyring::locked();
        for outcome in [
            vault().load(entry()).await.map(drop),
            vault().store(entry(), secret()).await,
            vault().store(EntryName("another".to_owned()), secret()).await,
            vault().forget(entry()).await,
        ] {
            assert!(matches!(outcome, Err(VaultError::Refused(_))), "{outcome:?}");
        }
    });
}

#[test]
fn eight_that_ask_at_once_share_one_call() {
    in_a_session("eight_that_ask_at_once_share_one_call", async || {
        let _keyring = Keyring::unlocked();
        let vault = vault();
        vault.store(entry(), secret()).await.unwrap();
        let calls = Calls::watch("GetSecret");
        for answer in join_all((0..8).map(|_| vault.load(entry()))).await {
            assert_eq!(opened(answer), opened(Ok(secret())));
        }
        assert_eq!(calls.count(), 1);
    });
}

#[test]
fn a_keyring_that_dies_behind_its_prompt_ends_the_wait() {
    in_a_session("a_keyring_that_dies_behind_its_prompt_ends_the_wait", async || {
        let vault = Arc::new(vault());
        let keyring = Keyring::unlocked();
        vault.store(entry(), secret()).await.unwrap();
        keyring.kill();
        let mut prompter = SilentPrompter::start();
        let keyring = Keyring::locked();
        let waiting = Arc::clone(&vault);
        let load = tokio::spawn(async move { waiting.load(entry()).await });
        prompter.asked();
        keyring.kill();
        let gone = load.await.unwrap();
        assert!(matches!(gone, Err(VaultError::Missing(_))), "{gone:?}");
        let _keyring = Keyring::unlocked();
        assert_eq!(opened(vault.load(entry()).await), opened(Ok(secret())));
    });
}

#[test]
fn the_first_secret_where_there_is_no_keyring_asks_for_one() {
    in_a_session("the_first_secret_where_there_is_no_keyring_asks_for_one", async || {
        let vault = Arc::new(vault());
        let keyring = Keyring::locked();
        assert_eq!(opened(vault.load(entry()).await), Err(VaultError::NoEntry));
        let dismissed = vault.store(entry(), secret()).await;
        assert!(matches!(dismissed, Err(VaultError::Refused(_))), "nobody shows the prompt: {dismissed:?}");

        let mut prompter = SilentPrompter::start();
        let asking = Arc::clone(&vault);
        let store = tokio::spawn(async move { asking.store(entry(), secret()).await });
        prompter.asked();
        keyring.kill();
        let gone = store.await.unwrap();
        assert!(matches!(gone, Err(VaultError::Missing(_))), "{gone:?}");
    });
}

#[test]
fn a_load_that_everybody_gave_up_does_not_hold_up_the_next() {
    in_a_session("a_load_that_everybody_gave_up_does_not_hold_up_the_next", async || {
        let vault = Arc::new(vault());
        let keyring = Keyring::unlocked();
        vault.store(entry(), secret()).await.unwrap();
        keyring.kill();
        let mut prompter = SilentPrompter::start();
        let keyring = Keyring::locked();
        let waiting = Arc::clone(&vault);
        let load = tokio::spawn(async move { waiting.load(entry()).await });
        prompter.asked();
        load.abort();
        assert!(load.await.unwrap_err().is_cancelled());
        keyring.kill();
        let _keyring = Keyring::unlocked();
        assert_eq!(opened(vault.load(entry()).await), opened(Ok(secret())));
    });
}

#[test]
fn quitting_does_not_wait_for_a_prompt() {
    in_a_session("quitting_does_not_wait_for_a_prompt", async || {
        let keyring = Keyring::unlocked();
        vault().store(entry(), secret()).await.unwrap();
        keyring.kill();
        let mut prompter = SilentPrompter::start();
        let _keyring = Keyring::locked();
        let app = tokio::runtime::Runtime::new().unwrap();
        app.spawn(async { vault().load(entry()).await });
        prompter.asked();
        thread::spawn(move || drop(app)).join().unwrap();
    });
}
