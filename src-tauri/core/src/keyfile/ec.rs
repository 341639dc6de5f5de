//! Elliptic-curve numbers: which curve, which point, which scalar. Only the named curve P-256 passes.

use p256::{
    NistP256, SecretKey,
    pkcs8::{
        AssociatedOid, EncodePrivateKey, ObjectIdentifier,
        der::{Tag, Tagged, asn1::AnyRef},
    },
};
use zeroize::Zeroizing;

use super::{KeyFile, PrivateKeyFile, Unusable};
use crate::key::PublicKey;

const UNCOMPRESSED: u8 = 4;

/// Curves that have a name people know: RFC 5480 (2.1.1.1), RFC 5639 (4.1), SEC 2, GM/T 0006.
const NAMES: [(&str, &str); 11] = [
    ("1.2.840.10045.3.1.1", "P-192"),
    ("1.3.132.0.33", "P-224"),
    ("1.3.132.0.34", "P-384"),
    ("1.3.132.0.35", "P-521"),
    ("1.3.132.0.10", "secp256k1"),
    ("1.3.132.0.32", "secp224k1"),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"),
    ("1.3.36.3.3.2.8.1.1.9", "brainpoolP320r1"),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"),
    ("1.2.156.10197.1.301", "SM2"),
];

/// Reads ECParameters (RFC 5480, 2.1.1): fine if they name P-256.
pub(super) fn require_p256(parameters: Option<AnyRef<'_>>, private: bool) -> Result<(), Unusable> {
    match parameters {
        Some(value) if value.tag() == Tag::ObjectIdentifier => {
            let oid: ObjectIdentifier = value.decode_as().map_err(|_| Unusable::Damaged)?;
            if oid == NistP256::OID {
                Ok(())
            } else {
                Err(Unusable::OtherCurve { curve: known_name(&oid, &NAMES), private })
            }
        }
        _ => Err(Unusable::CurveNotNamed { private }),
    }
}

/// The name that `names` has for `oid`, or the dotted OID itself.
pub(super) fn known_name(oid: &ObjectIdentifier, names: &[(&str, &str)]) -> String {
    let dotted = oid.to_string();
    names.iter().find(|(known, _)| *known == dotted).map_or(dotted, |(_, name)| (*name).to_owned())
}

/// Reads a P-256 point as SEC 1 (2.3.4) writes it: uncompressed, compressed, or hybrid.
pub(super) fn public(point: &[u8]) -> Result<PublicKey, Unusable> {
    let read = match (point.len(), point.first()) {
        (65, Some(&UNCOMPRESSED)) | (33, Some(2 | 3)) => p256::PublicKey::from_sec1_bytes(point),
        // Hybrid: both coordinates, and the parity of y in the first byte (X9.62, 4.3.6).
        (65, Some(&tag @ (6 | 7))) if tag & 1 == point[64] & 1 => {
            p256::PublicKey::from_sec1_bytes(&[&[UNCOMPRESSED], &point[1..]].concat())
        }
        _ => return Err(Unusable::Damaged),
    };
    read.ok().and_then(|key| PublicKey::try_from(&key).ok()).ok_or(Unusable::OffCurve)
}

/// Makes a P-256 key of its scalar, big endian. Each of `claims` is a point that the file says belongs to it.
pub(super) fn private<'a>(scalar: &[u8], claims: impl IntoIterator<Item = &'a [u8]>) -> KeyFile {
    match pair(scalar) {
        Some(file) if claims.into_iter().all(|point| public(point).as_ref() == Ok(&file.public_key)) => {
            KeyFile::PrivateKey(file)
        }
        _ => KeyFile::Unusable(Unusable::Damaged),
    }
}

fn pair(scalar: &[u8]) -> Option<PrivateKeyFile> {
    // RFC 5915 asks for 32 bytes; some programs drop leading zeros, others add one as if it were an INTEGER.
    let leading_zeros = scalar.iter().take_while(|byte| **byte == 0).count();
    let significant = &scalar[leading_zeros..];
    let mut padded = Zeroizing::new([0; 32]);
    let start = padded.len().checked_sub(significant.len())?;
    padded[start..].copy_from_slice(significant);

    file_of(&SecretKey::from_slice(&padded[..]).ok()?)
}

/// Writes a key down in the one way in which it is kept.
pub(super) fn file_of(secret: &SecretKey) -> Option<PrivateKeyFile> {
    let public_key = PublicKey::try_from(&secret.public_key()).ok()?;
    let pkcs8_der = secret.to_pkcs8_der().ok()?.as_bytes().to_vec().into();
    Some(PrivateKeyFile { public_key, pkcs8_der })
}
