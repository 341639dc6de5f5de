//! What becomes of a change after it was sent, as it is written down: done, refused, or unknown, to be looked for.

use std::time::Duration;

use crate::{
    asc::{client::Receipt, error::Error, skew::Skew},
    clock::Moment,
    desk::{
        Desk, Open, held,
        problem::{Problem, What},
        view::{DraftId, Pending, PendingChange, WorkId},
    },
    records::{Answer, Change, Intent, Outcome, RecordsError},
};

/// How long after the token's end an accepted request may still need to take effect.
pub(super) const MARGIN: Duration = Duration::from_mins(1);

/// After what time no change can take effect any more that was sent before it began: a token's life, and [`MARGIN`].
pub(super) const LONGEST: Duration = Duration::from_mins(3);

impl Desk {
    /// Changes of connected accounts whose outcome is unknown.
    pub(super) fn pending(&self) -> Result<Vec<Pending>, Problem> {
        let mut pending = Vec::new();
        for backing in self.backings() {
            let intents = backing.records.each_open_intent().map_err(|error| self.records_problem(error))?;
            // One that can't be read hides no other. Nothing is sent past it: `undecided` reads them all.
            let read = intents.into_iter().filter_map(|intent| {
                intent.inspect_err(|error| tracing::warn!(%error, "a pending change can't be read")).ok()
            });
            let here = read.filter(|intent| intent.origin == backing.origin);
            pending.extend(
                here.filter_map(|intent| Some(pending_of(&*self.opened(&intent.account).ok()?, &intent))),
            );
        }
        Ok(pending)
    }

    /// The change of this account that `is` the one and whose outcome is unknown.
    pub(super) fn undecided(
        &self,
        open: &Open,
        is: impl Fn(&Intent) -> bool,
    ) -> Result<Option<Pending>, Problem> {
        self.stays()?;
        let intents = open.backing.records.open_intents().map_err(|error| self.records_problem(error))?;
        let here = |intent: &&Intent| {
            intent.account == open.account.id && intent.origin == open.backing.origin && is(intent)
        };
        Ok(intents.iter().find(here).map(|intent| pending_of(open, intent)))
    }

    /// The change that `is` the same, whose outcome is unknown: of this account, or of one that nothing is known of any more
    /// since records were damaged. That one becomes this account's, where it can be looked for.
    pub(super) fn undecided_or_orphaned(
        &self,
        open: &Open,
        is: impl Fn(&Intent) -> bool,
    ) -> Result<Option<Pending>, Problem> {
        if let Some(pending) = self.undecided(open, &is)? {
            return Ok(Some(pending));
        }
        let (records, origin) = (&open.backing.records, &open.backing.origin);
        let orphaned = records.orphaned_intents(origin).map_err(|error| self.records_problem(error))?;
        let Some(intent) = orphaned.into_iter().find(is) else { return Ok(None) };
        match records.adopt_intent(&intent.id, &open.account.id) {
            Ok(()) => Ok(Some(pending_of(open, &intent))),
            Err(error) => Err(self.records_problem(error)),
        }
    }

    /// Writes down how a change ended. That it did is known already, if the commit and a look both found out.
    pub(super) fn finish(
        &self,
        open: &Open,
        intent: &Intent,
        outcome: &Outcome,
        answer: &Answer,
    ) -> Result<(), Problem> {
        let mut changes = held(&open.changes);
        if matches!(outcome, Outcome::Done { .. }) {
            changes.made += 1;
        }
        match open.backing.records.finish_intent(&intent.id, outcome, answer, self.clock.now()) {
            Ok(()) | Err(RecordsError::NotFound) => Ok(()),
            Err(error) => Err(self.records_problem(error)),
        }
    }

    /// What a change comes to that Apple did not acknowledge.
    ///
    /// # Errors
    /// Apple certainly did nothing.
    pub(super) fn not_acknowledged(
        &self,
        open: &Open,
        intent: &Intent,
        error: &Error,
    ) -> Result<Pending, Problem> {
        if error.outcome_unknown() {
            self.note_lost(open, intent, &answer_of(error));
            return Ok(pending_of(open, intent));
        }
        let outcome = match error {
            Error::Apple { .. } | Error::NotJson { .. } | Error::Unexpected { .. } => Outcome::Refused,
            _ => Outcome::NotSent,
        };
        if let Err(problem) = self.finish(open, intent, &outcome, &answer_of(error)) {
            // It stays open and is looked for; it will not be found.
            tracing::warn!(code = ?problem.what, "a refusal could not be written down");
        }
        Err(self.api_problem(error, open))
    }

    /// Writes down that the answer to a change was lost. The change itself is written down.
    pub(super) fn note_lost(&self, open: &Open, intent: &Intent, answer: &Answer) {
        match open.backing.records.answer_lost(&intent.id, answer, self.clock.now()) {
            Ok(()) | Err(RecordsError::NotFound) => (),
            Err(error) => tracing::warn!(%error, "that an answer was lost could not be written down"),
        }
    }

    /// The change that is known by this ID.
    pub(super) fn intent(&self, id: &DraftId) -> Result<Intent, Problem> {
        self.backings()
            .find_map(|backing| backing.records.intent(id.as_str()).ok())
            .ok_or_else(|| self.problem(What::Gone))
    }
}

pub(super) fn pending_of(open: &Open, intent: &Intent) -> Pending {
    let behind = open.client.skew().map_or(Duration::ZERO, Skew::behind);
    let (change, app, public_key, name) = match &intent.change {
        Change::Add(addition) => {
            (PendingChange::Add, &addition.app, Some(&addition.public_key), &addition.name)
        }
        Change::Remove(removal) => (
            PendingChange::Remove { key: removal.key.clone() },
            &removal.app,
            removal.public_key.as_ref(),
            &removal.name,
        ),
    };
    Pending {
        id: DraftId::known(&intent.id),
        change,
        account: open.account.name.clone(),
        account_id: open.account.id.clone(),
        app: app.as_ref().map(|app| app.id.clone()),
        app_name: app.as_ref().map(|app| app.name.clone()),
        fingerprint: public_key.map(|key| key.fingerprint().to_string()),
        name: name.clone(),
        sent: intent.created_at,
        decided_after: decided_after(intent).minus(behind),
        work: intent.work.clone().map(WorkId),
    }
}

/// From when on it can't take effect any more, by Apple's clock.
pub(super) fn decided_after(intent: &Intent) -> Moment {
    intent.token_expires_at.plus(MARGIN)
}

/// Apple's part of a change that Apple acknowledged.
pub(super) fn acknowledged(receipt: &Receipt) -> Answer {
    Answer { status: Some(receipt.status), code: None, request_id: receipt.request_id.clone() }
}

/// Apple's part of a change that Apple did not acknowledge.
pub(super) fn answer_of(error: &Error) -> Answer {
    let request_id = match error {
        Error::Apple { request_id, .. }
        | Error::NotJson { request_id, .. }
        | Error::Unexpected { request_id, .. } => request_id.clone(),
        _ => None,
    };
    let code = error.apple_errors().first().map(|error| error.code.clone());
    Answer { status: error.status(), code: code.filter(|code| !code.is_empty()), request_id }
}
