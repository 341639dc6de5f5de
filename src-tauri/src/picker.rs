//! The native desktop: rfd's file dialog, arboard's clipboard, the default browser.

use std::sync::Mutex;

use latchkey_core::desk::view::Link;
use tauri::{AppHandle, Runtime};
use tokio::sync::oneshot;

use crate::{
    desktop::{Desktop, Picking},
    links,
};

/// The desktop the app runs on.
pub(crate) struct NativeDesktop<R: Runtime> {
    app: AppHandle<R>,
    // On X11 and Wayland the clipboard's owner serves its content: it lives as long as the app.
    clipboard: Mutex<Option<arboard::Clipboard>>,
}

impl<R: Runtime> NativeDesktop<R> {
    /// The desktop of `app`.
    pub(crate) fn new(app: AppHandle<R>) -> Self {
        Self { app, clipboard: Mutex::new(None) }
    }

    fn with_clipboard<T>(
        &self,
        work: impl FnOnce(&mut arboard::Clipboard) -> Result<T, arboard::Error>,
    ) -> Result<T, arboard::Error> {
        let mut held = self.clipboard.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let clipboard = match held.take() {
            Some(clipboard) => clipboard,
            None => arboard::Clipboard::new()?,
        };
        work(held.insert(clipboard))
    }
}

impl<R: Runtime> Desktop for NativeDesktop<R> {
    fn pick_file(&self, title: String) -> Picking<'_> {
        Box::pin(async move {
            let (sender, receiver) = oneshot::channel();
            // macOS opens panels from the main thread only.
            let opened = self.app.run_on_main_thread(move || {
                let dialog = rfd::AsyncFileDialog::new().set_title(title).pick_file();
                let _ = sender.send(dialog);
            });
            if let Err(error) = opened {
                tracing::error!(%error, "the main thread takes no more work");
                return None;
            }
            let file = receiver.await.ok()?.await?;
            Some(file.path().to_owned())
        })
    }

    fn clipboard_text(&self) -> Option<String> {
        self.with_clipboard(arboard::Clipboard::get_text).ok()
    }

    fn copy(&self, text: String) -> Result<(), String> {
        self.with_clipboard(|clipboard| clipboard.set_text(text)).map_err(|error| error.to_string())
    }

    fn open(&self, link: Link) -> Result<(), String> {
        open::that_detached(links::url(link)).map_err(|error| error.to_string())
    }
}
