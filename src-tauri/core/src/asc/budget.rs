//! The arithmetic of Apple's two budgets, per minute and per hour. Reads no clock and waits for nothing:
//! [`super::pace`] does.

use std::{collections::VecDeque, time::Duration};

use super::headers::RateLimit;

/// A minute, and a little for a server that counts both of its ends.
const MINUTE: Duration = Duration::from_millis(60_001);

/// The minute's budget while no answer names one. A ceiling of 300 to 350 is reported, by Apple it is
/// not documented.
const ASSUMED_PER_MINUTE: u32 = 300;

/// The hour's budget while no answer names one: seen throughout, by Apple not documented.
const ASSUMED_PER_HOUR: u32 = 3600;

/// Apple's rolling hour. Once it has passed, what an answer told of it says nothing any more.
pub(super) const HOUR: Duration = Duration::from_hours(1);

/// How often an exhausted hour is looked at again. It is a rolling hour that other programs with the same API
/// key share, so when it frees something can't be computed.
const LOOK_AGAIN: Duration = Duration::from_mins(1);

/// What has been used, as far as is known. Times are those of the monotonic clock.
pub(super) struct Budget {
    per_minute: u32,
    in_flight: u32,
    /// When the answers of the last minute came. A server has counted a request by then at the latest,
    /// so a minute later it has forgotten it.
    answered: VecDeque<Duration>,
    others: Others,
    hour: Option<Hour>,
    /// When the latest request went out.
    sent: Option<Duration>,
    closed_until: Duration,
}

/// What other programs with the same API key have used of the minute, and when that has passed.
#[derive(Default)]
struct Others {
    count: u32,
    until: Duration,
}

struct Hour {
    limit: Option<u32>,
    remaining: u32,
    looked: Duration,
    /// When an answer told it. An hour later all of it may be free again.
    told: Duration,
}

/// Whether a read may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    Open,
    /// The server asked to wait until then.
    Closed(Duration),
    /// Nothing is left before then.
    UsedUp(Duration),
    /// Little is left, and it is the next one's turn then.
    Slow(Duration),
}

impl Budget {
    pub(super) fn new() -> Self {
        Self {
            per_minute: ASSUMED_PER_MINUTE,
            in_flight: 0,
            answered: VecDeque::new(),
            others: Others::default(),
            hour: None,
            sent: None,
            closed_until: Duration::ZERO,
        }
    }

    /// Whether a read may go out at `now`. The last of each budget is kept for writes, which don't ask.
    pub(super) fn gate(&mut self, now: Duration) -> Gate {
        self.forget_before(now);
        let minute = self.minute_frees(now);
        let hour = self.hour.as_ref().filter(|hour| hour.is_used_up()).map(|hour| hour.looked + LOOK_AGAIN);
        let used_up = minute.max(hour).filter(|until| *until > now);
        match used_up {
            Some(until) if until >= self.closed_until => Gate::UsedUp(until),
            _ if self.closed_until > now => Gate::Closed(self.closed_until),
            _ => match self.next_turn().filter(|turn| *turn > now) {
                Some(turn) => Gate::Slow(turn),
                None => Gate::Open,
            },
        }
    }

    /// Whether a tenth of the hour's requests is left, or less: then reads go no faster than the hour refills, so that
    /// who works with the same API key can go on.
    pub(super) fn is_slow(&self) -> bool {
        self.hour.as_ref().is_some_and(Hour::is_low)
    }

    /// The hour's requests, as far as an answer told.
    pub(super) fn hour_limit(&self) -> Option<u32> {
        self.hour.as_ref()?.limit
    }

    fn next_turn(&self) -> Option<Duration> {
        let hour = self.hour.as_ref().filter(|hour| hour.is_low())?;
        Some(self.sent? + HOUR / hour.all())
    }

    fn minute_frees(&self, now: Duration) -> Option<Duration> {
        let limit = self.per_minute - kept_for_writes(self.per_minute);
        let mine = self.in_flight.saturating_add(count(&self.answered));
        if mine.saturating_add(self.others.count) < limit {
            return None;
        }
        let first = self.answered.front().map_or(now, |answered| *answered) + MINUTE;
        Some(if self.others.count > 0 { first.min(self.others.until) } else { first })
    }

    /// A request goes out.
    pub(super) fn started(&mut self, now: Duration) {
        self.in_flight += 1;
        self.sent = Some(now);
        if let Some(hour) = &mut self.hour {
            hour.remaining = hour.remaining.saturating_sub(1);
            if hour.is_used_up() {
                // Whoever passes now is the one look at an exhausted hour.
                hour.looked = now;
            }
        }
    }

