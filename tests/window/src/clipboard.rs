//! The clipboard of the display, filled and read as another program does.

use anyhow::{Context, Result};

/// A text in the clipboard. On X11 it is there as long as whoever copied it.
pub struct Copied(
    #[expect(dead_code, reason = "held for as long as the text is to be there")] arboard::Clipboard,
);

/// Copies a text.
pub fn copy(text: &str) -> Result<Copied> {
    let mut clipboard = arboard::Clipboard::new().context("no clipboard")?;
    clipboard.set_text(text).context("the clipboard takes no text")?;
    Ok(Copied(clipboard))
}

/// The text in it.
pub fn pasted() -> Result<String> {
    arboard::Clipboard::new()
        .and_then(|mut clipboard| clipboard.get_text())
        .context("no text in the clipboard")
}
