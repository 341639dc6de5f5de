//! Adding a key: prepared first, so that the person sees what will be sent; then sent once.
//!
//! The intent is on the disk before the first byte leaves. An answer that is lost or says something else leaves it
//! open, and [`super::look`] finds out.

use std::sync::Arc;

use crate::{
    app::App,
    asc::{
        apple::AppleError,
        client::{ListedKey, Receipt},
        error::Error,
    },
    clock::Moment,
    desk::{
        Desk, Open,
        drafts::{KeyToAdd, Word},
        fate::{acknowledged, pending_of},
        held,
        once::Once,
        problem::{Problem, What},
        rows::{confirmed, in_few_words, row},
        typed,
        view::{AddDraft, AddRequest, Added, DraftId, KeyRow, ReadBack, Registered, Step, UsedFor, WorkId},
    },
    key::{DistributionKeyId, Scope},
    records::{Addition, Answer, Change, Confirmation, Intent, IntentState, KnownKey, Outcome, Reach, Work},
};

/// An addition, prepared.
pub(super) struct Addable {
    open: Arc<Open>,
    key: Arc<KeyToAdd>,
    app: Option<App>,
    confirmed: Option<Confirmation>,
    work: Option<WorkId>,
    outcome: Once<Added>,
}

impl Desk {
    /// Says what an addition would do, as Apple has things now. Sends nothing but questions.
    ///
    /// # Errors
    /// [`What::Gone`], [`What::NotYetConfirmed`], [`What::StillUndecided`]: the replacement's new key was sent before;
    /// [`What::SameKeyAgain`], whatever Apple says.
    pub async fn prepare_add(&self, request: AddRequest) -> Result<AddDraft, Problem> {
        let open = self.opened(&request.account)?;
        let key = self.keys.get(&request.key).filter(|key| key.account == request.account);
        let key = key.ok_or_else(|| self.gone())?;
        let Word::GoOn(confirmation) = held(&key.word).clone() else {
            return Err(self.problem(What::NotYetConfirmed));
        };
        let work = self.may_add(&open, request.work.as_ref(), &request.scope)?;
        if work.is_some_and(|work| work.old_public_key.as_ref() == Some(&key.public_key)) {
            return Err(self.problem(What::SameKeyAgain));
        }
        let app = match &request.scope {
            Scope::AllApps => None,
            Scope::OneApp { app } => {
                Some(self.app_of(&open, app).await?.ok_or_else(|| self.problem(What::NotFound))?)
            }
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
            proposed_name: app.as_ref().map_or_else(String::new, |app| free_name(&app.name, &standing.stays)),
            stays: standing.stays,
            already: already.and_then(|id| id.parse().ok()),
            id: self.additions.keep(Addable {
                open: Arc::clone(&open),
                key,
                app,
                confirmed: confirmation,
                work: request.work,
                outcome: Once::default(),
            }),
        };
        Ok(draft)
    }

    /// Sends a prepared addition, once: every further call gets the first one's answer, and a caller that
    /// goes away stops nothing.
    ///
    /// # Errors
    /// Nothing was registered: [`What::Gone`], [`What::SecondKey`], no network, a refusal by Apple, records that can't
    /// be written.
    pub async fn commit_add(self: &Arc<Self>, draft: &DraftId, name: String) -> Result<Added, Problem> {
        let addable = self.additions.get(draft).ok_or_else(|| self.gone())?;
        let (desk, draft, adding) = (Arc::clone(self), draft.clone(), Arc::clone(&addable));
        addable.outcome.run(self, || async move { desk.add(&draft, &adding, typed::name(&name)).await }).await
    }

