//! Replacing a key: a piece of work of several steps, each written down before or as it is taken. What comes next is
//! computed from what is written down, so that it can be gone on with after quitting anywhere.
//!
//! The additions and removals themselves are [`super::add`]'s and [`super::remove`]'s: they name the work.

use std::sync::Arc;

use crate::{
    account::AccountId,
    desk::{
        Backing, Desk, Open,
        fate::pending_of,
        problem::{Problem, What},
        rows::{private_key, registered, row},
        typed,
        view::{Registered, Step, Switched, UsedFor, WhyUnknown, Work, WorkId, WorkKind},
    },
    key::DistributionKeyId,
    records::{self, Ended, IntentState, KnownKey, Reach, RecordsError},
};

impl Desk {
    /// Begins to replace a key, as Apple has it now; answers the open replacement of it if there is one.
    ///
    /// # Errors
    /// [`What::KeyGone`], [`What::OddKeyId`], whatever Apple says.
    pub async fn begin_replace(
        &self,
        account: &AccountId,
        key: &str,
        kind: WorkKind,
    ) -> Result<Work, Problem> {
        let open = self.opened(account)?;
        let id: DistributionKeyId = key.parse().map_err(|_| self.problem(What::OddKeyId))?;
        let _writing = open.writing.lock().await;
        if let Some(work) = self.work_of_key(&open, &id)? {
            return self.work(&WorkId(work));
        }
        let fresh = self.fresh(&open, &id, None).await?.ok_or_else(|| self.problem(What::KeyGone))?;
        let work = records::Work {
            id: uuid::Uuid::new_v4().to_string(),
            account: account.clone(),
            origin: open.backing.origin.clone(),
            kind: kind.into(),
            old_key: id.to_string(),
            old_public_key: fresh.key.public_key,
            old_name: fresh.key.name,
            reach: fresh.reach,
            app: fresh.key.app,
            begun_at: self.clock.now(),
            new_key: None,
            added_at: None,
            handed_over_at: None,
            switched: None,
            old_removed_at: None,
            ended: None,
        };
        open.backing.records.begin_work(&work).map_err(|error| self.records_problem(error))?;
        self.view_of_work(&open, &work)
    }

    /// Every replacement of a connected account that is not at its end, the oldest first.
    ///
    /// # Errors
    /// [`What::Records`].
    pub fn works(&self) -> Result<Vec<Work>, Problem> {
        let mut works = Vec::new();
        for backing in self.backings() {
            let open_works = backing.records.each_open_work().map_err(|error| self.records_problem(error))?;
            for work in open_works {
                // One that can't be read hides no other.
                match work
                    .map_err(|error| self.records_problem(error))
                    .and_then(|work| self.started(backing, work))
                {
                    Ok(work) => works.extend(work),
                    Err(problem) => tracing::warn!(code = ?problem.what, "a replacement can't be read"),
                }
            }
        }
        Ok(works)
    }

    /// An open replacement as it is told at start; `None` if it is not this backing's, its account is not connected, or
    /// its last step was taken.
    fn started(&self, backing: &Backing, work: records::Work) -> Result<Option<Work>, Problem> {
        if work.origin != backing.origin {
            return Ok(None);
        }
        let Ok(open) = self.opened(&work.account) else { return Ok(None) };
        let work = self.finished(&open, work)?;
        if work.ended.is_none() { self.view_of_work(&open, &work).map(Some) } else { Ok(None) }
    }

    /// A replacement, as far as it is.
    ///
    /// # Errors
    /// [`What::Gone`], [`What::NoSuchAccount`], [`What::Records`].
    pub fn work(&self, id: &WorkId) -> Result<Work, Problem> {
        let (backing, work) = self.recorded_work(id)?;
        let open = self.opened(&work.account)?;
        let work = if work.origin == backing.origin { self.finished(&open, work)? } else { work };
        self.view_of_work(&open, &work)
    }

    /// Goes on with a replacement in another order.
    ///
    /// # Errors
    /// As [`Self::work`].
    pub fn change_replace(&self, id: &WorkId, kind: WorkKind) -> Result<Work, Problem> {
        self.take_step(id, |records, work| {
            if work.kind == kind.into() {
                Ok(())
            } else {
                records.change_work_kind(&work.id, kind.into(), self.clock.now())
            }
        })
    }

