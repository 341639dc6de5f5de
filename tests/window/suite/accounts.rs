//! Accounts and what is written down: names, API keys, copies, exports.

use anyhow::{Context, Result, ensure};
use latchkey_window::{
    files,
    home::Home,
    simulator::Simulator,
    story::{self, panel, settings},
    window::{Hand, Role},
};

use crate::case::{Case, apple};

const ACCOUNT: &str = "Lindqvist & Haas";
const NAME: &str = "Harvest key";

pub(crate) fn renamed(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let apple = apple(home.path())?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3)?;
        settings::rename_account(window, "Orchard Games")?;
        window.click(Role::Button, "Check")?;
        window.shows("it sees 12 apps and 3 keys")
    })?;
    case.in_window(&home, &apple, Hand::Mouse, |window| {
        window.the(Role::Button, "Account: Orchard Games Team key").map(drop)
    })
}

pub(crate) fn new_api_key(case: &Case<'_>) -> Result<()> {
    let home = Home::fresh()?;
    let first = apple(home.path())?;
    let id = first.key_ids()?[0].clone();
    let port = first.url.rsplit(':').next().context("no port")?.to_owned();
    case.in_window(&home, &first, Hand::Mouse, |window| {
        story::connect(window, &first, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3)?;
        panel::open(window, &id, panel::UNNAMED)?;
        panel::rename(window, NAME)
    })?;
    drop(first);

    // The same address, another company.
    let others = home.file("others");
    std::fs::create_dir(&others)?;
    let another = Simulator::start(&others, &["--port", &port, "--seed", "2"])?;
    case.in_window(&home, &another, Hand::Mouse, |window| {
        window.says(Role::Alert, "Apple doesn't accept this account's API key any more.")?;
        story::go(window, "Settings")?;
        settings::try_api_key(window, ACCOUNT, &another)?;
        window.shows("It sees none of the 3 keys this account had.")?;
        window.shows("It is another company's API key, most likely")?;
        let offered = window.names(Role::Button)?;
        ensure!(!offered.iter().any(|name| name.starts_with("Use")), "it can't be used: {offered:?}");
        window.click(Role::Button, "Cancel")
    })?;
    drop(another);

    // The same company again, and a new file.
    let renewed = home.file("renewed");
    std::fs::create_dir(&renewed)?;
    files::api_key(&renewed.join("AuthKey_SIM0000001.p8"))?;
    let renewed = Simulator::start(&renewed, &["--port", &port])?;
    case.in_window(&home, &renewed, Hand::Mouse, |window| {
        story::go(window, "Settings")?;
        settings::try_api_key(window, ACCOUNT, &renewed)?;
        window.shows("It sees all 3 keys this account had.")?;
        window.click(Role::Button, "Use this API key")?;
        window.the(Role::Dialog, "API key changed")?;
        window.click(Role::Button, "Done")?;
        window.click(Role::Button, "Check")?;
        window.shows("it sees 12 apps and 3 keys")
    })?;
    case.in_window(&home, &renewed, Hand::Mouse, |window| {
        let rows = story::keys(window, 3)?;
        ensure!(rows.iter().any(|row| row.contains(NAME)), "names are kept: {rows:#?}");
        story::disconnect(window, ACCOUNT)
    })
}

pub(crate) fn copied(case: &Case<'_>) -> Result<()> {
    let (here, there) = (Home::fresh()?, Home::fresh()?);
    let apple = apple(here.path())?;
    let id = apple.key_ids()?[0].clone();
    let (copy, table) = (here.file("names"), here.file("activity.csv"));
    case.in_window(&here, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3)?;
        panel::open(window, &id, panel::UNNAMED)?;
        // What a spreadsheet would run.
        panel::rename(window, "=1+1")?;
        panel::rename(window, NAME)?;
        story::go(window, "Settings")?;
        settings::save_copy(window, &copy)?;
        story::go(window, "Activity")?;
        settings::export_csv(window, &table)
    })?;
    let text = std::fs::read_to_string(&table)?;
    ensure!(
        text.contains(NAME) && text.contains(ACCOUNT) && text.contains(&id),
        "what was done is in it: {text}"
    );
    ensure!(!text.contains("=1+1") || text.contains("'=1+1"), "no cell is run: {text}");
    ensure!(!std::fs::read_to_string(&copy)?.contains("PRIVATE KEY"), "a copy holds no secret");

    case.in_window(&there, &apple, Hand::Mouse, |window| {
        story::connect(window, &apple, ACCOUNT, &mut story::unseen)?;
        story::keys(window, 3)?;
        story::go(window, "Settings")?;
        settings::choose_copy(window, &copy)?;
        window.shows("1 name for keys that have none here")?;
        window.click(Role::Button, "Bring in")?;
        window.gone(Role::Dialog, "Bring in a copy")?;
        story::go(window, "Keys")?;
        window.the(Role::Button, NAME)?;
        story::go(window, "Activity")?;
        window.pick("Show", "All accounts")?;
        window.shows("From a copy")
    })
}
