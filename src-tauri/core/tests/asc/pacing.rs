use std::{sync::Arc, time::Duration};

use latchkey_core::{
    asc::{
        client::{Bound, Client},
        error::Error,
        pace::{Pace, Pacing},
        transport::{BrokenKind, Fate},
        waits::{WaitReason, Waiting, Waits},
    },
    clock::{Moment, SystemClock},
    key::Scope,
};
use tokio::{sync::watch, time::Instant};

use crate::scripted::{Scripted, Sent, answer, apple_error, broken, client, empty_list, public_key, start};

const MINUTE: Duration = Duration::from_mins(1);
const LIST: &str = "{\"data\":[],\"links\":{\"self\":\"\"}}";

/// Reads `count` times at once and waits for all.
async fn read(client: &Arc<Client>, count: usize) {
    let reads: Vec<_> = (0..count)
        .map(|_| {
            let client = Arc::clone(client);
            tokio::spawn(async move { client.distribution_keys(Bound::OneApp).await })
        })
        .collect();
    for read in reads {
        read.await.unwrap().unwrap();
    }
}

/// Most requests within any minute, both of its ends counted.
fn most_in_a_minute(times: &[Duration]) -> usize {
    let within = |from: Duration| times.iter().filter(move |at| (from..=from + MINUTE).contains(*at));
    times.iter().map(|from| within(*from).count()).max().unwrap_or(0)
}

fn remaining(client: &Client) -> u32 {
    client.pacing().borrow().unwrap().remaining
}

fn after_start(seconds: u64) -> Moment {
    Moment::from(start()).plus(Duration::from_secs(seconds))
}

#[tokio::test(start_paused = true)]
async fn a_thousand_reads_keep_to_the_minute_that_is_assumed() {
    for latency in [Duration::ZERO, Duration::from_millis(80), Duration::from_millis(900)] {
        let server = Scripted::slow(latency, |_, _| empty_list());
        let client = Arc::new(client(&server));
        read(&client, 1000).await;
        let times = server.times();
        assert_eq!(times.len(), 1000);
        assert!(most_in_a_minute(&times) <= 300, "{} in a minute", most_in_a_minute(&times));
        let took = times.last().unwrap().as_secs();
        assert!((180..240).contains(&took), "nor is it slower than it must be: {took} s");
    }
}

#[tokio::test(start_paused = true)]
async fn a_minute_that_the_server_names_is_kept_to() {
    let server = Scripted::slow(Duration::from_millis(80), |_, _| {
        answer(200, &[("x-rate-limit", "user-minute-lim:20;")], LIST)
    });
    let client = Arc::new(client(&server));
    read(&client, 1).await;
    read(&client, 99).await;
    assert!(most_in_a_minute(&server.times()) <= 20);
}

#[tokio::test(start_paused = true)]
async fn no_more_than_eight_are_on_their_way_at_once() {
    let server = Scripted::slow(Duration::from_millis(80), |_, _| empty_list());
    let client = Arc::new(client(&server));
    read(&client, 100).await;
    assert_eq!(server.most_on_their_way(), 8);
}

#[tokio::test(start_paused = true)]
async fn a_read_dropped_on_its_way_gives_up_its_place() {
    let server = Scripted::slow(Duration::from_secs(5), |_, _| empty_list());
    let client = Arc::new(client(&server));
    for _ in 0..20 {
        let read = client.distribution_keys(Bound::OneApp);
        tokio::time::timeout(Duration::from_secs(1), read).await.unwrap_err();
    }
    read(&client, 1).await;
}

