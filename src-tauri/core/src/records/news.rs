//! News: keys that came or went without this computer, kept until somebody has seen them.
//!
//! A key that an open change may explain is no news yet, in whichever account of the same team it is noticed. It waits
//! for that change's end, and is told then unless the change was the reason: nothing is lost, and nothing done here is
//! told as somebody else's.

use rusqlite::{OptionalExtension, Transaction, named_params};

use super::{
    About, Answer, By, Did, KnownKey, Reach, Records, RecordsError, Went,
    activity::{Line, append},
    keys, row,
};
use crate::{account::AccountId, clock::Moment};

/// Whether a key came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NewsKind {
    /// It stands on the list and did not before.
    Came,
    /// It stood on the list and does not any more.
    Went,
}

row::words!(NewsKind { Came = "came", Went = "went" });

/// A key that came or went without this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// The key.
    pub key: KnownKey,
    /// Which list it is or was on.
    pub reach: Reach,
    /// What happened to it.
    pub kind: NewsKind,
    /// When that was noticed.
    pub at: Moment,
}

impl Records {
    /// What nobody has seen yet of an account, the oldest first.
    ///
    /// # Errors
    /// [`RecordsError::Corrupt`], [`RecordsError::Failed`].
    pub fn news(&self, account: &AccountId) -> Result<Vec<News>, RecordsError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT known.*, reach, kind, news.at AS noticed_at FROM news
                     JOIN known_key AS known ON known.origin = news.origin AND known.id = news.key_id
                     WHERE account_id = ?1 AND intent IS NULL ORDER BY number",
                )?
                .query_map([account.to_string()], |row| {
                    Ok(News {
                        key: keys::known_key(row)?,
                        reach: row::parsed(row, "reach")?,
                        kind: row::parsed(row, "kind")?,
                        at: row::moment(row, "noticed_at")?,
                    })
                })?
                .collect()
        })
    }

    /// Notes that an account's news up to and with `up_to` were seen. Activity keeps them.
    ///
    /// # Errors
    /// [`RecordsError::Failed`].
    pub fn news_seen(&self, account: &AccountId, up_to: Moment) -> Result<(), RecordsError> {
        self.write(|transaction| {
            transaction.execute(
                "DELETE FROM news WHERE account_id = ?1 AND at <= ?2 AND intent IS NULL",
                (account.to_string(), up_to.unix_millis()),
            )?;
            Ok(())
        })
    }
}

/// Who notices in which listing.
pub(super) struct Notice<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    pub(super) by: &'a By,
    pub(super) account: &'a AccountId,
    pub(super) origin: &'a str,
    pub(super) at: Moment,
}

impl Notice<'_> {
    /// Notes that a key came or went, unless this computer did it, be it through another account of the same team.
    /// Apple never gives an ID twice: a key added here that comes, or one removed here that stands on the list once
    /// more, is a list that lagged behind.
    pub(super) fn change(&self, key: &str, reach: Reach, kind: NewsKind) -> rusqlite::Result<()> {
        let done_here = self
            .transaction
            .prepare_cached(
                "SELECT 1 FROM distribution_key WHERE origin = ?1 AND id = ?2
                 AND (removed_here IS NOT NULL OR ?3 AND added_here IS NOT NULL)",
            )?
            .exists((self.origin, key, kind == NewsKind::Came))?;
        if done_here { Ok(()) } else { self.notice(self.account, key, reach, kind) }
    }

    fn notice(&self, account: &AccountId, key: &str, reach: Reach, kind: NewsKind) -> rusqlite::Result<()> {
        let intent = self.explaining(key, reach, kind)?;
        self.transaction.execute(
            "INSERT INTO news (account_id, origin, key_id, reach, kind, at, intent)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                account.to_string(),
                self.origin,
                key,
                reach.word(),
                kind.word(),
                self.at.unix_millis(),
                &intent,
            ),
        )?;
        if intent.is_some() {
            return Ok(());
        }
        let did = match kind {
            NewsKind::Came => Did::NoticedNew,
            NewsKind::Went => Did::NoticedGone,
        };
        let about =
            About { all_apps: reach == Reach::AllApps, ..keys::about(self.transaction, self.origin, key)? };
        let line = Line { at: self.at, did, went: Went::Noticed, about: &about, apple: &Answer::default() };
        append(self.transaction, self.by, self.origin, Some(account), &line)
    }

    /// The open change, through whichever account, that may be the reason.
    fn explaining(&self, key: &str, reach: Reach, kind: NewsKind) -> rusqlite::Result<Option<String>> {
        let reason = match kind {
            NewsKind::Came => {
                "kind = 'add' AND reach = :reach
                 AND spki = (SELECT spki FROM distribution_key WHERE origin = :origin AND id = :key)
                 AND :key NOT IN (SELECT value FROM json_each(already_there))"
            }
            NewsKind::Went => "kind = 'remove' AND key_id = :key AND :reach IN ('all', 'one')",
        };
        self.transaction
            .prepare_cached(&format!(
                "SELECT id FROM intent
                 WHERE state = 'sent' AND origin = :origin AND {reason}
                 ORDER BY created_at, id"
            ))?
            .query_row(named_params! { ":origin": self.origin, ":key": key, ":reach": reach.word() }, |row| {
                row.get("id")
            })
            .optional()
    }

    /// A change has ended, as `done` says with the key that it was about: what waited for it and is another key's
    /// doing is told to the account that noticed it, or waits for another open change.
    pub(super) fn release(&self, intent: &str, done: Option<&str>) -> rusqlite::Result<()> {
        let waiting: Vec<(AccountId, String, Reach, NewsKind)> = self
            .transaction
            .prepare_cached("DELETE FROM news WHERE intent = ?1 RETURNING account_id, key_id, reach, kind")?
            .query_map([intent], |row| {
                Ok((
                    AccountId::known(row.get::<_, String>("account_id")?),
                    row.get("key_id")?,
                    row::parsed(row, "reach")?,
                    row::parsed(row, "kind")?,
                ))
            })?
            .collect::<rusqlite::Result<_>>()?;
        for (account, key, reach, kind) in waiting {
            if Some(key.as_str()) != done {
                self.notice(&account, &key, reach, kind)?;
            }
        }
        Ok(())
    }
}
