//! Tokens as servers and other programs make them, by another JWT library than Latchkey reads them with.

use std::{
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::Result;
use base64::{Engine, prelude::BASE64_STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::files::openssl;

/// How long a token lives, or for how long it has been dead.
#[derive(Clone, Copy, Debug)]
pub enum Life {
    /// Valid from now on for so long.
    Left(Duration),
    /// Expired so long ago; made twenty minutes before.
    Over(Duration),
}

impl Life {
    /// `iat` and `exp`, Unix seconds.
    fn span(self) -> Result<(u64, u64)> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        Ok(match self {
            Self::Left(time) => (now, now + time.as_secs()),
            Self::Over(time) => (now - time.as_secs() - 1200, now - time.as_secs()),
        })
    }
}

/// An install verification token as Apple's page "Supplying an install verification token" describes it, for an app
/// as the simulator tells it.
pub fn install(private_key: &Path, kid: &str, app: &Value, life: Life) -> Result<String> {
    let (made, ends) = life.span()?;
    let claims = json!({
        "iss": app["id"],
        "iat": made,
        "exp": ends,
        "aud": "AppleDownloadVerification-v1",
        "bid": app["bundleId"],
        "dtype": "download",
        "nonce": "6f1c4d0e-6d1f-4c8e-9a57-1a0c9f0b7f52",
    });
    signed(private_key, kid, &claims)
}

/// A token that signs in to App Store Connect with a team's API key.
pub fn sign_in(p8: &Path, key_id: &str, issuer_id: &str) -> Result<String> {
    let (made, ends) = Life::Left(Duration::from_mins(2)).span()?;
    let claims = json!({ "iss": issuer_id, "iat": made, "exp": ends, "aud": "appstoreconnect-v1" });
    signed(p8, key_id, &claims)
}

fn signed(private_key: &Path, kid: &str, claims: &Value) -> Result<String> {
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some(kid.to_owned());
    let pkcs8 = openssl(&["pkcs8", "-topk8", "-nocrypt", "-in", &private_key.to_string_lossy()])?;
    let base64: String = pkcs8.lines().filter(|line| !line.starts_with('-')).collect();
    let key = EncodingKey::from_ec_der(&BASE64_STANDARD.decode(base64)?);
    Ok(jsonwebtoken::encode(&header, claims, &key)?)
}
