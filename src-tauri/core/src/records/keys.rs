//! Distribution keys: what this computer knows beyond what Apple keeps, which account listed them,
//! and which app each is for.

use rusqlite::{OptionalExtension, Row, Transaction};

use super::{Addition, Records, RecordsError, row};
use crate::{
    account::{AccountId, Origin},
    app::App,
    clock::Moment,
    key::PublicKey,
};

/// Which of Apple's two lists a key is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It is for every app of the account.
    AllApps,
    /// It is for one app, which the list doesn't tell.
    OneApp,
}

/// A key on Apple's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    /// The distribution key ID, as Apple gives it.
    pub id: String,
    /// The public key; `None` if it can't be read.
    pub public_key: Option<PublicKey>,
    /// What it is for.
    pub reach: Reach,
}

/// What an account listed when it last did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// When.
    pub at: Moment,
    /// Every key, in Apple's order, keys added here since at the end.
    pub keys: Vec<(KnownKey, Reach)>,
}

/// A distribution key, as this computer knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// The distribution key ID, as Apple gives it.
    pub id: String,
    /// The name given on this computer.
    pub name: Option<String>,
    /// When this computer first saw it.
    pub first_seen: Moment,
    /// It was added on this computer.
    pub added_here: bool,
    /// The public key; `None` if it could never be read.
    pub public_key: Option<PublicKey>,
    /// Where its private key was seen.
    pub private_key: Option<PrivateKeySeen>,
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
}

impl Records {
    /// Replaces what an account listed. Keys seen for the first time become known; a key that comes
    /// back with another public key loses what was confirmed of the old one.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if there is no such account.
    pub fn record_listing(
        &self,
        account: &AccountId,
        at: Moment,
        listed: &[ListedKey],
    ) -> Result<(), RecordsError> {
        self.write(|transaction| {
            let origin: String = transaction.query_one(
                "UPDATE account SET listed_at = ?2 WHERE id = ?1 RETURNING origin",
                (account.to_string(), at.unix_millis()),
                |row| row.get("origin"),
            )?;
            transaction.execute("DELETE FROM listing WHERE account_id = ?1", [account.to_string()])?;
            for key in listed {
                see(transaction, &origin, &key.id, key.public_key.as_ref(), at)?;
                append_to_listing(transaction, account, &origin, &key.id, key.reach)?;
            }
            Ok(())
        })
    }

    /// What an account listed when it last did; `None` if it never did.
    ///
    /// # Errors
    /// [`RecordsError::Corrupt`], [`RecordsError::Failed`].
    pub fn listing(&self, account: &AccountId) -> Result<Option<Listing>, RecordsError> {
        self.read(|connection| {
            let listed_at = connection
                .prepare_cached("SELECT listed_at FROM account WHERE id = ?1")?
                .query_one([account.to_string()], |row| row::moment_if_any(row, "listed_at"))
                .optional()?
                .flatten();
            let Some(at) = listed_at else { return Ok(None) };
            let keys = connection
                .prepare_cached(
                    "SELECT known.*, reach FROM listing
                     JOIN known_key AS known ON known.origin = listing.origin AND known.id = listing.key_id
                     WHERE account_id = ?1 ORDER BY position",
                )?
                .query_map([account.to_string()], |row| Ok((known_key(row)?, reach(row)?)))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(Some(Listing { at, keys }))
        })
    }

