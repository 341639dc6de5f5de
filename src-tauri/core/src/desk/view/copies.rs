//! Copies of names and history.

use serde::Serialize;

use super::DraftId;
use crate::clock::Moment;

/// A copy that was chosen, and what bringing it in would do.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CopyDraft {
    /// Names it in `bring_in`.
    pub id: DraftId,
    /// The file's name.
    pub name: String,
    /// When it was made, as it says.
    pub made_at: Moment,
    /// What it would bring.
    pub brings: Brings,
}

/// What a copy brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Brings {
    /// Names for keys that have none here.
    pub names: usize,
    /// Notes for keys that have none here.
    pub notes: usize,
    /// Distribution key IDs of keys with another name or note here, which stays.
    pub differing: Vec<String>,
    /// Entries of Activity.
    pub entries: usize,
    /// Entries of Activity that are here already.
    pub known: usize,
}
