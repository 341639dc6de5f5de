//! What axe-core says about every screen.

use anyhow::Result;
use latchkey_window::{
    files,
    home::Home,
    story,
    window::{Hand, Role},
};
use serde_json::json;

use crate::case::{Case, apple};

pub(crate) fn in_light(case: &Case<'_>) -> Result<()> {
    every_screen(case, "Adwaita")
}

pub(crate) fn in_dark(case: &Case<'_>) -> Result<()> {
    every_screen(case, "Adwaita:dark")
}

fn every_screen(case: &Case<'_>, theme: &str) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let public_key = files::key_pair(home.path())?;
    case.in_window_with(&home, &apple, Hand::Mouse, &[("GTK_THEME", theme)], |window| {
        window.is_dark(theme.ends_with("dark"))?;
        let mut check = |screen: &str| window.check_accessibility(screen);

        window.click(Role::Button, "Connect your App Store Connect account")?;
        check("Connect an account, empty")?;
        window.click(Role::Button, "Connect")?;
        window.shows("No API key is chosen yet")?;
        check("Connect an account, with problems beside the fields")?;
        window.click(Role::Button, "Back")?;

        apple.fault(&json!(["GET /v1/alternativeDistributionKeys status=401"]))?;
        window.click(Role::Button, "Connect your App Store Connect account")?;
        story::fill_form(window, &apple, "Lindqvist & Haas")?;
        window.click(Role::Button, "Connect")?;
        window.says(Role::Alert, "")?;
        check("Connect an account, refused by Apple")?;
        window.click(Role::Button, "Back")?;

        apple.fault(&json!([]))?;
        story::connect(window, &apple, "Lindqvist & Haas", &mut check)?;
        story::keys(window, 3)?;
        check("Keys")?;
        story::add_key(window, &public_key, "Moonlit Orchard: Harvest Tales", &mut check)?;
        story::keys(window, 4)?;
        check("Keys, one of them new")?;

        apple.fault(&json!(["GET /v1/alternativeDistributionKeys status=403"]))?;
        window.click(Role::Button, "Refresh")?;
        window.says(Role::Alert, "")?;
        check("Keys, with a problem")
    })
}
