//! What stands around the app on a desktop, started once for all tests.

use std::{
    cell::{RefCell, RefMut},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::{display, home::Home, keychain::Keychain, wait::wait_for};

/// A window manager and a keychain. The display and the session bus are there before it.
pub struct Desktop {
    keychain: RefCell<Keychain>,
    window_manager: Child,
    _home: Home,
}

impl Desktop {
    /// Starts both and waits until they work.
    pub fn start() -> Result<Self> {
        for variable in ["DISPLAY", "DBUS_SESSION_BUS_ADDRESS"] {
            ensure!(
                std::env::var_os(variable).is_some(),
                "{variable} is not set: start this with cargo xtask"
            );
        }
        let home = Home::fresh()?;
        let window_manager = Command::new("openbox")
            .arg("--sm-disable")
            .envs(home.environment())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("openbox can't be started")?;
        let keychain = RefCell::new(Keychain::start()?);
        let desktop = Self { keychain, window_manager, _home: home };
        wait_for("openbox", || {
            let answer = Command::new("xdotool").arg("get_num_desktops").output()?;
            Ok(answer.status.success().then_some(()))
        })?;
        display::put_pointer_away()?;
        Ok(desktop)
    }

    /// Its keychain.
    pub fn keychain(&self) -> RefMut<'_, Keychain> {
        self.keychain.borrow_mut()
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        let _ = self.window_manager.kill();
        let _ = self.window_manager.wait();
    }
}
