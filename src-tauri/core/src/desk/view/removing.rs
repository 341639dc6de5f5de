//! Removing a key.

use serde::{Deserialize, Serialize};

use super::{Account, DraftId, KeyRow, Pending, Registered, WorkId};
use crate::{account::AccountId, app::AppId, clock::Moment, desk::problem::Problem};

/// What the window asks to remove, and what it shows of it: any difference from what Apple has stops it.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RemoveRequest {
    /// The account to change.
    pub account: AccountId,
    /// The distribution key ID.
    pub key: String,
    /// 64 hex digits, as shown; `None`: the public key can't be read.
    pub fingerprint: Option<String>,
    /// What it is for, as shown.
    pub used_for: ShownUse,
    /// The replacement it is the old key of.
    pub work: Option<WorkId>,
}

/// What a key is for, as the window shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase")]
pub enum ShownUse {
    /// All apps.
    AllApps,
    /// One app.
    App {
        /// Which.
        app: AppId,
    },
    /// One app that can't be told, or is still being looked for.
    Unknown,
}

/// A removal, ready to be sent.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RemoveDraft {
    /// Names it in `commit_remove`.
    pub id: DraftId,
    /// The account it will change.
    pub account: Account,
    /// The key, as Apple has it.
    pub key: KeyRow,
    /// When Apple was asked.
    pub read_at: Moment,
    /// Other keys that are for the same app, or for all apps.
    pub others: Vec<Registered>,
}

/// How a removal went. That Apple refused is a [`Problem`] instead: nothing was removed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Removed {
    /// Removed: Apple said so.
    Done {
        /// Its row, as it was.
        key: KeyRow,
        /// When.
        at: Moment,
        /// Whether Apple's list, read after it, still has the key.
        read_back: RemoveReadBack,
    },
    /// It was gone when the request arrived: removed by somebody else, most likely.
    AlreadyGone {
        /// Its row, as it was.
        key: KeyRow,
        /// When.
        at: Moment,
    },
    /// The answer was lost: the key may or may not be removed.
    Unknown {
        /// What is being looked for.
        pending: Pending,
        /// What happened.
        problem: Problem,
    },
}

/// Whether a removed key is gone from Apple's list.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase")]
pub enum RemoveReadBack {
    /// It is.
    Gone,
    /// Apple still shows it (for now).
    StillShown,
    /// Apple could not be asked.
    NotRead {
        /// What happened.
        problem: Problem,
    },
}
