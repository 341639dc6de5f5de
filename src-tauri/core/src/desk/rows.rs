//! Turns what is known of a key into a row of the window.

use crate::{
    desk::view::{Confirmed, KeyRow, PrivateKey, Registered, UsedFor, WhyUnknown},
    key::DistributionKeyId,
    records::{Confirmation, KnownKey, Reach},
};

/// A row. `otherwise` says what is known of a key for one app whose app is not.
pub(super) fn row(key: &KnownKey, reach: Reach, otherwise: UsedFor) -> KeyRow {
    let used_for = match (reach, &key.app) {
        (Reach::AllApps, _) => UsedFor::AllApps,
        (Reach::OneApp, Some(app)) => UsedFor::App { app: app.clone() },
        (Reach::OneApp, None) => otherwise,
    };
    KeyRow {
        id: key.id.clone(),
        name: key.name.clone(),
        note: key.note.clone(),
        used_for,
        fingerprint: key.public_key.as_ref().map(|key| key.fingerprint().to_string()),
        public_key: key.public_key.as_ref().map(crate::key::PublicKey::pem),
        private_key: private_key(key),
        confirmed: confirmed(key.confirmed.as_ref()),
        first_seen: key.first_seen,
        added_here: key.added_here,
    }
}

/// A key in few words.
pub(super) fn registered(id: &DistributionKeyId, key: Option<&KnownKey>, used_for: UsedFor) -> Registered {
    Registered { id: id.clone(), name: key.and_then(|key| key.name.clone()), used_for }
}

/// A key of a list in few words; `None` if its ID is none.
pub(super) fn in_few_words(key: &KnownKey, reach: Reach) -> Option<Registered> {
    let id = key.id.parse().ok()?;
    let why = WhyUnknown::NotAllAppsRead;
    Some(registered(&id, Some(key), row(key, reach, UsedFor::Unknown { why }).used_for))
}

/// Who confirmed it.
pub(super) fn confirmed(confirmation: Option<&Confirmation>) -> Confirmed {
    match confirmation {
        None => Confirmed::No,
        Some(Confirmation::ByVoice { by, at }) => Confirmed::ByVoice { by: by.clone(), at: *at },
        Some(Confirmation::ByPrivateKey { at }) => Confirmed::ByPrivateKey { at: *at },
        Some(Confirmation::MadeHere { at }) => Confirmed::MadeHere { at: *at },
    }
}

/// Where its private key was seen.
pub(super) fn private_key(key: &KnownKey) -> PrivateKey {
    let written = key.private_key.as_ref().filter(|seen| seen.made_here);
    match (key.kept.or(written.map(|seen| seen.at)), &key.private_key) {
        (Some(at), _) => PrivateKey::OnThisComputer {
            keychain: key.kept.is_some(),
            file: written.and_then(|seen| seen.file_name.clone()),
            at,
        },
        (None, Some(seen)) => PrivateKey::InAFile { name: seen.file_name.clone(), at: seen.at },
        (None, None) => PrivateKey::NotChecked,
    }
}
