//! Since you last looked, and all accounts at once.

use std::{sync::Mutex, time::Duration};

use latchkey_core::{
    account::AccountId,
    desk::{
        problem::What,
        view::{ActivityRequest, EverywhereEvent, InventoryEvent, News, NewsKind, UsedFor},
    },
    key::Scope,
    records::{Did, Went},
};
use latchkey_simulator::{KeyPair, Settings, practice::seeded};

use crate::{Office, accounts::with_two_accounts, code};

fn news_in(events: &[InventoryEvent]) -> Vec<News> {
    events
        .iter()
        .find_map(|event| match event {
            InventoryEvent::News { news } => Some(news.clone()),
            _ => None,
        })
        .unwrap_or_default()
}

fn kinds(news: &[News]) -> Vec<(NewsKind, &str)> {
    news.iter().map(|news| (news.kind, news.key.id.as_str())).collect()
}

async fn everywhere(office: &Office) -> Vec<EverywhereEvent> {
    let told = Mutex::new(Vec::new());
    office.desk.look_everywhere("all", &|event| told.lock().unwrap().push(event)).await.unwrap();
    told.into_inner().unwrap()
}

/// Somebody else removes the first key and adds another for the last app.
fn meddle(office: &Office) -> (String, String) {
    let truth = office.apple.state(office.clock.now());
    let app = truth.apps.last().unwrap().id.clone();
    let gone = truth.keys[0].id.clone();
    let new = office.apple.change(|account| {
        account.remove_key(&gone);
        account.add_key(KeyPair::numbered(50, 1).public(), Some(&app))
    });
    (gone, new)
}

fn request(account: Option<&AccountId>) -> ActivityRequest {
    ActivityRequest { account: account.cloned(), search: String::new(), before: None }
}

#[tokio::test(start_paused = true)]
async fn keys_that_came_and_went_without_this_computer_are_told_until_somebody_knows() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    assert_eq!(news_in(&office.inventory(&account).await), [], "the first look has nothing to compare with");
    let (gone, new) = meddle(&office);
    let news = news_in(&office.inventory(&account).await);
    let mut told = kinds(&news);
    told.sort_by_key(|(kind, _)| *kind == NewsKind::Went);
    assert_eq!(told, [(NewsKind::Came, new.as_str()), (NewsKind::Went, gone.as_str())]);
    let went = news.iter().find(|news| news.kind == NewsKind::Went).unwrap();
    assert!(matches!(went.key.used_for, UsedFor::App { .. }), "what is known of it stays: {went:?}");

    let office = office.restart();
    let events = office.inventory(&account).await;
    assert_eq!(news_in(&events).len(), 2, "nobody has said to know of it");
    let keys = events.iter().position(|event| matches!(event, InventoryEvent::Keys { .. }));
    let told = events.iter().position(|event| matches!(event, InventoryEvent::News { .. }));
    assert!(keys < told, "the rows are there before");
    office.desk.know_news(&account, news[0].at.max(news[1].at)).unwrap();
    assert_eq!(news_in(&office.inventory(&account).await), []);

    let noticed: Vec<Did> = office
        .desk
        .activity(&request(Some(&account)))
        .unwrap()
        .entries
        .into_iter()
        .filter(|entry| entry.went == Went::Noticed)
        .map(|entry| entry.did)
        .collect();
    assert_eq!(noticed.len(), 2, "it is noticed once: {noticed:?}");
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_added_here_is_no_news() {
    let office = Office::new(seeded(1, 4, 0));
    let account = office.connected().await;
    office.inventory(&account).await;
    office.add(&account, 1, office.one_app(0)).await.unwrap();
    office.add(&account, 2, Scope::AllApps).await.unwrap();
    assert_eq!(news_in(&office.inventory(&account).await), []);
}

#[tokio::test(start_paused = true)]
async fn the_news_of_an_account_that_is_not_connected_are_not_known() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    office.desk.disconnect(&account).await.unwrap();
    assert_eq!(code(office.desk.know_news(&account, office.clock.now())), What::NoSuchAccount);
}

