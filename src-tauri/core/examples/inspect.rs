//! Prints one line of JSON for each file named on the command line: what it is, whether a distribution key
//! can be registered from it, and if so its fingerprint.
//!
//! `cargo run -p latchkey-core --example inspect -- public_key.pem AuthKey_2X9R4HXF34.p8`

use std::{
    env,
    io::{self, Write},
    path::Path,
};

use latchkey_core::keyfile::{
    self, KeyFile, Unusable,
    open::{OpenProblem, read_key_file},
};
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct Line {
    file: String,
    kind: &'static str,
    /// Whether a public key can be registered from it.
    ok: bool,
    /// 64 lower-case hex digits.
    fingerprint: Option<String>,
    /// Why it can't.
    reason: Option<String>,
}

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for file in env::args_os().skip(1) {
        let line = serde_json::to_string(&describe(Path::new(&file)))?;
        writeln!(out, "{line}")?;
    }
    Ok(())
}

pub(crate) fn describe(path: &Path) -> Line {
    let (kind, fingerprint, reason) = match read_key_file(path) {
        Ok(opened) => {
            let found = keyfile::inspect(&opened.bytes);
            let fingerprint = found.public_key().map(|key| key.fingerprint().to_string());
            let reason = match &found {
                KeyFile::PublicKey(_) | KeyFile::PrivateKey(_) => None,
                KeyFile::Locked(_) => Some("It is a private key under a password.".to_owned()),
                KeyFile::Unusable(unusable) => Some(why_unusable(unusable)),
            };
            (found.kind(), fingerprint, reason)
        }
        Err(problem) => (problem_kind(&problem), None, Some(format!("It could not be read: {problem}."))),
    };
    Line { file: path.to_string_lossy().into_owned(), kind, ok: fingerprint.is_some(), fingerprint, reason }
}

fn problem_kind(problem: &OpenProblem) -> &'static str {
    match problem {
        OpenProblem::NotFound => "notFound",
        OpenProblem::Denied => "denied",
        OpenProblem::NotARegularFile => "notARegularFile",
        OpenProblem::TooLarge { .. } => "tooLarge",
        OpenProblem::Other(_) => "unreadable",
    }
}

fn why_unusable(unusable: &Unusable) -> String {
    let which = |private: &bool| if *private { "private" } else { "public" };
    match unusable {
        Unusable::Empty => "The file is empty.".to_owned(),
        Unusable::TooLarge { bytes } => format!("It has {bytes} bytes, far more than any key."),
        Unusable::OtherCurve { curve, private } => {
            format!("It is a {} key on the curve {curve}; P-256 is needed.", which(private))
        }
        Unusable::CurveNotNamed { private } => {
            format!(
                "It is a {} key that does not name its curve; the named curve P-256 is needed.",
                which(private)
            )
        }
        Unusable::Rsa { bits: Some(bits), private } => {
            format!("It is a {} RSA key of {bits} bits; P-256 is needed.", which(private))
        }
        Unusable::Rsa { bits: None, private } => {
            format!("It is a {} RSA key; P-256 is needed.", which(private))
        }
        Unusable::Ed25519 { private } => format!("It is a {} Ed25519 key; P-256 is needed.", which(private)),
        Unusable::OtherAlgorithm { algorithm, private } => {
            format!("It is a {} {algorithm} key; P-256 is needed.", which(private))
        }
        Unusable::Certificate => "It is a certificate, not a key.".to_owned(),
        Unusable::CertificateRequest => "It is a certificate request, not a key.".to_owned(),
        Unusable::Ssh { private } => format!("It is a {} SSH key.", which(private)),
        Unusable::Pkcs12 => "It is a PKCS#12 store, not a key.".to_owned(),
        Unusable::SeveralKeys => "It holds several different keys.".to_owned(),
        Unusable::OffCurve => "Its public key is not a point on the curve P-256.".to_owned(),
        Unusable::Damaged => "The key in it is damaged or incomplete.".to_owned(),
        Unusable::NotAKey { text: true } => "It is a text with no key in it.".to_owned(),
        Unusable::NotAKey { text: false } => "It is not a key.".to_owned(),
    }
}
