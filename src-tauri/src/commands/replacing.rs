//! Replacing a distribution key: a piece of work that may take weeks.

use latchkey_core::{
    account::AccountId,
    desk::{
        problem::Problem,
        view::{Work, WorkId, WorkKind},
    },
};
use tauri::{State, command};

use super::Shell;

#[command]
pub(crate) async fn begin_replace(
    shell: State<'_, Shell>,
    account: AccountId,
    key: String,
    kind: WorkKind,
) -> Result<Work, Problem> {
    shell.desk.begin_replace(&account, &key, kind).await
}

#[command]
pub(crate) async fn read_work(shell: State<'_, Shell>, work: WorkId) -> Result<Work, Problem> {
    shell.desk.work(&work)
}

#[command]
pub(crate) async fn change_replace(
    shell: State<'_, Shell>,
    work: WorkId,
    kind: WorkKind,
) -> Result<Work, Problem> {
    shell.desk.change_replace(&work, kind)
}

#[command]
pub(crate) async fn hand_over(shell: State<'_, Shell>, work: WorkId) -> Result<Work, Problem> {
    shell.desk.hand_over(&work)
}

#[command]
pub(crate) async fn switched_by_word(
    shell: State<'_, Shell>,
    work: WorkId,
    by: String,
) -> Result<Work, Problem> {
    shell.desk.switched_by_word(&work, &by)
}

#[command]
pub(crate) async fn stop_replace(shell: State<'_, Shell>, work: WorkId) -> Result<Work, Problem> {
    shell.desk.stop_replace(&work)
}