    /// A request has come to its end, whichever.
    pub(super) fn ended(&mut self, now: Duration) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.answered.push_back(now);
    }

    /// An answer's header. Must come before its [`Self::ended`]. The minute of a write is another than
    /// that of reads: differing limits are seen.
    pub(super) fn learned(&mut self, header: &RateLimit, of_a_read: bool, now: Duration) {
        let still_out = self.in_flight.saturating_sub(1);
        if let Some(remaining) = header.hour_remaining {
            let limit = header.hour_limit.filter(|limit| *limit > 0).or(self.hour_limit());
            let remaining = remaining.saturating_sub(still_out);
            self.hour = Some(Hour { limit, remaining, looked: now, told: now });
        }
        if !of_a_read {
            return;
        }
        if let Some(limit) = header.minute_limit {
            self.per_minute = limit.max(1);
        }
        if let (Some(limit), Some(remaining)) = (header.minute_limit, header.minute_remaining) {
            self.forget_before(now);
            let mine = self.in_flight.saturating_add(count(&self.answered));
            let count = limit.saturating_sub(remaining).saturating_sub(mine);
            self.others = Others { count, until: now + MINUTE };
        }
    }

    /// Lets no read out before `until`.
    pub(super) fn close(&mut self, until: Duration) {
        self.closed_until = self.closed_until.max(until);
    }

    fn forget_before(&mut self, now: Duration) {
        while self.answered.front().is_some_and(|answered| *answered + MINUTE <= now) {
            self.answered.pop_front();
        }
        if self.others.until <= now {
            self.others.count = 0;
        }
        self.hour.take_if(|hour| hour.told + HOUR <= now);
    }
}

impl Hour {
    fn all(&self) -> u32 {
        self.limit.unwrap_or(ASSUMED_PER_HOUR)
    }

    fn is_low(&self) -> bool {
        self.remaining <= self.all() / 10
    }

    fn is_used_up(&self) -> bool {
        self.remaining <= kept_for_writes(self.all())
    }
}

/// So that adding a key is not refused because a long list is being read.
fn kept_for_writes(limit: u32) -> u32 {
    (limit / 10).min(4)
}

