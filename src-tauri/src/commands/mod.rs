//! What the window may call: each command hands one request to the desk and waits for its answer.
//! One file a subject; the list that counts is `permissions/ui.toml`.

pub(crate) mod accounts;
pub(crate) mod activity;
pub(crate) mod adding;
pub(crate) mod connection;
pub(crate) mod copies;
pub(crate) mod everything;
pub(crate) mod files;
pub(crate) mod keys;
pub(crate) mod pairs;
pub(crate) mod removing;
pub(crate) mod replacing;
pub(crate) mod window;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use latchkey_core::desk::{
    Chosen, Desk,
    view::{DraftId, Happening},
};
use serde::Serialize;
use tauri::ipc::Channel;

use crate::{desktop::Desktop, happenings::Happenings};

/// What every command works with.
pub(crate) struct Shell {
    /// The use cases.
    pub(crate) desk: Arc<Desk>,
    /// The person's desktop.
    pub(crate) desktop: Arc<dyn Desktop>,
    /// What happens without the window having asked.
    pub(crate) happenings: Happenings,
    /// The pair whose password can be seen, so that the window is kept out of screen captures.
    seen: Mutex<Option<DraftId>>,
}

impl Shell {
    /// A shell around `desk`.
    pub(crate) fn new(desk: Arc<Desk>, desktop: Arc<dyn Desktop>) -> Self {
        Self { desk, desktop, happenings: Happenings::default(), seen: Mutex::default() }
    }

    /// Keeps the window out of screen captures until this pair's password is hidden.
    pub(crate) fn shows_password(&self, pair: DraftId) {
        let mut seen = self.seen();
        self.desktop.keep_from_capture(true);
        *seen = Some(pair);
    }

    /// The window may be captured again, if it is this pair's password that could be seen.
    pub(crate) fn hides_password(&self, pair: &DraftId) {
        let mut seen = self.seen();
        if seen.as_ref() == Some(pair) {
            self.desktop.keep_from_capture(false);
            *seen = None;
        }
    }

    /// The window shows no password, whatever it showed before it was loaded anew.
    pub(crate) fn hides_every_password(&self) {
        let mut seen = self.seen();
        self.desktop.keep_from_capture(false);
        *seen = None;
    }

    fn seen(&self) -> MutexGuard<'_, Option<DraftId>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes files that were dropped on the window or that the system wants opened, and tells the window.
    pub(crate) fn arrive(&self, paths: Vec<PathBuf>) {
        let files = self.desk.hold(paths.into_iter().map(Chosen::File).collect());
        self.happenings.tell(Happening::Arrived { files });
    }
}

/// Sends to a window that may have been closed meanwhile.
pub(crate) fn send<T: Serialize + Clone>(channel: &Channel<T>, event: T) {
    if let Err(error) = channel.send(event) {
        tracing::debug!(%error, "the window is gone");
    }
}
