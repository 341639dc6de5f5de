//! Removing all that Latchkey stored on this computer: what there is, and how it goes.
//!
//! That it is to go is written down first and goes last, so that whatever comes in between, a locked keychain or the
//! end of the process, it is gone on with: by the next call, or by the next start before it shows anything. From then
//! on nothing else is done. At Apple nothing changes.

use std::{
    collections::{BTreeSet, HashSet},
    mem,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use tokio::sync::{MutexGuard, OwnedMutexGuard};

use crate::{
    desk::{
        Backing, Desk, Real,
        blame::records_trouble,
        drafts::Drafts,
        held,
        keychain::patiently,
        problem::{Problem, What},
        saved::Saved,
        view::{DraftId, Everything, KeptPrivateKey, Pair},
    },
    key::Fingerprint,
    records::{About, AccountState, Reach, RemainingKey, Remains, Setting},
    vault::EntryName,
};

/// How long it waits for what is being stored or sent before it is told that something came.
const PATIENCE: Duration = Duration::from_secs(5);

/// How the names of Latchkey's entries in the keychain begin: those of accounts, and those of private keys.
const OWN_ENTRIES: [&str; 2] = ["api-key ", "private-key "];

/// How far removing everything has come, and what leads to it.
#[derive(Default)]
pub(super) struct Leaving {
    shown: Drafts<Shown>,
    /// Private keys that were written to a file since somebody asked what there is.
    pub(super) saved: Saved,
    /// Entries that the keychain should have and doesn't show, as far as the person was told.
    hidden: Mutex<BTreeSet<String>>,
    /// Nothing else is done any more.
    begun: AtomicBool,
    /// Held while it is begun or gone on with, and tells how far it came.
    progress: tokio::sync::Mutex<Progress>,
    /// Held while a private key goes into the keychain.
    pub(super) keeping: tokio::sync::Mutex<()>,
}

/// How far it came.
#[derive(Default)]
struct Progress {
    gone: Gone,
    /// No keychain answered, and the person was told.
    no_keychain: bool,
    /// The person has still to be told what may stay in a keychain that is missing.
    stays: Option<Problem>,
}

/// What is gone already.
#[derive(Clone, Copy, Default, PartialEq)]
enum Gone {
    #[default]
    Nothing,
    Secrets,
    Everything,
}

/// What the window was shown.
struct Shown {
    accounts: HashSet<String>,
    private_keys: HashSet<Fingerprint>,
    undecided: HashSet<String>,
}

impl Leaving {
    /// Whether the records say that everything is to go.
    pub(super) fn found_by(real: &Real) -> Self {
        let begun = match real {
            Real::Ready(backing) => backing.records.setting(Setting::Removing).unwrap_or_else(|error| {
                tracing::error!(%error, "the settings can't be read");
                None
            }),
            Real::Broken(_) | Real::Left => None,
        };
        Self { begun: begun.is_some().into(), ..Self::default() }
    }
}

impl Desk {
    /// All that Latchkey stored on this computer. Private keys that are saved to a file from now on are known to be.
    ///
    /// # Errors
    /// [`What::Removing`], [`What::Records`].
    pub async fn everything(&self) -> Result<Everything, Problem> {
        let backing = self.real()?.clone();
        let saved = self.leaving.saved.look();
        let (remains, saved) = self.aside(move || (backing.records.remains(), saved())).await?;
        let remains = remains.map_err(|error| self.records_problem(error))?;
        let id = self.leaving.shown.keep(Shown::of(&remains));
        self.leaving.shown.keep_only(&id);
        Ok(Everything {
            id,
            accounts: connected(&remains),
            private_keys: remains.private_keys.iter().map(|key| self.view_of_kept(key, &saved)).collect(),
            described: remains.described,
            entries: remains.entries,
            undecided: remains.undecided.len(),
            replacements: remains.replacements,
            set_aside: remains.set_aside,
        })
    }

    /// Takes a private key that was shown out of the keychain, to save it to a file.
    ///
    /// # Errors
    /// [`What::Gone`], [`What::PrivateKeyGone`], whatever the keychain says.
    pub async fn kept_private_key(&self, everything: &DraftId, fingerprint: &str) -> Result<Pair, Problem> {
        let backing = self.real()?;
        let shown = self.leaving.shown.get(everything).ok_or_else(|| self.gone())?;
        let fingerprint: Fingerprint = fingerprint.parse().map_err(|_| self.gone())?;
        if !shown.private_keys.contains(&fingerprint) {
            return Err(self.gone());
        }
        let remains = backing.records.remains().map_err(|error| self.records_problem(error))?;
        let mut keys = remains.private_keys.into_iter();
        let key = keys.find(|key| key.kept.public_key.fingerprint() == fingerprint);
        let key = key.ok_or_else(|| self.problem(What::PrivateKeyGone))?;
        let private = self.take_out(backing, &key.kept.public_key, key.kept.entry.clone(), "").await?;
        let about = About {
            key_name: key.name,
            public_key: Some(key.kept.public_key),
            app: key.app.filter(|_| key.reach != Some(Reach::AllApps)),
            all_apps: key.reach == Some(Reach::AllApps),
            ..About::default()
        };
        let account = key.account.filter(|account| self.opened(account).is_ok());
        Ok(self.hold_pair(account, private, Some(about)))
    }

    /// Removes all that was shown: every secret from the keychain, then the records with their files. Each private key
    /// must have been saved, or be among those `given_up`, by fingerprint. Called again after a failure, it goes on.
    ///
    /// # Errors
    /// [`What::Gone`], [`What::OnlyHere`], [`What::EverythingChanged`], also if something is under way for long:
    /// nothing was removed. [`What::KeychainFailed`]: so too, if the keychain does not show what it should have; the next
    /// call does without. Whatever else the keychain says, [`What::Records`]: what is left goes with the next call or
    /// the next start. [`What::KeychainMissing`] a second time: all is gone but what it names.
    pub async fn remove_everything(&self, everything: &DraftId, given_up: &[String]) -> Result<(), Problem> {
        let mut progress = self.leaving.progress.lock().await;
        if !self.is_leaving() {
            self.begin_leaving(everything, given_up).await?;
        }
        self.leave(&mut progress).await
    }

    /// Goes on with a removal that an earlier run of the app began.
    ///
    /// # Errors
    /// [`What::Removing`]: it is being done. As [`Self::remove_everything`].
    pub async fn finish_removing(&self) -> Result<(), Problem> {
        if !self.is_leaving() {
            return Ok(());
        }
        let progress = self.leaving.progress.try_lock();
        let mut progress = progress.map_err(|_| self.problem(What::Removing))?;
        self.leave(&mut progress).await
    }

    /// Whether everything is being removed, or was.
    pub fn is_leaving(&self) -> bool {
        self.leaving.begun.load(Ordering::SeqCst)
    }

    /// Whether nothing is left.
    pub fn is_removed(&self) -> bool {
        self.leaving.progress.try_lock().is_ok_and(|progress| progress.gone == Gone::Everything)
    }

    /// Refuses whatever would store something or tell of what is being removed.
    pub(super) fn stays(&self) -> Result<(), Problem> {
        if self.is_leaving() { Err(self.problem(What::Removing)) } else { Ok(()) }
    }

    /// Compares what is there with what was shown, and writes down that it is to go.
    async fn begin_leaving(&self, everything: &DraftId, given_up: &[String]) -> Result<(), Problem> {
        let backing = self.real()?.clone();
        let shown = self.leaving.shown.get(everything).ok_or_else(|| self.gone())?;
        let saved = self.aside(self.leaving.saved.look()).await?;
        self.tell_hidden(&backing).await?;
        let _rest = tokio::select! {
            biased;
            rest = self.rest() => rest,
            () = self.clock.sleep(PATIENCE) => return Err(self.problem(What::EverythingChanged)),
        };
        // From here on nothing new is opened or sent.
        self.leaving.begun.store(true, Ordering::SeqCst);
        let begun = self.may_leave(&backing, &shown, &saved, given_up).and_then(|()| {
            let noted = backing.records.set(Setting::Removing, Some("1"));
            noted.map_err(|error| self.problem(records_trouble(error)))
        });
        if begun.is_err() {
            self.leaving.begun.store(false, Ordering::SeqCst);
        }
        begun
    }

    /// Waits until nothing is being stored or about to be sent, and keeps it so.
    async fn rest(&self) -> (MutexGuard<'_, ()>, MutexGuard<'_, ()>, Vec<OwnedMutexGuard<()>>) {
        let connecting = self.connecting.lock().await;
        let keeping = self.leaving.keeping.lock().await;
        let open: Vec<_> = held(&self.open).values().map(|open| Arc::clone(&open.writing)).collect();
        let writing = join_all(open.into_iter().map(tokio::sync::Mutex::lock_owned)).await;
        (connecting, keeping, writing)
    }

    /// An entry that the keychain does not show may be in a part of it that is locked: the person is told once.
    async fn tell_hidden(&self, backing: &Backing) -> Result<(), Problem> {
        // A keychain that fails tells so itself when something is to be removed from it.
        let Ok(Some(shown)) = patiently(&*self.clock, &self.waits, backing.vault.names()).await else {
            return Ok(());
        };
        let remains = backing.records.remains().map_err(|error| self.records_problem(error))?;
        let ready = remains.accounts.into_iter().filter(|row| row.state == AccountState::Ready);
        let noted = ready.map(|row| row.vault_entry);
        let noted = noted.chain(remains.private_keys.into_iter().map(|key| key.kept.entry));
        let hidden: BTreeSet<String> =
            noted.filter(|entry| !shown.iter().any(|name| name.0 == *entry)).collect();
        let told = mem::replace(&mut *held(&self.leaving.hidden), hidden.clone());
        if hidden.is_subset(&told) {
            return Ok(());
        }
        Err(self.problem(What::KeychainFailed { detail: format!("it does not show {}", list(hidden)) }))
    }

    fn may_leave(
        &self,
        backing: &Backing,
        shown: &Shown,
        saved: &HashSet<Fingerprint>,
        given_up: &[String],
    ) -> Result<(), Problem> {
        let remains = backing.records.remains().map_err(|error| self.problem(records_trouble(error)))?;
        let now = Shown::of(&remains);
        if !now.is_within(shown) {
            return Err(self.problem(What::EverythingChanged));
        }
        let given_up: HashSet<Fingerprint> = given_up.iter().filter_map(|key| key.parse().ok()).collect();
        let fingerprints = remains.private_keys.iter().map(|key| key.kept.public_key.fingerprint());
        let only_here = fingerprints.filter(|key| !saved.contains(key) && !given_up.contains(key));
        let private_keys: Vec<String> = only_here.map(|key| key.to_string()).collect();
        if private_keys.is_empty() { Ok(()) } else { Err(self.problem(What::OnlyHere { private_keys })) }
    }

    async fn leave(&self, progress: &mut Progress) -> Result<(), Problem> {
        let Real::Ready(backing) = &self.real else { return Ok(()) };
        for run in held(&self.runs).iter() {
            run.stop.send_replace(true);
        }
        self.forget_files();
        self.pairs.forget_all();
        if progress.gone == Gone::Nothing {
            if let Err(problem) = self.forget_secrets(backing).await {
                let What::KeychainMissing { detail } = &problem.what else { return Err(problem) };
                // One that starts late answers the next attempt; one that is gone for good must not keep the files here.
                if !mem::replace(&mut progress.no_keychain, true) {
                    return Err(problem);
                }
                let detail = format!("{detail}; {} may stay in it", list(self.entries(backing)?));
                progress.stays = Some(self.problem(What::KeychainMissing { detail }));
            }
            progress.gone = Gone::Secrets;
        }
        if progress.gone == Gone::Secrets {
            let records = Arc::clone(&backing.records);
            let removed = self.aside(move || records.remove()).await?;
            removed.map_err(|error| self.problem(records_trouble(error)))?;
            held(&self.open).clear();
            progress.gone = Gone::Everything;
        }
        progress.stays.take().map_or(Ok(()), Err)
    }

    /// The names of all entries that the records know of.
    fn entries(&self, backing: &Backing) -> Result<Vec<String>, Problem> {
        let remains = backing.records.remains().map_err(|error| self.problem(records_trouble(error)))?;
        let accounts =
            remains.accounts.into_iter().flat_map(|row| row.spare_entry.into_iter().chain([row.vault_entry]));
        Ok(accounts.chain(remains.private_keys.into_iter().map(|key| key.kept.entry)).collect())
    }

    /// Removes the entries that the records know of, and those that they lost when they were damaged.
    async fn forget_secrets(&self, backing: &Backing) -> Result<(), Problem> {
        let known = self.entries(backing)?.into_iter().map(EntryName);
        for entry in known {
            self.forget_secret(backing, entry).await?;
        }
        let shown = patiently(&*self.clock, &self.waits, backing.vault.names()).await;
        let shown = shown.map_err(|error| self.vault_problem(&error, ""))?.unwrap_or_default();
        for entry in shown {
            if OWN_ENTRIES.iter().any(|own| entry.0.starts_with(own)) {
                self.forget_secret(backing, entry).await?;
            }
        }
        Ok(())
    }

    async fn forget_secret(&self, backing: &Backing, entry: EntryName) -> Result<(), Problem> {
        let forgotten = patiently(&*self.clock, &self.waits, backing.vault.forget(entry)).await;
        forgotten.map_err(|error| self.vault_problem(&error, ""))
    }

    fn view_of_kept(&self, key: &RemainingKey, saved: &HashSet<Fingerprint>) -> KeptPrivateKey {
        let fingerprint = key.kept.public_key.fingerprint();
        KeptPrivateKey {
            fingerprint: fingerprint.to_string(),
            name: key.name.clone(),
            app: key.app.clone().filter(|_| key.reach != Some(Reach::AllApps)),
            all_apps: key.reach == Some(Reach::AllApps),
            account: key.account.clone().filter(|account| self.opened(account).is_ok()),
            since: key.kept.at,
            saved: saved.contains(&fingerprint),
        }
    }
}

impl Shown {
    fn of(remains: &Remains) -> Self {
        Self {
            accounts: remains.accounts.iter().map(|row| row.id.to_string()).collect(),
            private_keys: remains.private_keys.iter().map(|key| key.kept.public_key.fingerprint()).collect(),
            undecided: remains.undecided.iter().cloned().collect(),
        }
    }

    fn is_within(&self, shown: &Self) -> bool {
        self.accounts.is_subset(&shown.accounts)
            && self.private_keys.is_subset(&shown.private_keys)
            && self.undecided.is_subset(&shown.undecided)
    }
}

/// Names in quotation marks.
fn list(names: impl IntoIterator<Item = String>) -> String {
    names.into_iter().map(|name| format!("\u{201c}{name}\u{201d}")).collect::<Vec<_>>().join(", ")
}

fn connected(remains: &Remains) -> Vec<String> {
    let ready = remains.accounts.iter().filter(|row| row.state == AccountState::Ready);
    ready.map(|row| row.name.clone()).collect()
}
