//! Checking a token that a server issued.

use serde::Serialize;

use super::{Registered, Work};
use crate::{
    app::App,
    clock::Moment,
    issued::{Oddity, TokenKind},
};

/// What a token says, and who signed it. Nothing of it is stored.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TokenCheck {
    /// What kind of token it is.
    pub kind: TokenKind,
    /// The key of this account that signed it; `None`: none of them did.
    pub signed_by: Option<Registered>,
    /// It is signed by the account's API key: a secret that opens the account.
    pub signed_by_api_key: bool,
    /// The distribution key ID it names (`kid`), as it stands there.
    pub kid: Option<String>,
    /// The key of this account that has that ID.
    pub names: Option<Registered>,
    /// The app it is about, if it is one of this account.
    pub app: Option<App>,
    /// The bundle ID it names (`bid`).
    pub bundle_id: Option<String>,
    /// The Apple ID of the app or marketplace that issued it (`iss`).
    pub issuer: Option<String>,
    /// The Developer ID of a marketplace token (`pid`).
    pub developer: Option<String>,
    /// When it was made.
    pub issued: Option<Moment>,
    /// Until when it is valid.
    pub expires: Option<Moment>,
    /// What is odd about it.
    pub odd: Vec<Oddity>,
    /// The replacement that it is proof for, with its server switched.
    pub work: Option<Work>,
}
