//! New pairs and passwords, and the files they are written to: `openssl` reads them as its own.
#![expect(clippy::disallowed_methods, reason = "compares with what openssl writes")]

use std::{collections::HashSet, fs};

use latchkey_core::keyfile::{KeyFile, PrivateKeyFile, Unusable, inspect, new_pair, new_password};
use secrecy::{ExposeSecret, SecretString};

use crate::{fixtures::fixture, openssl::Workshop};

fn write(shop: &Workshop, file: &str, pem: &SecretString) {
    fs::write(shop.path(file), pem.expose_secret()).unwrap();
}

#[test]
fn a_new_pair_is_written_as_openssl_writes_it() {
    let shop = Workshop::new();
    let pair = new_pair();
    write(&shop, "key.pem", &pair.pem());
    let openssl = shop.openssl("pkcs8 -topk8 -nocrypt -in key.pem");
    assert!(pair.pem().expose_secret().as_bytes() == openssl, "byte for byte");
    let public = shop.openssl("pkey -in key.pem -pubout");
    assert_eq!(String::from_utf8(public).unwrap(), pair.public_key().pem());
    shop.openssl("pkey -in key.pem -check -noout");
}

#[test]
fn a_signature_by_a_new_private_key_verifies_with_its_public_key() {
    let shop = Workshop::new();
    let pair = new_pair();
    write(&shop, "key.pem", &pair.pem_under(&"secret".into()));
    fs::write(shop.path("key.pub.pem"), pair.public_key().pem()).unwrap();
    fs::write(shop.path("message"), "Hello").unwrap();
    shop.openssl("dgst -sha256 -sign key.pem -passin pass:secret -out signature message");
    shop.openssl("dgst -sha256 -verify key.pub.pem -signature signature message");
}

#[test]
fn a_key_under_a_password_opens_in_openssl_and_here() {
    let shop = Workshop::new();
    let pair = new_pair();
    for password in ["pässwörd \u{1f511} with blanks", ""] {
        let pem = pair.pem_under(&password.into());
        write(&shop, "locked.pem", &pem);
        fs::write(shop.path("password"), format!("{password}\n")).unwrap();
        let opened = shop.openssl("pkey -in locked.pem -passin file:password");
        assert!(pair.pem().expose_secret().as_bytes() == opened, "{password:?} in openssl");
        let KeyFile::Locked(locked) = inspect(pem.expose_secret().as_bytes()) else { panic!("not locked") };
        assert_eq!(
            locked.open(&password.into()).unwrap().public_key(),
            pair.public_key(),
            "{password:?} here"
        );
    }
}

#[test]
fn a_key_under_a_password_is_locked_as_libressl_opens_it_too() {
    let shop = Workshop::new();
    write(&shop, "locked.pem", &new_pair().pem_under(&"secret".into()));
    let structure = String::from_utf8(shop.openssl("asn1parse -in locked.pem")).unwrap();
    let values: Vec<&str> = structure.lines().filter_map(|line| line.split("prim:").nth(1)).collect();
    let [pbes2, pbkdf2, salt, rounds, hash, _null, cipher, iv, data] = values[..] else {
        panic!("{structure}")
    };
    let names = [pbes2, pbkdf2, hash, cipher].map(|value| value.trim().rsplit(':').next().unwrap());
    assert_eq!(names, ["PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc"], "{structure}");
    assert!(rounds.ends_with(":0927C0"), "600,000 rounds: {structure}");
    let digits = [salt, iv, data].map(|value| value.rsplit(':').next().unwrap().len());
    assert_eq!(digits, [32, 32, 288], "{structure}");
}

#[test]
fn no_two_keys_salts_or_passwords_are_alike() {
    let [one, two] = [new_pair(), new_pair()];
    assert_ne!(one.public_key(), two.public_key());
    let [first, second] = [0, 1].map(|_| one.pem_under(&"secret".into()).expose_secret().to_owned());
    assert_ne!(first, second);
    let passwords: HashSet<String> = (0..100).map(|_| new_password().expose_secret().to_owned()).collect();
    assert_eq!(passwords.len(), 100);
}

#[test]
fn a_password_has_six_groups_of_characters_that_nobody_confuses() {
    let mut seen = HashSet::new();
    for _ in 0..200 {
        let password = new_password();
        let groups: Vec<&str> = password.expose_secret().split('-').collect();
        assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [5; 6]);
        seen.extend(groups.concat().chars());
    }
    assert_eq!(seen.len(), 32, "five bits each: {seen:?}");
    assert!(seen.iter().all(|c| !"0O1lIo".contains(*c)), "{seen:?}");
}

#[test]
fn a_private_key_proves_that_it_is_one() {
    assert!(new_pair().holds());
    let (_, pem) = fixture!("test-only-pkcs8-attributes.pem");
    let KeyFile::PrivateKey(key) = inspect(pem) else { panic!("no private key") };
    assert!(key.holds());
}

#[test]
fn a_private_key_is_taken_back_from_where_it_was_kept() {
    let pair = new_pair();
    let back = PrivateKeyFile::from_pkcs8_der(pair.pkcs8_der()).unwrap();
    assert_eq!(back.public_key(), pair.public_key());
    assert!(back.pkcs8_der().expose_secret() == pair.pkcs8_der().expose_secret());

    let mut damaged = pair.pkcs8_der().expose_secret().to_vec();
    damaged[100] ^= 1;
    for (what, der, expected) in [
        ("nothing", Vec::new(), Unusable::NotAKey { text: false }),
        ("a public key", pair.public_key().spki_der().to_vec(), Unusable::NotAKey { text: false }),
        ("a damaged key", damaged, Unusable::Damaged),
    ] {
        assert_eq!(PrivateKeyFile::from_pkcs8_der(&der.into()).map(drop), Err(expected), "{what}");
    }
}
