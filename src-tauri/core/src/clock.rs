//! The one source of time. Nothing else in Latchkey reads a clock or sets a timer,
//! so tests can run hours in a moment.

use std::{
    future::Future,
    pin::Pin,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

/// A point in wall-clock time, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "number"))]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    /// From milliseconds since the Unix epoch.
    pub const fn from_unix_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down.
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This moment and `duration` more.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }

    /// This moment and `duration` less.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }

    /// Time from `earlier` to this moment; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl From<SystemTime> for Moment {
    fn from(time: SystemTime) -> Self {
        Self(match time.duration_since(UNIX_EPOCH) {
            Ok(after) => millis(after),
            Err(before) => -millis(before.duration()),
        })
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// A sleep in progress.
pub type Sleep<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Now, a clock that never goes back, and sleep.
pub trait Clock: Send + Sync {
    /// The wall clock of this computer, which may be wrong and may jump.
    fn now(&self) -> Moment;

    /// Time since some fixed point in this process; never goes back.
    fn monotonic(&self) -> Duration;

    /// Completes after `duration`.
    fn sleep(&self, duration: Duration) -> Sleep<'_>;
}

/// The computer's clock and tokio's timer. On tokio's paused time it follows that.
#[derive(Debug)]
pub struct SystemClock {
    wall: SystemTime,
    start: tokio::time::Instant,
    follows_wall: bool,
}

impl SystemClock {
    /// The computer's clock.
    pub fn new() -> Self {
        Self { wall: SystemTime::now(), start: tokio::time::Instant::now(), follows_wall: true }
    }

    /// A clock that starts at `wall` and advances with tokio's time alone, so that it
    /// stands still where that is paused.
    pub fn starting_at(wall: SystemTime) -> Self {
        Self { wall, start: tokio::time::Instant::now(), follows_wall: false }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        if self.follows_wall {
            SystemTime::now().into()
        } else {
            Moment::from(self.wall).plus(self.start.elapsed())
        }
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}
