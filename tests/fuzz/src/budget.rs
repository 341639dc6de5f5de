use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use latchkey_core::asc::client::Bound;
use tokio::time::Instant;

use crate::canned::{Canned, client, on_paused_time};

/// Longer than any read may wait: an hour's budget is looked at again each minute for 75 minutes, and what a server asks for
/// is heeded eight times, up to an hour each.
const LONGEST: Duration = Duration::from_hours(90);

/// The first byte chooses the status; each line after it is a header `X-Rate-Limit`, the last one `Retry-After`. Reads come
/// to an end, whatever they say.
pub fn budget(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let mut lines: Vec<&[u8]> = rest.split(|byte| *byte == b'\n').take(5).collect();
    let retry_after = if lines.len() > 1 { lines.pop() } else { None };
    let named = lines.into_iter().map(|line| ("x-rate-limit", line));
    let headers = named
        .chain(retry_after.map(|line| ("retry-after", line)))
        .filter_map(|(name, line)| Some((name, HeaderValue::from_bytes(line).ok()?)))
        .collect();
    let status = if first % 2 == 0 { 200 } else { 429 };
    let body = Bytes::from_static(br#"{"data":[],"links":{"self":""}}"#);
    on_paused_time(async {
        let client = client(Canned { status, headers, body });
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(client.distribution_keys(Bound::OneApp).await.is_ok(), status == 200);
        }
        assert!(start.elapsed() <= 3 * LONGEST, "three reads took {:?}", start.elapsed());
    });
}
