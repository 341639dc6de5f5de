//! Random sequences of what a person does, what others do, and what goes wrong, on paused time against App Store Connect in
//! miniature. After every step
//!
//! - (a) nothing was sent that nobody decided, nothing twice, and nothing that was not written down before;
//! - (b) what the app says of each key and each change is what Apple has, or that it is not known;
//! - (c) every name, note and line of Activity that was ever told is still there;
//! - (d) no secret is in anything that was told or remembered.
//!
//! `LATCHKEY_SEED=17` runs that one sequence. One that fails is told with its steps, cut to those that matter.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says how much it tried"
)]

mod chance;
mod changes;
mod deeds;
#[path = "../common/failures.rs"]
mod failures;
mod faults;
mod ledger;
mod marks;
mod memory;
mod person;
mod run;
mod shorten;
mod vault;
mod world;

use std::{env, ops::Range};

use deeds::Sequence;
use run::Counts;
use shorten::tried;
use world::Stage;

fn each_holds(seeds: Range<u64>) {
    let seeds = match env::var("LATCHKEY_SEED").map(|seed| seed.parse::<u64>().unwrap()) {
        Ok(seed) => seeds.start.max(seed)..seeds.end.min(seed + 1),
        Err(_) => seeds,
    };
    let stage = Stage::new();
    let all = seeds.map(|seed| tried(seed, &stage, &Sequence::of(seed))).fold(Counts::default(), Counts::and);
    println!("{all:?}");
}

#[test]
fn whatever_is_done_and_fails_every_word_is_true_and_nothing_is_lost_or_told() {
    each_holds(0..2_500);
}

#[test]
fn so_it_is_with_others() {
    each_holds(2_500..5_000);
}

#[test]
fn and_with_others() {
    each_holds(5_000..7_500);
}

#[test]
fn and_with_the_last() {
    each_holds(7_500..10_000);
}
