//! Private keys under a password: what `openssl` locks opens here, within bounds.

use latchkey_core::keyfile::{Kdf, KeyFile, LockedKey, PrivateKeyFile, UnlockError, Unusable, inspect};

use crate::{fingerprint, openssl::Workshop, reason};

const PBES2: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
const PBKDF2: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];
const SCRYPT: [u8; 11] = [0x06, 0x09, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x04, 0x0b];
const AES_256_CBC: [u8; 11] = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a];
const TRIPLE_DES: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07];

fn locked(bytes: &[u8]) -> LockedKey {
    match inspect(bytes) {
        KeyFile::Locked(key) => key,
        other => panic!("it is not locked: {other:?}"),
    }
}

fn open(bytes: &[u8], password: &str) -> Result<PrivateKeyFile, UnlockError> {
    locked(bytes).open(&password.into())
}

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u8::try_from(content.len()).unwrap();
    let head = if length < 0x80 { vec![tag, length] } else { vec![tag, 0x81, length] };
    [head, content].concat()
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    der(0x30, parts)
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    der(2, &[bytes])
}

fn octets(bytes: &[u8]) -> Vec<u8> {
    der(4, &[bytes])
}

/// EncryptedPrivateKeyInfo with these parameters of PBES2 around nothing in particular.
fn pbes2(derivation: &[u8], cipher: &[u8], iv: &[u8]) -> Vec<u8> {
    let parameters = sequence(&[derivation, &sequence(&[cipher, &octets(iv)])]);
    sequence(&[&sequence(&[&PBES2, &parameters]), &octets(&[0x55; 48])])
}

fn pbkdf2(parameters: &[&[u8]]) -> Vec<u8> {
    let derivation = sequence(&[&PBKDF2, &sequence(parameters)]);
    pbes2(&derivation, &AES_256_CBC, &[7; 16])
}

fn scrypt(numbers: [&[u8]; 3]) -> Vec<u8> {
    let [n, r, p] = numbers.map(integer);
    let derivation = sequence(&[&SCRYPT, &sequence(&[&octets(&[9; 16]), &n, &r, &p])]);
    pbes2(&derivation, &AES_256_CBC, &[7; 16])
}

#[test]
fn every_form_in_which_openssl_locks_a_key_opens() {
    let shop = Workshop::new();
    shop.p256("key");
    let expected = shop.fingerprint("key.pub.pem");
    for arguments in [
        "pkcs8 -topk8",
        "pkcs8 -topk8 -outform DER",
        "pkcs8 -topk8 -v2 aes-128-cbc",
        "pkcs8 -topk8 -v2 aes-192-cbc",
        "pkcs8 -topk8 -v2 aes-256-cbc",
        "pkcs8 -topk8 -v2 des3",
        "pkcs8 -topk8 -v2prf hmacWithSHA1",
        "pkcs8 -topk8 -v2prf hmacWithSHA224",
        "pkcs8 -topk8 -v2prf hmacWithSHA256",
        "pkcs8 -topk8 -v2prf hmacWithSHA384",
        "pkcs8 -topk8 -v2prf hmacWithSHA512",
        "pkcs8 -topk8 -iter 1",
        "pkcs8 -topk8 -iter 100000",
        "pkcs8 -topk8 -scrypt",
        "pkcs8 -topk8 -scrypt -scrypt_N 1024 -scrypt_r 4 -scrypt_p 3",
        "pkcs8 -topk8 -scrypt -v2 aes-128-cbc",
        "pkey -aes-256-cbc",
        "ec -aes128",
        "ec -aes192",
        "ec -aes256",
        "ec -des3",
    ] {
        shop.openssl(&format!("{arguments} -in key.pem -passout pass:sécret -out locked"));
        let file = shop.read("locked");
        let found = inspect(&file);
        assert_eq!(found.kind(), "lockedKey", "{arguments}");
        assert_eq!(fingerprint(&found), None, "{arguments}: nobody can see whose it is");
        let opened = open(&file, "sécret").unwrap_or_else(|error| panic!("{arguments}: {error}"));
        assert_eq!(opened.public_key().fingerprint().to_string(), expected, "{arguments}");
        let wrong = open(&file, "secret").map(drop);
        assert_eq!(wrong, Err(UnlockError::WrongPassword), "{arguments}");
    }
}

