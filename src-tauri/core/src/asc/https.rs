//! Sends requests over HTTPS. Only this file and those below it know reqwest.
//!
//! Its own options keep the time here, not the [`Clock`](crate::clock::Clock): they must end a read that
//! nothing else sees.

use std::{
    error::Error as StdError,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use rustls::{
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::ServerName,
};
use tokio::sync::watch;
use url::{Host, Url};

use self::{
    way::{Way, no_tls},
    witness::Witness,
};
use super::{
    proxy::Proxy,
    route::{LookingUp, Route, Signer, Standing, Via},
    text,
    transport::{Broken, BrokenKind, Fate, Sending, Transport},
};
use crate::account::Origin;

mod issuer;
#[cfg(test)]
mod tests;
mod way;
mod witness;

/// When a request is given up.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// For finding the server, connecting and the TLS handshake, a proxy included.
    connect: Duration,
    /// From the start to the answer's last byte.
    whole: Duration,
    /// Largest body of an answer, in bytes: a page of 200 apps takes about 200 KB.
    body: usize,
}

const LIMITS: Limits =
    Limits { connect: Duration::from_secs(15), whole: Duration::from_mins(1), body: 8 * 1024 * 1024 };

/// How long an unused connection is kept. A server that closes one just as a write goes out leaves its
/// outcome unknown, so this is shorter than servers' own patience.
const IDLE: Duration = Duration::from_secs(15);

/// HTTPS to one server: certificates as the platform trusts them, HTTP/2 where the server has it, through the person's
/// proxy or else the system's. To a loopback origin through none but a proxy of the person's on this computer, and in plain
/// HTTP if that is its scheme.
#[derive(Debug)]
pub struct Https {
    origin: Origin,
    server: Url,
    limits: Limits,
    provider: Arc<CryptoProvider>,
    way: Mutex<Way>,
}

impl Https {
    /// A transport to `origin`, as the system is set.
    ///
    /// # Errors
    /// The platform's TLS could not be set up.
    pub fn new(origin: Origin) -> Result<Self, Broken> {
        let (server, name) = server(&origin)?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let witness = Witness::new(name, &provider).map_err(|error| no_tls(error.to_string()))?;
        Self::seen_by(witness, origin, server, LIMITS, provider)
    }

