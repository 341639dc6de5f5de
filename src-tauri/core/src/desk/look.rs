//! What became of a change whose answer was lost. Apple is asked for its keys until that is decided:
//! it *arrived* once its effect is there; it *did not* if that is missing from two lists made after the token it was sent
//! with had expired, plus a margin. Nothing is ever sent a second time.
//!
//! When that is, Apple's clock says, which judges the token. It is not believed alone: either the clock of this computer says
//! so too, or the look has lasted longer than any token lives, by a clock that can't be set.

use std::time::Duration;

use crate::{
    desk::{
        Desk, Open,
        fate::{LONGEST, decided_after},
        inventory::Tell,
        problem::{Problem, What},
        rows::row,
        view::{DraftId, KeyRow, Looked, ReadBack, UsedFor, WhyUnknown},
    },
    key::DistributionKeyId,
    records::{AddedHere, Addition, Answer, Change, Intent, IntentState, KnownKey, Outcome, Reach, Removal},
};

/// From one look to the next, at first.
const PAUSES: [Duration; 3] = [Duration::from_secs(5), Duration::from_secs(10), Duration::from_secs(20)];

/// From one look to the next after those.
const LAST_PAUSE: Duration = Duration::from_secs(30);

/// What one look found.
enum Found {
    Decided(Looked),
    /// Nothing yet.
    Nothing,
    /// Nothing, in a list made when it couldn't come any more.
    TooLate,
}

impl Desk {
    /// Looks until it is decided what became of a change, or [`Desk::stop`] is called with its ID.
    ///
    /// # Errors
    /// [`What::Gone`]: no such change; [`What::NoSuchAccount`]: it can't be looked for any more.
    pub async fn look(&self, pending: &DraftId, tell: Tell<'_, Looked>) -> Result<(), Problem> {
        let looking = async {
            let mut too_late = false;
            let began = self.clock.monotonic();
            for pause in PAUSES.into_iter().chain(std::iter::repeat(LAST_PAUSE)) {
                // Read anew in every round: the commit, or another look, may have found out.
                let intent = self.intent(pending)?;
                let open = self.opened(&intent.account)?;
                if let Some(decided) = self.decided(&open, &intent)? {
                    tell(decided);
                    break;
                }
                if !self.is_under_way(pending) {
                    self.note_lost(&open, &intent, &Answer::default());
                }
                let found = self.look_once(&open, &intent, began).await;
                // The second list that decides is not made a moment after the first.
                let pause = if matches!(found, Ok(Found::TooLate)) { LAST_PAUSE } else { pause };
                let next = self.clock.now().plus(pause);
                match found {
                    Ok(Found::Decided(decided)) => {
                        tell(decided);
                        break;
                    }
                    // One list could be an old one that somebody kept.
                    Ok(Found::TooLate) if too_late => {
                        self.finish(&open, &intent, &Outcome::NotArrived, &Answer::default())?;
                        continue;
                    }
                    Ok(Found::TooLate) => {
                        too_late = true;
                        tell(Looked::NotThere { at: self.clock.now(), next });
                    }
                    Ok(Found::Nothing) => tell(Looked::NotThere { at: self.clock.now(), next }),
                    Err(problem) => tell(Looked::NotRead { problem, next }),
                }
                self.clock.sleep(pause).await;
            }
            Ok(())
        };
        self.until_stopped(pending.as_str(), looking).await.unwrap_or(Ok(()))
    }

    /// Whether this run of the app sent the change: its answer may still come.
    fn is_under_way(&self, pending: &DraftId) -> bool {
        self.additions.get(pending).is_some() || self.removals.get(pending).is_some()
    }

    async fn look_once(&self, open: &Open, intent: &Intent, began: Duration) -> Result<Found, Problem> {
        let (asked, since) = (self.clock.now(), self.clock.monotonic());
        let (_, keys) = self.list_keys(open).await?;
        let outlasted = since.saturating_sub(began) > LONGEST;
        let too_late = match open.client.skew() {
            // When the list was made, at the earliest. Taken from the clock as it stands now, which the answer was compared
            // with: it may have been set meanwhile.
            Some(skew) => {
                let took = self.clock.monotonic().saturating_sub(since);
                let by_apple = skew.of_the_server(self.clock.now()).minus(took);
                by_apple > decided_after(intent) && (outlasted || asked > decided_after(intent))
            }
            None => outlasted,
        };
        match &intent.change {
            Change::Add(addition) => self.look_for_key(open, intent, addition, &keys, too_late).await,
            Change::Remove(removal) => self.look_for_gap(open, intent, removal, &keys, too_late).await,
        }
    }

