//! A virtual display with a session bus, where a window can open on a machine without a screen.

use std::{env, path::Path, process::Command};

use crate::repo;

/// Whether there is a screen to open a window on.
pub(crate) fn is_here() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Starts `program` on a display and a bus of its own; both end with it.
pub(crate) fn virtual_display(program: &Path) -> Command {
    let mut command = Command::new("xvfb-run");
    command
        .args([
            "--auto-servernum",
            "--server-args",
            "-screen 0 1400x1000x24",
            "dbus-run-session",
            "--config-file",
        ])
        .arg(repo::top().join("tests/window/bus.conf"))
        .arg("--")
        .arg(program)
        // A window that finds a Wayland compositor would open there, on somebody's screen.
        .env_remove("WAYLAND_DISPLAY")
        .env("GDK_BACKEND", "x11")
        // The bus has neither an accessibility registry nor a settings daemon to look for.
        .env("NO_AT_BRIDGE", "1")
        .env("GSETTINGS_BACKEND", "memory");
    command
}
