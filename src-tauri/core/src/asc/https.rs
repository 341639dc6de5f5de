//! Sends requests over HTTPS. Only this file knows reqwest.
//!
//! Its own options keep the time here, not the [`Clock`](crate::clock::Clock): they must end a read that
//! nothing else sees.

use std::{error::Error as StdError, io, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::{ClientBuilder, redirect, retry};
use url::Url;

use super::{
    text,
    transport::{Broken, BrokenKind, Fate, Sending, Transport},
};
use crate::account::Origin;

#[cfg(test)]
mod tests;

/// When a request is given up.
#[derive(Clone, Copy)]
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

/// HTTPS to one server: certificates as the platform trusts them, HTTP/2 where the server has it, the
/// system's proxy. To a loopback origin without proxy, and in plain HTTP if that is its scheme.
#[derive(Debug)]
pub struct Https {
    client: reqwest::Client,
    origin: Origin,
    largest: usize,
}

impl Https {
    /// A transport to `origin`.
    ///
    /// # Errors
    /// The platform's TLS could not be set up.
    pub fn new(origin: Origin) -> Result<Self, Broken> {
        let builder = builder(&origin, LIMITS);
        Self::built(builder, origin, LIMITS)
    }

    fn built(builder: ClientBuilder, origin: Origin, limits: Limits) -> Result<Self, Broken> {
        let client =
            builder.build().map_err(|error| Broken { kind: BrokenKind::Tls, detail: in_words(&error) })?;
        Ok(Self { client, origin, largest: limits.body })
    }

    async fn exchange(&self, request: http::Request<Bytes>) -> Fate {
        let request = match reqwest::Request::try_from(request) {
            Ok(request) if self.origin.serves(request.url()) => request,
            Ok(_) => return refused("the address is not on this account's server".to_owned()),
            Err(error) => return refused(in_words(&error.without_url())),
        };
        match self.client.execute(request).await {
            Ok(answer) => self.whole(answer).await.map_or_else(Fate::MaybeSent, Fate::Answered),
            Err(error) => fate(error),
        }
    }

    async fn whole(&self, mut answer: reqwest::Response) -> Result<http::Response<Bytes>, Broken> {
        if answer.content_length().is_some_and(|announced| announced > self.largest as u64) {
            return Err(self.too_large());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) =
            answer.chunk().await.map_err(|error| after_connecting(&error.without_url()))?
        {
            if body.len() + chunk.len() > self.largest {
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
        Broken { kind: BrokenKind::TooLarge, detail: format!("more than {} bytes", self.largest) }
    }
}

impl Transport for Https {
    fn send(&self, request: http::Request<Bytes>) -> Sending<'_> {
        Box::pin(self.exchange(request))
    }
}

/// Once, and nothing but what was asked for: no repeats, no redirects, no cookies (the feature is off),
/// no compression (those features are off).
fn builder(origin: &Origin, limits: Limits) -> ClientBuilder {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("Latchkey/", env!("CARGO_PKG_VERSION")))
        .retry(retry::never())
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(limits.connect)
        .timeout(limits.whole)
        .pool_idle_timeout(IDLE);
    let (loopback, plain) = Url::parse(&origin.to_string()).map_or((false, false), |url| {
        let literal = matches!(url.host(), Some(url::Host::Ipv4(_) | url::Host::Ipv6(_)));
        (literal, literal && url.scheme() == "http")
    });
    let builder = if loopback { builder.no_proxy() } else { builder };
    builder.https_only(!plain)
}

fn refused(detail: String) -> Fate {
    Fate::NotSent(Broken { kind: BrokenKind::Connect, detail })
}

/// Only a failure to connect is certain to have sent nothing. A kept connection that the server closed before a
/// byte was written is replaced unseen; one that it closed while the request was written looks like
/// one that it closed while answering.
fn fate(error: reqwest::Error) -> Fate {
    let error = error.without_url();
    if !error.is_connect() {
        return Fate::MaybeSent(after_connecting(&error));
    }
    let kind = if error.is_dns() {
        BrokenKind::Name
    } else if is_tls(&error) {
        BrokenKind::Tls
    } else {
        BrokenKind::Connect
    };
    Fate::NotSent(Broken { kind, detail: in_words(&error) })
}

fn after_connecting(error: &reqwest::Error) -> Broken {
    let kind = if error.is_timeout() {
        BrokenKind::Timeout
    } else if is_tls(error) {
        BrokenKind::Tls
    } else {
        BrokenKind::Cut
    };
    Broken { kind, detail: in_words(error) }
}

/// Whether TLS is among the causes. The `rustls` named in this crate's manifest is the one that
/// reqwest uses; two versions would be two types, which a test would notice.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = next {
        if error.is::<rustls::Error>() {
            return true;
        }
        // An I/O error says that the cause of its inner error is its own, and so leaves that out.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = inner.map(|inner| inner as &(dyn StdError + 'static)).or_else(|| error.source());
    }
    false
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
