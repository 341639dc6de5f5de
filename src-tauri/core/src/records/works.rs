//! Replacing a key: a piece of work whose every step is written down, so that it can be gone on with after quitting
//! anywhere. Its additions and removals are [`super::intents`] that name it.

use rusqlite::{Params, Row, Transaction, named_params};

use super::{
    About, Answer, Did, Reach, Records, RecordsError, Went,
    activity::{Line, append},
    error, keys, row,
};
use crate::{
    account::{AccountId, Origin},
    app::App,
    clock::Moment,
    key::PublicKey,
};

/// In which order a key is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WorkKind {
    /// The old key stays until the server has switched.
    Planned,
    /// Someone else may have the private key: the old key goes at once.
    Emergency,
    /// Planned, but Apple allows no second key: the old one goes first.
    RemoveFirst,
}

row::words!(WorkKind { Planned = "planned", Emergency = "emergency", RemoveFirst = "remove-first" });

/// How it is known that the server uses the new key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Switched {
    /// A token from the server was signed with it.
    ByToken {
        /// When that was checked.
        at: Moment,
    },
    /// Somebody said so.
    ByWord {
        /// Who, as the person typed it.
        by: String,
        /// When.
        at: Moment,
    },
}

/// How a piece of work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The new key is there, the old one is gone.
    Finished {
        /// When.
        at: Moment,
    },
    /// It was given up.
    Stopped {
        /// When.
        at: Moment,
    },
}

/// The replacement of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Names it, for good.
    pub id: String,
    /// The account.
    pub account: AccountId,
    /// The server.
    pub origin: Origin,
    /// In which order.
    pub kind: WorkKind,
    /// The distribution key ID of the key to replace.
    pub old_key: String,
    /// Its public key; `None` if it can't be read.
    pub old_public_key: Option<PublicKey>,
    /// Its name on this computer then.
    pub old_name: Option<String>,
    /// Which list it is on.
    pub reach: Reach,
    /// The app it is for; `None`: all apps, or it is not known.
    pub app: Option<App>,
    /// When it was begun.
    pub begun_at: Moment,
    /// The new key's ID, once it is registered.
    pub new_key: Option<String>,
    /// When the new key was registered.
    pub added_at: Option<Moment>,
    /// When the new key's ID was handed over.
    pub handed_over_at: Option<Moment>,
    /// How it is known that the server uses the new key.
    pub switched: Option<Switched>,
    /// When the old key was removed.
    pub old_removed_at: Option<Moment>,
    /// How it ended; `None`: it is open.
    pub ended: Option<Ended>,
}

