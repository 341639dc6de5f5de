//! The shell: a window around [`latchkey_core`]. It knows Tauri and the desktop, and decides nothing.

mod arguments;
mod commands;
pub mod desktop;
pub mod environment;
mod happenings;
mod links;
pub mod memory;
mod picker;
pub mod sample;
mod webview;
mod wiring;

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use latchkey_core::desk::{Desk, view::Happening};
use tauri::{
    App, AppHandle, Builder, Context, DragDropEvent, Manager, RunEvent, Runtime, Window, WindowEvent,
    ipc::Invoke,
};
use tokio::sync::watch;

use crate::{
    commands::Shell,
    desktop::Desktop,
    environment::Setting,
    happenings::{EarlyFiles, Standing},
    picker::NativeDesktop,
};

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
    let builder = Builder::default().plugin(tauri_plugin_single_instance::init(started_again));
    let app = build(builder, desk, |app| Arc::new(NativeDesktop::new(app.handle().clone())))
        .build(context_of(&setting))
        .map_err(|error| format!("Latchkey could not open its window: {error}"))?;
    app.run(|app, event| opened(app, &event));
    Ok(())
}

/// Takes the files that the system wants opened: the program's arguments, on macOS an event. At the end nothing is left
/// behind by somebody who removed everything.
fn opened<R: Runtime>(app: &AppHandle<R>, event: &RunEvent) {
    match event {
        RunEvent::Ready => arrive(app, std::env::args_os().skip(1).map(PathBuf::from).collect()),
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            arrive(app, urls.iter().filter_map(|url| url.to_file_path().ok()).collect());
        }
        RunEvent::Exit if app.state::<Shell>().desk.is_removed() => webview::remove_data(app),
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

/// Takes over from a second start in the same setting, which ends at once.
#[expect(clippy::needless_pass_by_value, reason = "the plugin hands them over")]
fn started_again<R: Runtime>(app: &AppHandle<R>, arguments: Vec<String>, folder: String) {
    if let Some(window) = app.get_webview_window(webview::MAIN) {
        let shown = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "the window can't be brought to the front");
        }
    }
    let folder = Path::new(&folder);
    arrive(app, arguments.iter().skip(1).map(|file| folder.join(file)).collect());
}

/// The configuration with a name of its own for each setting: a start finds a running app, and a webview its data, by it.
fn context_of<R: Runtime>(setting: &Setting) -> Context<R> {
    let mut context = context();
    context.config_mut().identifier.push_str(setting.suffix());
    context
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
    use commands::{
        accounts, activity, adding, connection, copies, everything, files, keys, pairs, removing, replacing,
        window,
    };

    builder
        .manage(EarlyFiles::default())
        .setup(move |app| {
            let desktop = desktop(app);
            app.manage(Shell::new(Arc::clone(&desk), desktop));
            tell_changes(app, desk.keychain_waits(), happenings::keychain_waits);
            tell_changes(app, desk.signer(), happenings::read_by);
            tell_changes(app, desk.apple_waits(), happenings::apple_waits);
            tauri::async_runtime::spawn(async move { desk.tidy_up().await });
            webview::open_window(app)?;
            Ok(())
        })
        .on_window_event(dragged)
        .invoke_handler(bounded(tauri::generate_handler![
            window::start,
            window::watch,
            window::copy,
            window::open_link,
            window::know_set_aside,
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
            connection::connection,
            connection::use_proxy,
            connection::diagnose,
            connection::quota,
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
            pairs::hide_pair_password,
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
            everything::everything,
            everything::kept_private_key,
            everything::remove_everything,
            everything::quit,
        ]))
}

/// Takes files that are dragged over the window and dropped on it.
fn dragged<R: Runtime>(window: &Window<R>, event: &WindowEvent) {
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
}

/// Lets a call through to the commands if it is of a size that any of them takes.
fn bounded<R: Runtime>(
    commands: impl Fn(Invoke<R>) -> bool + Send + Sync + 'static,
) -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    move |invoke| {
        if arguments::are_refused(invoke.message.payload()) {
            invoke.resolver.reject("invalid args: more than any command takes");
            return true;
        }
        commands(invoke)
    }
}

/// Tells the window how something stands whenever `changes` does.
fn tell_changes<R: Runtime, T: Send + Sync + 'static>(
    app: &App<R>,
    mut changes: watch::Receiver<T>,
    standing: Standing,
) {
    let app = app.handle().clone();
    tauri::async_runtime::spawn(async move {
        while changes.changed().await.is_ok() {
            let shell = app.state::<Shell>();
            shell.happenings.tell(standing(&shell.desk));
        }
    });
}
