//! The window tests: the real app in a virtual display with a real keychain.

use std::process::Command;

use crate::{display, lints, repo, setup, ui};

/// The suite as a command, once everything is built. With names, only the tests that contain one of them.
pub(crate) fn suite(names: &[&str]) -> Result<Command, String> {
    let mut command = display::virtual_display(&repo::binary("latchkey-window-tests")?);
    command.args(names);
    Ok(command)
}

/// `cargo xtask window [NAME]…`: sets up, builds and runs the suite alone.
pub(crate) fn window(names: &[&str]) -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Err("The window tests need Linux: WebKit's WebDriver is only there.".to_owned());
    }
    setup::for_tests()?;
    ui::ensure_built()?;
    // The same build as `cargo xtask test`, so that one never undoes the other's.
    repo::run(&mut lints::build())?;
    repo::run(&mut suite(names)?)
}
