//! What is outside the page, operated by keys sent to the display: GTK's file dialog, the window's close button.

use std::{path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, ensure};

use crate::wait::{wait_for, within};

/// Waits for the file dialog of the process `app`, types the path and confirms it.
pub fn choose_file(app: u32, path: &Path) -> Result<()> {
    let dialog = open_dialog(app)?;
    xdotool(&["windowfocus", "--sync", &dialog])?;
    // Opens the field for a path, whatever the dialog shows first.
    xdotool(&["key", "ctrl+l"])?;
    xdotool(&["type", &path.to_string_lossy()])?;
    confirm(app, &dialog)
}

/// Closes the app's window as its close button does.
pub fn close_window(app: u32) -> Result<()> {
    let window = windows(app)?.into_iter().next().context("the app has no window")?;
    xdotool(&["windowfocus", "--sync", &window])?;
    // What openbox calls the close button.
    xdotool(&["key", "alt+F4"]).map(drop)
}

fn open_dialog(app: u32) -> Result<String> {
    // The app has one window; a second one is its dialog.
    wait_for("the file dialog", || Ok(windows(app)?.into_iter().nth(1)))
}

/// GTK takes no notice of the key while it completes a path: then it is pressed again. In between there is time
/// for the dialog to close, since a key too many would go to the window behind it.
fn confirm(app: u32, dialog: &str) -> Result<()> {
    let gone = || Ok((!windows(app)?.iter().any(|id| id == dialog)).then_some(()));
    wait_for("the file dialog to close", || {
        if gone()?.is_none() {
            xdotool(&["key", "Return"])?;
        }
        within(Duration::from_secs(1), "the file dialog to close", gone).map(Some)
    })
}

/// The app's visible windows, oldest first: the display numbers them in the order they were made.
fn windows(app: u32) -> Result<Vec<String>> {
    let found = Command::new("xdotool")
        .args(["search", "--all", "--onlyvisible", "--pid", &app.to_string(), "--name", "."])
        .output()?;
    let text = String::from_utf8(found.stdout)?;
    let mut windows: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    windows.sort_by_key(|id| id.parse::<u64>().unwrap_or_default());
    Ok(windows)
}

fn xdotool(arguments: &[&str]) -> Result<String> {
    let output = Command::new("xdotool").args(arguments).output().context("xdotool can't be started")?;
    ensure!(output.status.success(), "xdotool {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}
