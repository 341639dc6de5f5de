//! Damaged records that were set aside at the start: told until the person knows of it.

use crate::{
    desk::{Desk, Real, problem::Problem, view::SetAside},
    records::SetAside as Noted,
};

impl Desk {
    pub(super) fn set_aside(&self) -> Result<Option<SetAside>, Problem> {
        let Real::Ready(backing) = &self.real else { return Ok(None) };
        let noted = backing.records.set_aside().map_err(|error| self.records_problem(error))?;
        let told =
            |noted: Noted| SetAside { file: noted.file, at: noted.at, changes_lost: noted.changes_lost };
        Ok(noted.map(told))
    }

    /// Tells of damaged records no more. The file stays.
    ///
    /// # Errors
    /// [`What::RecordsFull`](super::problem::What::RecordsFull) and its like: it is told again at the next start.
    pub fn know_set_aside(&self) -> Result<(), Problem> {
        let Real::Ready(backing) = &self.real else { return Ok(()) };
        backing.records.know_set_aside().map_err(|error| self.records_problem(error))
    }
}
