//! The simulator over HTTP/1.1 and HTTP/2, on 127.0.0.1 only.
//!
//! Beside Apple's paths it has four of its own, which need no token and are not logged:
//! `GET /__log`, `GET /__state`, `POST /__fault`, `POST /__reset`.

use std::{fmt, io, net::Ipv4Addr, path::Path, sync::Arc};

use bytes::Bytes;
use http::{Request, Response, Uri, header, uri::Authority};
use http_body_util::BodyExt;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use latchkey_core::clock::Clock;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::Notify,
};
use tokio_rustls::TlsAcceptor;

use crate::{Outcome, Simulator};
use body::Sent;

mod body;
mod control;
mod tls;

/// A simulator that listens.
pub struct Server {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    desk: Arc<Desk>,
}

/// What every connection needs.
struct Desk {
    simulator: Arc<Simulator>,
    clock: Arc<dyn Clock>,
    scheme: &'static str,
    authority: String,
}

impl Server {
    /// Listens on a port of 127.0.0.1, on any free one for port 0.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn bind(port: u16, simulator: Arc<Simulator>, clock: Arc<dyn Clock>) -> io::Result<Self> {
        Self::listen(port, simulator, clock, "http", None).await
    }

    /// The same over TLS. Writes the certificate to trust, made for this server alone, to `ca.pem` in `folder`.
    ///
    /// # Errors
    /// The port is taken, or the certificate cannot be made or written.
    pub async fn bind_tls(
        port: u16,
        simulator: Arc<Simulator>,
        clock: Arc<dyn Clock>,
        folder: &Path,
    ) -> io::Result<Self> {
        let acceptor = tls::acceptor(folder)?;
        Self::listen(port, simulator, clock, "https", Some(acceptor)).await
    }

    async fn listen(
        port: u16,
        simulator: Arc<Simulator>,
        clock: Arc<dyn Clock>,
        scheme: &'static str,
        tls: Option<TlsAcceptor>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let authority = listener.local_addr()?.to_string();
        Ok(Self { listener, tls, desk: Arc::new(Desk { simulator, clock, scheme, authority }) })
    }

    /// Its address, without a slash at the end: `http://127.0.0.1:49152`.
    pub fn url(&self) -> String {
        format!("{}://{}", self.desk.scheme, self.desk.authority)
    }

    /// Answers until it is dropped.
    ///
    /// # Errors
    /// No connection can be accepted any more.
    pub async fn run(self) -> io::Result<std::convert::Infallible> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            let (desk, tls) = (self.desk.clone(), self.tls.clone());
            tokio::spawn(async move {
                let Some(tls) = tls else { return converse(desk, stream).await };
                // A client that does not trust the certificate goes away in the handshake.
                if let Ok(stream) = tls.accept(stream).await {
                    converse(desk, stream).await;
                }
            });
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Server").field(&self.url()).finish()
    }
}

/// Serves one connection until either side ends it.
async fn converse<S>(desk: Arc<Desk>, stream: S)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let cut = Arc::new(Notify::new());
    let service = service_fn(|request| answer(desk.clone(), cut.clone(), request));
    let builder = auto::Builder::new(TokioExecutor::new());
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // How a connection ends is the client's business.
        _ = connection => {}
        // HTTP/2 would only reset the stream: leaving drops the socket.
        () = cut.notified() => {}
    }
}

/// The connection is to end without an answer.
#[derive(Debug, thiserror::Error)]
#[error("cut by a fault")]
struct Cut;

async fn answer(
    desk: Arc<Desk>,
    cut: Arc<Notify>,
    request: Request<Incoming>,
) -> Result<Response<Sent>, Cut> {
    let (mut parts, body) = request.into_parts();
    // A client that goes away in the middle of its body has sent no request.
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    if parts.uri.path().starts_with("/__") {
        return Ok(control::answer(&desk, &parts, &body).map(Sent::whole));
    }
    parts.uri = desk.absolute(&parts);
    let answer = desk.simulator.answer(desk.clock.now(), &Request::from_parts(parts, body));
    if !answer.delay.is_zero() {
        desk.clock.sleep(answer.delay).await;
    }
    match answer.outcome {
        Outcome::Answered(response) => Ok(response.map(Sent::whole)),
        Outcome::Truncated(response) => Ok(truncated(response)),
        Outcome::Cut | Outcome::Unreachable => {
            cut.notify_one();
            Err(Cut)
        }
    }
}

/// Half of the body under the length of the whole.
fn truncated(response: Response<Bytes>) -> Response<Sent> {
    let length = response.body().len();
    let mut response = response.map(|body| Sent::beginning(body.slice(..length / 2)));
    response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    response
}

impl Desk {
    /// The address that the client asked, by its own account of the host.
    fn absolute(&self, parts: &http::request::Parts) -> Uri {
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let authority = parts.uri.authority().map_or(host.unwrap_or(&self.authority), Authority::as_str);
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        Uri::builder()
            .scheme(self.scheme)
            .authority(authority)
            .path_and_query(path)
            .build()
            .unwrap_or_else(|_| parts.uri.clone())
    }
}
