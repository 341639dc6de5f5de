//! Copies of names and history: what one computer remembers, in a file for another. No secret is in them.
//!
//! A copy that is brought in may be from anywhere. It is read once, bounded and made harmless, and what was read is
//! what is brought in; what it may change then is up to the records.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Mutex,
};

use serde::{Deserialize, Serialize};

use crate::{
    account::Origin,
    asc::text,
    clock::Moment,
    desk::{
        Backing, Desk, held,
        problem::{CopyTrouble, Problem, What},
        view::{Brings, CopyDraft, DraftId, SavedFile},
        written::{LONGEST_NAME, Malformed, WrittenEntry, rfc3339, rfc3339_if_any, sane},
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

/// Longest note that is read, in characters.
const LONGEST_NOTE: usize = 4000;

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
    /// Writes names and history of all accounts into the file that a dialog has just returned.
    ///
    /// # Errors
    /// [`What::Records`], [`What::NotSaved`].
    pub async fn save_copy(&self, path: PathBuf) -> Result<SavedFile, Problem> {
        let destination = Destination::chosen(path);
        let Backing { origin, records, .. } = self.everywhere()?.clone();
        let all = records.everything(&origin).map_err(|error| self.records_problem(error))?;
        let document = document(all, &origin, self.clock.now(), format!("Latchkey {}", self.version));
        let written = self.aside(move || write(&document)).await?;
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

/// The copy's text; what could not be read again is not written.
fn write(document: &Document) -> io::Result<Vec<u8>> {
    let bytes = serde_json::to_vec(document)?;
    if bytes.len() > LARGEST || document.keys.len() > MOST || document.activity.len() > MOST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
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
            name: self.name.and_then(|name| told(&name, LONGEST_NAME, false)),
            note: self.note.and_then(|note| told(&note, LONGEST_NOTE, true)),
            first_seen: sane(self.first_seen, now),
            added_here: self.added_here.map(|at| sane(at, now)),
        })
    }
}

/// The text, made harmless, if there is anything in it.
fn told(text: &str, longest: usize, lines: bool) -> Option<String> {
    let text = text::within(text.trim(), longest, lines);
    (!text.is_empty()).then_some(text)
}
