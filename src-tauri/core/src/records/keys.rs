//! Distribution keys: what this computer knows of each beyond what Apple keeps, and which app it is for.

use rusqlite::{Row, Transaction};

use super::{Addition, Records, RecordsError, row};
use crate::{account::Origin, app::App, clock::Moment, key::PublicKey};

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

pub(super) fn known_key(row: &Row<'_>) -> rusqlite::Result<KnownKey> {
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
