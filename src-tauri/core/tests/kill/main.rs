//! Kill −9 in the middle of everything. A process does what a person does, and is killed at a random instant, or while a
//! request that changes something is on its way; then another starts on what is left, and says what is so.
//!
//! The instants are moments of real time: when a process ends without warning is what is tried here.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says how much it tried"
)]

mod app;
mod office;
mod session;

use std::{env, thread};

use office::{Counts, Office, When};

/// At random instants.
const AT_RANDOM: usize = 166;

/// The requests of the session that change something, each met before it is carried out and after.
const AIMED: [(&str, usize); 6] =
    [("POST", 0), ("POST", 1), ("POST", 2), ("DELETE", 0), ("DELETE", 1), ("DELETE", 2)];

#[test]
fn after_being_killed_at_any_instant_the_next_start_tells_the_truth() {
    let name = "after_being_killed_at_any_instant_the_next_start_tells_the_truth";
    match env::var("LATCHKEY_KILL").as_deref() {
        Ok("session") => return run(app::session()),
        Ok("truth") => return run(app::truth()),
        _ => (),
    }
    session::in_a_session(name, || {
        let aimed = AIMED.into_iter().flat_map(|(method, nth)| {
            [true, false].map(|carried_out| When::During { method, nth, carried_out })
        });
        let aimed: Vec<When> = aimed.collect();
        let aimed = aimed.iter().chain(&aimed).copied();
        let whens: Vec<When> = aimed.chain((0..AT_RANDOM).map(|nth| When::After(fraction(nth)))).collect();
        // One to each of two processors.
        let counts: Vec<Counts> = thread::scope(|scope| {
            let halves = [0, 1].map(|turn| {
                let its: Vec<When> = whens.iter().skip(turn).step_by(2).copied().collect();
                scope.spawn(move || Office::new(turn, name).kill_at_each(&its))
            });
            halves.map(|half| half.join().unwrap()).into()
        });
        println!("{:?}", counts.into_iter().fold(Counts::default(), Counts::and));
    });
}

/// The parts of a session that the instants lie at: all over it, and nowhere twice (multiples of the golden ratio).
fn fraction(nth: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let nth = nth as f64;
    (nth * 0.618_033_988_749_895).fract()
}

fn run(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(work);
}
