//! What can't be used, and that it is called by its name.

use latchkey_core::keyfile::{KeyFile, LIMIT, Unusable, inspect};

use crate::{openssl::Workshop, reason};

fn refusal(shop: &Workshop, file: &str) -> Unusable {
    let found = inspect(&shop.read(file));
    reason(found).unwrap_or_else(|| panic!("{file} was taken for a P-256 key"))
}

/// Makes the four files `openssl` writes of a key: private and public, PEM and DER.
fn both_halves_of(shop: &Workshop, key: &str) -> [(String, bool); 4] {
    [("pem", true), ("der", true), ("pem", false), ("der", false)].map(|(form, private)| {
        let file = format!("{private}.{form}");
        let public = if private { "" } else { "-pubout" };
        shop.openssl(&format!("pkey -in {key} {public} -outform {form} -out {file}"));
        (file, private)
    })
}

#[test]
fn a_key_on_another_curve_is_called_by_its_curve() {
    for (openssl_name, name) in [
        ("prime192v1", "P-192"),
        ("secp224r1", "P-224"),
        ("secp384r1", "P-384"),
        ("secp521r1", "P-521"),
        ("secp256k1", "secp256k1"),
        ("brainpoolP256r1", "brainpoolP256r1"),
        ("SM2", "SM2"),
        ("sect233k1", "1.3.132.0.26"),
    ] {
        let shop = Workshop::new();
        shop.openssl(&format!("ecparam -name {openssl_name} -genkey -noout -out key.pem"));
        let expected = |private| Unusable::OtherCurve { curve: name.to_owned(), private };
        assert_eq!(refusal(&shop, "key.pem"), expected(true), "{name}, SEC1");
        for (file, private) in both_halves_of(&shop, "key.pem") {
            assert_eq!(refusal(&shop, &file), expected(private), "{name}, {file}");
        }
    }
}

#[test]
fn p256_spelt_out_is_not_the_named_curve() {
    let shop = Workshop::new();
    shop.openssl("ecparam -name prime256v1 -genkey -noout -param_enc explicit -out key.pem");
    assert_eq!(refusal(&shop, "key.pem"), Unusable::CurveNotNamed { private: true }, "SEC1");
    for (file, private) in both_halves_of(&shop, "key.pem") {
        assert_eq!(refusal(&shop, &file), Unusable::CurveNotNamed { private }, "{file}");
    }
}

#[test]
fn an_rsa_key_is_measured() {
    let shop = Workshop::new();
    shop.openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem");
    let expected = |private| Unusable::Rsa { bits: Some(2048), private };
    for (file, private) in both_halves_of(&shop, "key.pem") {
        assert_eq!(refusal(&shop, &file), expected(private), "{file}");
    }
    for (file, arguments, private) in [
        ("pkcs1.pem", "rsa -traditional -in key.pem -out pkcs1.pem", true),
        ("pkcs1.der", "rsa -traditional -in key.pem -outform DER -out pkcs1.der", true),
        ("pkcs1.pub.pem", "rsa -RSAPublicKey_out -in key.pem -out pkcs1.pub.pem", false),
        ("pkcs1.pub.der", "rsa -RSAPublicKey_out -in key.pem -outform DER -out pkcs1.pub.der", false),
    ] {
        shop.openssl(arguments);
        assert_eq!(refusal(&shop, file), expected(private), "{file}");
    }
    shop.openssl("rsa -traditional -aes128 -passout pass:secret -in key.pem -out closed.pem");
    assert_eq!(
        refusal(&shop, "closed.pem"),
        Unusable::Rsa { bits: None, private: true },
        "no password would help"
    );
}

#[test]
fn an_rsa_pss_key_is_an_rsa_key() {
    let shop = Workshop::new();
    shop.openssl("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024 -out key.pem");
    for (file, private) in both_halves_of(&shop, "key.pem") {
        assert_eq!(refusal(&shop, &file), Unusable::Rsa { bits: Some(1024), private }, "{file}");
    }
}

#[test]
fn a_key_of_another_algorithm_is_called_by_it() {
    for algorithm in ["Ed25519", "Ed448", "X25519", "X448"] {
        let shop = Workshop::new();
        shop.openssl(&format!("genpkey -algorithm {algorithm} -out key.pem"));
        for (file, private) in both_halves_of(&shop, "key.pem") {
            let expected = match algorithm {
                "Ed25519" => Unusable::Ed25519 { private },
                _ => Unusable::OtherAlgorithm { algorithm: algorithm.to_owned(), private },
            };
            assert_eq!(refusal(&shop, &file), expected, "{algorithm}, {file}");
        }
    }
}

