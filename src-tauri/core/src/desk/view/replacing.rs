//! Replacing a key: a piece of work that may take weeks.

use serde::{Deserialize, Serialize};

use super::{Account, Pending, PrivateKey, Registered};
use crate::{app::App, clock::Moment};

/// Names a replacement, for good.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
#[serde(transparent)]
pub struct WorkId(pub String);

/// A replacement.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Work {
    /// Names it.
    pub id: WorkId,
    /// In which order.
    pub kind: WorkKind,
    /// The account.
    pub account: Account,
    /// The key that is replaced.
    pub old: Registered,
    /// 64 hex digits; `None` if its public key can't be read.
    pub old_fingerprint: Option<String>,
    /// The key that takes its place, once it is registered.
    pub new: Option<Registered>,
    /// 64 hex digits.
    pub new_fingerprint: Option<String>,
    /// Where the new key's private key was seen.
    pub new_private_key: Option<PrivateKey>,
    /// The app both are for; `None`: all apps, or an app that can't be told ([`Registered::used_for`] says which).
    pub app: Option<App>,
    /// What comes next.
    pub step: Step,
    /// When it was begun.
    pub begun: Moment,
    /// When the new key was registered.
    pub added: Option<Moment>,
    /// When its ID was handed over.
    pub handed_over: Option<Moment>,
    /// How it became known that the server has switched.
    pub switched: Option<Switched>,
    /// When the old key was removed.
    pub old_removed: Option<Moment>,
    /// A change of it whose outcome is unknown.
    pub pending: Option<Pending>,
}

/// In which order a key is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum WorkKind {
    /// Add the new, hand over, switch, remove the old.
    Planned,
    /// Somebody else may have the private key: remove the old, add the new, hand over.
    Emergency,
    /// As in an emergency, because Apple takes no second key for the app.
    RemoveFirst,
}

/// What comes next in a replacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// The new key is to be added.
    AddNew,
    /// Its ID is to be handed over.
    HandOver,
    /// The server is to switch.
    Switch,
    /// The old key is to be removed.
    RemoveOld,
    /// Nothing: it is done.
    Done,
    /// Nothing: it was stopped. What is registered stays so.
    Stopped,
}

/// How it became known that the server signs with the new key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase")]
pub enum Switched {
    /// A token from the server was checked.
    ByToken {
        /// When.
        at: Moment,
    },
    /// Somebody said so.
    ByWord {
        /// Who, as the person typed it.
        by: String,
        /// When.
        at: Moment,
    },
}
