//! Who signed what a server shows: an authority, a company, a stranger.

use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls::{
    CertificateError, DigitallySignedStruct, OtherError, RootCertStore, ServerConfig, ServerConnection,
    SignatureScheme, StreamOwned,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime},
};

use super::{
    super::{
        Https, LIMITS, server,
        witness::{Witness, browsers, verifier},
    },
    checked, head, not_sent, request,
};
use crate::{
    account::Origin,
    asc::{
        route::{Route, Signer, Standing},
        transport::{BrokenKind, Fate, Transport},
    },
};

/// When the chain of letsencrypt.org in this folder was valid: 1 August 2026.
const THEN: Duration = Duration::from_hours(495_984);

/// Somebody who signs certificates.
pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(super) fn new(name: &str, organization: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.distinguished_name.push(DnType::OrganizationName, organization);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A server with this name: its certificate, and how to speak as it.
    fn server(&self, params: &CertificateParams) -> (CertificateDer<'static>, Arc<ServerConfig>) {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap().der().clone();
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        // A resumed session shows no certificate.
        config.send_tls13_tickets = 0;
        (certificate, Arc::new(config))
    }

    pub(super) fn speaks_for(&self, name: &str) -> Arc<ServerConfig> {
        self.server(&CertificateParams::new([name.to_owned()]).unwrap()).1
    }

    pub(super) fn pem(&self) -> String {
        self.0.pem()
    }

    fn trusted(&self) -> Arc<dyn ServerCertVerifier> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        verifier(roots, &Arc::new(aws_lc_rs::default_provider())).unwrap()
    }
}

pub(super) fn contoso() -> Authority {
    Authority::new("Contoso Proxy CA", "Contoso Ltd")
}

/// HTTPS from a computer that trusts `platform`, in a world that trusts `public`.
pub(super) fn https(origin: &Origin, platform: &Authority, public: &Authority) -> Https {
    let (url, name) = server(origin).unwrap();
    let witness = Witness::by(platform.trusted(), public.trusted(), name);
    let provider = Arc::new(aws_lc_rs::default_provider());
    Https::seen_by(witness, origin.clone(), url, LIMITS, provider).unwrap()
}

/// Answers one request, and says what it was; empty if the handshake failed.
pub(super) fn answer(tcp: TcpStream, config: Arc<ServerConfig>) -> String {
    let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), tcp);
    let asked = head(&mut stream);
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi");
    stream.conn.send_close_notify();
    let _ = stream.flush();
    asked
}

fn tls_server(config: Arc<ServerConfig>) -> (Origin, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("https://{}", listener.local_addr().unwrap());
    let (seen, requests) = mpsc::channel();
    thread::spawn(move || {
        for tcp in listener.incoming() {
            if seen.send(answer(tcp.unwrap(), Arc::clone(&config))).is_err() {
                break;
            }
        }
    });
    (Origin::loopback(&origin).unwrap(), requests)
}

fn signed_by_contoso(standing: Standing) -> Signer {
    Signer { by: "Contoso Proxy CA (Contoso Ltd)".to_owned(), standing }
}

#[tokio::test]
async fn a_signer_that_only_this_computer_trusts_is_named_and_not_refused() {
    let (contoso, public) = (contoso(), Authority::new("Public CA", "Public"));
    let (origin, _seen) = tls_server(contoso.speaks_for("127.0.0.1"));
    let https = https(&origin, &contoso, &public);
    let mut signer = https.signer();
    assert_eq!(*signer.borrow_and_update(), None, "nothing was shown yet");
    let fate = https.send(request(&origin, "/v1/apps")).await;
    assert!(matches!(&fate, Fate::Answered(answer) if answer.status() == 200), "{fate:?}");
    assert!(signer.has_changed().unwrap());
    assert_eq!(*signer.borrow_and_update(), Some(signed_by_contoso(Standing::Private)));
    assert!(matches!(https.send(request(&origin, "/v1/apps")).await, Fate::Answered(_)));
    assert!(!signer.has_changed().unwrap(), "the same signer again is no news");
}

#[tokio::test]
async fn a_signer_that_everybody_trusts_is_public() {
    let contoso = contoso();
    let (origin, _seen) = tls_server(contoso.speaks_for("127.0.0.1"));
    let https = https(&origin, &contoso, &contoso);
    assert!(matches!(https.send(request(&origin, "/v1/apps")).await, Fate::Answered(_)));
    assert_eq!(*https.signer().borrow(), Some(signed_by_contoso(Standing::Public)));
}

