//! Puts the desk together for a setting: which server, which keychain service, which folder.

use std::{path::PathBuf, sync::Arc};

use latchkey_core::{
    account::Origin,
    asc::{https::Https, proxy::Proxy, route::Route, transport::Transport},
    clock::{Clock, SystemClock},
    desk::{Backing, Desk, Real, problem::Problem, records_trouble},
    records::{self, By, Records},
    vault::os::OsVault,
};

use crate::{environment::Setting, sample::sample, webview};

/// Name of this app's folders, as the configuration has it; [`Setting::suffix`] tells those of the settings apart.
const FOLDER: &str = "eu.latchkey.desktop";

/// The desk for `setting`.
///
/// # Errors
/// A sentence for standard error. Records that can't be opened are none: the window tells of them.
pub(crate) fn desk(setting: &Setting) -> Result<Arc<Desk>, String> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let folder = format!("{FOLDER}{}", setting.suffix());
    let real = match setting {
        Setting::SampleOnly => Real::Left,
        Setting::Apple => real(Origin::apple(), "Latchkey", folder, &*clock)?,
        Setting::Loopback(origin) => real(origin.clone(), "Latchkey (test server)", folder, &*clock)?,
    };
    let sample = sample(&clock)?;
    Ok(Desk::new(clock, real, sample, env!("CARGO_PKG_VERSION")))
}

fn real(origin: Origin, service: &str, folder: String, clock: &dyn Clock) -> Result<Real, String> {
    let https = Https::new(origin.clone()).map_err(|error| {
        format!("Latchkey did not start: it can't make secure connections here ({error}).")
    })?;
    let https = Arc::new(https);
    let folder = local_data_folder()?.join(folder);
    webview::remove_left_over(&folder);
    Ok(match Records::open_or_set_aside(&folder, by(), clock.now()) {
        Ok(records) => {
            use_stored_proxy(&records, &*https);
            Real::Ready(Backing {
                origin,
                transport: Arc::clone(&https) as Arc<dyn Transport>,
                route: https,
                vault: Arc::new(OsVault::new(service)),
                records: Arc::new(records),
            })
        }
        Err(error) => {
            tracing::error!(%error, "the records can't be opened");
            let problem = Problem { what: records_trouble(error), apple: None, at: clock.now() };
            Real::Broken(Box::new(problem))
        }
    })
}

/// Takes the way that the person chose before. What can't be read or used is passed over: Settings shows the proxy that
/// is in use.
fn use_stored_proxy(records: &Records, route: &dyn Route) {
    let stored = records.setting(records::Setting::Proxy).unwrap_or_else(|error| {
        tracing::warn!(%error, "the stored proxy can't be read");
        None
    });
    let Some(stored) = stored else { return };
    let used = stored
        .parse::<Proxy>()
        .map_err(|why| why.to_string())
        .and_then(|proxy| route.use_proxy(Some(proxy)).map_err(|broken| broken.to_string()));
    if let Err(why) = used {
        tracing::warn!(why, "the stored proxy can't be used");
    }
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

#[cfg(test)]
mod tests {
    use latchkey_core::asc::route::Via;

    use super::*;

    #[test]
    fn the_proxy_that_was_chosen_is_used_again_and_a_stored_one_that_is_none_is_passed_over() {
        let own = |address: &str| Via::Own { address: address.to_owned() };
        for (stored, via) in [
            (None, Via::Direct),
            (Some("127.0.0.1:3128"), own("127.0.0.1:3128")),
            (Some("socks5://proxy.example"), Via::Direct),
        ] {
            let records = Records::in_memory(by()).unwrap();
            records.set(records::Setting::Proxy, stored).unwrap();
            let https = Https::new(Origin::loopback("http://127.0.0.1:1").unwrap()).unwrap();
            use_stored_proxy(&records, &https);
            assert_eq!(https.via(), via);
        }
    }
}
