//! What a person typed, or a copy says that one did, fit to be kept: bounded, without blanks around it, and unable to
//! rearrange the text around it.

use crate::asc::text;

/// Longest name of a key, an account or a person, in characters.
pub(super) const LONGEST_NAME: usize = 200;

/// Longest note on a key, in characters.
const LONGEST_NOTE: usize = 4000;

/// A key's name; `None` if nothing is left.
pub(super) fn name(typed: &str) -> Option<String> {
    kept(typed, LONGEST_NAME, false)
}

/// A note, which may have several lines; `None` if nothing is left.
pub(super) fn note(typed: &str) -> Option<String> {
    kept(typed, LONGEST_NOTE, true)
}

/// Who said something. The window asks for it; empty if nothing is left.
pub(super) fn person(typed: &str) -> String {
    name(typed).unwrap_or_default()
}

fn kept(typed: &str, longest: usize, lines: bool) -> Option<String> {
    let tame = text::within(typed.trim(), longest, lines);
    let tame = tame.trim_end();
    (!tame.is_empty()).then(|| tame.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_at_most_200_characters() {
        assert_eq!(name("  Main\tmarketplace "), Some("Main marketplace".to_owned()));
        assert_eq!(name("a\u{202e}b\u{0}c"), Some("a\u{fffd}b\u{fffd}c".to_owned()));
        assert_eq!(name(&"é".repeat(300)), Some("é".repeat(200)));
        assert_eq!(name(&format!("{} b", "a".repeat(199))), Some("a".repeat(199)));
        assert_eq!(name(" \n "), None);
    }

    #[test]
    fn a_note_keeps_its_lines() {
        assert_eq!(note("\nfirst\r\nsecond\n"), Some("first\nsecond".to_owned()));
        assert_eq!(note(&"é".repeat(5000)), Some("é".repeat(4000)));
    }

    #[test]
    fn a_person_has_a_name_as_short() {
        assert_eq!(person(&format!(" {} ", "J".repeat(300))), "J".repeat(200));
        assert_eq!(person(" "), "");
    }
}
