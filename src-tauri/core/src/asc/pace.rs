//! Lets requests out: at most eight at once, and reads only as fast as Apple's budgets allow
//! ([`super::budget`] computes them). All waiting is here, and is told.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::HeaderMap;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, Semaphore, SemaphorePermit, watch};

use super::{
    budget::{Budget, Gate},
    headers::RateLimit,
    tries::Pause,
};
use crate::clock::{Clock, Moment};

/// Most requests of one client on their way at once.
const AT_ONCE: usize = 8;

/// How a client gets on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Pacing {
    /// What is waited for; of several, the longest wait.
    pub waiting: Option<Waiting>,
    /// What the latest answer said is left of the hour's requests.
    pub hour_remaining: Option<u32>,
}

/// A wait before something is asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// When it goes on, by this computer's clock.
    pub until: Moment,
    /// What for.
    pub why: WaitReason,
}

/// What a read waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum WaitReason {
    /// The server said 429.
    RateLimited,
    /// The server, or the way to it, failed.
    Server,
    /// The minute's or the hour's requests are used up.
    Budget,
}

pub(super) struct Pace {
    clock: Arc<dyn Clock>,
    places: Semaphore,
    /// Held by the one read that is next, so that the others wait in order and without a place.
    next: tokio::sync::Mutex<()>,
    budget: Mutex<Budget>,
    changed: Notify,
    waits: Mutex<Waits>,
    told: watch::Sender<Pacing>,
}

#[derive(Default)]
struct Waits {
    made: u64,
    open: BTreeMap<u64, Waiting>,
}

impl Pace {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            places: Semaphore::new(AT_ONCE),
            next: tokio::sync::Mutex::default(),
            budget: Mutex::new(Budget::new()),
            changed: Notify::new(),
            waits: Mutex::default(),
            told: watch::Sender::default(),
        }
    }

    pub(super) fn told(&self) -> watch::Receiver<Pacing> {
        self.told.subscribe()
    }

    /// Waits until a read may go out.
    pub(super) async fn read(&self) -> Place<'_> {
        let _next = self.next.lock().await;
        let permit = self.places.acquire().await.ok();
        loop {
            let changed = self.changed.notified();
            let now = self.clock.monotonic();
            let gate = self.enter(now);
            let (until, why) = match gate {
                Gate::Open => return Place { pace: self, of_a_read: true, _permit: permit },
                Gate::Closed(until) => (until, WaitReason::RateLimited),
                Gate::UsedUp(until) => (until, WaitReason::Budget),
            };
            let length = until.saturating_sub(now);
            let _told = self.tell(length, why);
            tokio::select! {
                () = self.clock.sleep(length) => {}
                () = changed => {}
            }
        }
    }

    /// Waits until a write may go out: for a place, not for a budget. The person is waiting for it, its token runs
    /// out, and something is kept for it.
    pub(super) async fn write(&self) -> Place<'_> {
        let permit = self.places.acquire().await.ok();
        self.budget().started(self.clock.monotonic());
        Place { pace: self, of_a_read: false, _permit: permit }
    }

    /// Waits before a read is asked for again. What the server asked of one it asked of all.
    pub(super) async fn pause(&self, pause: &Pause) {
        if pause.why == WaitReason::Server {
            let _told = self.tell(pause.length, pause.why);
            self.clock.sleep(pause.length).await;
        } else {
            let until = self.clock.monotonic() + pause.length;
            self.budget().close(until);
        }
    }

    fn enter(&self, now: Duration) -> Gate {
        let mut budget = self.budget();
        let gate = budget.gate(now);
        if gate == Gate::Open {
            budget.started(now);
        }
        gate
    }

    fn budget(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waits(&self) -> MutexGuard<'_, Waits> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, length: Duration, why: WaitReason) -> Told<'_> {
        let mut waits = self.waits();
        waits.made += 1;
        let wait = waits.made;
        waits.open.insert(wait, Waiting { until: self.clock.now().plus(length), why });
        self.publish(&waits);
        Told { pace: self, wait }
    }

    fn publish(&self, waits: &Waits) {
        let waiting = waits.open.values().max_by_key(|waiting| waiting.until).copied();
        self.told.send_if_modified(|told| std::mem::replace(&mut told.waiting, waiting) != waiting);
    }
}

/// A request's place among those on their way. Dropped, it is free, and the request counts as made.
pub(super) struct Place<'a> {
    pace: &'a Pace,
    of_a_read: bool,
    _permit: Option<SemaphorePermit<'a>>,
}

impl Place<'_> {
    /// Its answer came, with these headers.
    pub(super) fn answered(self, headers: &HeaderMap) {
        let header = RateLimit::read(headers);
        self.pace.budget().learned(&header, self.of_a_read, self.pace.clock.monotonic());
        if let Some(left) = header.hour_remaining {
            self.pace.told.send_if_modified(|told| told.hour_remaining.replace(left) != Some(left));
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.pace.budget().ended(self.pace.clock.monotonic());
        self.pace.changed.notify_waiters();
    }
}

struct Told<'a> {
    pace: &'a Pace,
    wait: u64,
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        let mut waits = self.pace.waits();
        waits.open.remove(&self.wait);
        self.pace.publish(&waits);
    }
}
