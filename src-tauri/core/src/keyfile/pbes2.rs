//! PBES2 (RFC 8018, 6.2), under which PKCS#8 is locked: reads what others wrote, within bounds, and writes one form.

use p256::pkcs8::{
    ObjectIdentifier,
    der::{
        Decode, Tag, Tagged,
        asn1::{AnyRef, OctetStringRef, UintRef},
    },
    spki::AlgorithmIdentifierRef,
};
use pbkdf2::pbkdf2_hmac;
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::{
    Unusable,
    cipher::{self, Cipher, LONGEST_KEY},
    der::elements,
    ec::known_name,
    locked::{Kdf, UnlockError},
};

/// The most rounds of PBKDF2 that are done: some ten seconds.
const MOST_ROUNDS: u64 = 10_000_000;
/// The most memory that scrypt may take, and fill in all of its passes together, in bytes.
const MOST_SCRYPT_BYTES: u64 = 256 * 1024 * 1024;

/// What OWASP recommends for PBKDF2 with SHA-256 (Password Storage Cheat Sheet, 2023).
const ROUNDS: u32 = 600_000;

const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");
const PBKDF2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.12");
const SCRYPT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11591.4.11");
const HMAC_SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.7");
const HMAC_SHA_224: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.8");
const HMAC_SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.9");
const HMAC_SHA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.10");
const HMAC_SHA_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.11");
const AES_128_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.2");
const AES_192_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.22");
const AES_256_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.42");
const DES_EDE3_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.3.7");

/// What is recognised and left closed, by the names that `openssl` gives it: PBES1, PKCS#12's ways, other ciphers
/// and hashes.
const NAMES: [(&str, &str); 19] = [
    ("1.2.840.113549.1.5.1", "PBE-MD2-DES"),
    ("1.2.840.113549.1.5.3", "PBE-MD5-DES"),
    ("1.2.840.113549.1.5.6", "PBE-MD5-RC2-64"),
    ("1.2.840.113549.1.5.10", "PBE-SHA1-DES"),
    ("1.2.840.113549.1.5.11", "PBE-SHA1-RC2-64"),
    ("1.2.840.113549.1.12.1.1", "PBE-SHA1-RC4-128"),
    ("1.2.840.113549.1.12.1.2", "PBE-SHA1-RC4-40"),
    ("1.2.840.113549.1.12.1.3", "PBE-SHA1-3DES"),
    ("1.2.840.113549.1.12.1.4", "PBE-SHA1-2DES"),
    ("1.2.840.113549.1.12.1.5", "PBE-SHA1-RC2-128"),
    ("1.2.840.113549.1.12.1.6", "PBE-SHA1-RC2-40"),
    ("1.3.14.3.2.7", "DES-CBC"),
    ("1.2.840.113549.3.2", "RC2-CBC"),
    ("2.16.840.1.101.3.4.1.6", "AES-128-GCM"),
    ("2.16.840.1.101.3.4.1.46", "AES-256-GCM"),
    ("1.2.392.200011.61.1.1.1.2", "CAMELLIA-128-CBC"),
    ("1.2.392.200011.61.1.1.1.4", "CAMELLIA-256-CBC"),
    ("1.2.410.200046.1.1.2", "ARIA-128-CBC"),
    ("1.2.410.200046.1.1.12", "ARIA-256-CBC"),
];

const DAMAGED: UnlockError = UnlockError::Unusable(Unusable::Damaged);

/// Opens a DER EncryptedPrivateKeyInfo; gives the DER inside.
pub(super) fn open(der: &[u8], password: &SecretString) -> Result<Zeroizing<Vec<u8>>, UnlockError> {
    let locked = Locked::read(der)?;
    let key = locked.derivation.derive(password, locked.cipher.key_length())?;
    let key = &key[..locked.cipher.key_length()];
    locked.cipher.decrypt(key, locked.iv, locked.data).ok_or(UnlockError::WrongPassword)
}

struct Locked<'a> {
    derivation: Derivation<'a>,
    cipher: Cipher,
    iv: &'a [u8],
    data: &'a [u8],
}

