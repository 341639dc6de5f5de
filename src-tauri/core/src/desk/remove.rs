//! Removing a key: prepared first, so that the person sees what Apple has; then, with the last characters of its ID typed,
//! read from Apple once more and removed once. Any difference from what was shown stops it.
//!
//! The intent is on the disk before the first byte leaves. An answer that is lost leaves it open, and [`super::look`]
//! finds out.

use std::sync::Arc;

use crate::{
    app::AppId,
    asc::error::Error,
    desk::{
        Desk, Open,
        fate::{acknowledged, answer_of, pending_of},
        fresh::Fresh,
        once::Once,
        problem::{Problem, What},
        view::{
            DraftId, Pending, RemoveDraft, RemoveReadBack, RemoveRequest, Removed, ShownUse, Step, UsedFor,
            WorkId,
        },
    },
    key::DistributionKeyId,
    records::{Change, Intent, IntentState, Outcome, Reach, Removal, WorkKind},
};

/// How many characters of the distribution key ID are typed.
const TYPED: usize = 6;

/// A removal, prepared.
pub(super) struct Removable {
    open: Arc<Open>,
    id: DistributionKeyId,
    shown: Fresh,
    work: Option<WorkId>,
    outcome: Once<Removed>,
}

impl Desk {
    /// Says what a removal would remove, as Apple has it now. Sends nothing but questions.
    ///
    /// # Errors
    /// [`What::KeyGone`], [`What::KeyChanged`], [`What::OddKeyId`], [`What::StillUndecided`]; of a replacement
    /// [`What::NewKeyGone`] and [`What::Gone`], which is that it is not its next step; whatever Apple says.
    pub async fn prepare_remove(&self, request: RemoveRequest) -> Result<RemoveDraft, Problem> {
        let open = self.opened(&request.account)?;
        let id: DistributionKeyId = request.key.parse().map_err(|_| self.problem(What::OddKeyId))?;
        if self.being_removed(&open, &id)?.is_some() {
            return Err(self.problem(What::StillUndecided));
        }
        let new = self.may_remove(&open, request.work.as_ref(), &id)?;
        let shown_for = match &request.used_for {
            ShownUse::App { app } => Some(app),
            ShownUse::AllApps | ShownUse::Unknown => None,
        };
        let fresh = self.still_there(&open, &id, shown_for).await?;
        if !is_as_shown(&fresh, &request) {
            return Err(self.problem(What::KeyChanged));
        }
        self.is_registered(&open, new.as_deref()).await?;
        Ok(RemoveDraft {
            account: open.account.clone(),
            key: fresh.row(),
            read_at: fresh.at,
            others: fresh.others.clone(),
            id: self.removals.keep(Removable {
                open,
                id,
                shown: fresh,
                work: request.work,
                outcome: Once::default(),
            }),
        })
    }

    /// Sends a prepared removal, once: every further call gets the first one's answer, and a caller that goes away stops
    /// nothing. `typed` are the last six characters of the distribution key ID, in any case.
    ///
    /// # Errors
    /// Nothing was removed: [`What::WrongLastSix`], after which it can be tried again; [`What::KeyChanged`],
    /// [`What::KeyGone`], [`What::NewKeyGone`], [`What::Gone`], no network, a refusal by Apple, records that can't be written.
    pub async fn commit_remove(self: &Arc<Self>, draft: &DraftId, typed: &str) -> Result<Removed, Problem> {
        let removable = self.removals.get(draft).ok_or_else(|| self.gone())?;
        if !is_end_of(typed, &removable.id) {
            return Err(self.problem(What::WrongLastSix));
        }
        let (desk, draft, removing) = (Arc::clone(self), draft.clone(), Arc::clone(&removable));
        removable.outcome.run(self, || async move { desk.remove(&draft, &removing).await }).await
    }

