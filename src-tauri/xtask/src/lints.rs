//! One pass of the compiler that builds everything the tests need and lints it: clippy in rustc's place.

use std::{
    collections::HashSet,
    io::{BufRead, BufReader, IsTerminal},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::repo;

/// Cargo with clippy as the compiler of the workspace's own crates, as `cargo clippy` starts it.
pub(crate) fn cargo() -> Command {
    let mut command = repo::cargo();
    command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
    command
}

/// Builds every library, binary, test and example. With the tests' features, so that `cargo test` and the
/// window tests find everything made, and nothing is compiled twice.
pub(crate) fn build() -> Command {
    let mut command = cargo();
    command.args(["build", "--workspace", "--all-targets", "--features", repo::BUILT_IN_UI]);
    if cfg!(windows) {
        // A running program can't be replaced there.
        command.args(["--exclude", "xtask"]);
    }
    command
}

/// What [`build`] found.
pub(crate) struct Findings {
    /// Whether everything could be built.
    pub(crate) built: bool,
    /// Warnings and errors, each counted once.
    pub(crate) count: usize,
}

/// Builds and prints every warning of clippy and rustc; those of crates built earlier come back from cargo's cache.
///
/// Warnings don't end the build, so that the tests after it run all the same.
pub(crate) fn build_and_lint() -> Result<Findings, String> {
    let colours = if std::io::stdout().is_terminal() { "json-diagnostic-rendered-ansi" } else { "json" };
    let mut child = build()
        .arg(format!("--message-format={colours}"))
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cargo can't be started: {error}"))?;
    let mut seen = HashSet::new();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            // The library and its test build say the same thing.
            if let Some(text) = diagnostic(&line)
                && seen.insert(text.clone())
            {
                print!("{text}");
            }
        }
    }
    let status = child.wait().map_err(|error| format!("cargo can't be waited for: {error}"))?;
    Ok(Findings { built: status.success(), count: seen.len() })
}

/// The text of a warning or error that points at a place in the code, from one line of cargo's JSON messages
/// (The Cargo Book, "External tools").
fn diagnostic(line: &str) -> Option<String> {
    let value: Value = serde_json::from_str(line).ok()?;
    let message = value.get("message")?;
    let serious = matches!(message.get("level")?.as_str()?, "warning" | "error");
    let placed = !message.get("spans")?.as_array()?.is_empty();
    (serious && placed).then(|| message.get("rendered")?.as_str().map(str::to_owned))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_with_a_place_is_a_finding() {
        let line =
            r#"{"reason":"compiler-message","message":{"level":"warning","spans":[{}],"rendered":"w"}}"#;
        assert_eq!(diagnostic(line).as_deref(), Some("w"), "clippy's warning");
    }

    #[test]
    fn summaries_notes_and_finished_crates_are_no_findings() {
        for line in [
            r#"{"reason":"compiler-message","message":{"level":"warning","spans":[],"rendered":"1 warning emitted"}}"#,
            r#"{"reason":"compiler-message","message":{"level":"note","spans":[{}],"rendered":"n"}}"#,
            r#"{"reason":"compiler-artifact","fresh":true}"#,
            "not JSON",
        ] {
            assert_eq!(diagnostic(line), None, "{line}");
        }
    }
}
