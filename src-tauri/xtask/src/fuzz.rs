//! `cargo xtask fuzz`: lets the fuzzer look for input that breaks what `tests/fuzz` says must hold.
//!
//! Without a sanitizer, so that the stable compiler suffices: the code that is tried has no `unsafe` of its own, and what
//! is looked for are panics, endless work and wrong answers.

use std::{fs, path::PathBuf, process::Command};

use crate::{packages, repo, tools};

const TARGETS: [&str; 4] = ["key_file", "answer", "budget", "copy"];

/// The version that is installed where there is none.
const VERSION: &str = "0.13.2";

/// The longest input that is made up, in bytes: real key files and answers to one request are shorter.
const LONGEST: usize = 4096;

/// More than any target takes for one input, in seconds.
const TOO_LONG: u32 = 20;

/// Runs every target for its share of `minutes`. What breaks one lies in `target/fuzz/found/`; what takes a way through the
/// code that none of the corpus took, in `target/fuzz/new/`.
pub(crate) fn fuzz(minutes: &str) -> Result<(), String> {
    let minutes: u64 = minutes.parse().map_err(|_| format!("{minutes} is no number of minutes"))?;
    tools::check()?;
    packages::ensure(packages::FUZZING)?;
    let program = cargo_fuzz()?;
    let folder = repo::leavings("fuzz")?;
    let seconds = (minutes * 60 / TARGETS.len() as u64).max(1);
    let mut broken = Vec::new();
    for target in TARGETS {
        println!("\n━━ {target}, {seconds} s");
        let found = folder.join("found").join(target);
        let new = folder.join("new").join(target);
        for folder in [&found, &new] {
            fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        let mut run = Command::new(&program);
        run.current_dir(repo::top())
            .args([
                "fuzz",
                "run",
                "--fuzz-dir",
                "tests/fuzz",
                "--sanitizer",
                "none",
                "--features",
                "libfuzzer",
            ])
            .arg("--target-dir")
            .arg(&folder)
            .arg(target)
            // The first folder takes what is new.
            .arg(&new)
            .arg(repo::top().join("tests/fuzz/corpus").join(target))
            .arg("--")
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-max_len={LONGEST}"))
            .arg(format!("-timeout={TOO_LONG}"))
            .arg(format!("-artifact_prefix={}/", found.display()))
            .arg("-print_final_stats=1");
        if repo::run(&mut run).is_err() {
            broken.push(target);
        }
    }
    if broken.is_empty() { Ok(()) } else { Err(format!("Broken: {}.", broken.join(", "))) }
}

/// cargo-fuzz, built into cargo's target folder unless it is there.
fn cargo_fuzz() -> Result<PathBuf, String> {
    let root = repo::leavings("tools")?;
    let program = root.join("bin").join("cargo-fuzz");
    if !program.exists() {
        let mut install = repo::cargo();
        install.args(["install", "cargo-fuzz", "--locked", "--version", VERSION, "--root"]).arg(&root);
        repo::run(&mut install)?;
    }
    Ok(program)
}