#[tokio::test]
async fn a_signer_that_this_computer_does_not_trust_is_named_and_sent_nothing() {
    let contoso = contoso();
    let (origin, seen) = tls_server(contoso.speaks_for("127.0.0.1"));
    let stranger = Authority::new("Other CA", "Other");
    for https in [https(&origin, &stranger, &contoso), Https::new(origin.clone()).unwrap()] {
        let broken = not_sent(https.send(request(&origin, "/v1/apps")).await);
        assert_eq!(broken.kind, BrokenKind::Tls, "{broken}");
        assert_eq!(broken.signer.as_deref(), Some("Contoso Proxy CA (Contoso Ltd)"));
        assert_eq!(*https.signer().borrow(), Some(signed_by_contoso(Standing::Untrusted)));
        assert_eq!(seen.recv().unwrap(), "", "no request went out");
    }
}

#[tokio::test]
async fn a_certificate_that_is_refused_for_itself_blames_no_signer() {
    let contoso = contoso();
    let mut expired = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    expired.not_before = rcgen::date_time_ymd(2020, 1, 1);
    expired.not_after = rcgen::date_time_ymd(2020, 2, 1);
    let other_name = CertificateParams::new(["example.com".to_owned()]).unwrap();
    for params in [expired, other_name] {
        let (origin, seen) = tls_server(contoso.server(&params).1);
        let https = https(&origin, &contoso, &contoso);
        let broken = checked(not_sent(https.send(request(&origin, "/v1/apps")).await));
        assert_eq!((broken.kind, &broken.signer), (BrokenKind::Tls, &None), "{broken}");
        assert_eq!(*https.signer().borrow(), None);
        assert_eq!(seen.recv().unwrap(), "", "no request went out");
    }
}

/// Refuses every certificate for one reason.
#[derive(Debug)]
struct Refusing(rustls::Error);

impl ServerCertVerifier for Refusing {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Err(self.0.clone())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(self.0.clone())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(self.0.clone())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        Vec::new()
    }
}

#[test]
fn a_signer_is_a_stranger_only_if_the_refusal_says_so() {
    let contoso = contoso();
    let name = ServerName::try_from("api.appstoreconnect.apple.com").unwrap();
    let (certificate, _) = contoso.server(&CertificateParams::new([name.to_str().into_owned()]).unwrap());
    let noted = |error| {
        let witness = Witness::by(Arc::new(Refusing(error)), contoso.trusted(), name.clone());
        witness.verify_server_cert(&certificate, &[], &name, &[], UnixTime::now()).unwrap_err();
        witness.signer().borrow().clone()
    };
    let of_the_certificate = |why| noted(rustls::Error::InvalidCertificate(why));
    let other = || OtherError(Arc::new(std::fmt::Error));
    assert_eq!(
        of_the_certificate(CertificateError::UnknownIssuer),
        Some(signed_by_contoso(Standing::Untrusted))
    );
    for why in [
        CertificateError::BadEncoding,
        CertificateError::InvalidPurpose,
        CertificateError::UnknownRevocationStatus,
        CertificateError::UnhandledCriticalExtension,
        CertificateError::Other(other()),
    ] {
        assert_eq!(of_the_certificate(why.clone()), None, "{why:?}");
    }
    assert_eq!(noted(rustls::Error::Other(other())), None);
    assert_eq!(noted(rustls::Error::General("the platform is busy".to_owned())), None);
}

#[tokio::test]
async fn a_handshake_that_ends_late_says_nothing_of_the_way_that_is_taken_now() {
    let contoso = contoso();
    let config = contoso.speaks_for("127.0.0.1");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = Origin::loopback(&format!("https://{}", listener.local_addr().unwrap())).unwrap();
    let (reached, reaching) = tokio::sync::oneshot::channel();
    let (go, going) = mpsc::channel();
    let server = thread::spawn(move || {
        let tcp = listener.accept().unwrap().0;
        reached.send(()).unwrap();
        going.recv().unwrap();
        answer(tcp, config)
    });
    let https = https(&origin, &contoso, &Authority::new("Public CA", "Public"));
    let swapped = async {
        reaching.await.unwrap();
        https.use_proxy(None).unwrap();
        go.send(()).unwrap();
    };
    let (fate, ()) = tokio::join!(https.send(request(&origin, "/v1/apps")), swapped);
    assert!(matches!(fate, Fate::Answered(_)), "{fate:?}");
    assert_eq!(*https.signer().borrow(), None);
    assert!(server.join().unwrap().starts_with("GET /v1/apps"));
}

