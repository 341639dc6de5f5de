//! What is outside the page, operated by keys and the mouse of the display: GTK's file dialogs, the window's close
//! button, files that are dragged over it.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};

use crate::{
    driver::ended,
    wait::{Ended, wait_for, within},
};

/// Waits for the file dialog of the process `app`, types the path and confirms it.
pub fn choose_file(app: u32, path: &Path) -> Result<()> {
    // The first opens the field for a path, whatever the dialog shows.
    answer(app, &["ctrl+l", "ctrl+a"], path)
}

/// Waits for the dialog of the process `app` that asks where to save, types the path and confirms it.
pub fn save_as(app: u32, path: &Path) -> Result<()> {
    // The proposed name is in the field that has the focus.
    answer(app, &["ctrl+a"], path)
}

/// Files that are held over the app's window.
pub struct Drag {
    source: Child,
    x: i32,
    y: i32,
}

impl Drag {
    /// Drags files over the middle of the window of the process `app`.
    pub fn over(app: u32, files: &[&Path]) -> Result<Self> {
        let window = shown(app)?;
        let (x, y) = middle(&window)?;
        let mut source = Command::new(crate::binary("latchkey-drag")?)
            .args(files)
            .stdout(Stdio::piped())
            .spawn()
            .context("the window to drag from can't be started")?;
        let mut said = String::new();
        BufReader::new(source.stdout.take().context("no standard output")?).read_line(&mut said)?;
        ensure!(said.trim() == "ready", "the window to drag from says {said:?}");
        xdotool(&["mousemove", "--sync", "20", "20", "mousedown", "1"])?;
        // GTK takes it for a drag once the pointer has gone some way.
        for step in 1..=4 {
            let at = (20 + step * 10).to_string();
            xdotool(&["mousemove", &at, &at])?;
        }
        let drag = Self { source, x, y };
        drag.wave()?;
        Ok(drag)
    }

    /// Moves a little: GTK tells the window below of every move.
    pub fn wave(&self) -> Result<()> {
        for x in [self.x - 5, self.x] {
            xdotool(&["mousemove", "--sync", &x.to_string(), &self.y.to_string()])?;
        }
        Ok(())
    }

    /// Lets them fall.
    pub fn fall(mut self) -> Result<()> {
        xdotool(&["mouseup", "1"])?;
        wait_for("the drag to end", || Ok(self.source.try_wait()?.map(drop)))?;
        put_pointer_away()
    }
}

/// Moves the pointer beside every window: GTK shows the tooltip of what lies below it in a window of its own.
pub fn put_pointer_away() -> Result<()> {
    xdotool(&["mousemove", "--sync", "1", "1"]).map(drop)
}

/// The middle of a window, on the screen.
fn middle(window: &str) -> Result<(i32, i32)> {
    let geometry = xdotool(&["getwindowgeometry", "--shell", window])?;
    let number = |name: &str| {
        let line = geometry.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        line.and_then(|text| text.parse::<i32>().ok()).with_context(|| format!("no {name} in {geometry}"))
    };
    Ok((number("X")? + number("WIDTH")? / 2, number("Y")? + number("HEIGHT")? / 2))
}

/// Sends a process a signal: `KILL` ends it as a power cut does, `ABRT` as a crash, `STOP` makes it hang.
pub fn kill(app: u32, signal: &str) -> Result<()> {
    let status = Command::new("kill").args(["-s", signal, &app.to_string()]).status()?;
    ensure!(status.success(), "kill: {status}");
    Ok(())
}

/// Whether the app has ended.
pub fn has_ended(app: u32) -> bool {
    ended(app)
}

/// Waits until the app has ended.
pub fn until_ended(app: u32) -> Result<()> {
    wait_for("the app to end", || Ok(ended(app).then_some(())))
}

/// Waits for the window of the process `prompter` to have the focus, presses keys as xdotool is told to, and waits until it
/// is gone.
pub fn answer_prompt(prompter: u32, keys: &[&[&str]]) -> Result<()> {
    let shown = || Ok(windows(prompter)?.into_iter().next());
    let prompt = wait_for("the prompt", shown)?;
    xdotool(&["windowactivate", "--sync", &prompt])?;
    for keys in keys {
        xdotool(keys)?;
    }
    wait_for("the prompt to go", || Ok((!windows(prompter)?.contains(&prompt)).then_some(())))
}

/// The app's window, which xdotool overlooks while it changes.
fn shown(app: u32) -> Result<String> {
    wait_for("the app's window", || Ok(windows(app)?.into_iter().next()))
}

/// Brings the app's window to the front, as a click on it does.
pub fn activate(app: u32) -> Result<()> {
    let window = shown(app)?;
    xdotool(&["windowactivate", "--sync", &window]).map(drop)
}

/// The process whose window has the focus.
pub fn in_front() -> Result<u32> {
    Ok(xdotool(&["getactivewindow", "getwindowpid"])?.trim().parse()?)
}

/// Closes the app's window as its close button does.
pub fn close_window(app: u32) -> Result<()> {
    let window = shown(app)?;
    xdotool(&["windowfocus", "--sync", &window])?;
    // What openbox calls the close button.
    xdotool(&["key", "alt+F4"]).map(drop)
}

/// Types a path into the file dialog of the process `app`, once it is there, and confirms it.
fn answer(app: u32, before: &[&str], path: &Path) -> Result<()> {
    // The app has one window; a second one is its dialog.
    let dialog = wait_for("the file dialog", || Ok(windows(app)?.into_iter().nth(1)))?;
    let gone = || Ok((!windows(app)?.contains(&dialog)).then_some(()));
    wait_for("the file dialog to close", || {
        if gone()?.is_some() {
            return Ok(Some(()));
        }
        xdotool(&["windowactivate", "--sync", &dialog])?;
        for key in before {
            xdotool(&["key", key])?;
        }
        xdotool(&["type", &path.to_string_lossy()])?;
        // GTK takes no notice of the key while it completes a path: then it is pressed again. In between there is
        // time for the dialog to close, since a key too many would go to the window behind it.
        for _ in 0..3 {
            xdotool(&["key", "Return"])?;
            if within(Duration::from_secs(1), "the file dialog to close", gone).is_ok() {
                return Ok(Some(()));
            }
        }
        Ok(None)
    })
}

/// The app's windows that the window manager knows, oldest first: tooltips and what GTK needs for dragging are none.
fn windows(app: u32) -> Result<Vec<String>> {
    let found = Command::new("xdotool")
        .args(["search", "--all", "--onlyvisible", "--pid", &app.to_string(), "--name", "."])
        .output()?;
    if ended(app) {
        return Err(Ended.into());
    }
    let text = String::from_utf8(found.stdout)?;
    let of_app: Vec<u64> = text.split_whitespace().filter_map(|id| id.parse().ok()).collect();
    let list = Command::new("xprop")
        .args(["-root", "_NET_CLIENT_LIST"])
        .output()
        .context("xprop can't be started")?;
    let list = String::from_utf8(list.stdout)?;
    let managed =
        list.split([' ', ',', '\n']).filter_map(|id| u64::from_str_radix(id.strip_prefix("0x")?, 16).ok());
    Ok(managed.filter(|id| of_app.contains(id)).map(|id| id.to_string()).collect())
}

fn xdotool(arguments: &[&str]) -> Result<String> {
    let output = Command::new("xdotool").args(arguments).output().context("xdotool can't be started")?;
    ensure!(output.status.success(), "xdotool {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}
