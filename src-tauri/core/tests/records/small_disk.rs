//! A disk of its own for one test, so small that it can be filled: a process in a user namespace, with a tmpfs.
#![allow(
    dead_code,
    clippy::panic,
    clippy::print_stdout,
    reason = "each test target needs a part of it; it fails by panicking and says why it skips"
)]

use std::{
    env, fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const INSIDE: &str = "LATCHKEY_TEST_SMALL_DISK";

/// The disk.
#[derive(Clone)]
pub(crate) struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Runs `body`, of the test `name`, with a disk of 2 MiB.
    pub(crate) fn run(name: &str, body: impl FnOnce(&Self)) {
        if let Some(folder) = env::var_os(INSIDE) {
            return body(&Self(folder.into()));
        }
        let namespace = || {
            let mut command = Command::new("unshare");
            command.args(["--user", "--map-root-user", "--mount"]);
            command
        };
        let folder = tempfile::tempdir().unwrap();
        let mount = "mount -t tmpfs -o size=2m none \"$0\"";
        let probe = namespace().args(["sh", "-c", mount]).arg(folder.path()).stderr(Stdio::null()).status();
        if !probe.is_ok_and(|status| status.success()) {
            println!("SKIPPED small disk: no user namespace with a tmpfs can be made here");
            return;
        }
        let output = namespace()
            .args(["sh", "-c", &format!("{mount} && exec \"$@\"")])
            .arg(folder.path())
            .arg(env::current_exe().unwrap())
            .args([name, "--exact", "--nocapture"])
            .env(INSIDE, folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{said}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }

    /// Leaves no byte free.
    pub(crate) fn fill(&self) {
        let mut filler = fs::OpenOptions::new().create(true).append(true).open(self.filler()).unwrap();
        for size in [4_096, 1] {
            let chunk = vec![0; size];
            loop {
                match filler.write(&chunk) {
                    Ok(_) => (),
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }

    /// Whether [`Self::fill`] was called last.
    pub(crate) fn is_full(&self) -> bool {
        self.filler().exists()
    }

    /// Gives back what [`Self::fill`] took.
    pub(crate) fn empty(&self) {
        fs::remove_file(self.filler()).unwrap();
    }

    /// From now on nothing can be written.
    pub(crate) fn read_only(&self) {
        self.remount("ro");
    }

    pub(crate) fn writable(&self) {
        self.remount("rw");
    }

    fn remount(&self, how: &str) {
        let remount = format!("remount,{how}");
        let done = Command::new("mount").args(["-o", &remount]).arg(&self.0).status().unwrap();
        assert!(done.success());
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }
}