#[tokio::test]
async fn the_server_may_choose_http_2() {
    let contoso = contoso();
    let mut config = Arc::unwrap_or_clone(contoso.speaks_for("127.0.0.1"));
    for (spoken, chosen) in [(["h2", "http/1.1"], "h2"), (["http/1.1", "http/1.0"], "http/1.1")] {
        config.alpn_protocols = spoken.map(|name| name.as_bytes().to_vec()).to_vec();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("https://{}", listener.local_addr().unwrap());
        let origin = Origin::loopback(&origin).unwrap();
        let config = Arc::new(config.clone());
        let server = thread::spawn(move || {
            let mut tcp = listener.accept().unwrap().0;
            let mut tls = ServerConnection::new(config).unwrap();
            while tls.is_handshaking() {
                tls.complete_io(&mut tcp).unwrap();
            }
            tls.alpn_protocol().map(<[u8]>::to_vec)
        });
        let https = https(&origin, &contoso, &contoso);
        https.send(request(&origin, "/v1/apps")).await;
        assert_eq!(server.join().unwrap().as_deref(), Some(chosen.as_bytes()));
    }
}

#[test]
fn a_real_authority_is_public_by_the_list_that_browsers_have() {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let shown = [
        &include_bytes!("letsencrypt_org/1.crt")[..],
        include_bytes!("letsencrypt_org/2.crt"),
        include_bytes!("letsencrypt_org/3.crt"),
    ]
    .map(CertificateDer::from);
    let name = ServerName::try_from("letsencrypt.org").unwrap();
    let verify = |witness: &Witness| {
        let now = UnixTime::since_unix_epoch(THEN);
        witness.verify_server_cert(&shown[0], &shown[1..], &name, &[], now).unwrap();
        witness.signer().borrow().clone().unwrap()
    };
    let browsers = || browsers(&provider).unwrap();
    let witness = Witness::by(browsers(), browsers(), name.clone());
    let signer = Signer { by: "YE2 (Let's Encrypt)".to_owned(), standing: Standing::Public };
    assert_eq!(verify(&witness), signer);
    let witness = Witness::by(browsers(), contoso().trusted(), name.clone());
    assert_eq!(verify(&witness), Signer { standing: Standing::Private, ..signer });
}

#[test]
fn the_certificate_of_a_proxy_says_nothing_of_who_signed_the_servers() {
    let contoso = contoso();
    let server = ServerName::try_from("api.appstoreconnect.apple.com").unwrap();
    let witness = Witness::by(contoso.trusted(), contoso.trusted(), server);
    let proxy = ServerName::try_from("proxy.example").unwrap();
    let params = CertificateParams::new(["proxy.example".to_owned()]).unwrap();
    let (certificate, _) = contoso.server(&params);
    witness.verify_server_cert(&certificate, &[], &proxy, &[], UnixTime::now()).unwrap();
    assert_eq!(*witness.signer().borrow(), None);
}

#[test]
fn a_proxy_whose_own_certificate_is_refused_is_not_taken_for_the_server() {
    let (contoso, stranger) = (contoso(), Authority::new("Other CA", "Other"));
    let server = ServerName::try_from("api.appstoreconnect.apple.com").unwrap();
    let witness = Witness::by(contoso.trusted(), stranger.trusted(), server.clone());
    let shows = |by: &Authority, name: &ServerName<'_>| {
        let (certificate, _) = by.server(&CertificateParams::new([name.to_str().into_owned()]).unwrap());
        witness.verify_server_cert(&certificate, &[], name, &[], UnixTime::now()).is_ok()
    };
    let proxy = ServerName::try_from("proxy.example").unwrap();
    assert!(!shows(&stranger, &server));
    assert!(witness.signer().borrow().is_some());
    assert!(shows(&contoso, &proxy));
    assert!(witness.signer().borrow().is_some(), "a proxy that is trusted changes nothing");
    assert!(!shows(&stranger, &proxy));
    assert_eq!(*witness.signer().borrow(), None);
}
