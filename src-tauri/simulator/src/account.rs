//! What is in the simulated account: apps, distribution keys, and the API keys that open it.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    Credentials, KeyPair, PublicKey,
    api_key::{Access, ApiKey},
};

/// An App Store Connect account. Its seed decides every ID in it.
#[derive(Clone, Debug)]
pub struct Account {
    seed: u64,
    practice: bool,
    ids_given: u64,
    pub(crate) apps: Vec<App>,
    pub(crate) keys: Vec<Key>,
    /// Distribution key IDs that were given and are no longer in use.
    pub(crate) removed: Vec<String>,
    pub(crate) api_keys: Vec<ApiKey>,
}

/// An app.
#[derive(Clone, Debug)]
pub struct App {
    /// Its Apple ID, ten digits.
    pub id: String,
    /// Its name, at most 30 characters at Apple.
    pub name: String,
    /// Its bundle ID.
    pub bundle_id: String,
    /// Its stock keeping unit.
    pub sku: String,
    /// The locale of its name, as App Store Connect spells it.
    pub locale: String,
    /// The platforms it has versions for: `IOS`, `MAC_OS`, `TV_OS`, `VISION_OS`.
    pub platforms: Vec<&'static str>,
}

/// A distribution key.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) material: Material,
    /// Apple ID of the app it is for; `None` for all apps.
    pub(crate) app: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) enum Material {
    Key(PublicKey),
    /// Answered as it is: a `publicKey` that no client can read.
    Unreadable(String),
}

impl Account {
    /// An empty account.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            practice: false,
            ids_given: 0,
            apps: Vec::new(),
            keys: Vec::new(),
            removed: Vec::new(),
            api_keys: Vec::new(),
        }
    }

    /// An empty account whose IDs cannot be taken for Apple's: distribution key IDs start with `00000000-`.
    pub(crate) fn practice(seed: u64) -> Self {
        Self { practice: true, ..Self::new(seed) }
    }

    /// Adds an app for iPhone and iPad with an English name; the rest of it can be changed in what is returned.
    pub fn add_app(&mut self, name: &str, bundle_id: &str) -> &mut App {
        // The step has no factor in common with 10^9, so no two of a billion apps get the same ID.
        let nth = self.apps.len() as u64;
        let id = 6_000_000_000 + (self.number("apps") % 1_000_000_000 + nth * 7_919_777) % 1_000_000_000;
        self.apps.push_mut(App {
            id: id.to_string(),
            name: name.to_owned(),
            bundle_id: bundle_id.to_owned(),
            sku: format!("SKU-{:04}", nth + 1),
            locale: "en-US".to_owned(),
            platforms: vec!["IOS"],
        })
    }

    /// Adds a distribution key for one app, or for all, and says its ID.
    pub fn add_key(&mut self, public_key: PublicKey, app: Option<&str>) -> String {
        self.register(Material::Key(public_key), app)
    }

    /// Adds a distribution key whose `publicKey` is answered as `text`, which need not be a key.
    pub fn add_unreadable_key(&mut self, text: &str, app: Option<&str>) -> String {
        self.register(Material::Unreadable(text.to_owned()), app)
    }

    /// Removes a distribution key, as somebody else at another computer would.
    pub fn remove_key(&mut self, id: &str) {
        self.removed.extend(self.keys.extract_if(.., |key| key.id == id).map(|key| key.id));
    }

    /// Removes an app, as if it were deleted or transferred to another team. A key for it stays.
    pub fn remove_app(&mut self, id: &str) {
        self.apps.retain(|app| app.id != id);
    }

    /// Accepts `pair` as a team's API key.
    pub fn add_team_key(&mut self, pair: &KeyPair) -> Credentials {
        let issuer = self.uuid("issuer", 0);
        self.accept(pair, Access::Team { issuer })
    }

    /// Accepts `pair` as one person's API key, which sees the apps with these Apple IDs.
    pub fn add_individual_key(&mut self, pair: &KeyPair, apps: &[&str]) -> Credentials {
        let apps = apps.iter().map(ToString::to_string).collect();
        self.accept(pair, Access::Individual { apps })
    }

    fn accept(&mut self, pair: &KeyPair, access: Access) -> Credentials {
        let nth = self.api_keys.len() as u64;
        let id = if self.practice {
            format!("SAMPLE{:04}", nth + 1)
        } else {
            format!("SIM{:07}", (self.seed % 10_000_000 + nth) % 10_000_000)
        };
        let issuer = match &access {
            Access::Team { issuer } => Some(issuer.as_str()),
            Access::Individual { .. } => None,
        };
        let credentials = Credentials::new(&id, issuer, pair);
        self.api_keys.push(ApiKey { id, access, public_key: pair.public() });
        credentials
    }

    fn register(&mut self, material: Material, app: Option<&str>) -> String {
        self.ids_given += 1;
        let id = self.uuid("key", self.ids_given);
        self.keys.push(Key { id: id.clone(), material, app: app.map(ToOwned::to_owned) });
        id
    }

    /// The keys that are for this app and no other, oldest first.
    pub(crate) fn keys_of<'a>(&'a self, app: &'a str) -> impl DoubleEndedIterator<Item = &'a Key> {
        self.keys.iter().filter(move |key| key.app.as_deref() == Some(app))
    }

    /// What is true in the account at this moment.
    pub(crate) fn state(&self) -> State {
        State {
            keys: self
                .keys
                .iter()
                .map(|key| KeyState {
                    id: key.id.clone(),
                    fingerprint: match &key.material {
                        Material::Key(public_key) => Some(public_key.fingerprint()),
                        Material::Unreadable(_) => None,
                    },
                    app_id: key.app.clone(),
                })
                .collect(),
            apps: self
                .apps
                .iter()
                .map(|app| AppState {
                    id: app.id.clone(),
                    name: app.name.clone(),
                    bundle_id: app.bundle_id.clone(),
                    key_id: self.keys_of(&app.id).next_back().map(|key| key.id.clone()),
                })
                .collect(),
        }
    }

    fn uuid(&self, of: &str, number: u64) -> String {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.hash(of, number)[..16]);
        if self.practice {
            bytes[..4].fill(0);
        }
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    fn number(&self, of: &str) -> u64 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.hash(of, 0)[..8]);
        u64::from_be_bytes(bytes)
    }

    fn hash(&self, of: &str, number: u64) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix(of);
        hash.update(self.seed.to_be_bytes());
        hash.update(number.to_be_bytes());
        hash.finalize().into()
    }
}

/// What is in the account, for a test to compare with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct State {
    /// Its distribution keys, oldest first.
    pub keys: Vec<KeyState>,
    /// Its apps, in the order they were added.
    pub apps: Vec<AppState>,
}

/// A distribution key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyState {
    /// The distribution key ID.
    pub id: String,
    /// SHA-256 of the DER SubjectPublicKeyInfo, 64 lower-case hex digits; `None` if `publicKey` is no key.
    pub fingerprint: Option<String>,
    /// Apple ID of the app it is for; `None` for all apps.
    pub app_id: Option<String>,
}

/// An app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppState {
    /// Its Apple ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its bundle ID.
    pub bundle_id: String,
    /// The newest key that is for this app alone.
    pub key_id: Option<String>,
}
