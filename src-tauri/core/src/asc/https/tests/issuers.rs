//! What a certificate says of who signed it.

use rcgen::{CertificateParams, DnType, DnValue, KeyPair, string::BmpString};

use super::super::issuer::issuer;

/// A certificate that signed itself, with these parts of a name.
fn certificate(parts: Vec<(DnType, DnValue)>) -> Vec<u8> {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    for (kind, value) in parts {
        params.distinguished_name.push(kind, value);
    }
    params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
}

fn named(name: Option<&str>, organization: Option<&str>) -> Option<String> {
    let name = name.map(|name| (DnType::CommonName, DnValue::Utf8String(name.to_owned())));
    let organization = organization.map(|o| (DnType::OrganizationName, DnValue::Utf8String(o.to_owned())));
    issuer(&certificate(name.into_iter().chain(organization).collect()))
}

#[test]
fn a_signer_is_named_by_its_name_and_its_organization() {
    let both = named(Some("Contoso Proxy CA"), Some("Contoso Ltd"));
    assert_eq!(both.as_deref(), Some("Contoso Proxy CA (Contoso Ltd)"));
    assert_eq!(named(Some("Contoso"), Some("Contoso")).as_deref(), Some("Contoso"));
    assert_eq!(named(Some("Contoso Proxy CA"), None).as_deref(), Some("Contoso Proxy CA"));
    assert_eq!(named(None, Some("Contoso Ltd")).as_deref(), Some("Contoso Ltd"));
    assert_eq!(named(None, None), None);
    assert_eq!(named(Some("  "), Some("Contoso Ltd")).as_deref(), Some("Contoso Ltd"));
}

#[test]
fn a_signers_name_is_bounded_and_cannot_rearrange_what_stands_around() {
    let shown = named(Some("Apple\u{202e}\n\u{1b}[2J"), None).unwrap();
    assert_eq!(shown, "Apple\u{fffd}\u{fffd}\u{fffd}[2J");
    let shown = named(Some(&"n".repeat(100_000)), Some(&"o".repeat(100_000))).unwrap();
    assert!(shown.chars().count() < 200, "{}", shown.len());
}

#[test]
fn a_signers_name_is_read_in_the_old_encodings_too() {
    let bmp = BmpString::try_from("Contoso – 株式会社").unwrap();
    let certificate = certificate(vec![(DnType::OrganizationName, DnValue::BmpString(bmp))]);
    assert_eq!(issuer(&certificate).as_deref(), Some("Contoso – 株式会社"));
}

#[test]
fn the_signer_is_the_issuer_and_not_the_owner() {
    let leaf = include_bytes!("letsencrypt_org/1.crt");
    assert_eq!(issuer(leaf).as_deref(), Some("YE2 (Let's Encrypt)"));
}

#[test]
fn a_certificate_cut_or_changed_anywhere_harms_nothing() {
    let leaf = include_bytes!("letsencrypt_org/1.crt");
    for at in 0..leaf.len() {
        let _ = issuer(&leaf[..at]);
        for byte in [0x00, 0x30, 0x7f, 0x80, 0x84, 0xff] {
            let mut changed = leaf.to_vec();
            changed[at] = byte;
            let _ = issuer(&changed);
        }
    }
}
