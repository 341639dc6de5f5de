//! Whether what Latchkey is made of may be in it: licences, sources, versions, and what is known against them.

use std::process::Command;

use crate::{repo, tally::Tally};

/// Runs cargo-deny by `deny.toml`, where it is installed.
pub(crate) fn check() -> Tally {
    let there =
        Command::new("cargo-deny").arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        println!("Skipped: cargo-deny is not installed. `cargo install cargo-deny --locked` does that.");
        return Tally::skipped();
    }
    // What is known against a version has to be fetched: that is CI's, each day, and not that of every test run.
    let mut deny = repo::cargo();
    deny.args(["deny", "--all-features", "check", "bans", "licenses", "sources"]);
    Tally::one(repo::run(&mut deny).inspect_err(|sentence| println!("{sentence}")).is_ok())
}
