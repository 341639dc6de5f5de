//! What the window is told. Plain data: no sentence for people, no secret, no path.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

mod accounts;
mod activity;
mod adding;
mod connection;
mod copies;
mod everything;
mod files;
mod keys;
mod news;
mod removing;
mod replacing;
mod tokens;

pub use accounts::{
    Account, AccountCheck, ApiKeyDraft, ConnectForm, Connected, Field, Finding, NewApiKeyDraft, Odd,
};
pub use activity::{ActivityEntry, ActivityPage, ActivityRequest, ExportForm};
pub use adding::{AddDraft, AddRequest, Added, Looked, Pending, PendingChange, ReadBack, Registered};
pub use connection::{Check, CheckState, Connection, DiagnosisEvent, DiagnosisLine, Found, Quota};
pub use copies::{Brings, CopyDraft};
pub use everything::{Everything, KeptPrivateKey, SetAside};
pub use files::{
    HeldFile, Holds, Identified, Identity, KeyFileDraft, KeyMatch, OddPlace, Pair, Place, PrivateKeyCheck,
    SavedFile, SavedPair, Saving, Source, VoiceCheck,
};
pub use keys::{
    AppKey, AppRow, Confirmed, FoundKey, FreshKey, InventoryEvent, KeyConfirmation, KeyRow, Pause,
    PrivateKey, UsedFor, WhyUnknown,
};
pub use news::{EverywhereEvent, News, NewsKind};
pub use removing::{RemoveDraft, RemoveReadBack, RemoveRequest, Removed, ShownUse};
pub use replacing::{Step, Switched, Work, WorkId, WorkKind};
pub use tokens::TokenCheck;

/// A thing the core holds for the window: a chosen file, a prepared write.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
#[serde(transparent)]
pub struct DraftId(String);

impl DraftId {
    /// A new one, never used before and not to be guessed.
    pub fn fresh() -> Self {
        Self(uuid::Uuid::new_v4().to_string())
    }

    /// One that was written down before.
    pub fn known(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As it is written down.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the window needs to know when it opens.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Start {
    /// Accounts on this computer, the one used last first.
    pub accounts: Vec<Account>,
    /// Only the sample account may be opened.
    pub sample_only: bool,
    /// The server that stands in for Apple's, if one does.
    pub host: Option<String>,
    /// Version of the app.
    pub version: String,
    /// Changes sent to Apple whose outcome is still unknown.
    pub pending: Vec<Pending>,
    /// Replacements that are not finished.
    pub works: Vec<Work>,
    /// Damaged records that were set aside, until the person knows of it.
    pub set_aside: Option<SetAside>,
    /// Who signed the certificate of Apple's server, if only this computer trusts them: they can read what is sent.
    pub read_by: Option<String>,
}

/// Something that happens without the window having asked.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Happening {
    /// Files are being dragged over the window.
    DragOver {
        /// They still are.
        over: bool,
    },
    /// Files were dropped on the window, or handed over by the system to be opened. The window takes them as what
    /// fits what it shows.
    Arrived {
        /// At least one.
        files: Vec<HeldFile>,
    },
    /// Whether somebody between here and Apple can read what is sent.
    ReadBy {
        /// Who signed the certificate of Apple's server, if only this computer trusts them.
        by: Option<String>,
    },
    /// Apple's limit is reached, and something other than the reading of Keys waits for it.
    AppleWaits {
        /// When it goes on; `None`: nothing waits any more.
        until: Option<Moment>,
    },
    /// The keychain waits for the person.
    KeychainWaits {
        /// It still does.
        waiting: bool,
    },
}

/// A page outside the app that the window may ask to open, by name: it never hands over a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Link {
    /// App Store Connect, Users and Access, Integrations: where API keys are made and revoked.
    ApiKeys,
    /// App Store Connect, Users and Access: who holds which role.
    Users,
    /// App Store Connect, Business: where agreements are accepted.
    Agreements,
    /// Apple's page on making API keys.
    ApiKeysHelp,
    /// Apple's page on the state of its services.
    SystemStatus,
}
