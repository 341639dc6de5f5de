//! Apple's error objects, kept whole (Apple, "Interpreting and Handling Errors"; schema `ErrorResponse`).
//! Read member by member, so that one that is missing or of another type never loses the others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::text;

/// Most error objects kept of one answer, associated ones included.
const MOST: usize = 100;

/// Most text kept of one answer, in bytes.
const MOST_TEXT: usize = 64 * 1024;

/// Deepest nesting of associated errors that is read.
const DEEPEST: usize = 4;

/// One of the errors of an answer. Texts are Apple's own, cut at 4 KB, with control and bidi
/// characters replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AppleError {
    /// Names this occurrence, for Apple's support.
    pub id: Option<String>,
    /// The HTTP status, as text.
    pub status: Option<String>,
    /// What went wrong, general to specific, separated by dots: the only part meant for programs,
    /// to be matched by prefix. Empty if Apple left it out.
    pub code: String,
    /// What went wrong, for people. Empty if Apple left it out.
    pub title: String,
    /// What went wrong this time, for people.
    pub detail: Option<String>,
    /// The member of the request's body that it is about (JSON Pointer, RFC 6901).
    pub pointer: Option<String>,
    /// The query parameter that it is about.
    pub parameter: Option<String>,
    /// Where to read more.
    pub links: AppleLinks,
    /// Errors of other resources that led to this one, by the path of the resource.
    pub associated: BTreeMap<String, Vec<Self>>,
}

/// URI references that Apple sends along with an error. To be shown, not to be opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AppleLinks {
    /// About this error.
    pub about: Option<String>,
    /// The resource that caused it.
    pub associated: Option<String>,
    /// Where it can be put right, for example `/business`.
    pub see: Option<String>,
}

impl AppleError {
    /// Reads the errors of an answer's body; `None` if it is no error document.
    pub(super) fn all_of(document: &Value) -> Option<Vec<Self>> {
        let mut room = Room { errors: MOST, text: MOST_TEXT };
        Some(Self::list(document.get("errors")?.as_array()?, &mut room, DEEPEST))
    }

    fn list(errors: &[Value], room: &mut Room, depth: usize) -> Vec<Self> {
        let mut read = Vec::new();
        for error in errors {
            let Some(rest) = room.errors.checked_sub(1) else { break };
            room.errors = rest;
            read.push(Self::read(error, room, depth));
        }
        read
    }

    fn read(error: &Value, room: &mut Room, depth: usize) -> Self {
        let own = Self::read_own(error, room);
        let mut associated = BTreeMap::new();
        if let (Some(deeper), Some(by_path)) =
            (depth.checked_sub(1), error["meta"]["associatedErrors"].as_object())
        {
            for (path, errors) in by_path {
                let errors = Self::list(errors.as_array().map_or(&[], Vec::as_slice), room, deeper);
                if !errors.is_empty() {
                    associated.insert(room.keep(text::line(path)), errors);
                }
            }
        }
        Self { associated, ..own }
    }

    fn read_own(error: &Value, room: &mut Room) -> Self {
        let (source, links) = (&error["source"], &error["links"]);
        let mut words = |value: &Value| words(value).map(|text| room.keep(text));
        Self {
            id: words(&error["id"]),
            status: words(&error["status"]),
            code: words(&error["code"]).unwrap_or_default(),
            title: words(&error["title"]).unwrap_or_default(),
            pointer: words(&source["pointer"]),
            parameter: words(&source["parameter"]),
            links: AppleLinks {
                about: words(&links["about"]),
                associated: words(&links["associated"]).or_else(|| words(&links["associated"]["href"])),
                see: words(&links["see"]),
            },
            detail: error["detail"]
                .as_str()
                .filter(|text| !text.is_empty())
                .map(|text| room.keep(text::passage(text))),
            associated: BTreeMap::new(),
        }
    }

    /// Whether the code is `prefix` or goes on after it with a dot.
    pub fn is(&self, prefix: &str) -> bool {
        self.code.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// The resource type that a "not found" names: the detail seen is
    /// `There is no resource of type 'apps' with id '1'`.
    pub fn missing_type(&self) -> Option<&str> {
        let (_, after) = self.detail.as_deref()?.split_once("of type ")?;
        let name = after.trim_start_matches(['\'', '"', '‘', '“']);
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        Some(&name[..end]).filter(|name| !name.is_empty())
    }
}

/// What may still be kept of an answer.
struct Room {
    errors: usize,
    text: usize,
}

impl Room {
    fn keep(&mut self, mut text: String) -> String {
        text.truncate(text.floor_char_boundary(self.text));
        self.text -= text.len();
        text
    }
}

fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text::line(text)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{AppleError, MOST};

