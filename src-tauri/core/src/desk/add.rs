//! Adding a key: prepared first, so that the person sees what will be sent; then sent once.
//!
//! The intent is on the disk before the first byte leaves. An answer that is lost or says something else leaves it
//! open, and [`super::look`] finds out.

use std::{
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture, future::Shared};

use crate::{
    app::{App, AppId},
    asc::{
        client::{AppKey, Bound, ListedKey},
        error::Error,
        transport::BrokenKind,
    },
    clock::Moment,
    desk::{
        Desk, Open,
        drafts::{KeyToAdd, Word},
        held,
        problem::{Problem, What},
        rows::{confirmed, registered, row},
        view::{
            AddDraft, AddRequest, Added, DraftId, Holds, KeyRow, Pending, ReadBack, Registered, Source,
            UsedFor, WhyUnknown,
        },
    },
    key::{DistributionKeyId, PublicKey, Scope},
    records::{Addition, Confirmation, KnownKey, Outcome, PrivateKeySeen, Reach, RecordsError},
};

/// How long after the answer Apple is asked for the new key: its own parts may need a moment.
const READ_BACK_AFTER: [Duration; 3] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(3)];

/// How long the key may be asked for. That it is registered is known and written down by then.
const READ_BACK_LIMIT: Duration = Duration::from_secs(15);

/// An addition, prepared.
pub(super) struct Addable {
    open: Arc<Open>,
    key: Arc<KeyToAdd>,
    app: Option<App>,
    confirmed: Option<Confirmation>,
    outcome: Mutex<Option<Outcoming>>,
}

/// One commit, on its way or done, for everybody who asks.
type Outcoming = Shared<BoxFuture<'static, Result<Added, Problem>>>;

/// How an account stands to a public key.
struct Standing {
    /// Keys of the account that carry it.
    same: Vec<(KnownKey, Reach)>,
    /// One of them that is for just what is asked.
    already: Option<DistributionKeyId>,
    /// Other keys that are for just what is asked.
    stays: Vec<Registered>,
}

impl Desk {
    /// Says what an addition would do, as Apple has things now. Sends nothing but questions.
    ///
    /// # Errors
    /// [`What::Gone`], [`What::NotYetConfirmed`], whatever Apple says.
    pub async fn prepare_add(&self, request: AddRequest) -> Result<AddDraft, Problem> {
        let open = self.opened(&request.account)?;
        let key = self.keys.get(&request.key).filter(|key| key.account == request.account);
        let key = key.ok_or_else(|| self.gone())?;
        let Word::GoOn(confirmation) = held(&key.word).clone() else {
            return Err(self.problem(What::NotYetConfirmed));
        };
        let app = match &request.scope {
            Scope::AllApps => None,
            Scope::OneApp { app } => Some(held(&open.apps).get(app).cloned().ok_or_else(|| self.gone())?),
        };
        let standing = self.standing(&open, &key.public_key, app.as_ref().map(|app| &app.id)).await?;
        let already = standing.already.map(|id| id.to_string());
        let elsewhere = standing.same.iter().filter(|(key, _)| Some(&key.id) != already.as_ref());
        let draft = AddDraft {
            account: open.account.clone(),
            app: app.clone(),
            fingerprint: key.public_key.fingerprint().to_string(),
            source: key.source.clone(),
            confirmed: confirmed(confirmation.as_ref()),
            elsewhere: elsewhere.filter_map(|(key, reach)| in_few_words(key, *reach)).collect(),
            other_accounts: self.other_accounts(&open, &key.public_key)?,
            stays: standing.stays,
            proposed_name: app.as_ref().map_or_else(String::new, |app| app.name.clone()),
            already: already.and_then(|id| id.parse().ok()),
            id: self.additions.keep(Addable {
                open: Arc::clone(&open),
                key,
                app,
                confirmed: confirmation,
                outcome: Mutex::default(),
            }),
        };
        Ok(draft)
    }

    /// Sends a prepared addition, once: every further call gets the first one's answer, and a caller that
    /// goes away stops nothing.
    ///
    /// # Errors
    /// Nothing was registered: [`What::Gone`], no network, a refusal by Apple, records that can't be written.
    pub async fn commit_add(self: &Arc<Self>, draft: &DraftId, name: String) -> Result<Added, Problem> {
        let addable = self.additions.get(draft).ok_or_else(|| self.gone())?;
        let outcome = held(&addable.outcome)
            .get_or_insert_with(|| {
                let (desk, addable, draft) = (Arc::clone(self), Arc::clone(&addable), draft.clone());
                let task = tokio::spawn(async move { desk.add(&draft, &addable, name).await });
                let desk = Arc::clone(self);
                async move { task.await.unwrap_or_else(|error| Err(desk.broke_off(&error.to_string()))) }
                    .boxed()
                    .shared()
            })
            .clone();
        outcome.await
    }

