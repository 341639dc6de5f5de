//! The keys and apps of an account, of all accounts, and one key.

use latchkey_core::{
    account::AccountId,
    clock::Moment,
    desk::{
        problem::Problem,
        view::{
            EverywhereEvent, FoundKey, FreshKey, InventoryEvent, KeyConfirmation, KeyRow, SavedFile,
            TokenCheck, WorkId,
        },
    },
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

#[command]
pub(crate) async fn know_news(
    shell: State<'_, Shell>,
    account: AccountId,
    up_to: Moment,
) -> Result<(), Problem> {
    shell.desk.know_news(&account, up_to)
}

#[command]
pub(crate) async fn look_everywhere(
    shell: State<'_, Shell>,
    run: String,
    events: Channel<EverywhereEvent>,
) -> Result<(), Problem> {
    shell.desk.look_everywhere(&run, &|event| send(&events, event)).await
}

#[command]
pub(crate) async fn find_everywhere(
    shell: State<'_, Shell>,
    search: String,
) -> Result<Vec<FoundKey>, Problem> {
    shell.desk.find_everywhere(&search)
}

#[command]
pub(crate) async fn read_key(
    shell: State<'_, Shell>,
    account: AccountId,
    key: String,
) -> Result<FreshKey, Problem> {
    shell.desk.read_key(&account, &key).await
}

#[command]
pub(crate) async fn describe_key(
    shell: State<'_, Shell>,
    account: AccountId,
    key: String,
    name: Option<String>,
    note: Option<String>,
) -> Result<KeyRow, Problem> {
    shell.desk.describe_key(&account, &key, name, note)
}

#[command]
pub(crate) async fn confirm_key(
    shell: State<'_, Shell>,
    account: AccountId,
    key: String,
    typed: String,
    by: String,
) -> Result<KeyConfirmation, Problem> {
    shell.desk.confirm_key(&account, &key, &typed, &by)
}

#[command]
pub(crate) async fn save_public_key(
    shell: State<'_, Shell>,
    title: String,
    name: String,
    account: AccountId,
    key: String,
) -> Result<Option<SavedFile>, Problem> {
    match shell.desktop.pick_place(title, name).await {
        Some(path) => shell.desk.save_public_key(&account, &key, path).await.map(Some),
        None => Ok(None),
    }
}

#[command]
pub(crate) async fn check_pasted_token(
    shell: State<'_, Shell>,
    account: AccountId,
    work: Option<WorkId>,
) -> Result<TokenCheck, Problem> {
    let text = shell.desktop.clipboard_text().ok_or_else(|| shell.desk.clipboard_empty())?;
    shell.desk.check_token(text.into(), &account, work.as_ref())
}
