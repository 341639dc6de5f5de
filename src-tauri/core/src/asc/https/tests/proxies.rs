//! The person's proxy: what goes through it, and what it can see.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use hyper_util::client::proxy::matcher::Matcher;
use rustls::ServerConfig;
use url::Url;

use super::{
    super::{Https, LIMITS, Limits, way::via},
    CURSOR, TOKEN, answering, get, head, limited, maybe_sent, not_sent, request, server,
    signers::{Authority, answer, contoso, https},
};
use crate::{
    account::Origin,
    asc::{
        proxy::Proxy,
        route::{Route, Standing, Via},
        transport::{BrokenKind, Fate, Transport},
    },
};

/// A proxy that says what it was asked for, and then does as `then` says.
pub(super) fn proxy(then: impl Fn(TcpStream) + Send + 'static) -> (SocketAddr, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (seen, requests) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            if seen.send(head(&mut stream)).is_err() {
                break;
            }
            then(stream);
        }
    });
    (address, requests)
}

/// A proxy that shows a certificate of its own to whoever wants to go through, reads along, and answers itself.
fn company(config: Arc<ServerConfig>) -> (SocketAddr, mpsc::Receiver<String>, mpsc::Receiver<String>) {
    let (read, reading) = mpsc::channel();
    let (address, seen) = proxy(move |mut stream| {
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
        read.send(answer(stream, Arc::clone(&config))).unwrap();
    });
    (address, seen, reading)
}

fn own(address: &impl ToString) -> Proxy {
    address.to_string().parse().unwrap()
}

#[tokio::test]
async fn a_company_that_reads_along_is_named() {
    let (apple, contoso, public) = (Origin::apple(), contoso(), Authority::new("Public CA", "Public"));
    let (address, seen, reading) = company(contoso.speaks_for("api.appstoreconnect.apple.com"));
    let https = https(&apple, &contoso, &public);
    https.use_proxy(Some(own(&address))).unwrap();
    assert_eq!(https.via(), Via::Own { address: address.to_string() });
    assert!(matches!(https.send(request(&apple, "/v1/apps")).await, Fate::Answered(_)));
    let signer = https.signer().borrow().clone().unwrap();
    assert_eq!((signer.by.as_str(), signer.standing), ("Contoso Proxy CA (Contoso Ltd)", Standing::Private));
    let asked = seen.recv().unwrap();
    assert!(asked.starts_with("CONNECT api.appstoreconnect.apple.com:443 HTTP/1.1\r\n"), "{asked}");
    assert!(!asked.contains("marked-token"), "the token is for the server alone: {asked}");
    assert!(reading.recv().unwrap().contains(TOKEN), "it does read the token, and so is named");
    https.use_proxy(None).unwrap();
    assert_eq!(*https.signer().borrow(), None, "what was seen on the old way says nothing of the new one");
}

#[tokio::test]
async fn a_proxy_that_this_computer_does_not_trust_reads_nothing() {
    let (apple, contoso) = (Origin::apple(), contoso());
    let (address, _seen, reading) = company(contoso.speaks_for("api.appstoreconnect.apple.com"));
    let https = https(&apple, &Authority::new("Other CA", "Other"), &contoso);
    https.use_proxy(Some(own(&address))).unwrap();
    let broken = not_sent(https.send(request(&apple, "/v1/apps")).await);
    assert_eq!(broken.kind, BrokenKind::Tls, "{broken}");
    assert_eq!(broken.signer.as_deref(), Some("Contoso Proxy CA (Contoso Ltd)"));
    assert_eq!(reading.recv().unwrap(), "", "no request went out");
}

