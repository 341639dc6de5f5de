//! The program. Everything else is in the library, where tests reach it.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    // First of all, while there is one thread and nothing has read them.
    latchkey::environment::close_back_doors();
    latchkey::memory::keep_out_of_crash_files();
    latchkey::run()
}