#[tokio::test(start_paused = true)]
async fn every_account_is_looked_at_and_one_that_fails_stops_no_other() {
    let (office, [first, second]) = with_two_accounts().await;
    office.desk.open_sample().await.unwrap();
    office.inventory(&first).await;
    office.inventory(&second).await;
    let (gone, new) = meddle(&office);
    office.fault("GET /v1/alternativeDistributionKeys status=403 times=1");
    let events = everywhere(&office).await;
    let [
        EverywhereEvent::Failed { account: failed, problem },
        EverywhereEvent::Account { account: read, keys: 3, news, at },
        EverywhereEvent::Finished { stopped: false },
    ] = events.as_slice()
    else {
        panic!("each account once, the sample account not at all: {events:?}")
    };
    assert_eq!(problem.what, What::RoleTooLow);
    assert_ne!(failed.id, read.id);
    assert_eq!(read.last_read, Some(*at));
    let mut ids: Vec<&str> = news.iter().map(|news| news.key.id.as_str()).collect();
    ids.sort_unstable();
    let mut expected = [gone.as_str(), new.as_str()];
    expected.sort_unstable();
    assert_eq!(ids, expected);
}

#[tokio::test(start_paused = true)]
async fn looking_at_every_account_can_be_stopped() {
    let (office, _) = with_two_accounts().await;
    office.apple.configure(|settings: &mut Settings| settings.latency = Duration::from_secs(2));
    let told = Mutex::new(Vec::new());
    let tell = |event| {
        office.desk.stop("all");
        told.lock().unwrap().push(event);
    };
    office.desk.look_everywhere("all", &tell).await.unwrap();
    let told = told.into_inner().unwrap();
    assert!(
        matches!(
            told.as_slice(),
            [EverywhereEvent::Account { .. }, EverywhereEvent::Finished { stopped: true }]
        ),
        "{told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_search_over_all_accounts_finds_a_key_by_everything_it_is_known_by() {
    let (office, [first, second]) = with_two_accounts().await;
    office.desk.open_sample().await.unwrap();
    office.inventory(&first).await;
    office.inventory(&second).await;
    let rows = office.keys(&first).await;
    let row = rows.iter().find(|row| matches!(row.used_for, UsedFor::App { .. })).unwrap();
    let described =
        office.desk.describe_key(&first, &row.id, Some("Wébsite".into()), Some("Ann has it".into()));
    let row = described.unwrap();
    let UsedFor::App { app } = &row.used_for else { panic!("{row:?}") };
    let fingerprint = row.fingerprint.clone().unwrap();
    let groups = format!("{} {}", &fingerprint[..4], &fingerprint[4..8]);
    let before = office.apple.log().len();
    for search in [
        "wÉBSITE",
        "ann it",
        &row.id,
        &fingerprint,
        &groups,
        &app.bundle_id,
        &app.name.to_uppercase(),
        &app.id.to_string(),
    ] {
        let found = office.desk.find_everywhere(search).unwrap();
        assert_eq!(found.len(), 2, "both accounts are of one team and have it, {search:?}: {found:?}");
        assert!(found.iter().all(|found| found.key.id == row.id), "{search:?}: {found:?}");
        assert_ne!(found[0].account.id, found[1].account.id);
    }
    assert_eq!(office.desk.find_everywhere("website nobody").unwrap().len(), 0);
    assert_eq!(office.desk.find_everywhere(" ").unwrap().len(), 6, "without a word, every key");
    assert_eq!(office.apple.log().len(), before, "Apple is not asked");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_comes_late_does_not_undo_a_newer_one() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    office.inventory(&account).await;
    office.fault("GET /v1/alternativeDistributionKeys delay=5s times=2");
    let (_, new) = tokio::join!(office.inventory(&account), async {
        office.clock.sleep(Duration::from_secs(1)).await;
        let new = office.apple.change(|account| account.add_key(KeyPair::numbered(50, 1).public(), None));
        office.inventory(&account).await;
        new
    });
    let news = office.records.news(&account).unwrap();
    assert_eq!(news.len(), 1, "it came, and did not go: {news:?}");
    assert_eq!(news[0].key.id, new);
}
