//! Puts the desk together for a setting: which server, which keychain service, which folder.

use std::{path::PathBuf, sync::Arc};

use latchkey_core::{
    account::Origin,
    asc::https::Https,
    clock::{Clock, SystemClock},
    desk::{Backing, Desk, Real, problem::Problem, records_trouble},
    records::{By, Records},
    vault::os::OsVault,
};

use crate::{environment::Setting, sample::sample};

/// Name of this app's folders; that of a test server's records has a suffix.
const FOLDER: &str = "eu.latchkey.desktop";

/// The desk for `setting`.
///
/// # Errors
/// A sentence for standard error. Records that can't be opened are none: the window tells of them.
pub(crate) fn desk(setting: &Setting) -> Result<Arc<Desk>, String> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let real = match setting {
        Setting::SampleOnly => Real::Left,
        Setting::Apple => real(Origin::apple(), "Latchkey", FOLDER.to_owned(), &*clock)?,
        Setting::Loopback(origin) => {
            real(origin.clone(), "Latchkey (test server)", format!("{FOLDER}.test-server"), &*clock)?
        }
    };
    let sample = sample(&clock)?;
    Ok(Desk::new(clock, real, sample, env!("CARGO_PKG_VERSION")))
}

fn real(origin: Origin, service: &str, folder: String, clock: &dyn Clock) -> Result<Real, String> {
    let transport = Https::new(origin.clone()).map_err(|error| {
        format!("Latchkey did not start: it can't make secure connections here ({error}).")
    })?;
    let folder = local_data_folder()?.join(folder);
    Ok(match Records::open(&folder, by()) {
        Ok(records) => Real::Ready(Backing {
            origin,
            transport: Arc::new(transport),
            vault: Arc::new(OsVault::new(service)),
            records: Arc::new(records),
        }),
        Err(error) => {
            tracing::error!(%error, "the records can't be opened");
            let problem = Problem { what: records_trouble(error), apple: None, at: clock.now() };
            Real::Broken(Box::new(problem))
        }
    })
}

/// Who uses this computer, for Activity.
pub(crate) fn by() -> By {
    By { user: whoami::username().unwrap_or_default(), version: env!("CARGO_PKG_VERSION").to_owned() }
}

/// The folder for data that stays on this computer and does not roam.
fn local_data_folder() -> Result<PathBuf, String> {
    dirs::data_local_dir().ok_or_else(|| "Latchkey did not start: this user has no home folder.".to_owned())
}

/// Logs warnings and errors to standard error.
pub(crate) fn log_to_stderr() {
    tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_writer(std::io::stderr).init();
}
