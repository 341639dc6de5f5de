//! Entries of Activity as they stand in files: in exports and in copies. What was released keeps its name and meaning.
//!
//! Moments are RFC 3339 in UTC with milliseconds; words are those of the records; a public key is base64 of its DER
//! SubjectPublicKeyInfo. What an entry doesn't have is left out.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    asc::text,
    clock::Moment,
    desk::typed::LONGEST_NAME,
    key::PublicKey,
    records::{Answer, Entry},
};

/// Longest text that is read from a file, in characters, unless it is a name or a note.
const LONGEST: usize = 1000;

/// An entry in a file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WrittenEntry {
    pub(super) uid: String,
    #[serde(with = "rfc3339")]
    pub(super) at: Moment,
    pub(super) account: String,
    pub(super) api_key_id: String,
    pub(super) did: String,
    pub(super) went: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) public_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) app_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) app_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bundle_id: Option<String>,
    #[serde(default)]
    pub(super) all_apps: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) confirmed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_id: Option<String>,
    pub(super) user: String,
    pub(super) version: String,
    #[serde(default)]
    pub(super) brought_in: bool,
}

/// The file holds something that this program never writes.
pub(super) struct Malformed;

impl From<Entry> for WrittenEntry {
    fn from(entry: Entry) -> Self {
        let (app_id, app_name, bundle_id) = match entry.app {
            Some(app) => (Some(app.id.to_string()), Some(app.name), Some(app.bundle_id)),
            None => (None, None, None),
        };
        Self {
            uid: entry.uid,
            at: entry.at,
            account: entry.account_name,
            api_key_id: entry.api_key_id,
            did: entry.did.word().to_owned(),
            went: entry.went.word().to_owned(),
            key_id: entry.key,
            key_name: entry.key_name,
            public_key: entry.public_key.map(|key| BASE64_STANDARD.encode(key.spki_der())),
            app_id,
            app_name,
            bundle_id,
            all_apps: entry.all_apps,
            confirmed: entry.certainty.map(|certainty| certainty.word().to_owned()),
            detail: entry.detail,
            status: entry.apple.status,
            code: entry.apple.code,
            request_id: entry.apple.request_id,
            user: entry.user,
            version: entry.version,
            brought_in: entry.brought_in,
        }
    }
}

impl WrittenEntry {
    /// What a file from anywhere says, made harmless: texts are bounded and can't rearrange what stands around them,
    /// nothing lies after `now`, and no account of this computer is meant.
    pub(super) fn read(self, now: Moment) -> Result<Entry, Malformed> {
        let line = |text: String| text::within(&text, LONGEST, false);
        let app = match self.app_id {
            Some(id) => Some(App {
                id: id.parse().map_err(|_| Malformed)?,
                name: self.app_name.map(line).unwrap_or_default(),
                bundle_id: self.bundle_id.map(line).unwrap_or_default(),
                sku: None,
                locale: None,
            }),
            None => None,
        };
        Ok(Entry {
            number: 0,
            uid: uuid::Uuid::try_parse(&self.uid).map_err(|_| Malformed)?.to_string(),
            at: sane(self.at, now),
            account: None,
            account_name: text::within(&self.account, LONGEST_NAME, false),
            api_key_id: line(self.api_key_id),
            did: self.did.parse().map_err(|_| Malformed)?,
            went: self.went.parse().map_err(|_| Malformed)?,
            key: self.key_id.map(line),
            key_name: self.key_name.map(|name| text::within(&name, LONGEST_NAME, false)),
            public_key: self.public_key.as_deref().map(public_key).transpose()?,
            app,
            all_apps: self.all_apps,
            certainty: self.confirmed.map(|word| word.parse().map_err(|_| Malformed)).transpose()?,
            detail: self.detail.map(line),
            apple: Answer {
                status: self.status,
                code: self.code.map(line),
                request_id: self.request_id.map(line),
            },
            user: line(self.user),
            version: line(self.version),
            brought_in: true,
        })
    }
}

fn public_key(base64: &str) -> Result<PublicKey, Malformed> {
    let der = BASE64_STANDARD.decode(base64).map_err(|_| Malformed)?;
    PublicKey::from_spki_der(&der).map_err(|_| Malformed)
}

/// A moment that a file gives, between 1970 and `now`.
pub(super) fn sane(at: Moment, now: Moment) -> Moment {
    at.min(now).max(Moment::from_unix_millis(0))
}

/// A moment in UTC, always in as many characters, so that texts sort as moments do.
pub(super) fn utc(at: Moment) -> String {
    let nanos = i128::from(at.unix_millis()) * 1_000_000;
    // The calendar ends with the year 9999, far from any moment that a clock gave.
    let at =
        time::OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.millisecond()
    )
}

pub(super) mod rfc3339 {
    //! Moments as text, for serde.

    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use time::{OffsetDateTime, format_description::well_known::Rfc3339};

    use crate::clock::Moment;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub(crate) fn serialize<S: Serializer>(at: &Moment, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::utc(*at))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Moment, D::Error> {
        let text = String::deserialize(deserializer)?;
        let at = OffsetDateTime::parse(&text, &Rfc3339).map_err(D::Error::custom)?;
        let millis =
            i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).map_err(D::Error::custom)?;
        Ok(Moment::from_unix_millis(millis))
    }
}

pub(super) mod rfc3339_if_any {
    //! Moments that may be missing, as text, for serde.

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::clock::Moment;

    #[derive(Deserialize)]
    struct There(#[serde(with = "super::rfc3339")] Moment);

    #[expect(clippy::ref_option, reason = "serde's signature")]
    pub(crate) fn serialize<S: Serializer>(at: &Option<Moment>, serializer: S) -> Result<S::Ok, S::Error> {
        at.map(super::utc).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Moment>, D::Error> {
        Ok(Option::<There>::deserialize(deserializer)?.map(|There(at)| at))
    }
}
