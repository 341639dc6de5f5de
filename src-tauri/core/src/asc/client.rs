//! What the App Store Connect API is asked for. Reads are paced and repeated, writes are sent once.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use serde::de::DeserializeOwned;
use tokio::sync::watch;
use url::Url;

pub use super::wire::ListedKey;
use super::{
    answer,
    error::Error,
    headers::{date, request_id},
    pace::{Pace, Pacing},
    pages::Pages,
    skew::Skew,
    token::{OneUseToken, Signer},
    transport::{Broken, BrokenKind, Fate, Transport},
    tries::Tries,
    waits::Waits,
    wire::{Key, Linkage, ListedApp, One, Page, new_key},
};
use crate::{
    account::Origin,
    app::{App, AppId},
    clock::Clock,
    key::{DistributionKeyId, PublicKey, Scope},
};

const KEYS: &str = "/v1/alternativeDistributionKeys";

/// Which distribution keys to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Those for every app of the account.
    AllApps,
    /// Those for one app each. Which one, the list does not say.
    OneApp,
}

/// Which key an app has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppKey {
    /// These, at least one: the schema says one, the notes to version 3.7 several.
    Keys(Vec<DistributionKeyId>),
    /// None.
    None,
    /// The API key doesn't see the app, or there is none with that ID.
    AppNotVisible,
}

/// How Apple acknowledged a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// HTTP status.
    pub status: u16,
    /// Names the request, for Apple's support.
    pub request_id: Option<String>,
}

/// A client for one account.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    origin: Origin,
    signer: Arc<Signer>,
    pace: Arc<Pace>,
    waits: Arc<Waits>,
    skew: Arc<Mutex<Option<Skew>>>,
}

impl Client {
    /// A client that sends through `transport`, to `origin` alone, what `signer` signs.
    pub fn new(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>, origin: Origin, signer: Signer) -> Self {
        let pace = Arc::new(Pace::new(Arc::clone(&clock)));
        let signer = Arc::new(signer);
        Self { transport, clock, origin, signer, pace, waits: Arc::default(), skew: Arc::default() }
    }

    /// The same client at the pace of all others that sign with its API key.
    #[must_use]
    pub fn at_pace(self, pace: Arc<Pace>) -> Self {
        Self { pace, ..self }
    }

    /// The same client, whose waits are told to `waits`.
    #[must_use]
    pub fn telling(self, waits: Arc<Waits>) -> Self {
        Self { waits, ..self }
    }

    /// Lists the distribution keys (Apple, "List Alternative Distribution Keys").
    pub async fn distribution_keys(&self, bound: Bound) -> Result<Vec<ListedKey>, Error> {
        let bound = match bound {
            Bound::AllApps => "false",
            Bound::OneApp => "true",
        };
        let first = self.url(&format!("{KEYS}?exists%5Bapp%5D={bound}&limit=200"))?;
        let mut keys = Vec::new();
        self.list(first, &mut |page: Vec<Key>| keys.extend(page.into_iter().map(ListedKey::from))).await?;
        Ok(keys)
    }

    /// Reads one distribution key (Apple, "Read Alternative Distribution Key Information").
    pub async fn distribution_key(&self, id: &DistributionKeyId) -> Result<ListedKey, Error> {
        let answer = self.get(&self.url(&format!("{KEYS}/{id}"))?).await?;
        self.document(&answer).map(|One::<Key> { data }| data.into())
    }

    /// Lists the apps by name (Apple, "List apps") and hands over each page as it comes.
    pub async fn apps(&self, on_page: &mut (dyn FnMut(Vec<App>) + Send)) -> Result<(), Error> {
        let fields = "fields%5Bapps%5D=name,bundleId,sku,primaryLocale";
        let first = self.url(&format!("/v1/apps?{fields}&limit=200&sort=name"))?;
        self.list(first, &mut |page: Vec<ListedApp>| {
            on_page(page.into_iter().filter_map(ListedApp::read).collect());
        })
        .await
    }

