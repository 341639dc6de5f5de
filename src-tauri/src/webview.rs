//! The one window: what its webview may load, and where it keeps its data.

use std::{fs, path::PathBuf};

use tauri::{App, AppHandle, Manager, Runtime, WebviewWindowBuilder};

/// The label of the one window.
pub(crate) const MAIN: &str = "main";

/// Opens the one window of the configuration. It stays on its own pages: no navigation, no second window,
/// no download, nothing filled in by the webview.
pub(crate) fn open_window<R: Runtime>(app: &App<R>) -> tauri::Result<()> {
    let Some(config) = app.config().app.windows.first() else { return Ok(()) };
    WebviewWindowBuilder::from_config(app.handle(), config)?
        .data_directory(data_folder(app.handle())?)
        .on_navigation(is_own_page)
        .on_new_window(|_, _| tauri::webview::NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .general_autofill_enabled(false)
        .build()?;
    Ok(())
}

/// Removes what the webview stored, and Latchkey's folder if nothing else is in it. While the webview runs, it may write
/// again.
pub(crate) fn remove_data<R: Runtime>(app: &AppHandle<R>) {
    let Ok(folder) = data_folder(app) else { return };
    if let Err(error) = fs::remove_dir_all(&folder) {
        tracing::warn!(%error, "the webview's data can't be removed");
    }
    if let Some(own) = folder.parent() {
        let _ = fs::remove_dir(own);
    }
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
    Ok(app.path().app_local_data_dir()?.join("webview"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
