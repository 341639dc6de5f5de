//! Activity as files for other programs: JSON for scripts, CSV for spreadsheets. Both name the same fields.

use std::io;

use serde::Serialize;

use crate::{
    clock::Moment,
    desk::written::{WrittenEntry, rfc3339, utc},
    records::Entry,
};

/// What the JSON says it is.
const FORMAT: &str = "latchkey-activity";

/// Changes when a field changes its meaning, not when one is added.
const VERSION: u32 = 1;

/// The columns of the CSV. New ones go to the end.
const COLUMNS: [&str; 22] = [
    "at",
    "account",
    "apiKeyId",
    "did",
    "went",
    "keyId",
    "keyName",
    "fingerprint",
    "publicKey",
    "appId",
    "appName",
    "bundleId",
    "allApps",
    "confirmed",
    "detail",
    "status",
    "code",
    "requestId",
    "user",
    "version",
    "broughtIn",
    "uid",
];

/// Without it, spreadsheets take UTF-8 for the encoding of the country.
const BYTE_ORDER_MARK: &str = "\u{feff}";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Export {
    format: &'static str,
    version: u32,
    #[serde(with = "rfc3339")]
    made_at: Moment,
    entries: Vec<Exported>,
}

#[derive(Serialize)]
struct Exported {
    #[serde(flatten)]
    written: WrittenEntry,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
}

impl From<Entry> for Exported {
    fn from(entry: Entry) -> Self {
        let fingerprint = entry.public_key.as_ref().map(|key| key.fingerprint().to_string());
        Self { fingerprint, written: entry.into() }
    }
}

/// Entries as one JSON document.
pub(super) fn json(entries: Vec<Entry>, made_at: Moment) -> io::Result<Vec<u8>> {
    let entries = entries.into_iter().map(Exported::from).collect();
    let export = Export { format: FORMAT, version: VERSION, made_at, entries };
    Ok(serde_json::to_vec_pretty(&export)?)
}

/// Entries as CSV (RFC 4180) in UTF-8, with nothing in it that a spreadsheet would run.
pub(super) fn csv(entries: Vec<Entry>) -> io::Result<Vec<u8>> {
    let mut table = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    table.write_record(COLUMNS)?;
    for entry in entries {
        table.write_record(cells(entry.into()).map(|cell| defused(&cell)))?;
    }
    table.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn cells(Exported { written, fingerprint }: Exported) -> [String; COLUMNS.len()] {
    [
        utc(written.at),
        written.account,
        written.api_key_id,
        written.did,
        written.went,
        written.key_id.unwrap_or_default(),
        written.key_name.unwrap_or_default(),
        fingerprint.unwrap_or_default(),
        written.public_key.unwrap_or_default(),
        written.app_id.unwrap_or_default(),
        written.app_name.unwrap_or_default(),
        written.bundle_id.unwrap_or_default(),
        written.all_apps.to_string(),
        written.confirmed.unwrap_or_default(),
        written.detail.unwrap_or_default(),
        written.status.map(|status| status.to_string()).unwrap_or_default(),
        written.code.unwrap_or_default(),
        written.request_id.unwrap_or_default(),
        written.user,
        written.version,
        written.brought_in.to_string(),
        written.uid,
    ]
}

/// The text, with an apostrophe before whatever a spreadsheet would take for a formula (OWASP, "CSV Injection"). Some
/// drop blanks first, and some take the wide forms of the signs. Where the decimal sign is a comma, they split cells at
/// semicolons, so that a formula may begin inside the text too.
fn defused(text: &str) -> String {
    let mut defused = String::with_capacity(text.len() + 1);
    if text.starts_with(['\t', '\r', '\n']) {
        defused.push('\'');
    }
    let mut begins = true;
    for c in text.chars() {
        if begins && is_formula_sign(c) {
            defused.push('\'');
        }
        begins = is_separator(c) || begins && (c.is_whitespace() || c == '"');
        defused.push(c);
    }
    defused
}

fn is_formula_sign(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
}

fn is_separator(c: char) -> bool {
    matches!(c, ',' | ';' | '\t' | '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_defused() {
        for (text, safe) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("  =1", "  '=1"),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("\tx", "'\tx"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            ("\n=1", "'\n'=1"),
        ] {
            assert_eq!(defused(text), safe);
        }
        for text in ["", "Lindqvist", "a=b", "2X9R4HXF34", "'=1", "a; b", "a -1", "2026-01-15T08:00:00.000Z"]
        {
            assert_eq!(defused(text), text, "nothing would run this");
        }
    }

    #[test]
    fn a_formula_after_whatever_some_spreadsheet_splits_cells_at_is_defused() {
        for separator in [";", ",", "\t", "\r", "\n", "\r\n", "; ", ";\"", "; \"", ";;"] {
            let hostile = format!("x{separator}=HYPERLINK(1)");
            assert_eq!(defused(&hostile), format!("x{separator}'=HYPERLINK(1)"));
        }
        assert_eq!(defused("x;+1;@y;\u{ff0b}"), "x;'+1;'@y;'\u{ff0b}");
        assert_eq!(defused("=A(1;-2)"), "'=A(1;'-2)");
    }
}
