//! Adding a distribution key, step by step.

use latchkey_core::{
    account::AccountId,
    desk::{
        problem::Problem,
        view::{AddDraft, AddRequest, Added, DraftId, KeyFileDraft, VoiceCheck},
    },
};
use tauri::{State, command};

use super::Shell;

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
pub(crate) async fn add_again(
    shell: State<'_, Shell>,
    account: AccountId,
    entry: i64,
) -> Result<KeyFileDraft, Problem> {
    shell.desk.add_again(&account, entry)
}
