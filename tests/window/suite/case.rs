//! What every test starts from.

use std::{
    cell::RefMut,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use latchkey_window::{
    desktop::Desktop,
    files,
    home::Home,
    keychain::Keychain,
    simulator::Simulator,
    window::{Hand, Window},
};

/// The service name of the app's keychain entries while it works on a test server.
pub(crate) const SERVICE: &str = "Latchkey (test server)";

/// One test: its name, and the desktop it runs on.
pub(crate) struct Case<'d> {
    name: &'static str,
    desktop: &'d Desktop,
}

impl<'d> Case<'d> {
    pub(crate) fn new(name: &'static str, desktop: &'d Desktop) -> Self {
        Self { name, desktop }
    }

    pub(crate) fn keychain(&self) -> RefMut<'d, Keychain> {
        self.desktop.keychain()
    }

    /// Opens the app on a test server, does something in its window and closes it. What fails leaves a picture.
    pub(crate) fn in_window<T>(
        &self,
        home: &Home,
        apple: &Simulator,
        hand: Hand,
        work: impl FnOnce(&Window) -> Result<T>,
    ) -> Result<T> {
        self.in_window_with(home, apple, hand, &[], work)
    }

    /// The same with further variables.
    pub(crate) fn in_window_with<T>(
        &self,
        home: &Home,
        apple: &Simulator,
        hand: Hand,
        variables: &[(&str, &str)],
        work: impl FnOnce(&Window) -> Result<T>,
    ) -> Result<T> {
        let (window, value) = self.worked_in(home, apple, hand, variables, work)?;
        window.quit().map(|()| value)
    }

    /// The same, but the app ends as by a power cut, right after the work.
    pub(crate) fn until_killed<T>(
        &self,
        home: &Home,
        apple: &Simulator,
        work: impl FnOnce(&Window) -> Result<T>,
    ) -> Result<T> {
        let (window, value) = self.worked_in(home, apple, Hand::Mouse, &[], work)?;
        window.kill().map(|()| value)
    }

    /// The same, but the work itself ends the app.
    pub(crate) fn until_ended<T>(
        &self,
        home: &Home,
        apple: &Simulator,
        work: impl FnOnce(&Window) -> Result<T>,
    ) -> Result<T> {
        self.worked_in(home, apple, Hand::Mouse, &[], work).map(|(_window, value)| value)
    }

    fn worked_in<T>(
        &self,
        home: &Home,
        apple: &Simulator,
        hand: Hand,
        variables: &[(&str, &str)],
        work: impl FnOnce(&Window) -> Result<T>,
    ) -> Result<(Window, T)> {
        let variables = [&[("LATCHKEY_API_URL", apple.url.as_str())], variables].concat();
        let window = Window::open(home, &variables, hand)?;
        match work(&window) {
            Ok(value) => Ok((window, value)),
            Err(error) => {
                let picture = self.picture()?;
                let shown = match window.picture(&picture) {
                    Ok(()) => picture.display().to_string(),
                    Err(error) => format!("No picture: {error:#}"),
                };
                let (text, log) = (window.text().unwrap_or_default(), fs::read_to_string(home.log())?);
                Err(error.context(format!("{shown}\nThe window shows:\n{text}\nThe app printed:\n{log}")))
            }
        }
    }

    fn picture(&self) -> Result<PathBuf> {
        let program = std::env::current_exe()?;
        let target = program.ancestors().nth(2).context("no target folder")?;
        Ok(target.join("window").join(self.name.replace("::", "-")).with_extension("png"))
    }
}

/// A server whose API key openssl made, in a file in `folder`.
pub(crate) fn apple(folder: &Path) -> Result<Simulator> {
    apple_with(folder, &[])
}

/// The same with further options of the simulator.
pub(crate) fn apple_with(folder: &Path, options: &[&str]) -> Result<Simulator> {
    // The API key ID of the account with seed 1.
    let p8 = folder.join("AuthKey_SIM0000001.p8");
    files::api_key(&p8)?;
    let apple = Simulator::start(folder, options)?;
    ensure!(apple.p8 == p8, "the simulator took {} instead", apple.p8.display());
    Ok(apple)
}