#[test]
fn no_wrong_password_opens_anything() {
    let shop = Workshop::new();
    shop.p256("key");
    shop.openssl("pkcs8 -topk8 -in key.pem -iter 1 -passout pass:secret -out pkcs8.pem");
    shop.openssl("ec -aes256 -in key.pem -passout pass:secret -out headers.pem");
    for file in ["pkcs8.pem", "headers.pem"] {
        let key = locked(&shop.read(file));
        // One in 256 finds a padding that looks right.
        for wrong in 0..2000 {
            let found = key.open(&wrong.to_string().into()).map(drop);
            assert_eq!(found, Err(UnlockError::WrongPassword), "{file}: {wrong}");
        }
        assert!(key.open(&"secret".into()).is_ok(), "{file}: it opens after all of them");
    }
}

#[test]
fn a_locked_key_survives_what_happens_to_text_on_its_way() {
    let shop = Workshop::new();
    shop.p256("key");
    shop.openssl("pkcs8 -topk8 -in key.pem -passout pass:secret -out pkcs8.pem");
    shop.openssl("ec -aes256 -in key.pem -passout pass:secret -out headers.pem");
    for file in ["pkcs8.pem", "headers.pem"] {
        let pem = String::from_utf8(shop.read(file)).unwrap();
        for arrived in [
            pem.replace('\n', "\r\n"),
            pem.replace('\n', ""),
            pem.replace('\n', " "),
            pem.replace('\n', "\n> "),
            pem.replace('\n', "\\n"),
            format!("Here it is:\n\n{pem}\nBye!"),
        ] {
            assert!(open(arrived.as_bytes(), "secret").is_ok(), "{arrived}");
        }
    }
}

#[test]
fn what_asks_for_too_much_work_is_not_tried() {
    let rounds = |bytes: &[u8]| pbkdf2(&[&octets(&[1; 8]), &integer(bytes)]);
    let blocks = |r: u64, blocks: u64| 128 * r * blocks;
    for (file, what, asked, limit) in [
        (rounds(&[0, 0x98, 0x96, 0x81]), Kdf::Pbkdf2, 10_000_001, 10_000_000),
        (rounds(&[0, 0xff, 0xff, 0xff, 0xff]), Kdf::Pbkdf2, u64::from(u32::MAX), 10_000_000),
        (rounds(&[0x7f; 40]), Kdf::Pbkdf2, u64::MAX, 10_000_000),
        (scrypt([&[8, 0, 0], &[8], &[1]]), Kdf::Scrypt, blocks(8, (1 << 19) + 3), 1 << 28),
        (scrypt([&[0x40, 0], &[8], &[32]]), Kdf::Scrypt, blocks(8, (1 << 19) + 34), 1 << 28),
        (scrypt([&[2], &[0x7f, 0, 0, 0], &[1]]), Kdf::Scrypt, blocks(0x7f00_0000, 5), 1 << 28),
        // The blocks that the passes begin with are memory as well: 192 MiB would be 256 MiB of passes alone.
        (scrypt([&[2], &[0x10, 0, 0], &[1]]), Kdf::Scrypt, blocks(1 << 20, 5), 1 << 28),
        (scrypt([&[0x40, 0, 0, 0, 0, 0, 0, 0], &[8], &[0x7f; 30]]), Kdf::Scrypt, u64::MAX, 1 << 28),
    ] {
        let expected = UnlockError::TooExpensive { what, asked, limit };
        assert_eq!(open(&file, "secret").map(drop), Err(expected));
    }
}

