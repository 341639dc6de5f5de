//! The person's word on a chosen key: without it, nothing is added.

use crate::{
    desk::{
        Desk,
        drafts::{Word, is_read_out},
        held,
        problem::{Problem, What},
        typed,
        view::{DraftId, Holds, VoiceCheck},
    },
    records::Confirmation,
};

impl Desk {
    /// Compares what somebody read out with the chosen public key.
    ///
    /// # Errors
    /// [`What::Gone`].
    pub fn confirm_by_voice(&self, key: &DraftId, typed: &str, by: &str) -> Result<VoiceCheck, Problem> {
        let key = self.keys.get(key).ok_or_else(|| self.gone())?;
        let matches = is_read_out(typed, &key.public_key.fingerprint());
        if matches {
            let by = typed::person(by);
            *held(&key.word) = Word::GoOn(Some(Confirmation::ByVoice { by, at: self.clock.now() }));
        }
        Ok(VoiceCheck { matches, groups: key.groups() })
    }

    /// Goes on with a public key that nobody read out; answers its fingerprint's groups.
    ///
    /// # Errors
    /// [`What::Gone`].
    pub fn go_on_without_confirming(&self, key: &DraftId) -> Result<Vec<Option<String>>, Problem> {
        let key = self.keys.get(key).ok_or_else(|| self.gone())?;
        *held(&key.word) = Word::GoOn(None);
        Ok(key.groups())
    }

    /// Takes the person's word that a private key file never left this computer.
    ///
    /// # Errors
    /// [`What::Gone`]; [`What::NotYetConfirmed`] for a public key, of which that says nothing.
    pub fn never_left_this_computer(&self, key: &DraftId) -> Result<(), Problem> {
        let key = self.keys.get(key).ok_or_else(|| self.gone())?;
        if key.holds == Holds::PublicKey {
            return Err(self.problem(What::NotYetConfirmed));
        }
        *held(&key.word) = Word::GoOn(Some(Confirmation::ByPrivateKey { at: self.clock.now() }));
        Ok(())
    }
}
