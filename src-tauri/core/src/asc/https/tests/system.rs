//! What the system sets, by its environment: a process of its own for each test, as the environment is a process's.

use std::{env, process::Command, sync::mpsc};

use super::{
    super::Https,
    answering, not_sent,
    proxies::proxy,
    request,
    signers::{answer, contoso},
};
use crate::{
    account::Origin,
    asc::{
        route::{Route, Standing, Via},
        transport::{Fate, Transport},
    },
};

/// Set for the process that a test runs itself in once more.
const AGAIN: &str = "LATCHKEY_TEST_AGAIN";

/// Runs the test of this name once more, in a process with these variables alone.
fn again(test: &str, variables: &[(&str, String)]) {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", &format!("asc::https::tests::system::{test}")])
        .env_clear()
        .env(AGAIN, "1")
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

fn is_again() -> bool {
    env::var_os(AGAIN).is_some()
}

#[tokio::test]
async fn the_proxy_of_the_environment_is_used_for_apple_and_shown() {
    let name = "the_proxy_of_the_environment_is_used_for_apple_and_shown";
    let apple = Origin::apple();
    if is_again() {
        let https = Https::new(apple.clone()).unwrap();
        let Via::System { address } = https.via() else { panic!("{:?}", https.via()) };
        assert!(address.starts_with("127.0.0.1:"), "{address}");
        not_sent(https.send(request(&apple, "/v1/apps")).await);
        let here = Https::new(Origin::loopback("http://127.0.0.1:1").unwrap()).unwrap();
        assert_eq!(here.via(), Via::Direct);
        not_sent(here.send(request(&here.origin, "/v1/apps")).await);
        return;
    }
    for variable in ["https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
        let (address, seen) = proxy(answering("HTTP/1.1 403 Forbidden\r\n\r\n"));
        again(name, &[(variable, format!("http://ann:secret@{address}"))]);
        let asked = seen.recv().unwrap();
        assert!(asked.starts_with("CONNECT api.appstoreconnect.apple.com:443"), "{variable}: {asked}");
        assert!(seen.try_recv().is_err(), "a server on this computer is met straight");
    }
}

#[tokio::test]
async fn a_company_that_the_system_trusts_is_named() {
    if is_again() {
        let origin = Origin::loopback(&env::var("ORIGIN").unwrap()).unwrap();
        let https = Https::new(origin.clone()).unwrap();
        let fate = https.send(request(&origin, "/v1/apps")).await;
        assert!(matches!(fate, Fate::Answered(_)), "{fate:?}");
        let signer = https.signer().borrow().clone().unwrap();
        assert_eq!(signer.by, "Contoso Proxy CA (Contoso Ltd)");
        assert_eq!(signer.standing, Standing::Private);
        return;
    }
    let contoso = contoso();
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("trusted.pem");
    std::fs::write(&store, contoso.pem()).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("https://{}", listener.local_addr().unwrap());
    let (read, reading) = mpsc::channel();
    let config = contoso.speaks_for("127.0.0.1");
    std::thread::spawn(move || read.send(answer(listener.accept().unwrap().0, config)).unwrap());
    let store = store.to_str().unwrap().to_owned();
    again("a_company_that_the_system_trusts_is_named", &[("ORIGIN", origin), ("SSL_CERT_FILE", store)]);
    assert!(reading.recv().unwrap().starts_with("GET /v1/apps"));
}
