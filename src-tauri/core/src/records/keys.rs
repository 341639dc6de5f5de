//! Distribution keys: what this computer knows of each beyond what Apple keeps, and which app it is for.

use std::time::Duration;

use rusqlite::{OptionalExtension, Row, Transaction};

use super::{
    About, Addition, Answer, Certainty, Did, Records, RecordsError, Went,
    activity::{Line, account_of, append},
    row,
};
use crate::{
    account::{AccountId, Origin},
    app::App,
    clock::Moment,
    key::PublicKey,
};

/// A distribution key, as this computer knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// The distribution key ID, as Apple gives it.
    pub id: String,
    /// The name given on this computer.
    pub name: Option<String>,
    /// The note written on this computer.
    pub note: Option<String>,
    /// When this computer first saw it.
    pub first_seen: Moment,
    /// When it was added on this computer, if it was.
    pub added_here: Option<Moment>,
    /// The public key; `None` if it could never be read.
    pub public_key: Option<PublicKey>,
    /// Where its private key was seen.
    pub private_key: Option<PrivateKeySeen>,
    /// Since when its private key is in the OS keychain, if it is.
    pub kept: Option<Moment>,
    /// Who said that it is the right one.
    pub confirmed: Option<Confirmation>,
    /// The app it is for, where that was found out.
    pub app: Option<App>,
}

/// Where a private key was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateKeySeen {
    /// The file's name, never its path; `None` if it was pasted.
    pub file_name: Option<String>,
    /// When.
    pub at: Moment,
    /// This app made the pair and wrote the file.
    pub made_here: bool,
}

/// Who said that a public key is the right one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// Somebody read out its fingerprint.
    ByVoice {
        /// Who, as the person typed it.
        by: String,
        /// When.
        at: Moment,
    },
    /// Its private key was in the file that was added.
    ByPrivateKey {
        /// When.
        at: Moment,
    },
    /// This app made the pair.
    MadeHere {
        /// When.
        at: Moment,
    },
}

impl Records {
    /// What is known of a key of the server `origin`.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if no account ever listed it, it was not added here, and no copy named it.
    pub fn known_key(&self, origin: &Origin, id: &str) -> Result<KnownKey, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT * FROM known_key WHERE origin = ?1 AND id = ?2")?
                .query_one((origin.to_string(), id), known_key)
        })
    }

    /// Gives a key of the account's server a name and a note on this computer, or takes them away.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if the account is not there or the key is not known.
    pub fn describe_key(
        &self,
        account: &AccountId,
        id: &str,
        name: Option<&str>,
        note: Option<&str>,
        at: Moment,
    ) -> Result<(), RecordsError> {
        self.write(|transaction| {
            let origin = account_of(transaction, account)?;
            let before = about(transaction, &origin, id)?;
            let changed = transaction.execute(
                "UPDATE distribution_key SET name = ?3, note = ?4
                 WHERE origin = ?1 AND id = ?2 AND (name IS NOT ?3 OR note IS NOT ?4)",
                (&origin, id, name, note),
            )?;
            if changed == 0 {
                return Ok(());
            }
            let after = about(transaction, &origin, id)?;
            let detail = before.key_name.filter(|former| Some(former) != after.key_name.as_ref());
            self.did(transaction, account, Did::Described, &About { detail, ..after }, at)
        })
    }

    /// Notes who said that a key of the account's server is the right one, over what was noted before.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if the account is not there or the key is not known.
    pub fn confirm_key(
        &self,
        account: &AccountId,
        id: &str,
        confirmation: &Confirmation,
    ) -> Result<(), RecordsError> {
        self.write(|transaction| {
            let origin = account_of(transaction, account)?;
            row::met(set_confirmation(transaction, &origin, id, confirmation)?)?;
            let about = About {
                certainty: Some(certainty(Some(confirmation))),
                detail: who_confirmed(Some(confirmation)),
                ..about(transaction, &origin, id)?
            };
            let at = match confirmation {
                Confirmation::ByVoice { at, .. }
                | Confirmation::ByPrivateKey { at }
                | Confirmation::MadeHere { at } => *at,
            };
            self.did(transaction, account, Did::Confirmed, &about, at)
        })
    }

    /// Notes where the private key of a key of the account's server was seen, over what was noted before.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if the account is not there or the key is not known.
    pub fn private_key_seen(
        &self,
        account: &AccountId,
        id: &str,
        seen: &PrivateKeySeen,
    ) -> Result<(), RecordsError> {
        self.write(|transaction| {
            let origin = account_of(transaction, account)?;
            row::met(set_private_key(transaction, &origin, id, seen)?)?;
            let about = About { detail: seen.file_name.clone(), ..about(transaction, &origin, id)? };
            self.did(transaction, account, Did::CheckedPrivateKey, &about, seen.at)
        })
    }

    /// Remembers which app a key is for. That never changes while the key exists; the app's name
    /// and the like may, and are those of the last call.
    ///
    /// # Errors
    /// [`RecordsError::Failed`].
    pub fn remember_binding(&self, origin: &Origin, key: &str, app: &App) -> Result<(), RecordsError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO binding (origin, key_id, app_id, app_name, bundle_id, sku, locale)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                (
                    origin.to_string(),
                    key,
                    app.id.to_string(),
                    &app.name,
                    &app.bundle_id,
                    &app.sku,
                    &app.locale,
                ),
            )?;
            Ok(())
        })
    }

    /// Forgets which app a key is for, since Apple says otherwise.
    ///
    /// # Errors
    /// [`RecordsError::Failed`].
    pub fn forget_binding(&self, origin: &Origin, key: &str) -> Result<(), RecordsError> {
        self.write(|transaction| {
            transaction.execute(
                "DELETE FROM binding WHERE origin = ?1 AND key_id = ?2",
                (origin.to_string(), key),
            )?;
            Ok(())
        })
    }

    /// Writes the line of something that this computer alone had to do with.
    pub(super) fn did(
        &self,
        transaction: &Transaction<'_>,
        account: &AccountId,
        did: Did,
        about: &About,
        at: Moment,
    ) -> rusqlite::Result<()> {
        let origin = account_of(transaction, account)?;
        let line = Line { at, did, went: Went::Done, about, apple: &Answer::default() };
        append(transaction, &self.by, &origin, Some(account), &line)
    }
}

