//! Waiting for a condition, with an end.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

/// How long anything may take before it counts as not happening.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Asks again and again until there is an answer.
///
/// # Errors
/// There is none within [`PATIENCE`]; the message names `what` was waited for and the last error.
pub fn wait_for<T>(what: &str, ask: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    within(PATIENCE, what, ask)
}

/// The same with an end of its own.
pub fn within<T>(patience: Duration, what: &str, mut ask: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let end = Instant::now() + patience;
    loop {
        let answer = ask();
        if let Ok(Some(value)) = answer {
            return Ok(value);
        }
        if Instant::now() > end {
            let why = answer.err().map(|error| format!(": {error:#}")).unwrap_or_default();
            bail!("waited {} s for {what}{why}", patience.as_secs());
        }
        thread::sleep(Duration::from_millis(40));
    }
}
