//! The shortest sequence that still fails in place of a longer one.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{
    deeds::Sequence,
    run::{Counts, run},
    world::Stage,
};

/// Runs it; on failure, says what is left of it when every step is left out that can be.
pub(crate) fn tried(seed: u64, stage: &Stage, sequence: &Sequence) -> Counts {
    let failure = match attempt(stage, sequence) {
        Ok(counts) => return counts,
        Err(failure) => failure,
    };
    panic!("seed {seed}: {failure}\n{:#?}", shortest(stage, sequence.clone()));
}

fn shortest(stage: &Stage, mut sequence: Sequence) -> Sequence {
    let fails = |sequence: &Sequence| attempt(stage, sequence).is_err();
    let whole = sequence.steps.clone();
    for length in 0..whole.len() {
        sequence.steps = whole[..length].to_vec();
        if fails(&sequence) {
            break;
        }
        sequence.steps.clone_from(&whole);
    }
    let mut at = 0;
    while at < sequence.steps.len() {
        let mut without = sequence.clone();
        without.steps.remove(at);
        if fails(&without) {
            sequence = without;
        } else {
            at += 1;
        }
    }
    sequence
}

fn attempt(stage: &Stage, sequence: &Sequence) -> Result<Counts, String> {
    catch_unwind(AssertUnwindSafe(|| run(stage, sequence))).map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
    })
}
