//! How much the window may hand over at once: checked before any command reads it.

use serde_json::Value;
use tauri::ipc::InvokeBody;

/// The most that the texts of one call may have together, in bytes; any other value, and an empty text, counts as one. A note has at most 16,000, the fingerprints of a
/// thousand private keys have 64,000.
const MOST: usize = 256 * 1024;

/// Whether no command would take these arguments: they are too large, or no JSON.
pub(crate) fn are_refused(body: &InvokeBody) -> bool {
    match body {
        InvokeBody::Json(arguments) => left_of(MOST, arguments).is_none(),
        InvokeBody::Raw(_) => true,
    }
}

/// What is left of `room` after `value`; `None` if it takes more.
fn left_of(room: usize, value: &Value) -> Option<usize> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => room.checked_sub(1),
        Value::String(text) => room.checked_sub(text.len().max(1)),
        Value::Array(values) => values.iter().try_fold(room.checked_sub(1)?, left_of),
        Value::Object(members) => members.iter().try_fold(room.checked_sub(1)?, |room, (name, value)| {
            left_of(room.checked_sub(name.len())?, value)
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_large_text_is_refused_wherever_it_stands() {
        let large = "a".repeat(MOST + 1);
        for arguments in [
            json!({ "run": large }),
            json!({ "form": { "name": large } }),
            json!({ "files": ["", large] }),
            json!({ large.as_str(): null }),
            json!({ "files": vec!["a"; MOST + 1] }),
            json!({ "files": vec![0; MOST + 1] }),
            json!({ "files": vec![""; MOST + 1] }),
            json!({ "files": vec![json!([]); MOST + 1] }),
            json!({ "files": vec![json!({}); MOST + 1] }),
        ] {
            assert!(are_refused(&InvokeBody::Json(arguments)));
        }
        let note = json!({ "note": "\u{1F511}".repeat(4000), "givenUp": vec!["0".repeat(64); 1000] });
        assert!(!are_refused(&InvokeBody::Json(note)), "what a person may well hand over");
    }

    #[test]
    fn bytes_are_refused() {
        assert!(are_refused(&InvokeBody::Raw(vec![0])), "every command takes JSON");
    }
}
