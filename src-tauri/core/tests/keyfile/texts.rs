//! What happens to a PEM file on its way: editors, mail, other systems.

use latchkey_core::keyfile::{KeyFile, Unusable, inspect};

use crate::{fingerprint, openssl::Workshop, reason};

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(unit).collect()
}

/// Each way `pem` may arrive, with what happened to it.
fn arrivals(pem: &str) -> Vec<(&'static str, Vec<u8>)> {
    let text = |name, text: String| (name, text.into_bytes());
    let one_line: String = pem.lines().collect();
    let quoted: String = pem.lines().flat_map(|line| ["> ", line, "\n"]).collect();
    let twice_quoted: String = pem.lines().flat_map(|line| [">> ", line, "\r\n"]).collect();
    let indented: String = pem.lines().flat_map(|line| ["\t  ", line, " \n"]).collect();
    let spaced = pem.replace('\n', "\n\n");
    let no_break =
        pem.replace('\n', "\u{a0}\n").replace("MFkw", "\u{200b}MFkw").replace("MHcC", "\u{200b}MHcC");
    vec![
        text("as it is", pem.to_owned()),
        text("one line, no separators", one_line.clone()),
        text("blanks for line breaks", pem.replace('\n', " ")),
        text("CRLF", pem.replace('\n', "\r\n")),
        text("CR, as of old", pem.replace('\n', "\r")),
        text("UTF-8 with byte order mark", format!("\u{feff}{pem}")),
        ("UTF-16 little endian, as Notepad and PowerShell save", utf16(pem, u16::to_le_bytes)),
        ("UTF-16 big endian", utf16(&pem.replace('\n', "\r\n"), u16::to_be_bytes)),
        text("blanks around", format!(" \r\n\n\t{pem}\n  \n")),
        text("no last line break", pem.trim_end().to_owned()),
        text("indented", indented),
        text("empty lines between", spaced),
        text("no-break and zero-width spaces", no_break),
        text("quoted in a reply", format!("You wrote:\n{quoted}\nThanks - Ann\n-- \nAnn")),
        text("quoted twice", twice_quoted),
        text(
            "a mail around",
            format!("Hi,\n\nhere it is:\n\n{pem}\n-----Original Message-----\nFrom: x@example.com\n"),
        ),
        ("Latin-1 around", [b"Gr\xfc\xdfe\n", pem.as_bytes(), b"\nSch\xf6n!"].concat()),
        text("a line of dashes", format!("{}\n{pem}{0}\n", "-".repeat(70))),
        text("in JSON", format!("{{\"publicKey\":\"{}\"}}", pem.replace('\n', "\\n"))),
        text(
            "in JSON with escaped slashes",
            format!("\"{}\"", pem.replace('/', "\\/").replace('\n', "\\r\\n")),
        ),
        text("one line in JSON", format!("{{\"publicKey\":\"{one_line}\"}}")),
    ]
}

#[test]
fn a_key_survives_what_happens_to_text_on_its_way() {
    let shop = Workshop::new();
    shop.p256("key");
    let expected = shop.fingerprint("key.pub.pem");
    for (file, kind) in [("key.pub.pem", "publicKey"), ("key.pem", "privateKey")] {
        let pem = String::from_utf8(shop.read(file)).unwrap();
        for (what, bytes) in arrivals(&pem) {
            let found = inspect(&bytes);
            assert_eq!(found.kind(), kind, "{file}: {what}");
            assert_eq!(fingerprint(&found).as_deref(), Some(expected.as_str()), "{file}: {what}");
        }
    }
}

#[test]
fn bare_base64_may_be_of_any_kind_of_key() {
    let shop = Workshop::new();
    shop.p256("key");
    shop.openssl("genpkey -algorithm Ed25519 -out ed25519.pem");
    let body = |file: &str| -> String {
        let pem = String::from_utf8(shop.read(file)).unwrap();
        pem.lines().filter(|line| !line.starts_with('-')).collect()
    };
    assert!(matches!(inspect(body("key.pub.pem").as_bytes()), KeyFile::PublicKey(_)));
    assert!(matches!(inspect(body("key.pem").as_bytes()), KeyFile::PrivateKey(_)), "markers left out");
    assert_eq!(reason(inspect(body("ed25519.pem").as_bytes())), Some(Unusable::Ed25519 { private: true }));
}

#[test]
fn bare_base64_may_lack_its_padding_but_nothing_else() {
    let shop = Workshop::new();
    shop.p256("key");
    let pem = String::from_utf8(shop.read("key.pub.pem")).unwrap();
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let digits = base64.trim_end_matches('=');
    assert!(
        matches!(inspect(digits.as_bytes()), KeyFile::PublicKey(_)),
        "a double click selects no equals signs"
    );
    for length in 40..digits.len() {
        assert_eq!(reason(inspect(&digits.as_bytes()[..length])), Some(Unusable::Damaged), "{length} digits");
    }
}

#[test]
fn a_key_inside_a_certificate_is_not_a_key_of_its_own() {
    let shop = Workshop::new();
    shop.p256("key");
    // One of three subjects of different length puts the key's base64 at a digit boundary.
    for subject in ["/CN=t", "/CN=te", "/CN=tes"] {
        shop.openssl(&format!("req -new -x509 -key key.pem -subj {subject} -out cert.pem"));
        let pem = String::from_utf8(shop.read("cert.pem")).unwrap();
        let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        assert_eq!(reason(inspect(base64.as_bytes())), Some(Unusable::Certificate), "{subject}: bare");
        let among_words = inspect(format!("the certificate: {base64}.").as_bytes());
        assert_eq!(reason(among_words), Some(Unusable::NotAKey { text: true }), "{subject}: among words");
    }
    let key = String::from_utf8(shop.read("key.pub.pem")).unwrap();
    let base64: String = key.lines().filter(|line| !line.starts_with('-')).collect();
    let after_more = inspect(format!("more base64: AAAA{base64}.").as_bytes());
    assert_eq!(reason(after_more), Some(Unusable::NotAKey { text: true }), "at the end of more base64");
}
