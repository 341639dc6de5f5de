//! Turns what the parts below say into what the window is told.

use crate::{
    account::ApiKey,
    asc::{apple::AppleError, client::Client, error::Error},
    desk::{
        Desk, Open,
        problem::{Apple, Problem, What},
        view::{Field, Finding, Odd},
    },
    records::RecordsError,
    vault::VaultError,
};

impl Desk {
    /// An error of the client, in an account that is open.
    pub(super) fn api_problem(&self, error: &Error, open: &Open) -> Problem {
        let api_key = ApiKey { id: open.account.api_key_id.clone(), issuer: open.account.issuer_id.clone() };
        self.asc_problem(error, &api_key, &open.client, &open.account.name)
    }

    /// An error of the client.
    pub(super) fn asc_problem(
        &self,
        error: &Error,
        api_key: &ApiKey,
        client: &Client,
        account: &str,
    ) -> Problem {
        if let Error::Secret(fault) = error {
            return match fault.downcast_ref::<VaultError>() {
                Some(fault) => self.vault_problem(fault, account),
                None => self.problem(What::KeychainFailed { detail: fault.to_string() }),
            };
        }
        let clock_ahead = client.skew().map(|skew| skew.seconds);
        Problem {
            apple: apple_of(error),
            ..self.problem(what(error, api_key, clock_ahead, self.clock.now()))
        }
    }

    /// An error of the keychain.
    pub(super) fn vault_problem(&self, error: &VaultError, account: &str) -> Problem {
        self.problem(match error {
            VaultError::Missing(detail) => What::KeychainMissing { detail: detail.clone() },
            VaultError::Refused(detail) => What::KeychainRefused { detail: detail.clone() },
            VaultError::NoEntry => What::ApiKeyGone { account: account.to_owned() },
            VaultError::Newer => What::ApiKeyNewer { account: account.to_owned() },
            VaultError::Damaged => What::ApiKeyDamaged { account: account.to_owned() },
            VaultError::Failed(detail) => What::KeychainFailed { detail: detail.clone() },
        })
    }

    /// An error of the records.
    pub fn records_problem(&self, error: RecordsError) -> Problem {
        if self.is_leaving() { self.problem(What::Removing) } else { self.problem(records_trouble(error)) }
    }
}

/// What a failure of the records means to the person; also for the shell, which opens them.
pub fn records_trouble(error: RecordsError) -> What {
    match error {
        RecordsError::InUse => What::AlreadyOpen,
        RecordsError::Newer { .. } => What::RecordsNewer,
        RecordsError::NameTaken => {
            What::Form { findings: vec![Finding { field: Field::Name, what: Odd::Taken, suggestion: None }] }
        }
        RecordsError::Full => What::RecordsFull,
        RecordsError::ReadOnly => What::RecordsReadOnly,
        RecordsError::Corrupt(detail) => What::RecordsDamaged { detail },
        other => What::Records { detail: other.to_string() },
    }
}

fn what(error: &Error, api_key: &ApiKey, clock_ahead: Option<i64>, now: crate::clock::Moment) -> What {
    match error {
        Error::NotSent(broken) | Error::MaybeSent(broken) => {
            What::NoAnswer { how: broken.kind, detail: broken.detail.clone(), signer: broken.signer.clone() }
        }
        _ if error.status().is_some_and(|status| status >= 500) => What::AppleFailed,
        Error::NotJson { status, content_type, .. } => {
            What::NotApple { status: *status, content_type: content_type.clone() }
        }
        _ if error.is_not_authorized() => What::NotAccepted {
            kind: api_key.kind(),
            api_key_id: api_key.id.clone(),
            issuer_id: api_key.issuer.clone(),
            clock_ahead,
        },
        _ if error.is_agreement_missing() => What::AgreementMissing,
        Error::Apple { errors, .. } if error.is_forbidden() => {
            if errors.iter().any(is_about_the_role) {
                What::RoleTooLow
            } else {
                What::Forbidden
            }
        }
        Error::Apple { status: 404 | 410, .. } => What::NotFound,
        Error::Apple { status: 429, retry_after, .. } => {
            What::TooManyRequests { until: retry_after.map(|after| now.plus(after)) }
        }
        Error::Apple { errors, .. } => {
            What::Refused { pointer: errors.iter().find_map(|error| error.pointer.clone()) }
        }
        Error::Unsignable(detail) => What::KeychainFailed { detail: detail.clone() },
        other => What::Unexpected { detail: other.to_string() },
    }
}

/// Whether Apple says that the API key may not do this. The same code also stands for what no API key may do, and for
/// rules that have nothing to do with it; only this text was seen for a role.
fn is_about_the_role(error: &AppleError) -> bool {
    error.is("FORBIDDEN_ERROR") && error.title.starts_with("This request is forbidden for security reasons")
}

fn apple_of(error: &Error) -> Option<Apple> {
    let (status, request_id, errors) = match error {
        Error::Apple { status, request_id, errors, .. } => (*status, request_id.clone(), errors.clone()),
        Error::NotJson { status, request_id, .. } | Error::Unexpected { status, request_id, .. } => {
            (*status, request_id.clone(), Vec::new())
        }
        _ => return None,
    };
    Some(Apple { status, request_id, errors })
}
