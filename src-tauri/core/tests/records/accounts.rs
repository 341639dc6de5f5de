use latchkey_core::{
    account::{AccountId, ApiKey, Origin},
    records::{AccountRow, AccountState, NewAccount, Records, RecordsError},
};

use crate::{AWKWARD, at, connected, reader_key, team_account};

#[test]
fn an_account_reads_back_as_it_was_written_whatever_its_texts_hold() {
    let records = Records::in_memory().unwrap();
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
        state: AccountState::Connecting,
        connected_at: at(-1),
        last_used_at: at(-1),
    };
    assert_eq!(records.accounts().unwrap(), [row]);
}

#[test]
fn an_account_goes_from_connecting_over_ready_to_disconnecting_and_away() {
    let records = Records::in_memory().unwrap();
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
    records.remove_account(&account.id).unwrap();
    assert_eq!(state(), None);
    records.remove_account(&account.id).unwrap();
}

#[test]
fn a_name_is_taken_by_a_ready_account_of_the_same_server_alone() {
    let records = Records::in_memory().unwrap();
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
    let records = Records::in_memory().unwrap();
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
    let records = Records::in_memory().unwrap();
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
    let records = Records::in_memory().unwrap();
    let nobody = AccountId::fresh();
    assert_eq!(records.account_ready(&nobody), Err(RecordsError::NotFound));
    assert_eq!(records.begin_disconnect(&nobody), Err(RecordsError::NotFound));
    assert_eq!(records.touch_account(&nobody, at(1)), Err(RecordsError::NotFound));
    assert_eq!(records.record_listing(&nobody, at(1), &[]), Err(RecordsError::NotFound));
}