/// Makes a key known, or its public key newer. What was confirmed was confirmed of a public key:
/// should another come under the same ID, nothing of that holds.
pub(super) fn see(
    transaction: &Transaction<'_>,
    origin: &str,
    id: &str,
    public_key: Option<&PublicKey>,
    at: Moment,
) -> rusqlite::Result<()> {
    let spki = public_key.map(PublicKey::spki_der);
    transaction
        .prepare_cached(
            "UPDATE distribution_key
             SET private_key_file = NULL, private_key_at = NULL, private_key_made_here = 0,
                 confirmed = 'no', confirmed_by = NULL, confirmed_at = NULL
             WHERE origin = ?1 AND id = ?2 AND spki <> ?3",
        )?
        .execute((origin, id, spki))?;
    transaction
        .prepare_cached(
            "INSERT INTO distribution_key (origin, id, spki, first_seen) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET spki = coalesce(excluded.spki, spki)",
        )?
        .execute((origin, id, spki, at.unix_millis()))?;
    Ok(())
}

/// Whether a key was added here less than `lag` before `at`, and not removed here; or that little after it, by a clock that
/// was set back.
pub(super) fn just_added(
    transaction: &Transaction<'_>,
    origin: &str,
    id: &str,
    at: Moment,
    lag: Duration,
) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached(
            "SELECT 1 FROM distribution_key
             WHERE origin = ?1 AND id = ?2 AND abs(?3 - added_here) < ?4 AND removed_here IS NULL",
        )?
        .exists((origin, id, at.unix_millis(), i64::try_from(lag.as_millis()).unwrap_or(i64::MAX)))
}

/// Writes onto a known key what came with its addition.
pub(super) fn mark_added(
    transaction: &Transaction<'_>,
    origin: &str,
    id: &str,
    addition: &Addition,
    at: Moment,
) -> rusqlite::Result<()> {
    transaction.execute(
        "UPDATE distribution_key SET added_here = ?4, name = coalesce(name, ?3) WHERE origin = ?1 AND id = ?2",
        (origin, id, &addition.name, at.unix_millis()),
    )?;
    if let Some(confirmation) = &addition.confirmed {
        set_confirmation(transaction, origin, id, confirmation)?;
    }
    if let Some(seen) = &addition.private_key {
        set_private_key(transaction, origin, id, seen)?;
    }
    Ok(())
}

/// What a line about a known key says. Its scope is unknown unless its app is known: a list tells.
pub(super) fn about(transaction: &Transaction<'_>, origin: &str, id: &str) -> rusqlite::Result<About> {
    let known = transaction
        .prepare_cached("SELECT * FROM known_key WHERE origin = ?1 AND id = ?2")?
        .query_one((origin, id), known_key)?;
    let on_all = transaction
        .prepare_cached("SELECT 1 FROM listing WHERE origin = ?1 AND key_id = ?2 AND reach = 'all'")?
        .query_row((origin, id), |_| Ok(()))
        .optional()?;
    Ok(About {
        key: Some(known.id),
        key_name: known.name,
        public_key: known.public_key,
        app: known.app.filter(|_| on_all.is_none()),
        all_apps: on_all.is_some(),
        ..About::default()
    })
}

