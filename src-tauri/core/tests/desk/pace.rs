//! Apple's limits: what a reading makes of them, what is told of them, and what a reading that was stopped has to ask
//! again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use latchkey_core::{
    account::{AccountId, Origin},
    asc::{
        route::Nowhere,
        transport::{Fate, Sending, Transport},
    },
    clock::Moment,
    desk::{
        Backing, Desk, Real,
        view::{AppKey, AppRow, InventoryEvent, Pause, Quota, UsedFor, WhyUnknown},
    },
    vault::Vault,
};
use latchkey_simulator::{Account, InProcess, KeyPair, Settings};
use tokio::time::Instant;

use crate::{Office, apps_named, rows_after, sample};

/// An account with so many apps, whose last ones by name have a key each.
fn large(apps: usize, keys: usize) -> Account {
    let mut account = Account::new(1);
    for nth in 0..apps {
        let id = account.add_app(&format!("App {nth:04}"), &format!("com.example.app{nth}")).id.clone();
        if nth + keys >= apps {
            account.add_key(KeyPair::numbered(5, nth as u64).public(), Some(&id));
        }
    }
    account
}

/// A server that allows as much as Apple's seems to.
fn strict() -> Settings {
    Settings { per_minute: Some(300), latency: Duration::from_millis(80), ..Settings::default() }
}

fn refusals(office: &Office) -> usize {
    office.apple.log().iter().filter(|logged| logged.status == Some(429)).count()
}

/// How often each app was asked for its key.
fn times_asked(office: &Office) -> HashMap<String, usize> {
    let mut asked = HashMap::new();
    for logged in office.apple.log() {
        if logged.path.ends_with("/relationships/alternativeDistributionKey") {
            *asked.entry(logged.path).or_default() += 1;
        }
    }
    asked
}

