//! An account: one App Store Connect API key and what it opens.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// This computer's own ID for an account; Apple knows nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
#[serde(transparent)]
pub struct AccountId(String);

impl AccountId {
    /// A new one, never used before.
    pub fn fresh() -> Self {
        Self(uuid::Uuid::new_v4().to_string())
    }

    /// One that was written down before.
    pub fn known(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whose API key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ApiKeyKind {
    /// Made for the team; has an issuer ID and sees every app.
    Team,
    /// Made in one person's profile; no issuer ID, sees that person's apps.
    Individual,
}

/// Who signs a request: what App Store Connect's API key page shows beside the `.p8`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// The API key ID: in practice ten capital letters and digits. Goes into `kid`.
    pub id: String,
    /// Issuer ID of a team key; `None` makes it an individual key.
    pub issuer: Option<String>,
}

impl ApiKey {
    /// Whose key it is: an individual key has no issuer ID.
    pub fn kind(&self) -> ApiKeyKind {
        if self.issuer.is_some() { ApiKeyKind::Team } else { ApiKeyKind::Individual }
    }
}

/// Scheme, host and port of the server that an account belongs to. Its secret goes nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(url::Origin);

/// Neither Apple's server nor a literal loopback address.
#[derive(Debug, thiserror::Error)]
#[error("only http or https to 127.0.0.1 or [::1], without a path, stands in for Apple's server")]
pub struct NotALoopbackOrigin;

impl Origin {
    /// Apple's own: `https://api.appstoreconnect.apple.com`.
    pub fn apple() -> Self {
        let host = url::Host::Domain("api.appstoreconnect.apple.com".to_owned());
        Self(url::Origin::Tuple("https".to_owned(), host, 443))
    }

    /// The sample account's, which no packet is ever sent to (`.invalid`, RFC 2606).
    pub fn sample() -> Self {
        let host = url::Host::Domain("sample.invalid".to_owned());
        Self(url::Origin::Tuple("https".to_owned(), host, 443))
    }

    /// A test server on this computer: `http` or `https` to the literal `127.0.0.1` or `[::1]`.
    ///
    /// # Errors
    /// Any other host, `localhost` among them: what a name leads to is not ours to say.
    pub fn loopback(text: &str) -> Result<Self, NotALoopbackOrigin> {
        let url = url::Url::parse(text).map_err(|_| NotALoopbackOrigin)?;
        let literal = match url.host() {
            Some(url::Host::Ipv4(address)) => address == std::net::Ipv4Addr::LOCALHOST,
            Some(url::Host::Ipv6(address)) => address == std::net::Ipv6Addr::LOCALHOST,
            _ => false,
        };
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        // The parser also reads `0x7f.1` and `2130706433` as that address: only its plain spelling counts.
        let spelt = text.contains("//127.0.0.1") || text.contains("//[::1]");
        if literal && bare && spelt && matches!(url.scheme(), "http" | "https") {
            Ok(Self(url.origin()))
        } else {
            Err(NotALoopbackOrigin)
        }
    }

    /// Whether this is Apple's own server.
    pub fn is_apple(&self) -> bool {
        *self == Self::apple()
    }

    /// Whether `url` leads to this server.
    pub fn serves(&self, url: &url::Url) -> bool {
        url.origin() == self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.ascii_serialization())
    }
}

impl FromStr for Origin {
    type Err = NotALoopbackOrigin;

    /// Reads back what [`fmt::Display`] wrote.
    fn from_str(text: &str) -> Result<Self, NotALoopbackOrigin> {
        [Self::apple(), Self::sample()]
            .into_iter()
            .find(|origin| origin.to_string() == text)
            .map_or_else(|| Self::loopback(text), Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_literal_loopback_address_stands_in_for_apple() {
        for url in ["http://127.0.0.1:8080", "http://127.0.0.1:8080/", "https://127.0.0.1", "http://[::1]:1"]
        {
            assert!(Origin::loopback(url).is_ok(), "{url} is on this computer");
        }
        for url in [
            "http://localhost:8080",
            "http://127.0.0.2",
            "http://127.1",
            "http://0x7f.0.0.1",
            "http://2130706433",
            "http://[::ffff:127.0.0.1]",
            "http://127.0.0.1.example.com",
            "http://127.0.0.1@example.com",
            "http://example.com/127.0.0.1",
            "http://user:password@127.0.0.1",
            "http://127.0.0.1/v1",
            "http://127.0.0.1?a=b",
            "ftp://127.0.0.1",
            "https://api.appstoreconnect.apple.com",
            "127.0.0.1:8080",
            "",
        ] {
            assert!(Origin::loopback(url).is_err(), "{url} is not a plain loopback address");
        }
    }

    #[test]
    fn an_origin_is_read_back_as_it_was_written() {
        let loopback = Origin::loopback("http://127.0.0.1:8080").unwrap();
        for origin in [Origin::apple(), Origin::sample(), loopback] {
            assert_eq!(origin.to_string().parse::<Origin>().unwrap(), origin);
        }
    }

    #[test]
    fn an_origin_serves_its_own_urls_alone() {
        let apple = Origin::apple();
        let url = |text: &str| url::Url::parse(text).unwrap();
        assert!(apple.serves(&url("https://api.appstoreconnect.apple.com/v1/apps?cursor=a")));
        for foreign in [
            "http://api.appstoreconnect.apple.com/v1/apps",
            "https://api.appstoreconnect.apple.com:8443/v1/apps",
            "https://api-appstoreconnect.itunes.apple.com/v1/apps",
            "https://api.appstoreconnect.apple.com.example.com/v1/apps",
        ] {
            assert!(!apple.serves(&url(foreign)), "{foreign} is another server");
        }
    }
}
