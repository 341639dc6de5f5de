//! Adding a removed key again, with the public key that Activity kept. It gets a new ID.

use std::sync::Mutex;

use crate::{
    account::AccountId,
    desk::{
        Desk,
        activity::can_add_again,
        drafts::{KeyToAdd, Word},
        problem::{Problem, What},
        view::{Holds, KeyFileDraft, Source},
    },
};

impl Desk {
    /// Takes the public key of a removal as one to be added to the same account. What was confirmed of it is still so.
    ///
    /// # Errors
    /// [`What::Gone`]: there is no such removal of this computer's in this account; [`What::NoSuchAccount`],
    /// [`What::Records`].
    pub fn add_again(&self, account: &AccountId, entry: i64) -> Result<KeyFileDraft, Problem> {
        let open = self.opened(account)?;
        let (records, origin) = (&open.backing.records, &open.backing.origin);
        let entry = records.entry(origin, entry).map_err(|_| self.gone())?;
        let removed = can_add_again(&entry) && entry.account.as_ref() == Some(account);
        let (true, Some(id), Some(public_key)) = (removed, entry.key, entry.public_key) else {
            return Err(self.problem(What::Gone));
        };
        let known = records.known_key(origin, &id).ok();
        let confirmed = known.filter(|known| known.public_key.as_ref() == Some(&public_key));
        Ok(self.offer(KeyToAdd {
            account: account.clone(),
            public_key,
            holds: Holds::PublicKey,
            source: Source::Activity,
            word: Mutex::new(Word::GoOn(confirmed.and_then(|known| known.confirmed))),
        }))
    }
}
