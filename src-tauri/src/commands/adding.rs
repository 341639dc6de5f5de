//! Adding a distribution key, step by step.

use latchkey_core::{
    account::AccountId,
    desk::{
        problem::Problem,
        view::{AddDraft, AddRequest, Added, DraftId, KeyFileDraft, Looked, VoiceCheck},
    },
};
use tauri::{State, command, ipc::Channel};

use super::{Shell, send};

#[command]
pub(crate) async fn choose_key_file(
    shell: State<'_, Shell>,
    title: String,
    account: AccountId,
) -> Result<Option<KeyFileDraft>, Problem> {
    match shell.pick(title).await {
        Some(chosen) => shell.desk.key_file(chosen, &account).map(Some),
        None => Ok(None),
    }
}

#[command]
pub(crate) async fn paste_key_text(
    shell: State<'_, Shell>,
    account: AccountId,
) -> Result<KeyFileDraft, Problem> {
    shell.desk.key_file(shell.pasted()?, &account)
}

#[command]
pub(crate) async fn take_key_file(
    shell: State<'_, Shell>,
    drop: DraftId,
    account: AccountId,
) -> Result<KeyFileDraft, Problem> {
    shell.desk.key_file(shell.dropped(&drop)?, &account)
}

#[command]
pub(crate) async fn confirm_by_voice(
    shell: State<'_, Shell>,
    key: DraftId,
    typed: String,
    by: String,
) -> Result<VoiceCheck, Problem> {
    shell.desk.confirm_by_voice(&key, &typed, &by)
}

#[command]
pub(crate) async fn go_on_without_confirming(
    shell: State<'_, Shell>,
    key: DraftId,
) -> Result<Vec<Option<String>>, Problem> {
    shell.desk.go_on_without_confirming(&key)
}

#[command]
pub(crate) async fn never_left_this_computer(shell: State<'_, Shell>, key: DraftId) -> Result<(), Problem> {
    shell.desk.never_left_this_computer(&key)
}

#[command]
pub(crate) async fn prepare_add(shell: State<'_, Shell>, request: AddRequest) -> Result<AddDraft, Problem> {
    shell.desk.prepare_add(request).await
}

#[command]
pub(crate) async fn commit_add(
    shell: State<'_, Shell>,
    draft: DraftId,
    name: String,
) -> Result<Added, Problem> {
    shell.desk.commit_add(&draft, name).await
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
