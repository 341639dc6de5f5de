use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    thread,
    time::Duration,
};

use bytes::Bytes;
use reqwest::dns::{Name, Resolve, Resolving};

use super::{Https, LIMITS, Limits, way};
use crate::{
    account::Origin,
    asc::{
        route::Route,
        transport::{Broken, BrokenKind, Fate, Transport},
    },
};

mod issuers;
mod proxies;
mod signers;
#[cfg(target_os = "linux")]
mod system;

/// Megabytes that fill every buffer on the way, and the limit, several times.
const LONG: usize = 200;
const CURSOR: &str = "c3VycHJpc2U";
const TOKEN: &str = "Bearer marked-token";

/// Answers each connection with `respond`, and says what it was sent up to the blank line.
fn server(respond: impl Fn(TcpStream) + Send + 'static) -> (Origin, mpsc::Receiver<String>) {
    server_with_scheme("http", respond)
}

fn server_with_scheme(
    scheme: &str,
    respond: impl Fn(TcpStream) + Send + 'static,
) -> (Origin, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("{scheme}://{}", listener.local_addr().unwrap());
    let (seen, requests) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            if seen.send(head(&mut stream)).is_err() {
                break;
            }
            respond(stream);
        }
    });
    (Origin::loopback(&origin).unwrap(), requests)
}

/// Reads up to a blank line, or the first bytes of what is no HTTP.
fn head(stream: &mut impl Read) -> String {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    while !read.ends_with(b"\r\n\r\n") {
        match stream.read(&mut buffer).unwrap_or(0) {
            0 => break,
            n => read.extend_from_slice(&buffer[..n]),
        }
        if read.first() == Some(&0x16) {
            break; // A TLS handshake record (RFC 8446, 5.1).
        }
    }
    String::from_utf8_lossy(&read).into_owned()
}

fn answering(text: impl AsRef<[u8]> + Send + 'static) -> impl Fn(TcpStream) + Send + 'static {
    move |mut stream| {
        let _ = stream.write_all(text.as_ref());
    }
}

fn request(origin: &Origin, path: &str) -> http::Request<Bytes> {
    http::Request::get(format!("{origin}{path}")).header("authorization", TOKEN).body(Bytes::new()).unwrap()
}

async fn get(origin: &Origin, path: &str) -> Fate {
    Https::new(origin.clone()).unwrap().send(request(origin, path)).await
}

fn limited(origin: &Origin, limits: Limits) -> Https {
    let mut https = Https::new(origin.clone()).unwrap();
    https.limits = limits;
    https.use_proxy(None).unwrap();
    https
}

fn maybe_sent(fate: Fate) -> Broken {
    match fate {
        Fate::MaybeSent(broken) => checked(broken),
        other => panic!("expected an unknown outcome, got {other:?}"),
    }
}

fn not_sent(fate: Fate) -> Broken {
    match fate {
        Fate::NotSent(broken) => checked(broken),
        other => panic!("expected that nothing was sent, got {other:?}"),
    }
}

fn checked(broken: Broken) -> Broken {
    assert!(!broken.detail.contains("marked-token"), "{broken}");
    assert!(!broken.detail.contains(CURSOR), "{broken}");
    broken
}

#[tokio::test]
async fn an_answer_comes_back_whole_and_the_request_carries_nothing_unasked_for() {
    let (origin, seen) = server(answering("HTTP/1.1 200 OK\r\nx-a: 1\r\ncontent-length: 2\r\n\r\nhi"));
    let Fate::Answered(answer) = get(&origin, "/v1/apps?limit=200").await else { panic!("it answered") };
    assert_eq!((answer.status().as_u16(), &answer.body()[..]), (200, &b"hi"[..]));
    assert_eq!(answer.headers()["x-a"], "1");
    let head = seen.recv().unwrap().to_lowercase();
    assert!(head.starts_with("get /v1/apps?limit=200 http/1.1\r\n"), "{head}");
    assert!(head.contains(concat!("user-agent: latchkey/", env!("CARGO_PKG_VERSION"), "\r\n")), "{head}");
    for unasked in ["accept-encoding", "cookie", "referer"] {
        assert!(!head.contains(unasked), "{unasked} in {head}");
    }
}

#[tokio::test]
async fn a_refused_connection_has_sent_nothing() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let origin = Origin::loopback(&format!("http://{closed}")).unwrap();
    let broken = not_sent(get(&origin, &format!("/v1/apps?cursor={CURSOR}")).await);
    assert_eq!(broken.kind, BrokenKind::Connect);
}

struct NoSuchName;

impl Resolve for NoSuchName {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(async { Err("no such name".into()) })
    }
}

