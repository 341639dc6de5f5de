//! A key as Apple has it at this moment: which list it is on, what its ID leads to, and whether the app it is thought to
//! be for shows it. What this computer remembers only says what to ask.

use crate::{
    app::{App, AppId},
    asc::client::{AppKey, ListedKey},
    clock::Moment,
    desk::{
        Desk, Open, held,
        problem::{Problem, What},
        rows::{in_few_words, row},
        view::{KeyRow, Registered, UsedFor, WhyUnknown},
    },
    key::DistributionKeyId,
    records::{KnownKey, Reach},
};

/// A key as Apple has it.
pub(super) struct Fresh {
    /// What this computer knows of it, with public key and app as Apple tells them.
    pub(super) key: KnownKey,
    pub(super) reach: Reach,
    pub(super) used_for: UsedFor,
    /// Other keys that are for the same app, or for all apps.
    pub(super) others: Vec<Registered>,
    /// When Apple was first asked.
    pub(super) at: Moment,
}

impl Fresh {
    pub(super) fn row(&self) -> KeyRow {
        row(&self.key, self.reach, self.used_for.clone())
    }

    /// Whether Apple has the key as `before`: on the same list, with the same public key, for the same app.
    pub(super) fn is_as(&self, before: &Self) -> bool {
        self.reach == before.reach
            && self.key.public_key == before.key.public_key
            && self.key.app == before.key.app
    }
}

impl Desk {
    /// Reads a key from Apple; `None`: Apple has none, by its ID and by both lists. Whether it is for an app is asked
    /// of `shown_for`, or else of the one that is remembered, which is forgotten if it answers without the key. One that
    /// this API key doesn't see says nothing: another may.
    ///
    /// # Errors
    /// Whatever Apple says; [`What::Unexpected`] if its answers contradict each other.
    pub(super) async fn fresh(
        &self,
        open: &Open,
        id: &DistributionKeyId,
        shown_for: Option<&AppId>,
    ) -> Result<Option<Fresh>, Problem> {
        let at = self.clock.now();
        let (_, listed) = self.list_keys(open).await?;
        let on_list = listed.iter().find(|(key, _)| key.id == id.to_string());
        let read = open.client.distribution_key(id).await;
        let (read, (known, reach)) = match (read, on_list) {
            (Ok(read), Some(on_list)) => (read, on_list),
            (Err(error), None) if matches!(error.status(), Some(404 | 410)) => return Ok(None),
            (Err(error), _) => return Err(self.api_problem(&error, open)),
            (Ok(_), None) => return Err(self.contradicts("its ID leads to it, and it is on no list")),
        };
        let ListedKey { key_id, public_key, .. } = read;
        if key_id.as_ref() != Some(id) {
            return Err(self.contradicts("its ID leads to another key"));
        }
        if public_key.is_some() && public_key != known.public_key {
            return Err(self.contradicts("its public key is one by its ID and another on the list"));
        }
        let mut key = KnownKey { public_key, app: None, ..known.clone() };
        let others = |of_the_same: &dyn Fn(&KnownKey) -> bool| {
            listed
                .iter()
                .filter(|(other, on)| on == reach && other.id != key.id && of_the_same(other))
                .filter_map(|(other, on)| in_few_words(other, *on))
                .collect()
        };
        let remembered = known.app.as_ref().map(|app| &app.id);
        let (used_for, others) = match (reach, shown_for.or(remembered)) {
            (Reach::AllApps, _) => (UsedFor::AllApps, others(&|_| true)),
            (Reach::OneApp, None) => (UsedFor::Unknown { why: WhyUnknown::NotAllAppsRead }, Vec::new()),
            (Reach::OneApp, Some(asked)) => match self.shown_by(open, asked).await? {
                Some((app, shown)) if shown.contains(id) => {
                    let its = |other: &KnownKey| {
                        shown.iter().any(|id| id.to_string() == other.id)
                            || other.app.as_ref().is_some_and(|known| known.id == app.id)
                    };
                    let others = others(&its);
                    (UsedFor::App { app }, others)
                }
                Some(_) => (UsedFor::Unknown { why: WhyUnknown::OtherThanRemembered }, Vec::new()),
                None => (UsedFor::Unknown { why: WhyUnknown::NoAppShowsIt }, Vec::new()),
            },
        };
        match &used_for {
            UsedFor::App { app } => {
                key.app = Some(app.clone());
                remember(open, known, Some(app));
            }
            UsedFor::Unknown { why: WhyUnknown::OtherThanRemembered }
                if shown_for.is_none_or(|asked| remembered == Some(asked)) =>
            {
                remember(open, known, None);
            }
            _ => (),
        }
        Ok(Some(Fresh { key, reach: *reach, used_for, others, at }))
    }

    /// An app as Apple has it: from the last reading of all apps, or else asked for now. `None`: the API key doesn't see
    /// it, or there is none.
    pub(super) async fn app_of(&self, open: &Open, id: &AppId) -> Result<Option<App>, Problem> {
        let known = held(&open.apps).get(id).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let read = open.client.app(id).await.map_err(|error| self.api_problem(&error, open))?;
        if let Some(app) = &read {
            held(&open.apps).insert(id.clone(), app.clone());
        }
        Ok(read)
    }

    /// An app, asked for now, and the keys it shows; `None`: the API key doesn't see it, or there is none.
    async fn shown_by(
        &self,
        open: &Open,
        id: &AppId,
    ) -> Result<Option<(App, Vec<DistributionKeyId>)>, Problem> {
        let shown = match open.client.app_key(id).await.map_err(|error| self.api_problem(&error, open))? {
            AppKey::Keys(shown) => shown,
            AppKey::None => Vec::new(),
            AppKey::AppNotVisible => return Ok(None),
        };
        let app = open.client.app(id).await.map_err(|error| self.api_problem(&error, open))?;
        Ok(app.map(|app| (app, shown)))
    }

    fn contradicts(&self, what: &str) -> Problem {
        self.problem(What::Unexpected {
            detail: format!("Apple's answers about the key contradict each other: {what}"),
        })
    }
}

/// Remembers which app a key is for, or that nothing is known of it.
fn remember(open: &Open, known: &KnownKey, app: Option<&App>) {
    if known.app.as_ref() == app {
        return;
    }
    let (records, origin) = (&open.backing.records, &open.backing.origin);
    let done = match app {
        Some(app) => records.remember_binding(origin, &known.id, app),
        None => records.forget_binding(origin, &known.id),
    };
    if let Err(error) = done {
        // It is asked again next time; what is shown is right.
        tracing::warn!(%error, "what Apple says of a key's app could not be remembered");
    }
}