fn count(answered: &VecDeque<Duration>) -> u32 {
    u32::try_from(answered.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Budget, Gate, MINUTE, RateLimit};

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// Sends and answers at `now` whatever may go out, and says how many that were.
    fn drain(budget: &mut Budget, now: Duration) -> u32 {
        let mut sent = 0;
        while budget.gate(now) == Gate::Open {
            budget.started(now);
            budget.ended(now);
            sent += 1;
        }
        sent
    }

    fn learn(budget: &mut Budget, header: &RateLimit, now: Duration) {
        budget.started(now);
        budget.learned(header, true, now);
        budget.ended(now);
    }

    fn minute(limit: u32, remaining: u32) -> RateLimit {
        RateLimit { minute_limit: Some(limit), minute_remaining: Some(remaining), ..RateLimit::default() }
    }

    fn hour(remaining: u32) -> RateLimit {
        RateLimit { hour_limit: Some(3600), hour_remaining: Some(remaining), ..RateLimit::default() }
    }

    #[test]
    fn three_hundred_a_minute_less_what_is_kept_for_writes_are_assumed() {
        let mut budget = Budget::new();
        assert_eq!(drain(&mut budget, at(0)), 296);
        assert_eq!(budget.gate(at(30)), Gate::UsedUp(MINUTE));
        assert_eq!(drain(&mut budget, at(61)), 296, "a minute later all of it is free");
    }

    #[test]
    fn a_request_counts_until_a_minute_after_its_answer() {
        let mut budget = Budget::new();
        learn(&mut budget, &minute(1, 0), at(0));
        let mut budget = Budget { answered: [].into(), ..budget };
        budget.started(at(0));
        assert!(matches!(budget.gate(at(50)), Gate::UsedUp(_)), "it is still on its way");
        budget.ended(at(50));
        assert_eq!(budget.gate(at(100)), Gate::UsedUp(at(50) + MINUTE));
        assert_eq!(budget.gate(at(111)), Gate::Open);
    }

    #[test]
    fn the_minute_that_the_server_names_is_kept_to() {
        let mut budget = Budget::new();
        learn(&mut budget, &minute(20, 19), at(0));
        assert_eq!(drain(&mut budget, at(0)), 17, "one is used, two are kept for writes");
    }

    #[test]
    fn what_other_programs_used_of_the_minute_counts_too() {
        let mut budget = Budget::new();
        learn(&mut budget, &minute(20, 9), at(0));
        assert_eq!(drain(&mut budget, at(0)), 7, "eleven are used, two are kept for writes");
    }

    #[test]
    fn the_minute_of_a_write_is_not_that_of_reads() {
        let mut budget = Budget::new();
        budget.started(at(0));
        budget.learned(&minute(2, 0), false, at(0));
        budget.ended(at(0));
        assert_eq!(drain(&mut budget, at(0)), 295);
    }

    #[test]
    fn an_exhausted_hour_lets_one_look_through_each_minute() {
        let mut budget = Budget::new();
        learn(&mut budget, &hour(4), at(0));
        assert_eq!(budget.gate(at(59)), Gate::UsedUp(at(60)));
        assert_eq!(drain(&mut budget, at(60)), 1);
        assert_eq!(budget.gate(at(61)), Gate::UsedUp(at(120)));
        learn(&mut budget, &hour(10), at(62));
        assert_eq!(all_in_turn(&mut budget, at(63)), 6, "four of the ten are kept for writes");
    }

    #[test]
    fn what_was_told_of_the_hour_counts_for_an_hour_only() {
        for remaining in [0, 100] {
            let mut budget = Budget::new();
            learn(&mut budget, &hour(remaining), at(0));
            for minute in 1..60 {
                drain(&mut budget, at(minute * 60));
            }
            budget.gate(at(3599));
            assert!(budget.is_slow(), "an answer without the header changes nothing");
            assert_eq!(budget.gate(at(3600)), Gate::Open);
            assert_eq!((budget.is_slow(), budget.hour_limit()), (false, None));
            assert!(drain(&mut budget, at(3660)) > 200);
        }
    }

    /// Sends and answers one at a time, as soon as each may go out, and says how many that were until it takes more
    /// than a turn.
    fn all_in_turn(budget: &mut Budget, from: Duration) -> u32 {
        let (mut sent, mut now) = (0, from);
        loop {
            match budget.gate(now) {
                Gate::Open => sent += drain(budget, now),
                Gate::Slow(turn) => now = turn,
                Gate::Closed(_) | Gate::UsedUp(_) => return sent,
            }
        }
    }

    #[test]
    fn at_a_tenth_of_the_hour_reads_go_no_faster_than_the_hour_refills() {
        let mut budget = Budget::new();
        learn(&mut budget, &hour(361), at(0));
        assert_eq!(drain(&mut budget, at(0)), 1, "one more than a tenth");
        assert!(budget.is_slow());
        assert_eq!(budget.gate(at(0)), Gate::Slow(at(1)), "3,600 seconds for 3,600 requests");
        assert_eq!(drain(&mut budget, at(1)), 1);
        assert_eq!(budget.gate(at(1)), Gate::Slow(at(2)));
        assert_eq!(drain(&mut budget, at(10)), 1, "what was not used is not made up for");
        learn(&mut budget, &hour(900), at(11));
        assert!(!budget.is_slow());
        assert_eq!(budget.gate(at(11)), Gate::Open);
    }

    #[test]
    fn a_smaller_hour_refills_more_slowly() {
        let mut budget = Budget::new();
        let small = RateLimit { hour_limit: Some(600), ..hour(60) };
        learn(&mut budget, &small, at(0));
        assert_eq!(budget.gate(at(0)), Gate::Slow(at(6)));
    }

    #[test]
    fn an_hour_without_a_limit_that_makes_sense_is_taken_for_the_usual_one() {
        for limit in [None, Some(0)] {
            let mut budget = Budget::new();
            learn(&mut budget, &RateLimit { hour_limit: limit, ..hour(361) }, at(0));
            assert!(!budget.is_slow());
            learn(&mut budget, &RateLimit { hour_limit: limit, ..hour(360) }, at(0));
            assert_eq!(budget.gate(at(0)), Gate::Slow(at(1)));
            assert_eq!(budget.hour_limit(), None, "it is not told as if Apple had said so");
        }
    }

    #[test]
    fn a_longer_wait_goes_before_a_slow_turn() {
        let mut budget = Budget::new();
        learn(&mut budget, &hour(100), at(0));
        budget.close(at(30));
        assert_eq!(budget.gate(at(0)), Gate::Closed(at(30)));
        learn(&mut budget, &hour(4), at(30));
        assert_eq!(budget.gate(at(30)), Gate::UsedUp(at(90)));
    }

    #[test]
    fn requests_on_their_way_count_against_the_hour() {
        let mut budget = Budget::new();
        for _ in 0..3 {
            budget.started(at(0));
        }
        budget.learned(&hour(7), true, at(0));
        budget.ended(at(0));
        assert_eq!(
            all_in_turn(&mut budget, at(0)),
            1,
            "two of the seven are on their way, four kept for writes"
        );
    }

    #[test]
    fn a_server_that_asks_to_wait_is_heeded_and_the_longer_wait_is_told() {
        let mut budget = Budget::new();
        budget.close(at(30));
        budget.close(at(10));
        assert_eq!(budget.gate(at(29)), Gate::Closed(at(30)));
        assert_eq!(budget.gate(at(30)), Gate::Open);
        learn(&mut budget, &hour(0), at(30));
        assert_eq!(budget.gate(at(31)), Gate::UsedUp(at(90)));
        budget.close(at(200));
        assert_eq!(budget.gate(at(31)), Gate::Closed(at(200)));
    }
}
