//! Where a downloaded file came from, if the browser or mail program told the system.

use std::{fs::File, path::Path};

/// Marks are short; a longer one is left alone.
const LONGEST_MARK: usize = 4096;

/// The host that `file`, found at `path`, was downloaded from.
pub(super) fn host(file: &File, path: &Path) -> Option<String> {
    host_in(&mark(file, path)?)
}

/// Extended attributes: a property list of addresses on macOS, an address elsewhere
/// (freedesktop.org, "Common Extended Attributes").
#[cfg(unix)]
fn mark(file: &File, _path: &Path) -> Option<Vec<u8>> {
    #[cfg(target_os = "macos")]
    const ATTRIBUTES: [&str; 1] = ["com.apple.metadata:kMDItemWhereFroms"];
    #[cfg(not(target_os = "macos"))]
    const ATTRIBUTES: [&str; 2] = ["user.xdg.origin.url", "user.xdg.referrer.url"];

    ATTRIBUTES.iter().find_map(|attribute| {
        let mut value = vec![0; LONGEST_MARK];
        let length = rustix::fs::fgetxattr(file, *attribute, value.as_mut_slice()).ok()?;
        value.truncate(length);
        Some(value)
    })
}

/// The alternate data stream `Zone.Identifier`, a small INI file.
#[cfg(windows)]
fn mark(_file: &File, path: &Path) -> Option<Vec<u8>> {
    use std::io::Read;

    const ADDRESS: &[u8] = b"HostUrl=";
    let mut stream = path.as_os_str().to_owned();
    stream.push(":Zone.Identifier");
    let mut mark = Vec::new();
    File::open(stream).ok()?.take(LONGEST_MARK as u64).read_to_end(&mut mark).ok()?;
    let at = mark.windows(ADDRESS.len()).position(|part| part == ADDRESS)?;
    Some(mark.split_off(at))
}

/// The host of the first web address in `mark`.
fn host_in(mark: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(mark);
    let start = ["https://", "http://"].iter().filter_map(|scheme| text.find(scheme)).min()?;
    let address = &text[start..];
    let authority = address.find("//")? + 2;
    let end = address[authority..]
        .find(|c: char| matches!(c, '/' | '?' | '#' | '\u{fffd}') || c.is_whitespace() || c.is_control())
        .map_or(address.len(), |end| authority + end);
    url::Url::parse(&address[..end]).ok()?.host_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_all_that_is_told() {
        for (mark, host) in [
            (&b"https://mail.example.com/attachment?id=secret"[..], Some("mail.example.com")),
            (b"http://user:password@example.com:8080/x", Some("example.com")),
            (b"https://b\xc3\xbccher.example/", Some("xn--bcher-kva.example")),
            (b"https://example.com", Some("example.com")),
            // As in the binary property list of macOS: the address, then the next object's marker.
            (b"bplist00\xa2\x01\x02_\x10\x1ahttps://files.example.com/k.pem_\x10\x14https://www.example.com/", Some("files.example.com")),
            (b"HostUrl=https://files.example.com/k.pem\r\n", Some("files.example.com")),
            (b"HostUrl=about:internet\r\n", None),
            (b"file:///home/me/key.pem", None),
            (b"https://", None),
            (b"", None),
        ] {
            assert_eq!(host_in(mark).as_deref(), host, "{}", String::from_utf8_lossy(mark));
        }
    }
}
