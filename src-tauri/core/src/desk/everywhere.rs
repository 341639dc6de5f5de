//! Looking and searching through all accounts at once. Each answer names its account. The sample account takes no part
//! beside real ones.

use crate::{
    desk::{
        Desk,
        inventory::Tell,
        problem::Problem,
        rows::row,
        view::{Account, EverywhereEvent, FoundKey, UsedFor, WhyUnknown},
    },
    records::{KnownKey, Reach},
};

/// No app is asked here.
const APP_NOT_ASKED: UsedFor = UsedFor::Unknown { why: WhyUnknown::NotAllAppsRead };

impl Desk {
    /// Reads the keys of one account after the other. An account that can't be read is told, and the next one read.
    /// `run` names it for [`Desk::stop`].
    ///
    /// # Errors
    /// [`What::Records`](super::problem::What::Records).
    pub async fn look_everywhere(&self, run: &str, tell: Tell<'_, EverywhereEvent>) -> Result<(), Problem> {
        let accounts = self.accounts_of(self.everywhere()?)?;
        let looking = async {
            for account in accounts {
                tell(match self.look_at(&account).await {
                    Ok(read) => read,
                    Err(problem) => EverywhereEvent::Failed { account, problem },
                });
            }
        };
        let stopped = self.until_stopped(run, looking).await.is_none();
        tell(EverywhereEvent::Finished { stopped });
        Ok(())
    }

    async fn look_at(&self, account: &Account) -> Result<EverywhereEvent, Problem> {
        let open = self.opened(&account.id)?;
        let (at, keys) = self.list_keys(&open).await?;
        let news = self.news(&open, &APP_NOT_ASKED)?;
        let account = Account { last_read: Some(at), ..open.account.clone() };
        Ok(EverywhereEvent::Account { account, keys: keys.len(), news, at })
    }

    /// The keys of every account, as last listed, that have every word of `search` in their name, note, ID, fingerprint
    /// or app; all keys, if there is no word. Apple is not asked.
    ///
    /// # Errors
    /// [`What::Records`](super::problem::What::Records).
    pub fn find_everywhere(&self, search: &str) -> Result<Vec<FoundKey>, Problem> {
        let backing = self.everywhere()?;
        let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
        let mut found = Vec::new();
        for account in self.accounts_of(backing)? {
            let listing =
                backing.records.listing(&account.id).map_err(|error| self.records_problem(error))?;
            let keys = listing.into_iter().flat_map(|listing| listing.keys);
            let has_every_word = |(key, _): &(KnownKey, Reach)| {
                let text = searchable(key);
                words.iter().all(|word| text.contains(word))
            };
            found.extend(keys.filter(has_every_word).map(|(key, reach)| FoundKey {
                account: account.clone(),
                key: row(&key, reach, APP_NOT_ASKED),
            }));
        }
        Ok(found)
    }
}

/// A line for each text, so that no word is found across two of them.
fn searchable(key: &KnownKey) -> String {
    let app = key.app.as_ref();
    let texts = [
        Some(key.id.clone()),
        key.name.clone(),
        key.note.clone(),
        key.public_key.as_ref().map(|key| key.fingerprint().to_string()),
        app.map(|app| app.name.clone()),
        app.map(|app| app.bundle_id.clone()),
        app.map(|app| app.id.to_string()),
    ];
    texts.into_iter().flatten().collect::<Vec<_>>().join("\n").to_lowercase()
}
