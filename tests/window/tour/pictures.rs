//! Numbered pictures in a folder.

#![expect(clippy::print_stdout, reason = "it tells what each picture shows")]

use std::{fs, path::PathBuf};

use anyhow::Result;
use latchkey_window::window::Window;

pub(crate) struct Pictures {
    folder: PathBuf,
    count: usize,
}

impl Pictures {
    /// Removes those of an earlier tour.
    pub(crate) fn new(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        for entry in fs::read_dir(&folder)? {
            let file = entry?.path();
            if file.extension().is_some_and(|extension| extension == "png") {
                fs::remove_file(file)?;
            }
        }
        Ok(Self { folder, count: 0 })
    }

    /// Takes one of the window, named after what stands before the colon.
    pub(crate) fn take(&mut self, window: &Window, screen: &str) -> Result<()> {
        self.count += 1;
        let name =
            screen.split(':').next().unwrap_or_default().to_lowercase().replace(',', "").replace(' ', "-");
        let file = self.folder.join(format!("{:02}-{name}.png", self.count));
        window.picture(&file)?;
        println!("{}  {screen}", file.display());
        Ok(())
    }
}
