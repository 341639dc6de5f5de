//! The window tests. Each is a sentence about the real app; `cargo xtask window` runs them.

#![expect(clippy::print_stdout, reason = "the results go to the terminal, as those of cargo test do")]

mod accessibility;
mod accounts;
mod adding;
mod case;
mod checking;
mod core_dump;
mod damaged;
mod diagnose;
mod dropping;
mod everything;
mod hostile;
mod keychain;
mod killed;
mod locked;
mod main_job;
mod once;
mod openapi;
mod pair;
mod proxy;
mod refusals;
mod removing;
mod replacing;
mod webview;

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
    ("accessibility::axe_finds_nothing_on_the_way_to_apple_and_out", accessibility::of_the_way_out_in_light),
    (
        "accessibility::axe_finds_nothing_on_the_way_to_apple_and_out_in_the_dark",
        accessibility::of_the_way_out_in_dark,
    ),
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
    ("diagnose::a_connection_that_works_is_told_part_by_part_in_a_discreet_report", diagnose::works),
    ("diagnose::what_stands_in_the_way_is_named", diagnose::broken),
    ("diagnose::it_can_be_stopped", diagnose::stopped),
    ("proxy::one_that_is_closed_is_named_and_can_be_taken_back", proxy::closed),
    ("proxy::one_with_a_login_is_refused_and_not_kept", proxy::login),
    ("proxy::every_request_goes_through_it_after_a_restart_too", proxy::passes_on),
    ("proxy::a_company_that_can_read_is_named_and_a_stranger_refused", proxy::company),
    ("everything::nothing_of_it_is_left", everything::nothing_left),
    ("everything::a_kill_in_the_middle_is_made_up_for_at_the_next_start", everything::killed),
    ("everything::a_keychain_that_ends_in_the_middle_is_told_and_gone_on_with", everything::keychain_killed),
    ("damaged::junk_in_place_of_the_records_is_set_aside_and_said", damaged::junk),
    ("damaged::what_can_be_read_comes_over", damaged::in_part),
    ("hostile::names_from_apple_are_shown_as_text_and_harm_nothing", hostile::names),
    ("hostile::errors_from_apple_are_shown_as_text_and_harm_nothing", hostile::errors),
    ("hostile::megabytes_from_apple_are_refused_or_cut", hostile::megabytes),
    ("webview::a_script_that_got_in_loads_and_sends_nothing", webview::intruder),
    ("webview::a_script_that_got_in_stays_in_the_window", webview::elsewhere),
    ("webview::a_script_that_got_in_reaches_no_command_that_is_not_listed", webview::commands),
    ("once::a_second_start_brings_the_window_to_the_front_with_its_files", once::second_start),
    ("locked::a_change_goes_on_once_the_keychain_is_unlocked", locked::unlocked),
    ("locked::a_dismissed_prompt_is_told_and_can_be_had_again", locked::dismissed),
    ("locked::quitting_does_not_wait_for_the_keychain", locked::quit),
    ("locked::a_kill_while_the_keychain_is_waited_for_sends_nothing", locked::killed),
    ("core_dump::a_crash_leaves_no_memory_on_the_disk", core_dump::of_a_crash),
    ("killed::five_kills_in_the_first_half_of_the_work_lose_and_repeat_nothing", killed::in_the_first_half),
    ("killed::five_kills_in_the_second_half_of_the_work_lose_and_repeat_nothing", killed::in_the_second_half),
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
