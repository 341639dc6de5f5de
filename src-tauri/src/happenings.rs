//! What happens without the window having asked.

use std::{
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use latchkey_core::desk::{Desk, view::Happening};
use tauri::ipc::Channel;

use crate::commands::send;

/// Where the window listens.
#[derive(Default)]
pub(crate) struct Happenings(Mutex<Option<Channel<Happening>>>);

impl Happenings {
    /// From now on the window hears on `channel` what happens.
    pub(crate) fn listen(&self, channel: Channel<Happening>) {
        *held(&self.0) = Some(channel);
    }

    /// Whether a window has listened.
    pub(crate) fn is_heard(&self) -> bool {
        held(&self.0).is_some()
    }

    /// Tells the window.
    pub(crate) fn tell(&self, happening: Happening) {
        if let Some(window) = &*held(&self.0) {
            send(window, happening);
        }
    }
}

/// Tells how something stands that may change without the window having asked.
pub(crate) type Standing = fn(&Desk) -> Happening;

/// What a window that begins to listen is told.
pub(crate) const STANDINGS: [Standing; 3] = [keychain_waits, read_by, apple_waits];

pub(crate) fn keychain_waits(desk: &Desk) -> Happening {
    Happening::KeychainWaits { waiting: *desk.keychain_waits().borrow() > 0 }
}

pub(crate) fn read_by(desk: &Desk) -> Happening {
    Happening::ReadBy { by: desk.read_by() }
}

pub(crate) fn apple_waits(desk: &Desk) -> Happening {
    Happening::AppleWaits { until: *desk.apple_waits().borrow() }
}

/// Files that the system wants opened before the window listens. macOS may hand them over before there is any shell.
#[derive(Default)]
pub(crate) struct EarlyFiles(Mutex<Vec<PathBuf>>);

impl EarlyFiles {
    /// Keeps the files unless the window listens; gives them back if it does.
    pub(crate) fn keep_until(
        &self,
        heard: impl FnOnce() -> bool,
        paths: Vec<PathBuf>,
    ) -> Option<Vec<PathBuf>> {
        let mut early = held(&self.0);
        // Asked while nobody can take: a window that begins to listen now takes what is kept.
        if heard() {
            return Some(paths);
        }
        early.extend(paths);
        None
    }

    /// Everything that was kept.
    pub(crate) fn take(&self) -> Vec<PathBuf> {
        std::mem::take(&mut *held(&self.0))
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_come_before_the_window_listens_wait_for_it_all_of_them() {
        let early = EarlyFiles::default();
        assert_eq!(early.keep_until(|| false, vec!["a".into()]), None);
        assert_eq!(early.keep_until(|| false, vec!["b".into()]), None);
        assert_eq!(early.take(), [PathBuf::from("a"), PathBuf::from("b")]);
        assert_eq!(early.take(), [] as [PathBuf; 0], "each arrives once");
        assert_eq!(early.keep_until(|| true, vec!["c".into()]), Some(vec!["c".into()]));
    }
}
