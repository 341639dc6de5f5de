//! Appending lines, written here or brought in.

use rusqlite::{OptionalExtension, Transaction, named_params};

use super::{About, Answer, Certainty, Did, Entry, Went};
use crate::{account::AccountId, clock::Moment, key::PublicKey, records::By};

/// What a line says beyond who wrote it for which account.
pub(in crate::records) struct Line<'a> {
    pub(in crate::records) at: Moment,
    pub(in crate::records) did: Did,
    pub(in crate::records) went: Went,
    pub(in crate::records) about: &'a About,
    pub(in crate::records) apple: &'a Answer,
}

/// The server of an account that is there.
pub(in crate::records) fn account_of(
    transaction: &Transaction<'_>,
    account: &AccountId,
) -> rusqlite::Result<String> {
    transaction
        .prepare_cached("SELECT origin FROM account WHERE id = ?1")?
        .query_one([account.to_string()], |row| row.get("origin"))
}

/// Appends a line with the account's name and API key ID, those it had last if it was disconnected.
pub(in crate::records) fn append(
    transaction: &Transaction<'_>,
    by: &By,
    origin: &str,
    account: Option<&AccountId>,
    line: &Line<'_>,
) -> rusqlite::Result<()> {
    let named = account.map(|account| {
        transaction
            .prepare_cached(
                "SELECT name, api_key_id FROM account WHERE id = ?1
                 UNION ALL SELECT name, api_key_id FROM former_account WHERE id = ?1",
            )?
            .query_row([account.to_string()], |row| Ok((row.get("name")?, row.get("api_key_id")?)))
            .optional()
    });
    let (account_name, api_key_id) = named.transpose()?.flatten().unwrap_or_default();
    let Line { at, did, went, about, apple } = line;
    let entry = Entry {
        number: 0,
        uid: uuid::Uuid::new_v4().to_string(),
        at: *at,
        account: account.cloned(),
        account_name,
        api_key_id,
        did: *did,
        went: *went,
        key: about.key.clone(),
        key_name: about.key_name.clone(),
        public_key: about.public_key.clone(),
        app: about.app.clone(),
        all_apps: about.all_apps,
        certainty: about.certainty,
        detail: about.detail.clone(),
        apple: (*apple).clone(),
        user: by.user.clone(),
        version: by.version.clone(),
        brought_in: false,
    };
    insert(transaction, origin, &entry, None)?;
    Ok(())
}

/// Appends a line of a copy; `false` if it is here already.
pub(in crate::records) fn bring_in(
    transaction: &Transaction<'_>,
    origin: &str,
    entry: &Entry,
    at: Moment,
) -> rusqlite::Result<bool> {
    insert(transaction, origin, entry, Some(at))
}

fn insert(
    transaction: &Transaction<'_>,
    origin: &str,
    entry: &Entry,
    brought_in_at: Option<Moment>,
) -> rusqlite::Result<bool> {
    let inserted = transaction
        .prepare_cached(
            "INSERT INTO activity
                (uid, at, origin, account_id, account_name, api_key_id, what, result, key_id, key_name, spki,
                 app_id, app_name, bundle_id, all_apps, confirmed, detail, apple_status, apple_code, request_id,
                 user, version, brought_in_at, searchable)
             VALUES
                (:uid, :at, :origin, :account, :account_name, :api_key_id, :what, :result, :key, :key_name, :spki,
                 :app, :app_name, :bundle_id, :all_apps, :confirmed, :detail, :apple_status, :apple_code, :request_id,
                 :user, :version, :brought_in_at, :searchable)
             ON CONFLICT (uid) DO NOTHING",
        )?
        .execute(named_params! {
            ":uid": entry.uid,
            ":at": entry.at.unix_millis(),
            ":origin": origin,
            ":account": entry.account.as_ref().map(ToString::to_string),
            ":account_name": entry.account_name,
            ":api_key_id": entry.api_key_id,
            ":what": entry.did.word(),
            ":result": entry.went.word(),
            ":key": entry.key,
            ":key_name": entry.key_name,
            ":spki": entry.public_key.as_ref().map(PublicKey::spki_der),
            ":app": entry.app.as_ref().map(|app| app.id.to_string()),
            ":app_name": entry.app.as_ref().map(|app| &app.name),
            ":bundle_id": entry.app.as_ref().map(|app| &app.bundle_id),
            ":all_apps": entry.all_apps,
            ":confirmed": entry.certainty.map(Certainty::word),
            ":detail": entry.detail,
            ":apple_status": entry.apple.status,
            ":apple_code": entry.apple.code,
            ":request_id": entry.apple.request_id,
            ":user": entry.user,
            ":version": entry.version,
            ":brought_in_at": brought_in_at.map(Moment::unix_millis),
            ":searchable": searchable(entry),
        })?;
    Ok(inserted == 1)
}

/// Everything a search looks through, a line each, so that no word spans two of them.
fn searchable(entry: &Entry) -> String {
    let fingerprint = entry.public_key.as_ref().map(PublicKey::fingerprint);
    let app = entry.app.as_ref();
    let texts = [
        Some(entry.account_name.clone()),
        Some(entry.api_key_id.clone()),
        entry.key.clone(),
        entry.key_name.clone(),
        fingerprint.map(|fingerprint| fingerprint.to_string()),
        app.map(|app| app.id.to_string()),
        app.map(|app| app.name.clone()),
        app.map(|app| app.bundle_id.clone()),
        entry.detail.clone(),
        entry.apple.request_id.clone(),
        Some(entry.user.clone()),
    ];
    texts.into_iter().flatten().collect::<Vec<_>>().join("\n").to_lowercase()
}
