//! Whether a request body has the form that Apple's OpenAPI document gives it.

use std::{env, fs};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// Checks the body of `method path` against the document that `LATCHKEY_APPLE_OPENAPI` names, if it names one.
/// Stricter than the document: a member that it does not list is wrong.
pub(crate) fn check_body(method: &str, path: &str, body: &Value) -> Result<()> {
    let Some(file) = env::var_os("LATCHKEY_APPLE_OPENAPI") else { return Ok(()) };
    let text = fs::read(&file).with_context(|| file.to_string_lossy().into_owned())?;
    let document: Value = serde_json::from_slice(&text)?;
    let operation = &document["paths"][path][method];
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    ensure!(schema.is_object(), "the document has no body for {method} {path}");
    check(&document, schema, body, "body")
}

fn check(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<()> {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        let named = document.pointer(pointer).with_context(|| format!("the document lacks {reference}"))?;
        return check(document, named, value, at);
    }
    match schema["type"].as_str() {
        Some("object") => {
            let members = value.as_object().with_context(|| format!("{at} is no object: {value}"))?;
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                ensure!(members.contains_key(name), "{at} lacks {name}");
            }
            for (name, member) in members {
                let known = &schema["properties"][name];
                ensure!(known.is_object(), "{at} has {name}, which Apple does not list");
                check(document, known, member, &format!("{at}.{name}"))?;
            }
        }
        Some("string") => {
            ensure!(value.is_string(), "{at} is no text: {value}");
            let allowed = schema["enum"].as_array();
            ensure!(allowed.is_none_or(|allowed| allowed.contains(value)), "{at} is {value}");
        }
        other => bail!("{at}: Apple's type {other:?} has not been needed so far"),
    }
    Ok(())
}
