//! Every request the client can make, and every answer of the simulator that is no injected fault, against Apple's
//! OpenAPI document. `LATCHKEY_APPLE_OPENAPI` names it; without it there is nothing to compare with.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    collections::BTreeSet,
    env, fs,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::SystemTime,
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request};
use jsonschema::Validator;
use latchkey_core::{
    account::{ApiKey, Origin},
    app::AppId,
    asc::{
        client::{Bound, Client},
        token::Signer,
        transport::{Fate, Sending, Transport},
    },
    clock::{Clock, SystemClock},
    key::{DistributionKeyId, PublicKey, Scope},
};
use latchkey_simulator::{
    Account, InProcess, KeyPair, Settings, Simulator,
    practice::seeded,
    settings::{Agreements, AppsKey, Echo, NoKey, Role, Rule},
};
use serde_json::{Value, json};

/// Apple's document.
struct Apple(Value);

/// Keeps what passes.
struct Recorder {
    inside: InProcess,
    by_client: AtomicBool,
    passed: Mutex<Vec<Exchange>>,
}

struct Exchange {
    /// Asked by the client, not by the test itself.
    by_client: bool,
    authorization: HeaderValue,
    method: Method,
    url: url::Url,
    content_type: Option<String>,
    body: Bytes,
    status: u16,
    answer: Bytes,
}

impl Transport for Recorder {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        Box::pin(async move {
            let (method, url) = (request.method().clone(), request.uri().to_string().parse().unwrap());
            let content_type =
                request.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
            let body = request.body().clone();
            let authorization = request.headers()["authorization"].clone();
            let by_client = self.by_client.load(Ordering::Relaxed);
            let fate = self.inside.send(request).await;
            if let Fate::Answered(answer) = &fate {
                let (status, answer) = (answer.status().as_u16(), answer.body().clone());
                self.passed.lock().unwrap().push(Exchange {
                    by_client,
                    authorization,
                    method,
                    url,
                    content_type,
                    body,
                    status,
                    answer,
                });
            }
            fate
        })
    }
}

#[tokio::test(start_paused = true)]
async fn requests_and_answers_are_as_apple_describes_them() {
    let Some(apple) = Apple::given() else {
        println!("SKIPPED conformance: LATCHKEY_APPLE_OPENAPI names no document");
        return;
    };
    let mut operations = BTreeSet::new();
    let mut statuses = BTreeSet::new();
    for settings in every_reading() {
        for exchange in talk(settings).await {
            if exchange.by_client {
                apple.check_request(&exchange);
            }
            apple.check_answer(&exchange);
            operations.insert(format!("{} {}", exchange.method, apple.path_of(&exchange.url)));
            statuses.insert(exchange.status);
        }
    }
    let expected = [
        "DELETE /v1/alternativeDistributionKeys/{id}",
        "GET /v1/alternativeDistributionKeys",
        "GET /v1/alternativeDistributionKeys/{id}",
        "GET /v1/apps",
        "GET /v1/apps/{id}",
        "GET /v1/apps/{id}/alternativeDistributionKey",
        "GET /v1/apps/{id}/relationships/alternativeDistributionKey",
        "POST /v1/alternativeDistributionKeys",
    ];
    assert_eq!(operations, expected.map(str::to_owned).into(), "every operation was tried");
    assert_eq!(
        statuses,
        [200, 201, 204, 400, 401, 403, 404, 409, 422, 429].into(),
        "every answer without a fault was met"
    );
}

#[test]
fn what_apple_does_not_describe_is_noticed() {
    let Some(apple) = Apple::given() else {
        println!("SKIPPED conformance: LATCHKEY_APPLE_OPENAPI names no document");
        return;
    };
    let request = apple.request_schema("/v1/alternativeDistributionKeys");
    let key = |attributes: Value| json!({ "data": { "type": "alternativeDistributionKeys", "attributes": attributes } });
    assert!(request.is_valid(&key(json!({ "publicKey": "text" }))));
    assert!(!request.is_valid(&key(json!({}))), "publicKey is required");
    let answer = apple.answer_schema("get", "/v1/apps", 200);
    assert!(!answer.is_valid(&json!({ "data": [] })), "links are required");
    let parameters = apple.parameters("get", "/v1/apps");
    assert!(parameters.contains("limit") && !parameters.contains("alternativeDistributionKey"));
}

