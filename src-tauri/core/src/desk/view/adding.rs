//! Adding a key, and looking for one whose answer was lost.

use serde::{Deserialize, Serialize};

use super::{Account, Confirmed, DraftId, KeyRow, Source, UsedFor, WorkId};
use crate::{
    account::AccountId,
    app::{App, AppId},
    clock::Moment,
    desk::problem::Problem,
    key::{DistributionKeyId, Scope},
};

/// An addition, ready to be sent.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AddDraft {
    /// Names it in `commit_add`.
    pub id: DraftId,
    /// The account it will change.
    pub account: Account,
    /// The app it will be for; `None`: all apps.
    pub app: Option<App>,
    /// 64 hex digits.
    pub fingerprint: String,
    /// Where the key came from.
    pub source: Source,
    /// Who said that it is the right one.
    pub confirmed: Confirmed,
    /// The key is registered for just this already: nothing will be sent.
    pub already: Option<DistributionKeyId>,
    /// The key is registered in this account for something else.
    pub elsewhere: Vec<Registered>,
    /// The key is known in other accounts on this computer.
    pub other_accounts: Vec<String>,
    /// Keys the app has (or, for all apps, the account-wide keys). Adding doesn't remove them.
    pub stays: Vec<Registered>,
    /// A name to start from.
    pub proposed_name: String,
}

/// A registered key, in few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Registered {
    /// The distribution key ID.
    pub id: DistributionKeyId,
    /// The name given on this computer.
    pub name: Option<String>,
    /// What it is for, if known.
    pub used_for: UsedFor,
}

/// What the window asks to add.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddRequest {
    /// The account to change.
    pub account: AccountId,
    /// The chosen key.
    pub key: DraftId,
    /// What it is for.
    pub scope: Scope,
    /// The replacement it is the new key of.
    pub work: Option<WorkId>,
}

/// How an addition went. That Apple refused is a [`Problem`] instead: nothing was registered.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Added {
    /// The very key was there already; nothing was sent.
    Already {
        /// Its row.
        key: KeyRow,
    },
    /// Registered: Apple answered with this very public key.
    Done {
        /// Its row.
        key: KeyRow,
        /// When Apple's answer was read.
        at: Moment,
        /// Whether Apple shows the key where it should be.
        read_back: ReadBack,
    },
    /// The answer was lost or says something else: the key may or may not be registered.
    Unknown {
        /// What is being looked for.
        pending: Pending,
        /// What happened.
        problem: Problem,
    },
}

/// Whether a new key was found where it should be.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase")]
pub enum ReadBack {
    /// It was.
    Confirmed,
    /// Apple doesn't show it there (yet).
    NotShown,
    /// Apple could not be asked.
    NotRead {
        /// What happened.
        problem: Problem,
    },
}

/// A change whose outcome is unknown.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Pending {
    /// Names it in `look`.
    pub id: DraftId,
    /// Which change.
    pub change: PendingChange,
    /// The account's name.
    pub account: String,
    /// The account.
    pub account_id: AccountId,
    /// The app it is about; `None`: all apps, or an app that can't be told.
    pub app: Option<AppId>,
    /// The app's name, if known.
    pub app_name: Option<String>,
    /// 64 hex digits; `None` if the public key can't be read.
    pub fingerprint: Option<String>,
    /// The name given on this computer.
    pub name: Option<String>,
    /// When it was sent.
    pub sent: Moment,
    /// From when on it is decided that it did not arrive.
    pub decided_after: Moment,
    /// The replacement it belongs to.
    pub work: Option<WorkId>,
}

/// Which change's outcome is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase")]
pub enum PendingChange {
    /// A key was to be added.
    Add,
    /// A key was to be removed.
    Remove {
        /// Its distribution key ID.
        key: String,
    },
}

/// What a look for a lost change found.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Looked {
    /// It arrived: the key is registered.
    Arrived {
        /// Its row.
        key: KeyRow,
        /// When.
        at: Moment,
        /// Whether Apple shows the key where it should be.
        read_back: ReadBack,
    },
    /// It arrived: the key is removed.
    Gone {
        /// Its row, as it was.
        key: KeyRow,
        /// When.
        at: Moment,
    },
    /// Nothing has changed yet; it may still come.
    NotThere {
        /// As of when.
        at: Moment,
        /// When Latchkey looks again by itself.
        next: Moment,
    },
    /// Apple could not be asked.
    NotRead {
        /// What happened.
        problem: Problem,
        /// When Latchkey looks again by itself.
        next: Moment,
    },
    /// It did not arrive and can't any more: nothing was changed.
    NotArrived {
        /// As of when.
        at: Moment,
    },
}
