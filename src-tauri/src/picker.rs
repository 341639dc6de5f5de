//! The native desktop: rfd's file dialogs, arboard's clipboard, the default browser, and the window itself.

use std::sync::Mutex;

#[cfg(target_os = "macos")]
use arboard::SetExtApple;
#[cfg(target_os = "linux")]
use arboard::SetExtLinux;
#[cfg(windows)]
use arboard::SetExtWindows;
use latchkey_core::desk::view::Link;
use rfd::{AsyncFileDialog, FileHandle};
use secrecy::{ExposeSecret, SecretString};
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::oneshot;

use crate::{
    desktop::{Desktop, Picking},
    links,
    webview::MAIN,
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

    /// Opens a dialog and waits until it is closed.
    fn ask<D>(&self, dialog: impl FnOnce() -> D + Send + 'static) -> Picking<'_>
    where
        D: Future<Output = Option<FileHandle>> + Send + 'static,
    {
        Box::pin(async move {
            let (sender, receiver) = oneshot::channel();
            // macOS opens panels from the main thread only.
            let opened = self.app.run_on_main_thread(move || drop(sender.send(dialog())));
            if let Err(error) = opened {
                tracing::error!(%error, "the main thread takes no more work");
                return None;
            }
            let file = receiver.await.ok()?.await?;
            Some(file.path().to_owned())
        })
    }
}

impl<R: Runtime> Desktop for NativeDesktop<R> {
    fn pick_file(&self, title: String) -> Picking<'_> {
        self.ask(|| AsyncFileDialog::new().set_title(title).pick_file())
    }

    fn pick_place(&self, title: String, name: String) -> Picking<'_> {
        self.ask(|| AsyncFileDialog::new().set_title(title).set_file_name(name).save_file())
    }

    fn clipboard_text(&self) -> Option<String> {
        self.with_clipboard(arboard::Clipboard::get_text).ok()
    }

    fn copy(&self, text: String) -> Result<(), String> {
        self.with_clipboard(|clipboard| clipboard.set_text(text)).map_err(|error| error.to_string())
    }

    fn copy_secret(&self, secret: &SecretString) -> Result<(), String> {
        #[expect(clippy::disallowed_methods, reason = "the person wants it on the clipboard")]
        let text = secret.expose_secret();
        self.with_clipboard(|clipboard| {
            let copy = clipboard.set();
            #[cfg(any(target_os = "linux", target_os = "macos"))]
            let copy = copy.exclude_from_history();
            #[cfg(windows)]
            let copy = copy.exclude_from_monitoring().exclude_from_cloud().exclude_from_history();
            copy.text(text)
        })
        .map_err(|error| error.to_string())
    }

    fn keep_from_capture(&self, kept: bool) {
        let Some(window) = self.app.get_webview_window(MAIN) else { return };
        if let Err(error) = window.set_content_protected(kept) {
            tracing::warn!(%error, "whether the window may be captured can't be set");
        }
    }

    fn forget_web_data(&self) {
        let Some(window) = self.app.get_webview_window(MAIN) else { return };
        if let Err(error) = window.clear_all_browsing_data() {
            tracing::warn!(%error, "the webview's data can't be cleared");
        }
    }

    fn quit(&self) {
        self.app.exit(0);
    }

    fn open(&self, link: Link) -> Result<(), String> {
        open::that_detached(links::url(link)).map_err(|error| error.to_string())
    }
}
