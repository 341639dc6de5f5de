//! Files that are dropped on the window.

use std::path::Path;

use anyhow::Result;

use crate::window::{Role, Window};

/// Drops files and waits until the window says what they are.
pub fn drop_files(window: &Window, files: &[&Path]) -> Result<()> {
    window.drop_files(files)?;
    match files.len() {
        1 => window.the(Role::Dialog, "What this file is").map(drop),
        count => window.the(Role::Dialog, &format!("What these {count} files are")).map(drop),
    }
}
