//! axe-core, injected into the page: what it finds, a person with a disability may stumble over.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::driver::Driver;

/// Runs every rule for WCAG 2.2 level AA and the best practices on the page as it stands.
///
/// # Errors
/// It found something; the message names each rule and the elements.
pub fn check(driver: &Driver, screen: &str) -> Result<()> {
    let file = crate::top().join("ui/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    driver.script(&format!("if (!window.axe) {{ {axe}\n }}"), &[])?;
    let found = driver.script_with_callback(
        "const done = arguments[arguments.length - 1];
         window.axe.run(document, { resultTypes: ['violations'] }).then(
           (found) => done(found.violations.map((v) =>
             `${v.id} (${v.help}): ` + v.nodes.map((n) => n.target.join(' ') + ' ' + n.html).join(' | '))),
           (error) => done([String(error)]));",
    )?;
    let violations: Vec<&str> = found.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    ensure!(violations.is_empty(), "{screen}: axe found\n  {}", violations.join("\n  "));
    Ok(())
}
