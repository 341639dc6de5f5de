//! What an answer's headers say: who to ask about it, when it was written, and what may still be sent.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

use super::text;
use crate::clock::Moment;

/// The ID under which Apple's support finds a request: `x-request-id`, or else
/// `x-apple-jingle-correlation-key`. Neither is documented, both are seen.
pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    ["x-request-id", "x-apple-jingle-correlation-key"]
        .into_iter()
        .filter_map(|name| headers.get(name)?.to_str().ok())
        .find(|value| !value.is_empty())
        .map(text::line)
}

/// The server's clock when it answered, to the second (RFC 9110, 6.6.1).
pub(super) fn date(headers: &HeaderMap) -> Option<Moment> {
    let text = headers.get(header::DATE)?.to_str().ok()?;
    httpdate::parse_http_date(text).ok().map(Moment::from)
}

/// How long to wait, told in seconds or as a date (RFC 9110, 10.2.3). A date is taken by the clock
/// that wrote it, where the answer tells that; otherwise by `now`.
pub(super) fn retry_after(headers: &HeaderMap, now: Moment) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until: SystemTime = httpdate::parse_http_date(text).ok()?;
    Some(Moment::from(until).since(date(headers).unwrap_or(now)))
}

/// What `X-Rate-Limit` says (Apple, "Identifying Rate Limits"). Any part may be missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RateLimit {
    pub(super) hour_limit: Option<u32>,
    pub(super) hour_remaining: Option<u32>,
    pub(super) minute_limit: Option<u32>,
    pub(super) minute_remaining: Option<u32>,
}

impl RateLimit {
    /// Reads every line of the header. The last value of a repeated name counts, an unknown name or
    /// what is no integer does not.
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let mut read = Self::default();
        for line in headers.get_all("x-rate-limit") {
            for part in line.to_str().unwrap_or_default().split(';') {
                let Some((name, value)) = part.split_once(':') else { continue };
                let Ok(value) = value.trim().parse::<i64>() else { continue };
                let value = Some(u32::try_from(value.max(0)).unwrap_or(u32::MAX));
                match name.trim() {
                    "user-hour-lim" => read.hour_limit = value,
                    "user-hour-rem" => read.hour_remaining = value,
                    "user-minute-lim" => read.minute_limit = value,
                    "user-minute-rem" => read.minute_remaining = value,
                    _ => {}
                }
            }
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::{RateLimit, request_id, retry_after};
    use crate::clock::Moment;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    #[test]
    fn both_budgets_are_read_from_one_line_or_from_two() {
        let both = RateLimit {
            hour_limit: Some(3600),
            hour_remaining: Some(3599),
            minute_limit: Some(150),
            minute_remaining: Some(149),
        };
        let hour = "user-hour-lim:3600;user-hour-rem:3599;";
        let minute = "user-minute-lim:150;user-minute-rem:149;";
        let one = headers(&[("x-rate-limit", &format!("{hour}{minute}"))]);
        assert_eq!(RateLimit::read(&one), both);
        let two = headers(&[("x-rate-limit", hour), ("x-rate-limit", minute)]);
        assert_eq!(RateLimit::read(&two), both);
    }

    #[test]
    fn what_is_no_integer_or_unknown_is_passed_over_and_the_last_value_counts() {
        let odd = "user-hour-lim:many; user-hour-rem: 7 ;day:3;;user-hour-rem:6;user-minute-rem:-2;x";
        let expected =
            RateLimit { hour_remaining: Some(6), minute_remaining: Some(0), ..RateLimit::default() };
        assert_eq!(RateLimit::read(&headers(&[("x-rate-limit", odd)])), expected);
    }

    #[test]
    fn retry_after_is_read_as_seconds() {
        let seconds = headers(&[("retry-after", "7")]);
        assert_eq!(retry_after(&seconds, Moment::from_unix_millis(0)), Some(Duration::from_secs(7)));
    }

    #[test]
    fn retry_after_as_a_date_is_taken_by_the_clock_of_the_server() {
        let date = headers(&[
            ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT"),
        ]);
        let later = Moment::from_unix_millis(4_000_000_000_000);
        assert_eq!(retry_after(&date, later), Some(Duration::from_secs(30)));
        let undated = headers(&[("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT")]);
        assert_eq!(retry_after(&undated, later), Some(Duration::ZERO), "that moment has passed");
    }

    #[test]
    fn retry_after_that_says_neither_is_passed_over() {
        let odd = headers(&[("retry-after", "soon")]);
        assert_eq!(retry_after(&odd, Moment::from_unix_millis(0)), None);
    }

    #[test]
    fn the_request_id_comes_from_either_header() {
        let second = headers(&[("x-request-id", ""), ("x-apple-jingle-correlation-key", "ABC")]);
        assert_eq!(request_id(&second).as_deref(), Some("ABC"));
        assert_eq!(request_id(&HeaderMap::new()), None);
    }
}
