//! The JSON that goes to Apple and comes back (schemas `AlternativeDistributionKey…`, `App…`,
//! `PagedDocumentLinks`). Unknown members are passed over; what may be missing, or of another type
//! without harm, is optional.

use bytes::Bytes;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Value, json};

use super::text;
use crate::{
    app::{App, AppId},
    key::{DistributionKeyId, PublicKey, Scope},
};

/// The type of a distribution key.
const KEYS: &str = "alternativeDistributionKeys";

/// The body that adds a key.
pub(super) fn new_key(key: &PublicKey, scope: &Scope) -> Bytes {
    let mut body = json!({ "data": { "type": KEYS, "attributes": { "publicKey": key.pem() } } });
    if let Scope::OneApp { app } = scope {
        body["data"]["relationships"] = json!({ "app": { "data": { "type": "apps", "id": app } } });
    }
    body.to_string().into()
}

/// One resource.
#[derive(Deserialize)]
pub(super) struct One<T> {
    pub(super) data: T,
}

/// One page of a list.
#[derive(Deserialize)]
pub(super) struct Page<T> {
    pub(super) data: Vec<T>,
    /// Strict: a list whose end can't be told from its middle would seem to be whole.
    #[serde(default)]
    links: Option<PageLinks>,
}

#[derive(Deserialize)]
struct PageLinks {
    #[serde(default)]
    next: Option<String>,
}

impl<T> Page<T> {
    /// Where the list goes on.
    pub(super) fn next(&self) -> Option<&str> {
        self.links.as_ref()?.next.as_deref().filter(|link| !link.is_empty())
    }
}

/// A distribution key.
#[derive(Deserialize)]
pub(super) struct Key {
    #[serde(default, deserialize_with = "if_readable")]
    id: Option<String>,
    #[serde(default, deserialize_with = "if_readable")]
    attributes: Option<KeyAttributes>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyAttributes {
    public_key: String,
}

/// A distribution key as Apple lists it. One that can't be read is still listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    /// Its ID as Apple gave it, for showing: cut at 4 KB, control characters replaced.
    pub id: String,
    /// Its ID, if it is one.
    pub key_id: Option<DistributionKeyId>,
    /// The public key, if it can be read.
    pub public_key: Option<PublicKey>,
}

impl From<Key> for ListedKey {
    fn from(key: Key) -> Self {
        let id = key.id.unwrap_or_default();
        Self {
            key_id: id.parse().ok(),
            public_key: key.attributes.and_then(|held| PublicKey::from_apple_text(&held.public_key).ok()),
            id: text::line(&id),
        }
    }
}

/// An app. One whose ID can't be read is none: nothing could be done with it.
#[derive(Deserialize)]
pub(super) struct ListedApp {
    #[serde(default, deserialize_with = "if_readable")]
    id: Option<AppId>,
    #[serde(default, deserialize_with = "if_readable")]
    attributes: Option<AppAttributes>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AppAttributes {
    #[serde(default, deserialize_with = "if_readable")]
    name: Option<String>,
    #[serde(default, deserialize_with = "if_readable")]
    bundle_id: Option<String>,
    #[serde(default, deserialize_with = "if_readable")]
    sku: Option<String>,
    #[serde(default, deserialize_with = "if_readable")]
    primary_locale: Option<String>,
}

impl ListedApp {
    pub(super) fn read(self) -> Option<App> {
        let held = self.attributes.unwrap_or_default();
        Some(App {
            id: self.id?,
            name: text::line(&held.name.unwrap_or_default()),
            bundle_id: text::line(&held.bundle_id.unwrap_or_default()),
            sku: held.sku.as_deref().map(text::line),
            locale: held.primary_locale.as_deref().map(text::line),
        })
    }
}

/// Which keys an app has: the schema says one object; the notes to version 3.7 say that there may be
/// several; other relations of this API answer `null` for none.
#[derive(Deserialize)]
pub(super) struct Linkage {
    data: Value,
}

impl Linkage {
    /// The key IDs, empty for none.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn keys(self) -> Result<Vec<DistributionKeyId>, &'static str> {
        match self.data {
            Value::Null => Ok(Vec::new()),
            Value::Array(several) => several.iter().map(linked).collect(),
            one => linked(&one).map(|id| vec![id]),
        }
    }
}

fn linked(to: &Value) -> Result<DistributionKeyId, &'static str> {
    if to["type"] != KEYS {
        return Err("the app's key is no distribution key");
    }
    let id = to["id"].as_str().ok_or("the app's key has no ID")?;
    id.parse().map_err(|_| "the ID of the app's key is none")
}

