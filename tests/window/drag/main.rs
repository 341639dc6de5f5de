//! A little window of which files can be dragged, as a file manager has one. Its arguments are the files.
//! Says `ready` when it can be dragged from, and ends when the drag does. Only Linux has tests that use it.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod source;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    return source::run();
    #[cfg(not(target_os = "linux"))]
    ExitCode::FAILURE
}
