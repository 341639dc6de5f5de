//! Faults: which requests one strikes, and what it does to them. [`spec`] reads them from text.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    answer::{Body, Reply},
    problem::{Problem, Source},
};

pub mod spec;

/// A fault. Read from a line like `POST /v1/alternativeDistributionKeys cut-after`, see [`spec`].
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub(crate) site: Site,
    /// How many matching requests pass before the first is struck.
    pub(crate) skip: u32,
    /// How many are struck; `None` for all.
    pub(crate) times: Option<u32>,
    pub(crate) delay: Duration,
    /// How many seconds the `Date` header is ahead.
    pub(crate) date_ahead: i64,
    pub(crate) echo_other_key: bool,
    pub(crate) effect: Effect,
}

/// Which requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    /// `None` for every method.
    pub(crate) method: Option<Method>,
    pub(crate) path: PathPattern,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PathPattern {
    Any,
    Prefix(String),
    Exact(String),
}

/// What the client gets instead of the answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// The answer.
    Nothing,
    /// Half of it.
    Truncated,
    /// Another one.
    Instead(Canned, Work),
    /// None.
    Cut(Work),
    /// None, and the request never arrived.
    Unreachable,
}

/// What becomes of the work that a request asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Undone,
    Done,
    /// Done so long after the client learned the outcome.
    Late(Duration),
}

/// An answer that was decided beforehand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Canned {
    pub(crate) status: StatusCode,
    pub(crate) content: Content,
    /// Seconds.
    pub(crate) retry_after: Option<u64>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    /// The error that goes with the status, with these members of it replaced.
    Error(Wording),
    /// A whole `errors` array.
    Errors(Value),
    Html,
    Text(String),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Wording {
    pub(crate) code: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) detail: Option<String>,
    pub(crate) pointer: Option<String>,
}

impl Site {
    fn matches(&self, method: &Method, path: &str) -> bool {
        self.method.as_ref().is_none_or(|wanted| wanted == method)
            && match &self.path {
                PathPattern::Any => true,
                PathPattern::Prefix(prefix) => path.starts_with(prefix),
                PathPattern::Exact(exact) => path == exact,
            }
    }
}

/// Finds the fault that strikes a request and counts it off. Faults are asked in order; one that is still
/// skipping or is used up leaves the request to the next.
pub(crate) fn strike(faults: &mut [Fault], method: &Method, path: &str) -> Option<Fault> {
    for fault in faults.iter_mut().filter(|fault| fault.site.matches(method, path)) {
        if fault.skip > 0 {
            fault.skip -= 1;
            continue;
        }
        match &mut fault.times {
            Some(0) => continue,
            Some(times) => *times -= 1,
            None => {}
        }
        return Some(fault.clone());
    }
    None
}

impl Canned {
    /// `id` names this occurrence.
    pub(crate) fn reply(self, id: &str) -> Reply {
        let body = match self.content {
            Content::Error(wording) => {
                let mut problem = wording.applied_to(Problem::of(self.status));
                problem.status = self.status;
                problem.into_reply(id).body
            }
            Content::Errors(errors) => Body::Json(json!({ "errors": errors })),
            Content::Html => Body::Html(format!(
                "<!DOCTYPE html><html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n",
                status = self.status
            )),
            Content::Text(text) => Body::Text(text),
        };
        let reply = Reply { status: self.status, body, headers: Vec::new() };
        match self.retry_after {
            Some(seconds) => reply.with(http::header::RETRY_AFTER, seconds.to_string()),
            None => reply,
        }
    }
}

impl Wording {
    fn applied_to(self, problem: Problem) -> Problem {
        let mut problem = match self.code {
            Some(code) if code.starts_with("FORBIDDEN.REQUIRED_AGREEMENTS") => {
                Problem { code, ..Problem::agreement_missing() }
            }
            Some(code) => Problem { code, ..problem },
            None => problem,
        };
        problem.title = self.title.unwrap_or(problem.title);
        problem.detail = self.detail.unwrap_or(problem.detail);
        problem.source = self.pointer.map(Source::Pointer).or(problem.source);
        problem
    }
}
