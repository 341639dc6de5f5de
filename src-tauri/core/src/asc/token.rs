//! The tokens that sign requests (Apple, "Generating Tokens for API Requests"). Only this file knows
//! jsonwebtoken, and only here is the API key's secret opened: for as long as one signature takes.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use http::HeaderValue;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretSlice, SecretString, zeroize::Zeroizing};
use serde::Serialize;

use super::error::{Error, SecretFault};
use crate::{
    account::ApiKey,
    clock::{Clock, Moment},
};

/// How far back `iat` lies, so that a server whose clock is behind doesn't see a token from the future.
const BACKDATED: Duration = Duration::from_millis(BACKDATED_MILLIS.unsigned_abs());
const BACKDATED_MILLIS: i64 = 30_000;

/// `exp − iat` of the token for reads. Apple refuses more than 1200 s; this stays clear of it.
const FOR_READS: Duration = Duration::from_secs(1170);

/// `exp − iat` of a token for one write: Apple's suggestion for a single call.
const FOR_ONE_WRITE: Duration = Duration::from_mins(2);

/// How long before `exp` a token is no longer used: more than any request takes.
const RENEWED_EARLY: Duration = Duration::from_mins(2);

/// The API key's secret on its way: PKCS#8 in DER.
pub type OpeningSecret = Pin<Box<dyn Future<Output = Result<SecretSlice<u8>, SecretFault>> + Send>>;

/// Gets the API key's secret. Asked once for every token; the answer is dropped after one signature.
pub type SecretSource = Arc<dyn Fn() -> OpeningSecret + Send + Sync>;

/// Signs requests with one API key.
///
/// The token for reads is kept until shortly before it expires. When many ask for a new one, the secret
/// is got once, and they share what came of it, a failure too: otherwise a keychain that was
/// refused would ask again for every one of them.
pub struct Signer {
    key: ApiKey,
    secret: SecretSource,
    kept: Mutex<Option<Arc<Bearer>>>,
    making: tokio::sync::Mutex<Option<Error>>,
    failures: AtomicU64,
}

/// A token for many reads.
pub(super) struct Bearer {
    jwt: SecretString,
    made: Duration,
    issued: Moment,
}

/// A token for one write. Whatever the request meets on its way, nothing accepts it after [`Self::expires`].
pub struct OneUseToken {
    jwt: SecretString,
    issued: Moment,
    expires: Moment,
}

#[derive(Serialize)]
struct Claims<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'static str>,
    iat: i64,
    exp: i64,
    aud: &'static str,
}

impl Signer {
    /// A signer with this API key, whose secret `secret` gets.
    pub fn new(key: ApiKey, secret: SecretSource) -> Self {
        Self {
            key,
            secret,
            kept: Mutex::default(),
            making: tokio::sync::Mutex::default(),
            failures: AtomicU64::default(),
        }
    }

