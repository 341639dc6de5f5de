//! What axe-core says about every screen.

use anyhow::Result;
use latchkey_window::{
    files,
    home::Home,
    story::{self, pair::Saving, settings},
    window::{Hand, Role},
};
use serde_json::json;

use crate::case::{Case, apple, apple_with};

const ACCOUNT: &str = "Lindqvist & Haas";
const APP: &str = "Moonlit Orchard: Harvest Tales";

pub(crate) fn in_light(case: &Case<'_>) -> Result<()> {
    every_screen(case, "Adwaita")
}

pub(crate) fn in_dark(case: &Case<'_>) -> Result<()> {
    every_screen(case, "Adwaita:dark")
}

pub(crate) fn of_a_life_in_light(case: &Case<'_>) -> Result<()> {
    a_whole_life(case, "Adwaita")
}

pub(crate) fn of_a_life_in_dark(case: &Case<'_>) -> Result<()> {
    a_whole_life(case, "Adwaita:dark")
}

pub(crate) fn of_the_way_out_in_light(case: &Case<'_>) -> Result<()> {
    way_out(case, "Adwaita")
}

pub(crate) fn of_the_way_out_in_dark(case: &Case<'_>) -> Result<()> {
    way_out(case, "Adwaita:dark")
}

/// The screens about the connection, about damaged records, and those through which everything goes.
fn way_out(case: &Case<'_>, theme: &str) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    case.in_window_with(&home, &apple, Hand::Mouse, &[("GTK_THEME", theme)], |window| {
        window.is_dark(theme.ends_with("dark"))?;
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3)?;
        story::connection::every_screen(window, &apple, &mut |screen| window.check_accessibility(screen))
    })?;
    home.damage_records()?;
    case.in_window_with(&home, &apple, Hand::Mouse, &[("GTK_THEME", theme)], |window| {
        let mut check = |screen: &str| window.check_accessibility(screen);
        window.the(Role::Button, "I know it")?;
        check("Damaged records were set aside")?;
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        let saving = Saving { kept: true, unprotected: true };
        story::pair::create(window, &home.file("private.pem"), saving, "Sassolino", &mut story::unseen)?;
        story::everything::every_screen(window, "Sassolino", &mut check)
    })
}

/// The screens that the story of a key's whole life passes, and those of the settings.
fn a_whole_life(case: &Case<'_>, theme: &str) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple_with(home.path(), &["--two-keys-per-app"])?;
    case.in_window_with(&home, &apple, Hand::Mouse, &[("GTK_THEME", theme)], |window| {
        window.is_dark(theme.ends_with("dark"))?;
        let mut check = |screen: &str| window.check_accessibility(screen);
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::life::whole(window, &home.file("desk"), 3, &mut check)?;

        story::go(window, "Settings")?;
        window.click(Role::Button, "Rename")?;
        check("Settings, an account is renamed")?;
        window.click(Role::Button, "Cancel")?;
        window.click(Role::Button, "Use a new API key…")?;
        check("A new API key, empty")?;
        window.click(Role::Button, "Cancel")?;
        settings::try_api_key(window, ACCOUNT, &apple)?;
        window.shows("this account had")?;
        check("A new API key, what it sees")?;
        window.click(Role::Button, "Cancel")?;
        window.click(Role::Button, "Look for changes in all accounts")?;
        window.shows("Looked at 1 account")?;
        check("Settings, all accounts looked at")?;
        let copy = home.file("names");
        settings::save_copy(window, &copy)?;
        settings::choose_copy(window, &copy)?;
        check("Bringing in a copy")?;
        window.click(Role::Button, "Done")
    })
}

fn every_screen(case: &Case<'_>, theme: &str) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    let public_key = files::key_pair(home.path())?;
    let others = home.file("others");
    std::fs::create_dir(&others)?;
    let other_key = files::key_pair(&others)?;
    files::openssl(&["genpkey", "-algorithm", "RSA", "-out", &home.file("rsa.pem").to_string_lossy()])?;
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
        story::fill_form(window, &apple, ACCOUNT)?;
        window.click(Role::Button, "Connect")?;
        window.says(Role::Alert, "")?;
        check("Connect an account, refused by Apple")?;
        window.click(Role::Button, "Back")?;

        apple.fault(&json!([]))?;
        story::connect(window, &apple, ACCOUNT, &mut check)?;
        story::keys(window, 3)?;
        check("Keys")?;
        story::add_key(window, &public_key, APP, &mut check)?;
        story::keys(window, 4)?;
        check("Keys, one of them new")?;
        window.click(Role::Button, APP)?;
        window.the(Role::Button, "Copy the command that prints it")?;
        check("A key, opened")?;
        window.click(Role::Button, "Close")?;

        window.click(Role::Button, "Add key")?;
        story::choose_key(window, &home.file("rsa.pem"))?;
        window.says(Role::Alert, "RSA")?;
        check("Adding a key, a file that can't be used")?;
        story::choose_key(window, &public_key.with_file_name("private_key.pem"))?;
        window.shows("It never left this computer")?;
        check("Adding a key, a private key file")?;
        window.click(Role::Button, "Cancel")?;

        window.click(Role::Button, &format!("Account: {ACCOUNT} Team key"))?;
        window.the(Role::MenuItem, "Disconnect…")?;
        check("The account menu")?;
        window.click(Role::MenuItem, "Disconnect…")?;
        window.the(Role::Dialog, &format!("Disconnect “{ACCOUNT}”?"))?;
        check("Disconnecting an account")?;
        window.click(Role::Button, "Cancel")?;

        apple.fault(&json!(["GET /v1/alternativeDistributionKeys status=403"]))?;
        window.click(Role::Button, "Refresh")?;
        window.says(Role::Alert, "")?;
        check("Keys, with a problem")?;

        apple.fault(&json!([]))?;
        window.click(Role::Button, "Refresh")?;
        story::keys(window, 4)?;
        apple.fault(&json!(["POST * late=20s"]))?;
        story::send_key(window, &other_key, "Sassolino", &mut story::unseen)?;
        window.the(Role::Dialog, "Did the key arrive?")?;
        check("A key whose answer is lost")
    })
}
