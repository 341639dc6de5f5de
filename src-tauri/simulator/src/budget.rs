//! Counts requests by API key over a rolling hour and a rolling minute ("Identifying Rate Limits").

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use latchkey_core::clock::Moment;

use crate::settings::Settings;

/// When each API key made the requests of the last hour.
#[derive(Debug, Default)]
pub(crate) struct Budgets(HashMap<String, VecDeque<Moment>>);

/// What a request found in the budgets.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Receipt {
    /// Values of the `X-Rate-Limit` header, one line each.
    pub(crate) lines: Vec<String>,
    /// `None` if the request may go on; otherwise how long until one may.
    pub(crate) wait: Option<Duration>,
}

impl Budgets {
    /// Takes one request out of the budgets of an API key. A refused one costs nothing.
    pub(crate) fn take(&mut self, api_key: &str, now: Moment, settings: &Settings) -> Receipt {
        let hour = settings.minute * 60;
        let made = self.0.entry(api_key.to_owned()).or_default();
        while made.front().is_some_and(|then| now.since(*then) >= hour) {
            made.pop_front();
        }
        let budgets =
            [("hour", Some(settings.per_hour), hour), ("minute", settings.per_minute, settings.minute)];
        let budgets =
            budgets.iter().filter_map(|(name, limit, window)| limit.map(|limit| (name, limit, *window)));

        let wait = budgets.clone().filter_map(|(_, limit, window)| exhausted(made, now, limit, window)).max();
        if wait.is_none() {
            made.push_back(now);
        }
        let lines = budgets
            .map(|(name, limit, window)| {
                let left = limit.saturating_sub(used(made, now, window));
                format!("user-{name}-lim:{limit};user-{name}-rem:{left};")
            })
            .collect();
        Receipt { lines, wait }
    }
}

fn used(made: &VecDeque<Moment>, now: Moment, window: Duration) -> u32 {
    let used = made.iter().filter(|then| now.since(**then) < window).count();
    u32::try_from(used).unwrap_or(u32::MAX)
}

/// How long until the budget has room again; `None` if it has.
fn exhausted(made: &VecDeque<Moment>, now: Moment, limit: u32, window: Duration) -> Option<Duration> {
    let used = used(made, now, window);
    if used < limit {
        return None;
    }
    // Room comes when so many have left the window that fewer than `limit` are in it.
    let leaving = made.len() - used as usize + (used - limit) as usize;
    Some(made.get(leaving).map_or(window, |then| window.saturating_sub(now.since(*then))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment::from_unix_millis(1_800_000_000_000);

    fn after(seconds: u64) -> Moment {
        START.plus(Duration::from_secs(seconds))
    }

    #[test]
    fn the_hour_rolls() {
        let settings = Settings { per_hour: 2, ..Settings::default() };
        let mut budgets = Budgets::default();
        assert_eq!(budgets.take("A", START, &settings).lines, ["user-hour-lim:2;user-hour-rem:1;"]);
        assert_eq!(budgets.take("A", after(1800), &settings).lines, ["user-hour-lim:2;user-hour-rem:0;"]);

        let refused = budgets.take("A", after(3000), &settings);
        assert_eq!(refused.wait, Some(Duration::from_mins(10)), "the first leaves the hour at 3600 s");
        assert_eq!(refused.lines, ["user-hour-lim:2;user-hour-rem:0;"]);
        assert_eq!(budgets.take("A", after(3600), &settings).wait, None);
        assert_eq!(budgets.take("A", after(3601), &settings).wait, Some(Duration::from_secs(1799)));
    }

    #[test]
    fn a_minute_budget_has_its_own_line_and_runs_out_first() {
        let settings = Settings { per_minute: Some(1), ..Settings::default() };
        let mut budgets = Budgets::default();
        assert_eq!(
            budgets.take("A", START, &settings).lines,
            ["user-hour-lim:3600;user-hour-rem:3599;", "user-minute-lim:1;user-minute-rem:0;"]
        );
        assert_eq!(budgets.take("A", after(59), &settings).wait, Some(Duration::from_secs(1)));
        assert_eq!(budgets.take("A", after(60), &settings).wait, None);
    }

    #[test]
    fn a_shorter_minute_shortens_the_hour_with_it() {
        let settings = Settings { per_hour: 1, minute: Duration::from_millis(100), ..Settings::default() };
        let mut budgets = Budgets::default();
        budgets.take("A", START, &settings);
        assert_eq!(budgets.take("A", after(5), &settings).wait, Some(Duration::from_secs(1)));
        assert_eq!(budgets.take("A", after(6), &settings).wait, None);
    }

    #[test]
    fn every_api_key_has_its_own_budget() {
        let settings = Settings { per_hour: 1, ..Settings::default() };
        let mut budgets = Budgets::default();
        assert_eq!(budgets.take("A", START, &settings).wait, None);
        assert_eq!(budgets.take("B", START, &settings).wait, None);
        assert!(budgets.take("A", START, &settings).wait.is_some());
    }
}
