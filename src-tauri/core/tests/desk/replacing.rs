//! Replacing a key: planned, in an emergency, and where Apple takes no second key; quitting anywhere.

use std::time::Duration;

use latchkey_core::{
    account::AccountId,
    desk::{
        problem::What,
        view::{
            AddRequest, Added, KeyRow, Looked, Registered, RemoveRequest, Removed, Step, Switched, UsedFor,
            Work, WorkKind,
        },
    },
    records::Did,
};
use latchkey_simulator::{
    KeyPair, Settings,
    practice::seeded,
    settings::{AppsKey, Rule},
};

use crate::{
    Office,
    acts::{last_six, pending_of_removal, request},
    code,
};

/// An office with an account in which a second key for an app is accepted, and the row of a key for one app.
async fn two_allowed() -> (Office, AccountId, KeyRow) {
    let settings = Settings { second_key: Rule::Accepted, ..Settings::default() };
    let office = Office::with(seeded(1, 12, 3), settings);
    let account = office.connected().await;
    let row = office.row_for_an_app(&account, 0).await;
    (office, account, row)
}

fn new_of(work: &Work) -> &Registered {
    work.new.as_ref().unwrap()
}

/// What the records say of a replacement after the app was killed.
fn after_killing(office: Office, work: &Work) -> (Office, Work) {
    let office = office.killed();
    let works = office.desk.start().unwrap().works;
    let found = works.into_iter().find(|found| found.id == work.id).unwrap();
    (office, found)
}

#[tokio::test(start_paused = true)]
async fn a_planned_replacement_goes_on_where_it_was_after_being_killed_at_every_step() {
    let (office, account, old) = two_allowed().await;
    let work = office.replace(&account, &old, WorkKind::Planned).await;
    assert_eq!((work.old.id.to_string(), work.step), (old.id.clone(), Step::AddNew));
    assert_eq!((&work.old_fingerprint, &work.old.used_for), (&old.fingerprint, &old.used_for));

    let (office, work) = after_killing(office, &work);
    assert_eq!(work.step, Step::AddNew);
    office.inventory(&account).await;
    let Added::Done { key: new, .. } = office.add_new(&work, 1).await.unwrap() else { panic!("it is new") };

    let (office, work) = after_killing(office, &work);
    assert_eq!((work.step, &new_of(&work).id.to_string()), (Step::HandOver, &new.id));
    assert_eq!((&work.new_fingerprint, work.added.is_some()), (&new.fingerprint, true));
    assert_eq!(new_of(&work).used_for, old.used_for);
    assert_eq!(office.desk.hand_over(&work.id).unwrap().step, Step::Switch);

    let (office, work) = after_killing(office, &work);
    assert_eq!((work.step, work.handed_over.is_some()), (Step::Switch, true));
    assert_eq!(office.desk.switched_by_word(&work.id, " Jonas ").unwrap().step, Step::RemoveOld);

    let (office, work) = after_killing(office, &work);
    assert!(matches!(&work.switched, Some(Switched::ByWord { by, .. }) if by == "Jonas"), "{work:?}");
    assert_eq!(work.step, Step::RemoveOld);
    let removed = office.remove_old(&work).await.unwrap();
    assert!(matches!(removed, Removed::Done { .. }), "{removed:?}");

    let office = office.killed();
    assert!(office.desk.start().unwrap().works.is_empty(), "nothing waits");
    let work = office.desk.work(&work.id).unwrap();
    assert_eq!((work.step, work.old_removed.is_some()), (Step::Done, true));
    assert_eq!((office.has(&old.id), office.has(&new.id)), (false, true));
    assert_eq!((office.requests("POST"), office.requests("DELETE")), (1, 1));
    let did: Vec<Did> = office.entries().iter().map(|entry| entry.did).take(6).collect();
    let expected = [
        Did::ReplaceFinished,
        Did::Removed,
        Did::ServerSwitched,
        Did::HandedOver,
        Did::Added,
        Did::ReplaceBegun,
    ];
    assert_eq!(did, expected);
}

