//! A request and a moment go in, an answer comes out.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{HeaderName, Request, header};
use latchkey_core::clock::Moment;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    Account, Answer, Fault, KeyPair, Outcome, Settings,
    account::State,
    answer::{Body, Reply},
    api_key::ApiKey,
    budget::Budgets,
    endpoints::{self, Call},
    fault::{self, Effect, Work},
    problem::Problem,
    settings::{Agreements, Echo, Role},
    token,
};

const RATE_LIMIT: HeaderName = HeaderName::from_static("x-rate-limit");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// App Store Connect for one account. It has no clock: whoever asks says what time it is.
pub struct Simulator(Mutex<Inner>);

struct Inner {
    settings: Settings,
    at_first: Account,
    account: Account,
    budgets: Budgets,
    faults: Vec<Fault>,
    late: Vec<LateWork>,
    log: Vec<Logged>,
}

/// A request that is carried out after its client has given up.
struct LateWork {
    due: Moment,
    api_key: ApiKey,
    request: Request<Bytes>,
}

/// A request that arrived. Its `Authorization` header is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Logged {
    /// Its method.
    pub method: String,
    /// Its path, as it was sent.
    pub path: String,
    /// Its query without the question mark, as it was sent.
    pub query: Option<String>,
    /// Its body: what the JSON says, the text if it is none, null if it is empty.
    pub body: Value,
    /// The status that the client was told; `None` if it was told none.
    pub status: Option<u16>,
}

impl Simulator {
    /// Answers for `account`.
    pub fn new(settings: Settings, account: Account) -> Self {
        Self(Mutex::new(Inner {
            settings,
            at_first: account.clone(),
            account,
            budgets: Budgets::default(),
            faults: Vec::new(),
            late: Vec::new(),
            log: Vec::new(),
        }))
    }

    /// Answers a request that arrives at `now`. Links in the answer are absolute if the request's URI is.
    pub fn answer(&self, now: Moment, request: &Request<Bytes>) -> Answer {
        let mut inner = self.lock();
        inner.do_late_work(now);
        inner.answer(now, request)
    }

    /// Adds a fault, after those that are there.
    pub fn add_fault(&self, fault: Fault) {
        self.lock().faults.push(fault);
    }

    /// Replaces all faults.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.lock().faults = faults;
    }

    /// Changes the account behind the client's back.
    pub fn change<T>(&self, change: impl FnOnce(&mut Account) -> T) -> T {
        change(&mut self.lock().account)
    }

    /// Changes the settings.
    pub fn configure<T>(&self, change: impl FnOnce(&mut Settings) -> T) -> T {
        change(&mut self.lock().settings)
    }

    /// Every request that arrived, in order.
    pub fn log(&self) -> Vec<Logged> {
        self.lock().log.clone()
    }

    /// What is in the account at `now`.
    pub fn state(&self, now: Moment) -> State {
        let mut inner = self.lock();
        inner.do_late_work(now);
        inner.account.state()
    }

    /// Goes back to the account it began with; forgets faults, budgets, late work and the log.
    pub fn reset(&self) {
        let mut inner = self.lock();
        inner.account = inner.at_first.clone();
        inner.budgets = Budgets::default();
        inner.faults.clear();
        inner.late.clear();
        inner.log.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Simulator").field(&self.lock().account.state()).finish()
    }
}

impl Inner {
    fn answer(&mut self, now: Moment, request: &Request<Bytes>) -> Answer {
        let fault = fault::strike(&mut self.faults, request.method(), request.uri().path());
        let delay = self.settings.latency + fault.as_ref().map_or(Duration::ZERO, |fault| fault.delay);
        let sent = Sending { id: uuid::Uuid::new_v4().to_string(), at: now.plus(delay) };
        let (outcome, status) = match fault {
            None => {
                let reply = self.reply(now, request, &sent.id);
                let status = reply.status;
                (Outcome::Answered(sent.response(reply, 0)), Some(status))
            }
            Some(fault) => self.struck(now, request, fault, &sent),
        };
        if !matches!(outcome, Outcome::Unreachable) {
            self.log.push(Logged::new(request, status));
        }
        Answer { delay, outcome }
    }

    fn struck(
        &mut self,
        now: Moment,
        request: &Request<Bytes>,
        fault: Fault,
        sent: &Sending,
    ) -> (Outcome, Option<http::StatusCode>) {
        let truncated = fault.effect == Effect::Truncated;
        let reply = match fault.effect {
            Effect::Unreachable => return (Outcome::Unreachable, None),
            Effect::Cut(work) => {
                self.work(work, now, request, sent);
                return (Outcome::Cut, None);
            }
            Effect::Instead(canned, work) => {
                self.work(work, now, request, sent);
                canned.reply(&sent.id)
            }
            Effect::Nothing | Effect::Truncated => {
                let mut reply = self.reply(now, request, &sent.id);
                if fault.echo_other_key {
                    echo_other_key(&mut reply, self.settings.echo);
                }
                reply
            }
        };
        let status = Some(reply.status);
        let response = sent.response(reply, fault.date_ahead);
        (if truncated { Outcome::Truncated(response) } else { Outcome::Answered(response) }, status)
    }