    fn read(error: &Value) -> AppleError {
        AppleError::all_of(&json!({ "errors": [error] })).unwrap().remove(0)
    }

    #[test]
    fn every_part_of_an_error_is_kept() {
        let error = read(&json!({
            "id": "6f1c", "status": "409", "code": "ENTITY_ERROR.ATTRIBUTE.INVALID", "title": "T", "detail": "D",
            "source": { "pointer": "/data/attributes/publicKey" },
            "links": { "about": "/a", "associated": { "href": "/b", "meta": { "source": "s" } }, "see": "/business" },
            "meta": { "associatedErrors": { "/v1/apps/1": [
                { "code": "STATE_ERROR", "title": "t", "source": { "parameter": "limit" } }
            ] } }
        }));
        assert_eq!(error.id.as_deref(), Some("6f1c"));
        assert_eq!(error.status.as_deref(), Some("409"));
        assert_eq!((error.code.as_str(), error.title.as_str()), ("ENTITY_ERROR.ATTRIBUTE.INVALID", "T"));
        assert_eq!(error.detail.as_deref(), Some("D"));
        assert_eq!(error.pointer.as_deref(), Some("/data/attributes/publicKey"));
        assert_eq!(error.links.about.as_deref(), Some("/a"));
        assert_eq!(error.links.associated.as_deref(), Some("/b"));
        assert_eq!(error.links.see.as_deref(), Some("/business"));
        let associated = &error.associated["/v1/apps/1"][0];
        assert_eq!(associated.code, "STATE_ERROR");
        assert_eq!(associated.parameter.as_deref(), Some("limit"));
    }

    #[test]
    fn a_part_of_another_type_does_not_lose_the_others() {
        let error = read(&json!({
            "status": 409, "code": null, "title": "T", "detail": "", "source": "x", "links": [], "meta": 1
        }));
        assert_eq!(error.status.as_deref(), Some("409"));
        assert_eq!(error.title, "T");
        assert_eq!((error.code.as_str(), error.detail, error.pointer), ("", None, None));
        assert_eq!(read(&json!("no object")), AppleError::default());
    }

    #[test]
    fn a_flood_of_errors_is_cut() {
        let nested = json!({ "code": "A", "meta": { "associatedErrors": { "/p": vec![json!({}); 80] } } });
        let read = AppleError::all_of(&json!({ "errors": vec![nested; 80] })).unwrap();
        let count: usize = read.iter().map(|e| 1 + e.associated.values().map(Vec::len).sum::<usize>()).sum();
        assert_eq!(count, MOST);
    }

    #[test]
    fn a_flood_of_text_is_cut_and_the_first_errors_are_kept() {
        let long = "é".repeat(10_000_000);
        let error = json!({
            "id": long, "status": long, "code": "STATE_ERROR", "title": long, "detail": long, "source": { "pointer": long },
            "meta": { "associatedErrors": { long.as_str(): [{ "title": long }] } }
        });
        let read = AppleError::all_of(&json!({ "errors": vec![error; 5] })).unwrap();
        assert_eq!(read[0].code, "STATE_ERROR");
        let kept = serde_json::to_string(&read).unwrap().len();
        assert!(kept < super::MOST_TEXT + 100 * 200, "{kept}");
    }

    #[test]
    fn errors_within_errors_end_somewhere() {
        let mut error = json!({ "code": "A" });
        for _ in 0..20 {
            error = json!({ "code": "A", "meta": { "associatedErrors": { "/p": [error] } } });
        }
        let read = read(&error);
        let depth = std::iter::successors(Some(&read), |e| e.associated.get("/p").map(|within| &within[0]));
        assert_eq!(depth.count(), 1 + super::DEEPEST);
    }

    #[test]
    fn a_code_is_matched_by_whole_parts() {
        let error = read(&json!({ "code": "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED" }));
        assert!(error.is("FORBIDDEN"));
        assert!(!error.is("FORBIDDEN.REQUIRED"), "that is half a word");
        assert!(!error.is("FORBIDDEN_ERROR"));
    }

    #[test]
    fn the_missing_type_is_read_from_the_detail() {
        let named = |detail: &str| read(&json!({ "detail": detail })).missing_type().map(str::to_owned);
        let apps = Some("apps".to_owned());
        assert_eq!(named("There is no resource of type 'apps' with id '1'"), apps);
        assert_eq!(named("There is no resource of type ‘apps’ with id ‘1’"), apps);
        assert_eq!(named("There is no resource of type apps"), apps);
        assert_eq!(named("The path is wrong"), None);
        assert_eq!(named("of type ''"), None);
    }
}
