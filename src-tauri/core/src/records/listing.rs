//! Listings: which keys an account had when Apple last told, so that the window has something to show
//! before Apple answers.

use std::{collections::BTreeMap, time::Duration};

use rusqlite::{OptionalExtension, Transaction};

use super::{KnownKey, NewsKind, Records, RecordsError, keys, news::Notice, row};
use crate::{
    account::{AccountId, Origin},
    clock::Moment,
    key::PublicKey,
};

/// How long a key that was added here may be missing from Apple's list without being taken for gone.
const LAG: Duration = Duration::from_mins(5);

/// Which of Apple's two lists a key is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It is for every app of the account.
    AllApps,
    /// It is for one app, which the list doesn't tell.
    OneApp,
}

row::words!(Reach { AllApps = "all", OneApp = "one" });

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

impl Records {
    /// Replaces what an account listed. Keys seen for the first time become known; a key that comes
    /// back with another public key loses what was confirmed of the old one. What came or went since the last listing,
    /// and not by this computer, is news. A key that was added here a moment ago and is not on the list is no news yet.
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
            let id = account.to_string();
            let (origin, listed_before) = transaction.query_one(
                "SELECT origin, listed_at FROM account WHERE id = ?1",
                [&id],
                |row| Ok((row.get::<_, String>("origin")?, row::moment_if_any(row, "listed_at")?.is_some())),
            )?;
            let stood = standing(transaction, &id)?;
            transaction
                .execute("UPDATE account SET listed_at = ?2 WHERE id = ?1", (&id, at.unix_millis()))?;
            transaction.execute("DELETE FROM listing WHERE account_id = ?1", [&id])?;
            for key in listed {
                keys::see(transaction, &origin, &key.id, key.public_key.as_ref(), at)?;
                append(transaction, account, &origin, &key.id, key.reach)?;
            }
            if !listed_before {
                return Ok(());
            }
            let stands = standing(transaction, &id)?;
            let notice = Notice { transaction, by: &self.by, account, origin: &origin, at };
            for (key, reach) in stands.iter().filter(|(key, _)| !stood.contains_key(*key)) {
                notice.change(key, *reach, NewsKind::Came)?;
            }
            for (key, reach) in stood.iter().filter(|(key, _)| !stands.contains_key(*key)) {
                if keys::just_added(transaction, &origin, key, at, LAG)? {
                    expect(transaction, account, &origin, key, *reach)?;
                } else {
                    notice.change(key, *reach, NewsKind::Went)?;
                }
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
                     WHERE account_id = ?1 AND shown ORDER BY position",
                )?
                .query_map([account.to_string()], |row| {
                    Ok((keys::known_key(row)?, row::parsed(row, "reach")?))
                })?
                .collect::<rusqlite::Result<_>>()?;
            Ok(Some(Listing { at, keys }))
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
                     WHERE key.origin = ?1 AND key.spki = ?2 AND shown ORDER BY account_id, position",
                )?
                .query_map((origin.to_string(), public_key.spki_der()), |row| {
                    Ok((AccountId::known(row.get::<_, String>("account_id")?), row.get("key_id")?))
                })?
                .collect()
        })
    }
}

/// Puts a key at the end of an account's listing; a key that is on it stays where it is. Does nothing
/// for an account that was removed or never listed its keys.
pub(super) fn append(
    transaction: &Transaction<'_>,
    account: &AccountId,
    origin: &str,
    id: &str,
    reach: Reach,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO listing (account_id, position, origin, key_id, reach)
             SELECT id, (SELECT coalesce(max(position), 0) + 1 FROM listing WHERE account_id = account.id), origin, ?3, ?4
             FROM account WHERE id = ?1 AND origin = ?2 AND listed_at IS NOT NULL
             ON CONFLICT (account_id, key_id) DO UPDATE SET reach = excluded.reach, shown = 1",
        )?
        .execute((account.to_string(), origin, id, reach.word()))?;
    Ok(())
}

/// Notes that a key is to be on an account's next listing, so that it is missed if it is not.
fn expect(
    transaction: &Transaction<'_>,
    account: &AccountId,
    origin: &str,
    id: &str,
    reach: Reach,
) -> rusqlite::Result<()> {
    append(transaction, account, origin, id, reach)?;
    transaction.execute(
        "UPDATE listing SET shown = 0 WHERE account_id = ?1 AND key_id = ?2",
        (account.to_string(), id),
    )?;
    Ok(())
}

/// The keys on an account's listing, those that are only expected there too, and their reach.
fn standing(transaction: &Transaction<'_>, account: &str) -> rusqlite::Result<BTreeMap<String, Reach>> {
    transaction
        .prepare_cached("SELECT key_id, reach FROM listing WHERE account_id = ?1")?
        .query_map([account], |row| Ok((row.get("key_id")?, row::parsed(row, "reach")?)))?
        .collect()
}
