//! Adds a distribution key: reads the body strictly by `AlternativeDistributionKeyCreateRequest`.

use http::{StatusCode, header};
use serde_json::{Map, Value, json};

use super::{APPS, Call, KEYS, key_address, key_resource};
use crate::{
    PublicKey,
    account::{Account, Key, Material},
    answer::Reply,
    page::Target,
    problem::Problem,
    query::Query,
    settings::{Rule, Settings},
};

pub(super) fn create(call: &mut Call<'_>, target: &Target) -> Result<Reply, Problem> {
    Query::parse(target.query.as_deref(), &[])?;
    let content_type = call.request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next()).map(str::trim);
    if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) {
        return Err(Problem::not_json_type());
    }
    let body = serde_json::from_slice(call.request.body()).map_err(|_| Problem::not_json())?;
    let wanted = Wanted::read(&body)?;

    let public_key = PublicKey::from_pem(wanted.public_key).ok_or_else(Problem::bad_public_key)?;
    if let Some(app) = wanted.app {
        let visible = call.api_key.sees(app) && call.account.apps.iter().any(|known| known.id == app);
        if !visible {
            return Err(Problem::unknown_app(app));
        }
    }
    check_rules(call.account, call.settings, &public_key, wanted.app)?;

    let id = call.account.add_key(public_key, wanted.app);
    let key =
        call.account.keys.iter().find(|key| key.id == id).ok_or_else(|| Problem::not_found(KEYS, &id))?;
    let address = key_address(key, target);
    let document = json!({ "data": key_resource(key, call.settings, target), "links": { "self": address } });
    Ok(Reply::json(StatusCode::CREATED, document).with(header::LOCATION, address))
}

fn check_rules(
    account: &Account,
    settings: &Settings,
    public_key: &PublicKey,
    app: Option<&str>,
) -> Result<(), Problem> {
    let registered = |key: &Key| matches!(&key.material, Material::Key(known) if known == public_key);
    if settings.same_key == Rule::Refused && account.keys.iter().any(registered) {
        return Err(Problem::same_public_key());
    }
    match app {
        Some(app) if settings.second_key == Rule::Refused && account.keys_of(app).next().is_some() => {
            Err(Problem::second_key(app))
        }
        None if settings.second_account_key == Rule::Refused
            && account.keys.iter().any(|key| key.app.is_none()) =>
        {
            Err(Problem::second_account_key())
        }
        _ => Ok(()),
    }
}

/// What the body asks for.
struct Wanted<'a> {
    public_key: &'a str,
    app: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    fn read(body: &'a Value) -> Result<Self, Problem> {
        let top = object(body, "", &["data"])?;
        let data = member(top, "data", "/data", &["type", "id", "attributes", "relationships"])?;
        constant(data, "type", KEYS, "/data/type")?;
        // Apple's own examples send "id": null.
        if data.get("id").is_some_and(|id| !id.is_null()) {
            return Err(Problem::wrong_structure("/data/id"));
        }
        let attributes = member(data, "attributes", "/data/attributes", &["publicKey"])?;
        let public_key = match attributes.get("publicKey") {
            None | Some(Value::Null) => return Err(Problem::attribute_missing("publicKey")),
            Some(value) => {
                value.as_str().ok_or_else(|| Problem::wrong_structure("/data/attributes/publicKey"))?
            }
        };
        Ok(Self { public_key, app: Self::read_app(data)? })
    }

    fn read_app(data: &'a Map<String, Value>) -> Result<Option<&'a str>, Problem> {
        if !data.contains_key("relationships") {
            return Ok(None);
        }
        let relationships = member(data, "relationships", "/data/relationships", &["app"])?;
        if !relationships.contains_key("app") {
            return Ok(None);
        }
        let app = member(relationships, "app", "/data/relationships/app", &["data"])?;
        let linkage = member(app, "data", "/data/relationships/app/data", &["type", "id"])?;
        constant(linkage, "type", APPS, "/data/relationships/app/data/type")?;
        let id = linkage.get("id").and_then(Value::as_str);
        id.map(Some).ok_or_else(|| Problem::wrong_structure("/data/relationships/app/data/id"))
    }
}

/// `value` as an object that has no member but those `known`.
fn object<'a>(value: &'a Value, pointer: &str, known: &[&str]) -> Result<&'a Map<String, Value>, Problem> {
    let object = value.as_object().ok_or_else(|| Problem::wrong_structure(pointer))?;
    match object.keys().find(|name| !known.contains(&name.as_str())) {
        Some(unknown) => Err(Problem::wrong_structure(&format!("{pointer}/{unknown}"))),
        None => Ok(object),
    }
}

fn member<'a>(
    parent: &'a Map<String, Value>,
    name: &str,
    pointer: &str,
    known: &[&str],
) -> Result<&'a Map<String, Value>, Problem> {
    object(parent.get(name).unwrap_or(&Value::Null), pointer, known)
}

fn constant(parent: &Map<String, Value>, name: &str, expected: &str, pointer: &str) -> Result<(), Problem> {
    match parent.get(name) {
        Some(value) if value == expected => Ok(()),
        _ => Err(Problem::wrong_structure(pointer)),
    }
}
