//! PEM (RFC 7468), read more generously than it is written: blanks, text around, mail quotes, line breaks
//! lost or written as `\n`.

use zeroize::Zeroizing;

use super::{KeyFile, LockedKey, Unusable, dek_info::UnderHeaders, der, text};

const DASHES: &str = "-----";
/// The longest label in use has 30 characters or so.
const LONGEST_LABEL: usize = 64;

/// What each PEM block of `text` is. Blocks with labels that say nothing of keys are left out.
pub(super) fn inspect(text: &str) -> impl Iterator<Item = KeyFile> {
    blocks(text).filter_map(|block| block.inspect())
}

struct Block<'a> {
    label: &'a str,
    /// What stands between the markers; `None` if one of them is missing.
    body: Option<&'a str>,
}

fn blocks(text: &str) -> impl Iterator<Item = Block<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        while let Some(at) = rest.find(DASHES) {
            let after = &rest[at + DASHES.len()..];
            if let Some((label, body)) = marker(after, "BEGIN ") {
                let end = body.find(DASHES).unwrap_or(body.len());
                rest = &body[end..];
                let closing = rest.strip_prefix(DASHES).and_then(|after| marker(after, "END "));
                let closed = closing.filter(|(end_label, _)| *end_label == label);
                if let Some((_, beyond)) = closed {
                    rest = beyond;
                }
                return Some(Block { label, body: closed.map(|_| &body[..end]) });
            }
            if let Some((label, beyond)) = marker(after, "END ") {
                rest = beyond;
                return Some(Block { label, body: None });
            }
            rest = &rest[at + 1..];
        }
        None
    })
}

/// Splits what follows a marker's first dashes into its label and what follows its last ones.
fn marker<'a>(after: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let rest = after.strip_prefix(word)?;
    let end = rest.bytes().take(LONGEST_LABEL).position(|byte| byte == b'-')?;
    let (label, rest) = rest.split_at(end);
    let plain = label.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ');
    Some((label, rest.strip_prefix(DASHES)?)).filter(|_| plain)
}

impl Block<'_> {
    fn inspect(&self) -> Option<KeyFile> {
        let unusable = match self.label {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => Unusable::Certificate,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Unusable::CertificateRequest,
            "OPENSSH PRIVATE KEY" => Unusable::Ssh { private: true },
            "PGP PUBLIC KEY BLOCK" => open_pgp(false),
            "PGP PRIVATE KEY BLOCK" => open_pgp(true),
            label if label.ends_with("PUBLIC KEY") || label.ends_with("PRIVATE KEY") => {
                return Some(self.key());
            }
            _ => return None,
        };
        Some(KeyFile::Unusable(unusable))
    }

    /// What is inside decides, not the label: people rename both.
    fn key(&self) -> KeyFile {
        let found = self.body.and_then(|body| {
            if is_encrypted(body) {
                return self.encrypted(body);
            }
            der::inspect(&decode(body)?)
        });
        found.unwrap_or(KeyFile::Unusable(Unusable::Damaged))
    }

    /// A label of the time when headers said that a key is encrypted also says the algorithm.
    fn encrypted(&self, body: &str) -> Option<KeyFile> {
        let unusable = match self.label {
            "RSA PRIVATE KEY" => Unusable::Rsa { bits: None, private: true },
            "DSA PRIVATE KEY" => Unusable::OtherAlgorithm { algorithm: "DSA".to_owned(), private: true },
            _ => {
                let content = UnderHeaders::read(body, decode)?;
                return Some(KeyFile::Locked(LockedKey::under_headers(content)));
            }
        };
        Some(KeyFile::Unusable(unusable))
    }
}

fn open_pgp(private: bool) -> Unusable {
    Unusable::OtherAlgorithm { algorithm: "OpenPGP".to_owned(), private }
}

/// `Proc-Type: 4,ENCRYPTED` (RFC 1421, 4.6.1.1), which OpenSSL still writes for SEC1 and PKCS#1 keys.
fn is_encrypted(body: &str) -> bool {
    body.lines().any(|line| line.contains("Proc-Type:") && line.contains("ENCRYPTED"))
}

fn decode(body: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut base64 = text::Base64::with_capacity(body.len());
    // A colon is in headers only.
    for line in body.lines().filter(|line| !line.contains(':')) {
        let mut chars = line.chars();
        while let Some(c) = chars.next() {
            match c {
                // Line breaks and slashes as JSON writes them.
                '\\' => match chars.next() {
                    Some('n' | 'r' | 't') => {}
                    Some('/') => base64.push('/')?,
                    _ => return None,
                },
                '>' => {}
                c if text::is_blank(c) => {}
                c => base64.push(c)?,
            }
        }
    }
    base64.decode()
}
