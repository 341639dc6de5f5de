//! The window tests. Each is a sentence about the real app; `cargo xtask window` runs them.

#![expect(clippy::print_stdout, reason = "the results go to the terminal, as those of cargo test do")]

mod accessibility;
mod accounts;
mod adding;
mod case;
mod checking;
mod dropping;
mod keychain;
mod main_job;
mod openapi;
mod pair;
mod refusals;
mod removing;
mod replacing;

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
    ("accessibility::axe_finds_nothing_in_a_key_s_whole_life", accessibility::of_a_life_in_light),
    ("accessibility::axe_finds_nothing_in_a_key_s_whole_life_in_the_dark", accessibility::of_a_life_in_dark),
    ("keychain::the_app_goes_on_after_the_secret_service_restarted", keychain::restart),
    ("adding::a_double_click_sends_one_key", adding::double_click),
    ("adding::a_wrong_file_is_named_and_nothing_is_sent", adding::wrong_files),
    ("pair::both_forms_of_a_new_private_key_open_and_sign", pair::both_forms),
    ("pair::a_private_key_in_the_keychain_can_be_saved_again", pair::kept_in_the_keychain),
    ("replacing::a_kill_after_each_step_loses_and_repeats_nothing", replacing::killed_after_each_step),
    ("replacing::a_kill_while_sending_sends_nothing_twice", replacing::killed_while_sending),
    ("replacing::in_an_emergency_the_old_key_goes_first", replacing::emergency),
    ("replacing::where_apple_takes_no_second_key_the_old_one_goes_first", replacing::no_second_key),
    ("replacing::the_keyboard_alone_is_enough", replacing::by_keyboard),
    ("removing::the_last_six_characters_have_to_be_right", removing::wrong_then_right),
    ("removing::the_keyboard_alone_is_enough", removing::by_keyboard),
    ("removing::a_key_that_somebody_else_removed_meanwhile_is_told", removing::gone_meanwhile),
    ("removing::a_key_that_somebody_else_replaced_meanwhile_stays", removing::another_meanwhile),
    ("removing::a_double_click_removes_once", removing::double_click),
    ("removing::a_reloaded_page_removes_once", removing::reloaded),
    ("dropping::each_kind_of_file_is_named_and_nothing_is_sent", dropping::every_kind),
    ("dropping::a_file_goes_where_it_is_wanted", dropping::one_public_key),
    ("checking::a_private_key_is_right_or_wrong", checking::private_keys),
    ("checking::a_key_is_confirmed_by_voice", checking::by_voice),
    ("checking::a_token_names_the_key_that_signed_it", checking::tokens),
    ("accounts::a_new_name_stays", accounts::renamed),
    ("accounts::a_new_api_key_keeps_names_and_warns_of_another_company", accounts::new_api_key),
    ("accounts::a_copy_goes_to_another_computer", accounts::copied),
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
