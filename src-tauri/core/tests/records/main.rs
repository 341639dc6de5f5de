//! The records, through their public interface and on a real disk.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accounts;
mod activity;
mod copies;
mod damage;
#[cfg(target_os = "linux")]
mod disk;
mod intents;
mod keys;
mod news;
mod opening;
mod salvage;
#[cfg(target_os = "linux")]
mod small_disk;
mod upgrade;
mod works;

use latchkey_core::{
    account::{AccountId, ApiKey, Origin},
    clock::Moment,
    key::PublicKey,
    records::{ActivityQuery, By, Entry, NewAccount, Records},
};

/// Text that SQL, JSON, C strings and terminals each read something into.
const AWKWARD: &str = "O'Neil \"& Söhne\"; DROP TABLE account;-- 株式会社🗝️\u{202e}\u{0}\n%_\\";

fn at(millis: i64) -> Moment {
    Moment::from_unix_millis(millis)
}

fn ann() -> By {
    By { user: "ann".to_owned(), version: "0.0.0".to_owned() }
}

/// Everything that Activity says, in the order of writing.
fn told(records: &Records) -> Vec<Entry> {
    let origin = Origin::apple();
    let query = ActivityQuery { origin, account: None, search: String::new(), before: None, limit: 1_000 };
    let mut entries = records.activity(&query).unwrap().entries;
    entries.sort_by_key(|entry| entry.number);
    entries
}

fn team_account(name: &str) -> NewAccount {
    let id = AccountId::fresh();
    NewAccount {
        vault_entry: format!("entry of {id}"),
        id,
        origin: Origin::apple(),
        name: name.to_owned(),
        api_key: ApiKey {
            id: "2X9R4HXF34".to_owned(),
            issuer: Some("57246542-96fe-1a63-e053-0824d011072a".to_owned()),
        },
        api_key_fingerprint: notes_key().fingerprint(),
        at: at(1_000),
    }
}

fn connected(records: &Records, name: &str) -> AccountId {
    let account = team_account(name);
    records.begin_account(&account).unwrap();
    records.account_ready(&account.id).unwrap();
    account.id
}

/// Made by `openssl ecparam -name prime256v1 -genkey -noout | openssl ec -pubout`.
fn reader_key() -> PublicKey {
    PublicKey::from_apple_text(
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAElIGO5qC1aIy90ZbXho6/f14VHBt+\
         NeVJSr3w6Q6gxxChg7BJXPFtkssj1/bPeWeWhFbCoCjtdrXGV35vJb0aOg==",
    )
    .unwrap()
}

/// Made by `openssl ecparam -name prime256v1 -genkey -noout | openssl ec -pubout`.
fn notes_key() -> PublicKey {
    PublicKey::from_apple_text(
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6H/0Wxr4LETtVYCUrshr1FcOzBW8\
         jDA6WYwm8ks1szbQumwF35sqJBesVUsaNaYs5xy9UuKheRLF4m1B+KUFoA==",
    )
    .unwrap()
}
