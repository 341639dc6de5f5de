//! Keys, apps, and how they become known.

use serde::Serialize;

use super::{Account, News, Quota};
use crate::{app::App, clock::Moment, desk::problem::Problem, key::DistributionKeyId};

/// One distribution key, as a row of Keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct KeyRow {
    /// The distribution key ID, as Apple gives it.
    pub id: String,
    /// The name given on this computer.
    pub name: Option<String>,
    /// The note written on this computer.
    pub note: Option<String>,
    /// What it is for.
    pub used_for: UsedFor,
    /// 64 hex digits; `None` if the public key can't be read.
    pub fingerprint: Option<String>,
    /// PEM of the public key.
    pub public_key: Option<String>,
    /// Where its private key was seen.
    pub private_key: PrivateKey,
    /// Who said that it is the right one.
    pub confirmed: Confirmed,
    /// When this computer first saw it.
    pub first_seen: Moment,
    /// When it was added on this computer, if it was.
    pub added_here: Option<Moment>,
}

/// What a distribution key is for, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase")]
pub enum UsedFor {
    /// All apps of the account.
    AllApps,
    /// One app.
    App {
        /// Which.
        app: App,
    },
    /// One app that is still being looked for.
    Looking,
    /// One app that can't be told.
    Unknown {
        /// Why.
        why: WhyUnknown,
    },
}

/// Why the app of a key can't be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum WhyUnknown {
    /// No app that this API key sees shows it: the app is not visible to it, or shows
    /// another key of Apple's.
    NoAppShowsIt,
    /// Some apps could not be asked.
    NotAllAppsRead,
    /// The person stopped the search.
    Stopped,
    /// The app that was remembered for it doesn't show it.
    OtherThanRemembered,
}

/// Where the private key of a distribution key was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase")]
pub enum PrivateKey {
    /// Not checked on this computer.
    NotChecked,
    /// On this computer: in the keychain, in a file that Latchkey wrote, or both.
    #[serde(rename_all = "camelCase")]
    OnThisComputer {
        /// In the keychain.
        keychain: bool,
        /// Name of the file that Latchkey wrote.
        file: Option<String>,
        /// Since when.
        at: Moment,
    },
    /// In a file that the person showed.
    #[serde(rename_all = "camelCase")]
    InAFile {
        /// The file's name; `None` if it was pasted.
        name: Option<String>,
        /// When.
        at: Moment,
    },
}

/// Who said that a public key is the right one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase")]
pub enum Confirmed {
    /// Nobody.
    No,
    /// Somebody read out its fingerprint.
    ByVoice {
        /// Who, as the person typed it.
        by: String,
        /// When.
        at: Moment,
    },
    /// Its private key was in the file that was added.
    ByPrivateKey {
        /// When.
        at: Moment,
    },
    /// The pair was made on this computer.
    MadeHere {
        /// When.
        at: Moment,
    },
}

/// An app and the key it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AppRow {
    /// The app.
    pub app: App,
    /// Its keys, as far as known.
    pub key: AppKey,
}

/// The key of an app, as far as known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase")]
pub enum AppKey {
    /// Not asked.
    NotAsked,
    /// It has keys of its own.
    Own {
        /// Their distribution key IDs.
        keys: Vec<DistributionKeyId>,
    },
    /// It has none of its own.
    None,
    /// Apple's answer could not be had.
    NotRead,
}

/// Something that became known while keys and apps are being read.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum InventoryEvent {
    /// Keys as they were at `at`, from this computer's records; Apple has not answered yet.
    Remembered {
        /// Every key known then.
        keys: Vec<KeyRow>,
        /// When Apple last told them.
        at: Moment,
    },
    /// Every key of the account, from Apple.
    Keys {
        /// They replace all rows.
        keys: Vec<KeyRow>,
        /// When.
        at: Moment,
    },
    /// Keys that came or went without this computer and that nobody has said to know of.
    News {
        /// The oldest first.
        news: Vec<News>,
    },
    /// More apps.
    Apps {
        /// Those of one page.
        apps: Vec<AppRow>,
        /// No more will come.
        complete: bool,
    },
    /// A row changed.
    Key {
        /// The row.
        key: KeyRow,
    },
    /// An app's key became known.
    App {
        /// The app.
        app: AppRow,
    },
    /// How far the search for the keys' apps is.
    Checked {
        /// Apps asked.
        done: usize,
        /// Apps to ask at most.
        of: usize,
    },
    /// Apple's limit is reached, or Apple is busy: it goes on by itself.
    Waiting {
        /// When.
        until: Moment,
        /// Which.
        why: Pause,
    },
    /// Little is left of the hour's requests, so it goes slowly from here on.
    Slow {
        /// What is left.
        quota: Quota,
    },
    /// Part of it could not be read; the rest stays.
    Partly {
        /// What happened.
        problem: Problem,
    },
    /// All that can be known is known.
    Finished {
        /// When.
        at: Moment,
        /// The person stopped it before its end.
        stopped: bool,
        /// Every key's app is known: an app that was not asked has no key of its own.
        all_placed: bool,
    },
}

/// Why reading pauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Pause {
    /// Apple's number of requests an hour or a minute is used up.
    Limit,
    /// Apple's server or the network failed; it is tried again.
    Busy,
}

/// A key, read from Apple a moment ago.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FreshKey {
    /// Its row as Apple has it; `None`: Apple has no such key.
    pub key: Option<KeyRow>,
    /// When Apple was asked.
    pub at: Moment,
}

/// Whether what somebody read out is a registered key's fingerprint.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct KeyConfirmation {
    /// Its row, confirmed; `None`: it is not.
    pub key: Option<KeyRow>,
}

/// A key of an account, found by a search over all accounts.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FoundKey {
    /// The account.
    pub account: Account,
    /// Its row, as the account last listed it.
    pub key: KeyRow,
}