    /// Carries a request out, or not, where its client hears nothing of the result.
    fn work(&mut self, work: Work, now: Moment, request: &Request<Bytes>, sent: &Sending) {
        match work {
            Work::Undone => {}
            Work::Done => {
                self.reply(now, request, &sent.id);
            }
            Work::Late(after) => {
                if let Ok((api_key, _)) = self.admit(now, request) {
                    let due = sent.at.plus(after);
                    self.late.push(LateWork { due, api_key, request: request.clone() });
                }
            }
        }
    }

    fn reply(&mut self, now: Moment, request: &Request<Bytes>, id: &str) -> Reply {
        let (result, lines) = match self.admit(now, request) {
            Ok((api_key, lines)) => (self.perform(&api_key, request), lines),
            Err(Refused { problem, lines, retry_after }) => {
                let mut reply = problem.into_reply(id);
                if let Some(wait) = retry_after {
                    reply = reply.with(header::RETRY_AFTER, wait.as_millis().div_ceil(1000).to_string());
                }
                return with_lines(reply, lines);
            }
        };
        with_lines(result.unwrap_or_else(|problem| problem.into_reply(id)), lines)
    }

    /// Checks who asks, and whether they may ask anything at this moment.
    fn admit(&mut self, now: Moment, request: &Request<Bytes>) -> Result<(ApiKey, Vec<String>), Refused> {
        let authorization = request.headers().get(header::AUTHORIZATION);
        let api_key = token::verify(authorization, &self.account.api_keys, now)
            .map_err(|_| Refused::at_once(Problem::not_authorized(), Vec::new()))?;
        let receipt = self.budgets.take(&api_key.id, now, &self.settings);
        if let Some(wait) = receipt.wait {
            return Err(Refused {
                problem: Problem::too_many_requests(),
                lines: receipt.lines,
                retry_after: self.settings.retry_after.then_some(wait),
            });
        }
        if self.settings.agreements == Agreements::Missing {
            return Err(Refused::at_once(Problem::agreement_missing(), receipt.lines));
        }
        if self.settings.role == Role::Nothing {
            return Err(Refused::at_once(Problem::role_too_low(), receipt.lines));
        }
        Ok((api_key.clone(), receipt.lines))
    }

    fn perform(&mut self, api_key: &ApiKey, request: &Request<Bytes>) -> Result<Reply, Problem> {
        let settings = &self.settings;
        endpoints::perform(&mut Call { account: &mut self.account, settings, api_key, request })
    }

    fn do_late_work(&mut self, now: Moment) {
        let (mut due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.late).into_iter().partition(|work| work.due <= now);
        self.late = later;
        due.sort_by_key(|work| work.due);
        for LateWork { api_key, request, .. } in due {
            // Nobody is left to hear of a failure.
            let _ = self.perform(&api_key, &request);
        }
    }
}

/// Why a request was not let in.
struct Refused {
    problem: Problem,
    lines: Vec<String>,
    retry_after: Option<Duration>,
}

impl Refused {
    fn at_once(problem: Problem, lines: Vec<String>) -> Self {
        Self { problem, lines, retry_after: None }
    }
}

fn with_lines(reply: Reply, lines: Vec<String>) -> Reply {
    lines.into_iter().fold(reply, |reply, line| reply.with(RATE_LIMIT, line))
}

/// What every answer carries: its ID, and when it was sent.
struct Sending {
    id: String,
    at: Moment,
}

impl Sending {
    fn response(&self, reply: Reply, date_ahead: i64) -> http::Response<Bytes> {
        let seconds = u64::try_from(self.at.unix_seconds().saturating_add(date_ahead)).unwrap_or(0);
        let date = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).unwrap_or(SystemTime::UNIX_EPOCH);
        reply
            .with(header::DATE, httpdate::fmt_http_date(date))
            .with(REQUEST_ID, self.id.clone())
            .into_response()
    }
}

impl Logged {
    fn new(request: &Request<Bytes>, status: Option<http::StatusCode>) -> Self {
        let body = request.body();
        let body = match serde_json::from_slice(body) {
            Ok(value) => value,
            Err(_) if body.is_empty() => Value::Null,
            Err(_) => json!(String::from_utf8_lossy(body)),
        };
        Self {
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().map(ToOwned::to_owned),
            body,
            status: status.map(|status| status.as_u16()),
        }
    }
}

fn echo_other_key(reply: &mut Reply, echo: Echo) {
    let Body::Json(document) = &mut reply.body else { return };
    for pointer in ["/data/attributes/publicKey", "/data/0/attributes/publicKey"] {
        if let Some(text) = document.pointer_mut(pointer) {
            *text = json!(KeyPair::numbered(u64::MAX, u64::MAX).public().written(echo));
        }
    }
}