    /// Notes that the new key's ID was handed over.
    ///
    /// # Errors
    /// As [`Self::work`]; [`What::Gone`] also if there is no new key yet.
    pub fn hand_over(&self, id: &WorkId) -> Result<Work, Problem> {
        self.take_step(id, |records, work| {
            if work.handed_over_at.is_some() { Ok(()) } else { records.hand_over(&work.id, self.clock.now()) }
        })
    }

    /// Notes that, by this person's word, the server signs with the new key.
    ///
    /// # Errors
    /// As [`Self::hand_over`].
    pub fn switched_by_word(&self, id: &WorkId, by: &str) -> Result<Work, Problem> {
        let by = typed::person(by);
        self.note_switched(id, &records::Switched::ByWord { by, at: self.clock.now() })
    }

    /// Notes how it is known that the server signs with the new key.
    ///
    /// # Errors
    /// As [`Self::hand_over`].
    pub(super) fn note_switched(&self, id: &WorkId, switched: &records::Switched) -> Result<Work, Problem> {
        self.take_step(id, |records, work| records.switched(&work.id, switched))
    }

    /// Gives a replacement up. What is registered stays so.
    ///
    /// # Errors
    /// As [`Self::work`].
    pub fn stop_replace(&self, id: &WorkId) -> Result<Work, Problem> {
        self.take_step(id, |records, work| {
            records.end_work(&work.id, &Ended::Stopped { at: self.clock.now() })
        })
    }

    /// The replacement, if it is open, of this account, and this is its next step.
    ///
    /// # Errors
    /// [`What::Gone`]: the window's view of it is old.
    pub(super) fn work_at(&self, open: &Open, id: &WorkId, next: Step) -> Result<records::Work, Problem> {
        let (_, work) = self.recorded_work(id)?;
        let fits =
            work.account == open.account.id && work.origin == open.backing.origin && step(&work) == next;
        if fits { Ok(work) } else { Err(self.gone()) }
    }

    /// The open replacement of a key.
    pub(super) fn work_of_key(
        &self,
        open: &Open,
        key: &DistributionKeyId,
    ) -> Result<Option<String>, Problem> {
        let works = open.backing.records.open_works().map_err(|error| self.records_problem(error))?;
        let its = |work: &records::Work| {
            work.account == open.account.id
                && work.origin == open.backing.origin
                && work.old_key == key.to_string()
        };
        Ok(works.into_iter().find(its).map(|work| work.id))
    }

    /// Writes a step of an open replacement down. One that has ended is as it is.
    fn take_step(
        &self,
        id: &WorkId,
        take: impl FnOnce(&records::Records, &records::Work) -> Result<(), RecordsError>,
    ) -> Result<Work, Problem> {
        let (backing, work) = self.recorded_work(id)?;
        if work.ended.is_none() {
            take(&backing.records, &work).map_err(|error| match error {
                RecordsError::NotFound => self.gone(),
                other => self.records_problem(other),
            })?;
        }
        self.work(id)
    }

    fn recorded_work(&self, id: &WorkId) -> Result<(&Backing, records::Work), Problem> {
        for backing in self.backings() {
            match backing.records.work(&id.0) {
                Ok(work) if work.origin == backing.origin => return Ok((backing, work)),
                Ok(_) | Err(RecordsError::NotFound) => (),
                Err(error) => return Err(self.records_problem(error)),
            }
        }
        Err(self.gone())
    }

    /// Writes the end down of a replacement whose last step is taken.
    fn finished(&self, open: &Open, mut work: records::Work) -> Result<records::Work, Problem> {
        if work.ended.is_none() && step(&work) == Step::Done {
            let end = Ended::Finished { at: self.clock.now() };
            match open.backing.records.end_work(&work.id, &end) {
                Ok(()) | Err(RecordsError::NotFound) => work.ended = Some(end),
                Err(error) => return Err(self.records_problem(error)),
            }
        }
        Ok(work)
    }