    fn seen_by(
        witness: Witness,
        origin: Origin,
        server: Url,
        limits: Limits,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, Broken> {
        let way = Mutex::new(Way::to(&server, None, limits, witness, &provider)?);
        Ok(Self { origin, server, limits, provider, way })
    }

    fn way(&self) -> MutexGuard<'_, Way> {
        self.way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn exchange(&self, request: http::Request<Bytes>) -> Fate {
        let request = match reqwest::Request::try_from(request) {
            Ok(request) if self.origin.serves(request.url()) => request,
            Ok(_) => return refused("the address is not on this account's server".to_owned()),
            Err(error) => return refused(in_words(&error.without_url())),
        };
        let (client, witness) = {
            let way = self.way();
            (way.client.clone(), Arc::clone(&way.witness))
        };
        match client.execute(request).await {
            Ok(answer) => self.whole(answer, &witness).await.map_or_else(Fate::MaybeSent, Fate::Answered),
            Err(error) => fate(error, &witness),
        }
    }

    async fn whole(
        &self,
        mut answer: reqwest::Response,
        witness: &Witness,
    ) -> Result<http::Response<Bytes>, Broken> {
        let largest = self.limits.body;
        if answer.content_length().is_some_and(|announced| announced > largest as u64) {
            return Err(self.too_large());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) =
            answer.chunk().await.map_err(|error| after_connecting(&error.without_url(), witness))?
        {
            if body.len() + chunk.len() > largest {
                return Err(self.too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let mut whole = http::Response::new(body.freeze());
        *whole.status_mut() = answer.status();
        *whole.version_mut() = answer.version();
        *whole.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(whole)
    }

    fn too_large(&self) -> Broken {
        let detail = format!("more than {} bytes", self.limits.body);
        Broken { kind: BrokenKind::TooLarge, detail, signer: None }
    }
}

impl Transport for Https {
    fn send(&self, request: http::Request<Bytes>) -> Sending<'_> {
        Box::pin(self.exchange(request))
    }
}

impl Route for Https {
    fn via(&self) -> Via {
        self.way().via.clone()
    }

    fn use_proxy(&self, proxy: Option<Proxy>) -> Result<(), Broken> {
        let mut taken = self.way();
        let witness = taken.witness.successor();
        let way = Way::to(&self.server, proxy.as_ref(), self.limits, witness, &self.provider)?;
        taken.witness.retire();
        *taken = way;
        Ok(())
    }

    fn signer(&self) -> watch::Receiver<Option<Signer>> {
        self.way().witness.signer()
    }

    fn look_up(&self) -> LookingUp<'_> {
        Box::pin(async {
            let first = self.way().first.clone();
            let not_found =
                |detail: String| Broken { kind: BrokenKind::Name, detail: text::line(&detail), signer: None };
            match tokio::time::timeout(self.limits.connect, tokio::net::lookup_host(first)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(not_found(error.to_string())),
                Err(late) => Err(not_found(late.to_string())),
            }
        })
    }
}

/// Where `origin` is, and the name that its certificate is to be for.
fn server(origin: &Origin) -> Result<(Url, ServerName<'static>), Broken> {
    let server = Url::parse(&origin.to_string()).map_err(|error| no_tls(error.to_string()))?;
    let name = match server.host() {
        Some(Host::Ipv4(address)) => Ok(ServerName::from(std::net::IpAddr::V4(address))),
        Some(Host::Ipv6(address)) => Ok(ServerName::from(std::net::IpAddr::V6(address))),
        Some(Host::Domain(name)) => ServerName::try_from(name.to_owned()),
        None => ServerName::try_from(String::new()),
    };
    Ok((server, name.map_err(|error| no_tls(error.to_string()))?))
}

/// Only a failure to connect is certain to have sent nothing. A kept connection that the server closed before a
/// byte was written is replaced unseen; one that it closed while the request was written looks like
/// one that it closed while answering.
fn fate(error: reqwest::Error, witness: &Witness) -> Fate {
    let error = error.without_url();
    if !error.is_connect() {
        return Fate::MaybeSent(after_connecting(&error, witness));
    }
    let kind = if error.is_dns() {
        BrokenKind::Name
    } else if tls_cause(&error).is_some() {
        BrokenKind::Tls
    } else {
        BrokenKind::Connect
    };
    Fate::NotSent(broken(kind, &error, witness))
}

fn after_connecting(error: &reqwest::Error, witness: &Witness) -> Broken {
    let kind = if error.is_timeout() {
        BrokenKind::Timeout
    } else if tls_cause(error).is_some() {
        BrokenKind::Tls
    } else {
        BrokenKind::Cut
    };
    broken(kind, error, witness)
}

fn broken(kind: BrokenKind, error: &reqwest::Error, witness: &Witness) -> Broken {
    // A certificate was just refused: the last one that was seen.
    let refused = matches!(tls_cause(error), Some(rustls::Error::InvalidCertificate(_)));
    let seen = refused.then(|| witness.saw()).flatten();
    let signer = seen.filter(|signer| signer.standing == Standing::Untrusted);
    Broken { kind, detail: in_words(error), signer: signer.map(|signer| signer.by) }
}

fn refused(detail: String) -> Fate {
    Fate::NotSent(Broken { kind: BrokenKind::Connect, detail, signer: None })
}

/// TLS's part in a failure. The `rustls` named in this crate's manifest is the one that reqwest uses; two versions would
/// be two types, which a test would notice.
fn tls_cause(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(cause) = error.downcast_ref() {
            return Some(cause);
        }
        // An I/O error says that the cause of its inner error is its own, and so leaves that out.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = inner.map(|inner| inner as &(dyn StdError + 'static)).or_else(|| error.source());
    }
    None
}

/// The error and its causes. reqwest puts headers in none of them, and the URL only in the outermost,
/// from which the callers take it.
fn in_words(error: &reqwest::Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        words = format!("{words}: {cause}");
        next = cause.source();
    }
    text::line(&words)
}
