//! Removing a key, from what the window shows to Apple's answer.

use std::time::Duration;

use latchkey_core::{
    account::Origin,
    app::App,
    desk::{
        problem::What,
        view::{
            AddRequest, Added, InventoryEvent, KeyRow, Looked, PendingChange, RemoveReadBack, RemoveRequest,
            Removed, ShownUse, UsedFor, WhyUnknown,
        },
    },
    key::Scope,
    records::{Did, IntentState, Went},
};
use latchkey_simulator::{
    Account, KeyPair, Settings,
    practice::seeded,
    settings::{RemovedKey, Rule},
};

use crate::{
    Office,
    acts::{last_six, pending_of_removal, request},
    code,
};

#[tokio::test(start_paused = true)]
async fn a_key_is_removed_with_one_request_after_apple_was_read_again() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    for row in office.keys(&account).await {
        let deleted = office.requests("DELETE");
        let draft = office.desk.prepare_remove(request(&account, &row)).await.unwrap();
        assert_eq!(draft.key, row);
        let before = office.requests("GET");
        let removed = office.desk.commit_remove(&draft.id, last_six(&row.id)).await.unwrap();
        let Removed::Done { key, read_back: RemoveReadBack::Gone, .. } = removed else {
            panic!("{removed:?}")
        };
        assert_eq!(key, row);
        assert!(!office.has(&row.id));
        assert_eq!(office.requests("DELETE"), deleted + 1);
        assert!(office.requests("GET") > before + 3, "both lists, the key, and a list again");
        assert!(!office.keys(&account).await.iter().any(|left| left.id == row.id));
    }
}

#[tokio::test(start_paused = true)]
async fn other_characters_than_the_last_six_send_nothing_and_can_be_typed_again() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    let draft = office.desk.prepare_remove(request(&account, &row)).await.unwrap();
    let six = last_six(&row.id);
    for typed in ["", "000000", &six[1..], &row.id[..6], &row.id] {
        assert_eq!(code(office.desk.commit_remove(&draft.id, typed).await), What::WrongLastSix, "{typed:?}");
    }
    assert_eq!(office.requests("DELETE"), 0);
    let typed = format!(" {} ", six.to_uppercase());
    let removed = office.desk.commit_remove(&draft.id, &typed).await.unwrap();
    assert!(matches!(removed, Removed::Done { .. }), "{removed:?}");
}

#[tokio::test(start_paused = true)]
async fn whatever_differs_from_what_was_shown_stops_it() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    let shown = request(&account, &row);
    let other_app = ShownUse::App { app: office.app(11) };
    let differing = [
        RemoveRequest { used_for: ShownUse::AllApps, ..shown.clone() },
        RemoveRequest { used_for: other_app, ..shown.clone() },
        RemoveRequest { fingerprint: None, ..shown.clone() },
        RemoveRequest { fingerprint: Some(KeyPair::numbered(7, 1).public().fingerprint()), ..shown.clone() },
    ];
    for request in differing {
        let what = code(office.desk.prepare_remove(request.clone()).await);
        assert_eq!(what, What::KeyChanged, "{request:?}");
    }
    let known_by_now = RemoveRequest { used_for: ShownUse::Unknown, ..shown };
    let draft = office.desk.prepare_remove(known_by_now).await.unwrap();
    assert_eq!(draft.key.used_for, row.used_for, "that more is known is no difference, but it is shown");
}

