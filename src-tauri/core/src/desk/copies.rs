//! Copies of names and history: what one computer remembers, in a file for another. No secret is in them.
//!
//! A copy that is brought in may be from anywhere. It is read once, bounded and made harmless, and what was read is
//! what is brought in; what it may change then is up to the records.
//!
//! A copy is no larger than what is read. History that is larger is cut: what happened here comes before what was
//! brought in, and the newest before the older.

use std::{
    io::{self, Read},
    mem,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use serde::{Deserialize, Serialize};

use crate::{
    account::Origin,
    clock::Moment,
    desk::{
        Backing, Desk, held,
        problem::{CopyTrouble, Problem, What},
        typed,
        view::{Brings, CopyDraft, DraftId, SavedFile},
        written::{Malformed, WrittenEntry, rfc3339, rfc3339_if_any, sane},
    },
    key::DistributionKeyId,
    keyfile::{
        open::open,
        save::{Destination, SaveError},
    },
    records::{About, Did, Incoming, IncomingKey, KnownKey, Merge, Remembered},
};

/// What a copy says it is.
const FORMAT: &str = "latchkey-copy";

/// Changes when an older Latchkey would misunderstand it, not when a field is added.
const VERSION: u64 = 1;

/// The largest copy that is read or written, in bytes.
const LARGEST: usize = 32 * 1024 * 1024;

/// The most keys, and the most entries of Activity, that are read of a copy.
const MOST: usize = 200_000;

/// What is looked at first, since a newer version may have anything beside it.
#[derive(Deserialize)]
struct Cover {
    format: String,
    version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    format: String,
    version: u64,
    #[serde(with = "rfc3339")]
    made_at: Moment,
    made_by: Option<String>,
    origin: String,
    keys: Vec<WrittenKey>,
    activity: Vec<WrittenEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenKey {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(with = "rfc3339")]
    first_seen: Moment,
    #[serde(default, with = "rfc3339_if_any", skip_serializing_if = "Option::is_none")]
    added_here: Option<Moment>,
}

/// A copy that was read.
struct ReadCopy {
    made_at: Moment,
    incoming: Incoming,
}

/// A copy that the window was shown.
pub(super) enum ShownCopy {
    /// It waits for the person's word.
    Waiting(Incoming),
    /// It was brought in, with this outcome.
    BroughtIn(Brings),
}

impl Desk {
    /// Writes names and history of all accounts into the file that a dialog has just returned; of a history that no copy
    /// can hold, the newest.
    ///
    /// # Errors
    /// [`What::Records`], [`What::NotSaved`].
    pub async fn save_copy(&self, path: PathBuf) -> Result<SavedFile, Problem> {
        let destination = Destination::chosen(path);
        let Backing { origin, records, .. } = self.everywhere()?.clone();
        let (now, made_by) = (self.clock.now(), format!("Latchkey {}", self.version));
        let written = {
            let (origin, records) = (origin.clone(), Arc::clone(&records));
            self.aside(move || {
                Ok(write(document(records.everything(&origin)?, &origin, now, made_by), LARGEST, MOST))
            })
        };
        let written = written.await?.map_err(|error| self.records_problem(error))?;
        let bytes = written.map_err(|error| self.not_saved(&destination, &SaveError::from(error)))?;
        let saved = self.save_to(destination, bytes).await?;
        let about = About { detail: Some(saved.name.clone()), ..About::default() };
        records
            .note_of_none(&origin, Did::SavedCopy, &about, self.clock.now())
            .map_err(|error| self.records_problem(error))?;
        Ok(saved)
    }

    /// Reads a copy, once, and says what it would bring. Nothing is brought in yet.
    ///
    /// # Errors
    /// [`What::CopyNotRead`], [`What::Records`].
    pub async fn read_copy(&self, path: PathBuf) -> Result<CopyDraft, Problem> {
        let Backing { origin, records, .. } = self.everywhere()?.clone();
        let now = self.clock.now();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let looked = self.aside(move || {
            let copy = read(&path).and_then(|bytes| understand(&bytes, &origin, now))?;
            let merge = records.merge(&origin, &copy.incoming, now, false);
            Ok((copy, merge))
        });
        let looked = looked.await?.map_err(|why| self.problem(What::CopyNotRead { name: name.clone(), why }));
        let (copy, merge) = looked?;
        let brings = brings(merge.map_err(|error| self.records_problem(error))?);
        let id = self.copies.keep(Mutex::new(ShownCopy::Waiting(copy.incoming)));
        self.copies.keep_only(&id);
        Ok(CopyDraft { id, name, made_at: copy.made_at, brings })
    }

    /// Brings in what [`Self::read_copy`] read, once; asked again, it answers the same.
    ///
    /// # Errors
    /// [`What::Gone`], [`What::Records`]: nothing was brought in.
    pub async fn bring_in(&self, draft: &DraftId) -> Result<Brings, Problem> {
        let shown = self.copies.get(draft).ok_or_else(|| self.gone())?;
        let Backing { origin, records, .. } = self.everywhere()?.clone();
        let now = self.clock.now();
        let merged = self.aside(move || {
            let mut shown = held(&shown);
            match &*shown {
                ShownCopy::BroughtIn(brings) => Ok(brings.clone()),
                ShownCopy::Waiting(incoming) => {
                    let brings = brings(records.merge(&origin, incoming, now, true)?);
                    *shown = ShownCopy::BroughtIn(brings.clone());
                    Ok(brings)
                }
            }
        });
        merged.await?.map_err(|error| self.records_problem(error))
    }
}

fn brings(merge: Merge) -> Brings {
    let Merge { names, notes, differing, entries, known } = merge;
    Brings { names, notes, differing, entries, known }
}

fn document(all: Remembered, origin: &Origin, made_at: Moment, made_by: String) -> Document {
    Document {
        format: FORMAT.to_owned(),
        version: VERSION,
        made_at,
        made_by: Some(made_by),
        origin: origin.to_string(),
        keys: all.keys.into_iter().filter(is_readable).map(WrittenKey::from).collect(),
        activity: all.activity.into_iter().map(WrittenEntry::from).collect(),
    }
}

/// Whether the key's ID is one that is read again: Apple's are.
fn is_readable(key: &KnownKey) -> bool {
    key.id.parse::<DistributionKeyId>().is_ok()
}

impl From<KnownKey> for WrittenKey {
    fn from(key: KnownKey) -> Self {
        let KnownKey { id, name, note, first_seen, added_here, .. } = key;
        Self { id, name, note, first_seen, added_here }
    }
}

/// The copy's text, of at most `largest` bytes and `most` entries of Activity.
fn write(mut document: Document, largest: usize, most: usize) -> io::Result<Vec<u8>> {
    let activity = mem::take(&mut document.activity);
    let room = largest.checked_sub(serde_json::to_vec(&document)?.len());
    let Some(room) = room.filter(|_| document.keys.len() <= MOST) else {
        return Err(io::ErrorKind::FileTooLarge.into());
    };
    document.activity = fitting(activity, room, most)?;
    Ok(serde_json::to_vec(&document)?)
}

/// The entries that have room, in the order that they came in, which is the oldest first: of those written here, then
/// of those brought in, the newest.
fn fitting(activity: Vec<WrittenEntry>, mut room: usize, most: usize) -> io::Result<Vec<WrittenEntry>> {
    let (own, brought_in): (Vec<_>, Vec<_>) =
        activity.into_iter().enumerate().partition(|(_, entry)| !entry.brought_in);
    let mut fitting = Vec::new();
    for (place, entry) in own.into_iter().rev().chain(brought_in.into_iter().rev()) {
        // With the comma after it.
        let size = serde_json::to_vec(&entry)?.len() + 1;
        if fitting.len() == most || size > room {
            break;
        }
        room -= size;
        fitting.push((place, entry));
    }
    fitting.sort_by_key(|(place, _)| *place);
    Ok(fitting.into_iter().map(|(_, entry)| entry).collect())
}

/// The whole of a file, if it is an ordinary one and no larger than a copy.
fn read(path: &Path) -> Result<Vec<u8>, CopyTrouble> {
    let file = open(path).map_err(|_| CopyTrouble::Unreadable)?;
    let metadata = file.metadata().map_err(|_| CopyTrouble::Unreadable)?;
    if !metadata.is_file() {
        return Err(CopyTrouble::Unreadable);
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(LARGEST).unwrap_or(u64::MAX).saturating_add(1);
    file.take(limit).read_to_end(&mut bytes).map_err(|_| CopyTrouble::Unreadable)?;
    if bytes.len() > LARGEST { Err(CopyTrouble::TooLarge) } else { Ok(bytes) }
}

fn understand(bytes: &[u8], origin: &Origin, now: Moment) -> Result<ReadCopy, CopyTrouble> {
    let cover: Cover = parsed(bytes)?;
    if cover.format != FORMAT || cover.version == 0 {
        return Err(CopyTrouble::NotACopy);
    }
    if cover.version > VERSION {
        return Err(CopyTrouble::Newer);
    }
    let document: Document = parsed(bytes)?;
    if document.origin != origin.to_string() {
        return Err(CopyTrouble::OtherServer);
    }
    if document.keys.len() > MOST || document.activity.len() > MOST {
        return Err(CopyTrouble::TooLarge);
    }
    let incoming =
        incoming(document.keys, document.activity, now).map_err(|Malformed| CopyTrouble::NotACopy)?;
    Ok(ReadCopy { made_at: sane(document.made_at, now), incoming })
}

fn parsed<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, CopyTrouble> {
    serde_json::from_slice(json).map_err(|_| CopyTrouble::NotACopy)
}

fn incoming(keys: Vec<WrittenKey>, activity: Vec<WrittenEntry>, now: Moment) -> Result<Incoming, Malformed> {
    Ok(Incoming {
        keys: keys.into_iter().map(|key| key.read(now)).collect::<Result<_, _>>()?,
        activity: activity.into_iter().map(|entry| entry.read(now)).collect::<Result<_, _>>()?,
    })
}

impl WrittenKey {
    fn read(self, now: Moment) -> Result<IncomingKey, Malformed> {
        Ok(IncomingKey {
            id: self.id.parse().map_err(|_| Malformed)?,
            name: self.name.as_deref().and_then(typed::name),
            note: self.note.as_deref().and_then(typed::note),
            first_seen: sane(self.first_seen, now),
            added_here: self.added_here.map(|at| sane(at, now)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: i64, brought_in: bool) -> WrittenEntry {
        serde_json::from_value(serde_json::json!({
            "uid": number.to_string(), "at": "2026-01-15T08:00:00.000Z", "account": "", "apiKeyId": "",
            "did": "added", "went": "done", "user": "", "version": "", "broughtIn": brought_in,
        }))
        .unwrap()
    }

    /// What is written of own entries 1, 3 and 4, and of 2 and 5, which were brought in.
    fn written(room_for: usize, most: usize) -> Vec<String> {
        let document = || Document {
            format: FORMAT.to_owned(),
            version: VERSION,
            made_at: Moment::from_unix_millis(0),
            made_by: None,
            origin: Origin::apple().to_string(),
            keys: Vec::new(),
            activity: Vec::new(),
        };
        let size = serde_json::to_vec(&entry(1, false)).unwrap().len() + 1;
        let largest = serde_json::to_vec(&document()).unwrap().len() + room_for * size;
        let activity = [1, 2, 3, 4, 5].map(|number| entry(number, matches!(number, 2 | 5))).into();
        let bytes = write(Document { activity, ..document() }, largest, most).unwrap();
        assert!(bytes.len() <= largest, "it can be read again");
        let read: Document = parsed(&bytes).unwrap_or_else(|why| panic!("{why:?}"));
        read.activity.into_iter().map(|entry| entry.uid).collect()
    }

    #[test]
    fn a_history_that_is_too_long_is_cut_to_the_newest_its_own_first() {
        assert_eq!(written(9, 9), ["1", "2", "3", "4", "5"]);
        assert_eq!(written(9, 4), ["1", "3", "4", "5"]);
        assert_eq!(written(2, 9), ["3", "4"]);
        assert_eq!(written(9, 1), ["4"]);
        assert_eq!(written(0, 9), [] as [&str; 0]);
    }
}
