//! A Secret Service that comes and goes.

use anyhow::Result;
use latchkey_window::{
    files,
    home::Home,
    story,
    window::{Hand, Role},
};

use crate::case::{Case, apple};

pub(crate) fn restart(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let public_key = files::key_pair(home.path())?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        window.click(Role::Button, "Connect your App Store Connect account")?;
        story::fill_form(window, &apple, "Lindqvist & Haas")?;
        case.keychain().kill()?;
        window.click(Role::Button, "Connect")?;
        window.says(Role::Alert, "keychain")?;

        case.keychain().start_again()?;
        window.click(Role::Button, "Connect")?;
        window.click(Role::Button, "Yes, show the keys")?;
        story::keys(window, 3)?;

        case.keychain().kill()?;
        case.keychain().start_again()?;
        // Its token is made from the stored API key: the first use of the keychain since.
        story::add_key(window, &public_key, "Camino Lento", &mut story::unseen)?;
        story::disconnect(window, "Lindqvist & Haas")
    })
}