    async fn add(&self, draft: &DraftId, addable: &Addable, name: Option<String>) -> Result<Added, Problem> {
        let Addable { open, key, app, work, .. } = addable;
        let scope = scope_of(app.as_ref());
        let (token, intent, stays) = {
            let _writing = open.writing.lock().await;
            let same = |intent: &Intent| match &intent.change {
                Change::Add(sent) => {
                    sent.public_key == key.public_key && scope_of(sent.app.as_ref()) == scope
                }
                Change::Remove(_) => false,
            };
            if let Some(pending) = self.undecided_or_orphaned(open, same)? {
                return Ok(Added::Unknown { pending, problem: self.problem(What::StillUndecided) });
            }
            self.may_add(open, work.as_ref(), &scope)?;
            let standing = self.standing(open, &key.public_key, app.as_ref().map(|app| &app.id)).await?;
            if let Some(id) = &standing.already {
                return self.already(addable, id, name.as_deref());
            }
            let token = open.client.one_use_token().await.map_err(|error| self.api_problem(&error, open))?;
            let intent = self.intent_of(draft, addable, name, standing.same, token.expires());
            open.backing.records.begin_intent(&intent).map_err(|error| self.records_problem(error))?;
            (token, intent, standing.stays)
        };
        let Change::Add(addition) = &intent.change else { return Err(self.gone()) };

        let answer = open.client.add_key(token, &key.public_key, &scope).await;
        match answer.and_then(|(listed, receipt)| new_id(&listed, receipt, addition)) {
            Ok((id, receipt)) => {
                let at = self.clock.now();
                match self.settle(open, &intent, addition, &id, &acknowledged(&receipt)).await {
                    Ok((key, read_back)) => Ok(Added::Done { key, at, read_back }),
                    // It is registered, but nothing here says so: it is looked for.
                    Err(problem) => Ok(Added::Unknown { pending: pending_of(open, &intent), problem }),
                }
            }
            Err(error) => {
                let lost = self.not_acknowledged(open, &intent, &error);
                let pending = lost.map_err(|problem| second_key(problem, &error, stays))?;
                Ok(Added::Unknown { pending, problem: self.api_problem(&error, open) })
            }
        }
    }

    /// The replacement, if its new key may be added now, for this.
    ///
    /// # Errors
    /// [`What::Gone`], [`What::StillUndecided`].
    fn may_add(&self, open: &Open, work: Option<&WorkId>, scope: &Scope) -> Result<Option<Work>, Problem> {
        let Some(work) = work else { return Ok(None) };
        let work = self.work_at(open, work, Step::AddNew)?;
        let fits = match (scope, work.reach, &work.app) {
            (Scope::AllApps, Reach::AllApps, _) | (Scope::OneApp { .. }, Reach::OneApp, None) => true,
            (Scope::OneApp { app }, Reach::OneApp, Some(of_old)) => *app == of_old.id,
            _ => false,
        };
        if !fits {
            return Err(self.gone());
        }
        let its = |intent: &Intent| {
            matches!(intent.change, Change::Add(_)) && intent.work.as_ref() == Some(&work.id)
        };
        match self.undecided(open, its)? {
            Some(_) => Err(self.problem(What::StillUndecided)),
            None => Ok(Some(work)),
        }
    }

    fn intent_of(
        &self,
        draft: &DraftId,
        addable: &Addable,
        name: Option<String>,
        same: Vec<(KnownKey, Reach)>,
        token_expires_at: Moment,
    ) -> Intent {
        let Addable { open, key, app, confirmed, work, .. } = addable;
        let now = self.clock.now();
        Intent {
            id: draft.as_str().to_owned(),
            account: open.account.id.clone(),
            origin: open.backing.origin.clone(),
            change: Change::Add(Addition {
                app: app.clone(),
                public_key: key.public_key.clone(),
                name,
                confirmed: confirmed.clone(),
                private_key: key.private_key_seen(now),
                already_there: same.into_iter().map(|(key, _)| key.id).collect(),
            }),
            work: work.as_ref().map(|work| work.0.clone()),
            created_at: now,
            token_expires_at,
            state: IntentState::Sent,
        }
    }

    /// The key was there before. What the person told of it is kept all the same.
    fn already(
        &self,
        addable: &Addable,
        id: &DistributionKeyId,
        name: Option<&str>,
    ) -> Result<Added, Problem> {
        let Addable { open, key, app, confirmed, work, .. } = addable;
        let (records, account, now) = (&open.backing.records, &open.account.id, self.clock.now());
        let id = &id.to_string();
        let kept = records.known_key(&open.backing.origin, id).and_then(|known| {
            if known.name.is_none() && name.is_some() {
                records.describe_key(account, id, name, known.note.as_deref(), now)?;
            }
            if let Some(confirmed) = confirmed {
                records.confirm_key(account, id, confirmed)?;
            }
            if let Some(seen) = key.private_key_seen(now) {
                records.private_key_seen(account, id, &seen)?;
            }
            if let Some(work) = work {
                records.new_key_there(&work.0, id, now)?;
            }
            Ok(())
        });
        kept.map_err(|error| self.records_problem(error))?;
        let reach = if app.is_some() { Reach::OneApp } else { Reach::AllApps };
        Ok(Added::Already { key: self.row_of(open, id, reach)? })
    }

