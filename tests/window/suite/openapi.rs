//! Whether a request body has the form that Apple's OpenAPI document gives it.

use std::{env, fs};

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::Value;

/// Checks a body posted to `path` against the document that `LATCHKEY_APPLE_OPENAPI` names, if it names one.
pub(crate) fn check_posted(path: &str, body: &Value) -> Result<()> {
    let Some(file) = env::var_os("LATCHKEY_APPLE_OPENAPI") else { return Ok(()) };
    let text = fs::read(&file).with_context(|| file.to_string_lossy().into_owned())?;
    let document: Value = serde_json::from_slice(&text)?;
    let content = &document["paths"][path]["post"]["requestBody"]["content"];
    let mut schema = content["application/json"]["schema"].clone();
    ensure!(schema.is_object(), "Apple's document has no body for POST {path}");
    schema["components"] = document["components"].clone();
    let validator = jsonschema::draft4::new(&schema).map_err(|error| anyhow!("Apple's document: {error}"))?;
    validator.validate(body).map_err(|error| anyhow!("POST {path} at {}: {error}", error.instance_path()))
}
