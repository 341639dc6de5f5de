//! What was changed and what was noticed.

use latchkey_core::desk::{
    problem::Problem,
    view::{ActivityPage, ActivityRequest, ExportForm, SavedFile},
};
use tauri::{State, command};

use super::Shell;

#[command]
pub(crate) async fn activity(
    shell: State<'_, Shell>,
    request: ActivityRequest,
) -> Result<ActivityPage, Problem> {
    shell.desk.activity(&request)
}

#[command]
pub(crate) async fn export_activity(
    shell: State<'_, Shell>,
    title: String,
    name: String,
    request: ActivityRequest,
    form: ExportForm,
) -> Result<Option<SavedFile>, Problem> {
    match shell.desktop.pick_place(title, name).await {
        Some(path) => shell.desk.export_activity(&request, form, path).await.map(Some),
        None => Ok(None),
    }
}
