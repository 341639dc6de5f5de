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

/// Signs with a private key, under a password or not, and verifies with a public key.
pub fn sign_and_verify(private_key: &Path, password: &str, public_key: &Path) -> Result<()> {
    let message = public_key.with_extension("message");
    let signature = public_key.with_extension("signature");
    std::fs::write(&message, "as a token would be signed")?;
    let path = |file: &Path| file.to_string_lossy().into_owned();
    let (private_key, public_key) = (path(private_key), path(public_key));
    let (message, signature, password) = (path(&message), path(&signature), format!("pass:{password}"));
    let sign = ["dgst", "-sha256", "-sign", &private_key, "-passin", &password, "-out", &signature, &message];
    openssl(&sign)?;
    openssl(&["dgst", "-sha256", "-verify", &public_key, "-signature", &signature, &message]).map(drop)
}

/// What stands for a file's rights in `ls -l`, in octal digits.
pub fn mode(file: &Path) -> Result<String> {
    let output =
        Command::new("stat").args(["-c", "%a"]).arg(file).output().context("stat can't be started")?;
    ensure!(output.status.success(), "stat: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
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
