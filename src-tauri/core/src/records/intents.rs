//! Changes sent to Apple, each written down before its first byte leaves, so that a crash or a lost
//! answer leaves a trace to follow. How they end is in [`super::outcomes`].

use rusqlite::{Row, Transaction, named_params};

use super::{Confirmation, PrivateKeySeen, Reach, Records, RecordsError, error, keys, row};
use crate::{
    account::{AccountId, Origin},
    app::{App, AppId},
    clock::Moment,
    key::PublicKey,
};

/// A change that is about to be sent, or was, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Names it, for good; never used for another.
    pub id: String,
    /// The account it changes.
    pub account: AccountId,
    /// The server it is sent to.
    pub origin: Origin,
    /// What is to change.
    pub change: Change,
    /// The [`Work`](super::Work) that it is a step of.
    pub work: Option<String>,
    /// When it was written down, just before sending.
    pub created_at: Moment,
    /// When the token it is sent with expires: later it can't take effect any more.
    pub token_expires_at: Moment,
    /// What became of it.
    pub state: IntentState,
}

/// What is to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A key is added.
    Add(Addition),
    /// A key is removed.
    Remove(Removal),
}

/// A key to add, and what its record will say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// The app the key is for; `None`: all apps.
    pub app: Option<App>,
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
}

/// A key to remove, as Apple had it just before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The distribution key ID.
    pub key: String,
    /// Which list it is on.
    pub reach: Reach,
    /// The app it is for, where that is known.
    pub app: Option<App>,
    /// The public key; `None` if it can't be read.
    pub public_key: Option<PublicKey>,
    /// Its name on this computer.
    pub name: Option<String>,
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
    /// The key is registered, or removed.
    Done {
        /// The distribution key ID: the one that Apple gave it, or the one that is gone.
        key: String,
    },
    /// Apple refused.
    Refused,
    /// Nothing left this computer.
    NotSent,
    /// It was looked for after its token had expired, and did not happen.
    NotArrived,
}

/// A key that came of an addition made here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedHere {
    /// The distribution key ID.
    pub key: String,
    /// The account it was added to.
    pub account: AccountId,
    /// The app it was added for; `None`: all apps.
    pub app: Option<AppId>,
    /// Apple's answer said so. Otherwise the key was found later.
    pub acknowledged: bool,
    /// It was removed here since.
    pub removed: bool,
}

impl Addition {
    /// Which list the key will be on.
    pub fn reach(&self) -> Reach {
        if self.app.is_some() { Reach::OneApp } else { Reach::AllApps }
    }
}

