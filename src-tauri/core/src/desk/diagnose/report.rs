//! What was found, as text for whoever helps: in English, one line a part. Built of what is no secret; names, addresses
//! and IDs are left out where they would stand, and what others wrote goes through [`Redactor`].

use std::{collections::HashMap, env::consts};

use super::{redact::Redactor, verdict::Verdict};
use crate::{
    account::{ApiKeyKind, Origin},
    clock::Moment,
    desk::{
        problem::{Apple, Problem, What},
        view::{Check, CheckState, Field, Finding, Found, Odd, Quota},
        written::utc,
    },
};

/// Most errors of one answer that are written down.
const MOST_ERRORS: usize = 3;

/// In the order in which they are checked.
const LINES: [(Check, &str); 11] = [
    (Check::Proxy, "Proxy"),
    (Check::Name, "Name look-up"),
    (Check::Server, "Server"),
    (Check::Signer, "Certificate"),
    (Check::Clock, "Clock"),
    (Check::Keychain, "Keychain"),
    (Check::KeyForm, "Form of the API key ID"),
    (Check::Answer, "API key"),
    (Check::Role, "Role"),
    (Check::Agreements, "Agreements"),
    (Check::Quota, "Requests left"),
];

/// What the report is about.
pub(super) struct Subject<'a> {
    /// Version of the app.
    pub(super) version: &'a str,
    pub(super) at: Moment,
    /// The kind of the account's API key, if an account was checked.
    pub(super) api_key: Option<ApiKeyKind>,
    pub(super) origin: &'a Origin,
    /// It is the sample account.
    pub(super) sample: bool,
    pub(super) stopped: bool,
}

pub(super) fn write(subject: &Subject<'_>, found: &HashMap<Check, Verdict>, redactor: &Redactor) -> String {
    let line = |(check, name)| {
        let line =
            found.get(&check).map_or_else(|| "not reached".to_owned(), |verdict| line(verdict, redactor));
        format!("{name}: {line}")
    };
    head(subject) + &LINES.map(line).join("\n")
}

fn line(verdict: &Verdict, redactor: &Redactor) -> String {
    let standing = match verdict.state {
        CheckState::Good => "works",
        CheckState::Odd => "worth a look",
        CheckState::Bad => "in the way",
        CheckState::NotChecked => "not checked",
    };
    match words(&verdict.found, redactor) {
        Some(words) => format!("{standing}. {words}"),
        None => standing.to_owned(),
    }
}

fn head(subject: &Subject<'_>) -> String {
    let at = utc(subject.at);
    let server = match subject.origin {
        _ if subject.sample => "the sample account",
        origin if origin.is_apple() => "App Store Connect",
        _ => "a test server on this computer",
    };
    let api_key = match subject.api_key {
        Some(ApiKeyKind::Team) => "team API key",
        Some(ApiKeyKind::Individual) => "individual API key",
        None => "no account",
    };
    let stopped = if subject.stopped { ", stopped before its end" } else { "" };
    format!(
        "Latchkey {}, {} {}\nConnection to {server}, {api_key}, checked on {} at {} UTC{stopped}\n\n",
        subject.version,
        consts::OS,
        consts::ARCH,
        at.get(..10).unwrap_or_default(),
        at.get(11..19).unwrap_or_default(),
    )
}

fn words(found: &Found, redactor: &Redactor) -> Option<String> {
    Some(match found {
        Found::Nothing => return None,
        Found::NoProxy => "No proxy.".to_owned(),
        Found::SystemProxy { .. } => "The system's proxy.".to_owned(),
        Found::OwnProxy { .. } => "A proxy given in Latchkey.".to_owned(),
        Found::NameFound { ms } => format!("Found in {ms} ms."),
        Found::Answered { ms } => format!("Answered in {ms} ms."),
        Found::Broken { how, detail } => format!("{how:?}: {}", redactor.free_text(detail)),
        Found::NotApple { status } => format!("Status {status}, and not from Apple's API."),
        Found::SignedByAuthority { by } => format!("Signed by {}.", redactor.free_text(by)),
        Found::SignedByCompany { .. } => "Signed by somebody whom this computer alone trusts.".to_owned(),
        Found::SignedByStranger { .. } => "Signed by somebody whom this computer does not trust.".to_owned(),
        Found::NotSigned => "No certificate.".to_owned(),
        Found::Clock { ahead, uncertainty } => {
            format!("{ahead} s ahead of the server's, give or take {uncertainty} s.")
        }
        Found::ApiKeyFound => "It gave the API key, which can sign.".to_owned(),
        Found::UsualForm { .. } => "The usual one.".to_owned(),
        Found::UnusualForm { findings } => findings.iter().map(oddity).collect::<Vec<_>>().join(" "),
        Found::Accepted => "Apple accepts it.".to_owned(),
        Found::MayRead => "It may read distribution keys.".to_owned(),
        Found::AgreementsInForce => "Apple names none that is missing.".to_owned(),
        Found::Left { quota: Quota { remaining, limit: Some(limit), .. } } => {
            format!("{remaining} of {limit} this hour.")
        }
        Found::Left { quota } => format!("{} this hour.", quota.remaining),
        Found::NotTold => "The answer does not say.".to_owned(),
        Found::Trouble { problem } => trouble(problem, redactor),
    })
}

/// The suggestion holds the ID itself, and is left out.
fn oddity(finding: &Finding) -> String {
    let field = match finding.field {
        Field::ApiKeyId => "API key ID",
        Field::IssuerId => "Issuer ID",
        Field::ApiKeyFile => "API key",
        Field::Name => "Name",
    };
    let what = match finding.what {
        Odd::Empty => "missing",
        Odd::StrayCharacters => "with stray characters",
        Odd::Impossible => "nothing that can be sent",
        Odd::UnusualApiKeyId | Odd::UnusualIssuerId => "unusual",
        Odd::Swapped => "looks like the other ID",
        Odd::Taken => "taken",
    };
    format!("{field}: {what}.")
}

/// A problem's facts are left out but for what a library said: they name the account.
fn trouble(problem: &Problem, redactor: &Redactor) -> String {
    let tagged = serde_json::to_value(&problem.what).unwrap_or_default();
    let mut words = tagged["code"].as_str().unwrap_or_default().to_owned();
    let detail = match &problem.what {
        What::NoAnswer { how, detail, .. } => Some(format!("{how:?}: {detail}")),
        _ => tagged["facts"]["detail"].as_str().map(str::to_owned),
    };
    if let Some(detail) = detail {
        words = format!("{words}: {}", redactor.free_text(&detail));
    }
    match &problem.apple {
        Some(apple) => format!("{words}. {}", answer(apple, redactor)),
        None => format!("{words}."),
    }
}

fn answer(apple: &Apple, redactor: &Redactor) -> String {
    let mut words = format!("Status {}", apple.status);
    if let Some(id) = &apple.request_id {
        words = format!("{words}, request ID {}", redactor.request_id(id));
    }
    for error in apple.errors.iter().take(MOST_ERRORS) {
        let (code, title) = (redactor.apple_code(&error.code), redactor.free_text(&error.title));
        words = format!("{words}; {code}: {title}");
        if let Some(detail) = &error.detail {
            words = format!("{words} {}", redactor.free_text(detail));
        }
    }
    words
}
