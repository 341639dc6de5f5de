//! Why a request has no result, and what that says about whether anything changed.

use std::{sync::Arc, time::Duration};

use super::{apple::AppleError, transport::Broken};

/// What the caller's source of the API key's secret said.
pub type SecretFault = Arc<dyn std::error::Error + Send + Sync>;

/// Why a request has no result.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Apple's API refused, in its own words.
    #[error("App Store Connect answered {status} {}", codes(.errors))]
    Apple {
        /// HTTP status.
        status: u16,
        /// Names the request, for Apple's support.
        request_id: Option<String>,
        /// Every error of the answer, in its order; the one that matters is not always the first.
        errors: Vec<AppleError>,
        /// How long the server asked to wait.
        retry_after: Option<Duration>,
    },
    /// The answer is no JSON: a gateway's page, plain text, or nothing at all.
    #[error("the answer with status {status} is no JSON")]
    NotJson {
        /// HTTP status.
        status: u16,
        /// Names the request, if Apple's server did answer.
        request_id: Option<String>,
        /// The header `Content-Type`.
        content_type: Option<String>,
        /// Its beginning, at most 4 KB, with control and bidi characters replaced.
        excerpt: String,
    },
    /// The answer is JSON, or has a status, that the API does not describe.
    #[error("the answer with status {status} is not what was asked for: {what}")]
    Unexpected {
        /// HTTP status.
        status: u16,
        /// Names the request, for Apple's support.
        request_id: Option<String>,
        /// What is wrong with it, for support.
        what: String,
    },
    /// Not one byte reached the server.
    #[error("not sent: {0}")]
    NotSent(#[source] Broken),
    /// It may have been carried out; no whole answer came back.
    #[error("sent, perhaps, but not answered: {0}")]
    MaybeSent(#[source] Broken),
    /// The API key's secret could not be had. Nothing was sent.
    #[error("the API key's secret could not be had")]
    Secret(#[source] SecretFault),
    /// The API key's secret signs nothing: it is no P-256 key in PKCS#8. Nothing was sent.
    #[error("the API key can't sign: {0}")]
    Unsignable(String),
    /// A list's next page is said to be on another server. It was not asked for.
    #[error("the next page of the list is on another server: {0}")]
    ForeignPage(String),
    /// A list leads back to a page it came from, or goes on without end.
    #[error("the list does not end")]
    EndlessList,
}

impl Error {
    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Apple { status, .. } | Self::NotJson { status, .. } | Self::Unexpected { status, .. } => {
                Some(*status)
            }
            _ => None,
        }
    }

    /// Apple's errors; empty if it was not Apple's API that answered.
    pub fn apple_errors(&self) -> &[AppleError] {
        if let Self::Apple { errors, .. } = self { errors } else { &[] }
    }

    /// Whether a write that failed this way may nevertheless have been carried out.
    ///
    /// Only a refusal that is certain says no: nothing was sent, or the status is one of 400 to 499,
    /// which says that the request was not acted on, whether Apple's API or a gateway before it says so.
    /// The exception is 408, with which a gateway also gives up waiting for a request that it had passed on.
    /// Any 5xx may come after the write, most plainly a gateway's 502 and 504. A 2xx whose body can't be
    /// read says that something was done, not what. A 3xx is no answer of this API at all.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::MaybeSent(_) => true,
            Self::Apple { status, .. } | Self::NotJson { status, .. } | Self::Unexpected { status, .. } => {
                *status == 408 || !(400..500).contains(status)
            }
            Self::NotSent(_)
            | Self::Secret(_)
            | Self::Unsignable(_)
            | Self::ForeignPage(_)
            | Self::EndlessList => false,
        }
    }

    /// Whether the API key, its ID, the issuer ID or this computer's clock was not accepted. Apple answers
    /// all of them alike: 401, code `NOT_AUTHORIZED`; its page "About the HTTP Status Code" says 403.
    pub fn is_not_authorized(&self) -> bool {
        self.status() == Some(401) || self.has("NOT_AUTHORIZED")
    }

    /// Whether an agreement isn't signed or has lapsed, which only the Account Holder can put right.
    /// The API key is in order.
    pub fn is_agreement_missing(&self) -> bool {
        self.status() == Some(403)
            && self.apple_errors().iter().any(|error| error.code.starts_with("FORBIDDEN.REQUIRED_AGREEMENTS"))
    }

    /// Whether the API key's role, or a rule of Apple's, doesn't allow it.
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(403) && !self.is_agreement_missing() && !self.is_not_authorized()
    }

    /// Whether it isn't there, or not for this API key.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// The resource type that a "not found" of Apple's names, for example `apps`. If it names several,
    /// the first.
    pub fn missing_type(&self) -> Option<&str> {
        self.is_not_found().then(|| self.apple_errors().iter().find_map(AppleError::missing_type))?
    }

    /// Whether the data conflict with a rule or with what is there.
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(409)
    }

    /// Whether too much was asked in too short a time.
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(429)
    }

    /// Whether one of Apple's errors has the code `prefix` or a more specific one.
    pub fn has(&self, prefix: &str) -> bool {
        self.apple_errors().iter().any(|error| error.is(prefix))
    }
}

fn codes(errors: &[AppleError]) -> String {
    errors.iter().map(|error| error.code.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{AppleError, Error};
    use crate::asc::transport::{Broken, BrokenKind};

    fn apple(status: u16, code: &str) -> Error {
        let error = AppleError { code: code.to_owned(), ..AppleError::default() };
        Error::Apple { status, request_id: None, errors: vec![error], retry_after: None }
    }

    fn not_json(status: u16) -> Error {
        Error::NotJson { status, request_id: None, content_type: None, excerpt: String::new() }
    }

    fn broken() -> Broken {
        Broken { kind: BrokenKind::Connect, detail: String::new(), signer: None }
    }

    #[test]
    fn a_write_whose_answer_is_lost_or_unreadable_may_have_been_carried_out() {
        let unknown = [
            Error::MaybeSent(broken()),
            apple(500, "UNEXPECTED_ERROR"),
            not_json(502),
            not_json(504),
            not_json(408),
            not_json(200),
            not_json(302),
            Error::Unexpected { status: 201, request_id: None, what: String::new() },
        ];
        for error in unknown {
            assert!(error.outcome_unknown(), "{error:?}");
        }
    }

    #[test]
    fn a_write_that_was_refused_or_never_left_was_not_carried_out() {
        let known = [
            Error::NotSent(broken()),
            Error::Secret(Arc::new(broken())),
            Error::Unsignable(String::new()),
            apple(401, "NOT_AUTHORIZED"),
            apple(409, "ENTITY_ERROR"),
            apple(429, "RATE_LIMIT_EXCEEDED"),
            not_json(403),
            Error::Unexpected { status: 404, request_id: None, what: String::new() },
        ];
        for error in known {
            assert!(!error.outcome_unknown(), "{error:?}");
        }
    }

    #[test]
    fn a_missing_agreement_is_told_apart_from_a_role_too_low() {
        let agreement = apple(403, "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED");
        assert!(agreement.is_agreement_missing() && !agreement.is_forbidden());
        let role = apple(403, "FORBIDDEN_ERROR");
        assert!(role.is_forbidden() && !role.is_agreement_missing());
    }

    #[test]
    fn a_key_refused_with_403_counts_as_not_authorized() {
        let error = apple(403, "NOT_AUTHORIZED");
        assert!(error.is_not_authorized() && !error.is_forbidden());
        assert!(not_json(401).is_not_authorized());
    }
}
