//! How far this computer's clock is off: App Store Connect refuses a token whose times don't fit its own
//! clock, and says no more than "not authorized".

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// How far behind a clock must be, in seconds, for a write's token to be dated by the server's instead: less does no harm.
const BEHIND: i64 = 30;

/// How far behind, in seconds, a clock can be whose tokens for reads the server accepts, which live 20 minutes. Whoever
/// says that it is more gives the wrong time.
const FAR_BEHIND: i64 = 19 * 60;

/// How uncertain, in seconds, a measure may be to be used.
const VAGUE: u64 = 30;

/// This computer's clock against the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Skew {
    /// Seconds that this computer's clock is ahead; negative if it is behind.
    #[cfg_attr(test, ts(type = "number"))]
    pub seconds: i64,
    /// How far that may be wrong either way, in seconds: half the round trip, and the half second
    /// that the header `Date` leaves open.
    #[cfg_attr(test, ts(type = "number"))]
    pub uncertainty: u64,
}

impl Skew {
    /// How much later than by this computer's clock it is, for a token that lives less long than the clock is behind; zero
    /// where this computer's clock does.
    pub(crate) fn behind(self) -> Duration {
        let behind = self.seconds.saturating_neg();
        if (BEHIND..=FAR_BEHIND).contains(&behind) && self.uncertainty <= VAGUE {
            Duration::from_secs(behind.unsigned_abs())
        } else {
            Duration::ZERO
        }
    }

    /// What time it is by the server's clock, when it is `now` by this computer's.
    pub(crate) fn of_the_server(self, now: Moment) -> Moment {
        Moment::from_unix_millis(now.unix_millis().saturating_sub(self.seconds.saturating_mul(1000)))
    }

    /// Compares the server's `date` with `received`, this computer's clock when the answer had
    /// come, `round_trip` after the request went out.
    pub(super) fn measured(date: Moment, received: Moment, round_trip: Duration) -> Self {
        let half = i64::try_from(round_trip.as_millis() / 2).unwrap_or(i64::MAX);
        let by_this_clock = received.unix_millis().saturating_sub(half);
        // `Date` is cut to the second: on average it was written half a second later.
        let by_the_server = date.unix_millis().saturating_add(500);
        let ahead = by_this_clock.saturating_sub(by_the_server);
        Self {
            seconds: ahead.saturating_add(500).div_euclid(1000),
            uncertainty: half.unsigned_abs().saturating_add(500).div_ceil(1000),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Skew;
    use crate::clock::Moment;

    #[test]
    fn a_clock_that_agrees_is_not_off() {
        let skew = Skew::measured(
            Moment::from_unix_millis(100_000),
            Moment::from_unix_millis(100_700),
            Duration::from_millis(200),
        );
        assert_eq!(skew, Skew { seconds: 0, uncertainty: 1 });
    }

    #[test]
    fn a_clock_ten_minutes_ahead_is_positive_and_a_slow_answer_less_certain() {
        let skew = Skew::measured(
            Moment::from_unix_millis(100_000),
            Moment::from_unix_millis(705_500),
            Duration::from_secs(10),
        );
        assert_eq!(skew, Skew { seconds: 600, uncertainty: 6 });
    }

    #[test]
    fn a_token_is_dated_by_the_server_only_if_this_clock_is_behind_and_that_is_likely() {
        let behind = |seconds, uncertainty| Skew { seconds, uncertainty }.behind().as_secs();
        assert_eq!((behind(-30, 1), behind(-600, 30), behind(-1140, 0)), (30, 600, 1140));
        assert_eq!((behind(-29, 0), behind(0, 0), behind(600, 0)), (0, 0, 0), "no harm is done");
        assert_eq!((behind(-600, 31), behind(-1141, 0), behind(i64::MIN, 0)), (0, 0, 0), "not likely");
    }

    #[test]
    fn a_clock_behind_is_negative() {
        let skew = Skew::measured(
            Moment::from_unix_millis(100_000),
            Moment::from_unix_millis(40_500),
            Duration::ZERO,
        );
        assert_eq!(skew.seconds, -60);
    }
}
