//! Connecting and disconnecting accounts.

use latchkey_core::{
    account::AccountId,
    desk::{
        problem::Problem,
        view::{Account, AccountCheck, ConnectForm, Connected, DraftId, NewApiKeyDraft},
    },
};
use tauri::{State, command};

use super::Shell;

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

#[command]
pub(crate) async fn rename_account(
    shell: State<'_, Shell>,
    account: AccountId,
    name: String,
) -> Result<Account, Problem> {
    shell.desk.rename_account(&account, &name)
}

#[command]
pub(crate) async fn check_account(
    shell: State<'_, Shell>,
    account: AccountId,
) -> Result<AccountCheck, Problem> {
    shell.desk.check_account(&account).await
}

#[command]
pub(crate) async fn prepare_api_key(
    shell: State<'_, Shell>,
    account: AccountId,
    form: ConnectForm,
) -> Result<NewApiKeyDraft, Problem> {
    shell.desk.prepare_api_key(&account, form).await
}

#[command]
pub(crate) async fn use_new_api_key(shell: State<'_, Shell>, draft: DraftId) -> Result<Account, Problem> {
    shell.desk.use_new_api_key(&draft).await
}
