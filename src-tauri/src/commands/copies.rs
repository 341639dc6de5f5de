//! Copies of names and history.

use latchkey_core::desk::{
    problem::Problem,
    view::{Brings, CopyDraft, DraftId, SavedFile},
};
use tauri::{State, command};

use super::Shell;

#[command]
pub(crate) async fn save_copy(
    shell: State<'_, Shell>,
    title: String,
    name: String,
) -> Result<Option<SavedFile>, Problem> {
    match shell.desktop.pick_place(title, name).await {
        Some(path) => shell.desk.save_copy(path).await.map(Some),
        None => Ok(None),
    }
}

#[command]
pub(crate) async fn choose_copy(
    shell: State<'_, Shell>,
    title: String,
) -> Result<Option<CopyDraft>, Problem> {
    match shell.desktop.pick_file(title).await {
        Some(path) => shell.desk.read_copy(path).await.map(Some),
        None => Ok(None),
    }
}

#[command]
pub(crate) async fn bring_in(shell: State<'_, Shell>, copy: DraftId) -> Result<Brings, Problem> {
    shell.desk.bring_in(&copy).await
}
