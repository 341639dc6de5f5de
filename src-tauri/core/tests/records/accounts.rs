use latchkey_core::{
    account::{AccountId, ApiKey, Origin},
    records::{AccountRow, AccountState, Did, NewAccount, Records, RecordsError},
};

use crate::{AWKWARD, ann, at, connected, notes_key, reader_key, team_account, told};

#[test]
fn an_account_reads_back_as_it_was_written_whatever_its_texts_hold() {
    let records = Records::in_memory(ann()).unwrap();
    let account = NewAccount {
        id: AccountId::fresh(),
        origin: Origin::loopback("http://[::1]:8080").unwrap(),
        name: AWKWARD.to_owned(),
        api_key: ApiKey { id: AWKWARD.to_owned(), issuer: None },
        api_key_fingerprint: reader_key().fingerprint(),
        vault_entry: AWKWARD.to_owned(),
        at: at(-1),
    };
    records.begin_account(&account).unwrap();
    let row = AccountRow {
        id: account.id,
        origin: account.origin,
        name: account.name,
        api_key: account.api_key,
        api_key_fingerprint: account.api_key_fingerprint,
        vault_entry: account.vault_entry,
        spare_entry: None,
        state: AccountState::Connecting,
        connected_at: at(-1),
        last_used_at: at(-1),
        listed_at: None,
    };
    assert_eq!(records.accounts().unwrap(), [row]);
}

#[test]
fn an_account_goes_from_connecting_over_ready_to_disconnecting_and_away() {
    let records = Records::in_memory(ann()).unwrap();
    let account = team_account("Acme");
    let state = || records.accounts().unwrap().first().map(|row| row.state);
    records.begin_account(&account).unwrap();
    assert_eq!(state(), Some(AccountState::Connecting));
    records.account_ready(&account.id).unwrap();
    assert_eq!(state(), Some(AccountState::Ready));
    records.begin_disconnect(&account.id).unwrap();
    assert_eq!(state(), Some(AccountState::Disconnecting));
    assert_eq!(
        records.account_ready(&account.id),
        Err(RecordsError::NotFound),
        "its secret may be gone: it must not come back"
    );
    records.remove_account(&account.id, at(5_000)).unwrap();
    assert_eq!(state(), None);
    records.remove_account(&account.id, at(5_000)).unwrap();
}

#[test]
fn a_name_is_taken_by_a_ready_account_of_the_same_server_alone() {
    let records = Records::in_memory(ann()).unwrap();
    let account = |origin: Origin| {
        let id = AccountId::fresh();
        NewAccount { vault_entry: id.to_string(), id, origin, ..team_account("Acme") }
    };
    let left_over = account(Origin::apple());
    records.begin_account(&left_over).unwrap();
    let ready = account(Origin::apple());
    records.begin_account(&ready).unwrap();
    records.account_ready(&ready.id).unwrap();
    assert_eq!(records.account_ready(&left_over.id), Err(RecordsError::NameTaken));
    let elsewhere = account(Origin::loopback("http://127.0.0.1:1").unwrap());
    records.begin_account(&elsewhere).unwrap();
    records.account_ready(&elsewhere.id).unwrap();
}

#[test]
fn only_a_taken_name_is_called_one() {
    let records = Records::in_memory(ann()).unwrap();
    let account = team_account("Acme");
    records.begin_account(&account).unwrap();
    let same_entry = NewAccount { id: AccountId::fresh(), name: "Other".to_owned(), ..account.clone() };
    let same_id = NewAccount { name: "Other".to_owned(), vault_entry: "other".to_owned(), ..account };
    for other in [same_entry, same_id] {
        let refused = records.begin_account(&other).unwrap_err();
        assert!(matches!(refused, RecordsError::Failed(_)), "{refused:?}");
    }
}

#[test]
fn the_account_used_last_comes_first() {
    let records = Records::in_memory(ann()).unwrap();
    let first = connected(&records, "First");
    let second = connected(&records, "Second");
    records.touch_account(&second, at(2_000)).unwrap();
    records.touch_account(&first, at(3_000)).unwrap();
    let order: Vec<_> =
        records.accounts().unwrap().into_iter().map(|row| (row.id, row.last_used_at)).collect();
    assert_eq!(order, [(first, at(3_000)), (second, at(2_000))]);
}

#[test]
fn an_account_that_is_not_there_cannot_be_changed() {
    let records = Records::in_memory(ann()).unwrap();
    let nobody = AccountId::fresh();
    assert_eq!(records.account_ready(&nobody), Err(RecordsError::NotFound));
    assert_eq!(records.begin_disconnect(&nobody), Err(RecordsError::NotFound));
    assert_eq!(records.touch_account(&nobody, at(1)), Err(RecordsError::NotFound));
    assert_eq!(records.rename_account(&nobody, "Acme", at(1)), Err(RecordsError::NotFound));
    assert_eq!(
        records.begin_new_api_key(&nobody, &other_api_key(), &reader_key().fingerprint(), "new"),
        Err(RecordsError::NotFound)
    );
    assert_eq!(records.finish_new_api_key(&nobody, at(1)), Err(RecordsError::NotFound));
    assert_eq!(records.spare_forgotten(&nobody), Err(RecordsError::NotFound));
    assert_eq!(records.record_listing(&nobody, at(1), &[]), Err(RecordsError::NotFound));
}

