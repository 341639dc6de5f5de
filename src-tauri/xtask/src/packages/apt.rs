//! Debian and Ubuntu: dpkg knows what is missing, apt installs it.

use std::{
    fs,
    process::{Command, Stdio},
};

use super::Package;
use crate::repo;

/// Whether this is a system of Debian's family.
pub(super) fn is_here() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let family = release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches('"').split(' '))
        .any(|id| matches!(id, "debian" | "ubuntu"));
    family && fs::exists("/usr/bin/apt-get").unwrap_or(false)
}

/// Installs those of `packages` that are not installed, and nothing if all are.
pub(super) fn ensure(packages: &[Package]) -> Result<(), String> {
    let missing = missing(packages)?;
    if missing.is_empty() {
        return Ok(());
    }
    println!("Installing with apt: {}", missing.join(" "));
    if !is_root() {
        println!("sudo may ask for your password.");
    }
    if !is_known(&missing) {
        repo::run(apt_get().arg("update").arg("-qq"))?;
    }
    install(&missing).or_else(|_| {
        // The lists may know a version that the archive has replaced since.
        repo::run(apt_get().arg("update").arg("-qq"))?;
        install(&missing)
    })
}

/// Installs what is missing of `packages` if the archive has it; asks for no password only to find out.
pub(super) fn wish_for(packages: &[Package]) {
    let missing = missing(packages).unwrap_or_default();
    if missing.is_empty() {
        return;
    }
    if !is_known(&missing) && is_root() {
        let _ = repo::run(apt_get().arg("update").arg("-qq"));
    }
    if is_known(&missing) {
        let _ = ensure(packages);
    }
}

fn missing(packages: &[Package]) -> Result<Vec<&'static str>, String> {
    let names: Vec<&str> = packages.iter().map(|package| package.debian).collect();
    // It fails for a package it has never heard of, and still lists the others.
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"])
        .args(&names)
        .output()
        .map_err(|error| format!("`dpkg-query` can't be started: {error}"))?;
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    let installed = |name: &str| listed.lines().any(|line| line.split_once(' ') == Some((name, "installed")));
    Ok(names.into_iter().filter(|name| !installed(name)).collect())
}

/// Whether the package lists on this machine know all of them.
fn is_known(names: &[&str]) -> bool {
    Command::new("apt-get")
        .args(["install", "--simulate", "--no-install-recommends"])
        .args(names)
        .output()
        .is_ok_and(|output| output.status.success())
}

fn install(names: &[&str]) -> Result<(), String> {
    // What dpkg unpacks, hundreds of lines, goes nowhere; what goes wrong is on stderr.
    let quietly = ["install", "-y", "-qq", "--no-install-recommends"];
    repo::run(apt_get().args(quietly).args(names).stdin(Stdio::null()).stdout(Stdio::null()))
}

/// apt-get with the rights it needs, never asking anything by itself.
fn apt_get() -> Command {
    let mut command = Command::new(if is_root() { "env" } else { "sudo" });
    if !is_root() {
        command.arg("env");
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    command
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
