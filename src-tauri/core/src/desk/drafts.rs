//! What the core holds for the window between two clicks: chosen files and prepared changes.
//! A draft is what was shown; nothing is read a second time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use crate::{
    account::AccountId,
    clock::Moment,
    desk::{
        held,
        problem::FileTrouble,
        view::{DraftId, Holds, Source},
    },
    key::{Fingerprint, PublicKey},
    keyfile::{LockedKey, PrivateKeyFile, Unusable},
    records::{Confirmation, PrivateKeySeen},
};

/// Drafts of one kind.
pub(super) struct Drafts<T>(Mutex<HashMap<DraftId, Arc<T>>>);

impl<T> Default for Drafts<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Drafts<T> {
    pub(super) fn keep(&self, draft: T) -> DraftId {
        let id = DraftId::fresh();
        held(&self.0).insert(id.clone(), Arc::new(draft));
        id
    }

    pub(super) fn get(&self, id: &DraftId) -> Option<Arc<T>> {
        held(&self.0).get(id).cloned()
    }

    /// Forgets all drafts but one: the window shows one form at a time.
    pub(super) fn keep_only(&self, id: &DraftId) {
        held(&self.0).retain(|held, _| held == id);
    }

    pub(super) fn forget(&self, id: &DraftId) {
        held(&self.0).remove(id);
    }

    pub(super) fn forget_all(&self) {
        held(&self.0).clear();
    }
}

/// A file or text that was chosen, as it was read.
pub(super) struct ChosenFile {
    pub(super) source: Source,
    pub(super) downloaded_from: Option<String>,
    pub(super) content: Mutex<Content>,
}

/// What is in a chosen file. Cloning shares the secret, which is wiped when the last one lets go of it.
#[derive(Clone)]
pub(super) enum Content {
    NotRead(FileTrouble),
    PublicKey(PublicKey),
    PrivateKey(Arc<PrivateKeyFile>),
    Locked(Arc<LockedKey>),
    Unusable(Unusable),
}

impl ChosenFile {
    pub(super) fn content(&self) -> Content {
        held(&self.content).clone()
    }

    pub(super) fn is_locked(&self) -> bool {
        matches!(*held(&self.content), Content::Locked(_))
    }
}

impl Source {
    /// The file's name, if it came from one.
    pub(super) fn file_name(&self) -> Option<String> {
        match self {
            Self::File { name, .. } | Self::MadeHere { name, .. } => Some(name.clone()),
            Self::Pasted | Self::Activity => None,
        }
    }
}

/// An App Store Connect API key that was chosen.
pub(super) struct ApiKeyFile {
    pub(super) key: Arc<PrivateKeyFile>,
    pub(super) source: Source,
}

/// A distribution key that was chosen. Of a private key file only the public key is in here.
pub(super) struct KeyToAdd {
    pub(super) account: AccountId,
    pub(super) public_key: PublicKey,
    pub(super) holds: Holds,
    pub(super) source: Source,
    pub(super) word: Mutex<Word>,
}

/// What the person said of a chosen key.
#[derive(Clone, Debug)]
pub(super) enum Word {
    /// Nothing yet.
    Open,
    /// Go on, confirmed or not.
    GoOn(Option<Confirmation>),
}

/// The first groups of a fingerprint, which are read out on the telephone.
pub(super) const SPOKEN_GROUPS: usize = 5;

impl KeyToAdd {
    /// The groups the window may show: of a public key the spoken ones only after the person's word.
    pub(super) fn groups(&self) -> Vec<Option<String>> {
        let hidden = match (self.holds, &*held(&self.word)) {
            (Holds::PublicKey, Word::Open) => SPOKEN_GROUPS,
            _ => 0,
        };
        let groups = self.public_key.fingerprint().groups();
        groups.into_iter().enumerate().map(|(at, group)| (at >= hidden).then_some(group)).collect()
    }

    /// Where its private key was seen, if it was: in the chosen file, or in the one that was written here.
    pub(super) fn private_key_seen(&self, at: Moment) -> Option<PrivateKeySeen> {
        let made_here = matches!(self.source, Source::MadeHere { .. });
        let seen = PrivateKeySeen { file_name: self.source.file_name(), at, made_here };
        (self.holds == Holds::PrivateKey).then_some(seen)
    }
}

/// Whether `typed` is how `fingerprint` begins: the spoken groups or more, in any case, whatever stands between them.
pub(super) fn is_read_out(typed: &str, fingerprint: &Fingerprint) -> bool {
    let digits: String =
        typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    digits.len() >= SPOKEN_GROUPS * 4 && fingerprint.to_string().starts_with(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by `openssl ecparam -name prime256v1 -genkey -noout | openssl ec -pubout`.
    const PUBLIC_KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqX5W7AIubrYf4evLo1iuopruL5kE\n\
        4PQMTRQZHmt4WAvnN9/y0P8sJG8+m9kiPpoY+Vq9AcBvxs7IuoplmSbstg==\n\
        -----END PUBLIC KEY-----\n";

    fn fingerprint() -> Fingerprint {
        PublicKey::from_apple_text(PUBLIC_KEY).unwrap().fingerprint()
    }

    #[test]
    fn the_five_groups_are_recognised_however_they_are_typed() {
        let groups = fingerprint().groups()[..5].to_vec();
        for typed in [groups.join(" "), groups.concat().to_uppercase(), format!(" {} ", groups.join(" – "))]
        {
            assert!(is_read_out(&typed, &fingerprint()), "{typed:?} is what was read out");
        }
    }

    #[test]
    fn fewer_groups_or_other_digits_do_not_match() {
        let groups = fingerprint().groups();
        assert!(!is_read_out(&groups[..4].join(" "), &fingerprint()), "four groups are too few");
        assert!(!is_read_out(&groups[1..6].join(" "), &fingerprint()), "these are not the first ones");
        assert!(!is_read_out("", &fingerprint()));
    }
}
