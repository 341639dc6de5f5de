//! Adding a key, from the chosen file to Apple's answer.

use std::time::Duration;

use latchkey_core::{
    account::Origin,
    desk::{
        problem::What,
        view::{AddRequest, Added, Confirmed, Holds, PrivateKey, ReadBack, UsedFor, WorkKind},
    },
    key::Scope,
    records::IntentState,
};
use latchkey_simulator::{
    Account, KeyPair, Settings,
    practice::seeded,
    settings::{AppsKey, Echo, Rule},
};

use crate::{Office, accounts::with_two_accounts, code};

#[tokio::test(start_paused = true)]
async fn a_key_is_added_compared_and_read_back_with_one_post() {
    for echo in [Echo::OpenSsl, Echo::OneLine, Echo::Crlf] {
        let office = Office::with(seeded(1, 12, 3), Settings { echo, ..Settings::default() });
        let account = office.connected().await;
        office.inventory(&account).await;
        let added = office.add(&account, 1, office.one_app(5)).await.unwrap();
        let Added::Done { key, read_back: ReadBack::Confirmed, .. } = added else { panic!("{added:?}") };
        assert_eq!(office.requests("POST"), 1);
        let truth = office.apple.state(office.clock.now());
        let there = truth.keys.iter().find(|there| there.id == key.id).unwrap();
        assert_eq!(there.app_id.as_deref(), Some(office.app(5).to_string().as_str()));
        assert_eq!(key.fingerprint, there.fingerprint);
        assert_eq!(key.name.as_deref(), Some("Website"));
        assert!(matches!(key.used_for, UsedFor::App { .. }), "{key:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn committing_twice_at_once_sends_once_and_answers_the_same() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    office.inventory(&account).await;
    let draft = office.prepared(&account, 1, office.one_app(5)).await;
    let (first, second) = tokio::join!(
        office.desk.commit_add(&draft.id, "One".to_owned()),
        office.desk.commit_add(&draft.id, "Two".to_owned()),
    );
    let third = office.desk.commit_add(&draft.id, "Three".to_owned()).await;
    assert_eq!(office.requests("POST"), 1);
    let id = |added| match added {
        Ok(Added::Done { key, .. }) => (key.id, key.name),
        other => panic!("{other:?}"),
    };
    let first = id(first);
    assert_eq!(first.1.as_deref(), Some("One"));
    assert_eq!((first.clone(), first), (id(second), id(third)));
}

#[tokio::test(start_paused = true)]
async fn a_name_is_kept_on_one_line_and_bounded() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let draft = office.prepared(&account, 1, office.one_app(5)).await;
    let name = format!(" Web\nsite{}", "e".repeat(300));
    let added = office.desk.commit_add(&draft.id, name).await.unwrap();
    let Added::Done { key, .. } = added else { panic!("{added:?}") };
    let name = key.name.unwrap();
    assert!(name.starts_with("Web") && !name.contains(char::is_control), "{name}");
    assert_eq!(name.chars().count(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_window_that_goes_away_stops_no_write() {
    let settings = Settings { latency: Duration::from_secs(2), ..Settings::default() };
    let office = Office::with(seeded(1, 12, 3), settings);
    let account = office.connected().await;
    office.inventory(&account).await;
    let draft = office.prepared(&account, 1, office.one_app(5)).await;
    let left =
        tokio::time::timeout(Duration::from_secs(1), office.desk.commit_add(&draft.id, String::new())).await;
    assert!(left.is_err(), "the caller went away in the middle");
    let added = office.desk.commit_add(&draft.id, String::new()).await.unwrap();
    assert!(matches!(added, Added::Done { .. }), "{added:?}");
    assert_eq!(office.requests("POST"), 1);
}

#[tokio::test(start_paused = true)]
async fn the_same_key_for_the_same_app_is_not_sent_again() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    office.inventory(&account).await;
    office.add(&account, 1, office.one_app(5)).await.unwrap();
    let draft = office.prepared(&account, 1, office.one_app(5)).await;
    assert!(draft.already.is_some());
    let again = office.desk.commit_add(&draft.id, String::new()).await.unwrap();
    assert!(matches!(again, Added::Already { .. }), "{again:?}");
    assert_eq!(office.requests("POST"), 1);
}

/// Apple's lists of keys, and what an app shows, empty from now on.
const LAGGING: [&str; 2] = [
    r#"GET /v1/alternativeDistributionKeys$ text='{"data":[]}' times=always"#,
    r#"GET /v1/apps/ text='{"data":null}' times=always"#,
];

#[tokio::test(start_paused = true)]
async fn a_key_that_apple_registered_and_shows_nowhere_yet_is_not_sent_again() {
    for all_apps in [false, true] {
        let office = Office::new(seeded(1, 12, 3));
        let account = office.connected().await;
        office.inventory(&account).await;
        let scope = if all_apps { Scope::AllApps } else { office.one_app(5) };
        let Added::Done { key, .. } = office.add(&account, 1, scope.clone()).await.unwrap() else {
            panic!("it is new")
        };
        for fault in LAGGING {
            office.fault(fault);
        }
        let again = office.add(&account, 1, scope).await.unwrap();
        assert!(matches!(&again, Added::Already { key: same } if same.id == key.id), "{again:?}");
        assert_eq!(office.requests("POST"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_added_before_and_is_gone_is_sent_again() {
    for all_apps in [false, true] {
        let office = Office::new(seeded(1, 12, 3));
        let account = office.connected().await;
        office.inventory(&account).await;
        let scope = if all_apps { Scope::AllApps } else { office.one_app(5) };
        let Added::Done { key, .. } = office.add(&account, 1, scope.clone()).await.unwrap() else {
            panic!("it is new")
        };
        office.apple.change(|account| account.remove_key(&key.id));
        let again = office.add(&account, 1, scope).await.unwrap();
        assert!(matches!(&again, Added::Done { key: other, .. } if other.id != key.id), "{again:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn that_a_key_is_remembered_for_an_app_does_not_make_it_registered_there() {
    let office =
        Office::with(seeded(1, 12, 3), Settings { second_key: Rule::Accepted, ..Settings::default() });
    let account = office.connected().await;
    let old = office.row_for_an_app(&account, 0).await;
    let UsedFor::App { app } = &old.used_for else { panic!("{old:?}") };
    let Added::Done { key: elsewhere, .. } = office.add(&account, 1, office.one_app(7)).await.unwrap() else {
        panic!("it is new")
    };
    office.records.remember_binding(&Origin::apple(), &elsewhere.id, app).unwrap();
    let work = office.replace(&account, &old, WorkKind::Planned).await;
    let added = office.add_new(&work, 1).await.unwrap();
    let Added::Done { key, .. } = added else { panic!("{added:?}") };
    assert_ne!(key.id, elsewhere.id);
    let truth = office.truth();
    let there = truth.iter().find(|there| there.id == key.id).unwrap();
    assert_eq!(there.app_id.as_deref(), Some(app.id.to_string().as_str()));
}

#[tokio::test(start_paused = true)]
async fn a_key_that_its_app_hides_behind_another_is_known_by_apples_answer() {
    let settings = Settings { second_key: Rule::Accepted, apps_key: AppsKey::Oldest, ..Settings::default() };
    let office = Office::with(seeded(1, 12, 3), settings);
    let account = office.connected().await;
    let old = office.row_for_an_app(&account, 0).await;
    let UsedFor::App { app } = &old.used_for else { panic!("{old:?}") };
    let scope = Scope::OneApp { app: app.id.clone() };
    let added = office.add(&account, 1, scope.clone()).await.unwrap();
    assert!(matches!(added, Added::Done { read_back: ReadBack::NotShown, .. }), "{added:?}");
    let again = office.add(&account, 1, scope).await.unwrap();
    assert!(matches!(again, Added::Already { .. }), "{again:?}");
    assert_eq!(office.requests("POST"), 1);
}

#[tokio::test(start_paused = true)]
async fn an_account_that_waits_for_apple_holds_up_no_other() {
    let (office, [waiting, other]) = with_two_accounts().await;
    office.inventory(&waiting).await;
    let draft = office.prepared(&waiting, 1, office.one_app(2)).await;
    office.fault("GET * delay=20s times=2");
    let begun = office.clock.now();
    let (slow, quick) = tokio::join!(office.desk.commit_add(&draft.id, String::new()), async {
        office.clock.sleep(Duration::from_secs(1)).await;
        let added = office.add(&other, 2, Scope::AllApps).await;
        (added, office.clock.now())
    });
    assert!(matches!(quick.0, Ok(Added::Done { .. })), "{quick:?}");
    assert!(quick.1 < begun.plus(Duration::from_secs(20)), "{quick:?}");
    assert!(matches!(slow, Ok(Added::Done { .. })), "{slow:?}");
}

#[tokio::test(start_paused = true)]
async fn what_was_told_of_a_key_that_is_there_already_is_kept() {
    let mut account = Account::new(1);
    let app = account.add_app("Reader", "com.example.reader").id.clone();
    account.add_key(KeyPair::numbered(7, 1).public(), Some(&app));
    let office = Office::new(account);
    let id = office.connected().await;
    office.inventory(&id).await;
    let pem = KeyPair::numbered(7, 1).pkcs8_pem();
    let key = office.take_key(office.file("key.pem", &pem), &id).unwrap().id;
    office.desk.never_left_this_computer(&key).unwrap();
    let request =
        AddRequest { account: id, key, scope: Scope::OneApp { app: app.parse().unwrap() }, work: None };
    let draft = office.desk.prepare_add(request).await.unwrap();
    let added = office.desk.commit_add(&draft.id, "Website".to_owned()).await.unwrap();
    let Added::Already { key } = added else { panic!("{added:?}") };
    assert_eq!(key.name.as_deref(), Some("Website"));
    assert!(matches!(key.confirmed, Confirmed::ByPrivateKey { .. }));
    assert!(matches!(key.private_key, PrivateKey::InAFile { .. }));
    assert_eq!(office.requests("POST"), 0);
}

#[tokio::test(start_paused = true)]
async fn the_same_key_for_another_app_is_said_and_allowed() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    office.inventory(&account).await;
    office.add(&account, 1, office.one_app(5)).await.unwrap();
    let draft = office.prepared(&account, 1, office.one_app(6)).await;
    assert_eq!((draft.already, draft.elsewhere.len()), (None, 1));
    let added = office.desk.commit_add(&draft.id, String::new()).await.unwrap();
    assert!(matches!(added, Added::Done { .. }), "{added:?}");
    assert_eq!(office.requests("POST"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_key_for_all_apps_is_read_back_from_the_list() {
    let office = Office::new(seeded(1, 12, 0));
    let account = office.connected().await;
    let added = office.add(&account, 1, Scope::AllApps).await.unwrap();
    let Added::Done { key, read_back: ReadBack::Confirmed, .. } = added else { panic!("{added:?}") };
    assert_eq!(key.used_for, UsedFor::AllApps);
}

#[tokio::test(start_paused = true)]
async fn an_app_that_has_a_key_is_said_to_keep_it() {
    let office =
        Office::with(seeded(1, 12, 3), Settings { second_key: Rule::Accepted, ..Settings::default() });
    let account = office.connected().await;
    office.inventory(&account).await;
    office.add(&account, 1, office.one_app(5)).await.unwrap();
    let draft = office.prepared(&account, 2, office.one_app(5)).await;
    assert_eq!(draft.stays.len(), 1);
    assert_eq!(draft.stays[0].name.as_deref(), Some("Website"));
}

#[tokio::test(start_paused = true)]
async fn apples_refusal_is_kept_whole_and_closes_the_matter() {
    let office =
        Office::with(seeded(1, 12, 3), Settings { second_key: Rule::Refused, ..Settings::default() });
    let account = office.connected().await;
    office.inventory(&account).await;
    office.add(&account, 1, office.one_app(5)).await.unwrap();
    let problem = office.add(&account, 2, office.one_app(5)).await.unwrap_err();
    assert!(matches!(&problem.what, What::SecondKey { has } if has.len() == 1), "{problem:?}");
    let apple = problem.apple.unwrap();
    assert_eq!(apple.status, 409);
    assert!(!apple.errors.is_empty() && apple.request_id.is_some(), "{apple:?}");
    assert!(office.records.open_intents().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn without_a_network_nothing_is_sent_and_a_new_try_is_possible() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    office.inventory(&account).await;
    office.fault("POST * unreachable");
    let problem = office.add(&account, 1, office.one_app(5)).await.unwrap_err();
    assert!(matches!(problem.what, What::NoAnswer { .. }), "{problem:?}");
    assert!(office.records.open_intents().unwrap().is_empty(), "nothing left this computer");
    let added = office.add(&account, 1, office.one_app(5)).await.unwrap();
    assert!(matches!(added, Added::Done { .. }), "{added:?}");
}

#[tokio::test(start_paused = true)]
async fn the_intent_is_on_the_disk_before_the_first_byte_is_sent() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    office.inventory(&account).await;
    office.fault("POST * delay=1h cut-before");
    let draft = office.prepared(&account, 1, office.one_app(5)).await;
    let on_its_way =
        tokio::time::timeout(Duration::from_secs(5), office.desk.commit_add(&draft.id, String::new()));
    assert!(on_its_way.await.is_err());
    let intent = office.records.intent(draft.id.as_str()).unwrap();
    assert_eq!(intent.state, IntentState::Sent);
}

#[tokio::test(start_paused = true)]
async fn a_public_key_shows_its_first_five_groups_only_after_they_were_read_out() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    office.inventory(&account).await;
    let pair = KeyPair::numbered(7, 1);
    let draft = office.take_key(office.file("key.pem", &pair.public().pem()), &account).unwrap();
    assert_eq!(draft.holds, Holds::PublicKey);
    assert_eq!(draft.groups.iter().filter(|group| group.is_none()).count(), 5);

    let request =
        AddRequest { account: account.clone(), key: draft.id.clone(), scope: office.one_app(5), work: None };
    assert_eq!(code(office.desk.prepare_add(request.clone()).await), What::NotYetConfirmed);

    let wrong = office.desk.confirm_by_voice(&draft.id, "0000 0000 0000 0000 0000", "Jonas").unwrap();
    assert!(!wrong.matches && wrong.groups[0].is_none(), "nothing is given away");

    let right = &pair.public().fingerprint()[..20];
    let check = office.desk.confirm_by_voice(&draft.id, right, " Jonas ").unwrap();
    assert!(check.matches && check.groups[0].is_some());
    let prepared = office.desk.prepare_add(request).await.unwrap();
    assert!(matches!(prepared.confirmed, Confirmed::ByVoice { by, .. } if by == "Jonas"));
}

#[tokio::test(start_paused = true)]
async fn a_private_key_needs_the_persons_word_and_only_its_public_key_is_sent() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    office.inventory(&account).await;
    let pair = KeyPair::numbered(7, 1);
    let draft = office.take_key(office.file("key.pem", &pair.pkcs8_pem()), &account).unwrap();
    assert_eq!((draft.holds, draft.groups.iter().all(Option::is_some)), (Holds::PrivateKey, true));
    let request =
        AddRequest { account: account.clone(), key: draft.id.clone(), scope: office.one_app(5), work: None };
    assert_eq!(code(office.desk.prepare_add(request.clone()).await), What::NotYetConfirmed);
    office.desk.never_left_this_computer(&draft.id).unwrap();
    let prepared = office.desk.prepare_add(request).await.unwrap();
    let Added::Done { key, .. } = office.desk.commit_add(&prepared.id, String::new()).await.unwrap() else {
        panic!("it is new")
    };
    assert!(matches!(key.private_key, PrivateKey::InAFile { name: Some(name), .. } if name == "key.pem"));
    let log = office.apple.log();
    let post = log.iter().find(|logged| logged.method == "POST").unwrap();
    assert!(format!("{:?}", post.body).contains("BEGIN PUBLIC KEY"));
    assert!(!format!("{log:?}").contains("PRIVATE"));
}

#[tokio::test(start_paused = true)]
async fn that_it_never_left_this_computer_says_nothing_of_a_public_key() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let pem = KeyPair::numbered(7, 1).public().pem();
    let draft = office.take_key(office.file("key.pem", &pem), &account).unwrap();
    assert_eq!(code(office.desk.never_left_this_computer(&draft.id)), What::NotYetConfirmed);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_file_is_named_for_what_it_is_and_nothing_is_sent() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let before = office.apple.log().len();
    for text in ["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let what = code(office.take_key(office.file("key.pem", text), &account));
        assert!(matches!(what, What::WrongFile { .. }), "{text:?} gave {what:?}");
    }
    assert_eq!(office.apple.log().len(), before);
}