#[test]
fn what_is_locked_in_another_way_is_called_by_its_name() {
    let shop = Workshop::new();
    shop.p256("key");
    for (arguments, name) in [
        ("pkcs8 -topk8 -v1 PBE-SHA1-3DES", "PBE-SHA1-3DES"),
        ("pkcs8 -topk8 -v2 camellia256", "CAMELLIA-256-CBC"),
        ("pkcs8 -topk8 -v2 aria-128-cbc", "ARIA-128-CBC"),
        ("ec -camellia256", "CAMELLIA-256-CBC"),
    ] {
        shop.openssl(&format!("{arguments} -in key.pem -passout pass:secret -out locked"));
        let expected = UnlockError::Unsupported { scheme: name.to_owned() };
        assert_eq!(open(&shop.read("locked"), "secret").map(drop), Err(expected), "{arguments}");
    }
    let unknown =
        pbes2(&sequence(&[&[0x06, 0x03, 0x2a, 0x03, 0x04], &sequence(&[])]), &AES_256_CBC, &[7; 16]);
    let expected = UnlockError::Unsupported { scheme: "1.2.3.4".to_owned() };
    assert_eq!(open(&unknown, "secret").map(drop), Err(expected), "by its OID if it has no name");
}

#[test]
fn parameters_that_make_no_sense_are_damage() {
    let salt = octets(&[1; 8]);
    let round = integer(&[1]);
    let hmac_sha256 = [0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09];
    let derivation = sequence(&[&PBKDF2, &sequence(&[&salt, &round])]);
    for (what, file) in [
        ("no rounds", pbkdf2(&[&salt, &integer(&[0])])),
        ("negative rounds", pbkdf2(&[&salt, &integer(&[0xff])])),
        ("nothing", pbkdf2(&[])),
        ("a key of another length", pbkdf2(&[&salt, &round, &integer(&[16])])),
        ("two hashes", pbkdf2(&[&salt, &round, &sequence(&[&hmac_sha256]), &sequence(&[&hmac_sha256])])),
        ("a short vector", pbes2(&derivation, &AES_256_CBC, &[7; 15])),
        ("no vector", pbes2(&derivation, &TRIPLE_DES, &[])),
        ("no memory", scrypt([&[0], &[8], &[1]])),
        ("memory for one", scrypt([&[1], &[8], &[1]])),
        ("no power of two", scrypt([&[3], &[8], &[1]])),
        ("no blocks", scrypt([&[2], &[0], &[1]])),
        ("no pass", scrypt([&[2], &[8], &[0]])),
        ("negative memory", scrypt([&[0x80], &[8], &[1]])),
        ("nothing encrypted", {
            let parameters = sequence(&[&derivation, &sequence(&[&AES_256_CBC, &octets(&[7; 16])])]);
            sequence(&[&sequence(&[&PBES2, &parameters]), &octets(&[])])
        }),
    ] {
        let expected = UnlockError::Unusable(Unusable::Damaged);
        assert_eq!(open(&file, "secret").map(drop), Err(expected), "{what}");
    }
    let key_length = pbkdf2(&[&salt, &round, &integer(&[32]), &sequence(&[&hmac_sha256])]);
    assert_eq!(open(&key_length, "secret").map(drop), Err(UnlockError::WrongPassword), "these make sense");
}

#[test]
fn headers_that_are_cut_or_changed_are_damage() {
    let shop = Workshop::new();
    shop.p256("key");
    shop.openssl("ec -aes256 -in key.pem -passout pass:secret -out headers.pem");
    let pem = String::from_utf8(shop.read("headers.pem")).unwrap();
    let info = pem.lines().find(|line| line.starts_with("DEK-Info:")).unwrap();
    for (what, with) in [
        ("none", String::new()),
        ("no vector", "DEK-Info: AES-256-CBC".to_owned()),
        ("a short vector", info[..info.len() - 1].to_owned()),
        ("no hex digits", info[..info.len() - 1].to_owned() + "x"),
        ("a name that is no name", "DEK-Info: <b>AES</b>,00".to_owned()),
    ] {
        let found = inspect(pem.replace(info, &with).as_bytes());
        assert_eq!(reason(found), Some(Unusable::Damaged), "{what}");
    }
    let end = pem.find("\n-----END").unwrap();
    let shorter = [&pem[..end - 4], &pem[end..]].concat();
    assert_eq!(reason(inspect(shorter.as_bytes())), Some(Unusable::Damaged), "no whole blocks");
}

