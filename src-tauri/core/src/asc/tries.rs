//! Which reads are asked for again, and after how long. Writes never are.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};

use super::{
    headers::{RateLimit, retry_after},
    transport::{BrokenKind, Fate},
    waits::WaitReason,
};
use crate::clock::Moment;

/// Most repeats after 429.
const MOST_LIMITED: u32 = 8;

/// Longest wait of our own making after 429. One that the server asks for may take [`LONGEST_ASKED`].
const LONGEST: Duration = Duration::from_mins(1);

/// The longest wait that makes sense: after an hour without requests the whole budget is free.
const LONGEST_ASKED: Duration = Duration::from_hours(1);

/// Most looks at an exhausted hour: by then every request of this program has left it.
const MOST_STARVED: u32 = 75;

/// Waits after failures that may pass by themselves.
const AFTER_FAILURE: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(2)];

/// What one read has been through.
#[derive(Default)]
pub(super) struct Tries {
    limited: u32,
    starved: u32,
    failed: usize,
}

/// A wait before the next try.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pause {
    pub(super) length: Duration,
    pub(super) why: WaitReason,
}

impl Tries {
    /// How long to wait before asking again, or `None` if this is how it stands.
    pub(super) fn after(&mut self, fate: &Fate, now: Moment) -> Option<Pause> {
        match fate {
            Fate::Answered(answer) if answer.status() == StatusCode::TOO_MANY_REQUESTS => {
                self.limited(answer, now)
            }
            Fate::Answered(answer)
                if answer.status().is_server_error() || answer.status() == StatusCode::REQUEST_TIMEOUT =>
            {
                self.failed(retry_after(answer.headers(), now))
            }
            Fate::Answered(_) => None,
            // Neither a certificate nor the size of an answer gets better by asking again.
            Fate::NotSent(broken) | Fate::MaybeSent(broken)
                if matches!(broken.kind, BrokenKind::Tls | BrokenKind::TooLarge) =>
            {
                None
            }
            Fate::NotSent(_) | Fate::MaybeSent(_) => self.failed(None),
        }
    }

    fn limited(&mut self, answer: &Response<Bytes>, now: Moment) -> Option<Pause> {
        let asked = retry_after(answer.headers(), now).map(|asked| asked.min(LONGEST_ASKED));
        if RateLimit::read(answer.headers()).hour_remaining == Some(0) {
            self.starved += 1;
            // The budget itself says when to look again.
            let pause = Pause { length: asked.unwrap_or_default(), why: WaitReason::Budget };
            return (self.starved <= MOST_STARVED).then_some(pause);
        }
        self.limited += 1;
        let growing = Duration::from_secs(1 << self.limited.saturating_sub(1).min(6)).min(LONGEST);
        // A server that asks for less and then refuses again means more.
        let pause = Pause { length: asked.unwrap_or_default().max(growing), why: WaitReason::RateLimited };
        (self.limited <= MOST_LIMITED).then_some(pause)
    }

    fn failed(&mut self, asked: Option<Duration>) -> Option<Pause> {
        let wait = AFTER_FAILURE.get(self.failed)?;
        self.failed += 1;
        let length = asked.map_or(*wait, |asked| asked.min(LONGEST).max(*wait));
        Some(Pause { length, why: WaitReason::Server })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use http::Response;

    use super::{Pause, Tries};
    use crate::{
        asc::{
            transport::{Broken, BrokenKind, Fate},
            waits::WaitReason,
        },
        clock::Moment,
    };

    fn answer(status: u16, headers: &[(&str, &str)]) -> Fate {
        let mut answer = Response::builder().status(status);
        for (name, value) in headers {
            answer = answer.header(*name, *value);
        }
        Fate::Answered(answer.body(Bytes::new()).unwrap())
    }

    fn cut(kind: BrokenKind) -> Fate {
        Fate::MaybeSent(Broken { kind, detail: String::new(), signer: None })
    }

    /// The waits until `fate` is given up, in milliseconds.
    fn waits(fate: &Fate) -> Vec<u128> {
        let mut tries = Tries::default();
        let pauses = std::iter::from_fn(|| tries.after(fate, Moment::from_unix_millis(0)));
        pauses.map(|pause| pause.length.as_millis()).collect()
    }

    #[test]
    fn a_limit_is_waited_for_eight_times_ever_longer_up_to_a_minute() {
        let waited = waits(&answer(429, &[]));
        assert_eq!(waited, [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000]);
    }

    #[test]
    fn the_wait_that_the_server_asks_for_is_kept_up_to_an_hour() {
        let waited = waits(&answer(429, &[("retry-after", "7")]));
        assert_eq!(waited, [7000, 7000, 7000, 8000, 16000, 32000, 60000, 60000], "or longer");
        assert_eq!(waits(&answer(429, &[("retry-after", "300")])), [300_000; 8]);
        assert_eq!(waits(&answer(429, &[("retry-after", "999999")])), [3_600_000; 8]);
    }

    #[test]
    fn a_server_that_asks_for_no_wait_or_in_no_words_is_not_asked_in_a_storm() {
        for odd in ["0", "Thu, 01 Jan 1970 00:00:00 GMT", "-5", "soon"] {
            let waited = waits(&answer(429, &[("retry-after", odd)]));
            assert_eq!(waited, [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000], "{odd}");
        }
    }

    #[test]
    fn an_exhausted_hour_is_waited_for_longer_than_an_hour() {
        let exhausted = answer(429, &[("x-rate-limit", "user-hour-lim:3600;user-hour-rem:0;")]);
        assert!(waits(&exhausted).len() > 60, "one look a minute");
    }

    #[test]
    fn a_failure_that_may_pass_is_tried_three_times() {
        for fate in [answer(500, &[]), answer(503, &[]), answer(408, &[]), cut(BrokenKind::Cut)] {
            assert_eq!(waits(&fate), [500, 2000], "{fate:?}");
        }
        let asked = answer(503, &[("retry-after", "5")]);
        let pause = Tries::default().after(&asked, Moment::from_unix_millis(0));
        assert_eq!(pause, Some(Pause { length: Duration::from_secs(5), why: WaitReason::Server }));
    }

    #[test]
    fn what_stays_as_it_is_is_not_tried_again() {
        for fate in [
            answer(200, &[]),
            answer(401, &[]),
            answer(404, &[]),
            cut(BrokenKind::Tls),
            cut(BrokenKind::TooLarge),
        ] {
            assert_eq!(waits(&fate), [], "{fate:?}");
        }
    }
}
