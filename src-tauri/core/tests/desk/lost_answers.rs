//! An addition whose answer is lost: it is looked for, never sent again.

use std::time::Duration;

use latchkey_core::{
    account::AccountId,
    desk::{
        problem::What,
        view::{Added, Looked, Pending, ReadBack},
    },
};
use latchkey_simulator::{KeyPair, Settings, practice::seeded};

use crate::{Office, code};

async fn lost(office: &Office, fault: &str) -> (AccountId, Pending) {
    let account = office.connected().await;
    office.inventory(&account).await;
    office.fault(fault);
    let added = office.add(&account, 1, office.one_app(5)).await.unwrap();
    let Added::Unknown { pending, .. } = added else { panic!("{added:?}") };
    (account, pending)
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_a_write_that_arrived_is_found_out() {
    for fault in [
        "POST * cut-after",
        "POST * truncated",
        "POST * status=502 html carried-out",
        "POST * status=500 carried-out",
        "POST * echo-other-key",
    ] {
        let office = Office::new(seeded(1, 12, 3));
        let (_, pending) = lost(&office, fault).await;
        let looks = office.looked(&pending.id).await;
        let [Looked::Arrived { key, read_back: ReadBack::Confirmed, .. }] = looks.as_slice() else {
            panic!("{fault}: {looks:?}")
        };
        assert_eq!(key.name.as_deref(), Some("Website"));
        assert_eq!(office.requests("POST"), 1, "{fault}");
        assert!(office.records.open_intents().unwrap().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_never_arrived_is_said_to_be_so_only_after_its_token_has_expired() {
    let office = Office::new(seeded(1, 12, 3));
    let (_, pending) = lost(&office, "POST * cut-before").await;
    let looks = office.looked(&pending.id).await;
    let Some((Looked::NotArrived { at }, before)) = looks.split_last() else { panic!("{looks:?}") };
    assert!(*at > pending.decided_after);
    assert!(before.iter().all(|look| matches!(look, Looked::NotThere { .. })), "{before:?}");
    assert!(!before.is_empty());
    assert_eq!(office.requests("POST"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_takes_effect_late_is_still_found() {
    let office = Office::new(seeded(1, 12, 3));
    let (_, pending) = lost(&office, "POST * late=100s").await;
    let looks = office.looked(&pending.id).await;
    assert!(matches!(looks.first(), Some(Looked::NotThere { .. })), "{looks:?}");
    assert!(matches!(looks.last(), Some(Looked::Arrived { .. })), "{looks:?}");
    assert_eq!(office.requests("POST"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_still_looked_for_after_a_restart() {
    let office = Office::new(seeded(1, 12, 3));
    let (_, pending) = lost(&office, "POST * cut-after").await;
    let office = office.restart();
    let start = office.desk.start().unwrap();
    assert_eq!(start.pending.len(), 1);
    assert_eq!(start.pending[0].id, pending.id);
    let looks = office.looked(&pending.id).await;
    assert!(matches!(looks.last(), Some(Looked::Arrived { .. })), "{looks:?}");
    assert!(office.desk.start().unwrap().pending.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_same_key_of_somebody_else_is_not_taken_for_ours() {
    let office = Office::new(seeded(1, 12, 3));
    let (_, pending) = lost(&office, "POST * cut-before").await;
    let other_app = office.app(7).to_string();
    office.apple.change(|account| account.add_key(KeyPair::numbered(7, 1).public(), Some(&other_app)));
    let looks = office.looked(&pending.id).await;
    assert!(
        matches!(looks.last(), Some(Looked::Arrived { read_back: ReadBack::NotShown, .. })),
        "it carries our key, but Apple shows it elsewhere, and that is said: {looks:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_key_that_came_of_one_addition_is_not_taken_for_another_of_the_same_public_key() {
    for at_once in [true, false] {
        let office = Office::new(seeded(1, 12, 3));
        let (account, arriving) = lost(&office, "POST * late=100s").await;
        office.fault("POST * cut-before");
        let added = office.add(&account, 1, office.one_app(6)).await.unwrap();
        let Added::Unknown { pending: missing, .. } = added else { panic!("{added:?}") };
        let (first, second) = if at_once {
            tokio::join!(office.looked(&arriving.id), office.looked(&missing.id))
        } else {
            (office.looked(&arriving.id).await, office.looked(&missing.id).await)
        };
        assert!(
            matches!(first.last(), Some(Looked::Arrived { read_back: ReadBack::Confirmed, .. })),
            "{first:?}"
        );
        assert!(matches!(second.last(), Some(Looked::NotArrived { .. })), "{second:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_listed_key_that_no_app_shows_is_nobodys_while_two_additions_may_be_its_reason() {
    let office = Office::new(seeded(1, 12, 3));
    let (account, first) = lost(&office, "POST * cut-before").await;
    office.fault("POST * cut-before");
    let added = office.add(&account, 1, office.one_app(6)).await.unwrap();
    let Added::Unknown { pending: second, .. } = added else { panic!("{added:?}") };
    let elsewhere = office.app(7).to_string();
    office.apple.change(|account| account.add_key(KeyPair::numbered(7, 1).public(), Some(&elsewhere)));
    for pending in [&first, &second] {
        let looking = tokio::time::timeout(Duration::from_mins(20), office.looked(&pending.id));
        assert!(looking.await.is_err(), "whose it is can't be told");
    }
    assert_eq!(office.records.open_intents().unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_two_lists_that_decide_are_half_a_minute_apart_after_a_restart_too() {
    let office = Office::new(seeded(1, 12, 3));
    let (_, pending) = lost(&office, "POST * cut-before").await;
    office.clock.sleep(Duration::from_hours(1)).await;
    let office = office.restart();
    let looks = office.looked(&pending.id).await;
    let [Looked::NotThere { at: first, next }, Looked::NotArrived { at: second }] = looks.as_slice() else {
        panic!("{looks:?}")
    };
    assert_eq!(next, second);
    assert!(*second >= first.plus(Duration::from_secs(30)), "{looks:?}");
}

#[tokio::test(start_paused = true)]
async fn looking_can_be_stopped_and_taken_up_again() {
    let office = Office::new(seeded(1, 12, 3));
    let (_, pending) = lost(&office, "POST * late=100s").await;
    let desk = &office.desk;
    desk.look(&pending.id, &|_| desk.stop(pending.id.as_str())).await.unwrap();
    assert_eq!(office.records.open_intents().unwrap().len(), 1, "it stays open");
    let looks = office.looked(&pending.id).await;
    assert!(matches!(looks.last(), Some(Looked::Arrived { .. })), "{looks:?}");
}

#[tokio::test(start_paused = true)]
async fn a_look_that_fails_is_told_and_repeated() {
    let office = Office::new(seeded(1, 12, 3));
    let (_, pending) = lost(&office, "POST * cut-after").await;
    // Two lists at once, each asked for three times.
    office.fault("GET * status=503 html times=6");
    let looks = office.looked(&pending.id).await;
    assert!(matches!(looks.first(), Some(Looked::NotRead { .. })), "{looks:?}");
    assert!(matches!(looks.last(), Some(Looked::Arrived { .. })), "{looks:?}");
}

#[tokio::test(start_paused = true)]
async fn apples_request_id_is_kept_even_of_an_answer_that_says_nothing() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    office.inventory(&account).await;
    office.fault("POST * status=502 html carried-out");
    let added = office.add(&account, 1, office.one_app(5)).await.unwrap();
    let Added::Unknown { problem, .. } = added else { panic!("{added:?}") };
    let apple = problem.apple.unwrap();
    assert_eq!((apple.status, apple.request_id.is_some()), (502, true));
}

#[tokio::test(start_paused = true)]
async fn a_key_whose_fate_is_unknown_is_not_sent_again() {
    let office = Office::new(seeded(1, 12, 3));
    let (account, pending) = lost(&office, "POST * late=100s").await;
    let again = office.add(&account, 1, office.one_app(5)).await.unwrap();
    let Added::Unknown { pending: same, problem } = again else { panic!("{again:?}") };
    assert_eq!((same.id, problem.what), (pending.id.clone(), What::StillUndecided));
    assert_eq!(office.requests("POST"), 1);
    let looks = office.looked(&pending.id).await;
    assert!(matches!(looks.last(), Some(Looked::Arrived { .. })), "{looks:?}");
}

#[tokio::test(start_paused = true)]
async fn two_commits_of_the_same_key_at_once_send_it_once() {
    let settings = Settings { latency: Duration::from_millis(200), ..Settings::default() };
    let office = Office::with(seeded(1, 12, 3), settings);
    let account = office.connected().await;
    office.inventory(&account).await;
    let first = office.prepared(&account, 1, office.one_app(5)).await;
    let second = office.prepared(&account, 1, office.one_app(5)).await;
    let (first, second) = tokio::join!(
        office.desk.commit_add(&first.id, String::new()),
        office.desk.commit_add(&second.id, String::new()),
    );
    assert!(matches!(first.unwrap(), Added::Done { .. }));
    assert!(matches!(second.unwrap(), Added::Unknown { .. } | Added::Already { .. }));
    assert_eq!(office.requests("POST"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_was_asked_for_before_the_token_expired_decides_nothing() {
    let office = Office::new(seeded(1, 12, 3));
    let (_, pending) = lost(&office, "POST * late=170s").await;
    // The list is made at once and comes after the token's end and the margin.
    office.fault("GET /v1/alternativeDistributionKeys$ delay=200s times=2");
    let looks = office.looked(&pending.id).await;
    assert!(matches!(looks.first(), Some(Looked::NotThere { .. })), "{looks:?}");
    assert!(matches!(looks.last(), Some(Looked::Arrived { .. })), "{looks:?}");
}

#[tokio::test(start_paused = true)]
async fn a_second_look_ends_none() {
    let office = Office::new(seeded(1, 12, 3));
    let (_, pending) = lost(&office, "POST * late=100s").await;
    let (first, second) = tokio::join!(office.looked(&pending.id), office.looked(&pending.id));
    for looks in [first, second] {
        assert!(matches!(looks.last(), Some(Looked::Arrived { .. })), "{looks:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_for_an_account_that_was_disconnected_ends() {
    let office = Office::new(seeded(1, 12, 3));
    let (account, pending) = lost(&office, "POST * cut-before").await;
    office.desk.disconnect(&account).await.unwrap();
    assert_eq!(code(office.desk.look(&pending.id, &|_| ()).await), What::NoSuchAccount);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_looked_for_again_once_the_same_api_key_is_connected_anew() {
    let office = Office::new(seeded(1, 12, 3));
    let (account, pending) = lost(&office, "POST * cut-after").await;
    office.desk.disconnect(&account).await.unwrap();
    assert_eq!(office.desk.start().unwrap().pending.len(), 0);
    office.connected().await;
    assert_eq!(office.desk.start().unwrap().pending[0].id, pending.id);
    let looks = office.looked(&pending.id).await;
    assert!(matches!(looks.last(), Some(Looked::Arrived { .. })), "{looks:?}");
}

#[tokio::test(start_paused = true)]
async fn a_name_given_to_a_key_while_its_lost_addition_is_looked_for_stays_when_it_arrives() {
    let office = Office::new(seeded(1, 12, 3));
    let (account, pending) = lost(&office, "POST * cut-after").await;
    let before = office.records.open_intents().unwrap();
    let added = office.apple.state(office.clock.now()).keys.pop().unwrap().id;
    let row = office.keys(&account).await.into_iter().find(|row| row.id == added).unwrap();
    office.desk.describe_key(&account, &row.id, Some("Given meanwhile".into()), None).unwrap();
    assert_eq!(office.records.open_intents().unwrap(), before, "it is still looked for");
    let looks = office.looked(&pending.id).await;
    let Some(Looked::Arrived { key, .. }) = looks.last() else { panic!("{looks:?}") };
    assert_eq!((&key.id, key.name.as_deref()), (&row.id, Some("Given meanwhile")));
}

#[tokio::test(start_paused = true)]
async fn a_lost_change_whose_account_did_not_read_any_more_is_not_sent_again_either() {
    let office = Office::new(seeded(1, 12, 3));
    let (_, pending) = lost(&office, "POST * late=100s").await;
    let database = office.folder.path().join("records/latchkey.db");
    rusqlite::Connection::open(database).unwrap().execute("DELETE FROM account", []).unwrap();
    let office = office.restart();
    assert!(office.desk.start().unwrap().pending.is_empty());
    let anew = office.connected().await;
    let again = office.add(&anew, 1, office.one_app(5)).await.unwrap();
    let Added::Unknown { pending: same, problem } = again else { panic!("{again:?}") };
    assert_eq!((same.id, problem.what), (pending.id.clone(), What::StillUndecided));
    assert_eq!(office.desk.start().unwrap().pending[0].id, pending.id);
    let looks = office.looked(&pending.id).await;
    assert!(matches!(looks.last(), Some(Looked::Arrived { .. })), "{looks:?}");
    assert_eq!(office.requests("POST"), 1);
}
