//! Counts tests from what their runners print.

use std::{fmt, iter::Sum, path::Path};

use serde_json::Value;

/// How many tests passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
}

impl Tally {
    /// One check that either held or did not.
    pub(crate) fn one(held: bool) -> Self {
        Self { passed: usize::from(held), failed: usize::from(!held), skipped: 0 }
    }

    /// One check that can't be made here.
    pub(crate) fn skipped() -> Self {
        Self { skipped: 1, ..Self::default() }
    }

    /// A runner that failed without naming a failed test, because it crashed or didn't compile, failed once.
    pub(crate) fn and_runner(mut self, succeeded: bool) -> Self {
        if !succeeded && self.failed == 0 {
            self.failed = 1;
        }
        self
    }

    /// From the file that Vitest's JSON reporter writes (Vitest, "Reporters").
    pub(crate) fn of_vitest(report: &Path) -> Option<Self> {
        let value: Value = serde_json::from_slice(&std::fs::read(report).ok()?).ok()?;
        let number = |name: &str| value.get(name)?.as_u64().and_then(|number| usize::try_from(number).ok());
        Some(Self {
            passed: number("numPassedTests")?,
            failed: number("numFailedTests")?,
            skipped: number("numPendingTests")? + number("numTodoTests")?,
        })
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            passed: sum.passed + one.passed,
            failed: sum.failed + one.failed,
            skipped: sum.skipped + one.skipped,
        })
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Reads the output of Rust's test runner with `--show-output`, line by line. A test that finds nothing to check
/// prints `SKIPPED` and the reason; the runner counts it as passed, this counts it as skipped.
#[derive(Default)]
pub(crate) struct Reader {
    counted: Tally,
    /// Tests that said `SKIPPED`.
    said_skipped: usize,
    /// Whether the lines are the output of tests that passed.
    in_successes: bool,
}

impl Reader {
    /// Takes the next line; false if it is not worth showing.
    pub(crate) fn take(&mut self, line: &str) -> bool {
        if self.in_successes && line.starts_with("SKIPPED ") {
            self.said_skipped += 1;
            return true;
        }
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.in_successes = false;
            for part in counts.split(['.', ';']) {
                self.add(part.trim());
            }
        } else if line == "successes:" {
            self.in_successes = true;
        } else if line == "failures:" {
            self.in_successes = false;
        }
        !self.in_successes
    }

    /// What was counted.
    pub(crate) fn tally(&self) -> Tally {
        Tally {
            passed: self.counted.passed.saturating_sub(self.said_skipped),
            failed: self.counted.failed,
            skipped: self.counted.skipped + self.said_skipped,
        }
    }

    fn add(&mut self, part: &str) {
        let Some((number, what)) = part.split_once(' ') else { return };
        let Ok(number) = number.parse::<usize>() else { return };
        match what {
            "passed" => self.counted.passed += number,
            "failed" => self.counted.failed += number,
            "ignored" => self.counted.skipped += number,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(output: &str) -> (Tally, Vec<&str>) {
        let mut reader = Reader::default();
        let shown = output.lines().filter(|line| reader.take(line)).collect();
        (reader.tally(), shown)
    }

    #[test]
    fn the_results_of_all_runners_are_added_up() {
        let (tally, _) = read(
            "test a ... ok\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
             test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 7 filtered out",
        );
        assert_eq!(tally, Tally { passed: 4, failed: 2, skipped: 1 }, "filtered out is none of the three");
    }

    #[test]
    fn a_test_that_says_skipped_did_not_pass() {
        let (tally, shown) = read(
            "test a ... ok\n\nsuccesses:\n\n---- a stdout ----\nchatter\nSKIPPED for want of a file\n\n\
             successes:\n    a\n\ntest result: ok. 2 passed; 0 failed; 0 ignored",
        );
        assert_eq!(tally, Tally { passed: 1, failed: 0, skipped: 1 }, "one of the two was skipped");
        assert!(shown.contains(&"SKIPPED for want of a file"), "the reason is shown");
        assert!(!shown.contains(&"chatter"), "what else passing tests print is not");
    }

    #[test]
    fn what_a_failing_test_prints_is_shown_and_skips_nothing() {
        let (tally, shown) = read(
            "successes:\n\nsuccesses:\n\nfailures:\n\n---- b stdout ----\nSKIPPED half of it\nwhy\n\n\
             test result: FAILED. 0 passed; 1 failed; 0 ignored",
        );
        assert!(shown.contains(&"why"), "it helps to find the fault");
        assert_eq!(tally, Tally { failed: 1, ..Tally::default() }, "it failed all the same");
    }

    #[test]
    fn a_runner_that_crashed_failed_once() {
        let crashed = Tally { passed: 3, ..Tally::default() }.and_runner(false);
        assert_eq!(crashed, Tally { passed: 3, failed: 1, skipped: 0 }, "no test was named");
        let failed = Tally { failed: 2, ..Tally::default() }.and_runner(false);
        assert_eq!(failed.failed, 2, "the failed tests account for it");
    }
}
