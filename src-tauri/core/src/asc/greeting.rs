//! One request without a token: whether a server answers, and what time it is there.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, header};

use super::{
    headers::date,
    skew::Skew,
    transport::{Broken, BrokenKind, Fate, Transport},
};
use crate::{account::Origin, clock::Clock};

/// What an answer shows, whatever it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// How long it took, from the first byte sent to the last received.
    pub took: Duration,
    /// This computer's clock against that of whoever answered; `None`: the answer has no date.
    pub skew: Option<Skew>,
}

/// Asks for the root of `origin`, once. Nothing secret is in it.
///
/// # Errors
/// No whole answer came.
pub async fn greet(
    transport: &Arc<dyn Transport>,
    clock: &dyn Clock,
    origin: &Origin,
) -> Result<Greeting, Broken> {
    let request = Request::builder()
        .uri(format!("{origin}/"))
        .header(header::ACCEPT, "application/json")
        .body(Bytes::new())
        .map_err(|error| Broken { kind: BrokenKind::Connect, detail: error.to_string(), signer: None })?;
    let started = clock.monotonic();
    let fate = transport.send(request).await;
    let took = clock.monotonic().saturating_sub(started);
    match fate {
        Fate::Answered(answer) => {
            let skew = date(answer.headers()).map(|date| Skew::measured(date, clock.now(), took));
            Ok(Greeting { took, skew })
        }
        Fate::NotSent(broken) | Fate::MaybeSent(broken) => Err(broken),
    }
}
