//! What the window needs whatever it shows.

use latchkey_core::desk::{
    problem::Problem,
    view::{Happening, Link, Start},
};
use tauri::{AppHandle, Runtime, State, command, ipc::Channel};

use super::Shell;
use crate::{
    arrive,
    happenings::{EarlyFiles, STANDINGS},
};

#[command]
pub(crate) async fn start(shell: State<'_, Shell>) -> Result<Start, Problem> {
    shell.hides_every_password();
    shell.desk.finish_removing().await?;
    shell.desk.start()
}

#[command]
pub(crate) async fn watch<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    early: State<'_, EarlyFiles>,
    channel: Channel<Happening>,
) -> Result<(), Problem> {
    shell.happenings.listen(channel);
    arrive(&app, early.take());
    for standing in STANDINGS {
        shell.happenings.tell(standing(&shell.desk));
    }
    Ok(())
}

#[command]
pub(crate) async fn copy(shell: State<'_, Shell>, text: String) -> Result<(), Problem> {
    shell.desktop.copy(text).map_err(|detail| shell.desk.not_copied(detail))
}

#[command]
pub(crate) async fn open_link(shell: State<'_, Shell>, link: Link) -> Result<(), Problem> {
    shell.desktop.open(link).map_err(|detail| shell.desk.not_opened(detail))
}

#[command]
pub(crate) async fn know_set_aside(shell: State<'_, Shell>) -> Result<(), Problem> {
    shell.desk.know_set_aside()
}
