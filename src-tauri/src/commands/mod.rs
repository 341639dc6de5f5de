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

use std::{path::PathBuf, sync::Arc};

use latchkey_core::desk::{Chosen, Desk, view::Happening};
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
}

impl Shell {
    /// A shell around `desk`.
    pub(crate) fn new(desk: Arc<Desk>, desktop: Arc<dyn Desktop>) -> Self {
        Self { desk, desktop, happenings: Happenings::default() }
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
