//! Changes sent to Apple, each written down before its first byte leaves, so that a crash or a lost
//! answer leaves a trace to follow.

use rusqlite::{Row, Transaction, named_params};

use super::{Confirmation, PrivateKeySeen, Reach, Records, RecordsError, keys, listing, row};
use crate::{
    account::{AccountId, Origin},
    app::AppId,
    clock::Moment,
    key::PublicKey,
};

/// A key that is about to be added, and what its record will say if it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// Names it, for good; never used for another.
    pub id: String,
    /// The account it changes.
    pub account: AccountId,
    /// The server it is sent to.
    pub origin: Origin,
    /// The app the key is for; `None`: all apps.
    pub app: Option<AppId>,
    /// That app's name, as it was shown.
    pub app_name: Option<String>,
    /// The public key.
    pub public_key: PublicKey,
    /// The name to give the key on this computer.
    pub name: Option<String>,
    /// Who said that it is the right one.
    pub confirmed: Option<Confirmation>,
    /// The file that its private key was in, if it was.
    pub private_key: Option<PrivateKeySeen>,
    /// Distribution key IDs that carried this public key before: another ID that does is the answer.
    pub already_there: Vec<String>,
    /// When it was written down, just before sending.
    pub created_at: Moment,
    /// When the token it is sent with expires: later it can't take effect any more.
    pub token_expires_at: Moment,
}

/// A change, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// What was sent.
    pub addition: Addition,
    /// What became of it.
    pub state: IntentState,
}

/// What is known of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntentState {
    /// It may have been sent; what became of it is unknown.
    Sent,
    /// It is decided.
    Finished {
        /// How it ended.
        outcome: Outcome,
        /// When that became known.
        at: Moment,
    },
}

/// How a change ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The key is registered.
    Done {
        /// The distribution key ID that Apple gave it.
        key: String,
    },
    /// Apple refused, or nothing was sent.
    Refused,
    /// It was looked for after its token had expired, and is not there.
    NotArrived,
}

impl Records {
    /// Writes an addition down. It is on the disk when this returns: now it may be sent.
    ///
    /// # Errors
    /// [`RecordsError::Failed`], also if there is one of this ID, or one that is open and adds the same key to the same
    /// account for the same: nothing may be sent then.
    pub fn begin_intent(&self, addition: &Addition) -> Result<(), RecordsError> {
        let (confirmed, confirmed_by, confirmed_at) = keys::confirmation_columns(addition.confirmed.as_ref());
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO intent
                    (id, account_id, api_key_fingerprint, origin, kind, app_id, app_name, spki, name,
                     confirmed, confirmed_by, confirmed_at, private_key_file, private_key_at,
                     already_there, created_at, token_expires_at, state)
                 VALUES
                    (:id, :account, (SELECT api_key_fingerprint FROM account WHERE id = :account), :origin, 'add', :app, :app_name, :spki, :name,
                     :confirmed, :confirmed_by, :confirmed_at, :private_key_file, :private_key_at,
                     :already_there, :created_at, :token_expires_at, 'sent')",
                named_params! {
                    ":id": addition.id,
                    ":account": addition.account.to_string(),
                    ":origin": addition.origin.to_string(),
                    ":app": addition.app.as_ref().map(ToString::to_string),
                    ":app_name": addition.app_name,
                    ":spki": addition.public_key.spki_der(),
                    ":name": addition.name,
                    ":confirmed": confirmed,
                    ":confirmed_by": confirmed_by,
                    ":confirmed_at": confirmed_at,
                    ":private_key_file": addition.private_key.as_ref().and_then(|seen| seen.file_name.as_ref()),
                    ":private_key_at": addition.private_key.as_ref().map(|seen| seen.at.unix_millis()),
                    ":already_there": serde_json::Value::from(addition.already_there.clone()).to_string(),
                    ":created_at": addition.created_at.unix_millis(),
                    ":token_expires_at": addition.token_expires_at.unix_millis(),
                },
            )?;
            Ok(())
        })
    }

    /// Notes how a change ended. [`Outcome::Done`] also makes the key known as *added here*, with the
    /// name, confirmation and private key file of the addition, and puts it on the account's listing.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if there is no such change or it has ended already.
    pub fn finish_intent(&self, id: &str, outcome: &Outcome, at: Moment) -> Result<(), RecordsError> {
        let (state, key) = match outcome {
            Outcome::Done { key } => ("done", Some(key)),
            Outcome::Refused => ("refused", None),
            Outcome::NotArrived => ("not-arrived", None),
        };
        self.write(|transaction| {
            row::met(transaction.execute(
                "UPDATE intent SET state = :state, result_key_id = :key, finished_at = :at
                 WHERE id = :id AND state = 'sent'",
                named_params! { ":state": state, ":key": key, ":at": at.unix_millis(), ":id": id },
            )?)?;
            match key {
                Some(key) => remember_added(transaction, id, key, at),
                None => Ok(()),
            }
        })
    }

    /// Every change whose outcome is unknown, the oldest first, those of removed accounts included.
    ///
    /// # Errors
    /// [`RecordsError::Corrupt`], [`RecordsError::Failed`].
    pub fn open_intents(&self) -> Result<Vec<Intent>, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT * FROM intent WHERE state = 'sent' ORDER BY created_at, id")?
                .query_map([], intent)?
                .collect()
        })
    }

    /// One change, decided or not.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`].
    pub fn intent(&self, id: &str) -> Result<Intent, RecordsError> {
        self.read(|connection| {
            connection.prepare_cached("SELECT * FROM intent WHERE id = ?1")?.query_one([id], intent)
        })
    }
}

