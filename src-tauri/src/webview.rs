//! The one window: what its webview may load, and where it keeps its data.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use latchkey_core::records::Records;
use tauri::{App, AppHandle, Manager, Runtime, WebviewWindowBuilder};

/// The label of the one window.
pub(crate) const MAIN: &str = "main";

/// The folder of the webview's data, beside the records.
const DATA: &str = "webview";

/// Opens the one window of the configuration. It stays on its own pages: no navigation, no second window,
/// no download, nothing filled in by the webview.
pub(crate) fn open_window<R: Runtime>(app: &App<R>) -> tauri::Result<()> {
    let Some(config) = app.config().app.windows.first() else { return Ok(()) };
    let window = WebviewWindowBuilder::from_config(app.handle(), config)?;
    // WebKit connects to where a link leads as soon as it is pressed, before anybody is asked whether it may go there. No
    // server can listen on this port.
    #[cfg(target_os = "linux")]
    let window = window.proxy_url(tauri::Url::parse("http://127.0.0.1:0").map_err(tauri::Error::InvalidUrl)?);
    window
        .data_directory(data_folder(app.handle())?)
        .on_navigation(is_own_page)
        .on_new_window(|_, _| tauri::webview::NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .general_autofill_enabled(false)
        .build()?;
    Ok(())
}

/// Removes what the webview stored, and Latchkey's folder if nothing else is in it. While the webview runs, it may write
/// again, and the app may be ended before: [`remove_left_over`] sees to what stays.
pub(crate) fn remove_data<R: Runtime>(app: &AppHandle<R>) {
    if let Ok(own) = app.path().app_local_data_dir() {
        remove_from(&own);
    }
}

/// Removes what a webview left in Latchkey's folder if there are no records any more: somebody removed everything and
/// was told so. To be called before the records and the window are opened.
pub(crate) fn remove_left_over(own: &Path) {
    if !Records::are_in(own) {
        remove_from(own);
    }
}

fn remove_from(own: &Path) {
    match fs::remove_dir_all(own.join(DATA)) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(%error, "the webview's data can't be removed");
        }
        _ => (),
    }
    let _ = fs::remove_dir(own);
}

/// Whether `url` is a page of the app: `tauri://localhost`, on Windows `http://tauri.localhost`.
fn is_own_page(url: &tauri::Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

/// A folder of its own beside the records. macOS has another place for it, which can't be chosen.
fn data_folder<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<PathBuf> {
    Ok(app.path().app_local_data_dir()?.join(DATA))
}

#[cfg(test)]
mod tests {
    use latchkey_core::records::By;

    use super::*;

    #[test]
    fn what_a_webview_left_goes_at_the_next_start_once_the_records_are_gone() {
        let folder = tempfile::TempDir::new().unwrap();
        let own = folder.path().join("latchkey");
        let data = own.join(DATA).join("storage");
        let by = By { user: "ann".to_owned(), version: "0.0.0".to_owned() };
        let records = Records::open(&own, by).unwrap();
        fs::create_dir_all(&data).unwrap();
        remove_left_over(&own);
        assert!(data.exists(), "it is in use");
        records.remove().unwrap();
        assert!(data.exists());
        remove_left_over(&own);
        assert!(!own.exists());
        remove_left_over(&own);
        assert!(!own.exists(), "there was nothing");
    }

    #[test]
    fn only_the_apps_own_pages_are_loaded() {
        let own = if cfg!(windows) { "http://tauri.localhost/" } else { "tauri://localhost/index.html" };
        assert!(is_own_page(&own.parse().unwrap()));
        for foreign in [
            "https://example.com/",
            "https://tauri.localhost.example.com/",
            "tauri://example.com/",
            "file:///etc/passwd",
            "data:text/html,<script>alert(1)</script>",
            "javascript:alert(1)",
            "blob:tauri://localhost/0b3bbf54",
            "about:blank",
            "ipc://localhost/start",
        ] {
            assert!(!is_own_page(&foreign.parse().unwrap()), "{foreign}");
        }
    }
}