/// The ways in which the simulator answers what Apple leaves open, each once. Two contradict Apple's document on
/// purpose, since Apple's own pages do, and are not here: an app's key as a list, and as `null`.
fn every_reading() -> Vec<Settings> {
    let plain = Settings::default;
    vec![
        plain(),
        Settings { no_key: NoKey::Conflict, echo: Echo::OneLine, second_key: Rule::Accepted, ..plain() },
        Settings { apps_key: AppsKey::Oldest, echo: Echo::Crlf, falls_back: true, ..plain() },
        Settings {
            same_key: Rule::Refused,
            second_key: Rule::Refused,
            removal_in_use: Rule::Refused,
            ..plain()
        },
        Settings { second_account_key: Rule::Refused, apps_key: AppsKey::Newest, ..plain() },
        Settings { role: Role::Reads, ..plain() },
        Settings { role: Role::Nothing, ..plain() },
        Settings { agreements: Agreements::Missing, ..plain() },
        Settings { per_hour: 4, ..plain() },
    ]
}

/// Asks and sends all that the client can, whatever comes back.
async fn talk(settings: Settings) -> Vec<Exchange> {
    let mut account: Account = seeded(1, 250, 6);
    let pair = KeyPair::numbered(99, 1);
    let credentials = account.add_team_key(&pair);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::starting_at(SystemTime::UNIX_EPOCH));
    let simulator = Arc::new(Simulator::new(settings, account));
    let state = simulator.state(clock.now());
    let recorder = Arc::new(Recorder {
        inside: InProcess::new(simulator, Arc::clone(&clock)),
        by_client: AtomicBool::new(true),
        passed: Mutex::default(),
    });
    let client = |issuer: Option<String>| {
        let secret = credentials.private_key.clone();
        let api_key = ApiKey { id: credentials.key_id.clone(), issuer };
        let signer = Signer::new(
            api_key,
            Arc::new(move || {
                let secret = secret.clone();
                Box::pin(async move { Ok(secret) })
            }),
        );
        let transport = Arc::clone(&recorder) as Arc<dyn Transport>;
        Client::new(transport, Arc::clone(&clock), Origin::apple(), signer)
    };

    let _ = client(Some("not the issuer".to_owned())).distribution_keys(Bound::AllApps).await;
    let client = client(credentials.issuer_id.clone());
    let _ = client.distribution_keys(Bound::AllApps).await;
    let _ = client.distribution_keys(Bound::OneApp).await;
    let _ = client.apps(&mut |_| ()).await;
    let nowhere: DistributionKeyId = "00000000-0000-4000-8000-000000000000".parse().unwrap();
    let key: DistributionKeyId = state.keys[1].id.parse().unwrap();
    let _ = client.distribution_key(&key).await;
    let _ = client.distribution_key(&nowhere).await;
    for app in state.apps.iter().take(8).map(|app| app.id.as_str()).chain(["1"]) {
        let _ = client.app_key(&app.parse().unwrap()).await;
        let _ = client.app(&app.parse().unwrap()).await;
    }
    let public =
        |number| PublicKey::from_spki_der(&KeyPair::numbered(5, number).public().spki_der()).unwrap();
    let app: AppId = state.apps[7].id.parse().unwrap();
    for (number, scope) in [
        (1, Scope::OneApp { app: app.clone() }),
        (1, Scope::OneApp { app }),
        (2, Scope::AllApps),
        (3, Scope::OneApp { app: "1".parse().unwrap() }),
    ] {
        if let Ok(token) = client.one_use_token().await {
            let _ = client.add_key(token, &public(number), &scope).await;
        }
    }
    for id in [&key, &nowhere] {
        if let Ok(token) = client.one_use_token().await {
            let _ = client.remove_key(token, id).await;
        }
    }
    ask_the_rest(&recorder, &state.apps[0].id).await;
    std::mem::take(&mut *recorder.passed.lock().unwrap())
}

/// What the client never asks: the simulator's other endpoints, and what it says of mistakes the client doesn't make.
/// Signed with a token of the client's.
async fn ask_the_rest(recorder: &Recorder, app: &str) {
    let token = recorder.passed.lock().unwrap().last().unwrap().authorization.clone();
    recorder.by_client.store(false, Ordering::Relaxed);
    for (method, target, body) in [
        ("GET", format!("/v1/apps/{app}"), ""),
        ("GET", "/v1/apps/1".to_owned(), ""),
        ("GET", format!("/v1/apps/{app}/alternativeDistributionKey"), ""),
        ("GET", "/v1/apps?limit=500".to_owned(), ""),
        ("POST", "/v1/alternativeDistributionKeys".to_owned(), "no JSON"),
        ("POST", "/v1/alternativeDistributionKeys".to_owned(), "{}"),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{target}", Origin::apple()))
            .header("authorization", token.clone())
            .header("content-type", "application/json")
            .body(Bytes::from(body))
            .unwrap();
        recorder.send(request).await;
    }
}

