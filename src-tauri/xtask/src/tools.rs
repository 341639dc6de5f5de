//! The tools that everything starts with and that are nobody's to install unasked: a linker, Node, npm.

use std::process::Command;

use crate::repo;

/// Checks them all and names everything that is missing at once.
pub(crate) fn check() -> Result<(), String> {
    let missing: Vec<String> = [linker(), node(), npm()].into_iter().filter_map(Result::err).collect();
    if missing.is_empty() { Ok(()) } else { Err(missing.join("\n")) }
}

/// Checks for rustfmt and clippy, which a small Rust installation leaves out.
pub(crate) fn check_lints() -> Result<(), String> {
    for (tool, component) in [("cargo-fmt", "rustfmt"), ("clippy-driver", "clippy")] {
        if output(Command::new(tool).arg("--version")).is_none() {
            return Err(format!("{tool} is missing: `rustup component add {component}` installs it."));
        }
    }
    Ok(())
}

fn linker() -> Result<(), String> {
    // On Windows this program could not have been built without one.
    if cfg!(windows) || output(Command::new("cc").arg("--version")).is_some() {
        return Ok(());
    }
    Err(if cfg!(target_os = "macos") {
        "A linker and C compiler (`cc`) is missing: `xcode-select --install` installs Apple's command line tools."
    } else {
        "A linker and C compiler (`cc`) is missing: on Debian and Ubuntu `apt install build-essential`, \
         elsewhere the packages gcc and libc headers."
    }
    .to_owned())
}

fn node() -> Result<(), String> {
    let found = output(Command::new("node").arg("--version"));
    if found.as_deref().and_then(version).is_some_and(suits) {
        return Ok(());
    }
    let found =
        found.map_or_else(|| "none was found".to_owned(), |text| format!("{} was found", text.trim()));
    Err(format!(
        "Node 20.19 or newer is needed (of Node 22: 22.12 or newer), {found}: https://nodejs.org has it."
    ))
}

fn npm() -> Result<(), String> {
    match output(repo::npm().arg("--version")) {
        Some(_) => Ok(()),
        None => Err("npm is missing: it comes with Node from https://nodejs.org.".to_owned()),
    }
}

/// Major and minor number of `v20.19.2`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

/// The versions that Vite 8 names in its `engines`.
fn suits(version: (u32, u32)) -> bool {
    matches!(version, (20, 19..) | (22, 12..) | (23.., _))
}

/// What a command prints, if it can be started and succeeds.
fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_versions_of_node_that_vite_runs_on_suit() {
        for text in ["v20.19.0", "v20.20.2\n", "v22.12.0", "v23.0.0", "v24.1.0"] {
            assert!(version(text).is_some_and(suits), "{text} suits");
        }
        for text in ["v18.20.4", "v20.18.9", "v21.7.0", "v22.11.0", "20.19.0", ""] {
            assert!(!version(text).is_some_and(suits), "{text} does not suit");
        }
    }
}
