//! Files and texts that were chosen, and what they are.

use serde::{Deserialize, Serialize};

use super::{Account, DraftId, KeyRow, Registered};
use crate::{
    desk::problem::{FileTrouble, Problem},
    keyfile::{Unusable, open::KnownFolder},
};

/// Where something was taken from, as far as a person is told: a name, never the path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "from", rename_all = "camelCase")]
pub enum Source {
    /// A file.
    #[serde(rename_all = "camelCase")]
    File {
        /// Its name.
        name: String,
        /// The folder it lies in, if that is one everyone has.
        folder: Option<KnownFolder>,
    },
    /// Text from the clipboard.
    Pasted,
    /// A pair that was made here; its private key was saved.
    #[serde(rename_all = "camelCase")]
    MadeHere {
        /// Name of the file with the private key.
        name: String,
        /// The folder it lies in, if that is one everyone has.
        folder: Option<KnownFolder>,
    },
    /// The public key of a key that was removed, kept in Activity.
    Activity,
}

/// A file or text that was chosen. The core holds what was read; nothing is read a second time.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct HeldFile {
    /// Names it in what follows.
    pub id: DraftId,
    /// Where it came from.
    pub source: Source,
    /// It is a private key under a password: `unlock` opens it.
    pub locked: bool,
}

/// A key that was chosen to be added.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct KeyFileDraft {
    /// Names it in what follows.
    pub id: DraftId,
    /// Where it came from.
    pub source: Source,
    /// The host it was downloaded from, if the system noted one.
    pub downloaded_from: Option<String>,
    /// Which key of the pair it holds.
    pub holds: Holds,
    /// The fingerprint's sixteen groups. Of a public key the first five are `None`
    /// until they were confirmed or the person went on without.
    pub groups: Vec<Option<String>>,
    /// Its name is one that Apple gives to API keys.
    pub named_like_api_key: bool,
}

/// What a key file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Holds {
    /// A public key.
    PublicKey,
    /// A private key; only its public key is used.
    PrivateKey,
}

/// Whether what somebody read out is this key's fingerprint.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct VoiceCheck {
    /// It is.
    pub matches: bool,
    /// All sixteen groups, once it is.
    pub groups: Vec<Option<String>>,
}

/// What a held file is, and what it has to do with the keys and accounts on this computer.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Identified {
    /// Names it in what follows.
    pub file: DraftId,
    /// Where it came from.
    pub source: Source,
    /// What it is.
    pub what: Identity,
}

/// What a file is.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Identity {
    /// A public key.
    PublicKey {
        /// 64 hex digits.
        fingerprint: String,
        /// Registered keys that it is the public key of.
        keys: Vec<KeyMatch>,
    },
    /// A private key.
    PrivateKey {
        /// 64 hex digits; of its public key.
        fingerprint: String,
        /// Registered keys that it is the private key of.
        keys: Vec<KeyMatch>,
        /// It has a name that Apple gives to API keys.
        named_like_api_key: bool,
    },
    /// The API key of a connected account.
    ApiKey {
        /// The account.
        account: Account,
    },
    /// A private key under a password.
    Locked,
    /// Nothing that a distribution key can be registered from.
    Unusable {
        /// What it is instead.
        found: Unusable,
    },
    /// It could not be read.
    NotRead {
        /// Why.
        why: FileTrouble,
    },
}

/// A registered key that a file belongs to.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct KeyMatch {
    /// The account it is in.
    pub account: Account,
    /// The key.
    pub key: Registered,
}

/// Whether a file is the private key of a registered key. It was made to sign, and the signature verified.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase")]
pub enum PrivateKeyCheck {
    /// It is.
    Its {
        /// The key's row, with the file noted.
        key: KeyRow,
    },
    /// It is not.
    Another {
        /// 64 hex digits; of the public key that it belongs to.
        fingerprint: String,
        /// Registered keys of this account that it belongs to.
        keys: Vec<KeyMatch>,
    },
}

/// A key pair whose private key is about to be saved.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Pair {
    /// Names it in what follows.
    pub id: DraftId,
    /// The fingerprint's sixteen groups.
    pub groups: Vec<String>,
}

/// Where the person wants a private key to be saved.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The file's name.
    pub name: String,
    /// The folder it lies in, if that is one everyone has.
    pub folder: Option<KnownFolder>,
    /// A file of that name was there, and the person agreed to replace it.
    pub replaces: bool,
    /// Why that is no place for a private key, if it is none.
    pub odd: Option<OddPlace>,
}

/// Why a place is none for a private key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase")]
pub enum OddPlace {
    /// What lies there is copied to a company's servers.
    Synced {
        /// By which program, for example `Dropbox`.
        by: String,
    },
    /// It is on another computer.
    Network,
    /// A disk that keeps nobody from reading: FAT or exFAT.
    NoPermissions,
}

/// How to save a private key.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Saving {
    /// Under the pair's password.
    pub protected: bool,
    /// In the keychain too.
    pub keep: bool,
}

/// A new pair whose private key is saved, read back and checked. Nothing was sent yet.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SavedPair {
    /// The public key, to be added.
    pub key: KeyFileDraft,
    /// Why the keychain did not take the private key, if it should and did not.
    pub not_kept: Option<Problem>,
}

/// A file that was written.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SavedFile {
    /// Its name.
    pub name: String,
    /// The folder it lies in, if that is one everyone has.
    pub folder: Option<KnownFolder>,
}
