//! Accounts: everything about them but the secret, which is in the vault under the name kept here.

use rusqlite::{OptionalExtension, Row, named_params};

use super::{About, Did, Records, RecordsError, row};
use crate::{
    account::{AccountId, ApiKey, Origin},
    clock::Moment,
    key::Fingerprint,
};

/// How far connecting or disconnecting an account has come. What stands between is finished or
/// undone at the next start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// Its secret may be in the vault already.
    Connecting,
    /// Its secret is in the vault.
    Ready,
    /// Its secret may still be in the vault.
    Disconnecting,
}

/// An account that is about to be connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// This computer's own ID for it.
    pub id: AccountId,
    /// The server it belongs to.
    pub origin: Origin,
    /// Its name on this computer; no other account has it.
    pub name: String,
    /// Who signs.
    pub api_key: ApiKey,
    /// Fingerprint of the API key's public key, so that its file is known again without the secret.
    pub api_key_fingerprint: Fingerprint,
    /// The name under which the vault will keep its secret.
    pub vault_entry: String,
    /// When.
    pub at: Moment,
}

/// An account, as it is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// This computer's own ID for it.
    pub id: AccountId,
    /// The server it belongs to.
    pub origin: Origin,
    /// Its name on this computer.
    pub name: String,
    /// Who signs.
    pub api_key: ApiKey,
    /// Fingerprint of the API key's public key, so that its file is known again without the secret.
    pub api_key_fingerprint: Fingerprint,
    /// The name under which the vault keeps its secret.
    pub vault_entry: String,
    /// Another name under which the vault may keep a secret of it: a new API key's that is not in use yet, or the old
    /// one's. Either is to be forgotten, and then [`Records::spare_forgotten`] told.
    pub spare_entry: Option<String>,
    /// How far it has come.
    pub state: AccountState,
    /// When it was connected.
    pub connected_at: Moment,
    /// When it was last opened.
    pub last_used_at: Moment,
    /// When its keys were last listed, if they ever were.
    pub listed_at: Option<Moment>,
}

