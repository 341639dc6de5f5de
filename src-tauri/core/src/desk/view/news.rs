//! What changed without this computer.

use serde::Serialize;

use super::{Account, KeyRow};
use crate::{clock::Moment, desk::problem::Problem};

/// A key that came or went without this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct News {
    /// Which.
    pub kind: NewsKind,
    /// Its row, as it is or was.
    pub key: KeyRow,
    /// When that was noticed.
    pub at: Moment,
}

/// Whether a key came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum NewsKind {
    /// It was not there before.
    Came,
    /// It is there no more.
    Went,
}

/// Something that became known while all accounts are looked through.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum EverywhereEvent {
    /// An account was read.
    Account {
        /// Which.
        account: Account,
        /// How many keys it has.
        keys: usize,
        /// What changed without this computer.
        news: Vec<News>,
        /// When.
        at: Moment,
    },
    /// An account could not be read.
    Failed {
        /// Which.
        account: Account,
        /// What happened.
        problem: Problem,
    },
    /// That was all.
    Finished {
        /// The person stopped it before its end.
        stopped: bool,
    },
}
