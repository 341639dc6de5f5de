//! The seam between the client and the wire: a request goes in, and what is known of its fate comes out.
//! [`super::https`] sends it to a server; the sample account answers it in process.

use std::{future::Future, pin::Pin};

use bytes::Bytes;

/// What became of a request.
#[derive(Debug)]
pub enum Fate {
    /// Not one byte of it reached a server: nothing can have changed there.
    NotSent(Broken),
    /// It may have arrived and may have been carried out; no whole answer came back.
    MaybeSent(Broken),
    /// The server answered, with whatever status.
    Answered(http::Response<Bytes>),
}

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind:?}: {detail}")]
pub struct Broken {
    /// What kind of failure.
    pub kind: BrokenKind,
    /// The library's own words, for support. Holds no secret.
    pub detail: String,
    /// Who signed the server's certificate, if that is what was not trusted.
    pub signer: Option<String>,
}

/// The kinds of failure that mean something different to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum BrokenKind {
    /// The server's name was not found: most likely no network.
    Name,
    /// No connection: refused, unreachable, or a proxy in the way.
    Connect,
    /// The server's certificate is not trusted, or TLS failed otherwise.
    Tls,
    /// Nothing came for too long.
    Timeout,
    /// The connection ended before the answer did.
    Cut,
    /// The answer is larger than any real one.
    TooLarge,
}

/// A request on its way.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Fate> + Send + 'a>>;

/// Sends requests to one origin.
///
/// Sends each exactly once: never repeats, never follows a redirect, never answers from a cache.
pub trait Transport: Send + Sync {
    /// Sends `request`, whose URI is absolute.
    fn send(&self, request: http::Request<Bytes>) -> Sending<'_>;
}
