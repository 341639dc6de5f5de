//! A client that signs like App Store Connect wants it, and stops at every hour it is told to.

use std::{cell::Cell, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use latchkey_core::clock::Moment;
use latchkey_simulator::{Account, Answer, KeyPair, Outcome, Settings, Simulator};
use serde_json::{Value, json};

pub(crate) const ORIGIN: &str = "https://api.example.com";
pub(crate) const KEYS: &str = "/v1/alternativeDistributionKeys";
pub(crate) const START: Moment = Moment::from_unix_millis(1_800_000_000_000);

pub(crate) struct Client {
    pub(crate) simulator: Simulator,
    pub(crate) now: Cell<Moment>,
    key_id: String,
    issuer: Option<String>,
    pair: KeyPair,
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Client {
    /// With a team key for `account`.
    pub(crate) fn new(settings: Settings, mut account: Account) -> Self {
        let pair = KeyPair::generate();
        let credentials = account.add_team_key(&pair);
        Self {
            simulator: Simulator::new(settings, account),
            now: Cell::new(START),
            key_id: credentials.key_id,
            issuer: credentials.issuer_id,
            pair,
        }
    }

    /// With one person's key for `account`.
    pub(crate) fn individual(mut account: Account, apps: &[&str]) -> Self {
        let pair = KeyPair::generate();
        let credentials = account.add_individual_key(&pair, apps);
        Self {
            simulator: Simulator::new(Settings::default(), account),
            now: Cell::new(START),
            key_id: credentials.key_id,
            issuer: credentials.issuer_id,
            pair,
        }
    }

    /// For an account with two apps without a key; says their Apple IDs.
    pub(crate) fn with_two_apps(settings: Settings) -> (Self, String, String) {
        let mut account = Account::new(1);
        let one = account.add_app("One", "com.example.one").id.clone();
        let two = account.add_app("Two", "com.example.two").id.clone();
        (Self::new(settings, account), one, two)
    }

    pub(crate) fn wait(&self, time: Duration) {
        self.now.set(self.now.get().plus(time));
    }

    pub(crate) fn token(&self) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.key_id.clone());
        let now = self.now.get().unix_seconds();
        let mut claims = json!({ "iat": now, "exp": now + 120, "aud": "appstoreconnect-v1" });
        match &self.issuer {
            Some(issuer) => claims["iss"] = json!(issuer),
            None => claims["sub"] = json!("user"),
        }
        let key = EncodingKey::from_ec_der(&self.pair.pkcs8_der());
        jsonwebtoken::encode(&header, &claims, &key).unwrap()
    }

    pub(crate) fn request(&self, method: Method, target: &str, body: &str) -> Request<Bytes> {
        let uri = if target.starts_with('/') { format!("{ORIGIN}{target}") } else { target.to_owned() };
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header("Authorization", format!("Bearer {}", self.token()));
        if !body.is_empty() {
            request = request.header("Content-Type", "application/json");
        }
        request.body(body.to_owned().into()).unwrap()
    }

    pub(crate) fn send(&self, method: Method, target: &str, body: &str) -> Answer {
        self.simulator.answer(self.now.get(), &self.request(method, target, body))
    }

    pub(crate) fn get(&self, target: &str) -> Got {
        whole(self.send(Method::GET, target, ""))
    }

    pub(crate) fn delete(&self, target: &str) -> Got {
        whole(self.send(Method::DELETE, target, ""))
    }

    pub(crate) fn post(&self, body: &Value) -> Got {
        whole(self.send(Method::POST, KEYS, &body.to_string()))
    }

    /// Registers a public key; says the ID it got.
    pub(crate) fn add(&self, pair: &KeyPair, app: Option<&str>) -> String {
        let got = self.post(&create(&pair.public().pem(), app));
        assert_eq!(got.status, 201, "{}", got.body);
        got.body["data"]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn fault(&self, spec: &str) {
        self.simulator.add_fault(spec.parse().unwrap());
    }
}

impl Got {
    /// Status and code of an error document, after a look at its shape.
    pub(crate) fn problem(&self) -> (u16, &str) {
        let error = &self.body["errors"][0];
        assert_eq!(error["status"], self.status.to_string());
        assert!(error["title"].is_string() && error["detail"].is_string(), "both are required: {error}");
        (self.status, error["code"].as_str().unwrap())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn ids(&self) -> Vec<&str> {
        self.body["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
    }
}

pub(crate) fn whole(answer: Answer) -> Got {
    let Outcome::Answered(response) = answer.outcome else { panic!("no answer: {answer:?}") };
    let (head, body) = response.into_parts();
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Got { status: head.status.as_u16(), headers: head.headers, body }
}

/// The body of a POST.
pub(crate) fn create(public_key: &str, app: Option<&str>) -> Value {
    let mut data = json!({
        "type": "alternativeDistributionKeys",
        "attributes": { "publicKey": public_key },
    });
    if let Some(app) = app {
        data["relationships"] = json!({ "app": { "data": { "type": "apps", "id": app } } });
    }
    json!({ "data": data })
}

pub(crate) fn pair(number: u64) -> KeyPair {
    KeyPair::numbered(99, number)
}