#[tokio::test]
async fn a_proxy_of_the_persons_is_used_and_can_be_taken_back() {
    let (origin, seen) = server(answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    let (address, through) = proxy(answering("HTTP/1.1 204 No Content\r\n\r\n"));
    let https = Https::new(origin.clone()).unwrap();
    assert_eq!(https.via(), Via::Direct);
    let status = async || match https.send(request(&origin, "/v1/apps")).await {
        Fate::Answered(answer) => answer.status().as_u16(),
        other => panic!("it answered: {other:?}"),
    };
    https.use_proxy(Some(own(&address))).unwrap();
    assert_eq!(status().await, 204, "a person's word counts for this computer too");
    assert!(through.recv().unwrap().starts_with(&format!("GET {origin}/v1/apps HTTP/1.1")));
    https.use_proxy(None).unwrap();
    assert_eq!(https.via(), Via::Direct);
    assert_eq!(status().await, 200);
    assert!(seen.recv().unwrap().starts_with("GET /v1/apps"));
    assert!(through.try_recv().is_err());
}

#[tokio::test]
async fn a_proxy_that_wants_a_login_is_given_none_and_nothing_is_sent() {
    let apple = Origin::apple();
    let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n";
    let (address, seen) = proxy(answering(refusal));
    let https = Https::new(apple.clone()).unwrap();
    https.use_proxy(Some(own(&address))).unwrap();
    let broken = not_sent(https.send(request(&apple, &format!("/v1/apps?cursor={CURSOR}"))).await);
    assert_eq!(broken.kind, BrokenKind::Connect, "{broken}");
    assert!(broken.detail.contains("proxy authorization required"), "{broken}");
    assert!(!seen.recv().unwrap().to_lowercase().contains("proxy-authorization"));
    assert!(seen.try_recv().is_err(), "it is asked once");
}

#[tokio::test]
async fn a_proxy_that_never_lets_through_is_given_up() {
    let apple = Origin::apple();
    let (held, holding) = mpsc::channel();
    let (address, _seen) = proxy(move |stream| held.send(stream).unwrap());
    let https = limited(&apple, Limits { connect: Duration::from_millis(50), ..LIMITS });
    https.use_proxy(Some(own(&address))).unwrap();
    let broken = not_sent(https.send(request(&apple, "/v1/apps")).await);
    assert_eq!(broken.kind, BrokenKind::Connect, "{broken}");
    drop(holding);
}

#[tokio::test]
async fn a_tunnel_cut_after_the_request_leaves_the_outcome_unknown() {
    let (apple, contoso) = (Origin::apple(), contoso());
    let config = contoso.speaks_for("api.appstoreconnect.apple.com");
    let (address, _seen) = proxy(move |mut stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let mut tls = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut tls = rustls::Stream::new(&mut tls, &mut stream);
        let _ = tls.read(&mut [0; 4096]);
    });
    let https = https(&apple, &contoso, &contoso);
    https.use_proxy(Some(own(&address))).unwrap();
    maybe_sent(https.send(request(&apple, "/v1/apps")).await);
}

#[tokio::test]
async fn the_name_that_is_looked_up_is_that_of_the_proxy() {
    let apple = Origin::apple();
    let https = Https::new(apple.clone()).unwrap();
    https.use_proxy(Some(own(&"nowhere.invalid:3128"))).unwrap();
    assert_eq!(https.look_up().await.unwrap_err().kind, BrokenKind::Name);
    assert_eq!(not_sent(https.send(request(&apple, "/v1/apps")).await).kind, BrokenKind::Name);
    for address in ["127.0.0.1:3128", "[::1]:3128", "https://[::1]"] {
        https.use_proxy(Some(own(&address))).unwrap();
        assert_eq!(https.via(), Via::Own { address: own(&address).to_string() });
        assert_eq!(https.look_up().await, Ok(()), "{address}");
    }
}

#[tokio::test]
async fn a_server_on_this_computer_is_found_by_either_kind_of_address() {
    for origin in ["https://127.0.0.1", "https://[::1]", "http://[::1]:8080"] {
        let https = Https::new(Origin::loopback(origin).unwrap()).unwrap();
        assert_eq!(https.look_up().await, Ok(()), "{origin}");
    }
}