/// What the person sees grow. Panics if it shrinks.
fn progress(events: &[InventoryEvent]) -> Vec<(usize, usize)> {
    let told = events.iter().filter_map(|event| match event {
        InventoryEvent::Checked { done, of } => Some((*done, *of)),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    assert!(told.iter().all(|(done, of)| done <= of), "more than all: {told:?}");
    let falls = told.windows(2).find(|pair| pair[1].0 < pair[0].0 || pair[1].1 < pair[0].1);
    assert_eq!(falls, None, "progress never goes back");
    told
}

/// Reads until so many apps were asked, then stops.
async fn stopped_at(desk: &Desk, account: &AccountId, apps: usize) -> Vec<InventoryEvent> {
    let told = Mutex::new(Vec::new());
    let tell = |event: InventoryEvent| {
        if matches!(event, InventoryEvent::Checked { done, .. } if done == apps) {
            desk.stop("run");
        }
        told.lock().unwrap().push(event);
    };
    desk.inventory(account, "run", &tell).await.unwrap();
    let events = told.into_inner().unwrap();
    assert!(matches!(events.last(), Some(InventoryEvent::Finished { stopped: true, .. })));
    events
}

fn all_placed(events: &[InventoryEvent]) -> bool {
    matches!(events.last(), Some(InventoryEvent::Finished { all_placed: true, stopped: false, .. }))
}

fn waits_told(events: &[InventoryEvent]) -> usize {
    events.iter().filter(|event| matches!(event, InventoryEvent::Waiting { .. })).count()
}

fn told_slow(events: &[InventoryEvent]) -> Vec<Quota> {
    let slow = events.iter().filter_map(|event| match event {
        InventoryEvent::Slow { quota } => Some(*quota),
        _ => None,
    });
    slow.collect()
}

#[tokio::test(start_paused = true)]
async fn three_thousand_apps_are_read_within_the_hour_and_the_minute_without_one_refusal() {
    let office = Office::with(large(3000, 20), strict());
    let account = office.connected().await;
    let began = Instant::now();
    let events = office.inventory(&account).await;
    let took = began.elapsed();
    assert_eq!(refusals(&office), 0);
    assert!(all_placed(&events));
    assert_eq!(apps_named(&rows_after(&events)).iter().flatten().count(), 20);
    let told = progress(&events);
    assert!(told.len() > 2900 && told.last().is_some_and(|(done, of)| *done > 2980 && *of == 3000));
    assert!((10..=12).contains(&(took.as_secs() / 60)), "no slower than 300 a minute demand: {took:?}");
    assert!(waits_told(&events) <= 12, "about one a minute, not {}", waits_told(&events));
    assert!(times_asked(&office).values().all(|times| *times == 1));
    assert_eq!(told_slow(&events), [], "more than a tenth of the hour is left");
}

#[tokio::test(start_paused = true)]
async fn three_thousand_apps_stopped_in_the_middle_go_on_where_they_were() {
    let office = Office::with(large(3000, 20), strict());
    let account = office.connected().await;
    let first = stopped_at(&office.desk, &account, 1500).await;
    progress(&first);
    let second = office.inventory(&account).await;
    assert!(all_placed(&second));
    assert_eq!(refusals(&office), 0);
    let asked = times_asked(&office);
    let again = asked.values().filter(|times| **times > 1).count();
    assert!(again <= 8, "only what was on its way is asked again, not {again}");
    assert!(asked.values().all(|times| *times <= 2));
    let told = progress(&second);
    assert_eq!(told[0].0, 200, "the whole first page was heard before");
    let known = |row: &&AppRow| row.key == AppKey::None;
    let at_once: usize = second
        .iter()
        .map(|event| match event {
            InventoryEvent::Apps { apps, .. } => apps.iter().filter(known).count(),
            _ => 0,
        })
        .sum();
    assert!((1500..1508).contains(&at_once), "what they answered is told with the list of apps: {at_once}");
}

/// A way to Apple on which every `X-Rate-Limit` is lost.
struct Headerless(InProcess);

impl Transport for Headerless {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        Box::pin(async move {
            let mut fate = self.0.send(request).await;
            if let Fate::Answered(answer) = &mut fate {
                answer.headers_mut().remove("x-rate-limit");
            }
            fate
        })
    }
}

#[tokio::test(start_paused = true)]
async fn three_hundred_a_minute_are_kept_to_though_no_answer_says_so_from_connecting_on() {
    let mut office = Office::with(large(700, 1), strict());
    let backing = Backing {
        origin: Origin::apple(),
        transport: Arc::new(Headerless(InProcess::new(Arc::clone(&office.apple), Arc::clone(&office.clock)))),
        route: Arc::new(Nowhere::default()),
        vault: Arc::clone(&office.vault) as Arc<dyn Vault>,
        records: Arc::clone(&office.records),
    };
    office.desk = Desk::new(Arc::clone(&office.clock), Real::Ready(backing), sample(&office.clock), "0.0.0");
    let account = office.connected().await;
    let events = office.inventory(&account).await;
    assert!(all_placed(&events));
    assert_eq!(refusals(&office), 0);
    assert_eq!(office.desk.quota(&account).unwrap(), None, "nothing was said of the hour");
}

#[tokio::test(start_paused = true)]
async fn a_start_in_a_minute_that_is_used_up_costs_a_handful_of_refusals() {
    let office = Office::with(large(600, 1), strict());
    let account = office.connected().await;
    stopped_at(&office.desk, &account, 280).await;
    let office = office.restart();
    let events = office.inventory(&account).await;
    assert!(all_placed(&events));
    assert!(refusals(&office) <= 8, "{}", refusals(&office));
}

#[tokio::test(start_paused = true)]
async fn at_a_tenth_of_the_hour_the_reading_slows_down_says_so_once_and_comes_to_its_end() {
    let settings = Settings { per_hour: 900, latency: Duration::from_millis(80), ..Settings::default() };
    let office = Office::with(large(850, 1), settings);
    let account = office.connected().await;
    let began = Instant::now();
    let events = office.inventory(&account).await;
    assert!(all_placed(&events));
    assert_eq!(refusals(&office), 0);
    let [slow] = told_slow(&events)[..] else { panic!("{:?}", told_slow(&events)) };
    assert_eq!((slow.limit, slow.slow), (Some(900), true));
    assert!((80..=90).contains(&slow.remaining), "{slow:?}");
    assert!(waits_told(&events) <= 4, "the slow pace is not told wait by wait, {}", waits_told(&events));
    let slowly = 900 / 10 - office.desk.quota(&account).unwrap().unwrap().remaining - 8;
    assert!(
        began.elapsed() >= Duration::from_secs(4) * slowly,
        "{slowly} of them four seconds apart, an hour's 900th part, yet all took {:?}",
        began.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_left_of_the_hour_is_known_from_connecting_on() {
    let office = Office::new(large(3, 1));
    let account = office.connected().await;
    let now = office.clock.now();
    let quota = Quota { remaining: 3598, limit: Some(3600), at: now, slow: false };
    assert_eq!(office.desk.quota(&account).unwrap(), Some(quota));
    office.inventory(&account).await;
    assert!(office.desk.quota(&account).unwrap().unwrap().remaining < 3598);
    let office = office.restart();
    assert_eq!(office.desk.quota(&account).unwrap(), None, "it is not remembered from run to run");
}

#[tokio::test(start_paused = true)]
async fn what_was_left_an_hour_ago_says_nothing_any_more() {
    let office = Office::new(large(1, 1));
    let account = office.connected().await;
    office.clock.sleep(Duration::from_secs(3599)).await;
    assert!(office.desk.quota(&account).unwrap().is_some());
    office.clock.sleep(Duration::from_secs(1)).await;
    assert_eq!(office.desk.quota(&account).unwrap(), None);
}

/// What the desk told of its waits while `work` went on, and after it.
async fn told_of_waits(office: &Office, work: impl Future<Output = ()>) -> Vec<Option<Moment>> {
    let mut waits = office.desk.apple_waits();
    let mut told = Vec::new();
    let listening = async {
        while waits.changed().await.is_ok() {
            told.push(*waits.borrow_and_update());
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        biased;
        () = work => {}
        () = listening => {}
    }
    let now = *waits.borrow();
    if told.last() != Some(&now) {
        told.push(now);
    }
    told
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_apples_limit_is_told_until_it_goes_on() {
    let office = Office::new(large(3, 1));
    office.fault("GET /v1/apps status=429 retry-after=30");
    let until = office.clock.now().plus(Duration::from_secs(30));
    let connecting = told_of_waits(&office, async {
        office.connected().await;
    });
    assert_eq!(connecting.await, [Some(until), None]);
}

#[tokio::test(start_paused = true)]
async fn the_reading_of_an_inventory_tells_its_waits_itself_but_not_those_of_what_queues_behind_it() {
    let office = Office::new(large(3, 1));
    let account = office.connected().await;
    office.fault("GET /v1/alternativeDistributionKeys status=429 retry-after=30");
    let until = office.clock.now().plus(Duration::from_secs(30));
    let mut events = Vec::new();
    let reading = told_of_waits(&office, async { events = office.inventory(&account).await });
    assert_eq!(Box::pin(reading).await, [None], "nothing but the reading waits");
    let told = |event: &InventoryEvent| matches!(event, InventoryEvent::Waiting { until: told, why: Pause::Limit } if *told == until);
    assert!(events.iter().any(told), "{events:?}");

    office.fault("GET /v1/alternativeDistributionKeys status=429 retry-after=30");
    let until = office.clock.now().plus(Duration::from_secs(30));
    let both = told_of_waits(&office, async {
        let checking = async { office.desk.check_account(&account).await.unwrap() };
        tokio::join!(biased; office.inventory(&account), checking);
    });
    assert_eq!(Box::pin(both).await, [Some(until), None], "the check waits, too");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_fails_is_not_told_as_apples_limit() {
    let office = Office::new(large(3, 1));
    office.fault("GET /v1/apps status=503 times=2");
    let connecting = told_of_waits(&office, async {
        office.connected().await;
    });
    assert_eq!(connecting.await, [None]);
}

#[tokio::test(start_paused = true)]
async fn a_reading_that_broke_off_is_gone_on_with() {
    let office = Office::with(large(300, 1), strict());
    let account = office.connected().await;
    let lost = "GET /v1/apps/ unreachable times=always skip=100";
    office.fault(lost);
    let events = office.inventory(&account).await;
    assert!(events.iter().any(|event| matches!(event, InventoryEvent::Partly { .. })));
    let before = office.apple.log().len();
    office.apple.set_faults(Vec::new());
    assert!(all_placed(&office.inventory(&account).await));
    let asked = office.apple.log().len() - before;
    assert!(asked <= 205, "three hundred apps, of which a hundred had answered: {asked}");
}

#[tokio::test(start_paused = true)]
async fn only_the_app_that_failed_is_asked_again() {
    let office = Office::with(large(50, 1), strict());
    let last = office.app(49);
    let account = office.connected().await;
    office.fault(&format!("GET /v1/apps/{last}/ status=500 times=3"));
    let events = office.inventory(&account).await;
    assert!(matches!(rows_after(&events)[0].used_for, UsedFor::Unknown { why: WhyUnknown::NotAllAppsRead }));
    let before = office.apple.log().len();
    assert!(all_placed(&office.inventory(&account).await));
    assert_eq!(office.apple.log().len() - before, 4, "two lists of keys, one of apps, and that app");
}

#[tokio::test(start_paused = true)]
async fn a_key_that_came_after_an_app_was_asked_makes_it_ask_again() {
    let office = Office::with(large(300, 1), strict());
    let account = office.connected().await;
    stopped_at(&office.desk, &account, 100).await;
    let early = office.app(5).to_string();
    let came = office.apple.change(|apple| apple.add_key(KeyPair::numbered(6, 1).public(), Some(&early)));
    let events = office.inventory(&account).await;
    assert!(all_placed(&events));
    let rows = rows_after(&events);
    let row = rows.iter().find(|row| row.id == came).unwrap();
    assert!(matches!(&row.used_for, UsedFor::App { app } if app.id.to_string() == early), "{row:?}");
}

#[tokio::test(start_paused = true)]
async fn what_an_app_answered_gives_way_to_what_is_known_now() {
    let office = Office::with(large(300, 1), strict());
    let account = office.connected().await;
    let first = office.app(0).to_string();
    let key = office.apple.change(|apple| apple.add_key(KeyPair::numbered(6, 1).public(), Some(&first)));
    stopped_at(&office.desk, &account, 100).await;
    office.apple.change(|apple| apple.remove_key(&key));
    let events = office.inventory(&account).await;
    let row_of_first = |row: &&AppRow| row.app.id.to_string() == first;
    let rows = events.iter().filter_map(|event| match event {
        InventoryEvent::Apps { apps, .. } => apps.iter().find(row_of_first),
        InventoryEvent::App { app } => Some(app).filter(row_of_first),
        _ => None,
    });
    let keys: Vec<&AppKey> = rows.map(|row| &row.key).collect();
    assert_eq!(keys, [&AppKey::NotAsked, &AppKey::None], "its key was removed meanwhile");
}

#[tokio::test(start_paused = true)]
async fn a_reading_that_reached_its_end_leaves_nothing_to_lean_on() {
    let office = Office::with(large(40, 1), strict());
    let account = office.connected().await;
    let last = office.app(39).to_string();
    office.apple.change(|apple| apple.remove_app(&last));
    for times in 1..=2 {
        let events = office.inventory(&account).await;
        let rows = rows_after(&events);
        assert!(matches!(rows[0].used_for, UsedFor::Unknown { why: WhyUnknown::NoAppShowsIt }), "{rows:?}");
        let asked = times_asked(&office);
        assert!(asked.len() == 39 && asked.values().all(|asked| *asked == times), "{asked:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn refusals_for_no_reason_told_are_no_storm_and_the_reading_goes_on_by_itself() {
    for retry_after in ["", "retry-after=0", "retry-after=3"] {
        let office = Office::with(large(100, 1), strict());
        let account = office.connected().await;
        office.fault(&format!("GET /v1/apps/ status=429 {retry_after} times=20 skip=20"));
        let began = Instant::now();
        assert!(all_placed(&office.inventory(&account).await));
        assert_eq!(refusals(&office), 20);
        assert!(began.elapsed() > Duration::from_secs(3), "{:?}", began.elapsed());
    }
}