#[tokio::test(start_paused = true)]
async fn a_read_waits_as_long_as_the_server_asks_and_says_so() {
    let server = Scripted::new(|nth, _| match nth {
        0 => answer(429, &[("retry-after", "7")], "{\"errors\":[]}"),
        _ => empty_list(),
    });
    let client = Arc::new(client(&server));
    let mut waits = client.waits().longest();
    let reading = Arc::clone(&client);
    let reading = tokio::spawn(async move { reading.distribution_keys(Bound::OneApp).await });
    waits.changed().await.unwrap();
    let waiting = Waiting { until: after_start(7), why: WaitReason::RateLimited };
    assert_eq!(*waits.borrow_and_update(), Some(waiting));
    reading.await.unwrap().unwrap();
    assert_eq!(server.times()[1].as_secs(), 7);
    assert_eq!(*waits.borrow(), None, "the wait is over");
}

#[tokio::test(start_paused = true)]
async fn what_the_server_asks_of_one_read_holds_for_all() {
    let server = Scripted::new(|nth, _| match nth {
        0 => answer(429, &[("retry-after", "30")], "{\"errors\":[]}"),
        _ => empty_list(),
    });
    let client = Arc::new(client(&server));
    let first = Arc::clone(&client);
    let first = tokio::spawn(async move { first.distribution_keys(Bound::OneApp).await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    read(&client, 5).await;
    first.await.unwrap().unwrap();
    assert!(server.times()[1..].iter().all(|at| at.as_secs() >= 30), "{:?}", server.times());
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_stays_is_told_in_the_end() {
    let server = Scripted::new(|_, _| apple_error(429, "RATE_LIMIT_EXCEEDED", ""));
    let error = client(&server).distribution_keys(Bound::OneApp).await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(server.sent().len(), 9, "once and eight times more");
}

/// A server with ten requests an hour, of which another program has used all but two at the start and frees
/// the rest after a quarter of an hour.
fn shared_hour(nth: usize, sent: &Sent) -> Fate {
    let shared = sent.at < Duration::from_mins(15);
    let left = if shared { 2_usize.saturating_sub(nth + 1) } else { 8 };
    let header = format!("user-hour-lim:10;user-hour-rem:{left};");
    if shared && nth >= 2 {
        answer(429, &[("x-rate-limit", &header)], "{\"errors\":[]}")
    } else {
        answer(200, &[("x-rate-limit", &header)], LIST)
    }
}

#[tokio::test(start_paused = true)]
async fn an_exhausted_hour_is_waited_for_until_something_frees() {
    let server = Scripted::slow(Duration::from_millis(80), shared_hour);
    let client = Arc::new(client(&server));
    read(&client, 1).await;
    let mut waits = client.waits().longest();
    let reading = Arc::clone(&client);
    let reading = tokio::spawn(async move { read(&reading, 4).await });
    let told = waits.wait_for(Option::is_some).await.unwrap().unwrap();
    assert_eq!(told.why, WaitReason::Budget);
    assert_eq!(remaining(&client), 1, "the last one is kept for a write");
    reading.await.unwrap();
    let times = server.times();
    let freed = times.iter().find(|at| **at >= Duration::from_mins(15)).unwrap();
    let all = times.last().unwrap().abs_diff(*freed);
    assert!(all < Duration::from_secs(1), "once something is free nobody waits on, yet it took {all:?}");
    assert!(times.len() < 25, "one look a minute, not {}", times.len());
    assert_eq!(remaining(&client), 8);
}

async fn read_against(fate: impl Fn() -> Fate + Send + Sync + 'static) -> (Vec<u128>, Error) {
    let server = Scripted::new(move |_, _| fate());
    let before = Instant::now();
    let error = client(&server).distribution_keys(Bound::OneApp).await.unwrap_err();
    assert!(before.elapsed() < Duration::from_secs(3));
    (server.times().iter().map(Duration::as_millis).collect(), error)
}

#[tokio::test(start_paused = true)]
async fn a_read_that_failed_is_tried_three_times() {
    let (times, error) = read_against(|| answer(502, &[], "<html>")).await;
    assert_eq!(times, [0, 500, 2500]);
    assert_eq!(error.status(), Some(502));
    let (times, error) = read_against(|| Fate::MaybeSent(broken(BrokenKind::Cut))).await;
    assert_eq!(times, [0, 500, 2500]);
    assert!(matches!(error, Error::MaybeSent(_)));
    let (times, error) = read_against(|| Fate::NotSent(broken(BrokenKind::Name))).await;
    assert_eq!(times, [0, 500, 2500]);
    assert!(matches!(error, Error::NotSent(_)));
}

#[tokio::test(start_paused = true)]
async fn a_certificate_that_is_not_trusted_is_told_at_once() {
    let (times, _) = read_against(|| Fate::NotSent(broken(BrokenKind::Tls))).await;
    assert_eq!(times, [0]);
}

#[tokio::test(start_paused = true)]
async fn a_read_that_failed_once_goes_on_by_itself() {
    let server = Scripted::new(|nth, _| match nth {
        0 => Fate::MaybeSent(broken(BrokenKind::Cut)),
        1 => answer(503, &[], ""),
        _ => empty_list(),
    });
    client(&server).distribution_keys(Bound::OneApp).await.unwrap();
    assert_eq!(server.sent().len(), 3);
}

/// A server with `limit` requests an hour, of which all but `left` were used before.
fn hour(limit: u32, left: usize) -> impl Fn(usize, &Sent) -> Fate {
    move |nth, _| {
        let left = left.saturating_sub(nth + 1);
        answer(200, &[("x-rate-limit", &format!("user-hour-lim:{limit};user-hour-rem:{left};"))], LIST)
    }
}

/// Everything that is told from now on until `work` is done.
async fn told_during<T: Copy>(
    mut told: watch::Receiver<Option<T>>,
    work: impl Future<Output = ()>,
) -> Vec<T> {
    let mut all = Vec::new();
    let listening = async {
        while told.changed().await.is_ok() {
            all.extend(*told.borrow_and_update());
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        biased;
        () = work => {}
        () = listening => {}
    }
    all
}

#[tokio::test(start_paused = true)]
async fn at_a_tenth_of_the_hour_reads_go_one_by_one_as_fast_as_it_refills_and_nobody_is_told_each_wait() {
    let server = Scripted::slow(Duration::from_millis(80), hour(3600, 381));
    let client = Arc::new(client(&server));
    let told = told_during(client.waits().longest(), read(&client, 60)).await;
    let times = server.times();
    assert!(times[12].as_millis() < 500, "with more than a tenth nothing is held back: {:?}", times[12]);
    let gaps = times[21..].windows(2).map(|pair| pair[1].abs_diff(pair[0]));
    assert!(gaps.clone().all(|gap| gap == Duration::from_secs(1)), "{:?}", gaps.collect::<Vec<_>>());
    assert_eq!(told, [], "a second is not worth a word");
    let pacing = client.pacing().borrow().unwrap();
    assert_eq!((pacing.remaining, pacing.limit, pacing.slow), (321, Some(3600), true));
}

#[tokio::test(start_paused = true)]
async fn a_long_wait_between_two_slow_reads_is_told() {
    let server = Scripted::new(hour(60, 7));
    let client = Arc::new(client(&server));
    let told = told_during(client.waits().longest(), read(&client, 2)).await;
    assert_eq!(told, [Waiting { until: after_start(60), why: WaitReason::Budget }]);
}

#[tokio::test(start_paused = true)]
async fn what_is_left_is_told_with_the_moment_of_the_answer_and_whether_that_is_little() {
    let server = Scripted::slow(Duration::from_secs(3), hour(3600, 362));
    let client = Arc::new(client(&server));
    assert_eq!(*client.pacing().borrow(), None);
    read(&client, 1).await;
    let plenty = Pacing { remaining: 361, limit: Some(3600), at: after_start(3), slow: false };
    assert_eq!(*client.pacing().borrow(), Some(plenty));
    read(&client, 1).await;
    let little = Pacing { remaining: 360, limit: Some(3600), at: after_start(6), slow: true };
    assert_eq!(*client.pacing().borrow(), Some(little));
}

async fn write(client: &Client) {
    let token = client.one_use_token().await.unwrap();
    // What the answer says is of no matter here.
    let _ = client.add_key(token, &public_key(), &Scope::AllApps).await;
}

#[tokio::test(start_paused = true)]
async fn a_write_waits_neither_for_the_slow_pace_nor_for_a_used_up_hour() {
    for left in [300, 0] {
        let server = Scripted::new(hour(3600, left));
        let client = Arc::new(client(&server));
        read(&client, 1).await;
        let reading = Arc::clone(&client);
        let reading = tokio::spawn(async move { read(&reading, 20).await });
        tokio::time::sleep(Duration::from_millis(3500)).await;
        let before = Instant::now();
        write(&client).await;
        assert_eq!(before.elapsed(), Duration::ZERO, "with {left} left");
        reading.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn reads_leave_room_in_the_minute_for_writes() {
    let server = Scripted::slow(Duration::from_millis(80), |_, _| empty_list());
    let client = Arc::new(client(&server));
    let reading = Arc::clone(&client);
    let reading = tokio::spawn(async move { read(&reading, 700).await });
    while server.sent().len() < 296 {
        tokio::time::sleep(Duration::from_millis(80)).await;
    }
    for _ in 0..4 {
        write(&client).await;
    }
    reading.await.unwrap();
    assert!(most_in_a_minute(&server.times()) <= 300, "{} in a minute", most_in_a_minute(&server.times()));
}

#[tokio::test(start_paused = true)]
async fn two_clients_with_one_api_key_keep_to_one_minute_together() {
    let server = Scripted::slow(Duration::from_millis(80), |_, _| empty_list());
    let pace = Arc::new(Pace::new(Arc::new(SystemClock::starting_at(start()))));
    let one = Arc::new(client(&server).at_pace(Arc::clone(&pace)));
    let other = Arc::new(client(&server).at_pace(pace));
    tokio::join!(read(&one, 250), read(&other, 250));
    let times = server.times();
    assert_eq!(times.len(), 500);
    assert!(most_in_a_minute(&times) <= 300, "{} in a minute", most_in_a_minute(&times));
    assert_eq!(server.most_on_their_way(), 8);
}

#[tokio::test(start_paused = true)]
async fn who_queues_behind_a_read_that_waits_tells_that_it_waits_too() {
    let server = Scripted::new(|nth, _| match nth {
        0 => answer(429, &[("retry-after", "30")], "{\"errors\":[]}"),
        _ => empty_list(),
    });
    let (mine, others) = (Arc::<Waits>::default(), Arc::<Waits>::default());
    let client = client(&server);
    let first = Arc::new(client.clone().telling(Arc::clone(&others)));
    let behind = Arc::new(client.telling(Arc::clone(&mine)));
    let first = tokio::spawn(async move { read(&first, 5).await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(*others.limited().borrow(), Some(after_start(30)));
    assert_eq!(*mine.limited().borrow(), None, "nothing of it waits");
    let told = told_during(mine.limited(), read(&behind, 1)).await;
    assert_eq!(told, [after_start(30)]);
    first.await.unwrap();
    assert_eq!((*mine.limited().borrow(), *others.limited().borrow()), (None, None));
}

#[tokio::test(start_paused = true)]
async fn a_read_that_is_given_up_while_it_waits_waits_no_more() {
    let server = Scripted::new(|_, _| answer(429, &[("retry-after", "30")], "{\"errors\":[]}"));
    let client = client(&server);
    let read = client.distribution_keys(Bound::OneApp);
    tokio::time::timeout(Duration::from_secs(1), read).await.unwrap_err();
    assert_eq!(*client.waits().longest().borrow(), None);
}