impl Apple {
    fn given() -> Option<Self> {
        let path = env::var_os("LATCHKEY_APPLE_OPENAPI")?;
        let text = fs::read_to_string(&path).expect("LATCHKEY_APPLE_OPENAPI names a file that can be read");
        Some(Self(serde_json::from_str(&text).expect("it is JSON")))
    }

    fn check_request(&self, exchange: &Exchange) {
        let Exchange { method, url, .. } = exchange;
        let path = self.path_of(url);
        let known = self.parameters(&method.as_str().to_lowercase(), &path);
        for (name, value) in url.query_pairs() {
            // The next page's link is followed as Apple gives it.
            assert!(
                known.contains(name.as_ref()) || name == "cursor",
                "{method} {path} knows no {name}={value}"
            );
        }
        if *method == Method::POST {
            assert_eq!(exchange.content_type.as_deref(), Some("application/json"));
            let body: Value = serde_json::from_slice(&exchange.body).unwrap();
            let told = self.request_schema(&path).validate(&body).map_err(|error| error.to_string());
            assert_eq!(told, Ok(()), "{method} {path}: {body:#}");
        } else {
            assert!(exchange.body.is_empty(), "{method} {path} has no body");
        }
    }

    fn check_answer(&self, exchange: &Exchange) {
        let (method, path) = (exchange.method.as_str().to_lowercase(), self.path_of(&exchange.url));
        if exchange.status == 204 {
            assert!(exchange.answer.is_empty());
            return;
        }
        let body: Value = serde_json::from_slice(&exchange.answer).unwrap();
        if self.answer(&method, &path, exchange.status).is_null() && exchange.status == 409 {
            // Apple's document lists no 409 here, but other relations answer so: one of the readings. It is an error
            // like any other.
            let told = self.error_schema().validate(&body).map_err(|error| error.to_string());
            assert_eq!(told, Ok(()), "{method} {path} 409: {body:#}");
            return;
        }
        let schema = self.answer_schema(&method, &path, exchange.status);
        let told = schema.validate(&body).map_err(|error| format!("{error} at {}", error.instance_path()));
        assert_eq!(told, Ok(()), "{method} {path} {}: {body:#}", exchange.status);
    }

    /// The path as Apple writes it, with `{id}`.
    fn path_of(&self, url: &url::Url) -> String {
        let parts: Vec<&str> = url.path().split('/').collect();
        let paths = self.0["paths"].as_object().unwrap().keys();
        let fits = |path: &&String| {
            let pattern: Vec<&str> = path.split('/').collect();
            pattern.len() == parts.len()
                && pattern.iter().zip(&parts).all(|(is, part)| *is == "{id}" || is == part)
        };
        paths.into_iter().find(fits).unwrap_or_else(|| panic!("Apple has no path {}", url.path())).clone()
    }

    fn parameters(&self, method: &str, path: &str) -> BTreeSet<String> {
        let listed = self.0["paths"][path][method]["parameters"].as_array().cloned().unwrap_or_default();
        listed
            .iter()
            .filter(|one| one["in"] == "query")
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    }

    fn request_schema(&self, path: &str) -> Validator {
        self.validator(&self.0["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"])
    }

    fn answer(&self, method: &str, path: &str, status: u16) -> &Value {
        &self.0["paths"][path][method]["responses"][status.to_string()]
    }

    fn answer_schema(&self, method: &str, path: &str, status: u16) -> Validator {
        let answer = self.answer(method, path, status);
        assert!(!answer.is_null(), "{method} {path} never answers {status}");
        self.validator(&answer["content"]["application/json"]["schema"])
    }

    fn error_schema(&self) -> Validator {
        self.validator(&self.0["components"]["schemas"]["ErrorResponse"])
    }

    fn validator(&self, schema: &Value) -> Validator {
        assert!(schema.is_object(), "Apple describes it");
        let mut schema = schema.clone();
        schema["components"] = self.0["components"].clone();
        jsonschema::draft4::new(&schema).expect("Apple's document is well formed")
    }
}
