//! The way to Apple, damaged records, and removing everything.

use anyhow::Result;
use latchkey_window::{
    files,
    home::Home,
    simulator::Simulator,
    story::{self, connection, everything, pair::Saving},
    window::{Hand, Role, Window},
};

use crate::pictures::Pictures;

const ACCOUNT: &str = "Lindqvist & Haas";
const APP: &str = "Sassolino";

/// From a connection that works to a computer on which nothing is left.
pub(crate) fn there_and_out(pictures: &mut Pictures) -> Result<()> {
    let home = Home::fresh()?;
    files::api_key(&home.file("AuthKey_SIM0000001.p8"))?;
    let apple = Simulator::start(home.path(), &[])?;
    let open = || Window::open(&home, &[("LATCHKEY_API_URL", apple.url.as_str())], Hand::Mouse);

    let window = open()?;
    story::connect(&window, &apple, ACCOUNT, &mut story::unseen)?;
    story::keys(&window, 3)?;
    connection::every_screen(&window, &apple, &mut |screen| pictures.take(&window, screen))?;
    window.quit()?;

    home.damage_records()?;
    let window = open()?;
    let mut seen = |screen: &str| pictures.take(&window, screen);
    window.the(Role::Button, "I know it")?;
    seen("Damaged records were set aside: what that means")?;
    window.click(Role::Button, "I know it")?;
    story::connect(&window, &apple, ACCOUNT, &mut story::unseen)?;
    let saving = Saving { kept: true, unprotected: true };
    story::pair::create(&window, &home.file("private.pem"), saving, APP, &mut story::unseen)?;
    everything::every_screen(&window, APP, &mut seen)?;
    window.quit()
}

/// A company that opens the connection in between.
pub(crate) fn with_a_company(pictures: &mut Pictures) -> Result<()> {
    let home = Home::fresh()?;
    let folder = home.path().to_string_lossy().into_owned();
    let apple = Simulator::start(home.path(), &["--tls", &folder])?;
    let authority = home.file("ca.pem").to_string_lossy().into_owned();
    let variables = [("LATCHKEY_API_URL", apple.url.as_str()), ("SSL_CERT_FILE", &authority)];
    let window = Window::open(&home, &variables, Hand::Mouse)?;
    let mut seen = |screen: &str| pictures.take(&window, screen);
    story::connect(&window, &apple, ACCOUNT, &mut story::unseen)?;
    story::keys(&window, 3)?;
    window.shows("your company can read it, including the sign-in token")?;
    seen("A company can read the connection: it is named")?;
    window.click(Role::Button, "Diagnose connection")?;
    connection::found(&window)?;
    seen("Diagnosing a connection that a company can read")?;
    window.quit()
}