#[test]
fn a_locked_key_of_another_sort_is_called_by_its_name_once_it_is_open() {
    let shop = Workshop::new();
    for (make, expected) in [
        ("genpkey -algorithm Ed25519", Unusable::Ed25519 { private: true }),
        (
            "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024",
            Unusable::Rsa { bits: Some(1024), private: true },
        ),
        (
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384",
            Unusable::OtherCurve { curve: "P-384".to_owned(), private: true },
        ),
    ] {
        shop.openssl(&format!("{make} -out key.pem"));
        shop.openssl("pkcs8 -topk8 -in key.pem -passout pass:secret -out locked.pem");
        let found = open(&shop.read("locked.pem"), "secret").map(drop);
        assert_eq!(found, Err(UnlockError::Unusable(expected)), "{make}");
    }
}

#[test]
fn a_public_key_beside_a_locked_key_has_to_be_its_own() {
    let shop = Workshop::new();
    shop.p256("key");
    shop.p256("other");
    shop.openssl("pkcs8 -topk8 -in key.pem -passout pass:secret -out locked.pem");
    let [own, other, closed] = ["key.pub.pem", "other.pub.pem", "locked.pem"].map(|file| shop.read(file));
    for file in [[&*own, &*closed].concat(), [&*closed, &*own].concat(), [&*closed, &*own, &*closed].concat()]
    {
        assert!(open(&file, "secret").is_ok());
    }
    let not_its_own = open(&[&*closed, &*other].concat(), "secret").map(drop);
    assert_eq!(not_its_own, Err(UnlockError::Unusable(Unusable::SeveralKeys)));
    for file in [[&*closed, &*own, &*other].concat(), [&*own, &*closed, &*other].concat()] {
        assert_eq!(reason(inspect(&file)), Some(Unusable::SeveralKeys), "two different public keys");
    }
}

#[test]
fn damage_never_makes_another_key_of_a_locked_one() {
    let shop = Workshop::new();
    shop.p256("key");
    let expected = shop.fingerprint("key.pub.pem");
    shop.openssl("pkcs8 -topk8 -in key.pem -iter 1 -passout pass:secret -outform DER -out pkcs8.der");
    shop.openssl("ec -aes256 -in key.pem -passout pass:secret -out headers.pem");
    for file in ["pkcs8.der", "headers.pem"] {
        let whole = shop.read(file);
        let (mut opened, mut refused) = (0, 0);
        for bit in 0..whole.len() * 8 {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let KeyFile::Locked(key) = inspect(&bytes) else { continue };
            match key.open(&"secret".into()) {
                Ok(key) => {
                    opened += 1;
                    let found = key.public_key().fingerprint().to_string();
                    assert_eq!(found, expected, "{file}: bit {bit} made another key");
                }
                Err(_) => refused += 1,
            }
        }
        assert!(refused > 500 && opened < 200, "{file}: {opened} opened, {refused} did not");
    }
}

#[test]
fn a_certificate_beside_a_locked_key_is_left_aside() {
    let shop = Workshop::new();
    shop.p256("key");
    shop.openssl("req -new -x509 -key key.pem -subj /CN=test -out cert.pem");
    shop.openssl("pkcs8 -topk8 -in key.pem -passout pass:secret -out locked.pem");
    assert!(open(&[shop.read("cert.pem"), shop.read("locked.pem")].concat(), "secret").is_ok());
}

#[test]
fn debugging_shows_nothing_of_a_locked_key() {
    let file = pbkdf2(&[&octets(&[1; 8]), &integer(&[1])]);
    assert_eq!(format!("{:?}", inspect(&file)), "Locked(LockedKey(..))");
}
