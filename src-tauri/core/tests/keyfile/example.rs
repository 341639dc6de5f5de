//! The example `inspect`: what each line says.

use std::fs;

use crate::{
    fixtures::{FINGERPRINT, fixture},
    openssl::Workshop,
};

#[path = "../../examples/inspect.rs"]
#[expect(dead_code, reason = "its main is the example's")]
mod inspect;

fn line(shop: &Workshop, file: &str) -> serde_json::Value {
    serde_json::to_value(inspect::describe(&shop.path(file))).unwrap()
}

#[test]
fn a_line_has_the_fingerprint_of_a_key_and_no_reason() {
    let shop = Workshop::new();
    for ((name, bytes), kind) in
        [(fixture!("one-line-public.pem"), "publicKey"), (fixture!("test-only-private.jwk"), "privateKey")]
    {
        fs::write(shop.path(name), bytes).unwrap();
        let expected = serde_json::json!({
            "file": shop.path(name), "kind": kind, "ok": true, "fingerprint": FINGERPRINT, "reason": null,
        });
        assert_eq!(line(&shop, name), expected);
    }
}

#[test]
fn a_name_like_an_api_key_s_does_not_count() {
    let shop = Workshop::new();
    let (_, bytes) = fixture!("test-only-pkcs8-attributes.pem");
    fs::write(shop.path("AuthKey_2X9R4HXF34.p8"), bytes).unwrap();
    assert_eq!(line(&shop, "AuthKey_2X9R4HXF34.p8")["ok"], true);
}

#[test]
fn a_line_has_a_reason_and_no_fingerprint_otherwise() {
    let shop = Workshop::new();
    fs::write(shop.path("empty"), "").unwrap();
    fs::write(shop.path("large"), vec![0; 100_000]).unwrap();
    for (file, kind, reason) in [
        ("empty", "empty", "The file is empty."),
        ("large", "tooLarge", "It could not be read: it has 100000 bytes, far more than any key."),
        ("missing", "notFound", "It could not be read: there is no such file."),
        (".", "notARegularFile", "It could not be read: it is no ordinary file."),
    ] {
        let expected = serde_json::json!({
            "file": shop.path(file), "kind": kind, "ok": false, "fingerprint": null, "reason": reason,
        });
        assert_eq!(line(&shop, file), expected);
    }
}
