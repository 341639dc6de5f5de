//! The server, as a program and over the wire.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Response, StatusCode, Version};
use serde_json::{Value, json};

use crate::client::{KEYS, create, pair};

/// The program, running.
struct Program {
    child: Child,
    says: Value,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_latchkey-simulator"))
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, says: serde_json::from_str(&line).unwrap() }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.says["url"].as_str().unwrap())
    }

    /// A token of the key in the `.p8` that was written.
    fn token(&self) -> String {
        let p8 = std::fs::read_to_string(self.says["p8"].as_str().unwrap()).unwrap();
        let pair = latchkey_simulator::KeyPair::from_pkcs8_pem(&p8).unwrap();
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.says["keyId"].as_str().unwrap().to_owned());
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let claims = json!({
            "iss": self.says["issuerId"], "iat": now, "exp": now + 120, "aud": "appstoreconnect-v1",
        });
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ec_der(&pair.pkcs8_der())).unwrap()
    }

    async fn control(&self, path: &str) -> Value {
        serde_json::from_slice(&http1().get(self.url(path)).send().await.unwrap().bytes().await.unwrap())
            .unwrap()
    }

    async fn command(&self, path: &str, body: String) -> StatusCode {
        http1().post(self.url(path)).body(body).send().await.unwrap().status()
    }

    async fn get(&self, client: &reqwest::Client, path: &str) -> reqwest::Result<Response> {
        client.get(self.url(path)).bearer_auth(self.token()).send().await
    }

    async fn post(&self, client: &reqwest::Client, body: &Value) -> reqwest::Result<Response> {
        let request = client.post(self.url(KEYS)).bearer_auth(self.token());
        request.header("Content-Type", "application/json").body(body.to_string()).send().await
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The timeout is for a server that is broken: nothing here takes long.
fn builder() -> reqwest::ClientBuilder {
    let patience = std::time::Duration::from_secs(20);
    reqwest::Client::builder().no_proxy().retry(reqwest::retry::never()).timeout(patience)
}

fn http1() -> reqwest::Client {
    builder().build().unwrap()
}

fn http2() -> reqwest::Client {
    builder().http2_prior_knowledge().build().unwrap()
}

fn started(folder: &Path, more: &[&str]) -> Program {
    let folder = folder.to_str().unwrap();
    Program::start(&[&["--write-credentials", folder], more].concat())
}

#[tokio::test]
async fn both_versions_of_http_are_answered() {
    let folder = tempfile::tempdir().unwrap();
    let program = started(folder.path(), &[]);
    for (client, version) in [(http1(), Version::HTTP_11), (http2(), Version::HTTP_2)] {
        let response = program.get(&client, "/v1/apps?limit=5").await.unwrap();
        assert_eq!((response.status(), response.version()), (StatusCode::OK, version));
        let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        let next = body["links"]["next"].as_str().unwrap();
        assert!(next.starts_with(&program.url("/v1/apps?cursor=")), "{next}");
        let response = client.get(next).bearer_auth(program.token()).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn tls_is_served_by_a_certificate_that_the_written_one_vouches_for() {
    let folder = tempfile::tempdir().unwrap();
    let program = started(folder.path(), &["--tls", folder.path().to_str().unwrap()]);
    assert!(program.url("").starts_with("https://127.0.0.1:"));
    assert!(program.get(&http1(), "/v1/apps").await.unwrap_err().is_connect(), "nobody else trusts it");

    let pem = std::fs::read(folder.path().join("ca.pem")).unwrap();
    let certificate = reqwest::Certificate::from_pem(&pem).unwrap();
    let client = builder().tls_certs_only([certificate]).build().unwrap();
    let response = program.get(&client, "/v1/apps").await.unwrap();
    assert_eq!((response.status(), response.version()), (StatusCode::OK, Version::HTTP_2));
}

#[tokio::test]
async fn a_cut_closes_the_connection_and_the_log_and_the_state_tell_what_happened() {
    let folder = tempfile::tempdir().unwrap();
    let program = started(folder.path(), &["--keys", "0", "--fault", "POST * cut-before"]);
    let body = create(&pair(1).public().pem(), None);
    for client in [http1(), http2()] {
        assert_eq!(program.command("/__fault", json!(["POST * cut-before"]).to_string()).await, 204);
        assert!(program.post(&client, &body).await.is_err());
        assert_eq!(program.control("/__state").await["keys"], json!([]));
        let fault = json!([{ "on": format!("POST {KEYS}"), "cut-after": true }]);
        assert_eq!(program.command("/__fault", fault.to_string()).await, 204);
        assert!(program.post(&client, &body).await.is_err());
        let keys = &program.control("/__state").await["keys"];
        assert_eq!(keys[0]["fingerprint"], pair(1).public().fingerprint());
        let entry = json!({ "method": "POST", "path": KEYS, "query": null, "body": body, "status": null });
        assert_eq!(program.control("/__log").await, json!([entry, entry]));

        assert_eq!(program.command("/__reset", String::new()).await, 204);
        assert_eq!(program.control("/__log").await, json!([]));
        assert_eq!(program.control("/__state").await["keys"], json!([]));
    }
}

#[tokio::test]
async fn a_cut_takes_everything_on_its_connection_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let slow = ["--fault", "GET /v1/apps delay=2h skip=1", "--fault", "POST * cut-before"];
    let program = started(folder.path(), &slow);
    let client = http2();
    program.get(&client, "/v1/apps").await.unwrap().bytes().await.unwrap();

    let body = create(&pair(1).public().pem(), None);
    let cut_as_soon_as_the_other_waits = async {
        while program.control("/__log").await.as_array().unwrap().len() < 2 {}
        program.post(&client, &body).await
    };
    let (waiting, cut) = tokio::join!(program.get(&client, "/v1/apps"), cut_as_soon_as_the_other_waits);
    assert!(!waiting.unwrap_err().is_timeout(), "the connection is closed, not only the stream");
    assert!(!cut.unwrap_err().is_timeout());
}

#[tokio::test]
async fn a_truncated_answer_begins_and_breaks_off() {
    let folder = tempfile::tempdir().unwrap();
    let program = started(folder.path(), &["--fault", "GET * truncated times=always"]);
    let response = program.get(&http1(), "/v1/apps").await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.content_length().unwrap() > 1000);
    assert!(response.bytes().await.is_err());
    let failed = match program.get(&http2(), "/v1/apps").await {
        Ok(response) => response.bytes().await.is_err(),
        Err(_) => true,
    };
    assert!(failed);
}

#[tokio::test]
async fn a_fault_that_is_none_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let program = started(folder.path(), &[]);
    for body in ["", "[5]", r#"["GET"]"#, r#"{"on":"GET *","cut":true}"#] {
        assert_eq!(program.command("/__fault", body.to_owned()).await, 400, "{body}");
    }
    assert_eq!(program.command("/__other", String::new()).await, 404);
}

