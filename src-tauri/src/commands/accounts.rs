//! Connecting and disconnecting accounts.

use latchkey_core::{
    account::AccountId,
    desk::{
        problem::Problem,
        view::{Account, ApiKeyDraft, ConnectForm, Connected, DraftId},
    },
};
use tauri::{State, command};

use super::Shell;

#[command]
pub(crate) async fn choose_api_key_file(
    shell: State<'_, Shell>,
    title: String,
) -> Result<Option<ApiKeyDraft>, Problem> {
    match shell.pick(title).await {
        Some(chosen) => shell.desk.api_key(chosen).map(Some),
        None => Ok(None),
    }
}

#[command]
pub(crate) async fn paste_api_key(shell: State<'_, Shell>) -> Result<ApiKeyDraft, Problem> {
    shell.desk.api_key(shell.pasted()?)
}

#[command]
pub(crate) async fn take_api_key(shell: State<'_, Shell>, drop: DraftId) -> Result<ApiKeyDraft, Problem> {
    shell.desk.api_key(shell.dropped(&drop)?)
}

#[command]
pub(crate) async fn connect(shell: State<'_, Shell>, form: ConnectForm) -> Result<Connected, Problem> {
    shell.desk.connect(form).await
}

#[command]
pub(crate) async fn open_sample(shell: State<'_, Shell>) -> Result<Account, Problem> {
    shell.desk.open_sample().await
}

#[command]
pub(crate) async fn select_account(shell: State<'_, Shell>, account: AccountId) -> Result<(), Problem> {
    shell.desk.select(&account)
}

#[command]
pub(crate) async fn disconnect(shell: State<'_, Shell>, account: AccountId) -> Result<(), Problem> {
    shell.desk.disconnect(&account).await
}