enum Derivation<'a> {
    Pbkdf2 { prf: Prf, salt: &'a [u8], rounds: u32 },
    Scrypt { salt: &'a [u8], params: scrypt::Params },
}

#[derive(Clone, Copy)]
enum Prf {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl<'a> Locked<'a> {
    fn read(der: &'a [u8]) -> Result<Self, UnlockError> {
        let [algorithm, data] = parts(AnyRef::from_der(der).map_err(damaged)?)?;
        let algorithm = identifier(algorithm)?;
        if algorithm.oid != PBES2 {
            return Err(unsupported(algorithm.oid));
        }
        let [derivation, encryption] = parts(algorithm.parameters.ok_or(DAMAGED)?)?;
        let encryption = identifier(encryption)?;
        let cipher = match encryption.oid {
            AES_128_CBC => Cipher::Aes128,
            AES_192_CBC => Cipher::Aes192,
            AES_256_CBC => Cipher::Aes256,
            DES_EDE3_CBC => Cipher::TripleDes,
            other => return Err(unsupported(other)),
        };
        let iv = octets(encryption.parameters.ok_or(DAMAGED)?)?;
        let data = octets(data)?;
        if iv.len() != cipher.block_length() || !cipher.fits(data.len()) {
            return Err(DAMAGED);
        }
        Ok(Self { derivation: Derivation::read(derivation, cipher)?, cipher, iv, data })
    }
}

impl<'a> Derivation<'a> {
    fn read(algorithm: AnyRef<'a>, cipher: Cipher) -> Result<Self, UnlockError> {
        let algorithm = identifier(algorithm)?;
        let parameters = algorithm.parameters.ok_or(DAMAGED).and_then(|any| elements(any).ok_or(DAMAGED));
        match algorithm.oid {
            PBKDF2 => Self::pbkdf2(&parameters?, cipher),
            SCRYPT => Self::scrypt(&parameters?, cipher),
            other => Err(unsupported(other)),
        }
    }

    /// PBKDF2-params (RFC 8018, A.2).
    fn pbkdf2(parameters: &[AnyRef<'a>], cipher: Cipher) -> Result<Self, UnlockError> {
        let (salt, rounds, more) = match parameters {
            [salt, rounds, more @ ..] => (octets(*salt)?, number(*rounds)?, more),
            _ => return Err(DAMAGED),
        };
        let prf = match key_length(more, cipher)? {
            [] => Prf::Sha1,
            [prf] => match identifier(*prf)?.oid {
                HMAC_SHA_1 => Prf::Sha1,
                HMAC_SHA_224 => Prf::Sha224,
                HMAC_SHA_256 => Prf::Sha256,
                HMAC_SHA_384 => Prf::Sha384,
                HMAC_SHA_512 => Prf::Sha512,
                other => return Err(unsupported(other)),
            },
            _ => return Err(DAMAGED),
        };
        within(Kdf::Pbkdf2, rounds, MOST_ROUNDS)?;
        let rounds = u32::try_from(rounds).ok().filter(|rounds| *rounds > 0).ok_or(DAMAGED)?;
        Ok(Self::Pbkdf2 { prf, salt, rounds })
    }

    /// scrypt-params (RFC 7914, 7.1).
    fn scrypt(parameters: &[AnyRef<'a>], cipher: Cipher) -> Result<Self, UnlockError> {
        let [salt, n, r, p, more @ ..] = parameters else { return Err(DAMAGED) };
        let (salt, n, r, p) = (octets(*salt)?, number(*n)?, number(*r)?, number(*p)?);
        if !key_length(more, cipher)?.is_empty() || n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
            return Err(DAMAGED);
        }
        // N blocks for each of the p passes, two to work with, and one a pass to begin with.
        let blocks = n.saturating_mul(p).saturating_add(p).saturating_add(2);
        let bytes = r.saturating_mul(128).saturating_mul(blocks);
        within(Kdf::Scrypt, bytes, MOST_SCRYPT_BYTES)?;
        let params = u8::try_from(n.ilog2())
            .ok()
            .zip(u32::try_from(r).ok())
            .zip(u32::try_from(p).ok())
            .and_then(|((log_n, r), p)| scrypt::Params::new(log_n, r, p).ok())
            .ok_or(DAMAGED)?;
        Ok(Self::Scrypt { salt, params })
    }

    #[expect(clippy::disallowed_methods, reason = "this opens key files")]
    fn derive(
        &self,
        password: &SecretString,
        length: usize,
    ) -> Result<Zeroizing<[u8; LONGEST_KEY]>, UnlockError> {
        let mut key = Zeroizing::new([0; LONGEST_KEY]);
        let (password, out) = (password.expose_secret().as_bytes(), &mut key[..length]);
        match *self {
            Self::Pbkdf2 { prf, salt, rounds } => match prf {
                Prf::Sha1 => pbkdf2_hmac::<Sha1>(password, salt, rounds, out),
                Prf::Sha224 => pbkdf2_hmac::<Sha224>(password, salt, rounds, out),
                Prf::Sha256 => pbkdf2_hmac::<Sha256>(password, salt, rounds, out),
                Prf::Sha384 => pbkdf2_hmac::<Sha384>(password, salt, rounds, out),
                Prf::Sha512 => pbkdf2_hmac::<Sha512>(password, salt, rounds, out),
            },
            Self::Scrypt { salt, params } => {
                scrypt::scrypt(password, salt, &params, out).map_err(|_| DAMAGED)?;
            }
        }
        Ok(key)
    }
}

/// Takes off the optional keyLength, which has to be what the cipher needs.
fn key_length<'p, 'a>(parameters: &'p [AnyRef<'a>], cipher: Cipher) -> Result<&'p [AnyRef<'a>], UnlockError> {
    match parameters {
        [length, rest @ ..] if length.tag() == Tag::Integer => {
            let fits = number(*length)? == cipher.key_length() as u64;
            if fits { Ok(rest) } else { Err(DAMAGED) }
        }
        rest => Ok(rest),
    }
}

fn within(what: Kdf, asked: u64, limit: u64) -> Result<(), UnlockError> {
    if asked > limit { Err(UnlockError::TooExpensive { what, asked, limit }) } else { Ok(()) }
}

fn unsupported(oid: ObjectIdentifier) -> UnlockError {
    UnlockError::Unsupported { scheme: known_name(&oid, &NAMES) }
}

fn damaged<E>(_: E) -> UnlockError {
    DAMAGED
}

fn parts<const N: usize>(sequence: AnyRef<'_>) -> Result<[AnyRef<'_>; N], UnlockError> {
    elements(sequence).and_then(|parts| parts.try_into().ok()).ok_or(DAMAGED)
}

fn identifier(any: AnyRef<'_>) -> Result<AlgorithmIdentifierRef<'_>, UnlockError> {
    any.decode_as().map_err(damaged::<p256::pkcs8::der::Error>)
}

fn octets(any: AnyRef<'_>) -> Result<&[u8], UnlockError> {
    any.decode_as::<&OctetStringRef>().map(OctetStringRef::as_bytes).map_err(damaged)
}

/// A positive INTEGER; the largest number if it is larger.
fn number(any: AnyRef<'_>) -> Result<u64, UnlockError> {
    let bytes = any.decode_as::<UintRef<'_>>().map_err(damaged)?.as_bytes();
    let Some(start) = 8_usize.checked_sub(bytes.len()) else { return Ok(u64::MAX) };
    let mut whole = [0; 8];
    whole[start..].copy_from_slice(bytes);
    Ok(u64::from_be_bytes(whole))
}

/// Locks DER PrivateKeyInfo: PBKDF2 with HMAC-SHA-256, AES-256-CBC. Gives DER EncryptedPrivateKeyInfo.
#[expect(clippy::disallowed_methods, reason = "this writes key files")]
pub(super) fn seal(plain: &[u8], password: &SecretString, salt: [u8; 16], iv: [u8; 16]) -> Vec<u8> {
    let mut key = Zeroizing::new([0; 32]);
    pbkdf2_hmac::<Sha256>(password.expose_secret().as_bytes(), &salt, ROUNDS, &mut key[..]);
    let encrypted = cipher::encrypt_aes_256(&key, &iv, plain);

    // ROUNDS has 20 bits, so its first byte is no sign.
    let rounds = &ROUNDS.to_be_bytes()[1..];
    let prf = sequence(&[&oid(HMAC_SHA_256), &encode(NULL, &[])]);
    let pbkdf2 = sequence(&[&encode(OCTET_STRING, &[&salt]), &encode(INTEGER, &[rounds]), &prf]);
    let derivation = sequence(&[&oid(PBKDF2), &pbkdf2]);
    let encryption = sequence(&[&oid(AES_256_CBC), &encode(OCTET_STRING, &[&iv])]);
    let algorithm = sequence(&[&oid(PBES2), &sequence(&[&derivation, &encryption])]);
    sequence(&[&algorithm, &encode(OCTET_STRING, &[&encrypted])])
}

/// Tags of DER (X.690, 8.1.2).
const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const NULL: u8 = 0x05;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    encode(SEQUENCE, parts)
}

fn oid(oid: ObjectIdentifier) -> Vec<u8> {
    encode(OBJECT_IDENTIFIER, &[oid.as_bytes()])
}

/// Tag, length and content (X.690, 8.1).
fn encode(tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|byte| **byte == 0).count();
    let mut der = vec![tag];
    match &length[zeros..] {
        [] => der.push(0),
        [short @ ..=0x7f] => der.push(*short),
        long => {
            der.push(0x80 | long.len().to_le_bytes()[0]);
            der.extend(long);
        }
    }
    der.extend(content);
    der
}
