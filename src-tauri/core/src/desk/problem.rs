//! What goes wrong, as the window is told: a closed code with its facts, and Apple's own words.

use serde::Serialize;

use crate::{
    account::ApiKeyKind,
    asc::{apple::AppleError, proxy::ProxyTrouble, transport::BrokenKind},
    clock::Moment,
    desk::view::{Finding, Registered},
    keyfile::Unusable,
};

/// A problem. A code is added only where the window says something different.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// What happened.
    #[serde(flatten)]
    pub what: What,
    /// What Apple said, if Apple said something.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub apple: Option<Apple>,
    /// When.
    pub at: Moment,
}

/// Apple's answer, whole, for support.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Apple {
    /// The HTTP status.
    pub status: u16,
    /// Apple's ID of the request.
    pub request_id: Option<String>,
    /// Every error of the answer.
    pub errors: Vec<AppleError>,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "code", content = "facts", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum What {
    // Connecting
    /// Fields of the form that can't be sent or look wrong.
    Form {
        /// Which, in the order of the form.
        findings: Vec<Finding>,
    },
    /// An account with this API key is connected already.
    AlreadyConnected {
        /// Its name.
        account: String,
    },
    /// An API key to use for an account from now on is of another company: it sees none of the account's keys, or not
    /// the one that is being replaced.
    OtherCompany,
    /// 401: Apple doesn't accept the credential. Apple doesn't say which part is wrong.
    NotAccepted {
        /// Team or individual key.
        kind: ApiKeyKind,
        /// The API key ID.
        api_key_id: String,
        /// The issuer ID.
        issuer_id: Option<String>,
        /// How far this computer's clock is ahead of Apple's, in seconds, where it was measured.
        #[cfg_attr(test, ts(type = "number | null"))]
        clock_ahead: Option<i64>,
    },

    // Files
    /// The file could not be read.
    FileNotRead {
        /// Its name.
        name: String,
        /// Why.
        why: FileTrouble,
    },
    /// The file or text is no key that can be used here.
    WrongFile {
        /// The file's name; `None`: pasted text.
        name: Option<String>,
        /// What it is.
        is: Unusable,
    },
    /// A public key was given where the private API key is needed.
    PublicKeyAsApiKey {
        /// The file's name; `None`: pasted text.
        name: Option<String>,
    },
    /// The file is the API key of a connected account, not a distribution key.
    ThatIsAnApiKey {
        /// The file's name; `None`: pasted text.
        name: Option<String>,
        /// The account's name.
        account: String,
    },
    /// The clipboard holds no text.
    ClipboardEmpty,
    /// Several files were dropped where one is needed.
    OneFileOnly,
    /// A public key was given where a private key is needed.
    PublicKeyAsPrivateKey {
        /// The file's name; `None`: pasted text.
        name: Option<String>,
    },
    /// The private key is under a password, which was not given yet.
    PasswordNeeded {
        /// The file's name; `None`: pasted text.
        name: Option<String>,
    },
    /// The password doesn't open it; a damaged file can look the same.
    WrongPassword {
        /// The file's name; `None`: pasted text.
        name: Option<String>,
    },
    /// Opening it would take far more work than any real key asks for.
    TooExpensive {
        /// The file's name; `None`: pasted text.
        name: Option<String>,
        /// Rounds or bytes of memory that it asks for.
        #[cfg_attr(test, ts(type = "number"))]
        asked: u64,
        /// The most that is done.
        #[cfg_attr(test, ts(type = "number"))]
        limit: u64,
    },
    /// It is encrypted in a way that Latchkey can't open.
    LockedOtherwise {
        /// The file's name; `None`: pasted text.
        name: Option<String>,
        /// The scheme's usual name, or its OID.
        scheme: String,
    },
    /// A file could not be written. If one of that name was there, it is as it was.
    NotSaved {
        /// Its name.
        name: String,
        /// Why.
        why: SaveTrouble,
    },
    /// The file is no copy that can be brought in.
    CopyNotRead {
        /// Its name.
        name: String,
        /// Why.
        why: CopyTrouble,
    },
    /// The clipboard's text is no token.
    NotAToken,

    // Apple
    /// 403: an agreement must be accepted by the Account Holder.
    AgreementMissing,
    /// 403: the API key's role doesn't allow it.
    RoleTooLow,
    /// 403, something else.
    Forbidden,
    /// 404 or 410.
    NotFound,
    /// 409, 422, 400: Apple doesn't take it as it is.
    Refused {
        /// Where in the request, as Apple points to it.
        pointer: Option<String>,
    },
    /// 409 to an addition, while the app (or the account, for all apps) has a key: Apple takes no second one, it seems.
    SecondKey {
        /// The keys it has.
        has: Vec<Registered>,
    },
    /// 429, and it did not get better.
    TooManyRequests {
        /// When it can go on, if Apple said.
        until: Option<Moment>,
    },
    /// 5xx.
    AppleFailed,
    /// An answer that is not Apple's API: a web page, most likely from a proxy.
    NotApple {
        /// The HTTP status.
        status: u16,
        /// What kind of document it says it is.
        content_type: Option<String>,
    },
    /// Apple's answer, in a form nobody expects.
    Unexpected {
        /// What about it, for support.
        detail: String,
    },
    /// No answer.
    NoAnswer {
        /// How it failed.
        how: BrokenKind,
        /// The library's words, for support.
        detail: String,
        /// Who signed the certificate that was shown, if it was not trusted.
        signer: Option<String>,
    },
    /// The address of a proxy can't be used.
    ProxyUnusable {
        /// Why.
        why: ProxyTrouble,
    },

    // This computer
    /// No keychain answers.
    KeychainMissing {
        /// The platform's words, for support.
        detail: String,
    },
    /// The keychain stayed locked or refused.
    KeychainRefused {
        /// The platform's words, for support.
        detail: String,
    },
    /// The keychain has no API key for this account any more.
    ApiKeyGone {
        /// The account's name.
        account: String,
    },
    /// A newer version of Latchkey wrote the account's entry in the keychain.
    ApiKeyNewer {
        /// The account's name.
        account: String,
    },
    /// What the keychain has for the account is no API key that can sign.
    ApiKeyDamaged {
        /// The account's name.
        account: String,
    },
    /// The keychain has no such private key any more.
    PrivateKeyGone,
    /// The keychain failed otherwise.
    KeychainFailed {
        /// The platform's words, for support.
        detail: String,
    },
    /// The clipboard did not take the text.
    NotCopied {
        /// The platform's words, for support.
        detail: String,
    },
    /// The browser did not open.
    NotOpened {
        /// The platform's words, for support.
        detail: String,
    },
    /// Latchkey is open already; its records belong to that window.
    AlreadyOpen,
    /// The records were written by a newer version of Latchkey.
    RecordsNewer,
    /// The disk is full: Latchkey can't write down what it does, and does nothing.
    RecordsFull,
    /// Latchkey's folder can't be written.
    RecordsReadOnly,
    /// The records turned out to be damaged while they were in use. The next start sets them aside.
    RecordsDamaged {
        /// The library's words, for support.
        detail: String,
    },
    /// Latchkey's own records can't be read or written.
    Records {
        /// The library's words, for support.
        detail: String,
    },

    // Removing
    /// The characters typed are not the last six of the distribution key ID.
    WrongLastSix,
    /// The key, as Apple has it, differs from what was shown: another public key, another app. Nothing was sent.
    KeyChanged,
    /// Apple has no such key any more. Nothing was sent.
    KeyGone,
    /// The new key of a replacement is not registered any more, so the old one stays. Nothing was sent.
    NewKeyGone,
    /// The distribution key ID is none that can be sent: no UUID.
    OddKeyId,

    // Replacing
    /// The key to be the new one carries the public key that is to be replaced.
    SameKeyAgain,

    // Removing everything
    /// Private keys that are in the keychain alone were neither saved nor given up. Nothing was removed.
    OnlyHere {
        /// Fingerprints of their public keys.
        private_keys: Vec<String>,
    },
    /// Something came that was not shown: an account, a private key. Nothing was removed.
    EverythingChanged,
    /// Latchkey is removing everything it stored here, or has.
    Removing,

    // The window's view is old
    /// What was chosen or prepared is no longer held: the window was reloaded, say.
    Gone,
    /// The account is no longer connected.
    NoSuchAccount,
    /// Nobody has said whether this public key is the right one.
    NotYetConfirmed,
    /// This very change was sent before, and it is unknown what became of it. It is not sent again.
    StillUndecided,
}

/// Why a file could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum FileTrouble {
    /// It is not there any more.
    NotFound,
    /// This user may not read it.
    Denied,
    /// A folder, a device, a pipe.
    NotAFile,
    /// More than any key file: over 64 KiB.
    TooLarge,
    /// Something else.
    Other,
}

/// Why a file could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum SaveTrouble {
    /// A file of that name came up meanwhile.
    AlreadyThere,
    /// This user may not write there.
    Denied,
    /// The disk can't be written.
    ReadOnly,
    /// The disk is full.
    Full,
    /// The folder is not there any more.
    NoFolder,
    /// What was read back differs from what was written.
    Differs,
    /// Something else.
    Other,
}

/// Why a copy can't be brought in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum CopyTrouble {
    /// It can't be read from the disk.
    Unreadable,
    /// It is no copy of Latchkey's.
    NotACopy,
    /// A newer version of Latchkey made it.
    Newer,
    /// It is larger than any copy.
    TooLarge,
    /// It was made on another server: a copy from a test server, say.
    OtherServer,
}
