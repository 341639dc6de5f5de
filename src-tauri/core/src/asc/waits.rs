//! What is waited for before Apple is asked again. Of several waits the longest is told.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use crate::clock::Moment;

/// A wait before something is asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// When it goes on, by this computer's clock.
    pub until: Moment,
    /// What for.
    pub why: WaitReason,
}

/// What a read waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitReason {
    /// The server said 429.
    RateLimited,
    /// The server, or the way to it, failed.
    Server,
    /// The minute's or the hour's requests are used up.
    Budget,
}

/// The waits of whoever shares this.
#[derive(Debug, Default)]
pub struct Waits {
    open: Mutex<Open>,
    longest: watch::Sender<Option<Waiting>>,
    limited: watch::Sender<Option<Moment>>,
}

#[derive(Debug, Default)]
struct Open {
    made: u64,
    waits: BTreeMap<u64, Waiting>,
}

impl Waits {
    /// What is waited for; of several, the longest wait.
    pub fn longest(&self) -> watch::Receiver<Option<Waiting>> {
        self.longest.subscribe()
    }

    /// Until when Apple's limits are waited for.
    pub fn limited(&self) -> watch::Receiver<Option<Moment>> {
        self.limited.subscribe()
    }

    /// A wait, which lasts until what is given back is dropped.
    pub(super) fn begin(&self, waiting: Waiting) -> Wait<'_> {
        let mut open = self.open();
        open.made += 1;
        let nth = open.made;
        open.waits.insert(nth, waiting);
        self.tell(&open);
        Wait { of: self, nth }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, open: &Open) {
        let longest = open.waits.values().max_by_key(|waiting| waiting.until).copied();
        let limits = open.waits.values().filter(|waiting| waiting.why != WaitReason::Server);
        let limited = limits.map(|waiting| waiting.until).max();
        self.longest.send_if_modified(|told| std::mem::replace(told, longest) != longest);
        self.limited.send_if_modified(|told| std::mem::replace(told, limited) != limited);
    }
}

/// One wait.
pub(super) struct Wait<'a> {
    of: &'a Waits,
    nth: u64,
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let mut open = self.of.open();
        open.waits.remove(&self.nth);
        self.of.tell(&open);
    }
}

#[cfg(test)]
mod tests {
    use super::{WaitReason, Waiting, Waits};
    use crate::clock::Moment;

    fn waiting(until: i64, why: WaitReason) -> Waiting {
        Waiting { until: Moment::from_unix_millis(until), why }
    }

    #[test]
    fn of_several_waits_the_longest_is_told_until_the_last_is_over() {
        let waits = Waits::default();
        let longest = waits.longest();
        let (short, long) = (waiting(1, WaitReason::Server), waiting(2, WaitReason::Budget));
        let first = waits.begin(long);
        let second = waits.begin(short);
        assert_eq!(*longest.borrow(), Some(long));
        drop(first);
        assert_eq!(*longest.borrow(), Some(short));
        drop(second);
        assert_eq!(*longest.borrow(), None);
    }

    #[test]
    fn a_server_that_fails_is_no_limit_of_apples() {
        let waits = Waits::default();
        let limited = waits.limited();
        let _failing = waits.begin(waiting(9, WaitReason::Server));
        assert_eq!(*limited.borrow(), None);
        let limit = waiting(3, WaitReason::RateLimited);
        let wait = waits.begin(limit);
        assert_eq!(*limited.borrow(), Some(limit.until));
        drop(wait);
        assert_eq!(*limited.borrow(), None);
    }

    #[test]
    fn nothing_is_told_anew_while_the_longest_wait_stays() {
        let waits = Waits::default();
        let long = waiting(2, WaitReason::Budget);
        let _first = waits.begin(long);
        let (longest, limited) = (waits.longest(), waits.limited());
        drop(waits.begin(long));
        drop(waits.begin(waiting(1, WaitReason::Server)));
        assert!(!longest.has_changed().unwrap() && !limited.has_changed().unwrap());
    }
}