#[test]
fn activity_tells_of_an_account_from_connecting_to_disconnecting() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    records.rename_account(&account, "Acme", at(2_000)).unwrap();
    records.rename_account(&account, "Acme Ltd", at(3_000)).unwrap();
    records.begin_disconnect(&account).unwrap();
    records.remove_account(&account, at(4_000)).unwrap();
    let told = told(&records);
    let lines: Vec<_> = told
        .iter()
        .map(|line| (line.did, line.at, line.account_name.as_str(), line.detail.as_deref()))
        .collect();
    assert_eq!(
        lines,
        [
            (Did::Connected, at(1_000), "Acme", None),
            (Did::RenamedAccount, at(3_000), "Acme Ltd", Some("Acme")),
            (Did::Disconnected, at(4_000), "Acme Ltd", None),
        ]
    );
    assert!(told.iter().all(|line| line.account.as_ref() == Some(&account)));
}

#[test]
fn an_account_that_was_never_ready_leaves_no_trace() {
    let records = Records::in_memory(ann()).unwrap();
    let account = team_account("Acme");
    records.begin_account(&account).unwrap();
    records.remove_account(&account.id, at(2_000)).unwrap();
    assert_eq!(told(&records), []);
    assert_eq!(records.former_account(&account.origin, &account.api_key_fingerprint).unwrap(), None);
}

#[test]
fn a_name_that_another_account_has_is_not_given_to_a_second() {
    let records = Records::in_memory(ann()).unwrap();
    connected(&records, "Acme");
    let other = connected(&records, "Other");
    assert_eq!(records.rename_account(&other, "Acme", at(2_000)), Err(RecordsError::NameTaken));
    assert_eq!(told(&records).len(), 2, "nothing was renamed");
}

#[test]
fn the_same_api_key_connected_anew_is_the_same_account() {
    let records = Records::in_memory(ann()).unwrap();
    let account = team_account("Acme");
    let former = |origin: &Origin| records.former_account(origin, &account.api_key_fingerprint).unwrap();
    records.begin_account(&account).unwrap();
    records.account_ready(&account.id).unwrap();
    assert_eq!(former(&account.origin), None, "it is connected");
    records.begin_disconnect(&account.id).unwrap();
    records.remove_account(&account.id, at(2_000)).unwrap();
    assert_eq!(former(&account.origin), Some(account.id.clone()));
    assert_eq!(former(&Origin::sample()), None, "another server's API key is another");
    assert_eq!(records.former_account(&account.origin, &reader_key().fingerprint()).unwrap(), None);

    records.begin_account(&account).unwrap();
    assert_eq!(former(&account.origin), None, "it is being connected");
    records.remove_account(&account.id, at(3_000)).unwrap();
    assert_eq!(
        former(&account.origin),
        Some(account.id.clone()),
        "an attempt that failed takes nothing away"
    );
}

fn other_api_key() -> ApiKey {
    ApiKey { id: "INDIVIDUAL".to_owned(), issuer: None }
}

#[test]
fn at_every_step_of_a_new_api_key_the_account_names_every_secret_it_may_have() {
    let records = Records::in_memory(ann()).unwrap();
    let account = team_account("Acme");
    records.begin_account(&account).unwrap();
    records.account_ready(&account.id).unwrap();
    let row = || records.accounts().unwrap().remove(0);
    let before = row();

    records.begin_new_api_key(&account.id, &other_api_key(), &reader_key().fingerprint(), "new").unwrap();
    assert_eq!(row(), AccountRow { spare_entry: Some("new".to_owned()), ..before.clone() });

    records.finish_new_api_key(&account.id, at(2_000)).unwrap();
    let after = AccountRow {
        api_key: other_api_key(),
        api_key_fingerprint: reader_key().fingerprint(),
        vault_entry: "new".to_owned(),
        spare_entry: Some(before.vault_entry.clone()),
        ..before
    };
    assert_eq!(row(), after);
    assert_eq!(
        records.begin_new_api_key(&account.id, &account.api_key, &notes_key().fingerprint(), "newer"),
        Err(RecordsError::NotFound),
        "the old secret would be left in the vault without a name"
    );
    assert_eq!(records.finish_new_api_key(&account.id, at(3_000)), Err(RecordsError::NotFound));

    records.spare_forgotten(&account.id).unwrap();
    assert_eq!(row(), AccountRow { spare_entry: None, ..after });
    let last = told(&records).pop().unwrap();
    assert_eq!((last.did, last.detail), (Did::NewApiKey, Some(account.api_key.id)));
    assert_eq!(last.api_key_id, "INDIVIDUAL");
}

#[test]
fn a_new_api_key_that_is_given_up_leaves_the_old_one() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    let before = records.accounts().unwrap();
    records.begin_new_api_key(&account, &other_api_key(), &reader_key().fingerprint(), "new").unwrap();
    records.spare_forgotten(&account).unwrap();
    assert_eq!(records.accounts().unwrap(), before);
    assert_eq!(records.finish_new_api_key(&account, at(2_000)), Err(RecordsError::NotFound));
}

#[test]
fn the_spare_entry_is_never_one_that_is_in_use() {
    let records = Records::in_memory(ann()).unwrap();
    let account = team_account("Acme");
    records.begin_account(&account).unwrap();
    records.account_ready(&account.id).unwrap();
    let fingerprint = reader_key().fingerprint();
    let refused =
        records.begin_new_api_key(&account.id, &other_api_key(), &fingerprint, &account.vault_entry);
    assert!(matches!(refused, Err(RecordsError::Failed(_))), "{refused:?}");
}

#[test]
fn an_account_says_when_it_last_listed_its_keys() {
    let records = Records::in_memory(ann()).unwrap();
    let account = connected(&records, "Acme");
    records.record_listing(&account, at(2_000), &[]).unwrap();
    assert_eq!(records.accounts().unwrap()[0].listed_at, Some(at(2_000)));
}
