//! A key pair made here, and where its private key is saved.

use std::sync::Arc;

use latchkey_core::{
    account::AccountId,
    desk::{
        problem::Problem,
        view::{DraftId, Pair, Place, SavedFile, SavedPair, Saving},
    },
};
use secrecy::ExposeSecret;
use tauri::{State, command};

use super::Shell;

#[command]
pub(crate) async fn new_pair(shell: State<'_, Shell>, account: AccountId) -> Result<Pair, Problem> {
    shell.desk.new_pair(&account).await
}

#[command]
pub(crate) async fn kept_pair(
    shell: State<'_, Shell>,
    account: AccountId,
    key: String,
) -> Result<Pair, Problem> {
    shell.desk.kept_pair(&account, &key).await
}

#[command]
pub(crate) async fn show_pair_password(shell: State<'_, Shell>, pair: DraftId) -> Result<String, Problem> {
    let password = shell.desk.pair_password(&pair)?;
    #[expect(
        clippy::disallowed_methods,
        reason = "the one secret a person has to read: asked for by a click"
    )]
    let shown = password.expose_secret().to_owned();
    shell.desk.password_was_given(&pair);
    shell.shows_password(pair);
    Ok(shown)
}

#[command]
pub(crate) async fn hide_pair_password(shell: State<'_, Shell>, pair: DraftId) -> Result<(), Problem> {
    shell.hides_password(&pair);
    Ok(())
}

#[command]
pub(crate) async fn copy_pair_password(shell: State<'_, Shell>, pair: DraftId) -> Result<(), Problem> {
    let password = shell.desk.pair_password(&pair)?;
    shell.desktop.copy_secret(&password).map_err(|detail| shell.desk.not_copied(detail))?;
    shell.desk.password_was_given(&pair);
    Ok(())
}

#[command]
pub(crate) async fn choose_place(
    shell: State<'_, Shell>,
    title: String,
    name: String,
    pair: DraftId,
) -> Result<Option<Place>, Problem> {
    let Some(path) = shell.desktop.pick_place(title, name).await else { return Ok(None) };
    let desk = Arc::clone(&shell.desk);
    shell.desk.aside(move || desk.place(&pair, path)).await?.map(Some)
}

#[command]
pub(crate) async fn save_new_pair(
    shell: State<'_, Shell>,
    pair: DraftId,
    account: AccountId,
    saving: Saving,
) -> Result<SavedPair, Problem> {
    shell.desk.save_new_pair(&pair, &account, saving).await
}

#[command]
pub(crate) async fn save_private_key(
    shell: State<'_, Shell>,
    pair: DraftId,
    saving: Saving,
) -> Result<SavedFile, Problem> {
    shell.desk.save_private_key(&pair, saving).await
}

#[command]
pub(crate) async fn forget_pair(shell: State<'_, Shell>, pair: DraftId) -> Result<(), Problem> {
    shell.desk.forget_pair(&pair);
    shell.hides_password(&pair);
    Ok(())
}
