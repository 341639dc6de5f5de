//! The two variables Latchkey listens to, and those it makes the webview forget.

use std::env;

use latchkey_core::account::Origin;

/// Where the app works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// On Apple's server.
    Apple,
    /// On a test server on this computer: `LATCHKEY_API_URL`.
    Loopback(Origin),
    /// On the sample account alone: `LATCHKEY_SAMPLE=1`.
    SampleOnly,
}

const API_URL: &str = "LATCHKEY_API_URL";
const SAMPLE: &str = "LATCHKEY_SAMPLE";

/// Variables by which another program could drive or inspect the webview.
const BACK_DOORS: [&str; 9] = [
    "TAURI_AUTOMATION",
    "TAURI_WEBVIEW_AUTOMATION",
    "WEBKIT_INSPECTOR_SERVER",
    "WEBKIT_INSPECTOR_HTTP_SERVER",
    "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS",
    "WEBVIEW2_BROWSER_EXECUTABLE_FOLDER",
    "WEBVIEW2_CHANNEL_SEARCH_KIND",
    "WEBVIEW2_RELEASE_CHANNELS",
    "WEBVIEW2_USER_DATA_FOLDER",
];

/// Removes them, unless the app works on a test server or on the sample account.
pub fn close_back_doors() {
    if env::var_os(API_URL).is_some() || env::var_os(SAMPLE).is_some_and(|value| value == "1") {
        return;
    }
    for name in BACK_DOORS {
        #[expect(unsafe_code, reason = "called as the first line of main, before any other thread exists")]
        // SAFETY: no other thread reads or writes the environment yet.
        unsafe {
            env::remove_var(name);
        }
    }
}

/// Reads both variables.
///
/// # Errors
/// A sentence that says which value can't be used. A sample account asked for in other words than `1` is no reason
/// to open the real ones.
pub fn read() -> Result<Setting, String> {
    let loopback = match env::var(API_URL) {
        Err(env::VarError::NotPresent) => None,
        Err(env::VarError::NotUnicode(_)) => return Err(refusal("it is not text")),
        Ok(url) => Some(Origin::loopback(&url).map_err(|_| refusal(&format!("it is {url:?}")))?),
    };
    match env::var_os(SAMPLE) {
        Some(value) if value == "1" => Ok(Setting::SampleOnly),
        Some(value) if !value.is_empty() && value != "0" => Err(format!(
            "Latchkey did not start: {SAMPLE} opens the sample account alone if it is 1, but it is {}. Set it to 1, or \
             remove it.",
            value.display()
        )),
        _ => Ok(loopback.map_or(Setting::Apple, Setting::Loopback)),
    }
}

fn refusal(found: &str) -> String {
    format!(
        "Latchkey did not start: {API_URL} may only name a server on this computer, \
         http://127.0.0.1:PORT or http://[::1]:PORT, but {found}. Remove the variable to work with Apple."
    )
}
