//! Activity: what was done and noticed, for good. Lines are only ever appended; triggers refuse anything else.

use rusqlite::{Row, named_params, types::ValueRef};
use serde::Serialize;

mod write;

pub(super) use write::{Line, account_of, append, bring_in};

use super::{Records, RecordsError, row};
use crate::{
    account::{AccountId, Origin},
    app::App,
    clock::Moment,
    key::PublicKey,
};

/// What was done or noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Did {
    /// An account was connected.
    Connected,
    /// An account was disconnected.
    Disconnected,
    /// An account got another API key; the detail is the former API key ID.
    NewApiKey,
    /// An account got another name; the detail is the former one.
    RenamedAccount,
    /// A key was to be added.
    Added,
    /// A key was to be removed.
    Removed,
    /// A pair was created and its file written; the detail is the file's name.
    CreatedPair,
    /// A key got another name or note; the detail is the former name if it changed and there was one.
    Described,
    /// A key was confirmed; the detail is who did by voice.
    Confirmed,
    /// A key's private key was shown to be the right one; the detail is the file's name.
    CheckedPrivateKey,
    /// A private key was written to a file; the detail is the file's name.
    SavedPrivateKey,
    /// A key came without this computer.
    NoticedNew,
    /// A key went without this computer.
    NoticedGone,
    /// Replacing a key was begun; the detail is a word of [`WorkKind`](super::WorkKind).
    ReplaceBegun,
    /// The way in which a key is replaced was changed; the detail is a word of [`WorkKind`](super::WorkKind).
    ReplaceChanged,
    /// A new key's ID was handed over.
    HandedOver,
    /// The server uses the new key; the detail is whose word that is, if no token showed it.
    ServerSwitched,
    /// Replacing a key was given up.
    ReplaceStopped,
    /// A key was replaced; the detail is the new key's ID.
    ReplaceFinished,
    /// Names and history were written to a file; the detail is its name.
    SavedCopy,
    /// Names and history were brought in.
    BroughtInCopy,
}

row::words!(Did {
    Connected = "connected",
    Disconnected = "disconnected",
    NewApiKey = "new-api-key",
    RenamedAccount = "renamed-account",
    Added = "added",
    Removed = "removed",
    CreatedPair = "created-pair",
    Described = "described",
    Confirmed = "confirmed",
    CheckedPrivateKey = "checked-private-key",
    SavedPrivateKey = "saved-private-key",
    NoticedNew = "noticed-new",
    NoticedGone = "noticed-gone",
    ReplaceBegun = "replace-begun",
    ReplaceChanged = "replace-changed",
    HandedOver = "handed-over",
    ServerSwitched = "server-switched",
    ReplaceStopped = "replace-stopped",
    ReplaceFinished = "replace-finished",
    SavedCopy = "saved-copy",
    BroughtInCopy = "brought-in-copy",
});

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Went {
    /// It happened.
    Done,
    /// It was sent, and the answer was lost.
    AnswerLost,
    /// The answer was lost, and it was found to have happened.
    Arrived,
    /// The answer was lost, and it did not happen.
    NotArrived,
    /// Apple refused.
    Refused,
    /// Nothing left this computer.
    NotSent,
    /// It happened elsewhere and was noticed here.
    Noticed,
}

row::words!(Went {
    Done = "done",
    AnswerLost = "answer-lost",
    Arrived = "arrived",
    NotArrived = "not-arrived",
    Refused = "refused",
    NotSent = "not-sent",
    Noticed = "noticed",
});

/// How sure it was, when a key was added or confirmed, that it is the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Certainty {
    /// Nobody confirmed it.
    NotConfirmed,
    /// Somebody read out its fingerprint.
    ByVoice,
    /// Its private key was in the file.
    ByPrivateKey,
    /// The pair was made here.
    MadeHere,
}

row::words!(Certainty {
    NotConfirmed = "no",
    ByVoice = "voice",
    ByPrivateKey = "private-key",
    MadeHere = "made-here",
});

/// Apple's part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status; `None` if there was no answer.
    pub status: Option<u16>,
    /// Apple's own code for what was wrong.
    pub code: Option<String>,
    /// Apple's request ID.
    pub request_id: Option<String>,
}

/// The key, file or other thing that a line is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The distribution key ID.
    pub key: Option<String>,
    /// The key's name then.
    pub key_name: Option<String>,
    /// The public key.
    pub public_key: Option<PublicKey>,
    /// The app it is for. Only its ID, name and bundle ID are kept.
    pub app: Option<App>,
    /// It is for all apps.
    pub all_apps: bool,
    /// How sure it was that the key is the right one, where that matters.
    pub certainty: Option<Certainty>,
    /// What else there is to say: a file's name, a person's, a former name. See [`Did`].
    pub detail: Option<String>,
}

/// A line of Activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number in these records; a copy brought in elsewhere gets another.
    pub number: i64,
    /// A UUID, the same in every copy.
    pub uid: String,
    /// When it happened.
    pub at: Moment,
    /// This computer's ID for the account; `None` if it concerns no account.
    pub account: Option<AccountId>,
    /// The account's name then; empty if it concerns no account.
    pub account_name: String,
    /// Its API key ID then; empty if it concerns no account.
    pub api_key_id: String,
    /// What was done or noticed.
    pub did: Did,
    /// How it went.
    pub went: Went,
    /// The distribution key ID.
    pub key: Option<String>,
    /// The key's name then.
    pub key_name: Option<String>,
    /// The public key.
    pub public_key: Option<PublicKey>,
    /// The app: its ID, name and bundle ID.
    pub app: Option<App>,
    /// It was for all apps.
    pub all_apps: bool,
    /// How sure it was that the key is the right one, where that matters.
    pub certainty: Option<Certainty>,
    /// What else there is to say. See [`Did`].
    pub detail: Option<String>,
    /// Apple's part.
    pub apple: Answer,
    /// The system user.
    pub user: String,
    /// The app's version.
    pub version: String,
    /// It came with a copy, and says what that copy says.
    pub brought_in: bool,
}

