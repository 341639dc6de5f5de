//! The port to the person's desktop: file dialog, clipboard, browser. Grows only when a command needs it.

use std::{future::Future, path::PathBuf, pin::Pin};

use latchkey_core::desk::view::Link;

/// A file dialog that is open.
pub type Picking<'a> = Pin<Box<dyn Future<Output = Option<PathBuf>> + Send + 'a>>;

/// What the commands need of the desktop.
pub trait Desktop: Send + Sync {
    /// Lets the person choose one file; `None` if they closed the dialog. The title comes from the window,
    /// in the person's language.
    fn pick_file(&self, title: String) -> Picking<'_>;

    /// The text on the clipboard, if there is any.
    fn clipboard_text(&self) -> Option<String>;

    /// Puts text on the clipboard.
    ///
    /// # Errors
    /// The platform's words.
    fn copy(&self, text: String) -> Result<(), String>;

    /// Opens one of the known pages in the person's browser.
    ///
    /// # Errors
    /// The platform's words.
    fn open(&self, link: Link) -> Result<(), String>;
}