fn set_confirmation(
    transaction: &Transaction<'_>,
    origin: &str,
    id: &str,
    confirmation: &Confirmation,
) -> rusqlite::Result<usize> {
    let (kind, by, at) = confirmation_columns(Some(confirmation));
    transaction.execute(
        "UPDATE distribution_key SET confirmed = ?3, confirmed_by = ?4, confirmed_at = ?5
         WHERE origin = ?1 AND id = ?2",
        (origin, id, kind, by, at),
    )
}

fn set_private_key(
    transaction: &Transaction<'_>,
    origin: &str,
    id: &str,
    seen: &PrivateKeySeen,
) -> rusqlite::Result<usize> {
    transaction.execute(
        "UPDATE distribution_key
         SET private_key_file = ?3, private_key_at = ?4, private_key_made_here = ?5
         WHERE origin = ?1 AND id = ?2",
        (origin, id, &seen.file_name, seen.at.unix_millis(), seen.made_here),
    )
}

/// How sure a confirmation makes.
pub(super) fn certainty(confirmation: Option<&Confirmation>) -> Certainty {
    match confirmation {
        None => Certainty::NotConfirmed,
        Some(Confirmation::ByVoice { .. }) => Certainty::ByVoice,
        Some(Confirmation::ByPrivateKey { .. }) => Certainty::ByPrivateKey,
        Some(Confirmation::MadeHere { .. }) => Certainty::MadeHere,
    }
}

pub(super) fn who_confirmed(confirmation: Option<&Confirmation>) -> Option<String> {
    match confirmation {
        Some(Confirmation::ByVoice { by, .. }) => Some(by.clone()),
        _ => None,
    }
}

/// The columns `confirmed`, `confirmed_by` and `confirmed_at`.
pub(super) fn confirmation_columns(
    confirmation: Option<&Confirmation>,
) -> (&'static str, Option<&str>, Option<i64>) {
    let (by, at) = match confirmation {
        None => (None, None),
        Some(Confirmation::ByVoice { by, at }) => (Some(by.as_str()), Some(at.unix_millis())),
        Some(Confirmation::ByPrivateKey { at } | Confirmation::MadeHere { at }) => {
            (None, Some(at.unix_millis()))
        }
    };
    (certainty(confirmation).word(), by, at)
}

pub(super) fn confirmation(row: &Row<'_>) -> rusqlite::Result<Option<Confirmation>> {
    let kind: Certainty = row::parsed(row, "confirmed")?;
    let by: Option<String> = row.get("confirmed_by")?;
    match (kind, by, row::moment_if_any(row, "confirmed_at")?) {
        (Certainty::NotConfirmed, None, None) => Ok(None),
        (Certainty::ByVoice, Some(by), Some(at)) => Ok(Some(Confirmation::ByVoice { by, at })),
        (Certainty::ByPrivateKey, None, Some(at)) => Ok(Some(Confirmation::ByPrivateKey { at })),
        (Certainty::MadeHere, None, Some(at)) => Ok(Some(Confirmation::MadeHere { at })),
        (other, ..) => {
            Err(row::unreadable(row, "confirmed", format!("incomplete confirmation {:?}", other.word())))
        }
    }
}

pub(super) fn private_key(row: &Row<'_>) -> rusqlite::Result<Option<PrivateKeySeen>> {
    let Some(at) = row::moment_if_any(row, "private_key_at")? else { return Ok(None) };
    Ok(Some(PrivateKeySeen {
        file_name: row.get("private_key_file")?,
        at,
        made_here: row.get("private_key_made_here")?,
    }))
}

pub(super) fn known_key(row: &Row<'_>) -> rusqlite::Result<KnownKey> {
    Ok(KnownKey {
        id: row.get("id")?,
        name: row.get("name")?,
        note: row.get("note")?,
        first_seen: row::moment(row, "first_seen")?,
        added_here: row::moment_if_any(row, "added_here")?,
        public_key: row::public_key_if_any(row, "spki")?,
        private_key: private_key(row)?,
        kept: row::moment_if_any(row, "kept_at")?,
        confirmed: confirmation(row)?,
        app: app(row),
    })
}

/// The app a key is for. What can't be read was not found out: Apple is asked again.
fn app(row: &Row<'_>) -> Option<App> {
    row::app_if_any(row).unwrap_or_else(|error| {
        tracing::warn!(%error, "a key's app can't be read");
        None
    })
}
