//! The way to Apple, and whether each part of it works.

use latchkey_core::{
    account::AccountId,
    desk::{
        problem::Problem,
        view::{Connection, DiagnosisEvent, Quota},
    },
};
use tauri::{State, command, ipc::Channel};

use super::{Shell, send};

#[command]
pub(crate) async fn connection(shell: State<'_, Shell>) -> Result<Connection, Problem> {
    shell.desk.connection()
}

#[command]
pub(crate) async fn use_proxy(shell: State<'_, Shell>, typed: String) -> Result<Connection, Problem> {
    shell.desk.use_proxy(&typed)
}

#[command]
pub(crate) async fn diagnose(
    shell: State<'_, Shell>,
    account: Option<AccountId>,
    run: String,
    events: Channel<DiagnosisEvent>,
) -> Result<(), Problem> {
    shell.desk.diagnose(account.as_ref(), &run, &|event| send(&events, event)).await
}

#[command]
pub(crate) async fn quota(shell: State<'_, Shell>, account: AccountId) -> Result<Option<Quota>, Problem> {
    shell.desk.quota(&account)
}