#[test]
fn a_dsa_key_is_known_in_its_old_form_too() {
    let shop = Workshop::new();
    shop.openssl("dsaparam -genkey -noout -out key.pem 1024");
    shop.openssl("dsa -in key.pem -outform DER -out old.der");
    let expected = |private| Unusable::OtherAlgorithm { algorithm: "DSA".to_owned(), private };
    assert_eq!(refusal(&shop, "key.pem"), expected(true));
    assert_eq!(refusal(&shop, "old.der"), expected(true));
    for (file, private) in both_halves_of(&shop, "key.pem") {
        assert_eq!(refusal(&shop, &file), expected(private), "{file}");
    }
}

#[test]
fn certificates_requests_and_stores_are_told_apart() {
    let shop = Workshop::new();
    shop.p256("key");
    for arguments in [
        "req -new -key key.pem -subj /CN=test -out request.pem",
        "req -in request.pem -outform DER -out request.der",
        "req -new -key key.pem -subj /CN=test -newhdr -out new-request.pem",
        "req -new -x509 -key key.pem -subj /CN=test -out cert.pem",
        "x509 -in cert.pem -outform DER -out cert.der",
        "x509 -in cert.pem -trustout -out trusted.pem",
        "x509 -req -in request.pem -signkey key.pem -outform DER -out version1.der",
        "pkcs12 -export -inkey key.pem -in cert.pem -passout pass:x -out store.p12",
    ] {
        shop.openssl(arguments);
    }
    for (file, expected) in [
        ("request.pem", Unusable::CertificateRequest),
        ("request.der", Unusable::CertificateRequest),
        ("new-request.pem", Unusable::CertificateRequest),
        ("cert.pem", Unusable::Certificate),
        ("cert.der", Unusable::Certificate),
        ("trusted.pem", Unusable::Certificate),
        ("version1.der", Unusable::Certificate),
        ("store.p12", Unusable::Pkcs12),
    ] {
        assert_eq!(refusal(&shop, file), expected, "{file}");
    }
}

#[test]
fn a_pkcs12_store_in_ber_is_one_too() {
    // The first bytes of what Keychain Access and older Java write: indefinite lengths.
    let start = [0x30, 0x80, 0x02, 0x01, 0x03, 0x30, 0x80, 0x06, 0x09];
    assert_eq!(reason(inspect(&start)), Some(Unusable::Pkcs12));
}

#[test]
fn ssh_keys_are_known_by_their_own_forms() {
    let shop = Workshop::new();
    for (file, kind) in [("ed25519", "ed25519"), ("nistp256", "ecdsa -b 256"), ("rsa", "rsa -b 2048")] {
        shop.ssh_keygen(&format!("-q -t {kind} -N= -f {file}"));
        assert_eq!(refusal(&shop, file), Unusable::Ssh { private: true }, "{kind}");
        assert_eq!(refusal(&shop, &format!("{file}.pub")), Unusable::Ssh { private: false }, "{kind}");
    }
    let line = shop.read("nistp256.pub");
    let authorized = [b"# me\nno-pty,command=\"true\" ", line.as_slice()].concat();
    let rfc4716 =
        b"---- BEGIN SSH2 PUBLIC KEY ----\nAAAAB3NzaC1yc2EAAAABIwAAAIEA\n---- END SSH2 PUBLIC KEY ----\n";
    let putty = b"PuTTY-User-Key-File-3: ecdsa-sha2-nistp256\nEncryption: none\n";
    assert_eq!(reason(inspect(&authorized)), Some(Unusable::Ssh { private: false }), "authorized_keys");
    assert_eq!(reason(inspect(rfc4716)), Some(Unusable::Ssh { private: false }), "RFC 4716");
    assert_eq!(reason(inspect(putty)), Some(Unusable::Ssh { private: true }), "PuTTY");
}

#[test]
fn two_different_keys_are_refused() {
    let shop = Workshop::new();
    shop.p256("one");
    shop.p256("two");
    shop.openssl("genpkey -algorithm Ed25519 -out ed25519.pem");
    for file in ["closed", "closed-again"] {
        shop.openssl(&format!("pkcs8 -topk8 -in one.pem -passout pass:secret -out {file}.pem"));
    }
    for pair in [
        ["one.pub.pem", "two.pub.pem"],
        ["one.pem", "two.pub.pem"],
        ["two.pub.pem", "one.pem"],
        ["one.pem", "two.pem"],
        ["one.pub.pem", "ed25519.pem"],
        ["ed25519.pem", "one.pem"],
        // They may well be the same, but nobody can see it.
        ["closed.pem", "one.pem"],
        ["closed.pem", "closed-again.pem"],
    ] {
        let found = inspect(&pair.map(|file| shop.read(file)).concat());
        assert_eq!(reason(found), Some(Unusable::SeveralKeys), "{pair:?}");
    }
}

