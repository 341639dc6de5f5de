//! What must hold for any bytes from outside. Each function panics where it does not; the fuzzer looks for such bytes,
//! and the tests try those in `corpus/`, which it found to take different ways through the code.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a panic is how a fuzzer is told"
)]

mod answer;
mod budget;
mod canned;
mod copy;
mod key_file;

pub use answer::answer;
pub use budget::budget;
pub use copy::copy;
pub use key_file::key_file;

/// Whether a text can be shown: it can't rearrange what stands around it, and is no longer than any real one.
fn assert_tame(what: &str, text: &str) {
    assert!(text.len() <= 4096, "{what} has {} bytes", text.len());
    let rearranges = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(rearranges), "{what} is {text:?}");
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    /// Tries every file of the corpus; too few of them, and it has been lost.
    fn try_corpus(name: &str, target: fn(&[u8])) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        let files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(files.len() >= 10, "the corpus of {name} has only {} files", files.len());
        for file in files {
            target(&fs::read(file).unwrap());
        }
    }

    #[test]
    fn any_key_file_is_taken_for_what_it_is_or_refused() {
        try_corpus("key_file", super::key_file);
    }

    #[test]
    fn any_answer_is_read_or_refused() {
        try_corpus("answer", super::answer);
    }

    #[test]
    fn any_budget_is_kept_to_or_passed_over() {
        try_corpus("budget", super::budget);
    }

    #[test]
    fn any_copy_is_brought_in_as_shown_or_refused() {
        try_corpus("copy", super::copy);
    }
}