/// `None` also for what is of another type.
fn if_readable<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Option<T>, D::Error> {
    Value::deserialize(from).map(|value| serde_json::from_value(value).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Key, Linkage, ListedApp, ListedKey, Page, new_key};
    use crate::{
        asc::text::LONGEST,
        key::{PublicKey, Scope},
    };

    const ID: &str = "0b3bbf54-2b4e-4ac7-9ddc-4bcd2d5b0a3c";

    /// A point on the curve: the generator, multiplied by a fixed number.
    fn public_key() -> PublicKey {
        let secret = p256::SecretKey::from_slice(&[7; 32]).unwrap();
        PublicKey::try_from(&secret.public_key()).unwrap()
    }

    fn key(json: Value) -> ListedKey {
        serde_json::from_value::<Key>(json).unwrap().into()
    }

    #[test]
    fn a_key_for_every_app_is_sent_without_a_relation() {
        let body: Value = serde_json::from_slice(&new_key(&public_key(), &Scope::AllApps)).unwrap();
        let pem = public_key().pem();
        let expected =
            json!({ "data": { "type": "alternativeDistributionKeys", "attributes": { "publicKey": pem } } });
        assert_eq!(body, expected);
    }

    #[test]
    fn a_key_for_one_app_names_it() {
        let scope = Scope::OneApp { app: "6473805491".parse().unwrap() };
        let body: Value = serde_json::from_slice(&new_key(&public_key(), &scope)).unwrap();
        assert_eq!(
            body["data"]["relationships"],
            json!({ "app": { "data": { "type": "apps", "id": "6473805491" } } })
        );
    }

    #[test]
    fn a_key_is_read_in_each_form_of_apples_examples() {
        let pem = public_key().pem();
        for text in [pem.clone(), pem.replace('\n', ""), pem.replace('\n', "\r\n")] {
            let read = key(json!({ "id": ID, "attributes": { "publicKey": text } }));
            assert_eq!(read.public_key, Some(public_key()));
            assert_eq!(read.key_id, ID.parse().ok());
        }
    }

    #[test]
    fn a_key_that_cannot_be_read_is_still_listed() {
        let odd = [
            json!({ "id": ID }),
            json!({ "id": ID, "attributes": null }),
            json!({ "id": ID, "attributes": { "publicKey": 7 } }),
            json!({ "id": ID, "attributes": { "publicKey": "-----BEGIN PUBLIC KEY-----" } }),
        ];
        for json in odd {
            let read = key(json);
            assert_eq!((read.id.as_str(), read.public_key), (ID, None));
        }
        let read = key(json!({ "id": "../a\u{7}" }));
        assert_eq!((read.id.as_str(), read.key_id), ("../a\u{fffd}", None));
        assert_eq!(key(json!({ "id": 7 })).id, "");
    }

    #[test]
    fn an_app_without_attributes_keeps_its_id_and_one_without_id_is_none() {
        let app = |json| serde_json::from_value::<ListedApp>(json).unwrap().read();
        assert_eq!(app(json!({ "id": "1" })).unwrap().name, "");
        assert_eq!(app(json!({ "id": "x", "attributes": { "name": "A" } })), None);
    }

    #[test]
    fn a_page_that_does_not_say_where_the_list_goes_on_is_not_taken_for_the_last() {
        let page = |links: Value| {
            let read = serde_json::from_value::<Page<Key>>(json!({ "data": [], "links": links }));
            read.map(|page| page.next().map(str::to_owned))
        };
        assert_eq!(page(json!({ "self": "" })).unwrap(), None);
        assert_eq!(page(json!({ "next": null })).unwrap(), None);
        assert_eq!(
            page(json!({ "next": "/v1/apps?cursor=a" })).unwrap().as_deref(),
            Some("/v1/apps?cursor=a")
        );
        for links in [json!({ "next": 7 }), json!({ "next": { "href": "/v1" } }), json!("/v1"), json!([7])] {
            assert!(page(links.clone()).is_err(), "{links}");
        }
    }

    /// Markup, a right-to-left override, an isolate, a line separator, control characters, and ten megabytes.
    fn hostile() -> String {
        format!(
            "<img src=x onerror=alert(1)>\u{202e}\u{2067}\u{2028}\u{0}\u{1b}[2J\r\n{}",
            "é".repeat(5_000_000)
        )
    }

    #[test]
    fn whatever_stands_in_a_key_or_an_app_is_kept_as_one_short_line_of_plain_text() {
        let hostile = hostile();
        let read = key(json!({ "id": hostile, "attributes": { "publicKey": hostile } }));
        assert_eq!((read.key_id, read.public_key), (None, None));
        let app = json!({ "id": "1", "attributes": {
            "name": hostile, "bundleId": hostile, "sku": hostile, "primaryLocale": hostile
        } });
        let app = serde_json::from_value::<ListedApp>(app).unwrap().read().unwrap();
        for text in [read.id, app.name, app.bundle_id, app.sku.unwrap(), app.locale.unwrap()] {
            assert!(text.len() <= LONGEST, "{} bytes", text.len());
            assert!(
                text.starts_with("<img src=x onerror=alert(1)>\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}[2J"),
                "{text:.80}"
            );
            assert!(!text.chars().any(char::is_control), "{text:.80}");
        }
        assert_eq!(serde_json::from_value::<ListedApp>(json!({ "id": hostile })).unwrap().read(), None);
        let linked = json!({ "data": { "type": "alternativeDistributionKeys", "id": hostile } });
        assert!(serde_json::from_value::<Linkage>(linked).unwrap().keys().is_err());
    }

    #[test]
    fn the_keys_of_an_app_are_read_as_one_as_several_and_as_none() {
        let keys = |json| serde_json::from_value::<Linkage>(json).unwrap().keys();
        let one = json!({ "type": "alternativeDistributionKeys", "id": ID });
        assert_eq!(keys(json!({ "data": one })).unwrap().len(), 1);
        assert_eq!(keys(json!({ "data": [one, one] })).unwrap().len(), 2);
        assert_eq!(keys(json!({ "data": [] })).unwrap(), []);
        assert_eq!(keys(json!({ "data": null })).unwrap(), []);
        assert!(keys(json!({ "data": { "type": "apps", "id": ID } })).is_err());
        assert!(keys(json!({ "data": { "type": "alternativeDistributionKeys", "id": "7" } })).is_err());
        assert!(keys(json!({ "data": 7 })).is_err());
        assert!(
            serde_json::from_value::<Linkage>(json!({ "links": {} })).is_err(),
            "an answer that doesn't say is not one that says none"
        );
    }
}
