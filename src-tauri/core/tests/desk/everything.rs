//! Removing all that Latchkey stored on this computer.

use std::{fs, time::Duration};

use latchkey_core::{
    account::AccountId,
    desk::{
        problem::What,
        view::{Added, Everything, SavedPair},
    },
    key::Scope,
    records::{Records, Setting},
    vault::{EntryName, Vault, VaultError},
};
use latchkey_simulator::practice::seeded;

use crate::{
    Office,
    accounts::with_two_accounts,
    ann, code,
    pairs::{FILE_ONLY, KEPT_TOO, PROTECTED},
};

/// An account with one private key in the keychain, whose key is registered for all apps as "Website".
async fn with_a_kept_key() -> (Office, AccountId, SavedPair) {
    let office = Office::new(seeded(1, 4, 0));
    let account = office.connected().await;
    let saved = kept(&office, &account).await;
    office.registered(&account, &saved).await;
    (office, account, saved)
}

/// Makes a pair whose private key goes into the keychain too.
async fn kept(office: &Office, account: &AccountId) -> SavedPair {
    let pair = office.desk.new_pair(account).await.unwrap().id;
    office.desk.place(&pair, office.path(&format!("{}.pem", pair.as_str()))).unwrap();
    office.desk.save_new_pair(&pair, account, KEPT_TOO).await.unwrap()
}

fn given_up(everything: &Everything) -> Vec<String> {
    everything.private_keys.iter().map(|key| key.fingerprint.clone()).collect()
}

/// The names of all entries that the vault has for these records.
fn entries(records: &Records) -> Vec<String> {
    let remains = records.remains().unwrap();
    let accounts = remains.accounts.into_iter().flat_map(|row| [Some(row.vault_entry), row.spare_entry]);
    let keys = remains.private_keys.into_iter().map(|key| key.kept.entry);
    accounts.flatten().chain(keys).collect()
}

impl Office {
    /// Every file in the records' folder.
    fn files(&self) -> Vec<String> {
        let Ok(files) = fs::read_dir(self.path("records")) else { return Vec::new() };
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    }

    async fn secrets_left(&self, entries: &[String]) -> Vec<String> {
        let mut left = Vec::new();
        for entry in entries {
            if self.vault.inside.load(EntryName(entry.clone())).await.is_ok() {
                left.push(entry.clone());
            }
        }
        left
    }

