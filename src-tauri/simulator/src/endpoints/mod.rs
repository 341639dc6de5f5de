//! The paths that exist, and what may be done on each.

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::{
    account::{Account, Key, Material},
    answer::Reply,
    api_key::ApiKey,
    page::Target,
    problem::Problem,
    settings::{Role, Settings},
};

mod apps;
mod create;
mod keys;

const KEYS: &str = "alternativeDistributionKeys";
const APPS: &str = "apps";
const FIELDS_KEYS: &str = "fields[alternativeDistributionKeys]";

/// A request that was let in.
pub(crate) struct Call<'a> {
    pub(crate) account: &'a mut Account,
    pub(crate) settings: &'a Settings,
    pub(crate) api_key: &'a ApiKey,
    pub(crate) request: &'a Request<Bytes>,
}

/// Does what the request asks for.
pub(crate) fn perform(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let target = Target::of(call.request.uri());
    let segments: Vec<&str> = target.path.split('/').skip(1).collect();
    let method = call.request.method();
    match segments.as_slice() {
        ["v1", KEYS] if *method == Method::GET => keys::list(call, &target),
        ["v1", KEYS] if *method == Method::POST => {
            may_write(call).and_then(|()| create::create(call, &target))
        }
        ["v1", KEYS, id] if *method == Method::GET => keys::read(call, &target, id),
        ["v1", KEYS, id] if *method == Method::DELETE => {
            may_write(call).and_then(|()| keys::remove(call, &target, id))
        }
        ["v1", APPS] if *method == Method::GET => apps::list(call, &target),
        ["v1", APPS, id] if *method == Method::GET => apps::read(call, &target, id),
        ["v1", APPS, id, "alternativeDistributionKey"] if *method == Method::GET => {
            apps::key(call, &target, id)
        }
        ["v1", APPS, id, "relationships", "alternativeDistributionKey"] if *method == Method::GET => {
            apps::linkage(call, &target, id)
        }
        ["v1", KEYS | APPS]
        | ["v1", KEYS | APPS, _]
        | ["v1", APPS, _, "alternativeDistributionKey"]
        | ["v1", APPS, _, "relationships", "alternativeDistributionKey"] => {
            Err(Problem::method_not_allowed())
        }
        _ => Err(Problem::no_such_path()),
    }
}

fn may_write(call: &Call<'_>) -> Result<(), Problem> {
    match call.settings.role {
        Role::Writes => Ok(()),
        Role::Reads | Role::Nothing => Err(Problem::role_too_low()),
    }
}

/// A key as a resource object.
fn key_resource(key: &Key, settings: &Settings, target: &Target) -> Value {
    let public_key = match &key.material {
        Material::Key(public_key) => public_key.written(settings.echo),
        Material::Unreadable(text) => text.clone(),
    };
    json!({
        "type": KEYS,
        "id": key.id,
        "attributes": { "publicKey": public_key },
        "links": { "self": key_address(key, target) },
    })
}

fn key_address(key: &Key, target: &Target) -> String {
    format!("{}/v1/{KEYS}/{}", target.origin, key.id)
}
