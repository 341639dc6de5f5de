//! What an answer's headers say: who to ask about it, when it was written, and what may still be sent.

use std::time::Duration;

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
/// that wrote it, where the answer tells that; otherwise by `now`. Of several the longest counts, what is neither
/// does not.
pub(super) fn retry_after(headers: &HeaderMap, now: Moment) -> Option<Duration> {
    let by = date(headers).unwrap_or(now);
    let lines = headers.get_all(header::RETRY_AFTER).into_iter().filter_map(|line| line.to_str().ok());
    lines.filter_map(|line| until(line, by).or_else(|| line.split(',').filter_map(seconds).max())).max()
}

fn until(date: &str, now: Moment) -> Option<Duration> {
    let until = httpdate::parse_http_date(date.trim()).ok()?;
    Some(Moment::from(until).since(now))
}

/// Whole seconds; a fraction, which the RFC doesn't know, is rounded up.
fn seconds(text: &str) -> Option<Duration> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let whole = whole.parse().unwrap_or(u64::MAX);
    let more = u64::from(fraction.bytes().any(|digit| digit != b'0'));
    Some(Duration::from_secs(whole.saturating_add(more)))
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
            for part in String::from_utf8_lossy(line.as_bytes()).split(';') {
                let Some((name, value)) = part.split_once(':') else { continue };
                let Ok(value) = value.trim().parse::<i64>() else { continue };
                let value = Some(u32::try_from(value.max(0)).unwrap_or(u32::MAX));
                // A proxy joins two lines with a comma (RFC 9110, 5.3).
                let name = name.trim_start_matches([',', ' ', '\t']).trim_end().to_ascii_lowercase();
                match name.as_str() {
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
            .map(|(name, value)| {
                (name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap())
            })
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
    fn two_lines_with_different_values_count_as_one_after_the_other() {
        let lines = headers(&[
            ("x-rate-limit", "user-hour-lim:3600;user-hour-rem:0;"),
            ("x-rate-limit", "user-hour-rem:12;user-minute-lim:none;"),
        ]);
        let expected = RateLimit { hour_limit: Some(3600), hour_remaining: Some(12), ..RateLimit::default() };
        assert_eq!(RateLimit::read(&lines), expected);
    }

    #[test]
    fn lines_that_a_proxy_joined_other_letters_and_bytes_of_no_text_do_no_harm() {
        let joined = headers(&[(
            "x-rate-limit",
            "User-Hour-Lim:3600;user-hour-rem:+7;, user-minute-lim:300;ü:1;user-minute-rem:99999999999",
        )]);
        let expected = RateLimit {
            hour_limit: Some(3600),
            hour_remaining: Some(7),
            minute_limit: Some(300),
            minute_remaining: Some(u32::MAX),
        };
        assert_eq!(RateLimit::read(&joined), expected);
    }

    #[test]
    fn a_header_that_is_missing_or_empty_says_nothing() {
        assert_eq!(RateLimit::read(&HeaderMap::new()), RateLimit::default());
        assert_eq!(RateLimit::read(&headers(&[("x-rate-limit", "")])), RateLimit::default());
    }

    /// What each says, in milliseconds.
    fn retry_after_of(lines: &[&str]) -> Option<u128> {
        let lines: Vec<(&str, &str)> = lines.iter().map(|line| ("retry-after", *line)).collect();
        retry_after(&headers(&lines), Moment::from_unix_millis(0)).map(|wait| wait.as_millis())
    }

    #[test]
    fn retry_after_is_read_as_seconds() {
        assert_eq!(retry_after_of(&["7"]), Some(7000));
        assert_eq!(retry_after_of(&[" 0 "]), Some(0));
        assert_eq!(retry_after_of(&["1.2"]), Some(2000), "rather too late than too early");
        assert_eq!(retry_after_of(&["2.0"]), Some(2000));
    }

    #[test]
    fn retry_after_may_be_larger_than_any_number() {
        let huge = retry_after_of(&["99999999999999999999999999"]);
        assert_eq!(huge, Some(u128::from(u64::MAX) * 1000));
    }

    #[test]
    fn retry_after_that_is_told_twice_is_the_longer_one() {
        assert_eq!(retry_after_of(&["5", "9"]), Some(9000));
        assert_eq!(retry_after_of(&["9", "5"]), Some(9000));
        assert_eq!(retry_after_of(&["5, 9"]), Some(9000), "as a proxy joins them");
        assert_eq!(retry_after_of(&["soon", "5"]), Some(5000));
        assert_eq!(retry_after_of(&["5", "Thu, 01 Jan 1970 00:00:20 GMT"]), Some(20_000));
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
        for odd in ["soon", "", "-5", "7s", "0x10", "1e3", ".", "7.x", "NaN", "Thu, 99 Jan 1970", "ü"] {
            assert_eq!(retry_after_of(&[odd]), None, "{odd}");
        }
    }

    #[test]
    fn the_request_id_comes_from_either_header() {
        let second = headers(&[("x-request-id", ""), ("x-apple-jingle-correlation-key", "ABC")]);
        assert_eq!(request_id(&second).as_deref(), Some("ABC"));
        assert_eq!(request_id(&HeaderMap::new()), None);
    }
}
