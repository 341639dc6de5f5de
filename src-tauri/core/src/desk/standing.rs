//! How an account stands to a public key that is to be added, as Apple has things now.

use crate::{
    app::AppId,
    asc::client::AppKey,
    desk::{
        Desk, Open,
        problem::{Problem, What},
        rows::in_few_words,
        view::Registered,
    },
    key::{DistributionKeyId, PublicKey},
    records::{KnownKey, Reach},
};

/// How an account stands to a public key.
pub(super) struct Standing {
    /// Keys of the account that carry it.
    pub(super) same: Vec<(KnownKey, Reach)>,
    /// One of them that is for just what is asked.
    pub(super) already: Option<DistributionKeyId>,
    /// Other keys that are for just what is asked.
    pub(super) stays: Vec<Registered>,
}

impl Desk {
    /// Asks for both lists and, for one app, for what that app shows.
    ///
    /// # Errors
    /// [`What::NotFound`]: the API key doesn't see the app; whatever Apple says.
    pub(super) async fn standing(
        &self,
        open: &Open,
        key: &PublicKey,
        app: Option<&AppId>,
    ) -> Result<Standing, Problem> {
        let (_, keys) = self.list_keys(open).await?;
        let for_this: Vec<String> = match app {
            None => keys
                .iter()
                .filter(|(_, reach)| *reach == Reach::AllApps)
                .map(|(key, _)| key.id.clone())
                .collect(),
            Some(app) => {
                let answer =
                    open.client.app_key(app).await.map_err(|error| self.api_problem(&error, open))?;
                let shown: Vec<String> = match answer {
                    AppKey::Keys(ids) => ids.into_iter().map(|id| id.to_string()).collect(),
                    AppKey::None => Vec::new(),
                    AppKey::AppNotVisible => return Err(self.problem(What::NotFound)),
                };
                let its_own =
                    |(key, reach): &&(KnownKey, Reach)| *reach == Reach::OneApp && shown.contains(&key.id);
                keys.iter().filter(its_own).map(|(key, _)| key.id.clone()).collect()
            }
        };
        let (same, others): (Vec<_>, Vec<_>) =
            keys.into_iter().partition(|(known, _)| known.public_key.as_ref() == Some(key));
        let shown = same.iter().find(|(key, _)| for_this.contains(&key.id));
        let already = match shown.and_then(|(key, _)| key.id.parse().ok()) {
            Some(id) => Some(id),
            None => self.added_before(open, key, app).await?,
        };
        // An app that shows one key may have more, which only memory knows of. One that shows none has none.
        let hidden = |known: &KnownKey| {
            app.is_some_and(|app| for_this.len() == 1 && known.app.as_ref().is_some_and(|its| its.id == *app))
        };
        let stays = others
            .iter()
            .filter(|(key, _)| for_this.contains(&key.id) || hidden(key))
            .filter_map(|(key, reach)| in_few_words(key, *reach))
            .collect();
        Ok(Standing { same, already, stays })
    }

    /// A key that came of the same addition to this account before and is at Apple, wherever it shows it: a list, or an
    /// app, may lag behind Apple's answer. What was found later without such an answer is no witness.
    async fn added_before(
        &self,
        open: &Open,
        public_key: &PublicKey,
        app: Option<&AppId>,
    ) -> Result<Option<DistributionKeyId>, Problem> {
        let added = open.backing.records.added_here(&open.backing.origin, public_key);
        let added = added.map_err(|error| self.records_problem(error))?;
        let same = added.iter().filter(|added| {
            added.account == open.account.id
                && added.app.as_ref() == app
                && added.acknowledged
                && !added.removed
        });
        for id in same.filter_map(|added| added.key.parse().ok()) {
            match open.client.distribution_key(&id).await {
                Ok(key) if key.public_key.as_ref() == Some(public_key) => return Ok(Some(id)),
                Ok(_) => (),
                Err(error) if matches!(error.status(), Some(404 | 410)) => (),
                Err(error) => return Err(self.api_problem(&error, open)),
            }
        }
        Ok(None)
    }

    /// The names of other accounts that list this public key.
    pub(super) fn other_accounts(&self, open: &Open, key: &PublicKey) -> Result<Vec<String>, Problem> {
        let listing = open.backing.records.accounts_listing(&open.backing.origin, key);
        let listing = listing.map_err(|error| self.records_problem(error))?;
        let others = self.accounts()?.into_iter().filter(|account| {
            account.id != open.account.id && listing.iter().any(|(listed, _)| *listed == account.id)
        });
        Ok(others.map(|account| account.name).collect())
    }
}
