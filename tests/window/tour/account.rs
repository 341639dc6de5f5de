//! An account of one's own: connecting, what others do meanwhile, answers that get lost, the settings.

use anyhow::{Context, Result};
use latchkey_window::{
    files,
    home::Home,
    simulator::Simulator,
    story::{self, panel, replacing, settings},
    window::{Hand, Role, Window},
};
use serde_json::json;

use crate::pictures::Pictures;

const ACCOUNT: &str = "Lindqvist & Haas";
const KEY: &str = "Main marketplace";

pub(crate) fn of_ones_own(pictures: &mut Pictures) -> Result<()> {
    let home = Home::fresh()?;
    files::api_key(&home.file("AuthKey_SIM0000001.p8"))?;
    let apple = Simulator::start(home.path(), &[])?;
    let public_key = files::key_pair(home.path())?;
    let url = [("LATCHKEY_API_URL", apple.url.as_str())];
    let open = || Window::open(&home, &url, Hand::Mouse);

    let window = open()?;
    let mut seen = |screen: &str| pictures.take(&window, screen);
    story::connect(&window, &apple, ACCOUNT, &mut seen)?;
    story::keys(&window, 3)?;
    seen("Keys of an account: nobody has named them yet")?;
    window.quit()?;

    let app = apple.app_without_key()?;
    let came = apple.added_elsewhere(&public_key, app["id"].as_str())?;
    let first = apple.key_ids()?.into_iter().next().context("no key")?;
    apple.removed_elsewhere(&first)?;
    let window = open()?;
    let mut seen = |screen: &str| pictures.take(&window, screen);
    window.shows("1 key added, 1 gone, not from this computer.")?;
    story::keys(&window, 3)?;
    seen("Since you last looked: keys that came and went without this computer")?;
    window.click(Role::Button, "What to do")?;
    seen("What to do about keys that came and went")?;
    window.click(Role::Button, "I know it")?;
    panel::open(&window, &came, panel::UNNAMED)?;
    panel::rename(&window, KEY)?;
    seen("A key that has a name now")?;

    replacing::begin(&window, KEY, replacing::PLANNED, &mut story::unseen)?;
    let next = home.file("next");
    std::fs::create_dir(&next)?;
    let next = files::key_pair(&next)?;
    replacing::send_new(&window, &next, &mut story::unseen)?;
    window.says(Role::Alert, "Apple takes no second key here")?;
    seen("Apple takes no second key: the old one can go first")?;
    window.click(Role::Button, "Remove the old key first")?;
    window.shows("Apple takes no second key for")?;
    seen("Replacing a key, the old one first")?;
    apple.fault(&json!(["DELETE * late=20s"]))?;
    replacing::remove_old(&window, KEY, &came, &mut story::unseen)?;
    window.the(Role::Dialog, "Was the key removed?")?;
    seen("A removal whose answer is lost: Latchkey looks")?;
    window.click(Role::Button, "Close")?;
    seen("Keys, while a change is looked for")?;

    story::go(&window, "Settings")?;
    window.click(Role::Button, "Rename")?;
    seen("Settings, an account is renamed")?;
    window.enter("Orchard Games")?;
    window.click(Role::Button, "Check")?;
    window.shows("it sees 12 apps")?;
    window.click(Role::Button, "Look for changes in all accounts")?;
    window.shows("Looked at 1 account")?;
    seen("Settings, an account that was checked")?;
    settings::try_api_key(&window, "Orchard Games", &apple)?;
    window.shows("this account had")?;
    seen("A new API key: what it sees")?;
    window.click(Role::Button, "Cancel")?;
    let copy = home.file("names");
    settings::save_copy(&window, &copy)?;
    seen("Settings, a copy of names and history is saved")?;
    window.quit()?;

    let there = Home::fresh()?;
    let window = Window::open(&there, &url, Hand::Mouse)?;
    let mut seen = |screen: &str| pictures.take(&window, screen);
    story::connect(&window, &apple, ACCOUNT, &mut story::unseen)?;
    story::go(&window, "Settings")?;
    settings::choose_copy(&window, &copy)?;
    seen("A copy on another computer: what it would bring in")?;
    window.click(Role::Button, "Bring in")?;
    window.gone(Role::Dialog, "Bring in a copy")?;
    story::go(&window, "Activity")?;
    window.pick("Show", "All accounts")?;
    window.shows("From a copy")?;
    seen("Activity that came with a copy")?;
    window.quit()
}
