//! A key pair whose private key goes into a file: one that is made here, or one that the keychain keeps.
//!
//! The file comes first. Only what was read back, opened as any key file is, and made to sign is offered to be added
//! or told as saved.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use secrecy::SecretString;
use tokio::sync::OnceCell;

use crate::{
    account::AccountId,
    desk::{
        Backing, Desk, Open,
        drafts::{KeyToAdd, Word},
        held,
        keychain::patiently,
        problem::{Problem, What},
        saved::{InFile, digest},
        saving::saved_file,
        view::{DraftId, Holds, OddPlace, Pair, Place, SavedFile, SavedPair, Saving, Source},
    },
    key::PublicKey,
    keyfile::{
        self, KeyFile, PrivateKeyFile,
        open::read_key_file,
        save::{self, Destination, SaveError, save_private},
    },
    records::{About, Confirmation, Did, Reach, RecordsError},
    vault::{EntryName, VaultError, form},
};

/// A pair, held until its private key is saved and its password was noted.
pub(super) struct HeldPair {
    /// `None`: a private key in the keychain whose key no connected account lists.
    account: Option<AccountId>,
    key: PrivateKeyFile,
    password: SecretString,
    /// The person has the password.
    password_given: Arc<AtomicBool>,
    /// What Activity says of the registered key that it belongs to; `None` for a new pair.
    registered: Option<About>,
    target: Mutex<Option<Arc<Target>>>,
}

/// Where its private key goes, and what came of that: a second click on Save gets the first one's answer.
struct Target {
    destination: Destination,
    path: PathBuf,
    /// The file is there, under the password or not.
    written: OnceCell<Protected>,
    offered: OnceCell<SavedPair>,
}

/// Whether a file is under the pair's password.
#[derive(Clone, Copy, PartialEq)]
struct Protected(bool);

impl Desk {
    /// Makes a key pair, and a password for its file.
    ///
    /// # Errors
    /// [`What::NoSuchAccount`].
    pub async fn new_pair(&self, account: &AccountId) -> Result<Pair, Problem> {
        self.opened(account)?;
        let key = self.aside(keyfile::new_pair).await?;
        Ok(self.hold_pair(Some(account.clone()), key, None))
    }

    /// Takes the private key of a key out of the keychain, to save it to a file: one that is or was registered.
    ///
    /// # Errors
    /// [`What::KeyGone`]: nothing is known of it; [`What::PrivateKeyGone`], whatever the keychain says.
    pub async fn kept_pair(&self, account: &AccountId, key: &str) -> Result<Pair, Problem> {
        let open = self.opened(account)?;
        let Backing { origin, records, .. } = &open.backing;
        let known = records.known_key(origin, key).map_err(|error| match error {
            RecordsError::NotFound => self.problem(What::KeyGone),
            error => self.records_problem(error),
        })?;
        let reach = self.listed_key(&open, key).ok().map(|(_, reach)| reach);
        let gone = || self.problem(What::PrivateKeyGone);
        let public_key = known.public_key.ok_or_else(gone)?;
        let entry = records.kept_key(origin, &public_key);
        let entry = entry.map_err(|error| self.records_problem(error))?.ok_or_else(gone)?;
        let private = self.take_out(&open.backing, &public_key, entry, &open.account.name).await?;
        let about = About {
            key: Some(known.id),
            key_name: known.name,
            public_key: Some(public_key),
            app: known.app.filter(|_| reach != Some(Reach::AllApps)),
            all_apps: reach == Some(Reach::AllApps),
            ..About::default()
        };
        Ok(self.hold_pair(Some(account.clone()), private, Some(about)))
    }

    /// Takes a public key's private key out of the keychain. What it doesn't show stays noted: some show nothing while
    /// they are locked.
    ///
    /// # Errors
    /// [`What::PrivateKeyGone`], whatever the keychain says.
    pub(super) async fn take_out(
        &self,
        backing: &Backing,
        public_key: &PublicKey,
        entry: String,
        account: &str,
    ) -> Result<PrivateKeyFile, Problem> {
        let gone = || self.problem(What::PrivateKeyGone);
        let loading = backing.vault.load(EntryName(entry));
        let loaded = patiently(&*self.clock, &self.waits, loading).await.and_then(form::checked);
        let der = loaded.map_err(|error| match error {
            VaultError::NoEntry => gone(),
            VaultError::Newer | VaultError::Damaged => {
                self.problem(What::KeychainFailed { detail: error.to_string() })
            }
            error => self.vault_problem(&error, account),
        })?;
        let private = PrivateKeyFile::from_pkcs8_der(&der).ok();
        private.filter(|private| private.public_key() == public_key).ok_or_else(gone)
    }

