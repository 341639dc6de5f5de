//! Whether Apple shows a change that it acknowledged.

use std::time::Duration;

use crate::{
    app::AppId,
    asc::{
        client::{AppKey, Bound},
        error::Error,
        transport::BrokenKind,
    },
    desk::{
        Desk, Open,
        problem::{Problem, What},
        view::{ReadBack, RemoveReadBack},
    },
    key::DistributionKeyId,
    records::Reach,
};

/// How long after the answer Apple is asked: its own parts may need a moment.
const AFTER: [Duration; 3] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(3)];

/// How long Apple may be asked. What is read back is known and written down by then.
const LIMIT: Duration = Duration::from_secs(15);

/// What should be seen.
#[derive(Clone, Copy)]
enum Expected<'a> {
    /// The key, for this app, or for all.
    Shown(&'a DistributionKeyId, Option<&'a AppId>),
    /// That the key is no longer on this list.
    Gone(&'a DistributionKeyId, Reach),
}

impl Desk {
    /// Asks Apple whether a new key stands where it should, for as long as a person would wait for it.
    pub(super) async fn read_back(
        &self,
        open: &Open,
        id: &DistributionKeyId,
        app: Option<&AppId>,
    ) -> ReadBack {
        match self.seen(open, Expected::Shown(id, app)).await {
            Ok(true) => ReadBack::Confirmed,
            Ok(false) => ReadBack::NotShown,
            Err(problem) => ReadBack::NotRead { problem },
        }
    }

    /// Asks Apple whether a removed key is gone from its list, for as long as a person would wait for it.
    pub(super) async fn read_back_removal(
        &self,
        open: &Open,
        id: &DistributionKeyId,
        reach: Reach,
    ) -> RemoveReadBack {
        match self.seen(open, Expected::Gone(id, reach)).await {
            Ok(true) => RemoveReadBack::Gone,
            Ok(false) => RemoveReadBack::StillShown,
            Err(problem) => RemoveReadBack::NotRead { problem },
        }
    }

    async fn seen(&self, open: &Open, expected: Expected<'_>) -> Result<bool, Problem> {
        let reading = async {
            let mut last = Ok(false);
            for pause in AFTER {
                self.clock.sleep(pause).await;
                last = is_so(open, expected).await.map_err(|error| self.api_problem(&error, open));
                if let Ok(true) = last {
                    break;
                }
            }
            last
        };
        tokio::select! {
            biased;
            seen = reading => seen,
            () = self.clock.sleep(LIMIT) => {
                let detail = "it took too long".to_owned();
                Err(self.problem(What::NoAnswer { how: BrokenKind::Timeout, detail, signer: None }))
            }
        }
    }
}

async fn is_so(open: &Open, expected: Expected<'_>) -> Result<bool, Error> {
    Ok(match expected {
        Expected::Shown(id, Some(app)) => match open.client.app_key(app).await? {
            AppKey::Keys(keys) => keys.contains(id),
            AppKey::None | AppKey::AppNotVisible => false,
        },
        Expected::Shown(id, None) => is_on(open, Bound::AllApps, id).await?,
        Expected::Gone(id, Reach::AllApps) => !is_on(open, Bound::AllApps, id).await?,
        Expected::Gone(id, Reach::OneApp) => !is_on(open, Bound::OneApp, id).await?,
    })
}

async fn is_on(open: &Open, list: Bound, id: &DistributionKeyId) -> Result<bool, Error> {
    Ok(open.client.distribution_keys(list).await?.iter().any(|key| key.key_id.as_ref() == Some(id)))
}
