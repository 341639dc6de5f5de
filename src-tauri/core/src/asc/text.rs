//! What somebody else wrote, made fit to be shown: bounded, and unable to rearrange the text around it.

/// Longest text kept of an answer, in bytes.
pub(super) const LONGEST: usize = 4096;

/// One line: cut at [`LONGEST`], every control character and line break replaced.
pub(crate) fn line(text: &str) -> String {
    // A replacement is longer than what it replaces.
    cut(&tame(cut(text).chars(), false)).to_owned()
}

/// Several lines: as [`line`], but line feeds stay.
pub(crate) fn passage(text: &str) -> String {
    cut(&tame(cut(text).chars(), true)).to_owned()
}

/// As [`line`], or as [`passage`] if it may have several `lines`, but cut after `longest` characters.
pub(crate) fn within(text: &str, longest: usize, lines: bool) -> String {
    tame(text.chars().take(longest), lines)
}

fn tame(text: impl Iterator<Item = char>, lines: bool) -> String {
    text.filter(|c| !(lines && *c == '\r'))
        .map(|c| match c {
            '\n' if lines => c,
            '\t' => ' ',
            _ if c.is_control() || rearranges(c) => char::REPLACEMENT_CHARACTER,
            _ => c,
        })
        .collect()
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
}

/// Line and paragraph separators, and the embeddings, overrides and isolates of the Unicode
/// Bidirectional Algorithm (UAX #9, 2). The implicit marks stay: names in Hebrew and Arabic use them.
fn rearranges(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, line, passage, within};

    #[test]
    fn a_text_is_cut_between_characters() {
        let long = "é".repeat(LONGEST);
        assert_eq!(line(&long).len(), LONGEST);
        assert_eq!(line(&format!("a{long}")).len(), LONGEST - 1, "half an é is no text");
    }

    #[test]
    fn a_text_of_replaced_characters_is_no_longer_than_any_other() {
        assert!(line(&"\u{1}".repeat(LONGEST)).len() <= LONGEST);
    }

    #[test]
    fn control_and_bidi_characters_cannot_rearrange_what_stands_around() {
        assert_eq!(line("a\u{1b}[2J\u{202e}b\nc"), "a\u{fffd}[2J\u{fffd}b\u{fffd}c");
        assert_eq!(passage("a\r\nb\tc\u{2066}"), "a\nb c\u{fffd}");
    }

    #[test]
    fn a_text_may_also_be_cut_by_characters() {
        assert_eq!(within("é\u{202e}\nab", 4, false), "é\u{fffd}\u{fffd}a");
        assert_eq!(within("a\nb", 9, true), "a\nb");
    }

    #[test]
    fn names_in_scripts_written_from_the_right_stay_as_they_are() {
        assert_eq!(line("שלום\u{200f}!"), "שלום\u{200f}!");
    }
}
