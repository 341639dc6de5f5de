//! npm's part: the UI's packages and the built UI, made again only when what they come from changed.

use std::{fs, io, path::Path, time::SystemTime};

use crate::repo;

/// What in `ui/` is not a source: made by npm, by the build or by tests.
const MADE: [&str; 3] = ["node_modules", "dist", "coverage"];

/// Installs what `package-lock.json` names, unless that was done for the same lockfile before.
pub(crate) fn ensure_packages() -> Result<(), String> {
    let ui = repo::top().join("ui");
    let lock =
        fs::read(ui.join("package-lock.json")).map_err(|error| format!("ui/package-lock.json: {error}"))?;
    let stamp = ui.join("node_modules/.installed-from");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("Installing the UI's packages: npm ci");
    repo::run(repo::npm().args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, lock).map_err(|error| format!("{}: {error}", stamp.display()))
}

/// Builds `ui/dist`, which the app's binary contains, unless it is newer than everything it is made from.
pub(crate) fn ensure_built() -> Result<(), String> {
    let ui = repo::top().join("ui");
    let built = fs::metadata(ui.join("dist/index.html")).and_then(|file| file.modified());
    let changed = newest(&ui).map_err(|error| format!("ui/ can't be read: {error}"))?;
    if built.is_ok_and(|built| built > changed) {
        return Ok(());
    }
    println!("Building the UI: npm run build");
    repo::run(repo::npm().args(["run", "build"]))
}

/// When a source was last changed, added, renamed or removed: a folder's own time tells the last three.
fn newest(folder: &Path) -> io::Result<SystemTime> {
    let mut newest = SystemTime::UNIX_EPOCH;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if MADE.iter().any(|made| entry.file_name() == *made) {
            continue;
        }
        let metadata = entry.metadata()?;
        newest = newest.max(metadata.modified()?);
        if metadata.is_dir() {
            newest = newest.max(self::newest(&entry.path())?);
        }
    }
    Ok(newest)
}