#[tokio::test(start_paused = true)]
async fn a_key_that_somebody_else_removed_meanwhile_is_gone_and_nothing_is_sent() {
    for removed_key in [RemovedKey::NotFound, RemovedKey::Gone] {
        let office = Office::with(seeded(1, 12, 3), Settings { removed_key, ..Settings::default() });
        let account = office.connected().await;
        let row = office.row_for_an_app(&account, 0).await;
        let draft = office.desk.prepare_remove(request(&account, &row)).await.unwrap();
        office.apple.change(|account| account.remove_key(&row.id));
        let what = code(office.desk.commit_remove(&draft.id, last_six(&row.id)).await);
        assert_eq!(what, What::KeyGone);
        assert_eq!(code(office.desk.prepare_remove(request(&account, &row)).await), What::KeyGone);
        assert_eq!(office.requests("DELETE"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_gone_when_the_request_arrived_is_said_to_be_gone() {
    for status in [404, 410] {
        let office = Office::new(seeded(1, 12, 3));
        let account = office.connected().await;
        let row = office.row_for_an_app(&account, 0).await;
        office.fault(&format!("DELETE * status={status} carried-out"));
        let removed = office.remove(&account, &row).await.unwrap();
        assert!(matches!(removed, Removed::AlreadyGone { .. }), "{removed:?}");
        assert!(office.records.open_intents().unwrap().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_not_found_that_the_list_contradicts_is_no_removal() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    office.fault("DELETE * status=404 html");
    let problem = office.remove(&account, &row).await.unwrap_err();
    assert!(matches!(problem.what, What::NotApple { status: 404, .. }), "{problem:?}");
    assert!(office.has(&row.id));
    assert!(office.records.open_intents().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn apples_refusal_is_kept_whole_and_closes_the_matter() {
    let settings = Settings { removal_in_use: Rule::Refused, ..Settings::default() };
    let office = Office::with(seeded(1, 12, 3), settings);
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    let problem = office.remove(&account, &row).await.unwrap_err();
    assert!(matches!(problem.what, What::Refused { .. }), "{problem:?}");
    let apple = problem.apple.unwrap();
    assert_eq!((apple.status, apple.errors[0].code.as_str()), (409, "STATE_ERROR"));
    assert!(office.records.open_intents().unwrap().is_empty());
    let entry = &office.entries()[0];
    assert_eq!(
        (entry.did, entry.went, entry.code.as_deref()),
        (Did::Removed, Went::Refused, Some("STATE_ERROR"))
    );
    assert_eq!(entry.request_id, apple.request_id);
}

#[tokio::test(start_paused = true)]
async fn without_a_network_nothing_is_sent_and_a_new_try_is_possible() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    office.fault("DELETE * unreachable");
    let problem = office.remove(&account, &row).await.unwrap_err();
    assert!(matches!(problem.what, What::NoAnswer { .. }), "{problem:?}");
    assert_eq!(office.entries()[0].went, Went::NotSent);
    let removed = office.remove(&account, &row).await.unwrap();
    assert!(matches!(removed, Removed::Done { .. }), "{removed:?}");
}

#[tokio::test(start_paused = true)]
async fn committing_twice_at_once_sends_once_and_answers_the_same() {
    let settings = Settings { latency: Duration::from_millis(200), ..Settings::default() };
    let office = Office::with(seeded(1, 12, 3), settings);
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    let draft = office.desk.prepare_remove(request(&account, &row)).await.unwrap();
    let six = last_six(&row.id);
    let (first, second) =
        tokio::join!(office.desk.commit_remove(&draft.id, six), office.desk.commit_remove(&draft.id, six),);
    let third = office.desk.commit_remove(&draft.id, six).await;
    for removed in [first, second, third] {
        assert!(matches!(removed, Ok(Removed::Done { .. })), "{removed:?}");
    }
    assert_eq!(office.requests("DELETE"), 1);
}

#[tokio::test(start_paused = true)]
async fn two_drafts_of_the_same_key_at_once_send_it_once() {
    let settings = Settings { latency: Duration::from_millis(200), ..Settings::default() };
    let office = Office::with(seeded(1, 12, 3), settings);
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    let first = office.desk.prepare_remove(request(&account, &row)).await.unwrap();
    let second = office.desk.prepare_remove(request(&account, &row)).await.unwrap();
    let six = last_six(&row.id);
    let (first, second) =
        tokio::join!(office.desk.commit_remove(&first.id, six), office.desk.commit_remove(&second.id, six),);
    assert!(matches!(first, Ok(Removed::Done { .. })), "{first:?}");
    assert!(matches!(second, Ok(Removed::Unknown { .. })) || code(second) == What::KeyGone);
    assert_eq!(office.requests("DELETE"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_window_that_goes_away_stops_no_removal_and_neither_does_stop() {
    let settings = Settings { latency: Duration::from_secs(2), ..Settings::default() };
    let office = Office::with(seeded(1, 12, 3), settings);
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    let draft = office.desk.prepare_remove(request(&account, &row)).await.unwrap();
    let six = last_six(&row.id);
    let left = tokio::time::timeout(Duration::from_secs(1), office.desk.commit_remove(&draft.id, six)).await;
    assert!(left.is_err(), "the caller went away in the middle");
    office.desk.stop(draft.id.as_str());
    let removed = office.desk.commit_remove(&draft.id, six).await.unwrap();
    assert!(matches!(removed, Removed::Done { .. }), "{removed:?}");
    assert_eq!(office.requests("DELETE"), 1);
}

#[tokio::test(start_paused = true)]
async fn the_intent_is_on_the_disk_before_the_first_byte_is_sent() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    office.fault("DELETE * delay=1h cut-before");
    let draft = office.desk.prepare_remove(request(&account, &row)).await.unwrap();
    let on_its_way = office.desk.commit_remove(&draft.id, last_six(&row.id));
    assert!(tokio::time::timeout(Duration::from_secs(5), on_its_way).await.is_err());
    assert_eq!(office.records.intent(draft.id.as_str()).unwrap().state, IntentState::Sent);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_a_removal_is_looked_for_and_never_sent_again() {
    for (fault, gone) in [
        ("DELETE * cut-after", true),
        ("DELETE * late=100s", true),
        ("DELETE * status=502 html carried-out", true),
        ("DELETE * status=200 html carried-out", true),
        ("DELETE * cut-before", false),
        ("DELETE * status=500", false),
    ] {
        let office = Office::new(seeded(1, 12, 3));
        let account = office.connected().await;
        let row = office.row_for_an_app(&account, 0).await;
        let other = office.desk.prepare_remove(request(&account, &row)).await.unwrap();
        office.fault(fault);
        let pending = pending_of_removal(office.remove(&account, &row).await.unwrap());
        assert_eq!(pending.change, PendingChange::Remove { key: row.id.clone() });
        assert_eq!((&pending.fingerprint, &pending.name), (&row.fingerprint, &row.name));

        let again = office.desk.prepare_remove(request(&account, &row)).await;
        assert_eq!(code(again), What::StillUndecided);
        let again = office.desk.commit_remove(&other.id, last_six(&row.id)).await.unwrap();
        assert_eq!(pending_of_removal(again).id, pending.id, "{fault}");

        let office = office.killed();
        assert_eq!(office.desk.start().unwrap().pending[0].id, pending.id, "{fault}");
        let looks = office.looked(&pending.id).await;
        match looks.last() {
            Some(Looked::Gone { key, .. }) if gone => assert_eq!(key, &row, "{fault}"),
            Some(Looked::NotArrived { at }) if !gone => assert!(*at > pending.decided_after, "{fault}"),
            other => panic!("{fault}: {other:?}"),
        }
        assert_eq!(office.has(&row.id), !gone, "{fault}");
        assert_eq!(office.requests("DELETE"), 1, "{fault}");
        assert!(office.desk.start().unwrap().pending.is_empty(), "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_list_alone_is_no_sign_that_a_key_is_gone() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    office.fault("DELETE * cut-before");
    let pending = pending_of_removal(office.remove(&account, &row).await.unwrap());
    office.fault(r#"GET /v1/alternativeDistributionKeys$ text='{"data":[]}' times=2"#);
    let looks = office.looked(&pending.id).await;
    assert!(matches!(looks.first(), Some(Looked::NotThere { .. })), "{looks:?}");
    assert!(matches!(looks.last(), Some(Looked::NotArrived { .. })), "{looks:?}");
}

#[tokio::test(start_paused = true)]
async fn a_wrong_date_on_one_answer_decides_nothing() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    office.fault("DELETE * late=100s");
    let pending = pending_of_removal(office.remove(&account, &row).await.unwrap());
    office.fault("GET * date=+2h times=6");
    let looks = office.looked(&pending.id).await;
    assert!(matches!(looks.last(), Some(Looked::Gone { .. })), "{looks:?}");
}

#[tokio::test(start_paused = true)]
async fn a_key_of_an_app_that_vanished_is_shown_so_and_can_be_removed() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    let UsedFor::App { app } = &row.used_for else { panic!("{row:?}") };
    office.apple.change(|account| account.remove_app(&app.id.to_string()));
    assert_eq!(code(office.remove(&account, &row).await), What::KeyChanged);
    assert_eq!(office.requests("DELETE"), 0);

    let fresh = office.desk.read_key(&account, &row.id).await.unwrap().key.unwrap();
    assert!(!matches!(fresh.used_for, UsedFor::App { .. }), "{fresh:?}");
    let draft = office.desk.prepare_remove(request(&account, &fresh)).await.unwrap();
    assert!(matches!(draft.key.used_for, UsedFor::Unknown { .. }), "{:?}", draft.key);
    office.desk.commit_remove(&draft.id, last_six(&row.id)).await.unwrap();
    assert!(!office.has(&row.id));
}

#[tokio::test(start_paused = true)]
async fn a_key_for_an_app_that_the_api_key_cannot_see_can_be_removed_by_its_id() {
    let mut account = Account::new(1);
    let seen = account.add_app("Seen", "com.example.seen").id.clone();
    let unseen = account.add_app("Unseen", "com.example.unseen").id.clone();
    let key = account.add_key(KeyPair::numbered(1, 1).public(), Some(&unseen));
    let office = Office::new(account);
    let account = office.connected_as_one_person(&[&seen]).await;
    let rows = office.keys(&account).await;
    assert!(matches!(rows[0].used_for, UsedFor::Unknown { .. }), "{rows:?}");
    let removed = office.remove(&account, &rows[0]).await.unwrap();
    assert!(matches!(removed, Removed::Done { read_back: RemoveReadBack::Gone, .. }), "{removed:?}");
    assert!(!office.has(&key));
}

#[tokio::test(start_paused = true)]
async fn an_app_that_one_api_key_does_not_see_is_not_forgotten_of_a_key() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    let remembered = || office.records.known_key(&Origin::apple(), &row.id).unwrap().app;
    let (app, seen) = (remembered(), office.app(11).to_string());
    assert!(app.is_some() && app.as_ref().is_some_and(|app| app.id.to_string() != seen));
    let other = office.connected_as_one_person(&[&seen]).await;
    let fresh = office.desk.read_key(&other, &row.id).await.unwrap().key.unwrap();
    assert_eq!(fresh.used_for, UsedFor::Unknown { why: WhyUnknown::NoAppShowsIt });
    assert_eq!(remembered(), app);
}

#[tokio::test(start_paused = true)]
async fn a_lie_in_the_records_about_a_keys_app_removes_nothing_and_is_forgotten() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let (first, second) =
        (office.row_for_an_app(&account, 0).await, office.row_for_an_app(&account, 1).await);
    let app_of = |row: &KeyRow| match &row.used_for {
        UsedFor::App { app } => app.clone(),
        other => panic!("{other:?}"),
    };
    let origin = Origin::apple();
    office.records.remember_binding(&origin, &first.id, &app_of(&second)).unwrap();
    office.records.remember_binding(&origin, &second.id, &app_of(&first)).unwrap();
    let truth = office.truth();

    let lies = office.keys(&account).await;
    for row in lies.iter().filter(|row| matches!(row.used_for, UsedFor::App { .. })) {
        assert_eq!(code(office.remove(&account, row).await), What::KeyChanged, "{row:?}");
    }
    assert_eq!((office.truth(), office.requests("DELETE")), (truth, 0));
    let told = office.keys(&account).await;
    assert_eq!(told.iter().find(|row| row.id == first.id), Some(&first), "it is found out again");

    let renamed =
        App { name: "Another".to_owned(), bundle_id: "com.example.other".to_owned(), ..app_of(&first) };
    office.records.remember_binding(&origin, &first.id, &renamed).unwrap();
    let draft = office.desk.prepare_remove(request(&account, &first)).await.unwrap();
    assert_eq!(app_of(&draft.key), app_of(&first), "name and bundle ID are Apple's");
}

#[tokio::test(start_paused = true)]
async fn whatever_lie_stands_in_the_records_no_other_key_is_removed_than_the_one_shown() {
    let lies = [
        "UPDATE listing SET reach = iif(reach = 'all', 'one', 'all')",
        "UPDATE distribution_key SET name = 'Not this one', spki = (SELECT max(spki) FROM distribution_key)",
        "UPDATE binding SET app_id = '1', app_name = 'Nothing', bundle_id = 'none'",
        "INSERT OR REPLACE INTO binding SELECT origin, (SELECT key_id FROM listing WHERE reach = 'all'), app_id, app_name,
         bundle_id, sku, locale FROM binding",
        "DELETE FROM binding",
    ];
    for lie in lies {
        let office = Office::new(seeded(1, 12, 5));
        let account = office.connected().await;
        office.keys(&account).await;
        let office = office.edited(lie);
        let shown = match office.inventory(&account).await.into_iter().next() {
            Some(InventoryEvent::Remembered { keys, .. }) => keys,
            other => panic!("{other:?}"),
        };
        for row in shown {
            let before = office.truth();
            let after = match office.remove(&account, &row).await {
                Err(problem) => {
                    assert_eq!(problem.what, What::KeyChanged, "{lie}");
                    before.clone()
                }
                Ok(Removed::Done { key, .. }) => {
                    let truth = before.iter().find(|key| key.id == row.id).unwrap();
                    assert_eq!(key.fingerprint, truth.fingerprint, "{lie}");
                    let app = match &key.used_for {
                        UsedFor::App { app } => Some(app.id.to_string()),
                        UsedFor::AllApps => None,
                        _ => truth.app_id.clone(),
                    };
                    assert_eq!(app, truth.app_id, "{lie}");
                    before.iter().filter(|key| key.id != row.id).cloned().collect()
                }
                other => panic!("{lie}: {other:?}"),
            };
            assert_eq!(office.truth(), after, "{lie}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_id_that_is_none_is_never_sent() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    let before = office.apple.log().len();
    for key in ["", "../apps", "a key"] {
        let request = RemoveRequest { key: key.to_owned(), ..request(&account, &row) };
        assert_eq!(code(office.desk.prepare_remove(request).await), What::OddKeyId);
    }
    assert_eq!(office.apple.log().len(), before);
}

#[tokio::test(start_paused = true)]
async fn other_keys_for_the_same_are_named() {
    let settings = Settings { second_key: Rule::Accepted, ..Settings::default() };
    let office = Office::with(seeded(1, 12, 0), settings);
    let account = office.connected().await;
    office.inventory(&account).await;
    office.add(&account, 1, office.one_app(5)).await.unwrap();
    let Added::Done { key, .. } = office.add(&account, 2, office.one_app(5)).await.unwrap() else { panic!() };
    let draft = office.desk.prepare_remove(request(&account, &key)).await.unwrap();
    assert_eq!(draft.others.len(), 1);
    assert_eq!(draft.others[0].name.as_deref(), Some("Website"));
}

#[tokio::test(start_paused = true)]
async fn a_removed_key_is_added_again_from_activity_with_a_new_id() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    let UsedFor::App { app } = row.used_for.clone() else { panic!("{row:?}") };
    office.remove(&account, &row).await.unwrap();
    let entry = office.entries().remove(0);
    assert_eq!(
        (entry.did, entry.went, entry.key.as_deref()),
        (Did::Removed, Went::Done, Some(row.id.as_str()))
    );
    assert_eq!((entry.status, entry.request_id.is_some()), (Some(204), true));
    let draft = office.desk.add_again(&account, entry.number).unwrap();
    assert!(draft.groups.iter().all(Option::is_some), "it was registered before");
    let request = AddRequest {
        account: account.clone(),
        key: draft.id,
        scope: Scope::OneApp { app: app.id },
        work: None,
    };
    let prepared = office.desk.prepare_add(request).await.unwrap();
    assert_eq!(Some(&prepared.fingerprint), row.fingerprint.as_ref());
    let added = office.desk.commit_add(&prepared.id, String::new()).await.unwrap();
    let Added::Done { key, .. } = added else { panic!("{added:?}") };
    assert_ne!(key.id, row.id);
    let connected = office.entries().into_iter().find(|entry| entry.did == Did::Connected).unwrap();
    assert_eq!(code(office.desk.add_again(&account, connected.number)), What::Gone);
}

#[tokio::test(start_paused = true)]
async fn activity_says_that_an_answer_was_lost_and_what_was_found() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    office.fault("DELETE * status=502 carried-out");
    let pending = pending_of_removal(office.remove(&account, &row).await.unwrap());
    office.looked(&pending.id).await;
    let told: Vec<_> = office.entries().iter().map(|entry| (entry.did, entry.went, entry.status)).collect();
    assert_eq!(told[..2], [(Did::Removed, Went::Arrived, None), (Did::Removed, Went::AnswerLost, Some(502))]);
}

#[tokio::test(start_paused = true)]
async fn an_account_wide_key_is_removed_too() {
    let office = Office::with(seeded(1, 12, 3), Settings { falls_back: true, ..Settings::default() });
    let account = office.connected().await;
    let rows = office.keys(&account).await;
    let row = rows.iter().find(|row| row.used_for == UsedFor::AllApps).unwrap();
    let removed = office.remove(&account, row).await.unwrap();
    assert!(matches!(removed, Removed::Done { read_back: RemoveReadBack::Gone, .. }), "{removed:?}");
    assert_eq!(office.truth().len(), rows.len() - 1);
}