    /// Reads an app (Apple, "Read App Information"); `None`: the API key doesn't see it, or there is none.
    pub async fn app(&self, app: &AppId) -> Result<Option<App>, Error> {
        let fields = "fields%5Bapps%5D=name,bundleId,sku,primaryLocale";
        let answer = self.get(&self.url(&format!("/v1/apps/{app}?{fields}"))?).await?;
        match self.document(&answer) {
            Ok(One::<ListedApp> { data }) => match data.read() {
                Some(read) if read.id == *app => Ok(Some(read)),
                _ => Err(answer::unexpected(&answer, "it is about another app")),
            },
            Err(error) if error.missing_type() == Some("apps") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads which key an app has (Apple, "Get the alternative distribution key ID for an app").
    ///
    /// How Apple says "none" is not documented. These are taken for it, each seen on other relations of the
    /// API: `data` that is `null` or an empty list, a 404 that names another type than the app's, and a 409
    /// `ENTITY_ERROR.RELATIONSHIP.INVALID`. A 404 that names no type stays an error.
    pub async fn app_key(&self, app: &AppId) -> Result<AppKey, Error> {
        let url = self.url(&format!("/v1/apps/{app}/relationships/alternativeDistributionKey"))?;
        let answer = self.get(&url).await?;
        let keys = match self.document::<Linkage>(&answer) {
            Ok(linkage) => linkage.keys().map_err(|what| answer::unexpected(&answer, what))?,
            Err(error) if error.is_conflict() && error.has("ENTITY_ERROR.RELATIONSHIP.INVALID") => Vec::new(),
            Err(error) => match error.missing_type() {
                Some("apps") => return Ok(AppKey::AppNotVisible),
                Some(_) => Vec::new(),
                None => return Err(error),
            },
        };
        Ok(if keys.is_empty() { AppKey::None } else { AppKey::Keys(keys) })
    }

    /// Makes the token for one write. To be made before the write is recorded as intended: its
    /// expiry belongs to what is recorded.
    pub async fn one_use_token(&self) -> Result<OneUseToken, Error> {
        let behind = self.skew().map_or(Duration::ZERO, Skew::behind);
        self.signer.one_use(&*self.clock, behind).await
    }

    /// Adds a distribution key (Apple, "Add an Alternative Distribution Key"), in one request.
    ///
    /// # Errors
    /// Whether the key may be there all the same: [`Error::outcome_unknown`].
    pub async fn add_key(
        &self,
        token: OneUseToken,
        key: &PublicKey,
        scope: &Scope,
    ) -> Result<(ListedKey, Receipt), Error> {
        let answer = self.write(Method::POST, &self.url(KEYS)?, &token, new_key(key, scope)).await?;
        self.document(&answer).map(|One::<Key> { data }| (data.into(), receipt(&answer)))
    }

    /// Removes a distribution key (Apple, "Remove an Alternative Distribution Key"), in one request.
    ///
    /// # Errors
    /// Whether the key may be gone all the same: [`Error::outcome_unknown`]. Also that there was none.
    pub async fn remove_key(&self, token: OneUseToken, id: &DistributionKeyId) -> Result<Receipt, Error> {
        let url = self.url(&format!("{KEYS}/{id}"))?;
        let answer = self.write(Method::DELETE, &url, &token, Bytes::new()).await?;
        answer::nothing(&answer, self.clock.now()).map(|()| receipt(&answer))
    }

    /// Asks for one distribution key and lets go of the answer: whether Apple accepts the API key, and what it may do.
    /// Sent as a write is: once, with its own token, not waiting for a budget.
    pub async fn probe(&self, token: &OneUseToken) -> Result<(), Error> {
        let url = self.url(&format!("{KEYS}?limit=1"))?;
        let answer = self.write(Method::GET, &url, token, Bytes::new()).await?;
        self.document::<Page<Key>>(&answer).map(drop)
    }

    /// How far this computer's clock is off, by the latest answer that told the server's time.
    pub fn skew(&self) -> Option<Skew> {
        *self.skew.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is left of the hour's requests; `None`: no answer told yet.
    pub fn pacing(&self) -> watch::Receiver<Option<Pacing>> {
        self.pace.told()
    }

    /// What this client waits for.
    pub fn waits(&self) -> &Waits {
        &self.waits
    }

    async fn list<T: DeserializeOwned>(
        &self,
        first: Url,
        on_page: &mut (dyn FnMut(Vec<T>) + Send),
    ) -> Result<(), Error> {
        let mut pages = Pages::new(&self.origin, &first);
        let mut url = first;
        loop {
            let answer = self.get(&url).await?;
            let page: Page<T> = self.document(&answer)?;
            let next = page.next().map(|link| pages.next(&url, link)).transpose();
            on_page(page.data);
            match next? {
                Some(next) => url = next,
                None => return Ok(()),
            }
        }
    }

    async fn get(&self, url: &Url) -> Result<Response<Bytes>, Error> {
        let mut tries = Tries::default();
        loop {
            let place = self.pace.read(&self.waits).await;
            let bearer = self.signer.bearer(&*self.clock).await?;
            let fate = self.send(request(Method::GET, url, bearer.authorization()?, Bytes::new())?).await;
            if let Fate::Answered(answer) = &fate {
                place.answered(answer.headers());
                if answer.status() == StatusCode::UNAUTHORIZED {
                    self.signer.forget(&bearer);
                }
            } else {
                drop(place);
            }
            match tries.after(&fate, self.clock.now()) {
                Some(pause) => self.pace.pause(&pause, &self.waits).await,
                None => return answered(fate),
            }
        }
    }

    async fn write(
        &self,
        method: Method,
        url: &Url,
        token: &OneUseToken,
        body: Bytes,
    ) -> Result<Response<Bytes>, Error> {
        let request = request(method, url, token.authorization()?, body)?;
        let place = self.pace.write().await;
        let fate = self.send(request).await;
        if let Fate::Answered(answer) = &fate {
            place.answered(answer.headers());
        }
        answered(fate)
    }

    async fn send(&self, request: Request<Bytes>) -> Fate {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let started = self.clock.monotonic();
        let fate = self.transport.send(request).await;
        let took = self.clock.monotonic().saturating_sub(started);
        let ms = took.as_millis();
        match &fate {
            Fate::Answered(answer) => {
                let (status, id) = (answer.status().as_u16(), request_id(answer.headers()));
                tracing::debug!(%method, path, status, request_id = id, ms, "answered");
                if let Some(date) = date(answer.headers()) {
                    let skew = Skew::measured(date, self.clock.now(), took);
                    *self.skew.lock().unwrap_or_else(PoisonError::into_inner) = Some(skew);
                }
            }
            Fate::NotSent(broken) => tracing::warn!(%method, path, kind = ?broken.kind, ms, "not sent"),
            Fate::MaybeSent(broken) => tracing::warn!(%method, path, kind = ?broken.kind, ms, "not answered"),
        }
        fate
    }

    fn document<T: DeserializeOwned>(&self, answer: &Response<Bytes>) -> Result<T, Error> {
        answer::document(answer, self.clock.now())
    }

    fn url(&self, path_and_query: &str) -> Result<Url, Error> {
        Url::parse(&format!("{}{path_and_query}", self.origin)).map_err(|error| unsendable(&error))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("origin", &self.origin).finish_non_exhaustive()
    }
}

fn request(
    method: Method,
    url: &Url,
    authorization: HeaderValue,
    body: Bytes,
) -> Result<Request<Bytes>, Error> {
    let mut request = Request::builder()
        .method(method)
        .uri(url.as_str())
        .header(header::AUTHORIZATION, authorization)
        .header(header::ACCEPT, "application/json");
    if !body.is_empty() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    request.body(body).map_err(|error| unsendable(&error))
}

fn answered(fate: Fate) -> Result<Response<Bytes>, Error> {
    match fate {
        Fate::Answered(answer) => Ok(answer),
        Fate::NotSent(broken) => Err(Error::NotSent(broken)),
        Fate::MaybeSent(broken) => Err(Error::MaybeSent(broken)),
    }
}

fn receipt(answer: &Response<Bytes>) -> Receipt {
    Receipt { status: answer.status().as_u16(), request_id: request_id(answer.headers()) }
}

fn unsendable(error: &dyn std::error::Error) -> Error {
    Error::NotSent(Broken { kind: BrokenKind::Connect, detail: error.to_string(), signer: None })
}