    /// An addition arrived if a new ID carries the public key that was sent, for what it was sent for.
    async fn look_for_key(
        &self,
        open: &Open,
        intent: &Intent,
        addition: &Addition,
        keys: &[(KnownKey, Reach)],
        too_late: bool,
    ) -> Result<Found, Problem> {
        let mut only_listed = None;
        let others = open.backing.records.added_here(&open.backing.origin, &addition.public_key);
        let others = others.map_err(|error| self.records_problem(error))?;
        for id in candidates(keys, addition, &others) {
            match self.read_back(open, &id, addition.app.as_ref().map(|app| &app.id)).await {
                ReadBack::Confirmed => return self.arrived(open, intent, addition, &id).await,
                ReadBack::NotShown => only_listed = only_listed.or(Some(id)),
                ReadBack::NotRead { problem } => return Err(problem),
            }
        }
        match only_listed {
            // It may be the other's, which is decided first.
            Some(_) if self.same_key_is_awaited(open, intent, addition)? => Ok(Found::Nothing),
            Some(id) if too_late => self.arrived(open, intent, addition, &id).await,
            None if too_late => Ok(Found::TooLate),
            _ => Ok(Found::Nothing),
        }
    }

    /// Whether another addition of the same public key, to the same list, is looked for in a connected account.
    fn same_key_is_awaited(
        &self,
        open: &Open,
        intent: &Intent,
        addition: &Addition,
    ) -> Result<bool, Problem> {
        let intents = open.backing.records.open_intents().map_err(|error| self.records_problem(error))?;
        Ok(intents.iter().any(|other| {
            let same = match &other.change {
                Change::Add(sent) => {
                    sent.public_key == addition.public_key && sent.reach() == addition.reach()
                }
                Change::Remove(_) => false,
            };
            same && other.id != intent.id
                && other.origin == open.backing.origin
                && self.opened(&other.account).is_ok()
        }))
    }

    async fn arrived(
        &self,
        open: &Open,
        intent: &Intent,
        addition: &Addition,
        id: &DistributionKeyId,
    ) -> Result<Found, Problem> {
        let (key, read_back) = self.settle(open, intent, addition, id, &Answer::default()).await?;
        Ok(Found::Decided(Looked::Arrived { key, at: self.clock.now(), read_back }))
    }

    /// A removal arrived if the key is on no list and its ID leads to nothing.
    async fn look_for_gap(
        &self,
        open: &Open,
        intent: &Intent,
        removal: &Removal,
        keys: &[(KnownKey, Reach)],
        too_late: bool,
    ) -> Result<Found, Problem> {
        if !keys.iter().any(|(key, _)| key.id == removal.key) && self.leads_nowhere(open, removal).await? {
            self.finish(open, intent, &Outcome::Done { key: removal.key.clone() }, &Answer::default())?;
            let key = self.row_of_removed(open, removal)?;
            return Ok(Found::Decided(Looked::Gone { key, at: self.clock.now() }));
        }
        Ok(if too_late { Found::TooLate } else { Found::Nothing })
    }

    async fn leads_nowhere(&self, open: &Open, removal: &Removal) -> Result<bool, Problem> {
        let id: DistributionKeyId = removal.key.parse().map_err(|_| self.problem(What::OddKeyId))?;
        match open.client.distribution_key(&id).await {
            Ok(_) => Ok(false),
            Err(error) if matches!(error.status(), Some(404 | 410)) => Ok(true),
            Err(error) => Err(self.api_problem(&error, open)),
        }
    }

    fn row_of_removed(&self, open: &Open, removal: &Removal) -> Result<KeyRow, Problem> {
        let known = open.backing.records.known_key(&open.backing.origin, &removal.key);
        let known = known.map_err(|error| self.records_problem(error))?;
        let known = KnownKey { app: removal.app.clone(), ..known };
        Ok(row(&known, removal.reach, UsedFor::Unknown { why: WhyUnknown::NotAllAppsRead }))
    }

    fn decided(&self, open: &Open, intent: &Intent) -> Result<Option<Looked>, Problem> {
        let IntentState::Finished { outcome, at } = &intent.state else { return Ok(None) };
        let at = *at;
        Ok(Some(match (outcome, &intent.change) {
            (Outcome::Done { key }, Change::Add(addition)) => {
                let key = self.row_of(open, key, addition.reach())?;
                // Its app is remembered only if Apple showed it there.
                let read_back = match key.used_for {
                    UsedFor::AllApps | UsedFor::App { .. } => ReadBack::Confirmed,
                    UsedFor::Looking | UsedFor::Unknown { .. } => ReadBack::NotShown,
                };
                Looked::Arrived { key, at, read_back }
            }
            (Outcome::Done { .. }, Change::Remove(removal)) => {
                Looked::Gone { key: self.row_of_removed(open, removal)?, at }
            }
            (Outcome::Refused | Outcome::NotSent | Outcome::NotArrived, _) => Looked::NotArrived { at },
        }))
    }
}

/// New IDs that carry the public key that was sent, for what it was sent for, and came of no other addition.
fn candidates(
    keys: &[(KnownKey, Reach)],
    addition: &Addition,
    others: &[AddedHere],
) -> Vec<DistributionKeyId> {
    keys.iter()
        .filter(|(key, on)| *on == addition.reach() && key.public_key.as_ref() == Some(&addition.public_key))
        .filter(|(key, _)| !addition.already_there.contains(&key.id))
        .filter(|(key, _)| !others.iter().any(|other| other.key == key.id))
        .filter_map(|(key, _)| key.id.parse().ok())
        .collect()
}
