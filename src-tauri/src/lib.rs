//! The shell: a window around [`latchkey_core`]. It knows Tauri and the desktop, and decides nothing.

mod commands;
pub mod desktop;
pub mod environment;
mod happenings;
mod links;
mod picker;
pub mod sample;
mod wiring;

use std::{io::Write, path::PathBuf, process::ExitCode, sync::Arc};

use latchkey_core::desk::{Desk, view::Happening};
use tauri::{
    App, AppHandle, Builder, Context, DragDropEvent, Manager, RunEvent, Runtime, WebviewWindowBuilder,
    WindowEvent,
};

use crate::{commands::Shell, desktop::Desktop, happenings::EarlyFiles, picker::NativeDesktop};

/// Opens the window and returns when it is closed.
///
/// A setting that can't be used ends it at once, with a sentence on standard error.
pub fn run() -> ExitCode {
    match try_run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            let _ = writeln!(std::io::stderr(), "{sentence}");
            ExitCode::FAILURE
        }
    }
}

fn try_run() -> Result<(), String> {
    let setting = environment::read()?;
    wiring::log_to_stderr();
    let desk = wiring::desk(&setting)?;
    let app = build(Builder::default(), desk, |app| Arc::new(NativeDesktop::new(app.handle().clone())))
        .build(context())
        .map_err(|error| format!("Latchkey could not open its window: {error}"))?;
    app.run(|app, event| opened(app, &event));
    Ok(())
}

/// Takes the files that the system wants opened: the program's arguments, on macOS an event.
fn opened<R: Runtime>(app: &AppHandle<R>, event: &RunEvent) {
    match event {
        RunEvent::Ready => arrive(app, std::env::args_os().skip(1).map(PathBuf::from).collect()),
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            arrive(app, urls.iter().filter_map(|url| url.to_file_path().ok()).collect());
        }
        _ => (),
    }
}

/// Reads files in the background, as one may lie on another computer, once the window listens.
pub(crate) fn arrive<R: Runtime>(app: &AppHandle<R>, paths: Vec<PathBuf>) {
    let is_heard = || app.try_state::<Shell>().is_some_and(|shell| shell.happenings.is_heard());
    let Some(paths) = app.state::<EarlyFiles>().keep_until(is_heard, paths) else { return };
    if !paths.is_empty() {
        let app = app.clone();
        tauri::async_runtime::spawn_blocking(move || app.state::<Shell>().arrive(paths));
    }
}

/// The configuration that the app is built with.
pub fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}

/// The app on any of Tauri's runtimes, so that tests drive the very commands that the window calls.
pub fn build<R: Runtime>(
    builder: Builder<R>,
    desk: Arc<Desk>,
    desktop: impl FnOnce(&App<R>) -> Arc<dyn Desktop> + Send + 'static,
) -> Builder<R> {
    use commands::{accounts, activity, adding, copies, files, keys, pairs, removing, replacing, window};

    builder
        .manage(EarlyFiles::default())
        .setup(move |app| {
            let desktop = desktop(app);
            app.manage(Shell::new(Arc::clone(&desk), desktop));
            tell_when_the_keychain_waits(app, &desk);
            tauri::async_runtime::spawn(async move { desk.tidy_up().await });
            open_window(app)?;
            Ok(())
        })
        .on_window_event(|window, event| {
            let happenings = &window.state::<Shell>().inner().happenings;
            match event {
                WindowEvent::DragDrop(DragDropEvent::Enter { .. }) => {
                    happenings.tell(Happening::DragOver { over: true });
                }
                WindowEvent::DragDrop(DragDropEvent::Leave) => {
                    happenings.tell(Happening::DragOver { over: false });
                }
                WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => {
                    happenings.tell(Happening::DragOver { over: false });
                    arrive(window.app_handle(), paths.clone());
                }
                _ => (),
            }
        })
        .invoke_handler(tauri::generate_handler![
            window::start,
            window::watch,
            window::copy,
            window::open_link,
            files::choose_file,
            files::paste_text,
            files::unlock,
            files::forget_files,
            files::take_api_key,
            files::take_key_file,
            files::check_private_key,
            files::identify,
            accounts::connect,
            accounts::open_sample,
            accounts::select_account,
            accounts::disconnect,
            accounts::rename_account,
            accounts::check_account,
            accounts::prepare_api_key,
            accounts::use_new_api_key,
            keys::inventory,
            keys::stop,
            keys::know_news,
            keys::look_everywhere,
            keys::find_everywhere,
            keys::read_key,
            keys::describe_key,
            keys::confirm_key,
            keys::save_public_key,
            keys::check_pasted_token,
            pairs::new_pair,
            pairs::kept_pair,
            pairs::show_pair_password,
            pairs::copy_pair_password,
            pairs::choose_place,
            pairs::save_new_pair,
            pairs::save_private_key,
            pairs::forget_pair,
            adding::confirm_by_voice,
            adding::go_on_without_confirming,
            adding::never_left_this_computer,
            adding::add_again,
            adding::prepare_add,
            adding::commit_add,
            removing::prepare_remove,
            removing::commit_remove,
            removing::look,
            removing::stop_looking,
            replacing::begin_replace,
            replacing::read_work,
            replacing::change_replace,
            replacing::hand_over,
            replacing::switched_by_word,
            replacing::stop_replace,
            activity::activity,
            activity::export_activity,
            copies::save_copy,
            copies::choose_copy,
            copies::bring_in,
        ])
}

/// Opens the one window of the configuration. It stays on its own pages: no navigation, no second window,
/// no download, nothing filled in by the webview.
fn open_window<R: Runtime>(app: &App<R>) -> tauri::Result<()> {
    let Some(config) = app.config().app.windows.first() else { return Ok(()) };
    WebviewWindowBuilder::from_config(app.handle(), config)?
        .on_navigation(is_own_page)
        .on_new_window(|_, _| tauri::webview::NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .general_autofill_enabled(false)
        .build()?;
    Ok(())
}

/// Whether `url` is a page of the app: `tauri://localhost`, on Windows `http://tauri.localhost`.
fn is_own_page(url: &tauri::Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

fn tell_when_the_keychain_waits<R: Runtime>(app: &App<R>, desk: &Desk) {
    let mut waits = desk.keychain_waits();
    let app = app.handle().clone();
    tauri::async_runtime::spawn(async move {
        while waits.changed().await.is_ok() {
            let waiting = *waits.borrow_and_update() > 0;
            app.state::<Shell>().happenings.tell(Happening::KeychainWaits { waiting });
        }
    });
}
