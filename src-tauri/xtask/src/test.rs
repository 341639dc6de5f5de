//! `cargo xtask test`: every check there is, one after the other, whatever the ones before said.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

use crate::{
    lints, repo, setup, supply_chain,
    tally::{Reader, Tally},
    ui, window,
};

/// Sets up and runs all checks. The last line says how many passed, failed and were skipped.
///
/// # Errors
/// Something is missing that only a person can install; no check was made.
pub(crate) fn test() -> Result<ExitCode, String> {
    setup::for_tests()?;
    let results = [
        step("Formatting: cargo fmt", || {
            Ok(Tally::one(quiet(repo::cargo().args(["fmt", "--all", "--check"]))))
        }),
        step("UI: build", || ui::ensure_built().map(|()| Tally::one(true))),
        step("Build and lints: clippy, warnings denied", || {
            let findings = lints::build_and_lint()?;
            Ok(Tally::one(findings.built && findings.count == 0))
        }),
        step("Supply chain: cargo-deny", || Ok(supply_chain::check())),
        step("Tests: cargo test", || counted(&mut cargo_test())),
        step("UI: svelte-check, warnings denied", || {
            Ok(Tally::one(quiet(repo::npm().args(["run", "check"]))))
        }),
        step("UI: tests", ui_tests),
        step("Window tests", window_tests),
    ];
    let total: Tally = results.into_iter().sum();
    println!("\n{total}");
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs one step under a heading, and says below it how it went and how long it took.
fn step(title: &str, work: impl FnOnce() -> Result<Tally, String>) -> Tally {
    println!("\n━━ {title}");
    let start = Instant::now();
    let tally = work().unwrap_or_else(|sentence| {
        println!("{sentence}");
        Tally::one(false)
    });
    println!("── {title}: {tally} ({:.1} s)", start.elapsed().as_secs_f32());
    tally
}

/// Whether a command succeeded; what it prints stands on its own.
fn quiet(command: &mut Command) -> bool {
    repo::run(command).inspect_err(|sentence| println!("{sentence}")).is_ok()
}

fn cargo_test() -> Command {
    let mut command = lints::cargo();
    command.args(["test", "--workspace", "--features", repo::BUILT_IN_UI, "--no-fail-fast"]);
    if cfg!(windows) {
        command.args(["--exclude", "xtask"]);
    }
    command.args(["--", "--show-output"]);
    command
}

/// Runs a command that prints as Rust's test runner does, and counts.
fn counted(command: &mut Command) -> Result<Tally, String> {
    let name = repo::spelt(command);
    let unusable = |error: std::io::Error| format!("`{name}` can't be run: {error}");
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(unusable)?;
    let mut reader = Reader::default();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            if reader.take(&line) {
                println!("{line}");
            }
        }
    }
    let status = child.wait().map_err(unusable)?;
    Ok(reader.tally().and_runner(status.success()))
}

fn ui_tests() -> Result<Tally, String> {
    let report = repo::leavings("vitest.json")?;
    // A report of an earlier run must not stand for this one.
    let _ = fs::remove_file(&report);
    let succeeded = quiet(
        repo::npm()
            .args(["test", "--", "--reporter=default", "--reporter=json"])
            .arg(format!("--outputFile.json={}", report.display())),
    );
    Ok(Tally::of_vitest(&report).unwrap_or_default().and_runner(succeeded))
}

fn window_tests() -> Result<Tally, String> {
    if !cfg!(target_os = "linux") {
        println!("Skipped: WebKit's WebDriver, which clicks through the window, is only on Linux.");
        return Ok(Tally::skipped());
    }
    counted(&mut window::suite(&[])?)
}
