//! What became of an addition whose answer was lost. Apple is asked for its keys until that is decided:
//! *arrived* is a new ID with the public key that was sent; *not arrived* is its absence from a list made after the
//! token it was sent with had expired, plus a margin. Nothing is ever sent a second time.

use std::time::Duration;

use crate::{
    clock::Moment,
    desk::{
        Backing, Desk, Open,
        inventory::Tell,
        problem::{Problem, What},
        view::{DraftId, Looked, Pending, ReadBack, UsedFor},
    },
    key::DistributionKeyId,
    records::{Addition, Intent, IntentState, KnownKey, Outcome, Reach, RecordsError},
};

/// How long after the token's end an accepted request may still need to take effect.
const MARGIN: Duration = Duration::from_mins(1);

/// From one look to the next.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(5), Duration::from_secs(10), Duration::from_secs(20), Duration::from_secs(30)];

impl Desk {
    /// Looks until it is decided what became of an addition, or [`Desk::stop`] is called with its ID.
    ///
    /// # Errors
    /// [`What::Gone`]: no such addition; [`What::NoSuchAccount`]: it can't be looked for any more.
    pub async fn look(&self, pending: &DraftId, tell: Tell<'_, Looked>) -> Result<(), Problem> {
        let looking = async {
            for pause in PAUSES.into_iter().chain(std::iter::repeat(PAUSES[PAUSES.len() - 1])) {
                // Read anew in every round: the commit, or another look, may have found out.
                let intent = self.intent(pending)?;
                let open = self.opened(&intent.addition.account)?;
                if let Some(decided) = self.decided(&open, &intent)? {
                    tell(decided);
                    break;
                }
                let looked = self.look_once(&open, &intent.addition).await;
                let next = self.clock.now().plus(pause);
                match looked {
                    Ok(Some(decided)) => {
                        tell(decided);
                        break;
                    }
                    Ok(None) => tell(Looked::NotThere { at: self.clock.now(), next }),
                    Err(problem) => tell(Looked::NotRead { problem, next }),
                }
                self.clock.sleep(pause).await;
            }
            Ok(())
        };
        self.until_stopped(pending.as_str(), looking).await.unwrap_or(Ok(()))
    }

    /// Additions of connected accounts whose outcome is unknown.
    pub(super) fn pending(&self, backing: &Backing) -> Result<Vec<Pending>, Problem> {
        let intents = backing.records.open_intents().map_err(|error| self.records_problem(error))?;
        let here = intents.into_iter().filter(|intent| intent.addition.origin == backing.origin);
        let lookable = here.filter_map(|intent| {
            let open = self.opened(&intent.addition.account).ok()?;
            Some(Self::pending_of(&open, &intent.addition))
        });
        Ok(lookable.collect())
    }

    pub(super) fn pending_of(open: &Open, addition: &Addition) -> Pending {
        Pending {
            id: DraftId::known(&addition.id),
            account: open.account.name.clone(),
            account_id: open.account.id.clone(),
            app: addition.app.clone(),
            app_name: addition.app_name.clone(),
            fingerprint: addition.public_key.fingerprint().to_string(),
            sent: addition.created_at,
            decided_after: addition.token_expires_at.plus(MARGIN),
        }
    }

    async fn look_once(&self, open: &Open, addition: &Addition) -> Result<Option<Looked>, Problem> {
        let asked = self.clock.now();
        let (_, keys) = self.list_keys(open).await?;
        // When the list was made, at the earliest. Apple's clock decides, since Apple judges the token by it; this
        // computer's may be wrong or be set meanwhile.
        let ahead = open.client.skew().map_or(0, |skew| skew.seconds);
        let made = Moment::from_unix_millis(asked.unix_millis() - ahead * 1000);
        let too_late = made > addition.token_expires_at.plus(MARGIN);

        let mut only_listed = None;
        for id in candidates(&keys, addition) {
            match self.read_back(open, &id, addition.app.as_ref()).await {
                ReadBack::Confirmed => return self.arrived(open, addition, &id).await.map(Some),
                ReadBack::NotShown => only_listed = only_listed.or(Some(id)),
                ReadBack::NotRead { problem } => return Err(problem),
            }
        }
        match only_listed {
            Some(id) if too_late => self.arrived(open, addition, &id).await.map(Some),
            None if too_late => {
                let at = self.clock.now();
                match open.backing.records.finish_intent(&addition.id, &Outcome::NotArrived, at) {
                    Ok(()) => Ok(Some(Looked::NotArrived { at })),
                    // It was decided meanwhile: the next round tells how.
                    Err(RecordsError::NotFound) => Ok(None),
                    Err(error) => Err(self.records_problem(error)),
                }
            }
            _ => Ok(None),
        }
    }

    async fn arrived(
        &self,
        open: &Open,
        addition: &Addition,
        id: &DistributionKeyId,
    ) -> Result<Looked, Problem> {
        let (key, read_back) = self.settle(open, addition, id).await?;
        Ok(Looked::Arrived { key, at: self.clock.now(), read_back })
    }

    fn intent(&self, id: &DraftId) -> Result<Intent, Problem> {
        self.backings()
            .find_map(|backing| backing.records.intent(id.as_str()).ok())
            .ok_or_else(|| self.problem(What::Gone))
    }

    fn decided(&self, open: &Open, intent: &Intent) -> Result<Option<Looked>, Problem> {
        match &intent.state {
            IntentState::Sent => Ok(None),
            IntentState::Finished { outcome: Outcome::Done { key }, at } => {
                let key = self.row_of(open, key, intent.addition.app.as_ref())?;
                // Its app is remembered only if Apple showed it there.
                let read_back = match key.used_for {
                    UsedFor::AllApps | UsedFor::App { .. } => ReadBack::Confirmed,
                    UsedFor::Looking | UsedFor::Unknown { .. } => ReadBack::NotShown,
                };
                Ok(Some(Looked::Arrived { key, at: *at, read_back }))
            }
            IntentState::Finished { outcome: Outcome::Refused | Outcome::NotArrived, at } => {
                Ok(Some(Looked::NotArrived { at: *at }))
            }
        }
    }
}

/// New IDs that carry the public key that was sent, for what it was sent for.
fn candidates(keys: &[(KnownKey, Reach)], addition: &Addition) -> Vec<DistributionKeyId> {
    let reach = if addition.app.is_some() { Reach::OneApp } else { Reach::AllApps };
    keys.iter()
        .filter(|(key, listed)| *listed == reach && key.public_key.as_ref() == Some(&addition.public_key))
        .filter(|(key, _)| !addition.already_there.contains(&key.id))
        .filter_map(|(key, _)| key.id.parse().ok())
        .collect()
}
