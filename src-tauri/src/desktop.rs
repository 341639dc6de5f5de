//! The port to the person's desktop: file dialogs, clipboard, browser. Grows only when a command needs it.

use std::{future::Future, path::PathBuf, pin::Pin};

use latchkey_core::desk::view::Link;
use secrecy::SecretString;

/// A file dialog that is open.
pub type Picking<'a> = Pin<Box<dyn Future<Output = Option<PathBuf>> + Send + 'a>>;

/// What the commands need of the desktop. Titles and names come from the window, in the person's language.
pub trait Desktop: Send + Sync {
    /// Lets the person choose one file; `None` if they closed the dialog.
    fn pick_file(&self, title: String) -> Picking<'_>;

    /// Lets the person choose where to save a file, which is proposed to be called `name`. The dialog asks before a
    /// file that is there would be replaced; `None` if they closed it.
    fn pick_place(&self, title: String, name: String) -> Picking<'_>;

    /// The text on the clipboard, if there is any.
    fn clipboard_text(&self) -> Option<String>;

    /// Puts text on the clipboard.
    ///
    /// # Errors
    /// The platform's words.
    fn copy(&self, text: String) -> Result<(), String>;

    /// Puts a secret on the clipboard, and keeps it out of clipboard histories and clouds where the platform can.
    ///
    /// # Errors
    /// The platform's words.
    fn copy_secret(&self, secret: &SecretString) -> Result<(), String>;

    /// Asks the system to keep the window out of screen captures, or no longer to. Linux has no such thing.
    fn keep_from_capture(&self, kept: bool);

    /// Makes the webview forget what it stored.
    fn forget_web_data(&self);

    /// Ends the app.
    fn quit(&self);

    /// Opens one of the known pages in the person's browser.
    ///
    /// # Errors
    /// The platform's words.
    fn open(&self, link: Link) -> Result<(), String>;
}