    async fn give_all_up(&self) -> Result<(), latchkey_core::desk::problem::Problem> {
        let everything = self.desk.everything().await.unwrap();
        self.desk.remove_everything(&everything.id, &given_up(&everything)).await
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_stored_is_listed_and_the_sample_account_is_not() {
    let (office, account, saved) = with_a_kept_key().await;
    let sample = office.desk.open_sample().await.unwrap();
    kept(&office, &sample.id).await;
    office.fault("POST * cut-before");
    let lost = office.add(&account, 1, office.one_app(0)).await.unwrap();
    assert!(matches!(lost, Added::Unknown { .. }), "{lost:?}");
    fs::write(office.path("records/latchkey-damaged-2026-11-23.db"), "damaged").unwrap();
    fs::write(office.path("records/latchkey-damaged-2026-11-23.db-wal"), "damaged").unwrap();

    let everything = office.desk.everything().await.unwrap();
    assert_eq!(everything.accounts, ["Lindqvist"]);
    let [key] = everything.private_keys.as_slice() else { panic!("{everything:?}") };
    let groups: String = saved.key.groups.into_iter().flatten().collect();
    assert_eq!((&key.fingerprint, key.name.as_deref()), (&groups, Some("Website")));
    assert_eq!((&key.account, key.all_apps, key.saved), (&Some(account), true, false));
    assert_eq!((everything.described, everything.undecided, everything.replacements), (1, 1, 0));
    assert!(everything.entries >= 3, "connected, made a pair, added: {everything:?}");
    assert_eq!(everything.set_aside, ["latchkey-damaged-2026-11-23.db"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_and_nothing_else_is_done_after() {
    let (office, account, _) = with_a_kept_key().await;
    fs::write(office.path("records/latchkey-damaged-2026-11-23.db"), "damaged").unwrap();
    let sample = office.desk.open_sample().await.unwrap().id;
    let entries = entries(&office.records);
    assert_eq!(office.secrets_left(&entries).await.len(), 2, "an API key and a private key");
    let requests = office.apple.log().len();
    let form = office.form("Again");

    office.give_all_up().await.unwrap();
    assert_eq!(office.secrets_left(&entries).await, [] as [String; 0]);
    assert!(!office.path("records").exists(), "{:?}", office.files());
    assert!(office.desk.is_removed());
    assert_eq!(office.apple.log().len(), requests, "at Apple nothing changes");

    assert_eq!(code(office.desk.start()), What::Removing);
    for account in [&account, &sample] {
        assert_eq!(code(office.desk.inventory(account, "run", &|_| ()).await), What::Removing);
        assert_eq!(code(office.desk.new_pair(account).await), What::Removing);
        assert_eq!(code(office.desk.know_news(account, office.clock.now())), What::Removing);
    }
    assert_eq!(code(office.desk.connect(form).await), What::Removing);
    assert_eq!(code(office.desk.open_sample().await), What::Removing);
    assert_eq!(code(office.desk.everything().await), What::Removing);
    assert_eq!(code(office.desk.find_everywhere("a")), What::Removing);
    assert_eq!(code(office.desk.save_copy(office.path("copy.json")).await), What::Removing);
    assert!(!office.path("records").exists(), "none of it made a file");

    let office = office.restart();
    let start = office.desk.start().unwrap();
    assert!(start.accounts.is_empty() && start.pending.is_empty() && start.works.is_empty(), "{start:?}");
}

#[tokio::test(start_paused = true)]
async fn a_private_key_that_is_only_here_holds_everything_until_it_is_saved_or_given_up_by_name() {
    let (office, account, _) = with_a_kept_key().await;
    let everything = office.desk.everything().await.unwrap();
    let fingerprint = everything.private_keys[0].fingerprint.clone();
    let only_here = What::OnlyHere { private_keys: vec![fingerprint.clone()] };
    for given_up in [vec![], vec!["0".repeat(64)], vec!["all of them".to_owned()]] {
        assert_eq!(code(office.desk.remove_everything(&everything.id, &given_up).await), only_here);
    }
    office.desk.inventory(&account, "run", &|_| ()).await.expect("it was not begun");

    let pair = office.desk.kept_private_key(&everything.id, &fingerprint).await.unwrap();
    assert_eq!(pair.groups.concat(), fingerprint);
    assert_eq!(code(office.desk.remove_everything(&everything.id, &[]).await), only_here, "not saved yet");
    office.desk.place(&pair.id, office.path("kept.pem")).unwrap();
    office.desk.save_private_key(&pair.id, FILE_ONLY).await.unwrap();
    assert!(office.desk.everything().await.unwrap().private_keys[0].saved);
    let everything = office.desk.everything().await.unwrap();
    office.desk.remove_everything(&everything.id, &[]).await.unwrap();
    assert!(office.path("kept.pem").exists(), "what a person saved is theirs");
}

#[tokio::test(start_paused = true)]
async fn the_private_key_of_an_account_that_was_disconnected_can_still_be_saved() {
    let (office, account, _) = with_a_kept_key().await;
    office.desk.disconnect(&account).await.unwrap();
    let everything = office.desk.everything().await.unwrap();
    assert_eq!(everything.private_keys[0].account, None);
    let fingerprint = everything.private_keys[0].fingerprint.clone();
    let pair = office.desk.kept_private_key(&everything.id, &fingerprint).await.unwrap();
    office.desk.place(&pair.id, office.path("kept.pem")).unwrap();
    office.desk.save_private_key(&pair.id, FILE_ONLY).await.unwrap();
    office.desk.remove_everything(&everything.id, &[]).await.unwrap();
    assert!(!office.path("records").exists());
}

#[tokio::test(start_paused = true)]
async fn a_file_that_was_saved_before_anybody_asked_counts_for_nothing() {
    let (office, ..) = with_a_kept_key().await;
    let everything = office.desk.everything().await.unwrap();
    assert!(!everything.private_keys[0].saved, "who knows where that file is by now");
}

#[tokio::test(start_paused = true)]
async fn a_private_key_that_was_not_shown_or_is_gone_is_not_taken_out() {
    let (office, ..) = with_a_kept_key().await;
    let everything = office.desk.everything().await.unwrap();
    let another = office.desk.kept_private_key(&everything.id, &"0".repeat(64)).await;
    assert_eq!(code(another), What::Gone);
    for entry in entries(&office.records).iter().filter(|entry| entry.starts_with("private-key")) {
        office.vault.forget(EntryName(entry.clone())).await.unwrap();
    }
    let fingerprint = &everything.private_keys[0].fingerprint;
    let lost = office.desk.kept_private_key(&everything.id, fingerprint).await;
    assert_eq!(code(lost), What::PrivateKeyGone);
    let noted = office.desk.everything().await.unwrap().private_keys;
    assert_eq!(noted.len(), 1, "a keychain that is locked shows none either: it has to be given up by name");
}

#[tokio::test(start_paused = true)]
async fn a_private_key_under_a_password_counts_as_saved_once_somebody_was_given_the_password() {
    let (office, ..) = with_a_kept_key().await;
    let everything = office.desk.everything().await.unwrap();
    let fingerprint = everything.private_keys[0].fingerprint.clone();
    let pair = office.desk.kept_private_key(&everything.id, &fingerprint).await.unwrap().id;
    office.desk.place(&pair, office.path("kept.pem")).unwrap();
    office.desk.save_private_key(&pair, PROTECTED).await.unwrap();
    office.desk.pair_password(&pair).unwrap();
    let only_here = What::OnlyHere { private_keys: vec![fingerprint] };
    let removed = office.desk.remove_everything(&everything.id, &[]).await;
    assert_eq!(code(removed), only_here, "nobody could open that file");
    assert!(!office.desk.everything().await.unwrap().private_keys[0].saved);

    office.desk.password_was_given(&pair);
    office.desk.forget_pair(&pair);
    let everything = office.desk.everything().await.unwrap();
    assert!(everything.private_keys[0].saved);
    office.desk.remove_everything(&everything.id, &[]).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_private_key_counts_as_saved_while_its_file_is_there_as_it_was_written() {
    let (office, account, _) = with_a_kept_key().await;
    kept(&office, &account).await;
    let everything = office.desk.everything().await.unwrap();
    let path = office.path("kept.pem");
    for key in &everything.private_keys {
        let pair = office.desk.kept_private_key(&everything.id, &key.fingerprint).await.unwrap().id;
        office.desk.place(&pair, path.clone()).unwrap();
        office.desk.save_private_key(&pair, FILE_ONLY).await.unwrap();
    }
    let saved = async || {
        let everything = office.desk.everything().await.unwrap();
        everything.private_keys.iter().map(|key| key.saved).collect::<Vec<_>>()
    };
    assert_eq!(saved().await, [false, true], "the second took the place of the first");
    let written = fs::read(&path).unwrap();
    fs::write(&path, "another file").unwrap();
    assert_eq!(saved().await, [false, false]);
    fs::remove_file(&path).unwrap();
    let everything = office.desk.everything().await.unwrap();
    let first = [everything.private_keys[0].fingerprint.clone()];
    let only_here = What::OnlyHere { private_keys: vec![everything.private_keys[1].fingerprint.clone()] };
    assert_eq!(code(office.desk.remove_everything(&everything.id, &first).await), only_here);
    fs::write(&path, written).unwrap();
    office.desk.remove_everything(&everything.id, &first).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn entries_that_no_record_names_any_more_go_too_and_those_of_others_stay() {
    let (office, ..) = with_a_kept_key().await;
    let lost = ["api-key 5c1e", "api-key 5c1e 77", "private-key 0000"].map(str::to_owned);
    let others = ["password of the office".to_owned()];
    for entry in lost.iter().chain(&others) {
        office.vault.store(EntryName(entry.clone()), vec![1].into()).await.unwrap();
    }
    office.give_all_up().await.unwrap();
    assert_eq!(office.secrets_left(&lost).await, [] as [String; 0]);
    assert_eq!(office.secrets_left(&others).await, others);
}

#[tokio::test(start_paused = true)]
async fn what_the_keychain_does_not_show_is_named_before_anything_is_removed() {
    let (office, ..) = with_a_kept_key().await;
    let hidden = entries(&office.records).pop().unwrap();
    office.vault.inside.forget(EntryName(hidden.clone())).await.unwrap();
    match code(office.give_all_up().await) {
        What::KeychainFailed { detail } => assert!(detail.contains(&hidden), "{detail}"),
        other => panic!("{other:?}"),
    }
    assert!(!office.desk.is_leaving());
    office.give_all_up().await.expect("they know now");
    assert!(!office.path("records").exists());
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_for_long_is_not_waited_for_and_holds_nothing_up() {
    let (office, account, _) = with_a_kept_key().await;
    let draft = office.prepared(&account, 1, Scope::AllApps).await;
    let shown = office.desk.everything().await.unwrap();
    let all = given_up(&shown);
    office.fault("GET * delay=20s");
    let began = office.clock.monotonic();
    let removing = async {
        office.clock.sleep(Duration::from_secs(1)).await;
        let removed = office.desk.remove_everything(&shown.id, &all).await;
        assert_eq!(code(removed), What::EverythingChanged);
        assert!(office.clock.monotonic() < began + Duration::from_secs(10), "somebody waits for the answer");
        office.desk.everything().await.expect("nothing was begun");
    };
    let meanwhile = async {
        office.clock.sleep(Duration::from_secs(2)).await;
        office.desk.finish_removing().await.unwrap();
        office.desk.start().expect("nothing was begun");
    };
    let (added, ..) = tokio::join!(office.desk.commit_add(&draft.id, "New".to_owned()), removing, meanwhile);
    assert!(matches!(added.unwrap(), Added::Done { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_loaded_while_the_keychain_waits_is_told_at_once() {
    let (office, ..) = with_a_kept_key().await;
    let everything = office.desk.everything().await.unwrap();
    let all = given_up(&everything);
    *office.vault.forgets.lock().unwrap() = Some(0);
    let removing = office.desk.remove_everything(&everything.id, &all);
    let loaded = async {
        office.clock.sleep(Duration::from_secs(1)).await;
        tokio::time::timeout(Duration::from_secs(1), office.desk.finish_removing()).await
    };
    tokio::select! {
        biased;
        _ = removing => panic!("the keychain does not answer"),
        told = loaded => assert_eq!(code(told.expect("it does not wait")), What::Removing),
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_keychain_the_files_go_at_the_second_attempt_and_what_may_stay_is_named() {
    let (office, ..) = with_a_kept_key().await;
    let entries = entries(&office.records);
    let everything = office.desk.everything().await.unwrap();
    let all = given_up(&everything);
    office.vault.set(Some(VaultError::Missing("no such service".to_owned())));
    let missing = What::KeychainMissing { detail: "no such service".to_owned() };
    assert_eq!(code(office.desk.remove_everything(&everything.id, &all).await), missing);
    assert!(office.path("records").exists(), "it may only have been late");
    match code(office.desk.remove_everything(&everything.id, &[]).await) {
        What::KeychainMissing { detail } => {
            assert!(detail.contains("no such service"), "{detail}");
            assert!(entries.iter().all(|entry| detail.contains(entry)), "{detail}");
        }
        other => panic!("{other:?}"),
    }
    assert!(!office.path("records").exists());
    office.desk.remove_everything(&everything.id, &[]).await.expect("nothing is left to be done");
    assert!(office.desk.is_removed());
}

#[tokio::test(start_paused = true)]
async fn what_came_since_it_was_shown_is_not_removed() {
    let (office, account, _) = with_a_kept_key().await;
    let old = office.desk.everything().await.unwrap();
    let shown = office.desk.everything().await.unwrap();
    assert_eq!(code(office.desk.remove_everything(&old.id, &given_up(&old)).await), What::Gone);
    let new = kept(&office, &account).await;
    let mut all = given_up(&shown);
    all.push(new.key.groups.into_iter().flatten().collect());
    assert_eq!(code(office.desk.remove_everything(&shown.id, &all).await), What::EverythingChanged);

    let shown = office.desk.everything().await.unwrap();
    office.fault("POST * cut-before");
    office.add(&account, 1, office.one_app(0)).await.unwrap();
    let undecided = office.desk.remove_everything(&shown.id, &given_up(&shown)).await;
    assert_eq!(code(undecided), What::EverythingChanged, "they were told of no change under way");

    let shown = office.desk.everything().await.unwrap();
    office.desk.disconnect(&account).await.unwrap();
    office.desk.remove_everything(&shown.id, &given_up(&shown)).await.expect("less than was shown");
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_being_connected_is_waited_for_and_then_not_removed_unseen() {
    let office = Office::new(seeded(1, 4, 0));
    let shown = office.desk.everything().await.unwrap();
    office.fault("GET * delay=3s");
    let (connected, removed) =
        tokio::join!(office.connect("Lindqvist"), office.desk.remove_everything(&shown.id, &[]));
    connected.unwrap();
    assert_eq!(code(removed), What::EverythingChanged);
    assert_eq!(office.desk.start().unwrap().accounts.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_about_to_be_sent_is_written_down_first_and_then_not_forgotten_unseen() {
    let (office, account, _) = with_a_kept_key().await;
    let shown = office.desk.everything().await.unwrap();
    let draft = office.prepared(&account, 1, Scope::AllApps).await;
    office.fault("GET * delay=3s");
    office.fault("POST * delay=60s");
    let all = given_up(&shown);
    let (added, removed) = tokio::join!(office.desk.commit_add(&draft.id, "New".to_owned()), async {
        office.clock.sleep(Duration::from_secs(1)).await;
        office.desk.remove_everything(&shown.id, &all).await
    });
    assert_eq!(code(removed), What::EverythingChanged);
    assert!(matches!(added.unwrap(), Added::Done { .. }));

    let draft = office.prepared(&account, 2, Scope::AllApps).await;
    let shown = office.desk.everything().await.unwrap();
    let sent = office.requests("POST");
    let (removed, added) = tokio::join!(
        office.desk.remove_everything(&shown.id, &all),
        office.desk.commit_add(&draft.id, "Late".to_owned())
    );
    removed.unwrap();
    assert_eq!(code(added), What::Removing);
    assert_eq!(office.requests("POST"), sent);
}

#[tokio::test(start_paused = true)]
async fn a_keychain_that_refuses_is_told_and_the_next_attempt_goes_on() {
    let (office, account, _) = with_a_kept_key().await;
    let entries = entries(&office.records);
    let everything = office.desk.everything().await.unwrap();
    let all = given_up(&everything);
    office.vault.set(Some(VaultError::Refused("locked".to_owned())));
    let refused = office.desk.remove_everything(&everything.id, &all).await;
    assert_eq!(code(refused), What::KeychainRefused { detail: "locked".to_owned() });
    assert_eq!(office.records.setting(Setting::Removing).unwrap().as_deref(), Some("1"));
    assert_eq!(code(office.desk.start()), What::Removing);
    assert_eq!(code(office.desk.inventory(&account, "run", &|_| ()).await), What::Removing);
    assert_eq!(
        code(office.desk.finish_removing().await),
        What::KeychainRefused { detail: "locked".to_owned() }
    );
    office.vault.set(None);
    office.desk.remove_everything(&everything.id, &[]).await.expect("what was decided stays decided");
    assert_eq!(office.secrets_left(&entries).await, [] as [String; 0]);
    assert!(!office.path("records").exists());
}

#[tokio::test(start_paused = true)]
async fn two_clicks_remove_once_and_both_are_told_that_it_is_done() {
    let (office, ..) = with_a_kept_key().await;
    let everything = office.desk.everything().await.unwrap();
    let all = given_up(&everything);
    let remove = || office.desk.remove_everything(&everything.id, &all);
    let (first, second) = tokio::join!(remove(), remove());
    first.unwrap();
    second.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_app_that_ends_at_any_step_goes_on_with_it_at_the_next_start_before_anything_else() {
    // Two accounts with a private key each: four entries.
    for forgotten in 0..=4 {
        let (office, accounts) = with_two_accounts().await;
        for account in &accounts {
            kept(&office, account).await;
        }
        let entries = entries(&office.records);
        assert_eq!(entries.len(), 4);
        *office.vault.forgets.lock().unwrap() = Some(forgotten);
        if forgotten < 4 {
            let everything = office.desk.everything().await.unwrap();
            let all = given_up(&everything);
            let removing = office.desk.remove_everything(&everything.id, &all);
            let ended = tokio::time::timeout(Duration::from_hours(1), removing).await;
            assert!(ended.is_err(), "the keychain does not answer any more");
        } else {
            office.records.set(Setting::Removing, Some("1")).unwrap();
            for entry in &entries {
                office.vault.forget(EntryName(entry.clone())).await.unwrap();
            }
        }
        assert_eq!(office.secrets_left(&entries).await.len(), 4 - forgotten);

        *office.vault.forgets.lock().unwrap() = None;
        let office = office.restart();
        assert_eq!(code(office.desk.start()), What::Removing, "{forgotten} forgotten");
        office.desk.tidy_up().await;
        assert_eq!(code(office.desk.open_sample().await), What::Removing);
        office.desk.finish_removing().await.unwrap();
        assert_eq!(office.secrets_left(&entries).await, [] as [String; 0], "{forgotten} forgotten");
        assert!(!office.path("records").exists(), "{forgotten} forgotten");
        office.restart().desk.start().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn an_app_that_ends_between_two_files_leaves_what_the_next_start_makes_new_of() {
    for left in [["latchkey.lock", "latchkey.db-wal"], ["latchkey.lock", "latchkey.db-shm"]] {
        let (office, ..) = with_a_kept_key().await;
        let kept = left.map(|name| (name, fs::read(office.path("records").join(name)).unwrap()));
        office.give_all_up().await.unwrap();
        fs::create_dir(office.path("records")).unwrap();
        for (name, bytes) in kept {
            fs::write(office.path("records").join(name), bytes).unwrap();
        }
        let records = Records::open(&office.path("records"), ann()).unwrap();
        assert_eq!(records.remains().unwrap().entries, 0);
        assert_eq!(records.setting(Setting::Removing).unwrap(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn the_secrets_of_accounts_that_stand_between_go_too() {
    let (office, account, _) = with_a_kept_key().await;
    let key = latchkey_core::account::ApiKey { id: "2X9R4HXF34".to_owned(), issuer: None };
    let fingerprint = "0".repeat(64).parse().unwrap();
    office.records.begin_new_api_key(&account, &key, &fingerprint, "spare").unwrap();
    office.vault.store(EntryName("spare".to_owned()), vec![1].into()).await.unwrap();
    office.give_all_up().await.unwrap();
    assert_eq!(office.secrets_left(&["spare".to_owned()]).await, [] as [String; 0]);
}
