//! Makes this machine ready, and says plainly what only a person can do.

use crate::{packages, tools, ui};

/// What building and opening Latchkey needs.
pub(crate) fn for_app() -> Result<(), String> {
    tools::check()?;
    packages::ensure(packages::APP)?;
    ui::ensure_packages()
}

/// What [`for_app`] does, and what the tests and the tour need on top.
pub(crate) fn for_tests() -> Result<(), String> {
    tools::check()?;
    tools::check_lints()?;
    packages::ensure(&[packages::APP, packages::TESTS].concat())?;
    packages::wish_for(packages::BROWSER);
    ui::ensure_packages()
}
