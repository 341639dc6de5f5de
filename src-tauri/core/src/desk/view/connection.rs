//! The way to Apple: what it is, and whether each part of it works.

use serde::Serialize;

use super::Finding;
use crate::{account::ApiKeyKind, asc::transport::BrokenKind, clock::Moment, desk::problem::Problem};

/// How requests get to Apple from here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// The proxy that the person gave, as `host:port`.
    pub own_proxy: Option<String>,
    /// The proxy that the system is set to, as `host:port`; of no matter while there is an own one.
    pub system_proxy: Option<String>,
}

/// What is left of an API key's requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Quota {
    /// How many are left of this hour's.
    pub remaining: u32,
    /// How many there are in an hour, if Apple said.
    pub limit: Option<u32>,
    /// When Apple said so.
    pub at: Moment,
    /// So few are left that reading goes slowly.
    pub slow: bool,
}

/// What *Diagnose connection* tells while it runs.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DiagnosisEvent {
    /// A part is being checked.
    Checking {
        /// Which.
        check: Check,
    },
    /// A part was checked.
    Checked {
        /// Which, and what was found.
        line: DiagnosisLine,
    },
    /// Everything was checked that could be.
    Finished {
        /// When.
        at: Moment,
        /// The person stopped it before its end.
        stopped: bool,
        /// All of it as text for support, in English: without user, host and account names, issuer ID, API key ID and
        /// passwords.
        report: String,
    },
}

/// A part of the way to Apple, in the order in which they are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Check {
    /// Whether a proxy stands between.
    Proxy,
    /// Looking up the name of the server, or of its proxy.
    Name,
    /// Whether the server answers.
    Server,
    /// Who signed the server's certificate.
    Signer,
    /// This computer's clock against the server's.
    Clock,
    /// Whether the keychain gives the account's API key.
    Keychain,
    /// Whether API key, API key ID and issuer ID have the usual form.
    KeyForm,
    /// Whether Apple accepts the API key.
    Answer,
    /// Whether its role allows reading distribution keys.
    Role,
    /// Whether the account's agreements are in force.
    Agreements,
    /// What is left of this hour's requests.
    Quota,
}

/// What was found about one part.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DiagnosisLine {
    /// Which part.
    pub check: Check,
    /// How it stands.
    pub state: CheckState,
    /// What was found.
    pub found: Found,
}

/// How a part stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum CheckState {
    /// It works.
    Good,
    /// It works, but the person should know of something.
    Odd,
    /// It stands in the way.
    Bad,
    /// It could not be checked, as something before it stands in the way or there is nothing to check.
    NotChecked,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Found {
    /// There is no proxy.
    NoProxy,
    /// The system is set to this proxy.
    SystemProxy {
        /// `host:port`.
        address: String,
    },
    /// The person gave this proxy.
    OwnProxy {
        /// `host:port`.
        address: String,
    },
    /// The name was found.
    NameFound {
        /// How long it took, in milliseconds.
        #[cfg_attr(test, ts(type = "number"))]
        ms: u64,
    },
    /// The server, or whoever answers in its place, answered.
    Answered {
        /// How long it took, in milliseconds.
        #[cfg_attr(test, ts(type = "number"))]
        ms: u64,
    },
    /// It did not work.
    Broken {
        /// How.
        how: BrokenKind,
        /// The library's words, for support.
        detail: String,
    },
    /// Whatever answered is not Apple's API: a web page, most likely of a proxy or a hotel's network.
    NotApple {
        /// The HTTP status.
        status: u16,
    },
    /// An authority that browsers everywhere trust signed the certificate.
    SignedByAuthority {
        /// Its name.
        by: String,
    },
    /// Somebody whom only this computer trusts signed it, and can read everything, the sign-in token included.
    SignedByCompany {
        /// The name.
        by: String,
    },
    /// Somebody signed it whom this computer doesn't trust; nothing was sent.
    SignedByStranger {
        /// The name.
        by: String,
    },
    /// There is no certificate: the sample account, or a test server on this computer.
    NotSigned,
    /// The clocks differ by this much; Apple's is the one that counts.
    Clock {
        /// Seconds that this computer's is ahead; negative: behind.
        #[cfg_attr(test, ts(type = "number"))]
        ahead: i64,
        /// How far that may be wrong, in seconds.
        #[cfg_attr(test, ts(type = "number"))]
        uncertainty: u64,
    },
    /// The keychain gave the API key, and it is a complete P-256 private key.
    ApiKeyFound,
    /// API key ID and issuer ID have the usual form.
    UsualForm {
        /// Team or individual key.
        kind: ApiKeyKind,
    },
    /// They don't; Apple documents no form, so they may be right all the same.
    UnusualForm {
        /// What is unusual.
        findings: Vec<Finding>,
    },
    /// Apple accepts the API key.
    Accepted,
    /// The API key may read distribution keys. Whether it may add and remove them can't be known without doing so.
    MayRead,
    /// Apple names no missing agreement.
    AgreementsInForce,
    /// This many requests are left.
    Left {
        /// As of now.
        quota: Quota,
    },
    /// Apple's answer does not say.
    NotTold,
    /// Something is wrong; told as everywhere else.
    Trouble {
        /// What.
        problem: Box<Problem>,
    },
    /// Nothing: it was not checked.
    Nothing,
}