impl Records {
    /// Writes a replacement down, with no step taken whatever it says of steps.
    ///
    /// # Errors
    /// [`RecordsError::Failed`], also if there is one of this ID, or an open one of the same key in the same account.
    pub fn begin_work(&self, work: &Work) -> Result<(), RecordsError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO work
                    (id, account_id, origin, kind, old_key_id, spki, name, reach,
                     app_id, app_name, bundle_id, sku, locale, begun_at)
                 VALUES
                    (:id, :account, :origin, :kind, :old_key, :spki, :name, :reach,
                     :app, :app_name, :bundle_id, :sku, :locale, :begun_at)",
                named_params! {
                    ":id": work.id,
                    ":account": work.account.to_string(),
                    ":origin": work.origin.to_string(),
                    ":kind": work.kind.word(),
                    ":old_key": work.old_key,
                    ":spki": work.old_public_key.as_ref().map(PublicKey::spki_der),
                    ":name": work.old_name,
                    ":reach": work.reach.word(),
                    ":app": work.app.as_ref().map(|app| app.id.to_string()),
                    ":app_name": work.app.as_ref().map(|app| &app.name),
                    ":bundle_id": work.app.as_ref().map(|app| &app.bundle_id),
                    ":sku": work.app.as_ref().and_then(|app| app.sku.as_ref()),
                    ":locale": work.app.as_ref().and_then(|app| app.locale.as_ref()),
                    ":begun_at": work.begun_at.unix_millis(),
                },
            )?;
            let about = About { detail: Some(work.kind.word().to_owned()), ..of_old_key(work) };
            self.tell_of(transaction, work, Did::ReplaceBegun, &about, work.begun_at)
        })
    }

    /// Changes the order of an open replacement.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if there is none, or it has ended.
    pub fn change_work_kind(&self, id: &str, kind: WorkKind, at: Moment) -> Result<(), RecordsError> {
        self.write(|transaction| {
            let work = step(
                transaction,
                "UPDATE work SET kind = ?2 WHERE id = ?1 AND ended IS NULL",
                (id, kind.word()),
                id,
            )?;
            let about = About { detail: Some(kind.word().to_owned()), ..of_old_key(&work) };
            self.tell_of(transaction, &work, Did::ReplaceChanged, &about, at)
        })
    }

    /// Notes that the new key's ID was handed over.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if there is no such replacement with a new key, or it has ended.
    pub fn hand_over(&self, id: &str, at: Moment) -> Result<(), RecordsError> {
        self.write(|transaction| {
            let work = step(
                transaction,
                "UPDATE work SET handed_over_at = ?2 WHERE id = ?1 AND ended IS NULL AND new_key_id IS NOT NULL",
                (id, at.unix_millis()),
                id,
            )?;
            let about = of_new_key(transaction, &work)?;
            self.tell_of(transaction, &work, Did::HandedOver, &about, at)
        })
    }

    /// Notes how it is known that the server uses the new key. A token says more than a word; otherwise what is noted
    /// stays.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if there is no such replacement with a new key, or it has ended.
    pub fn switched(&self, id: &str, switched: &Switched) -> Result<(), RecordsError> {
        let (how, by, at) = match switched {
            Switched::ByToken { at } => ("token", None, *at),
            Switched::ByWord { by, at } => ("word", Some(by.as_str()), *at),
        };
        self.write(|transaction| {
            let known: Option<String> = transaction.query_one(
                "SELECT switched FROM work WHERE id = ?1 AND ended IS NULL AND new_key_id IS NOT NULL",
                [id],
                |row| row.get("switched"),
            )?;
            if known.is_some_and(|known| known == "token" || known == how) {
                return Ok(());
            }
            let work = step(
                transaction,
                "UPDATE work SET switched = ?2, switched_by = ?3, switched_at = ?4
                 WHERE id = ?1 AND ended IS NULL AND new_key_id IS NOT NULL",
                (id, how, by, at.unix_millis()),
                id,
            )?;
            let about = About { detail: by.map(str::to_owned), ..of_new_key(transaction, &work)? };
            self.tell_of(transaction, &work, Did::ServerSwitched, &about, at)
        })
    }

    /// Notes that the key to be the new one is registered without the replacement's doing. Does nothing if the
    /// replacement has ended, has a new key, or if that key is the old one.
    ///
    /// # Errors
    /// [`RecordsError::Failed`].
    pub fn new_key_there(&self, id: &str, key: &str, at: Moment) -> Result<(), RecordsError> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE work SET new_key_id = ?2, added_at = ?3
                 WHERE id = ?1 AND ended IS NULL AND new_key_id IS NULL AND old_key_id <> ?2",
                (id, key, at.unix_millis()),
            )?;
            Ok(())
        })
    }

    /// Notes that the old key is gone without the replacement's doing. Does nothing if the replacement has ended or that
    /// is known.
    ///
    /// # Errors
    /// [`RecordsError::Failed`].
    pub fn old_key_gone(&self, id: &str, at: Moment) -> Result<(), RecordsError> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE work SET old_removed_at = ?2 WHERE id = ?1 AND ended IS NULL AND old_removed_at IS NULL",
                (id, at.unix_millis()),
            )?;
            Ok(())
        })
    }

    /// Notes how a replacement ended.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if there is none, or it has ended already.
    pub fn end_work(&self, id: &str, ended: &Ended) -> Result<(), RecordsError> {
        let (how, did, at) = match ended {
            Ended::Finished { at } => ("finished", Did::ReplaceFinished, *at),
            Ended::Stopped { at } => ("stopped", Did::ReplaceStopped, *at),
        };
        self.write(|transaction| {
            let work = step(
                transaction,
                "UPDATE work SET ended = ?2, ended_at = ?3 WHERE id = ?1 AND ended IS NULL",
                (id, how, at.unix_millis()),
                id,
            )?;
            let about = About { detail: work.new_key.clone(), ..of_old_key(&work) };
            self.tell_of(transaction, &work, did, &about, at)
        })
    }

    /// Every replacement that has not ended, the oldest first, those of removed accounts included.
    ///
    /// # Errors
    /// [`RecordsError::Corrupt`], [`RecordsError::Failed`].
    pub fn open_works(&self) -> Result<Vec<Work>, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT * FROM work WHERE ended IS NULL ORDER BY begun_at, id")?
                .query_map([], work)?
                .collect()
        })
    }

    /// Every replacement that has not ended, as [`Self::open_works`], each if it can be read.
    ///
    /// # Errors
    /// [`RecordsError::Failed`]; of one replacement, [`RecordsError::Corrupt`].
    pub fn each_open_work(&self) -> Result<Vec<Result<Work, RecordsError>>, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT * FROM work WHERE ended IS NULL ORDER BY begun_at, id")?
                .query_map([], |row| Ok(work(row).map_err(error::from_sqlite)))?
                .collect()
        })
    }

    /// One replacement, ended or not.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`].
    pub fn work(&self, id: &str) -> Result<Work, RecordsError> {
        self.read(|connection| {
            connection.prepare_cached("SELECT * FROM work WHERE id = ?1")?.query_one([id], work)
        })
    }

    fn tell_of(
        &self,
        transaction: &Transaction<'_>,
        work: &Work,
        did: Did,
        about: &About,
        at: Moment,
    ) -> rusqlite::Result<()> {
        let line = Line { at, did, went: Went::Done, about, apple: &Answer::default() };
        append(transaction, &self.by, &work.origin.to_string(), Some(&work.account), &line)
    }
}

