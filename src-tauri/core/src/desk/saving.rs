//! Files that are written where the person chose.

use std::path::PathBuf;

use crate::{
    desk::{
        Desk,
        problem::{Problem, SaveTrouble, What},
        view::SavedFile,
    },
    keyfile::save::{Destination, SaveError, save_public},
};

impl Desk {
    /// Writes what is no secret to the place that a dialog has just returned.
    pub(super) async fn save_file(&self, path: PathBuf, bytes: Vec<u8>) -> Result<SavedFile, Problem> {
        self.save_to(Destination::chosen(path), bytes).await
    }

    /// Writes what is no secret.
    pub(super) async fn save_to(
        &self,
        destination: Destination,
        bytes: Vec<u8>,
    ) -> Result<SavedFile, Problem> {
        let saved = saved_file(&destination);
        let chosen = destination.clone();
        let written = self.aside(move || save_public(&chosen, &bytes)).await?;
        written.map_err(|error| self.not_saved(&destination, &error)).map(|()| saved)
    }

    /// An error of writing a file.
    pub(super) fn not_saved(&self, destination: &Destination, error: &SaveError) -> Problem {
        let why = match error {
            SaveError::AlreadyThere => SaveTrouble::AlreadyThere,
            SaveError::Denied => SaveTrouble::Denied,
            SaveError::ReadOnly => SaveTrouble::ReadOnly,
            SaveError::Full => SaveTrouble::Full,
            SaveError::NoFolder => SaveTrouble::NoFolder,
            SaveError::Differs => SaveTrouble::Differs,
            SaveError::Other(_) => SaveTrouble::Other,
        };
        self.problem(What::NotSaved { name: destination.file_name(), why })
    }
}

/// A file that was written, as far as a person is told.
pub(super) fn saved_file(destination: &Destination) -> SavedFile {
    SavedFile { name: destination.file_name(), folder: destination.folder() }
}
