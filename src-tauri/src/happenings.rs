//! What happens without the window having asked.

use std::sync::{Mutex, PoisonError};

use latchkey_core::desk::view::Happening;
use tauri::ipc::Channel;

use crate::commands::send;

/// Where the window listens, and what it has missed.
#[derive(Default)]
pub(crate) struct Happenings(Mutex<Listening>);

#[derive(Default)]
struct Listening {
    window: Option<Channel<Happening>>,
    /// Files that the system handed over before the window was ready.
    missed: Option<Happening>,
}

impl Happenings {
    /// From now on the window hears on `channel` what happens.
    pub(crate) fn listen(&self, channel: Channel<Happening>) {
        let mut listening = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(missed) = listening.missed.take() {
            send(&channel, missed);
        }
        listening.window = Some(channel);
    }

    /// Tells the window.
    pub(crate) fn tell(&self, happening: Happening) {
        let mut listening = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (&listening.window, happening) {
            (Some(window), happening) => send(window, happening),
            (None, arrived @ Happening::Arrived { .. }) => listening.missed = Some(arrived),
            (None, _) => (),
        }
    }
}
