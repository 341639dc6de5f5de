//! Every form of a P-256 key that `openssl` writes.

use latchkey_core::keyfile::{KeyFile, inspect};
use secrecy::ExposeSecret;

use crate::{fingerprint, openssl::Workshop};

/// The forms of one key: file name and the arguments that make it from `key.pem` or `key.pub.pem`.
const PUBLIC: [(&str, &str); 6] = [
    ("spki.pem", "ec -in key.pem -pubout -out spki.pem"),
    ("spki.der", "ec -in key.pem -pubout -outform DER -out spki.der"),
    ("compressed.pem", "ec -in key.pem -pubout -conv_form compressed -out compressed.pem"),
    ("compressed.der", "ec -in key.pem -pubout -conv_form compressed -outform DER -out compressed.der"),
    ("hybrid.pem", "ec -in key.pem -pubout -conv_form hybrid -out hybrid.pem"),
    ("text.pem", "pkey -pubin -in key.pub.pem -text -out text.pem"),
];
const PRIVATE: [(&str, &str); 9] = [
    ("sec1.pem", "ec -in key.pem -out sec1.pem"),
    ("sec1.der", "ec -in key.pem -outform DER -out sec1.der"),
    ("sec1-text.pem", "ec -in key.pem -text -out sec1-text.pem"),
    ("sec1-no-public.der", "ec -in key.pem -no_public -outform DER -out sec1-no-public.der"),
    ("sec1-compressed.pem", "ec -in key.pem -conv_form compressed -out sec1-compressed.pem"),
    ("sec1-hybrid.pem", "ec -in key.pem -conv_form hybrid -out sec1-hybrid.pem"),
    ("pkcs8.pem", "pkcs8 -topk8 -nocrypt -in key.pem -out pkcs8.pem"),
    ("pkcs8.der", "pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out pkcs8.der"),
    ("pkcs8-no-public.pem", "pkcs8 -topk8 -nocrypt -in sec1-no-public.pem -out pkcs8-no-public.pem"),
];

#[test]
fn every_form_of_a_public_key_has_the_fingerprint_that_openssl_prints() {
    let shop = Workshop::new();
    shop.p256("key");
    let expected = shop.fingerprint("key.pub.pem");
    for (file, arguments) in PUBLIC {
        shop.openssl(arguments);
        let found = inspect(&shop.read(file));
        assert!(matches!(found, KeyFile::PublicKey(_)), "{file}: {found:?}");
        assert_eq!(fingerprint(&found).as_deref(), Some(expected.as_str()), "{file}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "compares with what openssl writes")]
fn every_form_of_a_private_key_gives_the_pkcs8_that_openssl_writes() {
    let shop = Workshop::new();
    shop.p256("key");
    shop.openssl("ec -in key.pem -no_public -out sec1-no-public.pem");
    let expected = shop.fingerprint("key.pub.pem");
    for (_, arguments) in PRIVATE {
        shop.openssl(arguments);
    }
    for (file, _) in PRIVATE {
        let found = inspect(&shop.read(file));
        let KeyFile::PrivateKey(private) = found else { panic!("{file}: {found:?}") };
        assert_eq!(private.public_key().fingerprint().to_string(), expected, "{file}");
        assert!(
            private.pkcs8_der().expose_secret() == shop.read("pkcs8.der"),
            "{file}: other bytes than openssl's"
        );
    }
}

#[test]
fn the_parameters_block_before_a_private_key_says_nothing_of_its_own() {
    let shop = Workshop::new();
    shop.openssl("ecparam -name prime256v1 -genkey -out with-parameters.pem");
    shop.openssl("ec -in with-parameters.pem -pubout -out key.pub.pem");
    let bytes = shop.read("with-parameters.pem");
    assert!(bytes.starts_with(b"-----BEGIN EC PARAMETERS-----"), "openssl writes the block first");
    let found = inspect(&bytes);
    assert!(matches!(found, KeyFile::PrivateKey(_)), "{found:?}");
    assert_eq!(fingerprint(&found), Some(shop.fingerprint("key.pub.pem")));
}

#[test]
fn a_private_key_beside_its_public_key_is_one_key() {
    let shop = Workshop::new();
    shop.p256("key");
    for order in [["key.pem", "key.pub.pem"], ["key.pub.pem", "key.pem"], ["key.pem", "key.pem"]] {
        let found = inspect(&order.map(|file| shop.read(file)).concat());
        assert!(matches!(found, KeyFile::PrivateKey(_)), "{order:?}: {found:?}");
        assert_eq!(fingerprint(&found), Some(shop.fingerprint("key.pub.pem")));
    }
    let twice = inspect(&shop.read("key.pub.pem").repeat(2));
    assert!(matches!(twice, KeyFile::PublicKey(_)), "the same public key twice: {twice:?}");
}

#[test]
fn a_certificate_beside_a_key_is_left_aside() {
    let shop = Workshop::new();
    shop.p256("key");
    shop.openssl("req -new -x509 -key key.pem -subj /CN=test -out cert.pem");
    shop.openssl("pkcs12 -export -inkey key.pem -in cert.pem -passout pass:x -out store.p12");
    shop.openssl("pkcs12 -in store.p12 -passin pass:x -nodes -out bag.pem");
    let bytes = shop.read("bag.pem");
    assert!(bytes.starts_with(b"Bag Attributes"), "openssl describes each block");
    let found = inspect(&bytes);
    assert!(matches!(found, KeyFile::PrivateKey(_)), "{found:?}");
    assert_eq!(fingerprint(&found), Some(shop.fingerprint("key.pub.pem")));
}

#[test]
fn debugging_shows_no_private_key() {
    let shop = Workshop::new();
    shop.p256("key");
    let found = inspect(&shop.read("key.pem"));
    let shown = format!("{found:?}");
    assert_eq!(shown, format!("PrivateKey(PrivateKeyFile({}))", shop.fingerprint("key.pub.pem")));
}
