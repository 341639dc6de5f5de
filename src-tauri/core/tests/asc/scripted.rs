//! A transport that answers as the test says and remembers what it was sent.

use std::{
    future::Future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Method, Request, Response};
use latchkey_core::{
    account::{ApiKey, Origin},
    asc::{
        client::Client,
        token::{SecretSource, Signer},
        transport::{Broken, BrokenKind, Fate, Sending, Transport},
    },
    clock::SystemClock,
    key::PublicKey,
};
use p256::{SecretKey, pkcs8::EncodePrivateKey};
use secrecy::SecretSlice;
use serde_json::Value;
use tokio::time::Instant;

pub(crate) const KEY_ID: &str = "0b3bbf54-2b4e-4ac7-9ddc-4bcd2d5b0a3c";

/// A request as it left the client.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) method: Method,
    pub(crate) host: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) authorization: String,
    pub(crate) body: Option<Value>,
    pub(crate) at: Duration,
}

type Answering = Box<dyn Fn(usize, &Sent) -> Fate + Send + Sync>;

pub(crate) struct Scripted {
    answer: Answering,
    latency: Duration,
    start: Instant,
    sent: Mutex<Vec<Sent>>,
    on_their_way: AtomicUsize,
    most_on_their_way: AtomicUsize,
}

impl Scripted {
    /// Answers the first request with `answer(0, …)`, the next with `answer(1, …)`.
    pub(crate) fn new(answer: impl Fn(usize, &Sent) -> Fate + Send + Sync + 'static) -> Arc<Self> {
        Self::slow(Duration::ZERO, answer)
    }

    pub(crate) fn slow(
        latency: Duration,
        answer: impl Fn(usize, &Sent) -> Fate + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            answer: Box::new(answer),
            latency,
            start: Instant::now(),
            sent: Mutex::default(),
            on_their_way: AtomicUsize::default(),
            most_on_their_way: AtomicUsize::default(),
        })
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    pub(crate) fn targets(&self) -> Vec<String> {
        self.sent().into_iter().map(|sent| sent.target).collect()
    }

    /// When each request came, from the start.
    pub(crate) fn times(&self) -> Vec<Duration> {
        self.sent().into_iter().map(|sent| sent.at).collect()
    }

    pub(crate) fn most_on_their_way(&self) -> usize {
        self.most_on_their_way.load(Ordering::SeqCst)
    }

    fn note(&self, request: &Request<Bytes>) -> (usize, Sent) {
        let uri = request.uri();
        let authorization = &request.headers()["authorization"];
        assert!(authorization.is_sensitive(), "Debug of the request would show the token");
        let body = request.body();
        let sent = Sent {
            method: request.method().clone(),
            host: uri.authority().unwrap().to_string(),
            target: uri.path_and_query().unwrap().to_string(),
            authorization: authorization.to_str().unwrap().to_owned(),
            body: (!body.is_empty()).then(|| serde_json::from_slice(body).unwrap()),
            at: self.start.elapsed(),
        };
        let mut all = self.sent.lock().unwrap();
        all.push(sent.clone());
        (all.len() - 1, sent)
    }
}

impl Transport for Scripted {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        let (nth, sent) = self.note(&request);
        let now = self.on_their_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_on_their_way.fetch_max(now, Ordering::SeqCst);
        Box::pin(async move {
            tokio::time::sleep(self.latency).await;
            self.on_their_way.fetch_sub(1, Ordering::SeqCst);
            (self.answer)(nth, &sent)
        })
    }
}

/// An answer with a JSON body.
pub(crate) fn json(status: u16, body: &Value) -> Fate {
    answer(status, &[("content-type", "application/json")], body.to_string())
}

pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Fate {
    let answer = headers
        .iter()
        .fold(Response::builder().status(status), |answer, (name, value)| answer.header(*name, *value));
    Fate::Answered(answer.body(body.into()).unwrap())
}

/// An error of Apple's with one error object.
pub(crate) fn apple_error(status: u16, code: &str, detail: &str) -> Fate {
    let error = serde_json::json!({
        "status": status.to_string(), "code": code, "title": "A title", "detail": detail
    });
    json(status, &serde_json::json!({ "errors": [error] }))
}

pub(crate) fn broken(kind: BrokenKind) -> Broken {
    Broken { kind, detail: "as the test says".to_owned(), signer: None }
}

pub(crate) fn empty_list() -> Fate {
    json(200, &serde_json::json!({ "data": [], "links": { "self": "" } }))
}

/// When the clock of [`client`] starts: 2026-01-01T00:00:00Z.
pub(crate) fn start() -> SystemTime {
    httpdate::parse_http_date("Thu, 01 Jan 2026 00:00:00 GMT").unwrap()
}

/// The API key of every client here: a fixed number.
pub(crate) fn api_secret() -> SecretKey {
    SecretKey::from_slice(&[11; 32]).unwrap()
}

pub(crate) fn team() -> ApiKey {
    let issuer = "57246542-96fe-1a63-e053-0824d011072a".to_owned();
    ApiKey { id: "2X9R4HXF34".to_owned(), issuer: Some(issuer) }
}

pub(crate) fn individual() -> ApiKey {
    ApiKey { id: "2X9R4HXF34".to_owned(), issuer: None }
}

/// A source that has the secret at hand.
pub(crate) fn at_hand() -> SecretSource {
    source(|| async { Ok(pkcs8()) })
}

pub(crate) fn pkcs8() -> SecretSlice<u8> {
    api_secret().to_pkcs8_der().unwrap().as_bytes().to_vec().into()
}

pub(crate) fn source<F>(get: impl Fn() -> F + Send + Sync + 'static) -> SecretSource
where
    F: Future<Output = Result<SecretSlice<u8>, latchkey_core::asc::error::SecretFault>> + Send + 'static,
{
    Arc::new(move || Box::pin(get()))
}

pub(crate) fn client(server: &Arc<Scripted>) -> Client {
    client_with(server, team(), at_hand())
}

pub(crate) fn client_with(server: &Arc<Scripted>, key: ApiKey, secret: SecretSource) -> Client {
    let clock = Arc::new(SystemClock::starting_at(start()));
    let transport = Arc::clone(server) as Arc<dyn Transport>;
    Client::new(transport, clock, Origin::apple(), Signer::new(key, secret))
}

/// A distribution key: the generator, multiplied by a fixed number.
pub(crate) fn public_key() -> PublicKey {
    let secret = SecretKey::from_slice(&[7; 32]).unwrap();
    PublicKey::try_from(&secret.public_key()).unwrap()
}
