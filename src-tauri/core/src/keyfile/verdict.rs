//! One answer out of everything that was found in a file.

use super::{KeyFile, Unusable};

/// Makes one answer out of what was found, in order; `None` if nothing was.
///
/// A damaged block decides, since nobody can say what it was. A private key and its public key, or the same key twice,
/// are one key; whether a locked key is one with a public key beside it shows when it is opened. Certificates beside a key, as in a server's `.pem`, don't count.
pub(super) fn of(found: impl IntoIterator<Item = KeyFile>) -> Option<KeyFile> {
    found.into_iter().reduce(both)
}

fn both(first: KeyFile, second: KeyFile) -> KeyFile {
    use KeyFile::{Locked, PrivateKey, PublicKey, Unusable as Un};
    use Unusable::{Certificate, CertificateRequest, Damaged, OffCurve};
    match (first, second) {
        (Un(broken @ (Damaged | OffCurve)), _) | (_, Un(broken @ (Damaged | OffCurve))) => Un(broken),
        (Un(Certificate | CertificateRequest), other) | (other, Un(Certificate | CertificateRequest)) => {
            other
        }
        (PublicKey(a), PublicKey(b)) if a == b => PublicKey(a),
        (PrivateKey(a), PublicKey(b)) | (PublicKey(b), PrivateKey(a)) if *a.public_key() == b => {
            PrivateKey(a)
        }
        (PrivateKey(a), PrivateKey(b)) if a.public_key() == b.public_key() => PrivateKey(a),
        (Locked(a), PublicKey(b)) | (PublicKey(b), Locked(a)) => a.with_public_key(b),
        (Locked(a), Locked(b)) => a.with_locked(b),
        (Un(a), Un(b)) => Un(same_sort(a, b)),
        _ => Un(Unusable::SeveralKeys),
    }
}

/// Two keys of one sort may be a pair. They can't be used either way, so that is as close as it is looked at.
fn same_sort(mut first: Unusable, mut second: Unusable) -> Unusable {
    if let (Some(a), Some(b)) = (first.private_mut(), second.private_mut()) {
        *a |= *b;
        *b = *a;
    }
    if first == second { first } else { Unusable::SeveralKeys }
}
