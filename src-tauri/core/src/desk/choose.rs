//! What a chosen file or pasted text is, and what the person says of it.

use std::{fmt, path::PathBuf, sync::Mutex};

use zeroize::Zeroizing;

use crate::{
    account::AccountId,
    desk::{
        Desk,
        drafts::{ApiKeyFile, KeyToAdd, Word, is_read_out},
        held,
        problem::{FileTrouble, Problem, What},
        view::{ApiKeyDraft, DraftId, Holds, KeyFileDraft, Source, VoiceCheck},
    },
    key::Fingerprint,
    keyfile::{
        self, KeyFile,
        file_name::{looks_like_apple_api_key, proposed_api_key_id},
        open::{OpenProblem, read_key_file},
    },
    records::Confirmation,
};

/// What the person chose.
pub enum Chosen {
    /// A file, by a dialog or a drop.
    File(PathBuf),
    /// Text from the clipboard.
    Text(Zeroizing<String>),
}

impl fmt::Debug for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File(_) => "Chosen::File(..)",
            Self::Text(_) => "Chosen::Text(..)",
        })
    }
}

struct Inspected {
    file: KeyFile,
    source: Source,
    downloaded_from: Option<String>,
}

impl Desk {
    /// Takes the private key of an App Store Connect API key.
    ///
    /// # Errors
    /// [`What::FileNotRead`], [`What::WrongFile`], [`What::PublicKeyAsApiKey`].
    pub fn api_key(&self, chosen: Chosen) -> Result<ApiKeyDraft, Problem> {
        let Inspected { file, source, .. } = self.inspect(chosen)?;
        let key = match file {
            KeyFile::PrivateKey(key) => key,
            KeyFile::PublicKey(_) => {
                return Err(self.problem(What::PublicKeyAsApiKey { name: name_of(&source) }));
            }
            KeyFile::Unusable(is) => return Err(self.problem(What::WrongFile { name: name_of(&source), is })),
        };
        let proposed_id = name_of(&source).and_then(|name| proposed_api_key_id(&name));
        let id = self.api_keys.keep(ApiKeyFile { key, source: source.clone() });
        self.api_keys.keep_only(&id);
        Ok(ApiKeyDraft { id, source, proposed_id })
    }

    /// Takes a distribution key to add to `account`.
    ///
    /// # Errors
    /// [`What::FileNotRead`], [`What::WrongFile`], [`What::ThatIsAnApiKey`].
    pub fn key_file(&self, chosen: Chosen, account: &AccountId) -> Result<KeyFileDraft, Problem> {
        let Inspected { file, source, downloaded_from } = self.inspect(chosen)?;
        let (public_key, holds) = match &file {
            KeyFile::PublicKey(key) => (key.clone(), Holds::PublicKey),
            KeyFile::PrivateKey(key) => (key.public_key().clone(), Holds::PrivateKey),
            KeyFile::Unusable(is) => {
                return Err(self.problem(What::WrongFile { name: name_of(&source), is: is.clone() }));
            }
        };
        // From here on the private key, if there was one, is gone.
        drop(file);
        if let Some(account) = self.owner_of_api_key(&public_key.fingerprint())? {
            return Err(self.problem(What::ThatIsAnApiKey { name: name_of(&source), account }));
        }
        let named_like_api_key = name_of(&source).is_some_and(|name| looks_like_apple_api_key(&name));
        let draft = KeyToAdd {
            account: account.clone(),
            public_key,
            holds,
            source: source.clone(),
            word: Mutex::new(Word::Open),
        };
        let groups = draft.groups();
        let id = self.keys.keep(draft);
        self.keys.keep_only(&id);
        Ok(KeyFileDraft { id, source, downloaded_from, holds, groups, named_like_api_key })
    }

    /// Compares what somebody read out with the chosen public key.
    ///
    /// # Errors
    /// [`What::Gone`].
    pub fn confirm_by_voice(&self, key: &DraftId, typed: &str, by: &str) -> Result<VoiceCheck, Problem> {
        let key = self.keys.get(key).ok_or_else(|| self.gone())?;
        let matches = is_read_out(typed, &key.public_key.fingerprint());
        if matches {
            let by = by.trim().to_owned();
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

    fn inspect(&self, chosen: Chosen) -> Result<Inspected, Problem> {
        match chosen {
            Chosen::Text(text) => Ok(Inspected {
                file: keyfile::inspect(text.as_bytes()),
                source: Source::Pasted,
                downloaded_from: None,
            }),
            Chosen::File(path) => {
                let name = || path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let opened = read_key_file(&path).map_err(|problem| {
                    let why = match problem {
                        OpenProblem::NotFound => FileTrouble::NotFound,
                        OpenProblem::Denied => FileTrouble::Denied,
                        OpenProblem::NotARegularFile => FileTrouble::NotAFile,
                        OpenProblem::TooLarge { .. } => FileTrouble::TooLarge,
                        OpenProblem::Other(_) => FileTrouble::Other,
                    };
                    self.problem(What::FileNotRead { name: name(), why })
                })?;
                Ok(Inspected {
                    file: keyfile::inspect(&opened.bytes),
                    source: Source::File { name: opened.file_name, folder: opened.folder },
                    downloaded_from: opened.origin,
                })
            }
        }
    }

    /// The name of the connected account whose API key this is, if one's is.
    pub(super) fn owner_of_api_key(&self, key: &Fingerprint) -> Result<Option<String>, Problem> {
        Ok(self.accounts_with_keys()?.into_iter().find(|(_, held)| held == key).map(|(name, _)| name))
    }
}

pub(super) fn name_of(source: &Source) -> Option<String> {
    match source {
        Source::File { name, .. } => Some(name.clone()),
        Source::Pasted => None,
    }
}
