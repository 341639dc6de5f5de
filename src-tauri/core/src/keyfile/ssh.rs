//! Forms that only SSH programs use, PEM apart: a public key on a line, RFC 4716, PuTTY's file.

use super::Unusable;

/// What `text` is if a key in one of these forms is in it.
pub(super) fn inspect(text: &str) -> Option<Unusable> {
    if text.trim_start().starts_with("PuTTY-User-Key-File-") {
        return Some(Unusable::Ssh { private: true });
    }
    let found = text.contains("---- BEGIN SSH2 PUBLIC KEY ----") || text.lines().any(is_public_line);
    found.then_some(Unusable::Ssh { private: false })
}

/// `ssh-ed25519 AAAA… comment`, after options if it comes from an `authorized_keys` file.
fn is_public_line(line: &str) -> bool {
    let words = line.split_whitespace();
    words.clone().zip(words.skip(1)).any(|(kind, blob)| {
        let known = ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-sha2-"];
        known.iter().any(|prefix| kind.starts_with(prefix)) && blob.starts_with("AAAA")
    })
}
