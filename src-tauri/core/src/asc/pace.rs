//! Lets the requests of one API key out: at most eight at once, and reads only as fast as Apple's budgets allow
//! ([`super::budget`] computes them). All waiting is here, and is told to those who wait ([`super::waits`]).

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::HeaderMap;
use tokio::sync::{Notify, Semaphore, SemaphorePermit, watch};

use super::{
    budget::{Budget, Gate, HOUR},
    headers::RateLimit,
    tries::Pause,
    waits::{WaitReason, Waiting, Waits},
};
use crate::clock::{Clock, Moment};

/// Most requests of one API key on their way at once.
const AT_ONCE: usize = 8;

/// The longest wait for a budget that is not worth a word.
const SHORT: Duration = Duration::from_secs(5);

/// What the latest answer that told it said of the hour's requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pacing {
    /// How many are left.
    pub remaining: u32,
    /// How many there are, if that was ever told.
    pub limit: Option<u32>,
    /// When that answer came, by this computer's clock.
    pub at: Moment,
    /// So few are left that reads go slowly.
    pub slow: bool,
}

impl Pacing {
    /// Whether it still says anything at `now`: an hour later all of it may be free again.
    pub fn holds_at(&self, now: Moment) -> bool {
        now.since(self.at) < HOUR
    }
}

/// The pace of one API key's requests, to be shared by every client that signs with it.
pub struct Pace {
    clock: Arc<dyn Clock>,
    places: Semaphore,
    /// Held by the one read that is next, so that the others wait in order and without a place.
    next: tokio::sync::Mutex<()>,
    budget: Mutex<Budget>,
    changed: Notify,
    /// What the read that is next waits for, and so do all behind it.
    shut: watch::Sender<Option<Waiting>>,
    told: watch::Sender<Option<Pacing>>,
}

impl Pace {
    /// The pace of an API key of which nothing is known.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            places: Semaphore::new(AT_ONCE),
            next: tokio::sync::Mutex::default(),
            budget: Mutex::new(Budget::new()),
            changed: Notify::new(),
            shut: watch::Sender::default(),
            told: watch::Sender::default(),
        }
    }

    pub(super) fn told(&self) -> watch::Receiver<Option<Pacing>> {
        self.told.subscribe()
    }

    /// Waits until a read may go out, and tells `waits` for as long as a limit is what it waits for.
    pub(super) async fn read(&self, waits: &Waits) -> Place<'_> {
        let turn = self.turn();
        tokio::pin!(turn);
        let mut shut = self.shut.subscribe();
        shut.mark_changed();
        let mut waiting = None;
        loop {
            tokio::select! {
                biased;
                place = &mut turn => return place,
                Ok(()) = shut.changed() => {
                    let now = *shut.borrow_and_update();
                    let before = std::mem::replace(&mut waiting, now.map(|wait| waits.begin(wait)));
                    drop(before);
                }
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
    pub(super) async fn pause(&self, pause: &Pause, waits: &Waits) {
        if pause.why == WaitReason::Server {
            let _told = waits.begin(self.waiting(pause.length, pause.why));
            self.clock.sleep(pause.length).await;
        } else {
            let until = self.clock.monotonic() + pause.length;
            self.budget().close(until);
        }
    }

    async fn turn(&self) -> Place<'_> {
        let _next = self.next.lock().await;
        let permit = self.places.acquire().await.ok();
        let shut = Shut(self);
        let mut known = Gate::Open;
        loop {
            let changed = self.changed.notified();
            let now = self.clock.monotonic();
            let gate = self.enter(now);
            let (until, why) = match gate {
                Gate::Open => return Place { pace: self, of_a_read: true, _permit: permit },
                Gate::Closed(until) => (until, WaitReason::RateLimited),
                Gate::UsedUp(until) | Gate::Slow(until) => (until, WaitReason::Budget),
            };
            let length = until.saturating_sub(now);
            if gate != known {
                known = gate;
                let is_told = why == WaitReason::RateLimited || length > SHORT;
                shut.until(is_told.then(|| self.waiting(length, why)));
            }
            tokio::select! {
                () = self.clock.sleep(length) => {}
                () = changed => {}
            }
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

    fn waiting(&self, length: Duration, why: WaitReason) -> Waiting {
        Waiting { until: self.clock.now().plus(length), why }
    }
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pace").field("hour", &*self.told.borrow()).finish_non_exhaustive()
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
        let mut budget = self.pace.budget();
        budget.learned(&header, self.of_a_read, self.pace.clock.monotonic());
        if let Some(remaining) = header.hour_remaining {
            let (limit, slow) = (budget.hour_limit(), budget.is_slow());
            self.pace.told.send_replace(Some(Pacing { remaining, limit, at: self.pace.clock.now(), slow }));
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.pace.budget().ended(self.pace.clock.monotonic());
        self.pace.changed.notify_waiters();
    }
}

/// What the read that is next waits for; nothing any more, once this is dropped.
struct Shut<'a>(&'a Pace);

impl Shut<'_> {
    fn until(&self, waiting: Option<Waiting>) {
        self.0.shut.send_if_modified(|told| std::mem::replace(told, waiting) != waiting);
    }
}

impl Drop for Shut<'_> {
    fn drop(&mut self) {
        self.until(None);
    }
}
