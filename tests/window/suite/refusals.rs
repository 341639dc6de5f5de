//! What the app does not let anybody do.

use std::{
    fs::{self, File},
    process::Command,
    time::Duration,
};

use anyhow::{Result, ensure};
use latchkey_window::{binary, driver::Driver, home::Home, wait::wait_for, window::AUTOMATION};

use crate::case::Case;

pub(crate) fn no_webdriver(_case: &Case<'_>) -> Result<()> {
    ensure!(attaches(&[("LATCHKEY_SAMPLE", "1")])?, "WebDriver drives the sample account");
    ensure!(!attaches(&[])?, "WebDriver drives an app that works on Apple's server");
    ensure!(!attaches(&[("LATCHKEY_SAMPLE", "0")])?, "WebDriver drives an app that works on Apple's server");
    Ok(())
}

/// Whether WebDriver gets hold of the window. Where it does, that takes a second or two.
fn attaches(variables: &[(&str, &str)]) -> Result<bool> {
    let home = Home::fresh()?;
    let mut environment = home.environment();
    environment.extend(AUTOMATION.map(|name| (name.to_owned(), "true".to_owned())));
    environment.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let log = File::create(home.log())?;
    Ok(Driver::start(&binary("latchkey")?, &environment, log, Duration::from_secs(8)).is_ok())
}

pub(crate) fn other_host(_case: &Case<'_>) -> Result<()> {
    for url in
        ["http://example.com", "http://localhost:1", "http://127.0.0.1.example.com", "http://0.0.0.0:1"]
    {
        let home = Home::fresh()?;
        let mut app = Command::new(binary("latchkey")?)
            .envs(home.environment())
            .env("LATCHKEY_API_URL", url)
            .stderr(File::create(home.log())?)
            .spawn()?;
        let status = wait_for(&format!("the start with {url} to be refused"), || Ok(app.try_wait()?));
        // One that started after all must not stay.
        let _ = app.kill();
        ensure!(!status?.success(), "{url}: its exit code tells that it did not start");
        let said = fs::read_to_string(home.log())?;
        ensure!(
            said.contains("LATCHKEY_API_URL") && said.contains("did not start"),
            "{url}: it says why: {said}"
        );
    }
    Ok(())
}