/// Which lines are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityQuery {
    /// The server.
    pub origin: Origin,
    /// One account's alone; `None`: all, and those that concern none.
    pub account: Option<AccountId>,
    /// Words, each of which stands in an account's name, API key ID, key ID, key name, fingerprint, app, detail, request
    /// ID or user, in upper or lower case. None: all.
    pub search: String,
    /// Only lines that come after this one's number, newest first; `None`: from the newest.
    pub before: Option<i64>,
    /// How many at most.
    pub limit: usize,
}

/// Lines of Activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityPage {
    /// The newest first.
    pub entries: Vec<Entry>,
    /// How many there are of the account and the search, on all pages.
    pub total: usize,
}

impl Records {
    /// Lines of Activity, the newest first.
    ///
    /// # Errors
    /// [`RecordsError::Corrupt`], [`RecordsError::Failed`].
    pub fn activity(&self, query: &ActivityQuery) -> Result<ActivityPage, RecordsError> {
        const WANTED: &str = "origin = :origin AND (:account IS NULL OR account_id = :account)
             AND NOT EXISTS (SELECT 1 FROM json_each(:words) WHERE instr(searchable, value) = 0)";
        let origin = query.origin.to_string();
        let words: serde_json::Value = query.search.to_lowercase().split_whitespace().collect();
        let words = words.to_string();
        let account = query.account.as_ref().map(ToString::to_string);
        self.read(|connection| {
            let total = connection
                .prepare_cached(&format!("SELECT count(*) FROM activity WHERE {WANTED}"))?
                .query_one(
                    named_params! { ":origin": origin, ":account": account, ":words": words },
                    |row| row.get::<_, i64>(0),
                )?;
            let entries = connection
                .prepare_cached(&format!(
                    "SELECT * FROM activity WHERE {WANTED} AND (:before IS NULL OR (sorted_at, number) <
                         (SELECT sorted_at, number FROM activity WHERE number = :before))
                     ORDER BY sorted_at DESC, number DESC LIMIT :limit"
                ))?
                .query_map(
                    named_params! {
                        ":origin": origin,
                        ":account": account,
                        ":words": words,
                        ":before": query.before,
                        ":limit": i64::try_from(query.limit).unwrap_or(i64::MAX),
                    },
                    entry,
                )?
                .collect::<rusqlite::Result<_>>()?;
            Ok(ActivityPage { entries, total: usize::try_from(total).unwrap_or_default() })
        })
    }

    /// One line.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if there is none of that number and server.
    pub fn entry(&self, origin: &Origin, number: i64) -> Result<Entry, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT * FROM activity WHERE origin = ?1 AND number = ?2")?
                .query_one((origin.to_string(), number), entry)
        })
    }

    /// Writes down what the records can't see by themselves: [`Did::CreatedPair`], [`Did::SavedPrivateKey`].
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if there is no such account.
    pub fn note(&self, account: &AccountId, did: Did, about: &About, at: Moment) -> Result<(), RecordsError> {
        self.write(|transaction| {
            let origin = account_of(transaction, account)?;
            let line = Line { at, did, went: Went::Done, about, apple: &Answer::default() };
            append(transaction, &self.by, &origin, Some(account), &line)
        })
    }

    /// Writes down what concerns no account: [`Did::SavedCopy`].
    ///
    /// # Errors
    /// [`RecordsError::Failed`].
    pub fn note_of_none(
        &self,
        origin: &Origin,
        did: Did,
        about: &About,
        at: Moment,
    ) -> Result<(), RecordsError> {
        self.write(|transaction| {
            let line = Line { at, did, went: Went::Done, about, apple: &Answer::default() };
            append(transaction, &self.by, &origin.to_string(), None, &line)
        })
    }
}

pub(super) fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let app = match row::parsed_if_any(row, "app_id")? {
        Some(id) => Some(App {
            id,
            name: row.get::<_, Option<String>>("app_name")?.unwrap_or_default(),
            bundle_id: row.get::<_, Option<String>>("bundle_id")?.unwrap_or_default(),
            sku: None,
            locale: None,
        }),
        None => None,
    };
    Ok(Entry {
        number: row.get("number")?,
        uid: row.get("uid")?,
        at: row::moment(row, "at")?,
        account: row.get::<_, Option<String>>("account_id")?.map(AccountId::known),
        account_name: row.get("account_name")?,
        api_key_id: row.get("api_key_id")?,
        did: row::parsed(row, "what")?,
        went: row::parsed(row, "result")?,
        key: row.get("key_id")?,
        key_name: row.get("key_name")?,
        public_key: row::public_key_if_any(row, "spki")?,
        app,
        all_apps: row.get("all_apps")?,
        certainty: row::parsed_if_any(row, "confirmed")?,
        detail: row.get("detail")?,
        apple: Answer {
            status: row.get("apple_status")?,
            code: row.get("apple_code")?,
            request_id: row.get("request_id")?,
        },
        user: row.get("user")?,
        version: row.get("version")?,
        brought_in: row.get_ref("brought_in_at")? != ValueRef::Null,
    })
}
