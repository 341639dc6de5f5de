//! An app as App Store Connect knows it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An app's Apple ID: decimal digits, for example `6473805491`.
/// The `id` of resource type `apps`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct AppId(String);

/// The text is not an app's Apple ID.
#[derive(Debug, thiserror::Error)]
#[error("an app's Apple ID has 1 to 20 digits and nothing else")]
pub struct NotAnAppId;

impl FromStr for AppId {
    type Err = NotAnAppId;

    fn from_str(text: &str) -> Result<Self, NotAnAppId> {
        if (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnAppId)
        }
    }
}

impl TryFrom<String> for AppId {
    type Error = NotAnAppId;

    fn try_from(text: String) -> Result<Self, NotAnAppId> {
        text.parse()
    }
}

impl From<AppId> for String {
    fn from(id: AppId) -> Self {
        id.0
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An app, as far as Latchkey shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct App {
    /// The app's Apple ID.
    pub id: AppId,
    /// Its name in App Store Connect.
    pub name: String,
    /// Its bundle ID, for example `com.example.reader`.
    pub bundle_id: String,
    /// Its stock keeping unit, free text of the developer.
    pub sku: Option<String>,
    /// The language of its name (BCP 47), for fonts and screen readers.
    pub locale: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_are_an_apple_id() {
        assert_eq!("6473805491".parse::<AppId>().unwrap().to_string(), "6473805491");
        for text in ["", "12a", "-1", "1/2", "../1", "\u{0661}", " 1", "123456789012345678901"] {
            assert!(text.parse::<AppId>().is_err(), "{text:?} must not get into a URL");
        }
    }
}