    /// What is known of a key of the server `origin`.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if no account ever listed it and it was not added here.
    pub fn known_key(&self, origin: &Origin, id: &str) -> Result<KnownKey, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT * FROM known_key WHERE origin = ?1 AND id = ?2")?
                .query_one((origin.to_string(), id), known_key)
        })
    }

    /// The accounts of the server `origin` whose last listing holds this public key, with the
    /// distribution key ID it has there.
    ///
    /// # Errors
    /// [`RecordsError::Corrupt`], [`RecordsError::Failed`].
    pub fn accounts_listing(
        &self,
        origin: &Origin,
        public_key: &PublicKey,
    ) -> Result<Vec<(AccountId, String)>, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT account_id, key_id FROM listing
                     JOIN distribution_key AS key ON key.origin = listing.origin AND key.id = listing.key_id
                     WHERE key.origin = ?1 AND key.spki = ?2 ORDER BY account_id, position",
                )?
                .query_map((origin.to_string(), public_key.spki_der()), |row| {
                    Ok((AccountId::known(row.get::<_, String>("account_id")?), row.get("key_id")?))
                })?
                .collect()
        })
    }

    /// Gives a key a name on this computer, or takes it away.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if the key is not known.
    pub fn name_key(&self, origin: &Origin, id: &str, name: Option<&str>) -> Result<(), RecordsError> {
        self.write(|transaction| {
            row::met(transaction.execute(
                "UPDATE distribution_key SET name = ?3 WHERE origin = ?1 AND id = ?2",
                (origin.to_string(), id, name),
            )?)
        })
    }

    /// Notes who said that a key is the right one, over what was noted before.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if the key is not known.
    pub fn confirm_key(
        &self,
        origin: &Origin,
        id: &str,
        confirmation: &Confirmation,
    ) -> Result<(), RecordsError> {
        self.write(|transaction| {
            row::met(set_confirmation(transaction, &origin.to_string(), id, confirmation)?)
        })
    }

    /// Notes where a key's private key was seen, over what was noted before.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if the key is not known.
    pub fn private_key_seen(
        &self,
        origin: &Origin,
        id: &str,
        seen: &PrivateKeySeen,
    ) -> Result<(), RecordsError> {
        self.write(|transaction| row::met(set_private_key(transaction, &origin.to_string(), id, seen)?))
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
             SET private_key_file = NULL, private_key_at = NULL,
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

/// Writes onto a known key what came with its addition.
pub(super) fn mark_added(
    transaction: &Transaction<'_>,
    origin: &str,
    id: &str,
    addition: &Addition,
) -> rusqlite::Result<()> {
    transaction.execute(
        "UPDATE distribution_key SET added_here = 1, name = coalesce(?3, name) WHERE origin = ?1 AND id = ?2",
        (origin, id, &addition.name),
    )?;
    if let Some(confirmation) = &addition.confirmed {
        set_confirmation(transaction, origin, id, confirmation)?;
    }
    if let Some(seen) = &addition.private_key {
        set_private_key(transaction, origin, id, seen)?;
    }
    Ok(())
}

/// Puts a key at the end of an account's listing; a key that is on it stays where it is. Does nothing
/// for an account that was removed or never listed its keys.
pub(super) fn append_to_listing(
    transaction: &Transaction<'_>,
    account: &AccountId,
    origin: &str,
    id: &str,
    reach: Reach,
) -> rusqlite::Result<()> {
    let reach = match reach {
        Reach::AllApps => "all",
        Reach::OneApp => "one",
    };
    transaction
        .prepare_cached(
            "INSERT INTO listing (account_id, position, origin, key_id, reach)
             SELECT id, (SELECT count(*) FROM listing WHERE account_id = account.id), origin, ?3, ?4
             FROM account WHERE id = ?1 AND origin = ?2 AND listed_at IS NOT NULL
             ON CONFLICT (account_id, key_id) DO UPDATE SET reach = excluded.reach",
        )?
        .execute((account.to_string(), origin, id, reach))?;
    Ok(())
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
        "UPDATE distribution_key SET private_key_file = ?3, private_key_at = ?4 WHERE origin = ?1 AND id = ?2",
        (origin, id, &seen.file_name, seen.at.unix_millis()),
    )
}

/// The columns `confirmed`, `confirmed_by` and `confirmed_at`.
pub(super) fn confirmation_columns(
    confirmation: Option<&Confirmation>,
) -> (&'static str, Option<&str>, Option<i64>) {
    match confirmation {
        None => ("no", None, None),
        Some(Confirmation::ByVoice { by, at }) => ("voice", Some(by), Some(at.unix_millis())),
        Some(Confirmation::ByPrivateKey { at }) => ("private-key", None, Some(at.unix_millis())),
    }
}

pub(super) fn confirmation(row: &Row<'_>) -> rusqlite::Result<Option<Confirmation>> {
    let kind: String = row.get("confirmed")?;
    let by: Option<String> = row.get("confirmed_by")?;
    match (kind.as_str(), by, row::moment_if_any(row, "confirmed_at")?) {
        ("no", None, None) => Ok(None),
        ("voice", Some(by), Some(at)) => Ok(Some(Confirmation::ByVoice { by, at })),
        ("private-key", None, Some(at)) => Ok(Some(Confirmation::ByPrivateKey { at })),
        (other, ..) => Err(row::unreadable(row, "confirmed", format!("unknown confirmation {other:?}"))),
    }
}

pub(super) fn private_key_seen(row: &Row<'_>) -> rusqlite::Result<Option<PrivateKeySeen>> {
    let file_name = row.get("private_key_file")?;
    Ok(row::moment_if_any(row, "private_key_at")?.map(|at| PrivateKeySeen { file_name, at }))
}

fn reach(row: &Row<'_>) -> rusqlite::Result<Reach> {
    match row.get::<_, String>("reach")?.as_str() {
        "all" => Ok(Reach::AllApps),
        "one" => Ok(Reach::OneApp),
        other => Err(row::unreadable(row, "reach", format!("unknown reach {other:?}"))),
    }
}

fn known_key(row: &Row<'_>) -> rusqlite::Result<KnownKey> {
    let app = match row::parsed_if_any(row, "app_id")? {
        Some(id) => Some(App {
            id,
            name: row.get("app_name")?,
            bundle_id: row.get("bundle_id")?,
            sku: row.get("sku")?,
            locale: row.get("locale")?,
        }),
        None => None,
    };
    Ok(KnownKey {
        id: row.get("id")?,
        name: row.get("name")?,
        first_seen: row::moment(row, "first_seen")?,
        added_here: row.get("added_here")?,
        public_key: row::public_key_if_any(row, "spki")?,
        private_key: private_key_seen(row)?,
        confirmed: confirmation(row)?,
        app,
    })
}
