//! Chosen files and pasted texts, and what they are taken for.
//!
//! A file is held first, whatever it is, and used as something after. What can't be used as that stays held, since it
//! may be something else; what can is used up, so that no secret is held longer than it is needed.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::{
    account::AccountId,
    desk::{
        Desk,
        drafts::{ApiKeyFile, ChosenFile, Content, KeyToAdd, Word},
        held,
        problem::{FileTrouble, Problem, What},
        view::{ApiKeyDraft, DraftId, HeldFile, Holds, KeyFileDraft, Source},
    },
    key::PublicKey,
    keyfile::{
        self, KeyFile, PrivateKeyFile, UnlockError,
        file_name::{looks_like_apple_api_key, proposed_api_key_id},
        open::{OpenProblem, read_key_file},
    },
};

/// What the person chose.
pub enum Chosen {
    /// A file, by a dialog or a drop, or handed over by the system.
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

impl Desk {
    /// Reads what was chosen, each once, in place of everything that was held before. Trouble with reading is told by
    /// whatever takes the file. Waits for disks: to be called [`aside`](Self::aside).
    pub fn hold(&self, chosen: Vec<Chosen>) -> Vec<HeldFile> {
        let read: Vec<ChosenFile> = chosen.into_iter().map(read).collect();
        self.files.forget_all();
        let hold = |file: ChosenFile| {
            let (source, locked) = (file.source.clone(), file.is_locked());
            HeldFile { id: self.files.keep(file), source, locked }
        };
        read.into_iter().map(hold).collect()
    }

    /// Opens a held private key that is under a password; anything else is open already. Trying goes on for seconds, and
    /// one after another, as each may fill much memory; [`Self::stop`] with `run` gives up waiting for it, and the file
    /// stays locked.
    ///
    /// # Errors
    /// [`What::Gone`], [`What::WrongPassword`], [`What::TooExpensive`], [`What::LockedOtherwise`]; [`What::WrongFile`]
    /// if no P-256 key came out.
    pub async fn unlock(
        &self,
        file: &DraftId,
        password: SecretString,
        run: &str,
    ) -> Result<HeldFile, Problem> {
        let chosen = self.chosen_file(file)?;
        if let Content::Locked(locked) = chosen.content() {
            let opening = async {
                let turn = Arc::clone(&self.unlocking).lock_owned().await;
                // What nobody waits for any more still takes its time, and its turn.
                let open = move || {
                    let opened = locked.open(&password);
                    drop(turn);
                    opened
                };
                self.aside(open).await
            };
            if let Some(opened) = self.until_stopped(run, opening).await {
                let key = opened?.map_err(|error| self.still_locked(error, chosen.source.file_name()))?;
                *held(&chosen.content) = Content::PrivateKey(Arc::new(key));
            }
        }
        Ok(HeldFile { id: file.clone(), source: chosen.source.clone(), locked: chosen.is_locked() })
    }

    /// Forgets every held file, and every API key that was taken from one and is not in use.
    pub fn forget_files(&self) {
        self.files.forget_all();
        self.new_api_keys.forget_all();
        self.api_keys.forget_all();
    }

    /// Takes a held file as the private key of an App Store Connect API key.
    ///
    /// # Errors
    /// [`What::Gone`], [`What::FileNotRead`], [`What::WrongFile`], [`What::PasswordNeeded`],
    /// [`What::PublicKeyAsApiKey`].
    pub fn take_api_key(&self, file: &DraftId) -> Result<ApiKeyDraft, Problem> {
        let chosen = self.chosen_file(file)?;
        let source = chosen.source.clone();
        let Key::Private(key) = self.key_in(&chosen)? else {
            return Err(self.problem(What::PublicKeyAsApiKey { name: source.file_name() }));
        };
        self.files.forget(file);
        let proposed_id = source.file_name().and_then(|name| proposed_api_key_id(&name));
        let id = self.api_keys.keep(ApiKeyFile { key, source: source.clone() });
        self.api_keys.keep_only(&id);
        Ok(ApiKeyDraft { id, source, proposed_id })
    }

