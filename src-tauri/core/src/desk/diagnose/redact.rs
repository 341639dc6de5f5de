//! Takes out of a text what is nobody else's business: paths, addresses, names, IDs, tokens and keys.
//!
//! What is known to be private is looked for as it is. Beyond that, whole kinds of words go by their form, since nobody
//! knows what a library or a server puts into a sentence. It takes too much rather than too little: a host's name
//! without a dot or a port, or a person's name, is found only if it is known.

use std::{
    cmp::Reverse,
    net::{IpAddr, SocketAddr},
};

use uuid::Uuid;

use crate::asc::text;

/// Longest text that is left, in characters.
const LONGEST: usize = 300;

/// Stands for a known word until the end, as a letter of the word that it is in: a character of private use.
const KNOWN: char = '\u{e000}';

/// From so many characters on, a known word is taken out of other words too.
const SURELY_ITSELF: usize = 4;

/// The only host that is no secret.
const APPLE: &str = "api.appstoreconnect.apple.com";

/// Knows what belongs to this computer and its accounts.
pub(super) struct Redactor {
    /// Longest first: a folder before the name in it.
    known: Vec<Vec<char>>,
}

impl Redactor {
    /// One that takes out these words, in whatever case.
    pub(super) fn new(known: impl IntoIterator<Item = String>) -> Self {
        let mut known: Vec<Vec<char>> = known.into_iter().map(|word| word.trim().chars().collect()).collect();
        known.retain(|word| word.iter().any(|c| c.is_alphanumeric()));
        known.sort_by_key(|word| Reverse(word.len()));
        Self { known }
    }

    /// What is left of a text that anybody may have written, on one line.
    pub(super) fn free_text(&self, text: &str) -> String {
        let text = self.without_known(&without_certificate_names(&without_pem(text)));
        let text = without_words(&without_paths(&without_urls(&text)));
        text::within(&shown(&text).replace(['\r', '\n'], " "), LONGEST, false)
    }

    /// A word that Apple's support finds a request by, kept as it is if it looks like one.
    pub(super) fn request_id(&self, id: &str) -> String {
        let plain = id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if plain { shown(&self.without_known(id)) } else { self.free_text(id) }
    }

    /// The code of one of Apple's errors, kept as it is if it looks like one.
    pub(super) fn apple_code(&self, code: &str) -> String {
        let plain = code.len() <= 100 && code.bytes().all(|b| b.is_ascii_uppercase() || b"_.".contains(&b));
        if plain { shown(&self.without_known(code)) } else { self.free_text(code) }
    }

    fn without_known(&self, text: &str) -> String {
        let text: Vec<char> = text.chars().collect();
        let mut left = String::new();
        let mut at = 0;
        while at < text.len() {
            if let Some(word) = self.known.iter().find(|word| is_at(&text, at, word)) {
                left.push(KNOWN);
                at += word.len();
            } else {
                left.push(text[at]);
                at += 1;
            }
        }
        left
    }
}

fn shown(text: &str) -> String {
    text.replace(KNOWN, "[name]")
}

fn is_at(text: &[char], at: usize, word: &[char]) -> bool {
    let Some(here) = text.get(at..at + word.len()) else { return false };
    let same = here.iter().zip(word).all(|(a, b)| a == b || a.to_lowercase().eq(b.to_lowercase()));
    let borders = |neighbour: Option<&char>| neighbour.is_none_or(|c| !c.is_alphanumeric());
    let alone =
        || borders(at.checked_sub(1).map(|before| &text[before])) && borders(text.get(at + word.len()));
    same && (word.len() >= SURELY_ITSELF || alone())
}

fn without_pem(text: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some((before, block)) = rest.split_once("-----BEGIN") {
        left += before;
        left += "[key]";
        let after = block.split_once("-----END").and_then(|(_, end)| end.split_once("-----"));
        rest = after.map_or("", |(_, after)| after);
    }
    left + rest
}

/// Rustls names so what a certificate is for; a host's name there may have no dot.
fn without_certificate_names(text: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    let first = |rest: &str| {
        let ends = ["DnsName(", "IpAddress("].map(|kind| rest.find(kind).map(|at| at + kind.len()));
        ends.into_iter().flatten().min()
    };
    while let Some(at) = first(rest) {
        left += &rest[..at];
        left.push(KNOWN);
        left.push(')');
        rest = rest[at..].split_once(')').map_or("", |(_, after)| after);
    }
    left + rest
}

fn without_urls(text: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let scheme =
            rest[..at].trim_end_matches(|c: char| c.is_alphanumeric() || "+.-".contains(c) || c == KNOWN);
        left += scheme;
        left += "[URL]";
        let after = &rest[at..];
        let end = after.find(|c: char| c.is_whitespace() || is_quote(c) || "<>".contains(c));
        let url = after[..end.unwrap_or(after.len())].trim_end_matches([')', ']', '.', ',', ';', ':']);
        rest = &after[url.len().max("://".len())..];
    }
    left + rest
}

