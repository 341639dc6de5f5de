//! Lists and reads apps, and an app's key.

use std::cmp::Ordering;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{APPS, Call, FIELDS_KEYS, KEYS, key_resource};
use crate::{
    account::{App, Key},
    answer::Reply,
    page::{self, Target},
    problem::Problem,
    query::Query,
    settings::{AppsKey, NoKey},
};

const FIELDS_APPS: &str = "fields[apps]";
const SORT: &str = "sort";
const PLATFORM: &str = "filter[appStoreVersions.platform]";

const PLATFORMS: [&str; 4] = ["IOS", "MAC_OS", "TV_OS", "VISION_OS"];
const SORTS: [&str; 6] = ["name", "-name", "bundleId", "-bundleId", "sku", "-sku"];
/// The fields that are played here; Apple knows more.
const FIELDS: [&str; 5] = ["name", "bundleId", "sku", "primaryLocale", RELATION];
const RELATION: &str = "alternativeDistributionKey";

pub(super) fn list(call: &Call<'_>, target: &Target) -> Result<Reply, Problem> {
    let allowed = [FIELDS_APPS, SORT, PLATFORM, page::LIMIT, page::CURSOR];
    let query = Query::parse(target.query.as_deref(), &allowed)?;
    let fields = query.list(FIELDS_APPS, &FIELDS)?;
    let sort = query.list(SORT, &SORTS)?.unwrap_or_default();
    let platforms = query.list(PLATFORM, &PLATFORMS)?;

    let mut apps: Vec<&App> = call
        .account
        .apps
        .iter()
        .filter(|app| call.api_key.sees(&app.id))
        .filter(|app| match &platforms {
            Some(wanted) => app.platforms.iter().any(|platform| wanted.contains(platform)),
            None => true,
        })
        .collect();
    apps.sort_by(|one, other| {
        sort.iter().map(|by| compare(one, other, by)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    });
    let apps: Vec<Value> = apps.into_iter().map(|app| resource(app, fields.as_deref(), target)).collect();
    Ok(Reply::json(StatusCode::OK, page::document(target, &query, &apps)?))
}

fn compare(one: &App, other: &App, by: &str) -> Ordering {
    let key = |app: &App| match by.trim_start_matches('-') {
        "bundleId" => app.bundle_id.clone(),
        "sku" => app.sku.clone(),
        _ => app.name.clone(),
    };
    let order = key(one).cmp(&key(other));
    if by.starts_with('-') { order.reverse() } else { order }
}

pub(super) fn read(call: &Call<'_>, target: &Target, id: &str) -> Result<Reply, Problem> {
    let query = Query::parse(target.query.as_deref(), &[FIELDS_APPS])?;
    let fields = query.list(FIELDS_APPS, &FIELDS)?;
    let data = resource(find(call, id)?, fields.as_deref(), target);
    Ok(Reply::json(StatusCode::OK, json!({ "data": data, "links": { "self": target.itself() } })))
}

/// The app's key itself.
pub(super) fn key(call: &Call<'_>, target: &Target, id: &str) -> Result<Reply, Problem> {
    let query = Query::parse(target.query.as_deref(), &[FIELDS_KEYS])?;
    query.list(FIELDS_KEYS, &["publicKey"])?;
    let data = apps_key(call, id, |key| key_resource(key, call.settings, target))?;
    Ok(Reply::json(StatusCode::OK, json!({ "data": data, "links": { "self": target.itself() } })))
}

/// Only its ID.
pub(super) fn linkage(call: &Call<'_>, target: &Target, id: &str) -> Result<Reply, Problem> {
    Query::parse(target.query.as_deref(), &[])?;
    let data = apps_key(call, id, |key| json!({ "type": KEYS, "id": key.id }))?;
    Ok(Reply::json(StatusCode::OK, json!({ "data": data, "links": relation_links(id, target) })))
}

/// The `data` of an app's key, in the reading that the settings ask for.
fn apps_key(call: &Call<'_>, id: &str, write: impl Fn(&Key) -> Value) -> Result<Value, Problem> {
    let app = find(call, id)?;
    let mut keys: Vec<&Key> = call.account.keys_of(&app.id).collect();
    if keys.is_empty() && call.settings.falls_back {
        keys = call.account.keys.iter().filter(|key| key.app.is_none()).collect();
    }
    let (Some(oldest), Some(newest)) = (keys.first(), keys.last()) else {
        return match call.settings.no_key {
            NoKey::NotFound => Err(Problem::not_found(KEYS, id)),
            NoKey::Null => Ok(Value::Null),
            NoKey::Conflict => Err(Problem::no_relation(id)),
        };
    };
    Ok(match call.settings.apps_key {
        AppsKey::Oldest => write(oldest),
        AppsKey::ArrayWhenSeveral if keys.len() == 1 => write(oldest),
        AppsKey::Newest => write(newest),
        AppsKey::Array | AppsKey::ArrayWhenSeveral => keys.into_iter().map(write).collect(),
    })
}

/// An app that this API key cannot see is answered like one that does not exist.
fn find<'a>(call: &'a Call<'_>, id: &str) -> Result<&'a App, Problem> {
    let app = call.account.apps.iter().find(|app| app.id == id && call.api_key.sees(id));
    app.ok_or_else(|| Problem::not_found(APPS, id))
}

fn resource(app: &App, fields: Option<&[&str]>, target: &Target) -> Value {
    let wanted = |name: &str| fields.is_none_or(|fields| fields.contains(&name));
    let attributes: Map<String, Value> = [
        ("name", &app.name),
        ("bundleId", &app.bundle_id),
        ("sku", &app.sku),
        ("primaryLocale", &app.locale),
    ]
    .into_iter()
    .filter(|(name, _)| wanted(name))
    .map(|(name, value)| (name.to_owned(), json!(value)))
    .collect();

    let itself = format!("{}/v1/{APPS}/{}", target.origin, app.id);
    let mut resource =
        json!({ "type": APPS, "id": app.id, "attributes": attributes, "links": { "self": itself } });
    if wanted(RELATION) {
        resource["relationships"] = json!({ RELATION: { "links": relation_links(&app.id, target) } });
    }
    resource
}

fn relation_links(app: &str, target: &Target) -> Value {
    let app = format!("{}/v1/{APPS}/{app}", target.origin);
    json!({ "self": format!("{app}/relationships/{RELATION}"), "related": format!("{app}/{RELATION}") })
}
