//! A server that gives one answer to everything.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use latchkey_core::{
    account::{ApiKey, Origin},
    asc::{
        client::Client,
        token::{SecretSource, Signer},
        transport::{Fate, Sending, Transport},
    },
    clock::SystemClock,
};
use latchkey_simulator::KeyPair;

/// The answer.
pub(crate) struct Canned {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, HeaderValue)>,
    pub(crate) body: Bytes,
}

impl Transport for Canned {
    fn send(&self, _: Request<Bytes>) -> Sending<'_> {
        let mut answer = Response::new(self.body.clone());
        *answer.status_mut() = self.status.try_into().unwrap();
        for (name, value) in &self.headers {
            answer.headers_mut().append(*name, value.clone());
        }
        Box::pin(async { Fate::Answered(answer) })
    }
}

/// A client of that server.
pub(crate) fn client(server: Canned) -> Client {
    let secret: SecretSource =
        Arc::new(|| Box::pin(async { Ok(KeyPair::numbered(99, 1).pkcs8_der().to_vec().into()) }));
    let key = ApiKey { id: "2X9R4HXF34".to_owned(), issuer: None };
    let clock = SystemClock::starting_at(SystemTime::UNIX_EPOCH + Duration::from_hours(500_000));
    Client::new(Arc::new(server), Arc::new(clock), Origin::apple(), Signer::new(key, secret))
}

/// Runs it on paused time: an hour's wait takes no time.
pub(crate) fn on_paused_time<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.unwrap().block_on(work)
}
