//! Apple's limits: what is left of each API key's requests, and whoever waits for more.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use tokio::sync::watch;

use crate::{
    account::{AccountId, ApiKey, Origin},
    asc::{
        client::Client,
        pace::{Pace, Pacing},
        token::{SecretSource, Signer},
        waits::Waits,
    },
    clock::Moment,
    desk::{Backing, Desk, held, problem::Problem, view::Quota},
};

/// The pace of each API key that was used since the start, and the waits of all that the person does. Apple counts by
/// API key: what connects an account, and the account then, go at one pace.
#[derive(Default)]
pub(super) struct Limits {
    paces: Mutex<HashMap<(Origin, String), Arc<Pace>>>,
    waits: Arc<Waits>,
}

impl Desk {
    /// What Apple said last, since Latchkey was started, of the requests that the account's API key has left;
    /// `None`: nothing yet, or nothing for an hour.
    ///
    /// # Errors
    /// [`What::NoSuchAccount`](super::problem::What::NoSuchAccount).
    pub fn quota(&self, account: &AccountId) -> Result<Option<Quota>, Problem> {
        let open = self.opened(account)?;
        let pacing = *open.client.pacing().borrow();
        let now = self.clock.now();
        Ok(pacing.filter(|pacing| pacing.holds_at(now)).map(quota))
    }

    /// Until when something waits for Apple's limits. The reading of an inventory, which tells its waits itself, is left
    /// out.
    pub fn apple_waits(&self) -> watch::Receiver<Option<Moment>> {
        self.limits.waits.limited()
    }

    pub(super) fn client(&self, backing: &Backing, api_key: ApiKey, load: SecretSource) -> Client {
        let pace = self.pace(backing, &api_key);
        let (transport, clock) = (Arc::clone(&backing.transport), Arc::clone(&self.clock));
        Client::new(transport, clock, backing.origin.clone(), Signer::new(api_key, load))
            .at_pace(pace)
            .telling(Arc::clone(&self.limits.waits))
    }

    fn pace(&self, backing: &Backing, api_key: &ApiKey) -> Arc<Pace> {
        let mut paces = held(&self.limits.paces);
        let pace = paces.entry((backing.origin.clone(), api_key.id.clone()));
        Arc::clone(pace.or_insert_with(|| Arc::new(Pace::new(Arc::clone(&self.clock)))))
    }
}

pub(super) fn quota(pacing: Pacing) -> Quota {
    let Pacing { remaining, limit, at, slow } = pacing;
    Quota { remaining, limit, at, slow }
}