    /// Takes a held file as a distribution key to add to `account`. Of a private key only its public key is kept.
    ///
    /// # Errors
    /// [`What::Gone`], [`What::FileNotRead`], [`What::WrongFile`], [`What::PasswordNeeded`],
    /// [`What::ThatIsAnApiKey`].
    pub fn take_key_file(&self, file: &DraftId, account: &AccountId) -> Result<KeyFileDraft, Problem> {
        let chosen = self.chosen_file(file)?;
        let (public_key, holds) = match self.key_in(&chosen)? {
            Key::Public(key) => (key, Holds::PublicKey),
            Key::Private(key) => (key.public_key().clone(), Holds::PrivateKey),
        };
        let source = chosen.source.clone();
        if let Some(owner) = self.owner_of_api_key(&public_key)? {
            let name = source.file_name();
            return Err(self.problem(What::ThatIsAnApiKey { name, account: owner.name }));
        }
        self.files.forget(file);
        let named_like_api_key = source.file_name().is_some_and(|name| looks_like_apple_api_key(&name));
        let word = Mutex::new(Word::Open);
        let draft = self.offer(KeyToAdd { account: account.clone(), public_key, holds, source, word });
        let downloaded_from = chosen.downloaded_from.clone();
        Ok(KeyFileDraft { downloaded_from, named_like_api_key, ..draft })
    }

    /// Holds a key that may be added, in place of the one before.
    pub(super) fn offer(&self, key: KeyToAdd) -> KeyFileDraft {
        let (source, holds, groups) = (key.source.clone(), key.holds, key.groups());
        let id = self.keys.keep(key);
        self.keys.keep_only(&id);
        KeyFileDraft { id, source, downloaded_from: None, holds, groups, named_like_api_key: false }
    }

    pub(super) fn chosen_file(&self, file: &DraftId) -> Result<Arc<ChosenFile>, Problem> {
        self.files.get(file).ok_or_else(|| self.gone())
    }

    /// The key in a chosen file.
    pub(super) fn key_in(&self, file: &ChosenFile) -> Result<Key, Problem> {
        let name = file.source.file_name();
        Err(self.problem(match file.content() {
            Content::PublicKey(key) => return Ok(Key::Public(key)),
            Content::PrivateKey(key) => return Ok(Key::Private(key)),
            Content::NotRead(why) => What::FileNotRead { name: name.unwrap_or_default(), why },
            Content::Locked(_) => What::PasswordNeeded { name },
            Content::Unusable(is) => What::WrongFile { name, is },
        }))
    }

    fn still_locked(&self, error: UnlockError, name: Option<String>) -> Problem {
        self.problem(match error {
            UnlockError::WrongPassword => What::WrongPassword { name },
            UnlockError::TooExpensive { asked, limit, .. } => What::TooExpensive { name, asked, limit },
            UnlockError::Unsupported { scheme } => What::LockedOtherwise { name, scheme },
            UnlockError::Unusable(is) => What::WrongFile { name, is },
        })
    }
}

/// A key that was in a chosen file.
pub(super) enum Key {
    Public(PublicKey),
    Private(Arc<PrivateKeyFile>),
}

fn read(chosen: Chosen) -> ChosenFile {
    match chosen {
        Chosen::Text(text) => ChosenFile {
            source: Source::Pasted,
            downloaded_from: None,
            content: Mutex::new(keyfile::inspect(text.as_bytes()).into()),
        },
        Chosen::File(path) => match read_key_file(&path) {
            Ok(opened) => ChosenFile {
                content: Mutex::new(keyfile::inspect(&opened.bytes).into()),
                source: Source::File { name: opened.file_name, folder: opened.folder },
                downloaded_from: opened.origin,
            },
            Err(problem) => ChosenFile {
                source: Source::File { name: name_of(&path), folder: None },
                downloaded_from: None,
                content: Mutex::new(Content::NotRead(trouble(&problem))),
            },
        },
    }
}

impl From<KeyFile> for Content {
    fn from(file: KeyFile) -> Self {
        match file {
            KeyFile::PublicKey(key) => Self::PublicKey(key),
            KeyFile::PrivateKey(key) => Self::PrivateKey(Arc::new(key)),
            KeyFile::Locked(key) => Self::Locked(Arc::new(key)),
            KeyFile::Unusable(is) => Self::Unusable(is),
        }
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn trouble(problem: &OpenProblem) -> FileTrouble {
    match problem {
        OpenProblem::NotFound => FileTrouble::NotFound,
        OpenProblem::Denied => FileTrouble::Denied,
        OpenProblem::NotARegularFile => FileTrouble::NotAFile,
        OpenProblem::TooLarge { .. } => FileTrouble::TooLarge,
        OpenProblem::Other(_) => FileTrouble::Other,
    }
}
