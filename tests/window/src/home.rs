//! An empty home folder for one test: what the app stores in it is seen by nobody else.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use tempfile::TempDir;

/// Without a desktop's own settings no font is the system's.
const FONTS: &str = r#"<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <alias binding="same"><family>system-ui</family><prefer><family>Inter</family></prefer></alias>
</fontconfig>
"#;

/// A fresh home folder with the folders that the XDG Base Directory Specification names.
pub struct Home(TempDir);

impl Home {
    /// Makes one. The system's font in it is the one that pictures of the window are meant to be seen in.
    pub fn fresh() -> Result<Self> {
        let home = Self(tempfile::Builder::new().prefix("latchkey-home-").tempdir()?);
        let fonts = home.path().join(".config/fontconfig");
        fs::create_dir_all(&fonts)?;
        fs::write(fonts.join("fonts.conf"), FONTS)?;
        Ok(home)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Where the app's own output goes: GTK has much to say about a dialog that is operated fast.
    pub fn log(&self) -> PathBuf {
        self.file(".latchkey.log")
    }

    /// The folder with what the app wrote down while it worked on a test server.
    pub fn records(&self) -> PathBuf {
        self.file(".local/share/eu.latchkey.desktop.test-server")
    }

    /// Writes junk in place of what the app wrote down, and gives it. The app must not run.
    pub fn damage_records(&self) -> Result<Vec<u8>> {
        let junk = b"Dear diary, ".repeat(1_000);
        // What was written last may be in the log alone.
        for file in ["latchkey.db", "latchkey.db-wal"] {
            fs::write(self.records().join(file), &junk)?;
        }
        Ok(junk)
    }

    /// The variables that lead a program here.
    pub fn environment(&self) -> Vec<(String, String)> {
        let folders = [
            ("HOME", ""),
            ("XDG_CONFIG_HOME", ".config"),
            ("XDG_DATA_HOME", ".local/share"),
            ("XDG_STATE_HOME", ".local/state"),
            ("XDG_CACHE_HOME", ".cache"),
        ];
        let path = |folder| self.path().join(folder).to_string_lossy().into_owned();
        folders.map(|(name, folder)| (name.to_owned(), path(folder))).to_vec()
    }
}