#[tokio::test]
async fn a_server_on_this_computer_is_met_straight_whatever_proxy_elsewhere_was_given() {
    let (origin, seen) = server(answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    let https = Https::new(origin.clone()).unwrap();
    // Each of them would fail, or carry the token off this computer.
    for elsewhere in ["nowhere.invalid:3128", "localhost:1", "10.255.255.1:3128", "[fd00::7]:3128"] {
        https.use_proxy(Some(own(&elsewhere))).unwrap();
        assert_eq!(https.via(), Via::Direct, "{elsewhere}");
        assert_eq!(https.look_up().await, Ok(()), "{elsewhere}");
        let fate = https.send(request(&origin, "/v1/apps")).await;
        assert!(matches!(fate, Fate::Answered(_)), "{elsewhere}: {fate:?}");
        assert!(seen.recv().unwrap().starts_with("GET /v1/apps"), "{elsewhere}");
    }
}

#[tokio::test]
async fn a_loopback_server_is_met_straight_without_looking_anything_up() {
    let (origin, seen) = server(answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    assert!(matches!(get(&origin, "/v1/apps").await, Fate::Answered(_)));
    assert!(seen.recv().unwrap().starts_with("GET /v1/apps"));
}

fn shown(matcher: &Matcher) -> (Via, (String, u16)) {
    via(&Url::parse(&Origin::apple().to_string()).unwrap(), None, Some(matcher))
}

#[test]
fn the_systems_proxy_is_shown_without_its_login() {
    let matcher = Matcher::builder().https("http://ann:secret@proxy.example:3128").build();
    let (via, first) = shown(&matcher);
    assert_eq!(via, Via::System { address: "proxy.example:3128".to_owned() });
    assert_eq!(first, ("proxy.example".to_owned(), 3128));
    let matcher = Matcher::builder().all("https://proxy.example").build();
    assert_eq!(shown(&matcher).0, Via::System { address: "https://proxy.example:443".to_owned() });
}

#[test]
fn a_system_proxy_of_another_kind_is_shown_as_it_is_set() {
    let shown = |address| shown(&Matcher::builder().all(address).build());
    let via = |address: &str| Via::System { address: address.to_owned() };
    assert_eq!(shown("socks5://proxy.example:1080").0, via("socks5://proxy.example:1080"));
    let (without_port, (host, _)) = shown("socks5h://proxy.example");
    assert_eq!((without_port, &*host), (via("socks5h://proxy.example"), "proxy.example"));
}

#[test]
fn a_system_proxy_with_an_ipv6_address_is_connected_to_without_its_brackets() {
    let (via, first) = shown(&Matcher::builder().all("http://[fd00::7]:3128").build());
    assert_eq!(via, Via::System { address: "[fd00::7]:3128".to_owned() });
    assert_eq!(first, ("fd00::7".to_owned(), 3128));
}

#[test]
fn a_system_proxy_that_is_not_for_apple_is_none() {
    let builder = || Matcher::builder().https("http://proxy.example:3128");
    for matcher in [
        builder().no("apple.com").build(),
        builder().no("*").build(),
        Matcher::builder().http("http://proxy.example:3128").build(),
        Matcher::builder().https("::").build(),
    ] {
        let apple = ("api.appstoreconnect.apple.com".to_owned(), 443);
        assert_eq!(shown(&matcher), (Via::Direct, apple), "{matcher:?}");
    }
}

#[test]
fn the_persons_proxy_goes_before_the_systems() {
    let matcher = Matcher::builder().https("http://proxy.example:3128").build();
    let apple = Url::parse(&Origin::apple().to_string()).unwrap();
    let own: Proxy = "10.0.0.7:8080".parse().unwrap();
    let (via, first) = via(&apple, Some(&own), Some(&matcher));
    assert_eq!(via, Via::Own { address: "10.0.0.7:8080".to_owned() });
    assert_eq!(first, ("10.0.0.7".to_owned(), 8080));
}
