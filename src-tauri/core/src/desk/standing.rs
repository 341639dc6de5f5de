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
                // An app that shows one key may have more, which only memory knows of. One that shows none has none.
                let may_hide = shown.len() == 1;
                let its_own = |(key, reach): &&(KnownKey, Reach)| {
                    let remembered = key.app.as_ref().is_some_and(|known| known.id == *app);
                    *reach == Reach::OneApp && (shown.contains(&key.id) || may_hide && remembered)
                };
                keys.iter().filter(its_own).map(|(key, _)| key.id.clone()).collect()
            }
        };
        let (same, others): (Vec<_>, Vec<_>) =
            keys.into_iter().partition(|(known, _)| known.public_key.as_ref() == Some(key));
        let already =
            same.iter().find(|(key, _)| for_this.contains(&key.id)).and_then(|(key, _)| key.id.parse().ok());
        let stays = others
            .iter()
            .filter(|(key, _)| for_this.contains(&key.id))
            .filter_map(|(key, reach)| in_few_words(key, *reach))
            .collect();
        Ok(Standing { same, already, stays })
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
