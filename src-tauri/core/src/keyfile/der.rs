//! Tells DER structures apart by their shape, and hands each to the parser of its kind.

use p256::{
    NistP256,
    elliptic_curve::ALGORITHM_OID as EC_PUBLIC_KEY,
    pkcs8::{
        AssociatedOid, ObjectIdentifier, PrivateKeyInfoRef,
        der::{
            Decode, Reader, SliceReader, Tag, TagNumber, Tagged,
            asn1::{AnyRef, UintRef},
        },
        spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef},
    },
};
use sec1::EcPrivateKey;

use super::{KeyFile, LockedKey, Unusable, ec};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// Password-based encryption: PKCS#5 (RFC 8018) and PKCS#12 (RFC 7292, appendix C).
const PKCS5: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5");
const PKCS12_PBE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1");

/// Other algorithms with a name people know: RFC 8410, RFC 3279, RFC 5480 (2.1.2), PKCS#3.
const NAMES: [(&str, &str); 8] = [
    ("1.3.101.110", "X25519"),
    ("1.3.101.111", "X448"),
    ("1.3.101.113", "Ed448"),
    ("1.2.840.10040.4.1", "DSA"),
    ("1.2.840.10046.2.1", "Diffie-Hellman"),
    ("1.2.840.113549.1.3.1", "Diffie-Hellman"),
    ("1.3.132.1.12", "ECDH"),
    ("1.3.132.1.13", "ECMQV"),
];

/// No structure that is told apart here has more elements on one level.
const MOST_ELEMENTS: usize = 16;

/// What `der`, the whole of it, is; `None` if it is nothing known here.
pub(super) fn inspect(der: &[u8]) -> Option<KeyFile> {
    structure(der)
        .or_else(|| is_pkcs12(der).then_some(Unusable::Pkcs12).map(KeyFile::Unusable))
        .or_else(|| starts_like_a_p256_key(der).then_some(Unusable::Damaged).map(KeyFile::Unusable))
}

fn structure(der: &[u8]) -> Option<KeyFile> {
    use Tag::{BitString, Integer, OctetString, Sequence};
    let parts = elements(AnyRef::from_der(der).ok()?)?;
    let tags: Vec<Tag> = parts.iter().map(AnyRef::tag).collect();
    let unusable = match tags.as_slice() {
        [Sequence, BitString] => return public_key_info(der),
        [Integer, Sequence, OctetString, ..] => return private_key_info(der),
        [Integer, OctetString, ..] => return Some(sec1_key(der, false, None)),
        [Sequence, OctetString] if is_password_encryption(parts[0]) => {
            return Some(KeyFile::Locked(LockedKey::pkcs8(der)));
        }
        [Sequence, Sequence, BitString] => signed(parts[0])?,
        // RFC 8017, A.1. An ECDSA signature is two INTEGERs as well, but long ones.
        [Integer, Integer] if parts[1].value().len() <= 8 => {
            Unusable::Rsa { bits: Some(bits(parts[0])?), private: false }
        }
        [Integer, Integer, Integer, Integer, Integer, Integer] => {
            Unusable::OtherAlgorithm { algorithm: "DSA".to_owned(), private: true }
        }
        [Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer, ..] => {
            Unusable::Rsa { bits: Some(bits(parts[1])?), private: true }
        }
        _ => return None,
    };
    Some(KeyFile::Unusable(unusable))
}

/// SubjectPublicKeyInfo (RFC 5280, 4.1).
fn public_key_info(der: &[u8]) -> Option<KeyFile> {
    let info = SubjectPublicKeyInfoRef::from_der(der).ok()?;
    let key = info.subject_public_key.as_bytes().unwrap_or_default();
    let algorithm = info.algorithm;
    let found = if algorithm.oid == EC_PUBLIC_KEY {
        ec::require_p256(algorithm.parameters, false).and_then(|()| ec::public(key))
    } else {
        Err(other_algorithm(algorithm.oid, key, false))
    };
    Some(found.map_or_else(KeyFile::Unusable, KeyFile::PublicKey))
}

/// PrivateKeyInfo (RFC 5208, 5) or OneAsymmetricKey (RFC 5958, 2).
fn private_key_info(der: &[u8]) -> Option<KeyFile> {
    let info = PrivateKeyInfoRef::from_der(der).ok()?;
    let key = info.private_key.as_bytes();
    if info.algorithm.oid != EC_PUBLIC_KEY {
        return Some(KeyFile::Unusable(other_algorithm(info.algorithm.oid, key, true)));
    }
    if let Err(unusable) = ec::require_p256(info.algorithm.parameters, true) {
        return Some(KeyFile::Unusable(unusable));
    }
    let claim = info.public_key.map(|bits| bits.as_bytes().unwrap_or_default());
    Some(sec1_key(key, true, claim))
}

