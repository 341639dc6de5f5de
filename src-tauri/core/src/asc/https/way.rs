//! Which way requests take: straight, through the system's proxy, or through the person's.

use std::sync::Arc;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{ClientBuilder, redirect, retry};
use rustls::{ClientConfig, crypto::CryptoProvider};
use url::{Host, Url};

use super::{IDLE, Limits, in_words, witness::Witness};
use crate::asc::{
    proxy::Proxy,
    route::Via,
    transport::{Broken, BrokenKind},
};

/// A way to one server, ready to be taken.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) client: reqwest::Client,
    pub(super) via: Via,
    /// Host and port that a request connects to: the server's, or the proxy's.
    pub(super) first: (String, u16),
    /// Judges what is shown on this way.
    pub(super) witness: Arc<Witness>,
}

impl Way {
    /// The way to `server` through `proxy`, or as the system is set. To a server on this computer, whose requests may be in
    /// plain HTTP, only a proxy on this computer is taken.
    pub(super) fn to(
        server: &Url,
        proxy: Option<&Proxy>,
        limits: Limits,
        witness: Witness,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, Broken> {
        let proxy = proxy.filter(|proxy| !is_literal(server) || is_loopback(proxy.url()));
        let witness = Arc::new(witness);
        let tls = tls(&witness, provider)?;
        let system = (!is_literal(server)).then(Matcher::from_system);
        let (via, first) = via(server, proxy, system.as_ref());
        let builder = builder(server, proxy, limits, tls)?;
        let client = builder.build().map_err(|error| no_tls(in_words(&error)))?;
        Ok(Self { client, via, first, witness })
    }
}

/// Once, and nothing but what was asked for: no repeats, no redirects, no cookies (the feature is off),
/// no compression (those features are off).
pub(super) fn builder(
    server: &Url,
    proxy: Option<&Proxy>,
    limits: Limits,
    tls: ClientConfig,
) -> Result<ClientBuilder, Broken> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(concat!("Latchkey/", env!("CARGO_PKG_VERSION")))
        .retry(retry::never())
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(limits.connect)
        .timeout(limits.whole)
        .pool_idle_timeout(IDLE)
        .https_only(!(is_literal(server) && server.scheme() == "http"));
    Ok(match proxy {
        Some(proxy) => {
            let all = reqwest::Proxy::all(proxy.url().clone());
            builder.proxy(all.map_err(|error| no_tls(in_words(&error.without_url())))?)
        }
        None if is_literal(server) => builder.no_proxy(),
        None => builder,
    })
}

/// What rustls needs to meet a server that `witness` judges.
pub(super) fn tls(witness: &Arc<Witness>, provider: &Arc<CryptoProvider>) -> Result<ClientConfig, Broken> {
    let versions = ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| no_tls(error.to_string()))?;
    let witness = Arc::clone(witness);
    let mut tls = versions.dangerous().with_custom_certificate_verifier(witness).with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

/// TLS could not be set up.
pub(super) fn no_tls(detail: String) -> Broken {
    Broken { kind: BrokenKind::Tls, detail, signer: None }
}

/// How it goes and where to, by the person's proxy or else by what `system` says; reqwest asks the same of the system.
pub(super) fn via(server: &Url, proxy: Option<&Proxy>, system: Option<&Matcher>) -> (Via, (String, u16)) {
    if let Some(proxy) = proxy {
        return (Via::Own { address: proxy.to_string() }, host_and_port(proxy.url()));
    }
    let found = || {
        let intercepted = system?.intercept(&server.as_str().parse().ok()?)?;
        // A login is not in this address.
        Url::parse(&intercepted.uri().to_string()).ok()
    };
    match found() {
        Some(proxy) => {
            let scheme =
                if proxy.scheme() == "http" { String::new() } else { format!("{}://", proxy.scheme()) };
            let host = proxy.host_str().unwrap_or_default();
            let port = proxy.port_or_known_default().map_or_else(String::new, |port| format!(":{port}"));
            (Via::System { address: format!("{scheme}{host}{port}") }, host_and_port(&proxy))
        }
        None => (Via::Direct, host_and_port(server)),
    }
}

/// Whether `url` names a host by its address, as only a loopback origin does.
fn is_literal(url: &Url) -> bool {
    matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)))
}

/// Whether `url` names this computer by its address. `localhost` is a name, and whoever answers for names may say that it
/// is elsewhere.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    }
}

/// As a look-up takes them: without the brackets that an IPv6 address has in a URL.
fn host_and_port(url: &Url) -> (String, u16) {
    let host = match url.host() {
        Some(Host::Ipv6(address)) => address.to_string(),
        Some(host) => host.to_string(),
        None => String::new(),
    };
    (host, url.port_or_known_default().unwrap_or_default())
}