impl Records {
    /// Writes a change down, as sent whatever its state says. It is on the disk when this returns: now it may be sent.
    ///
    /// # Errors
    /// [`RecordsError::Failed`], also if there is one of this ID, or one that is open and adds the same key to the same
    /// account for the same, or removes the same key from it: nothing may be sent then.
    pub fn begin_intent(&self, intent: &Intent) -> Result<(), RecordsError> {
        self.write(|transaction| insert(transaction, intent))
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

    /// Every change whose outcome is unknown, as [`Self::open_intents`], each if it can be read.
    ///
    /// # Errors
    /// [`RecordsError::Failed`]; of one change, [`RecordsError::Corrupt`].
    pub fn each_open_intent(&self) -> Result<Vec<Result<Intent, RecordsError>>, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT * FROM intent WHERE state = 'sent' ORDER BY created_at, id")?
                .query_map([], |row| Ok(intent(row).map_err(error::from_sqlite)))?
                .collect()
        })
    }

    /// Every change sent to the server `origin` whose outcome is unknown and whose account nothing is known of any more, nor
    /// which API key it had: what was known was damaged.
    ///
    /// # Errors
    /// [`RecordsError::Corrupt`], [`RecordsError::Failed`].
    pub fn orphaned_intents(&self, origin: &Origin) -> Result<Vec<Intent>, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT * FROM intent
                     WHERE state = 'sent' AND origin = ?1
                         AND account_id NOT IN (SELECT id FROM account UNION SELECT id FROM former_account)
                     ORDER BY created_at, id",
                )?
                .query_map([origin.to_string()], intent)?
                .collect()
        })
    }

    /// Gives a change of [`Self::orphaned_intents`] to an account, which can look what became of it.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if it is none of those any more; [`RecordsError::Failed`].
    pub fn adopt_intent(&self, id: &str, account: &AccountId) -> Result<(), RecordsError> {
        self.write(|transaction| {
            row::met(transaction.execute(
                "UPDATE intent SET account_id = ?2
                 WHERE id = ?1 AND state = 'sent'
                     AND account_id NOT IN (SELECT id FROM account UNION SELECT id FROM former_account)",
                (id, account.to_string()),
            )?)
        })
    }

    /// Every change that is a step of a piece of work, decided or not, the oldest first.
    ///
    /// # Errors
    /// [`RecordsError::Corrupt`], [`RecordsError::Failed`].
    pub fn intents_of_work(&self, work: &str) -> Result<Vec<Intent>, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT * FROM intent WHERE work = ?1 ORDER BY created_at, id")?
                .query_map([work], intent)?
                .collect()
        })
    }

    /// Every key of the server `origin` with this public key that came of an addition made here, in whatever account.
    ///
    /// # Errors
    /// [`RecordsError::Corrupt`], [`RecordsError::Failed`].
    pub fn added_here(
        &self,
        origin: &Origin,
        public_key: &PublicKey,
    ) -> Result<Vec<AddedHere>, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT result_key_id, account_id, app_id, answer_lost, removed_here IS NOT NULL AS removed
                     FROM intent
                     JOIN distribution_key AS key ON key.origin = intent.origin AND key.id = result_key_id
                     WHERE kind = 'add' AND state = 'done' AND intent.origin = ?1 AND intent.spki = ?2
                     ORDER BY created_at, intent.id",
                )?
                .query_map((origin.to_string(), public_key.spki_der()), |row| {
                    Ok(AddedHere {
                        key: row.get("result_key_id")?,
                        account: AccountId::known(row.get::<_, String>("account_id")?),
                        app: row::parsed_if_any(row, "app_id")?,
                        acknowledged: !row.get::<_, bool>("answer_lost")?,
                        removed: row.get("removed")?,
                    })
                })?
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

/// Writes a change down, as sent whatever its state says.
pub(super) fn insert(transaction: &Transaction<'_>, intent: &Intent) -> rusqlite::Result<()> {
    let columns = Columns::of(&intent.change);
    let (confirmed, confirmed_by, confirmed_at) = keys::confirmation_columns(columns.confirmed);
    transaction.execute(
        "INSERT INTO intent
            (id, account_id, origin, kind, work, key_id, reach, app_id, app_name, bundle_id, sku, locale,
             spki, name, confirmed, confirmed_by, confirmed_at,
             private_key_file, private_key_at, private_key_made_here,
             already_there, created_at, token_expires_at)
         VALUES
            (:id, :account, :origin, :kind, :work, :key, :reach, :app, :app_name, :bundle_id, :sku, :locale,
             :spki, :name, :confirmed, :confirmed_by, :confirmed_at,
             :private_key_file, :private_key_at, :private_key_made_here,
             :already_there, :created_at, :token_expires_at)",
        named_params! {
            ":id": intent.id,
            ":account": intent.account.to_string(),
            ":origin": intent.origin.to_string(),
            ":kind": columns.kind,
            ":work": intent.work,
            ":key": columns.key,
            ":reach": columns.reach.word(),
            ":app": columns.app.map(|app| app.id.to_string()),
            ":app_name": columns.app.map(|app| &app.name),
            ":bundle_id": columns.app.map(|app| &app.bundle_id),
            ":sku": columns.app.and_then(|app| app.sku.as_ref()),
            ":locale": columns.app.and_then(|app| app.locale.as_ref()),
            ":spki": columns.public_key.map(PublicKey::spki_der),
            ":name": columns.name,
            ":confirmed": confirmed,
            ":confirmed_by": confirmed_by,
            ":confirmed_at": confirmed_at,
            ":private_key_file": columns.private_key.and_then(|seen| seen.file_name.as_ref()),
            ":private_key_at": columns.private_key.map(|seen| seen.at.unix_millis()),
            ":private_key_made_here": columns.private_key.is_some_and(|seen| seen.made_here),
            ":already_there": serde_json::Value::from(columns.already_there).to_string(),
            ":created_at": intent.created_at.unix_millis(),
            ":token_expires_at": intent.token_expires_at.unix_millis(),
        },
    )?;
    Ok(())
}

