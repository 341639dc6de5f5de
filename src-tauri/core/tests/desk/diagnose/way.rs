//! A way to Apple that a test makes as it likes.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use latchkey_core::{
    account::Origin,
    asc::{
        proxy::Proxy,
        route::{LookingUp, Route, Signer, Via},
        transport::{Broken, BrokenKind, Fate, Sending, Transport},
    },
    desk::{Backing, Desk, Real},
    vault::Vault,
};
use latchkey_simulator::InProcess;
use tokio::sync::{Notify, watch};

use crate::{Office, sample};

/// A way that is as the test says, and what went along it.
pub(super) struct Way {
    pub(super) via: Via,
    pub(super) name: Option<Broken>,
    /// The name is never found, nor found to be missing.
    pub(super) endless: Option<Arc<Notify>>,
    pub(super) signer: watch::Sender<Option<Signer>>,
    /// No request gets through.
    pub(super) broken: Option<Broken>,
    /// Answers have no header `Date`.
    pub(super) undated: bool,
    pub(super) inside: Box<dyn Transport>,
    pub(super) sent: Mutex<Vec<(String, bool)>>,
}

impl Way {
    pub(super) fn to(office: &Office) -> Self {
        Self {
            via: Via::Direct,
            name: None,
            endless: None,
            signer: watch::Sender::default(),
            broken: None,
            undated: false,
            inside: Box::new(InProcess::new(Arc::clone(&office.apple), Arc::clone(&office.clock))),
            sent: Mutex::default(),
        }
    }

    /// The office takes this way from now on.
    pub(super) fn taken_by(self, office: &mut Office) -> Arc<Self> {
        let way = Arc::new(self);
        let backing = Backing {
            origin: Origin::apple(),
            transport: Arc::clone(&way) as Arc<dyn Transport>,
            route: Arc::clone(&way) as Arc<dyn Route>,
            vault: Arc::clone(&office.vault) as Arc<dyn Vault>,
            records: Arc::clone(&office.records),
        };
        let clock = Arc::clone(&office.clock);
        office.desk = Desk::new(clock, Real::Ready(backing), sample(&office.clock), "0.0.0");
        way
    }

    /// The targets of requests so far, and whether each had a token.
    pub(super) fn sent(&self) -> Vec<(String, bool)> {
        self.sent.lock().unwrap().clone()
    }
}

impl Transport for Way {
    fn send(&self, request: http::Request<Bytes>) -> Sending<'_> {
        let target = request.uri().path_and_query().unwrap().to_string();
        let signed = request.headers().contains_key("authorization");
        self.sent.lock().unwrap().push((target, signed));
        if let Some(broken) = self.broken.clone() {
            return Box::pin(async { Fate::NotSent(broken) });
        }
        Box::pin(async {
            let mut fate = self.inside.send(request).await;
            if let Fate::Answered(answer) = &mut fate
                && self.undated
            {
                answer.headers_mut().remove("date");
            }
            fate
        })
    }
}

impl Route for Way {
    fn via(&self) -> Via {
        self.via.clone()
    }

    fn use_proxy(&self, _: Option<Proxy>) -> Result<(), Broken> {
        Ok(())
    }

    fn signer(&self) -> watch::Receiver<Option<Signer>> {
        self.signer.subscribe()
    }

    fn look_up(&self) -> LookingUp<'_> {
        if let Some(reached) = &self.endless {
            reached.notify_one();
            return Box::pin(std::future::pending());
        }
        Box::pin(async { self.name.clone().map_or(Ok(()), Err) })
    }
}

pub(super) fn broken(kind: BrokenKind, detail: &str) -> Broken {
    Broken { kind, detail: detail.to_owned(), signer: None }
}
