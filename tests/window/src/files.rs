//! The files a person brings, made by the commands that Apple's and OpenSSL's pages give.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

/// Makes a P-256 key as App Store Connect hands it out: PKCS#8 in PEM.
pub fn api_key(file: &Path) -> Result<()> {
    let file = file.to_string_lossy();
    openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", &file]).map(drop)
}

/// Makes a distribution key pair in `folder`; gives the file with the public key.
pub fn key_pair(folder: &Path) -> Result<PathBuf> {
    let private = folder.join("private_key.pem");
    let public = folder.join("public_key.pem");
    let (from, to) = (private.to_string_lossy(), public.to_string_lossy());
    openssl(&["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", &from])?;
    openssl(&["ec", "-in", &from, "-pubout", "-out", &to])?;
    Ok(public)
}

/// The fingerprint as OpenSSL computes it: SHA-256 of the DER form, 64 hex digits.
pub fn fingerprint(public_key: &Path) -> Result<String> {
    let der = public_key.with_extension("der");
    let (from, to) = (public_key.to_string_lossy(), der.to_string_lossy());
    openssl(&["pkey", "-pubin", "-in", &from, "-outform", "DER", "-out", &to])?;
    let line = openssl(&["dgst", "-sha256", "-r", &to])?;
    line.split_whitespace().next().map(str::to_owned).context("openssl dgst printed nothing")
}

/// Sixteen groups of four, as the fingerprint stands on screen.
pub fn groups(fingerprint: &str) -> Vec<String> {
    fingerprint.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect()
}

/// Runs openssl and gives what it prints.
pub fn openssl(arguments: &[&str]) -> Result<String> {
    let output = Command::new("openssl").args(arguments).output().context("openssl can't be started")?;
    ensure!(output.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}