/// What additions and removals have in the same columns.
struct Columns<'a> {
    kind: &'static str,
    key: Option<&'a str>,
    reach: Reach,
    app: Option<&'a App>,
    public_key: Option<&'a PublicKey>,
    name: Option<&'a str>,
    confirmed: Option<&'a Confirmation>,
    private_key: Option<&'a PrivateKeySeen>,
    already_there: &'a [String],
}

impl<'a> Columns<'a> {
    fn of(change: &'a Change) -> Self {
        match change {
            Change::Add(addition) => Self {
                kind: "add",
                key: None,
                reach: addition.reach(),
                app: addition.app.as_ref(),
                public_key: Some(&addition.public_key),
                name: addition.name.as_deref(),
                confirmed: addition.confirmed.as_ref(),
                private_key: addition.private_key.as_ref(),
                already_there: &addition.already_there,
            },
            Change::Remove(removal) => Self {
                kind: "remove",
                key: Some(&removal.key),
                reach: removal.reach,
                app: removal.app.as_ref(),
                public_key: removal.public_key.as_ref(),
                name: removal.name.as_deref(),
                confirmed: None,
                private_key: None,
                already_there: &[],
            },
        }
    }
}

pub(super) fn intent(row: &Row<'_>) -> rusqlite::Result<Intent> {
    let change = match row.get::<_, String>("kind")?.as_str() {
        "add" => Change::Add(addition(row)?),
        "remove" => Change::Remove(Removal {
            key: row.get("key_id")?,
            reach: row::parsed(row, "reach")?,
            app: row::app_if_any(row)?,
            public_key: row::public_key_if_any(row, "spki")?,
            name: row.get("name")?,
        }),
        other => return Err(row::unreadable(row, "kind", format!("unknown kind {other:?}"))),
    };
    Ok(Intent {
        id: row.get("id")?,
        account: AccountId::known(row.get::<_, String>("account_id")?),
        origin: row::parsed(row, "origin")?,
        change,
        work: row.get("work")?,
        created_at: row::moment(row, "created_at")?,
        token_expires_at: row::moment(row, "token_expires_at")?,
        state: state(row)?,
    })
}

fn addition(row: &Row<'_>) -> rusqlite::Result<Addition> {
    let already_there: String = row.get("already_there")?;
    Ok(Addition {
        app: row::app_if_any(row)?,
        public_key: row::public_key(row, "spki")?,
        name: row.get("name")?,
        confirmed: keys::confirmation(row)?,
        private_key: keys::private_key(row)?,
        already_there: serde_json::from_str(&already_there)
            .map_err(|error| row::unreadable(row, "already_there", error))?,
    })
}

fn state(row: &Row<'_>) -> rusqlite::Result<IntentState> {
    let finished_at = row::moment_if_any(row, "finished_at")?;
    let key: Option<String> = row.get("result_key_id")?;
    let (outcome, at) = match (row.get::<_, String>("state")?.as_str(), finished_at, key) {
        ("sent", None, None) => return Ok(IntentState::Sent),
        ("done", Some(at), Some(key)) => (Outcome::Done { key }, at),
        ("refused", Some(at), None) => (Outcome::Refused, at),
        ("not-sent", Some(at), None) => (Outcome::NotSent, at),
        ("not-arrived", Some(at), None) => (Outcome::NotArrived, at),
        (other, ..) => return Err(row::unreadable(row, "state", format!("unknown state {other:?}"))),
    };
    Ok(IntentState::Finished { outcome, at })
}
