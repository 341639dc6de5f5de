//! Connecting an account.

use serde::{Deserialize, Serialize};

use super::{DraftId, Source};
use crate::{
    account::{AccountId, ApiKeyKind},
    clock::Moment,
};

/// An account, as the window shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// This computer's own ID for it.
    pub id: AccountId,
    /// Its name on this computer.
    pub name: String,
    /// Whose API key it is.
    pub kind: ApiKeyKind,
    /// The API key ID.
    pub api_key_id: String,
    /// The issuer ID of a team key.
    pub issuer_id: Option<String>,
    /// Nothing done here reaches Apple.
    pub sample: bool,
    /// When its keys were last read from Apple.
    pub last_read: Option<Moment>,
}

/// An App Store Connect API key that was chosen, not connected yet.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyDraft {
    /// Names it in [`ConnectForm`].
    pub id: DraftId,
    /// Where it came from.
    pub source: Source,
    /// The API key ID that the file's name gives.
    pub proposed_id: Option<String>,
}

/// What the person filled in to connect an account.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConnectForm {
    /// The chosen API key; `None` while none is chosen.
    pub draft: Option<DraftId>,
    /// Team or individual key.
    pub kind: ApiKeyKind,
    /// The API key ID as typed.
    pub api_key_id: String,
    /// The issuer ID as typed; ignored for an individual key.
    pub issuer_id: String,
    /// The account's name as typed.
    pub name: String,
    /// The person was told that the form of an ID is unusual, and says that it is right.
    pub unusual_is_right: bool,
}

/// A field of [`ConnectForm`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Field {
    /// The key file.
    ApiKeyFile,
    /// The API key ID.
    ApiKeyId,
    /// The issuer ID.
    IssuerId,
    /// The account's name.
    Name,
}

/// What is odd about a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Which field.
    pub field: Field,
    /// What is odd.
    pub what: Odd,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

/// The ways in which a field can be odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Odd {
    /// Nothing is there, and something must be.
    Empty,
    /// Quotation marks or blanks that are no part of it.
    StrayCharacters,
    /// Characters that can't be part of an HTTP or JSON value, or far too long: can't be sent.
    Impossible,
    /// Not ten capital letters and digits. Apple documents no form: it may be right all the same.
    UnusualApiKeyId,
    /// No UUID. Apple documents no form: it may be right all the same.
    UnusualIssuerId,
    /// The API key ID stands in the issuer field, or the other way round.
    Swapped,
    /// Another account has this name.
    Taken,
}

/// A new account, and what tells the person that it is the right company.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Connected {
    /// The account.
    pub account: Account,
    /// Names of the first few apps it sees.
    pub apps: Vec<String>,
    /// How many apps it sees.
    pub app_count: usize,
    /// The key file that Latchkey no longer needs.
    pub source: Source,
}

/// What an account's API key sees.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AccountCheck {
    /// How many apps.
    pub apps: usize,
    /// How many distribution keys.
    pub keys: usize,
    /// When.
    pub at: Moment,
}

/// Another API key for an account, tried but not stored yet.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct NewApiKeyDraft {
    /// Names it in `use_new_api_key`.
    pub id: DraftId,
    /// The account, as it is.
    pub account: Account,
    /// Names of the first few apps it sees.
    pub apps: Vec<String>,
    /// How many apps it sees.
    pub app_count: usize,
    /// How many of the keys that the account last listed it sees.
    pub keys_seen: usize,
    /// How many keys the account last listed.
    pub keys_known: usize,
}
