//! The two variables Latchkey listens to, and those it makes the webview forget.

use std::{env, ffi::OsStr};

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

impl Setting {
    /// What the names of everything that the app keeps in this setting end in.
    pub fn suffix(&self) -> &'static str {
        match self {
            Self::Apple => "",
            Self::Loopback(_) => ".test-server",
            Self::SampleOnly => ".sample",
        }
    }
}

const API_URL: &str = "LATCHKEY_API_URL";
const SAMPLE: &str = "LATCHKEY_SAMPLE";

/// How the names of variables begin by which another program could drive the webview, look into it, or load code into it:
/// Tauri's and WebDriver's automation, WebView2's arguments (Microsoft, "Globals", `CreateCoreWebView2EnvironmentWithOptions`),
/// WebKitGTK's inspector and injected bundle, JavaScriptCore's options. The rest of WebKit's stays: some graphics drivers
/// need it.
const BACK_DOORS: [&str; 5] =
    ["TAURI_", "WEBVIEW2_", "WEBKIT_INSPECTOR_", "WEBKIT_INJECTED_BUNDLE_PATH", "JSC_"];

/// Removes them, unless the app works on a test server or on the sample account.
pub fn close_back_doors() {
    if env::var_os(API_URL).is_some() || env::var_os(SAMPLE).is_some_and(|value| value == "1") {
        return;
    }
    let names: Vec<_> = env::vars_os().map(|(name, _)| name).filter(|name| is_back_door(name)).collect();
    for name in names {
        #[expect(unsafe_code, reason = "called as the first line of main, before any other thread exists")]
        // SAFETY: no other thread reads or writes the environment yet.
        unsafe {
            env::remove_var(name);
        }
    }
}

/// Whether it is one by its name. Windows tells no case apart.
fn is_back_door(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    BACK_DOORS.iter().any(|door| name.starts_with(door))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_drive_or_inspect_the_webview_is_known_and_what_a_desktop_needs_is_left() {
        for name in [
            "TAURI_AUTOMATION",
            "TAURI_WEBVIEW_AUTOMATION",
            "WEBKIT_INSPECTOR_SERVER",
            "WEBKIT_INSPECTOR_HTTP_SERVER",
            "WEBKIT_INJECTED_BUNDLE_PATH",
            "JSC_dumpDisassembly",
            "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS",
            "WEBVIEW2_BROWSER_EXECUTABLE_FOLDER",
            "WEBVIEW2_CHANNEL_SEARCH_KIND",
            "WEBVIEW2_PIPE_FOR_SCRIPT_DEBUGGER",
            "WEBVIEW2_RELEASE_CHANNELS",
            "WEBVIEW2_RELEASE_CHANNEL_PREFERENCE",
            "WEBVIEW2_USER_DATA_FOLDER",
            "WEBVIEW2_WAIT_FOR_SCRIPT_DEBUGGER",
            "WebView2_Additional_Browser_Arguments",
        ] {
            assert!(is_back_door(name.as_ref()), "{name}");
        }
        for name in ["WEBKIT_DISABLE_DMABUF_RENDERER", "HTTPS_PROXY", "GTK_THEME", "LATCHKEY_API_URL", "PATH"]
        {
            assert!(!is_back_door(name.as_ref()), "{name}");
        }
    }
}