    /// The password that protects the pair's file, for whoever it is shown or given to.
    ///
    /// # Errors
    /// [`What::Gone`].
    pub fn pair_password(&self, pair: &DraftId) -> Result<SecretString, Problem> {
        self.pair(pair).map(|pair| pair.password.clone())
    }

    /// Notes that the person was shown the pair's password, or has it on the clipboard.
    pub fn password_was_given(&self, pair: &DraftId) {
        if let Some(pair) = self.pairs.get(pair) {
            pair.password_given.store(true, Ordering::SeqCst);
        }
    }

    /// Remembers where a pair's private key is to be saved. To be called as soon as the dialog has returned, and
    /// [`aside`](Self::aside): it waits for the disk.
    ///
    /// # Errors
    /// [`What::Gone`].
    pub fn place(&self, pair: &DraftId, path: PathBuf) -> Result<Place, Problem> {
        let pair = self.pair(pair)?;
        let destination = Destination::chosen(path.clone());
        let SavedFile { name, folder } = saved_file(&destination);
        let place = Place { name, folder, replaces: destination.replaces(), odd: odd(&destination) };
        let target = Target { destination, path, written: OnceCell::new(), offered: OnceCell::new() };
        *held(&pair.target) = Some(Arc::new(target));
        Ok(place)
    }

    /// Saves a new pair's private key, checks the file, and offers the public key to be added. Nothing is sent.
    /// A keychain that does not take the private key is told beside; the file counts.
    ///
    /// # Errors
    /// [`What::Gone`], also while no place was chosen; [`What::NotSaved`].
    pub async fn save_new_pair(
        &self,
        pair: &DraftId,
        account: &AccountId,
        saving: Saving,
    ) -> Result<SavedPair, Problem> {
        let pair = self.pair(pair)?;
        if pair.account.as_ref() != Some(account) || pair.registered.is_some() {
            return Err(self.gone());
        }
        let open = self.opened(account)?;
        let target = self.written(&open.backing, &pair, saving).await?;
        let offered = target.offered.get_or_init(|| async {
            let not_kept = if saving.keep { self.keep(&open, &pair.key).await.err() } else { None };
            let SavedFile { name, folder } = saved_file(&target.destination);
            let key = self.offer(KeyToAdd {
                account: account.clone(),
                public_key: pair.key.public_key().clone(),
                holds: Holds::PrivateKey,
                source: Source::MadeHere { name, folder },
                word: Mutex::new(Word::GoOn(Some(Confirmation::MadeHere { at: self.clock.now() }))),
            });
            SavedPair { key, not_kept }
        });
        Ok(offered.await.clone())
    }

    /// Saves the private key of a registered key, and checks the file.
    ///
    /// # Errors
    /// [`What::Gone`], also while no place was chosen; [`What::NotSaved`].
    pub async fn save_private_key(&self, pair: &DraftId, saving: Saving) -> Result<SavedFile, Problem> {
        let pair = self.pair(pair)?;
        if pair.registered.is_none() {
            return Err(self.gone());
        }
        let backing = match &pair.account {
            Some(account) => self.opened(account)?.backing.clone(),
            None => self.real()?.clone(),
        };
        let target = self.written(&backing, &pair, saving).await?;
        Ok(saved_file(&target.destination))
    }

    /// Forgets a pair. What was saved of it stays.
    pub fn forget_pair(&self, pair: &DraftId) {
        self.pairs.forget(pair);
    }

    fn pair(&self, pair: &DraftId) -> Result<Arc<HeldPair>, Problem> {
        self.pairs.get(pair).ok_or_else(|| self.gone())
    }

    pub(super) fn hold_pair(
        &self,
        account: Option<AccountId>,
        key: PrivateKeyFile,
        registered: Option<About>,
    ) -> Pair {
        let groups = key.public_key().fingerprint().groups().into();
        let id = self.pairs.keep(HeldPair {
            account,
            key,
            password: keyfile::new_password(),
            password_given: Arc::default(),
            registered,
            target: Mutex::default(),
        });
        self.pairs.keep_only(&id);
        Pair { id, groups }
    }

