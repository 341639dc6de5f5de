//! Removing a distribution key, and looking for changes whose answer was lost.

use latchkey_core::desk::{
    problem::Problem,
    view::{DraftId, Looked, RemoveDraft, RemoveRequest, Removed},
};
use tauri::{State, command, ipc::Channel};

use super::{Shell, send};

#[command]
pub(crate) async fn prepare_remove(
    shell: State<'_, Shell>,
    request: RemoveRequest,
) -> Result<RemoveDraft, Problem> {
    shell.desk.prepare_remove(request).await
}

#[command]
pub(crate) async fn commit_remove(
    shell: State<'_, Shell>,
    draft: DraftId,
    typed: String,
) -> Result<Removed, Problem> {
    shell.desk.commit_remove(&draft, &typed).await
}

#[command]
pub(crate) async fn look(
    shell: State<'_, Shell>,
    pending: DraftId,
    events: Channel<Looked>,
) -> Result<(), Problem> {
    shell.desk.look(&pending, &|event| send(&events, event)).await
}

#[command]
pub(crate) async fn stop_looking(shell: State<'_, Shell>, pending: DraftId) -> Result<(), Problem> {
    shell.desk.stop(pending.as_str());
    Ok(())
}
