//! What the window may call: each command hands one request to the desk and waits for its answer.
//! One file a place; the list that counts is `permissions/ui.toml`.

pub(crate) mod accounts;
pub(crate) mod adding;
pub(crate) mod keys;
pub(crate) mod window;

use std::sync::Arc;

use latchkey_core::desk::{Chosen, Desk, problem::Problem, view::DraftId};
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

    async fn pick(&self, title: String) -> Option<Chosen> {
        self.desktop.pick_file(title).await.map(Chosen::File)
    }

    fn pasted(&self) -> Result<Chosen, Problem> {
        let text = self.desktop.clipboard_text().ok_or_else(|| self.desk.clipboard_empty())?;
        Ok(Chosen::Text(text.into()))
    }

    fn dropped(&self, id: &DraftId) -> Result<Chosen, Problem> {
        let mut paths = self.happenings.take(id).ok_or_else(|| self.desk.gone())?;
        match (paths.pop(), paths.is_empty()) {
            (Some(path), true) => Ok(Chosen::File(path)),
            _ => Err(self.desk.one_file_only()),
        }
    }
}

/// Sends to a window that may have been closed meanwhile.
pub(crate) fn send<T: Serialize + Clone>(channel: &Channel<T>, event: T) {
    if let Err(error) = channel.send(event) {
        tracing::debug!(%error, "the window is gone");
    }
}