    async fn remove(&self, draft: &DraftId, removable: &Removable) -> Result<Removed, Problem> {
        let Removable { open, id, shown, work, .. } = removable;
        let (token, intent) = {
            let _writing = open.writing.lock().await;
            if let Some(pending) = self.being_removed(open, id)? {
                return Ok(Removed::Unknown { pending, problem: self.problem(What::StillUndecided) });
            }
            let new = self.may_remove(open, work.as_ref(), id)?;
            let now = self.still_there(open, id, app_of(&shown.used_for)).await?;
            if !now.is_as(shown) {
                return Err(self.problem(What::KeyChanged));
            }
            self.is_registered(open, new.as_deref()).await?;
            let token = open.client.one_use_token().await.map_err(|error| self.api_problem(&error, open))?;
            let intent = Intent {
                id: draft.as_str().to_owned(),
                account: open.account.id.clone(),
                origin: open.backing.origin.clone(),
                change: Change::Remove(Removal {
                    key: id.to_string(),
                    reach: now.reach,
                    app: now.key.app,
                    public_key: now.key.public_key,
                    name: now.key.name,
                }),
                work: self.work_of_key(open, id)?,
                created_at: self.clock.now(),
                token_expires_at: token.expires(),
                state: IntentState::Sent,
            };
            open.backing.records.begin_intent(&intent).map_err(|error| self.records_problem(error))?;
            (token, intent)
        };

        let answer = open.client.remove_key(token, id).await;
        let (key, at) = (shown.row(), self.clock.now());
        let gone = Outcome::Done { key: id.to_string() };
        match answer {
            Ok(receipt) => match self.finish(open, &intent, &gone, &acknowledged(&receipt)) {
                Ok(()) => {
                    let read_back = self.read_back_removal(open, id, shown.reach).await;
                    Ok(Removed::Done { key, at, read_back })
                }
                // It is removed, but nothing here says so: it is looked for.
                Err(problem) => Ok(Removed::Unknown { pending: pending_of(open, &intent), problem }),
            },
            Err(error) if is_none_such(&error) => match self.read_back_removal(open, id, shown.reach).await {
                RemoveReadBack::Gone => match self.finish(open, &intent, &gone, &answer_of(&error)) {
                    Ok(()) => Ok(Removed::AlreadyGone { key, at }),
                    Err(problem) => Ok(Removed::Unknown { pending: pending_of(open, &intent), problem }),
                },
                // Whoever said so, it is no word of Apple's on this key: it was not removed.
                RemoveReadBack::StillShown => self.not_removed(open, &intent, &error),
                RemoveReadBack::NotRead { problem } => {
                    self.note_lost(open, &intent, &answer_of(&error));
                    Ok(Removed::Unknown { pending: pending_of(open, &intent), problem })
                }
            },
            Err(error) => self.not_removed(open, &intent, &error),
        }
    }

    fn not_removed(&self, open: &Open, intent: &Intent, error: &Error) -> Result<Removed, Problem> {
        let pending = self.not_acknowledged(open, intent, error)?;
        Ok(Removed::Unknown { pending, problem: self.api_problem(error, open) })
    }

    /// The key as Apple has it. That it is gone is noted in the replacement that waits for that.
    async fn still_there(
        &self,
        open: &Open,
        id: &DistributionKeyId,
        shown_for: Option<&AppId>,
    ) -> Result<Fresh, Problem> {
        if let Some(fresh) = self.fresh(open, id, shown_for).await? {
            return Ok(fresh);
        }
        if let Some(work) = self.work_of_key(open, id)? {
            let noted = open.backing.records.old_key_gone(&work, self.clock.now());
            noted.map_err(|error| self.records_problem(error))?;
        }
        Err(self.problem(What::KeyGone))
    }

    /// The removal of this key whose outcome is unknown.
    fn being_removed(&self, open: &Open, id: &DistributionKeyId) -> Result<Option<Pending>, Problem> {
        self.undecided_or_orphaned(open, |intent| match &intent.change {
            Change::Remove(removal) => removal.key == id.to_string(),
            Change::Add(_) => false,
        })
    }

    /// Whether the old key of a replacement may be removed now. Gives back the ID of the key that must be there then.
    fn may_remove(
        &self,
        open: &Open,
        work: Option<&WorkId>,
        id: &DistributionKeyId,
    ) -> Result<Option<String>, Problem> {
        let Some(work) = work else { return Ok(None) };
        let work = self.work_at(open, work, Step::RemoveOld)?;
        if work.old_key != id.to_string() {
            return Err(self.gone());
        }
        Ok(work.new_key.filter(|_| work.kind == WorkKind::Planned))
    }

    /// Whether Apple still has the key that a server uses instead of the one to remove.
    async fn is_registered(&self, open: &Open, new: Option<&str>) -> Result<(), Problem> {
        let Some(new) = new else { return Ok(()) };
        let id = new.parse().map_err(|_| self.problem(What::OddKeyId))?;
        match open.client.distribution_key(&id).await {
            Ok(_) => Ok(()),
            Err(error) if is_none_such(&error) => Err(self.problem(What::NewKeyGone)),
            Err(error) => Err(self.api_problem(&error, open)),
        }
    }
}

fn is_as_shown(fresh: &Fresh, request: &RemoveRequest) -> bool {
    let same_use = match (&request.used_for, &fresh.used_for) {
        (ShownUse::AllApps, UsedFor::AllApps) => true,
        (ShownUse::App { app }, UsedFor::App { app: now }) => *app == now.id,
        // That more is known now is no difference: the draft shows it.
        (ShownUse::Unknown, _) => fresh.reach == Reach::OneApp,
        _ => false,
    };
    let fingerprint = fresh.key.public_key.as_ref().map(|key| key.fingerprint().to_string());
    same_use && fingerprint == request.fingerprint
}

fn app_of(used_for: &UsedFor) -> Option<&AppId> {
    match used_for {
        UsedFor::App { app } => Some(&app.id),
        UsedFor::AllApps | UsedFor::Looking | UsedFor::Unknown { .. } => None,
    }
}

/// Whether the answer says that there is no such key.
fn is_none_such(error: &Error) -> bool {
    matches!(error.status(), Some(404 | 410))
}

fn is_end_of(typed: &str, id: &DistributionKeyId) -> bool {
    let id = id.to_string();
    id.len()
        .checked_sub(TYPED)
        .and_then(|from| id.get(from..))
        .is_some_and(|end| typed.trim().eq_ignore_ascii_case(end))
}
