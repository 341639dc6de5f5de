//! The client's transport, answered by a simulator in this process: no port, no packet.

use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use latchkey_core::{
    asc::transport::{Broken, BrokenKind, Fate, Sending, Transport},
    clock::Clock,
};

use crate::{Outcome, Simulator};

/// A transport that leads to a simulator.
#[derive(Clone)]
pub struct InProcess {
    simulator: Arc<Simulator>,
    clock: Arc<dyn Clock>,
}

impl InProcess {
    /// One that waits and tells the time by `clock`. Many may share a simulator.
    pub fn new(simulator: Arc<Simulator>, clock: Arc<dyn Clock>) -> Self {
        Self { simulator, clock }
    }
}

impl Transport for InProcess {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        Box::pin(async move {
            let answer = self.simulator.answer(self.clock.now(), &request);
            if !answer.delay.is_zero() {
                self.clock.sleep(answer.delay).await;
            }
            match answer.outcome {
                Outcome::Answered(response) => Fate::Answered(response),
                Outcome::Truncated(_) => Fate::MaybeSent(broken(BrokenKind::Cut, "the answer broke off")),
                Outcome::Cut => Fate::MaybeSent(broken(BrokenKind::Cut, "the connection was cut")),
                Outcome::Unreachable => Fate::NotSent(broken(BrokenKind::Connect, "there is no connection")),
            }
        })
    }
}

fn broken(kind: BrokenKind, detail: &str) -> Broken {
    Broken { kind, detail: detail.to_owned(), signer: None }
}
