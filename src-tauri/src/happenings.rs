//! What happens without the window having asked. The paths of dropped files stay here; the window gets a name
//! for them.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use latchkey_core::desk::view::{DraftId, Happening};
use tauri::ipc::Channel;

use crate::commands::send;

/// The last drop, and where the window listens.
#[derive(Default)]
pub(crate) struct Happenings {
    last: Mutex<Option<(DraftId, Vec<PathBuf>)>>,
    listener: Mutex<Option<Channel<Happening>>>,
}

impl Happenings {
    /// From now on the window hears on `channel` what happens.
    pub(crate) fn listen(&self, channel: Channel<Happening>) {
        *self.listener.lock().unwrap_or_else(PoisonError::into_inner) = Some(channel);
    }

    /// Tells the window.
    pub(crate) fn tell(&self, happening: Happening) {
        let listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(channel) = listener.as_ref() {
            send(channel, happening);
        }
    }

    /// Keeps dropped files until the window takes them; an older drop is forgotten.
    pub(crate) fn drop_here(&self, paths: Vec<PathBuf>) {
        let id = DraftId::fresh();
        let count = paths.len();
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((id.clone(), paths));
        self.tell(Happening::Dropped { id, count });
    }

    /// The files of drop `id`, once.
    pub(crate) fn take(&self, id: &DraftId) -> Option<Vec<PathBuf>> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.take_if(|(held, _)| held == id).map(|(_, paths)| paths)
    }
}