    async fn add(&self, draft: &DraftId, addable: &Addable, name: String) -> Result<Added, Problem> {
        let Addable { open, key, app, .. } = addable;
        let app_id = app.as_ref().map(|app| &app.id);
        let (token, addition) = {
            let _writing = self.writing.lock().await;
            if let Some(pending) = self.undecided(open, &key.public_key, app_id)? {
                return Ok(Added::Unknown { pending, problem: self.problem(What::StillUndecided) });
            }
            let standing = self.standing(open, &key.public_key, app_id).await?;
            if let Some(id) = &standing.already {
                return self.already(addable, &id.to_string(), name.trim());
            }
            let token = open.client.one_use_token().await.map_err(|error| self.api_problem(&error, open))?;
            let addition = self.addition(draft, addable, name.trim(), standing.same, token.expires());
            open.backing.records.begin_intent(&addition).map_err(|error| self.records_problem(error))?;
            (token, addition)
        };

        let scope = app_id.map_or(Scope::AllApps, |app| Scope::OneApp { app: app.clone() });
        let answer = open.client.add_key(token, &key.public_key, &scope).await;
        match answer.and_then(|listed| new_id(&listed, &addition)) {
            Ok(id) => {
                let at = self.clock.now();
                let (key, read_back) = self.settle(open, &addition, &id).await?;
                Ok(Added::Done { key, at, read_back })
            }
            Err(error) if error.outcome_unknown() => {
                let pending = Self::pending_of(open, &addition);
                Ok(Added::Unknown { pending, problem: self.api_problem(&error, open) })
            }
            Err(error) => {
                let finished =
                    open.backing.records.finish_intent(&addition.id, &Outcome::Refused, self.clock.now());
                if let Err(error) = finished {
                    // It stays open and is looked for; it will not be found.
                    tracing::warn!(%error, "a refusal could not be written down");
                }
                Err(self.api_problem(&error, open))
            }
        }
    }

    fn addition(
        &self,
        draft: &DraftId,
        addable: &Addable,
        name: &str,
        same: Vec<(KnownKey, Reach)>,
        token_expires_at: Moment,
    ) -> Addition {
        let Addable { open, key, app, confirmed, .. } = addable;
        Addition {
            id: draft.as_str().to_owned(),
            account: open.account.id.clone(),
            origin: open.backing.origin.clone(),
            app: app.as_ref().map(|app| app.id.clone()),
            app_name: app.as_ref().map(|app| app.name.clone()),
            public_key: key.public_key.clone(),
            name: (!name.is_empty()).then(|| name.to_owned()),
            confirmed: confirmed.clone(),
            private_key: self.seen_in_file(key),
            already_there: same.into_iter().map(|(key, _)| key.id).collect(),
            created_at: self.clock.now(),
            token_expires_at,
        }
    }

    /// The key was there before. What the person told of it is kept all the same.
    fn already(&self, addable: &Addable, id: &str, name: &str) -> Result<Added, Problem> {
        let Addable { open, key, app, confirmed, .. } = addable;
        let (records, origin) = (&open.backing.records, &open.backing.origin);
        let kept = records.known_key(origin, id).and_then(|known| {
            if known.name.is_none() && !name.is_empty() {
                records.name_key(origin, id, Some(name))?;
            }
            if let Some(confirmed) = confirmed {
                records.confirm_key(origin, id, confirmed)?;
            }
            if let Some(seen) = self.seen_in_file(key) {
                records.private_key_seen(origin, id, &seen)?;
            }
            Ok(())
        });
        kept.map_err(|error| self.records_problem(error))?;
        Ok(Added::Already { key: self.row_of(open, id, app.as_ref().map(|app| &app.id))? })
    }

    /// An addition of this key, for the same, of which it is unknown what became of it.
    fn undecided(
        &self,
        open: &Open,
        key: &PublicKey,
        app: Option<&AppId>,
    ) -> Result<Option<Pending>, Problem> {
        let intents = open.backing.records.open_intents().map_err(|error| self.records_problem(error))?;
        let same = intents.into_iter().map(|intent| intent.addition).find(|addition| {
            addition.account == open.account.id
                && addition.origin == open.backing.origin
                && addition.public_key == *key
                && addition.app.as_ref() == app
        });
        Ok(same.map(|addition| Self::pending_of(open, &addition)))
    }

    /// The key is there: writes that down first, then asks where Apple shows it, and makes its row.
    pub(super) async fn settle(
        &self,
        open: &Open,
        addition: &Addition,
        id: &DistributionKeyId,
    ) -> Result<(KeyRow, ReadBack), Problem> {
        let key = id.to_string();
        let outcome = Outcome::Done { key: key.clone() };
        let records = &open.backing.records;
        open.added.fetch_add(1, Ordering::SeqCst);
        match records.finish_intent(&addition.id, &outcome, self.clock.now()) {
            // A look and the commit itself may both find out.
            Ok(()) | Err(RecordsError::NotFound) => (),
            Err(error) => return Err(self.records_problem(error)),
        }
        let read_back = self.read_back(open, id, addition.app.as_ref()).await;
        let app = addition.app.as_ref().and_then(|app| held(&open.apps).get(app).cloned());
        if let (Some(app), ReadBack::Confirmed) = (app, &read_back)
            && let Err(error) = records.remember_binding(&open.backing.origin, &key, &app)
        {
            tracing::warn!(%error, "a key's app could not be remembered");
        }
        Ok((self.row_of(open, &key, addition.app.as_ref())?, read_back))
    }

