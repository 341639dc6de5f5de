//! What matters too much to be left out because a column of it doesn't read: a change whose outcome is unknown, or it
//! might be sent a second time, and which account an API key had, or what it waits for would be nobody's.

use std::time::Duration;

use rusqlite::{Error, ErrorCode, Row, Transaction, ffi};

use super::{Addition, Change, Intent, IntentState, Reach, Removal, intents, keys, row};
use crate::{
    account::{AccountId, Origin},
    app::App,
    clock::Moment,
    key::Fingerprint,
};

/// What no token lives longer than that a change is sent with.
const LONGEST_TOKEN: Duration = Duration::from_mins(2);

/// Brings over a change that may be undecided, with what reads of it. Answers whether it is lost instead.
pub(super) fn change(row: &Row<'_>, into: &Transaction<'_>, at: Moment) -> rusqlite::Result<bool> {
    if !may_be_undecided(row) {
        return Ok(false);
    }
    let Ok(intent) = what_reads(row, at) else { return Ok(true) };
    match intents::insert(into, &intent) {
        Ok(()) => Ok(false),
        Err(Error::SqliteFailure(failure, _)) if failure.code == ErrorCode::ConstraintViolation => {
            // The same change is there already.
            let same = [ffi::SQLITE_CONSTRAINT_PRIMARYKEY, ffi::SQLITE_CONSTRAINT_UNIQUE];
            Ok(!same.contains(&failure.extended_code))
        }
        Err(error) => Err(error),
    }
}

/// Remembers the account's ID for when its API key is connected anew.
pub(super) fn account(row: &Row<'_>, into: &Transaction<'_>, at: Moment) -> rusqlite::Result<()> {
    let ids = || -> rusqlite::Result<_> {
        let id: String = row.get("id")?;
        let origin: Origin = row::parsed(row, "origin")?;
        let fingerprint: Fingerprint = row::parsed(row, "api_key_fingerprint")?;
        Ok((id, origin.to_string(), fingerprint.to_string()))
    };
    let Ok((id, origin, fingerprint)) = ids() else { return Ok(()) };
    into.execute(
        "INSERT OR IGNORE INTO former_account (id, origin, api_key_fingerprint, name, api_key_id, removed_at)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE ?1 NOT IN (SELECT id FROM account)",
        (
            id,
            origin,
            fingerprint,
            text(row, "name").unwrap_or_default(),
            text(row, "api_key_id").unwrap_or_default(),
            at.unix_millis(),
        ),
    )?;
    Ok(())
}

/// Whether nothing says that this change is decided.
pub(super) fn may_be_undecided(row: &Row<'_>) -> bool {
    match text(row, "state").as_deref() {
        Some("sent") => true,
        Some("done" | "refused" | "not-sent" | "not-arrived") => false,
        _ => !matches!(row::moment_if_any(row, "finished_at"), Ok(Some(_))),
    }
}

/// By what it is recognized must read: whose it is, which key, and for which app.
fn what_reads(row: &Row<'_>, at: Moment) -> rusqlite::Result<Intent> {
    let change = match row.get::<_, String>("kind")?.as_str() {
        "add" => Change::Add(Addition {
            app: app(row)?,
            public_key: row::public_key(row, "spki")?,
            name: text(row, "name"),
            confirmed: keys::confirmation(row).ok().flatten(),
            private_key: keys::private_key(row).ok().flatten(),
            already_there: text(row, "already_there")
                .and_then(|ids| serde_json::from_str(&ids).ok())
                .unwrap_or_default(),
        }),
        "remove" => {
            let app = app(row).ok().flatten();
            let reach = if app.is_some() { Reach::OneApp } else { Reach::AllApps };
            Change::Remove(Removal {
                key: row.get("key_id")?,
                reach: row::parsed(row, "reach").unwrap_or(reach),
                app,
                public_key: row::public_key_if_any(row, "spki").ok().flatten(),
                name: text(row, "name"),
            })
        }
        other => return Err(row::unreadable(row, "kind", format!("unknown kind {other:?}"))),
    };
    Ok(Intent {
        id: row.get("id")?,
        account: AccountId::known(row.get::<_, String>("account_id")?),
        origin: row::parsed(row, "origin")?,
        change,
        work: text(row, "work"),
        created_at: row::moment(row, "created_at").unwrap_or(at),
        token_expires_at: row::moment(row, "token_expires_at").unwrap_or(at.plus(LONGEST_TOKEN)),
        state: IntentState::Sent,
    })
}

fn app(row: &Row<'_>) -> rusqlite::Result<Option<App>> {
    let Some(id) = row::parsed_if_any(row, "app_id")? else { return Ok(None) };
    Ok(Some(App {
        id,
        name: text(row, "app_name").unwrap_or_default(),
        bundle_id: text(row, "bundle_id").unwrap_or_default(),
        sku: text(row, "sku"),
        locale: text(row, "locale"),
    }))
}

fn text(row: &Row<'_>, column: &str) -> Option<String> {
    row.get(column).ok()
}
