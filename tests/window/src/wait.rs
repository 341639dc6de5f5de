//! Waiting for a condition, with an end.

use std::{
    error, fmt, thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

/// The app has ended: nothing that is waited for will come any more.
#[derive(Clone, Copy, Debug)]
pub struct Ended;

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the app has ended")
    }
}

impl error::Error for Ended {}

/// How long anything may take before it counts as not happening.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Asks again and again until there is an answer.
///
/// # Errors
/// There is none within [`PATIENCE`], or the app has [`Ended`]; the message names `what` was waited for and the last error.
pub fn wait_for<T>(what: &str, ask: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    within(PATIENCE, what, ask)
}

/// The same with an end of its own.
pub fn within<T>(patience: Duration, what: &str, mut ask: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let end = Instant::now() + patience;
    loop {
        let answer = ask();
        match answer {
            Ok(Some(value)) => return Ok(value),
            Err(error) if error.is::<Ended>() => return Err(error.context(format!("waited for {what}"))),
            _ => (),
        }
        if Instant::now() > end {
            let why = answer.err().map(|error| format!(": {error:#}")).unwrap_or_default();
            bail!("waited {} s for {what}{why}", patience.as_secs());
        }
        thread::sleep(Duration::from_millis(40));
    }
}