fn step(
    transaction: &Transaction<'_>,
    update: &str,
    params: impl Params,
    id: &str,
) -> rusqlite::Result<Work> {
    row::met(transaction.prepare_cached(update)?.execute(params)?)?;
    transaction.prepare_cached("SELECT * FROM work WHERE id = ?1")?.query_one([id], work)
}

fn of_old_key(work: &Work) -> About {
    About {
        key: Some(work.old_key.clone()),
        key_name: work.old_name.clone(),
        public_key: work.old_public_key.clone(),
        app: work.app.clone(),
        all_apps: work.reach == Reach::AllApps,
        ..About::default()
    }
}

fn of_new_key(transaction: &Transaction<'_>, work: &Work) -> rusqlite::Result<About> {
    let Some(new_key) = &work.new_key else { return Ok(of_old_key(work)) };
    let known = keys::about(transaction, &work.origin.to_string(), new_key)?;
    Ok(About { app: work.app.clone(), all_apps: work.reach == Reach::AllApps, ..known })
}

pub(super) fn work(row: &Row<'_>) -> rusqlite::Result<Work> {
    Ok(Work {
        id: row.get("id")?,
        account: AccountId::known(row.get::<_, String>("account_id")?),
        origin: row::parsed(row, "origin")?,
        kind: row::parsed(row, "kind")?,
        old_key: row.get("old_key_id")?,
        old_public_key: row::public_key_if_any(row, "spki")?,
        old_name: row.get("name")?,
        reach: row::parsed(row, "reach")?,
        app: row::app_if_any(row)?,
        begun_at: row::moment(row, "begun_at")?,
        new_key: row.get("new_key_id")?,
        added_at: row::moment_if_any(row, "added_at")?,
        handed_over_at: row::moment_if_any(row, "handed_over_at")?,
        switched: switched(row)?,
        old_removed_at: row::moment_if_any(row, "old_removed_at")?,
        ended: ended(row)?,
    })
}

fn switched(row: &Row<'_>) -> rusqlite::Result<Option<Switched>> {
    let how: Option<String> = row.get("switched")?;
    match (how.as_deref(), row.get("switched_by")?, row::moment_if_any(row, "switched_at")?) {
        (None, None, None) => Ok(None),
        (Some("token"), None, Some(at)) => Ok(Some(Switched::ByToken { at })),
        (Some("word"), Some(by), Some(at)) => Ok(Some(Switched::ByWord { by, at })),
        (other, ..) => Err(row::unreadable(row, "switched", format!("unknown way to switch {other:?}"))),
    }
}

fn ended(row: &Row<'_>) -> rusqlite::Result<Option<Ended>> {
    let how: Option<String> = row.get("ended")?;
    match (how.as_deref(), row::moment_if_any(row, "ended_at")?) {
        (None, None) => Ok(None),
        (Some("finished"), Some(at)) => Ok(Some(Ended::Finished { at })),
        (Some("stopped"), Some(at)) => Ok(Some(Ended::Stopped { at })),
        (other, _) => Err(row::unreadable(row, "ended", format!("unknown end {other:?}"))),
    }
}