/// ECPrivateKey (RFC 5915, 3). PKCS#8 around it has `named` the curve already, and may claim a point too.
fn sec1_key(der: &[u8], named: bool, claim: Option<&[u8]>) -> KeyFile {
    let parameters = AnyRef::from_der(der)
        .ok()
        .and_then(elements)
        .unwrap_or_default()
        .into_iter()
        .find(|part| part.tag() == Tag::ContextSpecific { constructed: true, number: TagNumber(0) })
        .and_then(|explicit| AnyRef::from_der(explicit.value()).ok());
    if (!named || parameters.is_some())
        && let Err(unusable) = ec::require_p256(parameters, true)
    {
        return KeyFile::Unusable(unusable);
    }
    match EcPrivateKey::from_der(der) {
        Ok(key) => ec::private(key.private_key, key.public_key.into_iter().chain(claim)),
        Err(_) => KeyFile::Unusable(Unusable::Damaged),
    }
}

fn other_algorithm(oid: ObjectIdentifier, key: &[u8], private: bool) -> Unusable {
    match oid {
        RSA | RSA_PSS => {
            let parts = AnyRef::from_der(key).ok().and_then(elements).unwrap_or_default();
            match parts.get(usize::from(private)).and_then(|modulus| bits(*modulus)) {
                Some(bits) => Unusable::Rsa { bits: Some(bits), private },
                None => Unusable::Damaged,
            }
        }
        ED25519 => Unusable::Ed25519 { private },
        _ => Unusable::OtherAlgorithm { algorithm: ec::known_name(&oid, &NAMES), private },
    }
}

/// Certificate (RFC 5280, 4.1) and CertificationRequest (RFC 2986, 4.2): both are something, an algorithm and
/// a signature.
fn signed(content: AnyRef<'_>) -> Option<Unusable> {
    let parts = elements(content)?;
    let tags: Vec<Tag> = parts.iter().map(AnyRef::tag).collect();
    match tags.as_slice() {
        [Tag::ContextSpecific { number: TagNumber(0), .. }, Tag::Integer, ..] => Some(Unusable::Certificate),
        [Tag::Integer, Tag::Sequence, Tag::Sequence, rest @ ..] => match rest {
            // Version 1 has no version field: serial, algorithm, issuer, validity, subject, key.
            [Tag::Sequence, Tag::Sequence, Tag::Sequence, ..] => Some(Unusable::Certificate),
            _ => Some(Unusable::CertificateRequest),
        },
        _ => None,
    }
}

fn is_password_encryption(algorithm: AnyRef<'_>) -> bool {
    algorithm
        .decode_as::<AlgorithmIdentifierRef<'_>>()
        .is_ok_and(|algorithm| [PKCS5, PKCS12_PBE].iter().any(|arc| algorithm.oid.starts_with(*arc)))
}

/// PFX (RFC 7292, 4): version 3, then a SEQUENCE. Java and macOS write it in BER, with indefinite lengths.
fn is_pkcs12(der: &[u8]) -> bool {
    const VERSION_3: [u8; 4] = [2, 1, 3, 0x30];
    match der {
        [0x30, length, rest @ ..] => {
            let more = usize::from(length.checked_sub(0x80).unwrap_or(0));
            rest.get(more..).is_some_and(|content| content.starts_with(&VERSION_3))
        }
        _ => false,
    }
}

/// Whether the curve or the algorithm is named about where each kind of P-256 key file names it.
fn starts_like_a_p256_key(der: &[u8]) -> bool {
    let start = &der[..der.len().min(64)];
    let names =
        |oid: ObjectIdentifier| start.windows(oid.as_bytes().len()).any(|part| part == oid.as_bytes());
    start.first() == Some(&0x30) && (names(EC_PUBLIC_KEY) || names(NistP256::OID))
}

/// The elements of a SEQUENCE.
pub(super) fn elements(sequence: AnyRef<'_>) -> Option<Vec<AnyRef<'_>>> {
    if sequence.tag() != Tag::Sequence {
        return None;
    }
    let mut reader = SliceReader::new(sequence.value()).ok()?;
    let mut found = Vec::new();
    while !reader.is_finished() {
        if found.len() == MOST_ELEMENTS {
            return None;
        }
        found.push(AnyRef::decode(&mut reader).ok()?);
    }
    Some(found)
}

/// Length of a positive INTEGER in bits.
fn bits(integer: AnyRef<'_>) -> Option<u32> {
    let bytes = integer.decode_as::<UintRef<'_>>().ok()?.as_bytes();
    let whole = u32::try_from(bytes.len()).ok()? * 8;
    Some(whole - bytes.first()?.leading_zeros())
}
