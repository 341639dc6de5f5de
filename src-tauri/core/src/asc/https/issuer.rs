//! The name of whoever signed a certificate (RFC 5280, 4.1.2.4), however odd the rest of it is.

use sec1::der::{
    Decode, Header, Reader, SliceReader, Tag, Tagged,
    asn1::{AnyRef, ObjectIdentifier},
};

use crate::asc::text;

/// `id-at-commonName` (RFC 5280, appendix A.1).
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
/// `id-at-organizationName`.
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");

/// Longest name that is shown, in characters; an authority's has at most 64 (RFC 5280, `ub-common-name`).
const LONGEST: usize = 80;

/// The issuer of `certificate`, DER: its name and, if that is another, its organization in parentheses. `None`: it has
/// neither.
pub(super) fn issuer(certificate: &[u8]) -> Option<String> {
    let (name, organization) = names(certificate).ok()?;
    match (name, organization) {
        (Some(name), Some(organization)) if name != organization => Some(format!("{name} ({organization})")),
        (name, organization) => organization.or(name),
    }
}

fn names(certificate: &[u8]) -> sec1::der::Result<(Option<String>, Option<String>)> {
    let mut rest = inside(&mut SliceReader::new(certificate)?)?; // Certificate
    rest = inside(&mut rest)?; // tbsCertificate
    let first = AnyRef::decode(&mut rest)?; // version, which the oldest leave out, or serialNumber
    if first.tag() != Tag::Integer {
        AnyRef::decode(&mut rest)?; // serialNumber
    }
    AnyRef::decode(&mut rest)?; // signature
    let mut issuer = inside(&mut rest)?;
    let (mut name, mut organization) = (None, None);
    while !issuer.is_finished() {
        let mut parts = inside(&mut issuer)?;
        while !parts.is_finished() {
            let mut part = inside(&mut parts)?;
            let kind = ObjectIdentifier::decode(&mut part)?;
            let value = AnyRef::decode(&mut part)?;
            // The last is the most specific (X.501, 9.2).
            match kind {
                COMMON_NAME => name = words(value).or(name),
                ORGANIZATION => organization = words(value).or(organization),
                _ => (),
            }
        }
    }
    Ok((name, organization))
}

/// What is in the SEQUENCE or SET that comes next.
fn inside<'a>(reader: &mut SliceReader<'a>) -> sec1::der::Result<SliceReader<'a>> {
    let header = Header::decode(reader)?;
    match header.tag() {
        Tag::Sequence | Tag::Set => SliceReader::new(reader.read_slice(header.length())?),
        other => Err(other.unexpected_error(None).into()),
    }
}

/// A `DirectoryString` (RFC 5280, 4.1.2.4) fit to be shown. `TeletexString` is read as Latin-1, as everybody does.
fn words(value: AnyRef<'_>) -> Option<String> {
    let bytes = value.value();
    let whole = match value.tag() {
        Tag::BmpString => {
            let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        Tag::TeletexString => bytes.iter().copied().map(char::from).collect(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    let shown = text::within(whole.trim(), LONGEST, false);
    (!shown.is_empty()).then_some(shown)
}
