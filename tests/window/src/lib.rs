//! The real app, driven from outside: its window by WebKit's WebDriver, its native dialogs by the keyboard of a
//! virtual display, its keychain by a Secret Service of its own, Apple by the simulator.
//!
//! - [`desktop`]: the display's window manager and the keychain, once for all tests.
//! - [`home`]: an empty home folder; [`files`]: what a person would have in it, made by openssl; [`token`]: what a server
//!   signs; [`clipboard`]: what was copied.
//! - [`driver`]: WebDriver on the wire; [`window`]: the window as a person meets it; [`display`]: what is outside the page, the file dialog above all.
//! - [`keychain`] and its [`prompt`], [`simulator`], [`axe`]: what the app talks to, and the judge of its accessibility. What somebody else
//!   does at Apple meanwhile is in `somebody_else`.
//! - [`wait`]: the one way to wait.
//! - [`story`]: what a person does, step by step, which the tests and the tour share. Only it knows Latchkey's screens.

pub mod axe;
pub mod clipboard;
pub mod desktop;
pub mod display;
pub mod driver;
pub mod files;
pub mod home;
pub mod keychain;
pub mod prompt;
pub mod proxy;
pub mod simulator;
mod somebody_else;
pub mod story;
pub mod token;
pub mod wait;
pub mod window;

use std::path::{Path, PathBuf};

/// A binary of the app or the simulator: all lie beside the running one.
pub fn binary(name: &str) -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name(name);
    anyhow::ensure!(path.exists(), "{} is not built; `cargo xtask window` builds it", path.display());
    Ok(path)
}

/// The folder with the workspace's `Cargo.toml`.
pub fn top() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}
