//! How the account is limited, and how each point is answered that Apple's documentation leaves open.

use std::time::Duration;

/// Limits, rights, and one reading of every open point. The defaults are the plainest reading.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Requests that one API key has in a rolling hour.
    pub per_hour: u32,
    /// Requests that one API key has in a rolling minute; `None` for no such limit.
    pub per_minute: Option<u32>,
    /// How long a minute is; an hour is sixty of them.
    pub minute: Duration,
    /// How long every answer takes.
    pub latency: Duration,
    /// Whether a 429 says in `Retry-After` when to come again. Apple documents no such header.
    pub retry_after: bool,
    /// What the role of the API keys allows.
    pub role: Role,
    /// Whether the account's agreements are in force.
    pub agreements: Agreements,
    /// How an app's key is answered where there is none.
    pub no_key: NoKey,
    /// How an app's key is answered where there is one or several.
    pub apps_key: AppsKey,
    /// Whether an app without a key of its own is answered with the one for all apps.
    pub falls_back: bool,
    /// Whether an app may get a second key.
    pub second_key: Rule,
    /// Whether there may be several keys for all apps.
    pub second_account_key: Rule,
    /// Whether a public key may be registered twice.
    pub same_key: Rule,
    /// Whether a key that is for an app may be removed.
    pub removal_in_use: Rule,
    /// How a key that was removed is answered.
    pub removed_key: RemovedKey,
    /// How `publicKey` is written in answers.
    pub echo: Echo,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            per_hour: 3600,
            per_minute: None,
            minute: Duration::from_mins(1),
            latency: Duration::ZERO,
            retry_after: false,
            role: Role::Writes,
            agreements: Agreements::InForce,
            no_key: NoKey::NotFound,
            apps_key: AppsKey::ArrayWhenSeveral,
            falls_back: false,
            second_key: Rule::Refused,
            second_account_key: Rule::Accepted,
            same_key: Rule::Accepted,
            removal_in_use: Rule::Accepted,
            removed_key: RemovedKey::NotFound,
            echo: Echo::OpenSsl,
        }
    }
}

/// What the role of the API keys allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Writes,
    /// Reading: POST and DELETE are answered 403 `FORBIDDEN_ERROR`.
    Reads,
    /// Nothing: every request is answered so.
    Nothing,
}

/// Whether the account's agreements are in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreements {
    /// They are.
    InForce,
    /// One is missing: every request is answered 403 `FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED`.
    Missing,
}

/// How an app's key is answered where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoKey {
    /// 404 `NOT_FOUND`, naming the type `alternativeDistributionKeys`.
    NotFound,
    /// 200 with `"data": null`.
    Null,
    /// 409 `ENTITY_ERROR.RELATIONSHIP.INVALID`.
    Conflict,
}

/// How an app's key is answered where there is one or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppsKey {
    /// One object: the key added last.
    Newest,
    /// One object: the key added first.
    Oldest,
    /// An array, always.
    Array,
    /// An object for one key, an array for several ("App Store Connect API 3.7 release notes").
    ArrayWhenSeveral,
}

/// Whether something that Apple says nothing about is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// It is.
    Accepted,
    /// It is answered 409.
    Refused,
}

/// How a key that was removed is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemovedKey {
    /// Like one that never was: 404 `NOT_FOUND`.
    NotFound,
    /// 410 ("About the HTTP Status Code": the resource existed once).
    Gone,
}

/// How `publicKey` is written in answers. Apple's pages show the first two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// PEM as OpenSSL prints it.
    OpenSsl,
    /// PEM on one line, without separators.
    OneLine,
    /// PEM with CRLF.
    Crlf,
}