#[test]
fn both_halves_of_an_unusable_key_are_one_private_key() {
    let shop = Workshop::new();
    shop.openssl("genpkey -algorithm Ed25519 -out key.pem");
    shop.openssl("pkey -in key.pem -pubout -out key.pub.pem");
    for order in [["key.pem", "key.pub.pem"], ["key.pub.pem", "key.pem"]] {
        let found = inspect(&order.map(|file| shop.read(file)).concat());
        assert_eq!(reason(found), Some(Unusable::Ed25519 { private: true }), "{order:?}");
    }
}

#[test]
fn a_key_that_was_cut_off_is_damaged_wherever_the_cut_is() {
    let shop = Workshop::new();
    shop.p256("key");
    let pem = shop.read("key.pub.pem");
    let begin = "-----BEGIN PUBLIC KEY-----".len();
    // The last line break may go.
    for length in begin..pem.len() - 1 {
        assert_eq!(reason(inspect(&pem[..length])), Some(Unusable::Damaged), "the first {length} bytes");
    }
    assert_eq!(reason(inspect(&pem[begin..])), Some(Unusable::Damaged), "without its first line");

    let der = shop.openssl("pkey -in key.pem -pubout -outform DER");
    for length in 24..der.len() {
        assert_eq!(
            reason(inspect(&der[..length])),
            Some(Unusable::Damaged),
            "the first {length} bytes of DER"
        );
    }
    let longer = [der.as_slice(), b"\0"].concat();
    assert_eq!(reason(inspect(&longer)), Some(Unusable::Damaged), "a byte too many");
}

#[test]
fn a_whole_key_before_a_damaged_one_does_not_count() {
    let shop = Workshop::new();
    shop.p256("key");
    let pem = shop.read("key.pub.pem");
    let found = inspect(&[pem.as_slice(), &pem[..100]].concat());
    assert_eq!(reason(found), Some(Unusable::Damaged), "nobody can say what the second one was");
}

#[test]
fn markers_that_do_not_match_are_damage() {
    let shop = Workshop::new();
    shop.p256("key");
    let pem = String::from_utf8(shop.read("key.pub.pem")).unwrap();
    let found = inspect(pem.replace("END PUBLIC", "END PRIVATE").as_bytes());
    assert_eq!(reason(found), Some(Unusable::Damaged));
}

#[test]
fn nothing_but_blanks_is_empty() {
    for blank in [&b""[..], b" \r\n\t\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff\0\n"] {
        assert_eq!(reason(inspect(blank)), Some(Unusable::Empty), "{blank:?}");
    }
}

#[test]
fn a_large_file_is_not_looked_at() {
    let shop = Workshop::new();
    shop.p256("key");
    let mut bytes = shop.read("key.pub.pem");
    bytes.resize(LIMIT, b'\n');
    assert!(matches!(inspect(&bytes), KeyFile::PublicKey(_)), "64 KiB are just small enough");
    bytes.push(b'\n');
    assert_eq!(reason(inspect(&bytes)), Some(Unusable::TooLarge { bytes: 65537 }));
}

#[test]
fn what_is_no_key_is_told_as_text_or_not() {
    for text in [
        "Hello, the key is in the other mail.",
        "0123456789 abcdefghijklmnopqrstuvwxyz 0123456789",
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl",
        "{\"name\":\"no key\"}",
        "{\"keys\":[]}",
        "[1,2,3]",
        "SGVsbG8sIHdvcmxkIQ==",
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n",
        "----------",
        "Grüße",
    ] {
        assert_eq!(reason(inspect(text.as_bytes())), Some(Unusable::NotAKey { text: true }), "{text}");
    }
    for bytes in
        [&b"PK\x03\x04\x14\0\0\0\x08\0"[..], b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n\x01", b"\0", b"0\x80\x01", b"0"]
    {
        let text = bytes == b"0";
        assert_eq!(reason(inspect(bytes)), Some(Unusable::NotAKey { text }), "{bytes:?}");
    }
}

#[test]
fn a_key_inside_a_signed_message_or_an_archive_is_not_taken_out() {
    let shop = Workshop::new();
    shop.p256("key");
    shop.openssl("req -new -x509 -key key.pem -subj /CN=test -out cert.pem");
    // Provisioning profiles (`.mobileprovision`) are signed messages too.
    let sign = "cms -sign -binary -nodetach -signer cert.pem -inkey key.pem -outform DER";
    shop.openssl(&format!("{sign} -in key.pub.pem -out signed.der"));
    assert_eq!(refusal(&shop, "signed.der"), Unusable::NotAKey { text: false });
    let stored = [b"PK\x03\x04\x0a\0\0\0\0\0", shop.read("key.pub.pem").as_slice()].concat();
    assert_eq!(reason(inspect(&stored)), Some(Unusable::NotAKey { text: false }), "zip, not compressed");
}

#[test]
fn an_open_pgp_key_is_another_algorithm() {
    let text = b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n";
    let expected = Unusable::OtherAlgorithm { algorithm: "OpenPGP".to_owned(), private: false };
    assert_eq!(reason(inspect(text)), Some(expected));
}
