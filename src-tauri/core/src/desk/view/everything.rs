//! All that Latchkey stored on this computer, before it is removed.

use serde::Serialize;

use super::DraftId;
use crate::{account::AccountId, app::App, clock::Moment};

/// All that Latchkey stored on this computer, sample account left out.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Everything {
    /// Names it in `remove_everything`: what was shown is what is removed.
    pub id: DraftId,
    /// Names of the connected accounts. Each has an API key in the keychain.
    pub accounts: Vec<String>,
    /// Private keys that are in the keychain. Each has to be saved or given up by name.
    pub private_keys: Vec<KeptPrivateKey>,
    /// How many keys have a name or note given here.
    pub described: usize,
    /// How many entries Activity has.
    pub entries: usize,
    /// How many changes were sent to Apple whose outcome is still unknown.
    pub undecided: usize,
    /// How many replacements are not finished.
    pub replacements: usize,
    /// Names of files with damaged records that were set aside.
    pub set_aside: Vec<String>,
}

/// A private key in the keychain.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct KeptPrivateKey {
    /// Fingerprint of its public key, 64 hex digits; names it.
    pub fingerprint: String,
    /// The name that its distribution key was given here.
    pub name: Option<String>,
    /// The app it is used for, if one is known.
    pub app: Option<App>,
    /// It is for all apps.
    pub all_apps: bool,
    /// A connected account that lists its key, if one does.
    pub account: Option<AccountId>,
    /// Since when the keychain has it.
    pub since: Moment,
    /// Latchkey wrote it to a file since `everything` was first asked for. The file is still there as it was read back;
    /// if it is under a password, that was shown or copied.
    pub saved: bool,
}

/// Damaged records that were set aside at the start, so that a new file could be begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SetAside {
    /// Name of the file that holds them now, in Latchkey's folder.
    pub file: String,
    /// When.
    pub at: Moment,
    /// A change that was sent to Apple, and whose outcome was unknown, may be among what could not be read.
    pub changes_lost: bool,
}
