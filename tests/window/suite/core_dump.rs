//! A crash, and what it leaves on the disk.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use latchkey_window::{
    display,
    home::Home,
    story,
    wait::wait_for,
    window::{Hand, Window},
};

use crate::case::{Case, apple};

/// The first fifteen characters of the name, which is all that Linux keeps.
const WEB_PROCESS: &str = "WebKitWebProces";

pub(crate) fn of_a_crash(_case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let here = env::current_dir()?;
    let before = cores(&here)?;
    // What it starts may write cores, unless it forbids itself to.
    let own = std::process::id().to_string();
    let allowed = Command::new("prlimit").args(["--pid", &own, "--core=unlimited"]).status()?;
    ensure!(allowed.success(), "prlimit: {allowed}");
    let window = Window::open(&home, &[("LATCHKEY_API_URL", &apple.url)], Hand::Mouse)?;
    story::connect(&window, &apple, "Lindqvist & Haas", &mut story::unseen)?;
    story::keys(&window, 3)?;
    let app = window.app()?;
    let web = wait_for("the web view's process", || Ok(started_by(app, WEB_PROCESS)?.into_iter().next()))?;
    for process in [app, web] {
        let limits = fs::read_to_string(format!("/proc/{process}/limits"))?;
        let line = limits.lines().find(|line| line.starts_with("Max core file size")).context("no limit")?;
        let words: Vec<&str> = line.split_whitespace().skip(4).take(2).collect();
        ensure!(words == ["0", "0"], "process {process} may write a core: {line}");
    }
    display::kill(app, "ABRT")?;
    display::until_ended(app)?;
    drop(window);
    let left: Vec<PathBuf> = cores(&here)?.difference(&before).cloned().collect();
    ensure!(left.is_empty(), "{left:?} were written");
    let left = cores(home.path())?;
    ensure!(left.is_empty(), "{left:?} were written");
    Ok(())
}

/// The processes of a name that a process has started, or those that it started.
fn started_by(process: u32, name: &str) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Ok(stat) = fs::read_to_string(entry?.path().join("stat")) else { continue };
        // "PID (NAME) STATE PARENT …": the name may hold anything.
        let Some((before, after)) = stat.rsplit_once(')') else { continue };
        let Some((number, its_name)) = before.split_once(" (") else { continue };
        if after.split_whitespace().nth(1) == Some(process.to_string().as_str()) {
            let number = number.parse()?;
            if its_name == name {
                found.push(number);
            }
            found.extend(started_by(number, name)?);
        }
    }
    Ok(found)
}

/// The files in a folder that a crash may have written.
fn cores(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == "core" || name.starts_with("core.") {
            found.insert(entry.path());
        }
    }
    Ok(found)
}
