//! Pages of a list: `limit`, opaque cursors, `links` and `meta.paging` (`PagedDocumentLinks`, `PagingInformation`).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{problem::Problem, query::Query};

/// Where a request went.
#[derive(Debug)]
pub(crate) struct Target {
    /// Scheme and authority; empty if the request named neither, which makes links relative.
    pub(crate) origin: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
}

impl Target {
    pub(crate) fn of(uri: &http::Uri) -> Self {
        let origin = match (uri.scheme_str(), uri.authority()) {
            (Some(scheme), Some(authority)) => format!("{scheme}://{authority}"),
            _ => String::new(),
        };
        Self { origin, path: uri.path().to_owned(), query: uri.query().map(ToOwned::to_owned) }
    }

    /// The address that was asked.
    pub(crate) fn itself(&self) -> String {
        match &self.query {
            Some(query) => format!("{}{}?{query}", self.origin, self.path),
            None => format!("{}{}", self.origin, self.path),
        }
    }

    fn with_query(&self, query: &str) -> String {
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{}{mark}{query}", self.origin, self.path)
    }
}

/// The names of the parameters read here; `cursor` is in no documentation, only in `links.next`.
pub(crate) const LIMIT: &str = "limit";
pub(crate) const CURSOR: &str = "cursor";

const DEFAULT_LIMIT: usize = 50;
const LARGEST_LIMIT: usize = 200;

/// The page of `all` that was asked for, as a whole document.
pub(crate) fn document(target: &Target, query: &Query, all: &[Value]) -> Result<Value, Problem> {
    let limit = match query.get(LIMIT) {
        None => DEFAULT_LIMIT,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=LARGEST_LIMIT).contains(limit))
            .ok_or_else(|| Problem::bad_parameter(LIMIT, text))?,
    };
    let start = match query.get(CURSOR) {
        None => 0,
        Some(text) => read_cursor(text, target, query).ok_or_else(|| Problem::bad_parameter(CURSOR, text))?,
    };
    let end = (start + limit).min(all.len());

    let mut links = json!({ "self": target.itself() });
    let mut paging = json!({ "total": all.len(), "limit": limit });
    if start > 0 {
        links["first"] = json!(target.with_query(&query.with_cursor(None)));
    }
    if end < all.len() {
        let next = write_cursor(end, target, query);
        links["next"] = json!(target.with_query(&query.with_cursor(Some(&next))));
        paging["nextCursor"] = json!(next);
    }
    let data = all.get(start..end).unwrap_or_default();
    Ok(json!({ "data": data, "links": links, "meta": { "paging": paging } }))
}

/// A cursor fits only the path and the other parameters that it was made for, and can't be made up.
fn write_cursor(start: usize, target: &Target, query: &Query) -> String {
    let start = (start as u64).to_be_bytes();
    let mut hash = Sha256::new_with_prefix(start);
    hash.update(&target.path);
    hash.update([0]);
    hash.update(query.with_cursor(None));
    BASE64_URL_SAFE_NO_PAD.encode([&start, &hash.finalize()[..12]].concat())
}

fn read_cursor(text: &str, target: &Target, query: &Query) -> Option<usize> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let start = usize::try_from(u64::from_be_bytes(*bytes.first_chunk()?)).ok()?;
    (write_cursor(start, target, query) == text).then_some(start)
}