    fn view_of_work(&self, open: &Arc<Open>, work: &records::Work) -> Result<Work, Problem> {
        let old = self.known(open, &work.old_key)?;
        let new = match &work.new_key {
            Some(id) => Some((id, self.known(open, id)?)),
            None => None,
        };
        let intents = open.backing.records.intents_of_work(&work.id);
        let intents = intents.map_err(|error| self.records_problem(error))?;
        let open_intent = intents.iter().rfind(|intent| intent.state == IntentState::Sent);
        let new_key = new.as_ref().and_then(|(_, known)| known.as_ref());
        Ok(Work {
            id: WorkId(work.id.clone()),
            kind: work.kind.into(),
            account: open.account.clone(),
            old: Registered {
                name: old.as_ref().map_or_else(|| work.old_name.clone(), |old| old.name.clone()),
                ..self.in_work(work, &work.old_key, old.as_ref())?
            },
            old_fingerprint: work.old_public_key.as_ref().map(|key| key.fingerprint().to_string()),
            new: match &new {
                Some((id, known)) => Some(self.in_work(work, id, known.as_ref())?),
                None => None,
            },
            new_fingerprint: new_key
                .and_then(|key| key.public_key.as_ref())
                .map(|key| key.fingerprint().to_string()),
            new_private_key: new_key.map(private_key),
            app: work.app.clone(),
            step: step(work),
            begun: work.begun_at,
            added: work.added_at,
            handed_over: work.handed_over_at,
            switched: work.switched.clone().map(Into::into),
            old_removed: work.old_removed_at,
            pending: open_intent.map(|intent| pending_of(open, intent)),
        })
    }

    fn known(&self, open: &Open, id: &str) -> Result<Option<KnownKey>, Problem> {
        match open.backing.records.known_key(&open.backing.origin, id) {
            Ok(known) => Ok(Some(known)),
            Err(RecordsError::NotFound) => Ok(None),
            Err(error) => Err(self.records_problem(error)),
        }
    }

    /// One of the two keys in few words. What app it is for is what is known of it, whatever the work is about.
    fn in_work(
        &self,
        work: &records::Work,
        id: &str,
        known: Option<&KnownKey>,
    ) -> Result<Registered, Problem> {
        let unknown = UsedFor::Unknown { why: WhyUnknown::OtherThanRemembered };
        let used_for = match (work.reach, known) {
            (Reach::AllApps, _) => UsedFor::AllApps,
            (Reach::OneApp, Some(known)) => row(known, Reach::OneApp, unknown).used_for,
            (Reach::OneApp, None) => unknown,
        };
        let id = id.parse().map_err(|_| self.problem(What::OddKeyId))?;
        Ok(registered(&id, known, used_for))
    }
}

/// What comes next.
fn step(work: &records::Work) -> Step {
    let added = work.new_key.is_some();
    let removed = work.old_removed_at.is_some();
    let handed_over = work.handed_over_at.is_some() || work.switched.is_some();
    match (work.ended, work.kind) {
        (Some(Ended::Stopped { .. }), _) => Step::Stopped,
        (None, records::WorkKind::Emergency | records::WorkKind::RemoveFirst) if !removed => Step::RemoveOld,
        (None, _) if !added => Step::AddNew,
        (None, _) if !handed_over => Step::HandOver,
        (None, records::WorkKind::Planned) if work.switched.is_none() => Step::Switch,
        (None, _) if !removed => Step::RemoveOld,
        (None | Some(Ended::Finished { .. }), _) => Step::Done,
    }
}

impl From<WorkKind> for records::WorkKind {
    fn from(kind: WorkKind) -> Self {
        match kind {
            WorkKind::Planned => Self::Planned,
            WorkKind::Emergency => Self::Emergency,
            WorkKind::RemoveFirst => Self::RemoveFirst,
        }
    }
}

impl From<records::WorkKind> for WorkKind {
    fn from(kind: records::WorkKind) -> Self {
        match kind {
            records::WorkKind::Planned => Self::Planned,
            records::WorkKind::Emergency => Self::Emergency,
            records::WorkKind::RemoveFirst => Self::RemoveFirst,
        }
    }
}

impl From<records::Switched> for Switched {
    fn from(switched: records::Switched) -> Self {
        match switched {
            records::Switched::ByToken { at } => Self::ByToken { at },
            records::Switched::ByWord { by, at } => Self::ByWord { by, at },
        }
    }
}
