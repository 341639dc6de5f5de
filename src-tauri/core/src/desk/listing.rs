//! Apple's list of keys of one account, written down.

use futures_util::future::try_join;

use crate::{
    asc::client::{self, Bound},
    clock::Moment,
    desk::{
        Desk, Open, held,
        problem::{Problem, What},
    },
    records::{KnownKey, ListedKey, Reach},
};

impl Desk {
    /// Apple's list of keys of one account, written down.
    pub(super) async fn list_keys(&self, open: &Open) -> Result<(Moment, Vec<(KnownKey, Reach)>), Problem> {
        let client = &open.client;
        loop {
            let (made, turn) = {
                let mut changes = held(&open.changes);
                changes.asked += 1;
                (changes.made, changes.asked)
            };
            let lists =
                try_join(client.distribution_keys(Bound::AllApps), client.distribution_keys(Bound::OneApp))
                    .await;
            let (all, one) = lists.map_err(|error| self.api_problem(&error, open))?;
            let mut changes = held(&open.changes);
            // A key that was added meanwhile may be missing, one that was removed may be there.
            if changes.made != made {
                continue;
            }
            if !self.is_open(open) {
                return Err(self.problem(What::NoSuchAccount));
            }
            let listed: Vec<ListedKey> =
                listed(all, Reach::AllApps).chain(listed(one, Reach::OneApp)).collect();
            // Otherwise a list that was asked for later is written down already.
            let newest = changes.listed < turn;
            if newest {
                let recorded =
                    open.backing.records.record_listing(&open.account.id, self.clock.now(), &listed);
                recorded.map_err(|error| self.records_problem(error))?;
                changes.listed = turn;
            }
            let listing = open.backing.records.listing(&open.account.id);
            let listing = listing.map_err(|error| self.records_problem(error))?;
            let mut listing = listing.ok_or_else(|| self.problem(What::NoSuchAccount))?;
            // A key that was added here a moment ago may be remembered although Apple doesn't list it.
            listing.keys.retain(|(key, _)| !newest || listed.iter().any(|listed| listed.id == key.id));
            return Ok((listing.at, listing.keys));
        }
    }
}

fn listed(keys: Vec<client::ListedKey>, reach: Reach) -> impl Iterator<Item = ListedKey> {
    keys.into_iter().map(move |key| ListedKey { id: key.id, public_key: key.public_key, reach })
}
