//! Names and history to take elsewhere, and what comes from elsewhere. A copy is believed in nothing that could lead to
//! a wrong removal or confirmation: it brings names, notes, dates and lines of Activity that are marked as brought in.

use rusqlite::{OptionalExtension, Transaction};

use super::{
    About, Answer, Did, Entry, KnownKey, Records, RecordsError, Went,
    activity::{self, Line, append, bring_in},
    keys,
};
use crate::{account::Origin, clock::Moment, key::DistributionKeyId};

/// Everything of one server that a copy may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// Every known key, by ID.
    pub keys: Vec<KnownKey>,
    /// Every line of Activity, the oldest first.
    pub activity: Vec<Entry>,
}

/// What a copy holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    /// Keys.
    pub keys: Vec<IncomingKey>,
    /// Lines of Activity. Their numbers and whether they were brought in don't matter.
    pub activity: Vec<Entry>,
}

/// A key in a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingKey {
    /// The distribution key ID.
    pub id: DistributionKeyId,
    /// Its name there.
    pub name: Option<String>,
    /// Its note there.
    pub note: Option<String>,
    /// When it was first seen there.
    pub first_seen: Moment,
    /// When it was added there. Not taken over: it was not added here.
    pub added_here: Option<Moment>,
}

/// What bringing in a copy changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merge {
    /// How many keys get a name.
    pub names: usize,
    /// How many keys get a note.
    pub notes: usize,
    /// IDs of keys that have another name or note here, which stays.
    pub differing: Vec<String>,
    /// How many lines of Activity are new.
    pub entries: usize,
    /// How many lines of Activity are here already.
    pub known: usize,
}

impl Records {
    /// Everything of the server `origin` that a copy may hold.
    ///
    /// # Errors
    /// [`RecordsError::Corrupt`], [`RecordsError::Failed`].
    pub fn everything(&self, origin: &Origin) -> Result<Remembered, RecordsError> {
        let origin = origin.to_string();
        self.read(|connection| {
            let keys = connection
                .prepare_cached("SELECT * FROM known_key WHERE origin = ?1 ORDER BY id")?
                .query_map([&origin], keys::known_key)?
                .collect::<rusqlite::Result<_>>()?;
            let activity = connection
                .prepare_cached("SELECT * FROM activity WHERE origin = ?1 ORDER BY sorted_at, number")?
                .query_map([&origin], activity::entry)?
                .collect::<rusqlite::Result<_>>()?;
            Ok(Remembered { keys, activity })
        })
    }

    /// Brings a copy in if `really`, which Activity then says; otherwise only finds out what that would change.
    ///
    /// Never overwrites a name or a note. Of a key it brings nothing but name, note and an earlier *first seen*.
    ///
    /// # Errors
    /// [`RecordsError::Failed`]: nothing was brought in.
    pub fn merge(
        &self,
        origin: &Origin,
        incoming: &Incoming,
        at: Moment,
        really: bool,
    ) -> Result<Merge, RecordsError> {
        let origin = origin.to_string();
        self.attempt(really, |transaction| {
            let mut merge = Merge::default();
            for key in &incoming.keys {
                merge_key(transaction, &origin, key, at, &mut merge)?;
            }
            for entry in &incoming.activity {
                if bring_in(transaction, &origin, entry, at)? {
                    merge.entries += 1;
                } else {
                    merge.known += 1;
                }
            }
            let line = Line {
                at,
                did: Did::BroughtInCopy,
                went: Went::Done,
                about: &About::default(),
                apple: &Answer::default(),
            };
            append(transaction, &self.by, &origin, None, &line)?;
            Ok(merge)
        })
    }
}

fn merge_key(
    transaction: &Transaction<'_>,
    origin: &str,
    incoming: &IncomingKey,
    at: Moment,
    merge: &mut Merge,
) -> rusqlite::Result<()> {
    let id = incoming.id.to_string();
    let first_seen = incoming.first_seen.min(at).unix_millis();
    let here = transaction
        .prepare_cached("SELECT name, note FROM distribution_key WHERE origin = ?1 AND id = ?2")?
        .query_row((origin, &id), |row| {
            Ok((row.get::<_, Option<String>>("name")?, row.get::<_, Option<String>>("note")?))
        })
        .optional()?;
    let (name, note) = here.unwrap_or_default();
    let differs =
        |here: &Option<String>, there: &Option<String>| here.is_some() && there.is_some() && here != there;
    merge.names += usize::from(name.is_none() && incoming.name.is_some());
    merge.notes += usize::from(note.is_none() && incoming.note.is_some());
    if differs(&name, &incoming.name) || differs(&note, &incoming.note) {
        merge.differing.push(id.clone());
    }
    transaction
        .prepare_cached(
            "INSERT INTO distribution_key (origin, id, name, note, first_seen) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET name = coalesce(name, excluded.name), note = coalesce(note, excluded.note),
                 first_seen = min(first_seen, excluded.first_seen)",
        )?
        .execute((origin, &id, &incoming.name, &incoming.note, first_seen))?;
    Ok(())
}