    /// The chosen place, with the file in it.
    async fn written(
        &self,
        backing: &Backing,
        pair: &Arc<HeldPair>,
        saving: Saving,
    ) -> Result<Arc<Target>, Problem> {
        let target = held(&pair.target).clone().ok_or_else(|| self.gone())?;
        let protected = Protected(saving.protected);
        let written =
            target.written.get_or_try_init(|| self.write(backing, pair, &target, protected)).await?;
        if *written != protected {
            return Err(self.not_saved(&target.destination, &SaveError::AlreadyThere));
        }
        Ok(target)
    }

    async fn write(
        &self,
        backing: &Backing,
        pair: &Arc<HeldPair>,
        target: &Arc<Target>,
        protected: Protected,
    ) -> Result<Protected, Problem> {
        let writing = {
            let (pair, target) = (Arc::clone(pair), Arc::clone(target));
            self.aside(move || write_and_check(&pair, &target, protected))
        };
        let sha256 = writing.await?.map_err(|error| self.not_saved(&target.destination, &error))?;
        let (did, about) = if let Some(about) = &pair.registered {
            (Did::SavedPrivateKey, about.clone())
        } else {
            let public_key = Some(pair.key.public_key().clone());
            (Did::CreatedPair, About { public_key, ..About::default() })
        };
        let about = About { detail: Some(target.destination.file_name()), ..about };
        let password_given = protected.0.then(|| Arc::clone(&pair.password_given));
        let file = InFile { key: pair.key.public_key().fingerprint(), sha256, password_given };
        self.leaving.saved.note(target.path.clone(), file);
        let (records, now) = (&backing.records, self.clock.now());
        let noted = match &pair.account {
            Some(account) => records.note(account, did, &about, now),
            None => records.note_of_none(&backing.origin, did, &about, now),
        };
        if let Err(error) = noted {
            // The file is there and good; without its answer the person would look for another place.
            tracing::warn!(%error, "a saved private key could not be written down");
        }
        Ok(protected)
    }

    /// Puts a private key into the keychain.
    async fn keep(&self, open: &Open, key: &PrivateKeyFile) -> Result<(), Problem> {
        let _keeping = self.leaving.keeping.lock().await;
        self.stays()?;
        let Backing { vault, records, origin, .. } = &open.backing;
        let entry = format!("private-key {}", key.public_key().fingerprint());
        // Noted first: should the app end in between, what may be in the keychain is named.
        let noted = records.keep_key(origin, key.public_key(), &entry, self.clock.now());
        let is_new = noted.map_err(|error| self.records_problem(error))?;
        let storing = vault.store(EntryName(entry), key.pkcs8_der().clone());
        let stored = patiently(&*self.clock, &self.waits, storing).await;
        stored.map_err(|error| {
            if is_new && let Err(error) = records.unkeep_key(origin, key.public_key()) {
                // It is found out when somebody asks for the private key.
                tracing::warn!(%error, "that a private key is not in the keychain could not be written down");
            }
            self.vault_problem(&error, &open.account.name)
        })
    }
}

/// SHA-256 of the file.
fn write_and_check(pair: &HeldPair, target: &Target, protected: Protected) -> Result<[u8; 32], SaveError> {
    let pem = if protected.0 { pair.key.pem_under(&pair.password) } else { pair.key.pem() };
    save_private(&target.destination, &pem)?;
    let opened = read_key_file(&target.path).map_err(|_| SaveError::Differs)?;
    let again = match keyfile::inspect(&opened.bytes) {
        KeyFile::PrivateKey(key) if !protected.0 => key,
        KeyFile::Locked(key) if protected.0 => key.open(&pair.password).map_err(|_| SaveError::Differs)?,
        _ => return Err(SaveError::Differs),
    };
    let is_it = again.public_key() == pair.key.public_key() && again.holds();
    if is_it { Ok(digest(&opened.bytes)) } else { Err(SaveError::Differs) }
}

fn odd(destination: &Destination) -> Option<OddPlace> {
    destination.place().map(|place| match place {
        save::Place::Synced { name } => OddPlace::Synced { by: name },
        save::Place::Network => OddPlace::Network,
        save::Place::NoPermissions => OddPlace::NoPermissions,
    })
}