#[tokio::test(start_paused = true)]
async fn in_an_emergency_the_old_key_goes_first() {
    for kind in [WorkKind::Emergency, WorkKind::RemoveFirst] {
        let office = Office::new(seeded(1, 12, 3));
        let account = office.connected().await;
        let old = office.row_for_an_app(&account, 0).await;
        let work = office.replace(&account, &old, kind).await;
        assert_eq!(work.step, Step::RemoveOld);
        office.remove_old(&work).await.unwrap();
        let (office, work) = after_killing(office, &work);
        assert_eq!((work.step, work.old_removed.is_some()), (Step::AddNew, true));
        assert_eq!(work.old.used_for, old.used_for, "it was for that app");
        office.add_new(&work, 1).await.unwrap();
        let (office, work) = after_killing(office, &work);
        assert_eq!(work.step, Step::HandOver);
        let work = office.desk.hand_over(&work.id).unwrap();
        assert_eq!(work.step, Step::Done);
        assert!(office.desk.start().unwrap().works.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn where_apple_takes_no_second_key_it_is_told_and_gone_on_with_by_removing_first() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let old = office.row_for_an_app(&account, 0).await;
    let work = office.replace(&account, &old, WorkKind::Planned).await;
    let problem = office.add_new(&work, 1).await.unwrap_err();
    let What::SecondKey { has } = &problem.what else { panic!("{problem:?}") };
    assert_eq!(has[0].id.to_string(), old.id);
    assert_eq!(problem.apple.unwrap().status, 409);
    assert_eq!(office.desk.work(&work.id).unwrap().step, Step::AddNew, "nothing was changed");
    let work = office.desk.change_replace(&work.id, WorkKind::RemoveFirst).unwrap();
    assert_eq!(work.step, Step::RemoveOld);
    office.remove_old(&work).await.unwrap();
    let work = office.desk.work(&work.id).unwrap();
    let added = office.add_new(&work, 1).await.unwrap();
    assert!(matches!(added, Added::Done { .. }), "{added:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_is_about_the_public_key_is_no_second_key() {
    let settings = Settings { same_key: Rule::Refused, second_key: Rule::Accepted, ..Settings::default() };
    let office = Office::with(seeded(1, 12, 3), settings);
    let account = office.connected().await;
    let old = office.row_for_an_app(&account, 0).await;
    office.add(&account, 1, office.one_app(7)).await.unwrap();
    let work = office.replace(&account, &old, WorkKind::Planned).await;
    let what = code(office.add_new(&work, 1).await);
    assert!(matches!(what, What::Refused { .. }), "{what:?}");
}

#[tokio::test(start_paused = true)]
async fn a_key_has_one_replacement_however_often_it_is_begun() {
    let (office, account, old) = two_allowed().await;
    let (first, second) = tokio::join!(
        office.replace(&account, &old, WorkKind::Planned),
        office.replace(&account, &old, WorkKind::Emergency),
    );
    assert_eq!((&first.id, first.kind), (&second.id, second.kind));
    assert_eq!(office.desk.works().unwrap().len(), 1);
    office.desk.stop_replace(&first.id).unwrap();
    let third = office.replace(&account, &old, WorkKind::Planned).await;
    assert_ne!(third.id, first.id);
}

#[tokio::test(start_paused = true)]
async fn stopping_leaves_registered_what_is_registered() {
    let (office, account, old) = two_allowed().await;
    let work = office.replace(&account, &old, WorkKind::Planned).await;
    office.add_new(&work, 1).await.unwrap();
    let truth = office.truth();
    let stopped = office.desk.stop_replace(&work.id).unwrap();
    assert_eq!((stopped.step, office.truth()), (Step::Stopped, truth));
    assert!(office.desk.works().unwrap().is_empty());
    assert_eq!(office.desk.hand_over(&work.id).unwrap().step, Step::Stopped, "it is over");
}

#[tokio::test(start_paused = true)]
async fn a_new_key_whose_answer_was_lost_waits_with_the_replacement_and_is_sent_once() {
    for (fault, arrives) in [("POST * late=100s", true), ("POST * cut-before", false)] {
        let (office, account, old) = two_allowed().await;
        let work = office.replace(&account, &old, WorkKind::Planned).await;
        office.fault(fault);
        let added = office.add_new(&work, 1).await.unwrap();
        assert!(matches!(added, Added::Unknown { .. }), "{added:?}");

        let (office, work) = after_killing(office, &work);
        let pending = work.pending.clone().unwrap();
        assert_eq!((work.step, pending.work.as_ref()), (Step::AddNew, Some(&work.id)));
        office.inventory(&account).await;
        for number in [1, 2] {
            assert_eq!(code(office.add_new(&work, number).await), What::StillUndecided);
        }
        let looks = office.looked(&pending.id).await;
        let work = office.desk.work(&work.id).unwrap();
        assert!(work.pending.is_none());
        match looks.last().unwrap() {
            Looked::Arrived { key, .. } if arrives => {
                assert_eq!((work.step, new_of(&work).id.to_string()), (Step::HandOver, key.id.clone()));
            }
            Looked::NotArrived { .. } if !arrives => assert_eq!(work.step, Step::AddNew),
            other => panic!("{fault}: {other:?}"),
        }
        assert_eq!(office.requests("POST"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn killed_while_the_new_key_is_on_its_way_it_is_found_and_the_replacement_goes_on() {
    let (office, account, old) = two_allowed().await;
    let work = office.replace(&account, &old, WorkKind::Planned).await;
    office.fault("POST * delay=20s");
    let on_its_way = tokio::time::timeout(Duration::from_secs(5), office.add_new(&work, 1)).await;
    assert!(on_its_way.is_err());
    let (office, work) = after_killing(office, &work);
    let pending = work.pending.unwrap();
    let looks = office.looked(&pending.id).await;
    assert!(matches!(looks.last(), Some(Looked::Arrived { .. })), "{looks:?}");
    assert_eq!(office.desk.work(&work.id).unwrap().step, Step::HandOver);
    assert_eq!(office.requests("POST"), 1);
}

#[tokio::test(start_paused = true)]
async fn killed_while_the_removal_is_on_its_way_it_is_found_and_the_replacement_is_finished() {
    let (office, account, old) = two_allowed().await;
    let work = office.replace(&account, &old, WorkKind::Emergency).await;
    office.fault("DELETE * late=60s");
    let pending = pending_of_removal(office.remove_old(&work).await.unwrap());
    let (office, work) = after_killing(office, &work);
    assert_eq!((work.step, &work.pending.as_ref().unwrap().id), (Step::RemoveOld, &pending.id));
    let looks = office.looked(&pending.id).await;
    assert!(matches!(looks.last(), Some(Looked::Gone { .. })), "{looks:?}");
    assert_eq!(office.desk.work(&work.id).unwrap().step, Step::AddNew);
    assert_eq!(office.requests("DELETE"), 1);
}

#[tokio::test(start_paused = true)]
async fn steps_out_of_turn_are_refused_and_change_nothing() {
    let (office, account, old) = two_allowed().await;
    let work = office.replace(&account, &old, WorkKind::Planned).await;
    let truth = office.truth();
    assert_eq!(code(office.desk.hand_over(&work.id)), What::Gone, "there is no new key");
    assert_eq!(code(office.desk.switched_by_word(&work.id, "Jonas")), What::Gone);
    assert_eq!(code(office.remove_old(&work).await), What::Gone, "not before the server has switched");
    let another = AddRequest {
        account: account.clone(),
        key: office.chosen(&account, 1).id,
        scope: office.one_app(9),
        work: Some(work.id.clone()),
    };
    assert_eq!(code(office.desk.prepare_add(another).await), What::Gone, "the old key is for another app");
    assert_eq!(office.truth(), truth);

    let first = office.chosen(&account, 1).id;
    let scope = latchkey_core::key::Scope::OneApp { app: work.app.clone().unwrap().id };
    let request = AddRequest { account: account.clone(), key: first, scope, work: Some(work.id.clone()) };
    let (one, two) = (
        office.desk.prepare_add(request.clone()).await.unwrap(),
        office.desk.prepare_add(request).await.unwrap(),
    );
    office.desk.commit_add(&one.id, String::new()).await.unwrap();
    assert_eq!(code(office.desk.commit_add(&two.id, String::new()).await), What::Gone, "it has a new key");
    assert_eq!(office.requests("POST"), 1);
}

#[tokio::test(start_paused = true)]
async fn an_old_key_that_somebody_else_removed_is_no_step_any_more() {
    let (office, account, old) = two_allowed().await;
    let work = office.replace(&account, &old, WorkKind::Emergency).await;
    office.apple.change(|account| account.remove_key(&old.id));
    assert_eq!(code(office.remove_old(&work).await), What::KeyGone);
    assert_eq!(office.desk.work(&work.id).unwrap().step, Step::AddNew);
    assert_eq!(office.requests("DELETE"), 0);
}

#[tokio::test(start_paused = true)]
async fn an_old_key_that_is_removed_without_the_replacement_is_its_step_all_the_same() {
    let (office, account, old) = two_allowed().await;
    let work = office.replace(&account, &old, WorkKind::Emergency).await;
    let draft = office.desk.prepare_remove(request(&account, &old)).await.unwrap();
    office.desk.commit_remove(&draft.id, last_six(&old.id)).await.unwrap();
    assert_eq!(office.desk.work(&work.id).unwrap().step, Step::AddNew);
}

#[tokio::test(start_paused = true)]
async fn a_new_key_that_is_registered_already_is_taken_and_the_old_one_never_is() {
    let (office, account, old) = two_allowed().await;
    let UsedFor::App { app } = old.used_for.clone() else { panic!("{old:?}") };
    let scope = latchkey_core::key::Scope::OneApp { app: app.id };
    office.add(&account, 1, scope).await.unwrap();
    let work = office.replace(&account, &old, WorkKind::Planned).await;
    let Added::Already { key } = office.add_new(&work, 1).await.unwrap() else { panic!("it is there") };
    let work = office.desk.work(&work.id).unwrap();
    assert_eq!((work.step, new_of(&work).id.to_string()), (Step::HandOver, key.id));
    assert_eq!(office.requests("POST"), 1);

    let second = office.row_for_an_app(&account, 1).await;
    let work = office.replace(&account, &second, WorkKind::Planned).await;
    // The second key of this account was made from this pair.
    let pem = KeyPair::numbered(1, 1).public().pem();
    let its_own = office.take_key(office.file("public_key.pem", &pem), &account).unwrap().id;
    office.desk.go_on_without_confirming(&its_own).unwrap();
    let scope = latchkey_core::key::Scope::OneApp { app: work.app.clone().unwrap().id };
    let request = AddRequest { account, key: its_own, scope, work: Some(work.id.clone()) };
    assert_eq!(code(office.desk.prepare_add(request).await), What::SameKeyAgain);
    assert_eq!(office.desk.work(&work.id).unwrap().step, Step::AddNew);
}

#[tokio::test(start_paused = true)]
async fn an_old_key_that_its_app_shows_no_more_is_said_to_be_so_before_it_is_removed() {
    let (office, account, old) = two_allowed().await;
    office.apple.configure(|settings| settings.apps_key = AppsKey::Newest);
    let work = office.replace(&account, &old, WorkKind::Planned).await;
    office.add_new(&work, 1).await.unwrap();
    office.desk.hand_over(&work.id).unwrap();
    let work = office.desk.switched_by_word(&work.id, "Jonas").unwrap();
    assert_eq!(code(office.remove_old(&work).await), What::KeyChanged);
    let work = office.desk.work(&work.id).unwrap();
    assert!(matches!(work.old.used_for, UsedFor::Unknown { .. }), "{work:?}");
    office.remove_old(&work).await.unwrap();
    assert_eq!(office.desk.work(&work.id).unwrap().step, Step::Done);
    assert!(!office.has(&old.id));
}

#[tokio::test(start_paused = true)]
async fn an_account_wide_key_is_replaced_by_one() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let rows = office.keys(&account).await;
    let old = rows.iter().find(|row| row.used_for == UsedFor::AllApps).unwrap();
    let work = office.replace(&account, old, WorkKind::Planned).await;
    let Added::Done { key, .. } = office.add_new(&work, 1).await.unwrap() else { panic!("it is new") };
    assert_eq!(key.used_for, UsedFor::AllApps);
    office.desk.switched_by_word(&work.id, "Jonas").unwrap();
    let work = office.desk.work(&work.id).unwrap();
    assert_eq!(work.step, Step::RemoveOld, "who uses it has been given its ID");
    office.remove_old(&work).await.unwrap();
    assert!(!office.has(&old.id));
}

#[tokio::test(start_paused = true)]
async fn the_old_key_stays_if_the_new_one_is_not_registered_any_more() {
    for asked_before in [false, true] {
        let (office, account, old) = two_allowed().await;
        let work = office.replace(&account, &old, WorkKind::Planned).await;
        office.add_new(&work, 1).await.unwrap();
        office.desk.hand_over(&work.id).unwrap();
        let work = office.desk.switched_by_word(&work.id, "Jonas").unwrap();
        let draft = RemoveRequest { work: Some(work.id.clone()), ..request(&account, &old) };
        let draft =
            if asked_before { Some(office.desk.prepare_remove(draft).await.unwrap().id) } else { None };
        office.apple.change(|account| account.remove_key(&new_of(&work).id.to_string()));
        let what = match draft {
            Some(draft) => code(office.desk.commit_remove(&draft, last_six(&old.id)).await),
            None => code(office.remove_old(&work).await),
        };
        assert_eq!(what, What::NewKeyGone);
        assert_eq!((office.has(&old.id), office.requests("DELETE")), (true, 0));

        let work = office.desk.change_replace(&work.id, WorkKind::Emergency).unwrap();
        let removed = office.remove_old(&work).await.unwrap();
        assert!(
            matches!(removed, Removed::Done { .. }),
            "someone else may have its private key: {removed:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_public_key_that_is_replaced_is_not_taken_for_the_new_one() {
    for kind in [WorkKind::Emergency, WorkKind::RemoveFirst] {
        let office = Office::new(seeded(1, 12, 0));
        let account = office.connected().await;
        office.inventory(&account).await;
        let Added::Done { key: old, .. } = office.add(&account, 1, office.one_app(5)).await.unwrap() else {
            panic!("it is new")
        };
        let work = office.replace(&account, &old, kind).await;
        office.remove_old(&work).await.unwrap();
        assert_eq!(code(office.add_new(&work, 1).await), What::SameKeyAgain);
        assert_eq!(office.requests("POST"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn who_said_first_that_the_server_has_switched_stays_so() {
    let (office, account, old) = two_allowed().await;
    let work = office.replace(&account, &old, WorkKind::Planned).await;
    office.add_new(&work, 1).await.unwrap();
    let first = office.desk.switched_by_word(&work.id, "Jonas").unwrap();
    let again = office.desk.switched_by_word(&work.id, "Maria").unwrap();
    assert_eq!(first.switched, again.switched);
    let told = office.entries().iter().filter(|entry| entry.did == Did::ServerSwitched).count();
    assert_eq!(told, 1);
}
