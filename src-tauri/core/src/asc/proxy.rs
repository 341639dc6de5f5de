//! The address of a proxy, as a person types it.

use std::{fmt, str::FromStr};

use serde::Serialize;
use url::{Host, Url};

/// An HTTP proxy that asks for no login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy(Url);

/// Why an address is none of a proxy that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ProxyTrouble {
    /// It is no `host:port`.
    #[error("that is no host and port")]
    NoAddress,
    /// It holds a user name or password, which would have to be kept as a secret.
    #[error("a proxy with a login can't be used")]
    Login,
    /// It is an automatic configuration (PAC) or another kind of proxy than HTTP.
    #[error("that is another kind of proxy")]
    OtherKind,
}

impl Proxy {
    /// Its address, to be connected to.
    pub(super) fn url(&self) -> &Url {
        &self.0
    }
}

impl FromStr for Proxy {
    type Err = ProxyTrouble;

    fn from_str(typed: &str) -> Result<Self, ProxyTrouble> {
        let typed = typed.trim();
        let whole = if typed.contains("://") { typed.to_owned() } else { format!("http://{typed}") };
        let url = Url::parse(&whole).map_err(|_| ProxyTrouble::NoAddress)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ProxyTrouble::Login);
        }
        if !matches!(url.scheme(), "http" | "https") || url.path().to_ascii_lowercase().ends_with(".pac") {
            return Err(ProxyTrouble::OtherKind);
        }
        let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        if url.host().is_some_and(|host| names(&host)) && bare && url.port_or_known_default().is_some() {
            Ok(Self(url))
        } else {
            Err(ProxyTrouble::NoAddress)
        }
    }
}

/// Whether `host` can be looked up. The URL standard also takes what no name may hold, and what the HTTP library can't
/// read would be passed over in silence.
fn names(host: &Host<&str>) -> bool {
    let Host::Domain(name) = host else { return true };
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    // RFC 1035, 2.3.4.
    (1..=253).contains(&name.len()) && name.bytes().all(fits)
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.scheme() != "http" {
            write!(f, "{}://", self.0.scheme())?;
        }
        let host = self.0.host_str().unwrap_or_default();
        let port = self.0.port_or_known_default().unwrap_or_default();
        write!(f, "{host}:{port}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Proxy, ProxyTrouble};

    fn read(typed: &str) -> Result<String, ProxyTrouble> {
        typed.parse().map(|proxy: Proxy| proxy.to_string())
    }

    #[test]
    fn a_host_and_a_port_are_a_proxy_however_they_are_typed() {
        for (typed, shown) in [
            ("proxy.example:3128", "proxy.example:3128"),
            (" Proxy.Example:3128 ", "proxy.example:3128"),
            ("http://proxy.example:3128/", "proxy.example:3128"),
            ("proxy.example", "proxy.example:80"),
            ("https://proxy.example", "https://proxy.example:443"),
            ("10.0.0.7:8080", "10.0.0.7:8080"),
            ("[fd00::7]:8080", "[fd00::7]:8080"),
            ("bücher.example:3128", "xn--bcher-kva.example:3128"),
        ] {
            assert_eq!(read(typed).as_deref(), Ok(shown), "{typed}");
            assert_eq!(read(shown).as_deref(), Ok(shown), "what is stored is read back: {shown}");
        }
    }

    #[test]
    fn a_login_is_refused_before_it_is_kept() {
        for typed in ["ann@proxy.example:3128", "ann:secret@proxy.example", "http://:secret@proxy.example"] {
            assert_eq!(read(typed), Err(ProxyTrouble::Login), "{typed}");
        }
    }

    #[test]
    fn another_kind_of_proxy_is_named_as_such() {
        for typed in [
            "socks5://proxy.example:1080",
            "file:///etc/proxy.pac",
            "http://proxy.example/proxy.pac",
            "https://proxy.example/Proxy.PAC",
        ] {
            assert_eq!(read(typed), Err(ProxyTrouble::OtherKind), "{typed}");
        }
    }

    #[test]
    fn what_is_no_address_is_none() {
        for typed in [
            "",
            " ",
            ":3128",
            "proxy example:3128",
            "proxy.example:port",
            "proxy.example:99999",
            "proxy.example:3128/path",
            "proxy.example:3128?a=b",
            "proxy.example:3128#a",
            "DIRECT;",
            "{proxy}:3128",
            "http://proxy|.example",
            "\u{0}",
        ] {
            assert_eq!(read(typed), Err(ProxyTrouble::NoAddress), "{typed:?}");
        }
        assert!(read(&"a".repeat(10_000_000)).is_err(), "no host is that long");
    }
}
