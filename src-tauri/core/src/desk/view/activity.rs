//! What was changed and what was noticed.

use serde::{Deserialize, Serialize};

use crate::{
    account::AccountId,
    app::App,
    clock::Moment,
    records::{Certainty, Did, Went},
};

/// Which entries of Activity are asked for.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ActivityRequest {
    /// Of one account; `None`: of all accounts.
    pub account: Option<AccountId>,
    /// Words that an entry must have, all of them; in any case.
    pub search: String,
    /// Entries older than this number.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub before: Option<i64>,
}

/// Some entries of Activity, the newest first.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ActivityPage {
    /// At most 200.
    pub entries: Vec<ActivityEntry>,
    /// How many there are.
    pub total: usize,
}

/// One entry.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ActivityEntry {
    /// Its place in the order of writing.
    #[cfg_attr(test, ts(type = "number"))]
    pub number: i64,
    /// When.
    pub at: Moment,
    /// The account; `None`: none, or one that came with a copy.
    pub account: Option<AccountId>,
    /// The account's name then.
    pub account_name: String,
    /// The API key ID then.
    pub api_key_id: String,
    /// What was done.
    pub did: Did,
    /// How it went.
    pub went: Went,
    /// The distribution key ID.
    pub key: Option<String>,
    /// The key's name then.
    pub key_name: Option<String>,
    /// 64 hex digits.
    pub fingerprint: Option<String>,
    /// The app, if it was about one.
    pub app: Option<App>,
    /// It was for all apps.
    pub all_apps: bool,
    /// How sure it was that the key is the right one, of a key that was added or confirmed.
    pub certainty: Option<Certainty>,
    /// What else there is to say: a file's name, who confirmed, the former name.
    pub detail: Option<String>,
    /// The HTTP status of Apple's answer.
    pub status: Option<u16>,
    /// Apple's code.
    pub code: Option<String>,
    /// Apple's ID of the request.
    pub request_id: Option<String>,
    /// The system user.
    pub user: String,
    /// Version of the app.
    pub version: String,
    /// It came with a copy from another computer.
    pub brought_in: bool,
    /// The removed key's public key is kept: `add_again` takes it.
    pub can_add_again: bool,
}

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ExportForm {
    /// For a spreadsheet.
    Csv,
    /// For a program.
    Json,
}
