//! Files as they lie on a disk.

use std::{fs, io, path::Path};

use latchkey_core::keyfile::{
    LIMIT,
    open::{OpenProblem, read_key_file},
};
use tempfile::TempDir;

fn problem(path: &Path) -> OpenProblem {
    read_key_file(path).map(|opened| opened.file_name).expect_err("it must not be read")
}

#[test]
fn an_ordinary_file_is_read_whole() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("Schlüssel.pem");
    for length in [0, 1, LIMIT] {
        fs::write(&path, vec![b'x'; length]).unwrap();
        let opened = read_key_file(&path).unwrap();
        assert_eq!(opened.bytes.len(), length);
        assert_eq!(opened.file_name, "Schlüssel.pem", "the name alone, no path");
    }
}

#[test]
fn debugging_shows_nothing_of_the_content() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("key.pem");
    fs::write(&path, "marked secret").unwrap();
    assert_eq!(format!("{:?}", read_key_file(&path).unwrap()), "Opened { file_name: \"key.pem\", .. }");
}

#[test]
fn a_large_file_is_refused_by_its_size() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("film.mov");
    let size = 30 * 1024 * 1024;
    // Sparse: it takes no room, and reading it would be no error either.
    fs::File::create(&path).unwrap().set_len(size).unwrap();
    assert_eq!(problem(&path), OpenProblem::TooLarge { bytes: size });
    fs::File::create(&path).unwrap().set_len(LIMIT as u64 + 1).unwrap();
    assert_eq!(problem(&path), OpenProblem::TooLarge { bytes: 65537 });
}

#[test]
fn a_missing_file_is_missing() {
    let folder = TempDir::new().unwrap();
    assert_eq!(problem(&folder.path().join("nothing")), OpenProblem::NotFound);
}

#[test]
fn a_folder_is_no_key_file() {
    let folder = TempDir::new().unwrap();
    assert_eq!(problem(folder.path()), OpenProblem::NotARegularFile);
}

#[test]
fn other_errors_keep_their_kind() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "").unwrap();
    let below = path.join("below");
    let expected = match fs::File::open(&below).expect_err("a file is no folder").kind() {
        io::ErrorKind::NotFound => OpenProblem::NotFound,
        kind => OpenProblem::Other(kind),
    };
    assert_eq!(problem(&below), expected);
}

#[cfg(unix)]
mod unix {
    use std::{
        os::unix::{
            fs::{PermissionsExt, symlink},
            net::UnixListener,
        },
        process::Command,
        sync::mpsc,
        thread,
        time::Duration,
    };

    use super::*;

    #[test]
    fn a_pipe_is_refused_without_waiting_for_a_writer() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        // In a thread, so that an open that waits fails the test instead of stopping it.
        let (send, receive) = mpsc::channel();
        thread::spawn(move || send.send(problem(&path)));
        assert_eq!(receive.recv_timeout(Duration::from_secs(10)), Ok(OpenProblem::NotARegularFile));
    }

    #[test]
    fn a_device_or_a_socket_is_refused() {
        assert_eq!(problem(Path::new("/dev/zero")), OpenProblem::NotARegularFile);
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("socket");
        let _listener = UnixListener::bind(&path).unwrap();
        assert_eq!(problem(&path), OpenProblem::NotARegularFile);
    }

    #[test]
    fn a_link_to_a_file_is_followed() {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("target"), "content").unwrap();
        let link = folder.path().join("link.pem");
        symlink("target", &link).unwrap();
        let opened = read_key_file(&link).unwrap();
        assert_eq!(opened.bytes.as_slice(), b"content");
        assert_eq!(opened.file_name, "link.pem", "the name that the person chose");
    }

    #[test]
    fn a_file_of_somebody_else_is_denied() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("closed.pem");
        fs::write(&path, "content").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        // Root may read everything.
        if fs::File::open(&path).is_err() {
            assert_eq!(problem(&path), OpenProblem::Denied);
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_download_says_where_it_came_from() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("key.pem");
    fs::write(&path, "content").unwrap();
    assert_eq!(read_key_file(&path).unwrap().origin, None, "nobody wrote anything down");
    let marked = rustix::fs::setxattr(
        &path,
        "user.xdg.origin.url",
        b"https://mail.example.com/attachment?token=1",
        rustix::fs::XattrFlags::empty(),
    );
    // Not every file system keeps such attributes.
    if marked.is_ok() {
        assert_eq!(read_key_file(&path).unwrap().origin.as_deref(), Some("mail.example.com"));
    }
}
