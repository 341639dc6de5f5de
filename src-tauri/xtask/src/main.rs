//! `cargo xtask`: sets Latchkey up, opens it, tests it and shows it.
//!
//! - [`setup`]: what this machine needs; [`tools`] and [`packages`] say what is missing, [`ui`] is npm's part.
//! - [`repo`]: where things are, and cargo itself.
//! - [`run`], [`tour`], [`window`], [`fuzz`], [`test`]: the commands. [`lints`], [`supply_chain`] and [`tally`] are
//!   `test`'s.
//!
//! Nothing here knows how Latchkey works: windows are driven by `tests/window`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks on its terminal")]

mod display;
mod fuzz;
mod lints;
mod packages;
mod repo;
mod run;
mod setup;
mod supply_chain;
mod tally;
mod test;
mod tools;
mod tour;
mod ui;
mod window;

use std::{env, process::ExitCode};

const USAGE: &str = "\
cargo xtask setup            installs what is missing to build, run and test Latchkey
cargo xtask run              sets up, builds and opens Latchkey; without a display: the tour
cargo xtask test             sets up and runs every check
cargo xtask tour             does the main job in a virtual display; pictures in target/tour/
cargo xtask window [NAME]…   builds and runs the window tests, or those whose name contains NAME
cargo xtask fuzz --minutes N  looks that long for input that breaks what must hold for any input";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["setup"] => setup::for_tests().map(|()| ExitCode::SUCCESS),
        ["run"] => run::run().map(|()| ExitCode::SUCCESS),
        ["tour"] => tour::tour().map(|()| ExitCode::SUCCESS),
        ["test"] => test::test(),
        ["fuzz", "--minutes", minutes] => fuzz::fuzz(minutes).map(|()| ExitCode::SUCCESS),
        ["window", names @ ..] => window::window(names).map(|()| ExitCode::SUCCESS),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(code) => code,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}