    pub(super) fn row_of(&self, open: &Open, id: &str, app: Option<&AppId>) -> Result<KeyRow, Problem> {
        let known = open.backing.records.known_key(&open.backing.origin, id);
        let known = known.map_err(|error| self.records_problem(error))?;
        let reach = if app.is_some() { Reach::OneApp } else { Reach::AllApps };
        Ok(row(&known, reach, UsedFor::Looking))
    }

    /// Asks Apple whether a new key stands where it should, for as long as a person would wait for it.
    pub(super) async fn read_back(
        &self,
        open: &Open,
        id: &DistributionKeyId,
        app: Option<&AppId>,
    ) -> ReadBack {
        let mut seen = ReadBack::NotShown;
        let reading = async {
            for pause in READ_BACK_AFTER {
                self.clock.sleep(pause).await;
                seen = match self.is_shown(open, id, app).await {
                    Ok(true) => return ReadBack::Confirmed,
                    Ok(false) => ReadBack::NotShown,
                    Err(error) => ReadBack::NotRead { problem: self.api_problem(&error, open) },
                };
            }
            seen.clone()
        };
        tokio::select! {
            biased;
            seen = reading => seen,
            () = self.clock.sleep(READ_BACK_LIMIT) => {
                let detail = "it took too long".to_owned();
                ReadBack::NotRead { problem: self.problem(What::NoAnswer { how: BrokenKind::Timeout, detail }) }
            }
        }
    }

    async fn is_shown(
        &self,
        open: &Open,
        id: &DistributionKeyId,
        app: Option<&AppId>,
    ) -> Result<bool, Error> {
        let Some(app) = app else {
            let keys = open.client.distribution_keys(Bound::AllApps).await?;
            return Ok(keys.iter().any(|key| key.key_id.as_ref() == Some(id)));
        };
        Ok(match open.client.app_key(app).await? {
            AppKey::Keys(keys) => keys.contains(id),
            AppKey::None | AppKey::AppNotVisible => false,
        })
    }

    async fn standing(&self, open: &Open, key: &PublicKey, app: Option<&AppId>) -> Result<Standing, Problem> {
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
                let shown = match answer {
                    AppKey::Keys(ids) => ids.into_iter().map(|id| id.to_string()).collect(),
                    AppKey::None => Vec::new(),
                    AppKey::AppNotVisible => return Err(self.problem(What::NotFound)),
                };
                let its_own = |(key, reach): &&(KnownKey, Reach)| {
                    *reach == Reach::OneApp
                        && (shown.contains(&key.id) || key.app.as_ref().is_some_and(|known| known.id == *app))
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

    fn other_accounts(&self, open: &Open, key: &PublicKey) -> Result<Vec<String>, Problem> {
        let listing = open.backing.records.accounts_listing(&open.backing.origin, key);
        let listing = listing.map_err(|error| self.records_problem(error))?;
        let others = self.accounts()?.into_iter().filter(|account| {
            account.id != open.account.id && listing.iter().any(|(listed, _)| *listed == account.id)
        });
        Ok(others.map(|account| account.name).collect())
    }

    fn seen_in_file(&self, key: &KeyToAdd) -> Option<PrivateKeySeen> {
        let file_name = match &key.source {
            Source::File { name, .. } => Some(name.clone()),
            Source::Pasted => None,
        };
        (key.holds == Holds::PrivateKey).then(|| PrivateKeySeen { file_name, at: self.clock.now() })
    }

    fn broke_off(&self, detail: &str) -> Problem {
        self.problem(What::Unexpected { detail: detail.to_owned() })
    }
}

/// The ID that an answer gives the new key, if the answer is about the very key that was sent.
fn new_id(listed: &ListedKey, addition: &Addition) -> Result<DistributionKeyId, Error> {
    let what = if listed.public_key.as_ref() != Some(&addition.public_key) {
        "the answer holds another public key than was sent"
    } else if addition.already_there.contains(&listed.id) {
        "the answer names a key that was there before"
    } else if let Some(id) = &listed.key_id {
        return Ok(id.clone());
    } else {
        "the answer's id is no UUID"
    };
    Err(Error::Unexpected { status: 201, request_id: None, what: what.to_owned() })
}

fn in_few_words(key: &KnownKey, reach: Reach) -> Option<Registered> {
    let id = key.id.parse().ok()?;
    let why = WhyUnknown::NotAllAppsRead;
    let used_for = row(key, reach, UsedFor::Unknown { why }).used_for;
    Some(registered(&id, Some(key), used_for))
}