#[tokio::test]
async fn a_name_that_is_not_found_has_sent_nothing() {
    let origin = Origin::apple();
    let https = Https::new(origin.clone()).unwrap();
    let tls = way::tls(&https.way().witness, &https.provider).unwrap();
    let builder = way::builder(&https.server, None, LIMITS, tls).unwrap();
    https.way().client = builder.no_proxy().dns_resolver(NoSuchName).build().unwrap();
    let broken = not_sent(https.send(request(&origin, "/v1/apps")).await);
    assert_eq!(broken.kind, BrokenKind::Name);
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_sent_nothing() {
    let (origin, seen) = server_with_scheme("https", answering("HTTP/1.1 400 Bad Request\r\n\r\n"));
    let broken = not_sent(get(&origin, "/v1/apps").await);
    assert_eq!(broken.kind, BrokenKind::Tls, "{broken}");
    assert!(!seen.recv().unwrap().contains("/v1/apps"), "only a handshake may go out");
}

#[tokio::test]
async fn a_connection_closed_after_the_request_leaves_the_outcome_unknown() {
    let (origin, seen) = server(drop);
    let broken = maybe_sent(get(&origin, &format!("/v1/apps?cursor={CURSOR}")).await);
    assert_eq!(broken.kind, BrokenKind::Cut, "{broken}");
    assert!(seen.recv().unwrap().contains(CURSOR));
    assert!(seen.try_recv().is_err(), "a request is sent once");
}

#[tokio::test]
async fn an_answer_shorter_than_announced_is_no_answer() {
    let (origin, _seen) = server(answering("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"data\":"));
    assert_eq!(maybe_sent(get(&origin, "/v1/apps").await).kind, BrokenKind::Cut);
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let (held, holding) = mpsc::channel();
    let (origin, _seen) = server(move |stream| held.send(stream).unwrap());
    let limits = Limits { whole: Duration::from_millis(50), ..LIMITS };
    let https = limited(&origin, limits);
    let path = format!("/v1/apps?cursor={CURSOR}");
    let broken = maybe_sent(https.send(request(&origin, &path)).await);
    assert_eq!(broken.kind, BrokenKind::Timeout, "{broken}");
    drop(holding);
}

#[tokio::test]
async fn an_answer_that_stops_in_the_middle_is_given_up() {
    let (held, holding) = mpsc::channel();
    let (origin, _seen) = server(move |mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"data\":");
        held.send(stream).unwrap();
    });
    let https = limited(&origin, Limits { whole: Duration::from_millis(50), ..LIMITS });
    let broken = maybe_sent(https.send(request(&origin, "/v1/apps")).await);
    assert_eq!(broken.kind, BrokenKind::Timeout, "{broken}");
    drop(holding);
}

/// Sends an answer of [`LONG`] megabytes, and says how many were taken.
fn endless(
    head: String,
    before: &'static str,
    after: &'static str,
) -> (Origin, mpsc::Receiver<String>, mpsc::Receiver<usize>) {
    let (told, taken) = mpsc::channel();
    let (origin, seen) = server(move |mut stream| {
        let _ = stream.write_all(head.as_bytes());
        let megabyte = format!("{before}{}{after}", "a".repeat(1024 * 1024));
        let sent = (0..LONG).take_while(|_| stream.write_all(megabyte.as_bytes()).is_ok()).count();
        told.send(sent).unwrap();
    });
    (origin, seen, taken)
}

// Two threads: one waits for the server while the other closes the connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_of_200_megabytes_is_given_up_early_however_it_comes() {
    for (head, before, after) in [
        ("connection: close", "", ""),
        ("transfer-encoding: chunked", "100000\r\n", "\r\n"),
        ("content-length: 209715200", "", ""),
    ] {
        let (origin, _seen, taken) = endless(format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n"), before, after);
        assert_eq!(maybe_sent(get(&origin, "/v1/apps").await).kind, BrokenKind::TooLarge, "{head}");
        let taken = taken.recv().unwrap();
        assert!(taken < LONG / 4, "{taken} of {LONG} megabytes were taken: {head}");
    }
}

#[tokio::test]
async fn an_answer_announced_as_too_large_is_not_awaited() {
    let (origin, _seen) = server(answering("HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\na"));
    assert_eq!(maybe_sent(get(&origin, "/v1/apps").await).kind, BrokenKind::TooLarge);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let redirect = "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n";
    let (origin, seen) = server(answering(redirect));
    let Fate::Answered(answer) = get(&origin, "/v1/apps").await else { panic!("it answered") };
    assert_eq!(answer.status().as_u16(), 302);
    assert_eq!(seen.iter().take(1).count(), 1);
    assert!(seen.try_recv().is_err(), "the token goes where it was sent and nowhere else");
}

#[tokio::test]
async fn a_request_to_another_server_is_not_sent() {
    let (origin, _seen) = server(answering("HTTP/1.1 200 OK\r\n\r\n"));
    let (other, seen) = server(answering("HTTP/1.1 200 OK\r\n\r\n"));
    let https = Https::new(origin).unwrap();
    not_sent(https.send(request(&other, "/v1/apps")).await);
    assert!(seen.try_recv().is_err());
}
