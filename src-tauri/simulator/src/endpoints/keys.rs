//! Lists, reads and removes distribution keys.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Call, FIELDS_KEYS, KEYS, key_resource};
use crate::{
    account::Key,
    answer::Reply,
    page::{self, Target},
    problem::Problem,
    query::Query,
    settings::{RemovedKey, Rule},
};

const EXISTS_APP: &str = "exists[app]";

pub(super) fn list(call: &Call<'_>, target: &Target) -> Result<Reply, Problem> {
    let allowed = [EXISTS_APP, FIELDS_KEYS, page::LIMIT, page::CURSOR];
    let query = Query::parse(target.query.as_deref(), &allowed)?;
    query.list(FIELDS_KEYS, &["publicKey"])?;
    let for_one_app = query.truth(EXISTS_APP)?;
    let keys: Vec<Value> = call
        .account
        .keys
        .iter()
        .filter(|key| for_one_app.is_none_or(|wanted| key.app.is_some() == wanted))
        .map(|key| key_resource(key, call.settings, target))
        .collect();
    Ok(Reply::json(StatusCode::OK, page::document(target, &query, &keys)?))
}

pub(super) fn read(call: &Call<'_>, target: &Target, id: &str) -> Result<Reply, Problem> {
    let query = Query::parse(target.query.as_deref(), &[FIELDS_KEYS])?;
    query.list(FIELDS_KEYS, &["publicKey"])?;
    let key = find(call, id)?;
    let data = key_resource(key, call.settings, target);
    Ok(Reply::json(StatusCode::OK, json!({ "data": data, "links": { "self": target.itself() } })))
}

pub(super) fn remove(call: &mut Call<'_>, target: &Target, id: &str) -> Result<Reply, Problem> {
    Query::parse(target.query.as_deref(), &[])?;
    let key = find(call, id)?;
    if key.app.is_some() && call.settings.removal_in_use == Rule::Refused {
        return Err(Problem::key_in_use());
    }
    call.account.remove_key(id);
    Ok(Reply::no_content())
}

fn find<'a>(call: &'a Call<'_>, id: &str) -> Result<&'a Key, Problem> {
    let key = call.account.keys.iter().find(|key| key.id == id);
    key.ok_or_else(|| match call.settings.removed_key {
        RemovedKey::Gone if call.account.removed.iter().any(|removed| removed == id) => {
            Problem::gone(KEYS, id)
        }
        RemovedKey::Gone | RemovedKey::NotFound => Problem::not_found(KEYS, id),
    })
}