/// Names in a path may hold blanks, so a path goes on until something shows that it does not.
fn without_paths(text: &str) -> String {
    let mut left = String::new();
    let mut before = None;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = &rest[..rest.find(|c| !in_word(c)).unwrap_or(rest.len())];
        let taken = if is_path(word) {
            left += "[path]";
            path_length(rest, before.filter(|c| is_quote(*c)))
        } else {
            let plain = word.len().max(first.len_utf8());
            left += &rest[..plain];
            plain
        };
        before = rest[..taken].chars().next_back();
        rest = &rest[taken..];
    }
    left
}

fn is_path(word: &str) -> bool {
    let mut chars = word.chars();
    let begins = match (chars.next(), chars.next()) {
        (Some('/'), Some(next)) => next != '/' || word.len() > 2,
        (Some('~' | KNOWN), Some('/')) => true,
        _ => false,
    };
    begins || word.contains('\\') || word.contains(":/") || word.matches('/').count() > 1
}

fn path_length(text: &str, quote: Option<char>) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let ends_a_word = next.is_none_or(|next| !next.is_alphanumeric() && next != KNOWN);
        let ends = match c {
            '\n' => true,
            _ if is_quote(c) => ends_a_word,
            _ if quote.is_some() => false,
            ')' | ']' | '>' | ';' => true,
            ':' | ',' => next.is_none_or(char::is_whitespace),
            _ => false,
        };
        if ends {
            return at;
        }
    }
    text.len()
}

fn without_words(text: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = &rest[..rest.find(|c| !in_word(c)).unwrap_or(rest.len())];
        if word.is_empty() {
            left.push(first);
        } else {
            left += &without_form(word);
        }
        rest = &rest[word.len().max(first.len_utf8())..];
    }
    left
}

fn without_form(word: &str) -> String {
    let inner = word.trim_matches(|c: char| !c.is_alphanumeric() && c != KNOWN);
    if inner.is_empty() || is_apple(inner) {
        return word.to_owned();
    }
    let left = match form(inner) {
        Some(label) => label.to_owned(),
        None => match inner.find([':', '/', '%', '+', '~']) {
            Some(at) => {
                format!("{}{}{}", without_form(&inner[..at]), &inner[at..=at], without_form(&inner[at + 1..]))
            }
            None => inner.to_owned(),
        },
    };
    word.replacen(inner, &left, 1)
}

/// What a word is, if its form tells and it is no word of a sentence.
fn form(word: &str) -> Option<&'static str> {
    let bare = word.split('%').next().unwrap_or_default();
    if word.contains('@') || word.contains("%40") {
        Some("[address]")
    } else if Uuid::try_parse(word).is_ok() || is_number_of_something(word) || is_key_id(word) {
        Some("[ID]")
    } else if bare.parse::<IpAddr>().is_ok() || word.parse::<SocketAddr>().is_ok() || has_ipv6(word) {
        Some("[IP address]")
    } else if is_token(word) || is_data(word) {
        Some("[data]")
    } else if is_host(word) {
        Some("[host]")
    } else {
        None
    }
}

/// One that something else is stuck to.
fn has_ipv6(word: &str) -> bool {
    let hex = |group: &str| (1..=4).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_hexdigit());
    let shortened =
        word.split_once("::").is_some_and(|(before, _)| before.rsplit(':').next().is_some_and(hex));
    shortened || word.split(':').filter(|group| hex(group)).count() > 3
}

fn is_number_of_something(word: &str) -> bool {
    word.len() >= 8 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Ten capital letters and digits, as API key IDs and team IDs are.
fn is_key_id(word: &str) -> bool {
    let capitals = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    word.len() == 10 && word.bytes().all(capitals) && word.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_apple(word: &str) -> bool {
    word.strip_suffix(":443").unwrap_or(word).eq_ignore_ascii_case(APPLE)
}

/// A name with dots in it, or with a port after it.
fn is_host(word: &str) -> bool {
    let port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (name, has_port) = match word.rsplit_once(':') {
        Some((name, after)) if port(after) => (name, true),
        _ => (word, false),
    };
    let letter = |c: char| c.is_alphabetic() || c == KNOWN;
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| letter(c) || c.is_numeric() || "-_".contains(c))
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    let dotted = last.len() < name.len() && (last.chars().count() > 1 || last.contains(KNOWN));
    name.split('.').all(label) && last.chars().any(letter) && (dotted || has_port)
}

/// A JWT, or what begins like one.
fn is_token(word: &str) -> bool {
    word.starts_with("eyJ")
}

/// Hashes, encoded keys: too long for a word, and of letters and digits, or of both cases.
fn is_data(word: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| word.bytes().any(|byte| kind(&byte));
    let mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    let bare = !word.contains([':', '.']);
    bare && (word.len() >= 20 && has(u8::is_ascii_digit) || word.len() >= 40 && mixed)
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == KNOWN || "._-:@%+/\\~".contains(c)
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '\u{ab}' | '\u{bb}' | '\u{2018}'..='\u{201f}')
}

#[cfg(test)]
mod tests;
