//! All that Latchkey stored on this computer, and its end.

use latchkey_core::desk::{
    problem::Problem,
    view::{DraftId, Everything, Pair},
};
use tauri::{State, command};

use super::Shell;

#[command]
pub(crate) async fn everything(shell: State<'_, Shell>) -> Result<Everything, Problem> {
    shell.desk.everything().await
}

#[command]
pub(crate) async fn kept_private_key(
    shell: State<'_, Shell>,
    everything: DraftId,
    fingerprint: String,
) -> Result<Pair, Problem> {
    shell.desk.kept_private_key(&everything, &fingerprint).await
}

#[command]
pub(crate) async fn remove_everything(
    shell: State<'_, Shell>,
    everything: DraftId,
    given_up: Vec<String>,
) -> Result<(), Problem> {
    shell.desk.remove_everything(&everything, &given_up).await?;
    shell.desktop.forget_web_data();
    Ok(())
}

#[command]
pub(crate) async fn quit(shell: State<'_, Shell>) -> Result<(), Problem> {
    shell.desktop.quit();
    Ok(())
}
