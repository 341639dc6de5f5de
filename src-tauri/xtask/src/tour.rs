//! `cargo xtask tour`: the main job on the sample account, in pictures.

use crate::{display, repo, setup, ui};

/// Sets up, builds, clicks through the real window in a virtual display and leaves numbered pictures.
pub(crate) fn tour() -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Err(
            "The tour needs Linux: WebKit's WebDriver, which clicks through the window, is only there."
                .to_owned(),
        );
    }
    setup::for_tests()?;
    ui::ensure_built()?;
    let packages =
        ["latchkey", "latchkey-simulator", "latchkey-window-tests"].map(|name| ["--package", name]);
    repo::run(repo::cargo().arg("build").args(packages.concat()).args(["--features", repo::BUILT_IN_UI]))?;
    repo::run(display::virtual_display(&repo::binary("latchkey-tour")?).arg(repo::leavings("tour")?))
}
