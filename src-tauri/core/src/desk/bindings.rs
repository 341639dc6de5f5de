//! The types of the window's language, made from those of `view` and `problem`.

use std::{collections::BTreeMap, env, fs, path::Path};

use ts_rs::{Config, TS};

use super::{problem::Problem, view};

/// Set to anything, it makes the test write what it would otherwise compare.
const WRITE: &str = "LATCHKEY_WRITE_BINDINGS";

#[test]
fn the_windows_types_are_those_of_the_core() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/bindings");
    let fresh = tempfile::tempdir().unwrap();
    export(fresh.path());
    if env::var_os(WRITE).is_some() {
        let _ = fs::remove_dir_all(&committed);
        fs::create_dir_all(&committed).unwrap();
        for (name, text) in files(fresh.path()) {
            fs::write(committed.join(name), text).unwrap();
        }
    }
    let (committed, fresh) = (files(&committed), files(fresh.path()));
    let stale: Vec<_> = fresh.iter().filter(|(name, text)| committed.get(*name) != Some(text)).collect();
    let left_over: Vec<_> = committed.keys().filter(|name| !fresh.contains_key(*name)).collect();
    assert!(
        stale.is_empty() && left_over.is_empty(),
        "ui/src/bindings is stale; write it anew with {WRITE}=1 cargo test -p latchkey-core bindings: \
         {stale:?} {left_over:?}"
    );
}

fn export(folder: &Path) {
    let config = Config::new().with_out_dir(folder);
    view::Start::export_all(&config).unwrap();
    view::ApiKeyDraft::export_all(&config).unwrap();
    view::ConnectForm::export_all(&config).unwrap();
    view::Connected::export_all(&config).unwrap();
    view::AccountCheck::export_all(&config).unwrap();
    view::NewApiKeyDraft::export_all(&config).unwrap();
    view::InventoryEvent::export_all(&config).unwrap();
    view::FreshKey::export_all(&config).unwrap();
    view::KeyConfirmation::export_all(&config).unwrap();
    view::FoundKey::export_all(&config).unwrap();
    view::EverywhereEvent::export_all(&config).unwrap();
    view::HeldFile::export_all(&config).unwrap();
    view::KeyFileDraft::export_all(&config).unwrap();
    view::VoiceCheck::export_all(&config).unwrap();
    view::Identified::export_all(&config).unwrap();
    view::PrivateKeyCheck::export_all(&config).unwrap();
    view::Pair::export_all(&config).unwrap();
    view::Place::export_all(&config).unwrap();
    view::Saving::export_all(&config).unwrap();
    view::SavedPair::export_all(&config).unwrap();
    view::SavedFile::export_all(&config).unwrap();
    view::AddRequest::export_all(&config).unwrap();
    view::AddDraft::export_all(&config).unwrap();
    view::Added::export_all(&config).unwrap();
    view::RemoveRequest::export_all(&config).unwrap();
    view::RemoveDraft::export_all(&config).unwrap();
    view::Removed::export_all(&config).unwrap();
    view::Looked::export_all(&config).unwrap();
    view::Work::export_all(&config).unwrap();
    view::TokenCheck::export_all(&config).unwrap();
    view::ActivityRequest::export_all(&config).unwrap();
    view::ActivityPage::export_all(&config).unwrap();
    view::ExportForm::export_all(&config).unwrap();
    view::CopyDraft::export_all(&config).unwrap();
    view::Brings::export_all(&config).unwrap();
    view::Connection::export_all(&config).unwrap();
    view::DiagnosisEvent::export_all(&config).unwrap();
    view::Everything::export_all(&config).unwrap();
    view::Link::export_all(&config).unwrap();
    view::Happening::export_all(&config).unwrap();
    Problem::export_all(&config).unwrap();
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeMap::new() };
    entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}