fn remember_added(transaction: &Transaction<'_>, id: &str, key: &str, at: Moment) -> rusqlite::Result<()> {
    let Intent { addition, .. } =
        transaction.prepare_cached("SELECT * FROM intent WHERE id = ?1")?.query_one([id], intent)?;
    let origin = addition.origin.to_string();
    keys::see(transaction, &origin, key, Some(&addition.public_key), at)?;
    keys::mark_added(transaction, &origin, key, &addition)?;
    let reach = if addition.app.is_some() { Reach::OneApp } else { Reach::AllApps };
    listing::append(transaction, &addition.account, &origin, key, reach)
}

fn intent(row: &Row<'_>) -> rusqlite::Result<Intent> {
    let finished_at = row::moment_if_any(row, "finished_at")?;
    let key: Option<String> = row.get("result_key_id")?;
    let state = match (row.get::<_, String>("state")?.as_str(), finished_at, key) {
        ("sent", None, None) => IntentState::Sent,
        ("done", Some(at), Some(key)) => IntentState::Finished { outcome: Outcome::Done { key }, at },
        ("refused", Some(at), None) => IntentState::Finished { outcome: Outcome::Refused, at },
        ("not-arrived", Some(at), None) => IntentState::Finished { outcome: Outcome::NotArrived, at },
        (other, ..) => return Err(row::unreadable(row, "state", format!("unknown state {other:?}"))),
    };
    let already_there: String = row.get("already_there")?;
    let addition = Addition {
        id: row.get("id")?,
        account: AccountId::known(row.get::<_, String>("account_id")?),
        origin: row::parsed(row, "origin")?,
        app: row::parsed_if_any(row, "app_id")?,
        app_name: row.get("app_name")?,
        public_key: row::public_key(row, "spki")?,
        name: row.get("name")?,
        confirmed: keys::confirmation(row)?,
        private_key: keys::private_key_seen(row)?,
        already_there: serde_json::from_str(&already_there)
            .map_err(|error| row::unreadable(row, "already_there", error))?,
        created_at: row::moment(row, "created_at")?,
        token_expires_at: row::moment(row, "token_expires_at")?,
    };
    Ok(Intent { addition, state })
}
