//! Files that the person chose, and what they are.

use std::sync::Arc;

use latchkey_core::{
    account::AccountId,
    desk::{
        Chosen,
        problem::Problem,
        view::{ApiKeyDraft, DraftId, HeldFile, Identified, KeyFileDraft, PrivateKeyCheck},
    },
};
use tauri::{State, command};

use super::Shell;

#[command]
pub(crate) async fn choose_file(shell: State<'_, Shell>, title: String) -> Result<Option<HeldFile>, Problem> {
    let Some(path) = shell.desktop.pick_file(title).await else { return Ok(None) };
    let desk = Arc::clone(&shell.desk);
    shell.desk.aside(move || desk.hold(vec![Chosen::File(path)]).pop()).await
}

#[command]
pub(crate) async fn paste_text(shell: State<'_, Shell>) -> Result<HeldFile, Problem> {
    let text = shell.desktop.clipboard_text().ok_or_else(|| shell.desk.clipboard_empty())?;
    shell.desk.hold(vec![Chosen::Text(text.into())]).pop().ok_or_else(|| shell.desk.gone())
}

#[command]
pub(crate) async fn unlock(
    shell: State<'_, Shell>,
    file: DraftId,
    password: String,
    run: String,
) -> Result<HeldFile, Problem> {
    shell.desk.unlock(&file, password.into(), &run).await
}

#[command]
pub(crate) async fn forget_files(shell: State<'_, Shell>) -> Result<(), Problem> {
    shell.desk.forget_files();
    Ok(())
}

#[command]
pub(crate) async fn take_api_key(shell: State<'_, Shell>, file: DraftId) -> Result<ApiKeyDraft, Problem> {
    shell.desk.take_api_key(&file)
}

#[command]
pub(crate) async fn take_key_file(
    shell: State<'_, Shell>,
    file: DraftId,
    account: AccountId,
) -> Result<KeyFileDraft, Problem> {
    shell.desk.take_key_file(&file, &account)
}

#[command]
pub(crate) async fn check_private_key(
    shell: State<'_, Shell>,
    file: DraftId,
    account: AccountId,
    key: String,
) -> Result<PrivateKeyCheck, Problem> {
    shell.desk.check_private_key(&file, &account, &key)
}

#[command]
pub(crate) async fn identify(
    shell: State<'_, Shell>,
    files: Vec<DraftId>,
    account: Option<AccountId>,
    everywhere: bool,
) -> Result<Vec<Identified>, Problem> {
    shell.desk.identify(&files, account.as_ref(), everywhere)
}
