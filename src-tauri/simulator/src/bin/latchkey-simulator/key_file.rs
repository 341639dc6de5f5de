//! The `.p8` that a client connects with.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use latchkey_simulator::{Account, KeyPair};

use crate::cli::Options;

/// The pair of the account's API key: the one whose `.p8` is already in the folder, or the seed's own.
pub(crate) fn pair(options: &Options) -> io::Result<KeyPair> {
    let own = KeyPair::numbered(options.seed, u64::MAX);
    let Some(folder) = &options.write_credentials else { return Ok(own) };
    let key_id = Account::new(options.seed).add_team_key(&own).key_id;
    let path = path(folder, &key_id);
    match fs::read_to_string(&path) {
        Ok(text) => KeyPair::from_pkcs8_pem(&text).ok_or_else(|| {
            io::Error::other(format!("{} is no P-256 private key in PKCS#8 PEM", path.display()))
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(own),
        Err(error) => Err(error),
    }
}

/// Writes the `.p8` unless it is there, and says where it is.
pub(crate) fn write(folder: &Path, key_id: &str, pair: &KeyPair) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let path = path(folder, key_id);
    if !path.exists() {
        fs::write(&path, pair.pkcs8_pem().as_bytes())?;
    }
    Ok(path)
}

fn path(folder: &Path, key_id: &str) -> PathBuf {
    folder.join(format!("AuthKey_{key_id}.p8"))
}