    /// The key is there: writes that down first, then asks where Apple shows it, and makes its row.
    pub(super) async fn settle(
        &self,
        open: &Open,
        intent: &Intent,
        addition: &Addition,
        id: &DistributionKeyId,
        answer: &Answer,
    ) -> Result<(KeyRow, ReadBack), Problem> {
        let key = id.to_string();
        self.finish(open, intent, &Outcome::Done { key: key.clone() }, answer)?;
        let read_back = self.read_back(open, id, addition.app.as_ref().map(|app| &app.id)).await;
        if let (Some(app), ReadBack::Confirmed) = (&addition.app, &read_back)
            && let Err(error) = open.backing.records.remember_binding(&open.backing.origin, &key, app)
        {
            tracing::warn!(%error, "a key's app could not be remembered");
        }
        Ok((self.row_of(open, &key, addition.reach())?, read_back))
    }

    /// The row of a key that this computer knows, on this list.
    pub(super) fn row_of(&self, open: &Open, id: &str, reach: Reach) -> Result<KeyRow, Problem> {
        let known = open.backing.records.known_key(&open.backing.origin, id);
        let known = known.map_err(|error| self.records_problem(error))?;
        Ok(row(&known, reach, UsedFor::Looking))
    }
}

fn scope_of(app: Option<&App>) -> Scope {
    app.map_or(Scope::AllApps, |app| Scope::OneApp { app: app.id.clone() })
}

/// The ID that an answer gives the new key, if the answer is about the very key that was sent.
fn new_id(
    listed: &ListedKey,
    receipt: Receipt,
    addition: &Addition,
) -> Result<(DistributionKeyId, Receipt), Error> {
    let what = if listed.public_key.as_ref() != Some(&addition.public_key) {
        "the answer holds another public key than was sent"
    } else if addition.already_there.contains(&listed.id) {
        "the answer names a key that was there before"
    } else if let Some(id) = &listed.key_id {
        return Ok((id.clone(), receipt));
    } else {
        "the answer's id is no UUID"
    };
    Err(Error::Unexpected { status: receipt.status, request_id: receipt.request_id, what: what.to_owned() })
}

/// A refusal, told as that of a second key where it looks like one: Apple documents no code for it.
fn second_key(problem: Problem, error: &Error, has: Vec<Registered>) -> Problem {
    let about_the_key = |error: &AppleError| {
        error.pointer.as_ref().is_some_and(|pointer| pointer.starts_with("/data/attributes/publicKey"))
    };
    if has.is_empty() || !error.is_conflict() || error.apple_errors().iter().any(about_the_key) {
        return problem;
    }
    Problem { what: What::SecondKey { has }, ..problem }
}

/// The app's name, or with a number behind it, so that two keys for one app can be told apart.
fn free_name(app: &str, others: &[Registered]) -> String {
    let taken = |name: &String| others.iter().any(|other| other.name.as_ref() == Some(name));
    let numbered = (2..).map(|number| format!("{app} {number}"));
    std::iter::once(app.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::view::UsedFor;

    #[test]
    fn a_second_key_for_an_app_is_not_proposed_the_name_of_the_first() {
        let key = |name: &str| Registered {
            id: "8a119b2c-6c1d-4f6e-9d57-0c1f2715b0dc".parse().unwrap(),
            name: Some(name.to_owned()),
            used_for: UsedFor::AllApps,
        };
        assert_eq!(free_name("Papierkram", &[]), "Papierkram");
        assert_eq!(free_name("Papierkram", &[key("Website")]), "Papierkram");
        assert_eq!(free_name("Papierkram", &[key("Papierkram"), key("Papierkram 2")]), "Papierkram 3");
    }
}
