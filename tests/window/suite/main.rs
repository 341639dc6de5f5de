//! The window tests. Each is a sentence about the real app; `cargo xtask window` runs them.

#![expect(clippy::print_stdout, reason = "the results go to the terminal, as those of cargo test do")]

mod accessibility;
mod adding;
mod case;
mod keychain;
mod main_job;
mod openapi;
mod refusals;

use std::{env, process::ExitCode, time::Instant};

use anyhow::Result;
use latchkey_window::desktop::Desktop;

use case::Case;

type Test = fn(&Case<'_>) -> Result<()>;

const TESTS: &[(&str, Test)] = &[
    ("main_job::a_key_is_bound_to_an_app_from_the_first_start_on", main_job::with_the_mouse),
    ("main_job::the_keyboard_alone_is_enough", main_job::with_the_keyboard),
    ("accessibility::axe_finds_nothing_on_any_screen", accessibility::in_light),
    ("accessibility::axe_finds_nothing_on_any_dark_screen", accessibility::in_dark),
    ("keychain::the_app_goes_on_after_the_secret_service_restarted", keychain::restart),
    ("adding::a_double_click_sends_one_key", adding::double_click),
    ("adding::a_wrong_file_is_named_and_nothing_is_sent", adding::wrong_files),
    ("refusals::without_a_variable_webdriver_can_t_attach", refusals::no_webdriver),
    ("refusals::another_host_than_this_computer_stops_the_start", refusals::other_host),
];

fn main() -> Result<ExitCode> {
    let words: Vec<String> = env::args().skip(1).collect();
    let chosen: Vec<&(&str, Test)> = TESTS
        .iter()
        .filter(|(name, _)| words.is_empty() || words.iter().any(|word| name.contains(word.as_str())))
        .collect();
    let desktop = Desktop::start()?;
    let start = Instant::now();
    println!("running {} tests", chosen.len());
    let mut failed = 0;
    for (name, test) in &chosen {
        let began = Instant::now();
        let outcome = test(&Case::new(name, &desktop));
        let took = began.elapsed().as_secs_f32();
        match outcome {
            Ok(()) => println!("test {name} ... ok ({took:.1} s)"),
            Err(error) => {
                failed += 1;
                println!("test {name} ... FAILED ({took:.1} s)");
                for cause in error.chain() {
                    println!("{cause}");
                }
            }
        }
    }
    println!(
        "\ntest result: {}. {} passed; {failed} failed; 0 ignored; 0 measured; {} filtered out; finished in {:.1}s",
        if failed == 0 { "ok" } else { "FAILED" },
        chosen.len() - failed,
        TESTS.len() - chosen.len(),
        start.elapsed().as_secs_f32()
    );
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
