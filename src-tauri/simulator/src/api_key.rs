//! An App Store Connect API key: the public key the simulator checks with, and the private key a client signs with.

use secrecy::SecretSlice;

use crate::{KeyPair, PublicKey};

/// An API key that is accepted.
#[derive(Clone, Debug)]
pub(crate) struct ApiKey {
    pub(crate) id: String,
    pub(crate) access: Access,
    pub(crate) public_key: PublicKey,
}

/// Whose key it is, and what it sees (Apple's page "Creating API Keys for App Store Connect API").
#[derive(Clone, Debug)]
pub(crate) enum Access {
    /// The team's: every app.
    Team { issuer: String },
    /// One person's: that person's apps, by their Apple IDs. The keys of the others are listed all the same.
    Individual { apps: Vec<String> },
}

impl ApiKey {
    /// Whether the app with this Apple ID is visible to it.
    pub(crate) fn sees(&self, app: &str) -> bool {
        match &self.access {
            Access::Team { .. } => true,
            Access::Individual { apps } => apps.iter().any(|seen| seen == app),
        }
    }
}

/// What a person gets from App Store Connect to connect with.
#[derive(Debug)]
pub struct Credentials {
    /// The API key ID: ten capital letters and digits.
    pub key_id: String,
    /// The issuer ID, a UUID; an individual key has none.
    pub issuer_id: Option<String>,
    /// The private key, PKCS#8 DER.
    pub private_key: SecretSlice<u8>,
    /// SHA-256 of the public key's SPKI, 64 hex digits.
    pub fingerprint: String,
}

impl Credentials {
    pub(crate) fn new(key_id: &str, issuer_id: Option<&str>, pair: &KeyPair) -> Self {
        Self {
            key_id: key_id.to_owned(),
            issuer_id: issuer_id.map(ToOwned::to_owned),
            private_key: SecretSlice::from(pair.pkcs8_der().to_vec()),
            fingerprint: pair.public().fingerprint(),
        }
    }
}