impl Records {
    /// Writes an account down as *connecting*, before its secret goes into the vault.
    ///
    /// # Errors
    /// [`RecordsError::Failed`].
    pub fn begin_account(&self, account: &NewAccount) -> Result<(), RecordsError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO account
                    (id, origin, name, api_key_id, issuer_id, api_key_fingerprint,
                     vault_entry, state, connected_at, last_used_at)
                 VALUES (:id, :origin, :name, :api_key_id, :issuer_id, :api_key_fingerprint,
                    :vault_entry, 'connecting', :at, :at)",
                named_params! {
                    ":id": account.id.to_string(),
                    ":origin": account.origin.to_string(),
                    ":name": account.name,
                    ":api_key_id": account.api_key.id,
                    ":issuer_id": account.api_key.issuer,
                    ":api_key_fingerprint": account.api_key_fingerprint.to_string(),
                    ":vault_entry": account.vault_entry,
                    ":at": account.at.unix_millis(),
                },
            )?;
            Ok(())
        })
    }

    /// The ID that an account with this API key had when it was disconnected, if no account has it. Connected anew under
    /// this ID, it goes on where it was: changes of unknown outcome, replacements, news and Activity are its own again.
    ///
    /// # Errors
    /// [`RecordsError::Failed`].
    pub fn former_account(
        &self,
        origin: &Origin,
        api_key: &Fingerprint,
    ) -> Result<Option<AccountId>, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT id FROM former_account
                     WHERE origin = ?1 AND api_key_fingerprint = ?2 AND id NOT IN (SELECT id FROM account)
                     ORDER BY removed_at DESC, id",
                )?
                .query_row((origin.to_string(), api_key.to_string()), |row| {
                    row.get::<_, String>("id").map(AccountId::known)
                })
                .optional()
        })
    }

    /// Notes that a *connecting* account's secret is in the vault.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if no such account is *connecting*; [`RecordsError::NameTaken`] if a ready one of
    /// that server has its name.
    pub fn account_ready(&self, id: &AccountId) -> Result<(), RecordsError> {
        self.write(|transaction| {
            let connected_at = transaction.query_one(
                "UPDATE account SET state = 'ready' WHERE id = ?1 AND state = 'connecting' RETURNING connected_at",
                [id.to_string()],
                |row| row::moment(row, "connected_at"),
            )?;
            self.did(transaction, id, Did::Connected, &About::default(), connected_at)
        })
    }

    /// Gives a ready account another name.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`]; [`RecordsError::NameTaken`] if another one of that server has it.
    pub fn rename_account(&self, id: &AccountId, name: &str, at: Moment) -> Result<(), RecordsError> {
        self.write(|transaction| {
            let former: String = transaction.query_one(
                "SELECT name FROM account WHERE id = ?1 AND state = 'ready'",
                [id.to_string()],
                |row| row.get("name"),
            )?;
            if former == name {
                return Ok(());
            }
            transaction.execute("UPDATE account SET name = ?2 WHERE id = ?1", (id.to_string(), name))?;
            let about = About { detail: Some(former), ..About::default() };
            self.did(transaction, id, Did::RenamedAccount, &about, at)
        })
    }

    /// Notes that an account's secret is about to leave the vault.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`].
    pub fn begin_disconnect(&self, id: &AccountId) -> Result<(), RecordsError> {
        self.write(|transaction| {
            row::met(
                transaction
                    .execute("UPDATE account SET state = 'disconnecting' WHERE id = ?1", [id.to_string()])?,
            )
        })
    }

    /// Removes an account and what it listed. Names, notes and bindings of keys, and what was sent
    /// to Apple, stay. One that is not there is removed already; one that was never ready leaves no trace.
    ///
    /// # Errors
    /// [`RecordsError::Failed`].
    pub fn remove_account(&self, id: &AccountId, at: Moment) -> Result<(), RecordsError> {
        self.write(|transaction| {
            let was_connected = transaction.execute(
                "INSERT OR REPLACE INTO former_account (id, origin, api_key_fingerprint, name, api_key_id, removed_at)
                 SELECT id, origin, api_key_fingerprint, name, api_key_id, ?2 FROM account
                 WHERE id = ?1 AND state <> 'connecting'",
                (id.to_string(), at.unix_millis()),
            )?;
            if was_connected > 0 {
                self.did(transaction, id, Did::Disconnected, &About::default(), at)?;
            }
            transaction.execute("DELETE FROM account WHERE id = ?1", [id.to_string()])?;
            Ok(())
        })
    }

    /// Every account in whatever state, the one used last first.
    ///
    /// # Errors
    /// [`RecordsError::Corrupt`], [`RecordsError::Failed`].
    pub fn accounts(&self) -> Result<Vec<AccountRow>, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT * FROM account ORDER BY last_used_at DESC, name")?
                .query_map([], account)?
                .collect()
        })
    }

    /// Notes when an account was last opened, which is after every other, even if the clock was set back.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`].
    pub fn touch_account(&self, id: &AccountId, at: Moment) -> Result<(), RecordsError> {
        self.write(|transaction| {
            row::met(transaction.execute(
                "UPDATE account SET last_used_at =
                    max(?2, (SELECT coalesce(max(last_used_at) + 1, ?2) FROM account AS other WHERE other.id <> ?1))
                 WHERE id = ?1",
                (id.to_string(), at.unix_millis()),
            )?)
        })
    }
}

pub(super) fn account(row: &Row<'_>) -> rusqlite::Result<AccountRow> {
    let state = match row.get::<_, String>("state")?.as_str() {
        "connecting" => AccountState::Connecting,
        "ready" => AccountState::Ready,
        "disconnecting" => AccountState::Disconnecting,
        other => return Err(row::unreadable(row, "state", format!("unknown state {other:?}"))),
    };
    Ok(AccountRow {
        id: AccountId::known(row.get::<_, String>("id")?),
        origin: row::parsed(row, "origin")?,
        name: row.get("name")?,
        api_key: ApiKey { id: row.get("api_key_id")?, issuer: row.get("issuer_id")? },
        api_key_fingerprint: row::parsed(row, "api_key_fingerprint")?,
        vault_entry: row.get("vault_entry")?,
        spare_entry: row.get("spare_entry")?,
        state,
        connected_at: row::moment(row, "connected_at")?,
        last_used_at: row::moment(row, "last_used_at")?,
        listed_at: row::moment_if_any(row, "listed_at")?,
    })
}
