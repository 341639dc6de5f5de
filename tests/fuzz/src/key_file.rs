use latchkey_core::{
    key::PublicKey,
    keyfile::{KeyFile, inspect},
};
use secrecy::ExposeSecret;

/// A file is one thing, and the key that is found in it is the same key in every form that Latchkey writes.
pub fn key_file(bytes: &[u8]) {
    let found = inspect(bytes);
    assert_eq!(found.kind(), inspect(bytes).kind(), "a second look says the same");
    if let Some(key) = found.public_key() {
        assert_public(key);
    }
    if let KeyFile::PrivateKey(private) = &found {
        #[expect(clippy::disallowed_methods, reason = "it is read again, as from a file")]
        let again = inspect(private.pkcs8_der().expose_secret());
        assert!(matches!(again, KeyFile::PrivateKey(_)), "a private key stays one");
        assert_eq!(again.public_key(), Some(private.public_key()));
    }
}

fn assert_public(key: &PublicKey) {
    for again in [inspect(key.spki_der()), inspect(key.pem().as_bytes())] {
        assert!(matches!(again, KeyFile::PublicKey(_)), "a public key holds no private one");
        assert_eq!(again.public_key(), Some(key));
    }
    let back = PublicKey::from_apple_text(&key.pem());
    assert!(back.is_ok_and(|back| back == *key), "Apple sends it back as PEM");
}
