//! What apps answered a reading that did not reach its end, so that the next one need not ask them again. In memory
//! alone.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use crate::{app::AppId, key::DistributionKeyId};

/// Answers of one account's apps.
#[derive(Default)]
pub(super) struct Heard(HashMap<AppId, Answer>);

struct Answer {
    own_keys: Vec<DistributionKeyId>,
    listed: Arc<BTreeSet<String>>,
}

impl Heard {
    /// Notes an app's answer. `listed`: the keys that Apple listed before the app was asked.
    pub(super) fn note(
        &mut self,
        app: AppId,
        own_keys: Vec<DistributionKeyId>,
        listed: &Arc<BTreeSet<String>>,
    ) {
        self.0.insert(app, Answer { own_keys, listed: Arc::clone(listed) });
    }

    /// What the app answered, if that says of each of the `unplaced` keys whether it is the app's: what a key is for
    /// can't change, but a key may be younger than the answer.
    pub(super) fn of(&self, app: &AppId, unplaced: &BTreeSet<String>) -> Option<&[DistributionKeyId]> {
        let answer = self.0.get(app).filter(|answer| unplaced.is_subset(&answer.listed))?;
        Some(&answer.own_keys)
    }

    /// Forgets all of it: a reading has reached its end.
    pub(super) fn forget(&mut self) {
        self.0 = HashMap::new();
    }
}
