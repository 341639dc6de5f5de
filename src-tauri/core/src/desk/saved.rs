//! Private keys that were saved to files: which of these files are still there, and can be opened by somebody.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use sha2::{Digest, Sha256};

use crate::{desk::held, key::Fingerprint, keyfile::open::read_key_file};

/// The files by path: what is saved there again takes the place of what was. `None` before anybody asked.
#[derive(Default)]
pub(super) struct Saved(Mutex<Option<HashMap<PathBuf, InFile>>>);

/// A private key in a file, as it was read back.
#[derive(Clone)]
pub(super) struct InFile {
    pub(super) key: Fingerprint,
    /// Of the whole file.
    pub(super) sha256: [u8; 32],
    /// Whether the person has the password that it is under; `None`: it is under none.
    pub(super) password_given: Option<Arc<AtomicBool>>,
}

impl Saved {
    /// Notes that a private key was written to a file, if anybody has asked.
    pub(super) fn note(&self, path: PathBuf, file: InFile) {
        if let Some(files) = &mut *held(&self.0) {
            files.insert(path, file);
        }
    }

    /// Finds out whose private key is saved. It waits for the disk. Files are noted from the first call on.
    pub(super) fn look(&self) -> impl FnOnce() -> HashSet<Fingerprint> + Send + use<> {
        let files = held(&self.0).get_or_insert_default().clone();
        move || {
            let there = files.into_iter().filter(|(path, file)| file.can_be_opened() && file.is_at(path));
            there.map(|(_, file)| file.key).collect()
        }
    }
}

impl InFile {
    fn can_be_opened(&self) -> bool {
        self.password_given.as_ref().is_none_or(|given| given.load(Ordering::SeqCst))
    }

    fn is_at(&self, path: &Path) -> bool {
        read_key_file(path).is_ok_and(|opened| digest(&opened.bytes) == self.sha256)
    }
}

/// SHA-256 of a file.
pub(super) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
