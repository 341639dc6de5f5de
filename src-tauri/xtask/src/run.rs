//! `cargo xtask run`: from a fresh clone to the open window.

use crate::{display, repo, setup, tour, ui};

/// Sets up, builds and opens the app; does the tour where there is no display.
pub(crate) fn run() -> Result<(), String> {
    if !display::is_here() {
        println!("No display here (neither DISPLAY nor WAYLAND_DISPLAY is set): this is the tour instead.");
        return tour::tour();
    }
    setup::for_app()?;
    ui::ensure_built()?;
    repo::run(repo::cargo().args(["build", "--package", "latchkey", "--features", repo::BUILT_IN_UI]))?;
    let mut app = std::process::Command::new(repo::binary("latchkey")?);
    let status = app.status().map_err(|error| format!("Latchkey can't be started: {error}"))?;
    // What stopped it, Latchkey has said itself.
    if status.success() { Ok(()) } else { Err(format!("Latchkey ended with {status}.")) }
}
