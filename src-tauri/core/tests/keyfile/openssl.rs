//! Runs the real `openssl` and `ssh-keygen` in a folder of their own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

pub(crate) struct Workshop(TempDir);

impl Workshop {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn path(&self, file: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(file)
    }

    pub(crate) fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.path(file)).unwrap()
    }

    /// Runs `openssl` with the words of `arguments`; gives what it printed.
    pub(crate) fn openssl(&self, arguments: &str) -> Vec<u8> {
        self.run("openssl", arguments)
    }

    pub(crate) fn ssh_keygen(&self, arguments: &str) {
        self.run("ssh-keygen", arguments);
    }

    fn run(&self, program: &str, arguments: &str) -> Vec<u8> {
        let run = Command::new(program)
            .args(arguments.split_whitespace())
            .current_dir(self.0.path())
            .output()
            .unwrap_or_else(|error| panic!("{program} is needed for this test: {error}"));
        assert!(run.status.success(), "{program} {arguments}: {}", String::from_utf8_lossy(&run.stderr));
        run.stdout
    }

    /// Makes a P-256 pair as Apple's article "Creating keys and establishing alternative marketplace connections"
    /// says: `NAME.pem`, SEC1, and `NAME.pub.pem`.
    pub(crate) fn p256(&self, name: &str) {
        self.openssl(&format!("ecparam -name prime256v1 -genkey -noout -out {name}.pem"));
        self.openssl(&format!("ec -in {name}.pem -pubout -out {name}.pub.pem"));
    }

    /// `openssl pkey -pubin -in FILE -outform DER | openssl dgst -sha256`
    pub(crate) fn fingerprint(&self, public_key: &str) -> String {
        self.openssl(&format!("pkey -pubin -in {public_key} -outform DER -out for-digest.der"));
        let printed = String::from_utf8(self.openssl("dgst -sha256 for-digest.der")).unwrap();
        printed.trim().rsplit(' ').next().unwrap().to_owned()
    }
}
