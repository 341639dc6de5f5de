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
        view::{DraftId, Looked, Pending, ReadBack},
    },
    key::DistributionKeyId,
    records::{Addition, Intent, IntentState, KnownKey, Outcome, Reach},
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
        let intent = self.intent(pending)?;
        let open = self.opened(&intent.addition.account)?;
        if let Some(decided) = self.decided(&open, &intent)? {
            tell(decided);
            return Ok(());
        }
        let addition = &intent.addition;
        let looking = async {
            for pause in PAUSES.into_iter().chain(std::iter::repeat(PAUSES[PAUSES.len() - 1])) {
                let next = self.clock.now().plus(pause);
                let looked = match self.look_once(&open, addition).await {
                    Ok(Some(decided)) => return tell(decided),
                    Ok(None) => Looked::NotThere { at: self.clock.now(), next },
                    Err(problem) => Looked::NotRead { problem, next },
                };
                tell(looked);
                self.clock.sleep(pause).await;
            }
        };
        self.until_stopped(pending.as_str(), looking).await;
        Ok(())
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
        let (_, keys) = self.list_keys(open).await?;
        // Apple's clock decides, since Apple judges the token by it; this computer's may be wrong or be set meanwhile.
        let ahead = open.client.skew().map_or(0, |skew| skew.seconds);
        let apples_now = Moment::from_unix_millis(self.clock.now().unix_millis() - ahead * 1000);
        let too_late = apples_now > addition.token_expires_at.plus(MARGIN);

        let mut unconfirmed = None;
        for id in candidates(&keys, addition) {
            let read_back = self.read_back(open, &id, addition.app.as_ref()).await;
            if matches!(read_back, ReadBack::Confirmed) {
                return self.arrived(open, addition, &id, read_back).map(Some);
            }
            unconfirmed.get_or_insert((id, read_back));
        }
        match unconfirmed {
            Some((id, read_back)) if too_late => self.arrived(open, addition, &id, read_back).map(Some),
            None if too_late => {
                let at = self.clock.now();
                let written = open.backing.records.finish_intent(&addition.id, &Outcome::NotArrived, at);
                written.map_err(|error| self.records_problem(error))?;
                Ok(Some(Looked::NotArrived { at }))
            }
            _ => Ok(None),
        }
    }

    fn arrived(
        &self,
        open: &Open,
        addition: &Addition,
        id: &DistributionKeyId,
        read_back: ReadBack,
    ) -> Result<Looked, Problem> {
        let key = self.finish_add(open, addition, id, &read_back)?;
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
                Ok(Some(Looked::Arrived { key, at: *at, read_back: ReadBack::Confirmed }))
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
