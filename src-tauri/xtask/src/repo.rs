//! Where things are in this repository, and the programs that work on all of it.

use std::{
    env,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    process::Command,
};

/// The feature that makes the window load the built UI from the binary instead of from a development server.
pub(crate) const BUILT_IN_UI: &str = "latchkey/custom-protocol";

/// The folder with the workspace's `Cargo.toml`.
pub(crate) fn top() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// A binary of the dev profile: they all lie beside this one.
pub(crate) fn binary(name: &str) -> Result<PathBuf, String> {
    Ok(dev_folder()?.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}

/// A folder for what a command leaves behind, in cargo's target folder.
pub(crate) fn leavings(name: &str) -> Result<PathBuf, String> {
    let mut folder = dev_folder()?;
    folder.pop();
    Ok(folder.join(name))
}

fn dev_folder() -> Result<PathBuf, String> {
    let mut path = env::current_exe().map_err(|error| format!("Where is this program? {error}"))?;
    path.pop();
    Ok(path)
}

/// Cargo at the top of the workspace, without what `cargo run` added to the environment: build scripts
/// that look at it would run again at every change between `cargo xtask` and plain cargo.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(top());
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// npm in `ui/`. On Windows it is a script, which has to be named in full.
pub(crate) fn npm() -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(top().join("ui"));
    if !io::stdout().is_terminal() {
        command.env("NO_COLOR", "1");
    }
    command
}

/// Runs a command to its end, its output on this terminal.
///
/// # Errors
/// It can't be started, or says that it failed.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let name = spelt(command);
    let status = command.status().map_err(|error| format!("`{name}` can't be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{name}` failed ({status})")) }
}

/// A command as one would type it.
pub(crate) fn spelt(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_default();
    let mut text = program.to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}