#[tokio::test]
async fn a_p8_that_is_there_is_used_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("AuthKey_SIM0000007.p8");
    let before = latchkey_simulator::KeyPair::generate().pkcs8_pem();
    std::fs::write(&path, &*before).unwrap();
    let program = started(folder.path(), &["--seed", "7"]);
    assert_eq!(program.says["keyId"], "SIM0000007");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), *before);
    assert_eq!(program.get(&http1(), "/v1/apps").await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn limits_and_sizes_come_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let more = ["--apps", "2", "--keys", "1", "--per-minute", "1", "--per-hour", "9", "--latency-ms", "1"];
    let program = started(folder.path(), &more);
    let state = program.control("/__state").await;
    assert_eq!(state["apps"].as_array().unwrap().len(), 2);
    assert_eq!(state["apps"][0]["keyId"], state["keys"][0]["id"]);
    let response = program.get(&http1(), "/v1/apps").await.unwrap();
    let lines: Vec<_> = response.headers().get_all("x-rate-limit").iter().collect();
    assert_eq!(lines, ["user-hour-lim:9;user-hour-rem:8;", "user-minute-lim:1;user-minute-rem:0;"]);
    assert_eq!(program.get(&http1(), "/v1/apps").await.unwrap().status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_minute_can_be_short_and_an_app_have_two_keys() {
    let folder = tempfile::tempdir().unwrap();
    let more = ["--apps", "1", "--keys", "1", "--per-minute", "1", "--minute-ms", "0", "--two-keys-per-app"];
    let program = started(folder.path(), &more);
    let app = program.control("/__state").await["apps"][0]["id"].as_str().unwrap().to_owned();
    let response = program.post(&http1(), &create(&pair(1).public().pem(), Some(&app))).await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
    let response = program.post(&http1(), &create(&pair(2).public().pem(), Some(&app))).await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
}

#[test]
fn without_a_folder_no_credentials_are_written() {
    assert_eq!(Program::start(&[]).says["p8"], Value::Null);
}

#[test]
fn a_wrong_command_line_ends_with_a_sentence_and_code_2() {
    for arguments in [&["--unknown"][..], &["--port"], &["--port", "70000"], &["--fault", "GET"], &["file"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_latchkey-simulator")).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("latchkey-simulator: ") && said.lines().count() == 1, "{said}");
        assert!(output.stdout.is_empty());
    }
}
