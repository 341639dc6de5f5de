//! Reading an account's keys and apps.

use latchkey_core::{
    account::AccountId,
    desk::{problem::Problem, view::InventoryEvent},
};
use tauri::{State, command, ipc::Channel};

use super::{Shell, send};

#[command]
pub(crate) async fn inventory(
    shell: State<'_, Shell>,
    account: AccountId,
    run: String,
    events: Channel<InventoryEvent>,
) -> Result<(), Problem> {
    shell.desk.inventory(&account, &run, &|event| send(&events, event)).await
}

#[command]
pub(crate) async fn stop(shell: State<'_, Shell>, run: String) -> Result<(), Problem> {
    shell.desk.stop(&run);
    Ok(())
}