    /// The token for reads.
    ///
    /// # Errors
    /// [`Error::Secret`] and [`Error::Unsignable`].
    pub(super) async fn bearer(&self, clock: &dyn Clock) -> Result<Arc<Bearer>, Error> {
        if let Some(bearer) = self.usable(clock) {
            return Ok(bearer);
        }
        let failures = self.failures.load(Ordering::Acquire);
        let mut failed = self.making.lock().await;
        if let Some(bearer) = self.usable(clock) {
            return Ok(bearer);
        }
        if let Some(error) = failed.as_ref()
            && self.failures.load(Ordering::Acquire) != failures
        {
            return Err(error.clone());
        }
        match self.make(clock).await {
            Ok(bearer) => {
                let bearer = Arc::new(bearer);
                *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&bearer));
                Ok(bearer)
            }
            Err(error) => {
                *failed = Some(error.clone());
                self.failures.fetch_add(1, Ordering::AcqRel);
                Err(error)
            }
        }
    }

    /// Uses `refused` no more: the server did not accept it.
    pub(super) fn forget(&self, refused: &Arc<Bearer>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_some_and(|bearer| Arc::ptr_eq(bearer, refused)) {
            *kept = None;
        }
    }

    /// A token of its own for one write. It lives so short that a clock which is `behind` the server's by a few minutes
    /// makes it old before it is sent, although reads work: that is added.
    ///
    /// # Errors
    /// [`Error::Secret`] and [`Error::Unsignable`].
    pub(super) async fn one_use(&self, clock: &dyn Clock, behind: Duration) -> Result<OneUseToken, Error> {
        let secret = (self.secret)().await.map_err(Error::Secret)?;
        let issued = backdated(clock.now().plus(behind));
        let jwt = self.sign(&secret, issued, FOR_ONE_WRITE)?;
        let issued = Moment::from_unix_millis(issued.unix_seconds() * 1000);
        Ok(OneUseToken { jwt, issued, expires: issued.plus(FOR_ONE_WRITE) })
    }

    fn usable(&self, clock: &dyn Clock) -> Option<Arc<Bearer>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|bearer| bearer.is_usable(clock)).map(Arc::clone)
    }

    async fn make(&self, clock: &dyn Clock) -> Result<Bearer, Error> {
        let secret = (self.secret)().await.map_err(Error::Secret)?;
        let (made, issued) = (clock.monotonic(), backdated(clock.now()));
        Ok(Bearer { jwt: self.sign(&secret, issued, FOR_READS)?, made, issued })
    }

    fn sign(
        &self,
        secret: &SecretSlice<u8>,
        issued: Moment,
        lifetime: Duration,
    ) -> Result<SecretString, Error> {
        let header = Header { kid: Some(self.key.id.clone()), ..Header::new(Algorithm::ES256) };
        let claims = Claims {
            iss: self.key.issuer.as_deref(),
            sub: self.key.issuer.is_none().then_some("user"),
            iat: issued.unix_seconds(),
            exp: issued.plus(lifetime).unix_seconds(),
            aud: "appstoreconnect-v1",
        };
        #[expect(clippy::disallowed_methods, reason = "this is the signer")]
        let key = EncodingKey::from_ec_der(secret.expose_secret());
        let jwt = jsonwebtoken::encode(&header, &claims, &key);
        jwt.map(SecretString::from).map_err(|error| Error::Unsignable(error.to_string()))
    }
}

fn backdated(now: Moment) -> Moment {
    Moment::from_unix_millis(now.unix_millis().saturating_sub(BACKDATED_MILLIS))
}

impl Bearer {
    /// Whether both clocks say so: the one that never goes back, and that of the wall, which the server
    /// compares with its own and which goes on while the computer sleeps. A wall clock from before the
    /// token has been set: one of the two was wrong.
    fn is_usable(&self, clock: &dyn Clock) -> bool {
        let now = clock.now();
        let until = FOR_READS.saturating_sub(RENEWED_EARLY);
        now >= self.issued
            && now.since(self.issued) < until
            && clock.monotonic().saturating_sub(self.made) + BACKDATED < until
    }

    /// The header `Authorization`.
    pub(super) fn authorization(&self) -> Result<HeaderValue, Error> {
        authorization(&self.jwt)
    }
}

impl OneUseToken {
    /// Whether it has begun and not ended when a server's clock says `now`, which may be wrong by `uncertainty`; in doubt,
    /// it has.
    pub fn may_live_at(&self, now: Moment, uncertainty: Duration) -> bool {
        self.issued <= now.plus(uncertainty) && now.minus(uncertainty) < self.expires
    }

    /// Its `exp`, which the server compares with its own clock.
    pub fn expires(&self) -> Moment {
        self.expires
    }

    /// The header `Authorization`.
    pub(super) fn authorization(&self) -> Result<HeaderValue, Error> {
        authorization(&self.jwt)
    }
}

fn authorization(jwt: &SecretString) -> Result<HeaderValue, Error> {
    #[expect(clippy::disallowed_methods, reason = "this is the signer")]
    let text = Zeroizing::new(format!("Bearer {}", jwt.expose_secret()));
    let mut value = HeaderValue::from_str(&text).map_err(|error| Error::Unsignable(error.to_string()))?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("key", &self.key).finish_non_exhaustive()
    }
}

impl fmt::Debug for OneUseToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneUseToken").field("expires", &self.expires).finish_non_exhaustive()
    }
}
