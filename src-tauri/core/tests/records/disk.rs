//! A disk that is full, or can't be written.

use std::fs;

use latchkey_core::{
    account::Origin,
    records::{Records, RecordsError, Setting},
};

use crate::{
    ann, at, connected,
    intents::{OLD, addition, removal},
    notes_key,
    small_disk::SmallDisk,
    team_account,
};

/// Writes until the disk takes no more; what was acknowledged is counted.
fn names_until_refused(records: &Records) -> (usize, RecordsError) {
    let origin = Origin::apple();
    (0..)
        .find_map(|number| {
            let entry = format!("private-key {number}");
            records.keep_key(&origin, &notes_key(), &entry, at(number)).err().map(|error| (number, error))
        })
        .map(|(number, error)| (usize::try_from(number).unwrap(), error))
        .unwrap()
}

#[test]
fn on_a_full_disk_nothing_is_written_in_part_and_all_goes_on_once_there_is_room() {
    SmallDisk::run(
        "disk::on_a_full_disk_nothing_is_written_in_part_and_all_goes_on_once_there_is_room",
        |disk| {
            let folder = disk.folder().join("records");
            let records = Records::open(&folder, ann()).unwrap();
            let account = connected(&records, "Acme");
            disk.fill();
            let (kept, refused) = names_until_refused(&records);
            assert_eq!(refused, RecordsError::Full);
            let refused = [
                records.begin_intent(&addition("add", &account)),
                records.begin_intent(&removal("remove", &account)),
                records.begin_account(&team_account("Beta")),
                records.rename_account(&account, "Beta", at(1)),
                records.begin_disconnect(&account),
                records.remove_account(&account, at(1)),
                records.touch_account(&account, at(1)),
                records.record_listing(&account, at(1), &[]),
                records.set(Setting::Proxy, Some("proxy.example.com:1")),
            ];
            assert!(refused.iter().all(|refused| *refused == Err(RecordsError::Full)), "{refused:?}");
            let told = |records: &Records| {
                assert_eq!(records.accounts().unwrap().len(), 1);
                assert_eq!(records.accounts().unwrap()[0].name, "Acme");
                assert!(
                    records.open_intents().unwrap().is_empty(),
                    "what may be sent is written down, or not sent"
                );
                let entry = records.kept_key(&Origin::apple(), &notes_key()).unwrap();
                assert_eq!(entry, kept.checked_sub(1).map(|last| format!("private-key {last}")));
            };
            told(&records);
            drop(records);
            // Whether it opens on a full disk or says that the disk is full: it says nothing else.
            match Records::open(&folder, ann()) {
                Ok(records) => told(&records),
                Err(error) => assert_eq!(error, RecordsError::Full),
            }
            disk.empty();
            let records = Records::open(&folder, ann()).unwrap();
            told(&records);
            records.begin_intent(&addition("add", &account)).unwrap();
        },
    );
}

#[test]
fn the_first_start_on_a_full_disk_says_so_and_the_next_works() {
    SmallDisk::run("disk::the_first_start_on_a_full_disk_says_so_and_the_next_works", |disk| {
        let folder = disk.folder().join("records");
        disk.fill();
        assert_eq!(Records::open_or_set_aside(&folder, ann(), at(1)).unwrap_err(), RecordsError::Full);
        disk.empty();
        let records = Records::open_or_set_aside(&folder, ann(), at(1)).unwrap();
        assert_eq!(records.set_aside().unwrap(), None, "nothing was damaged");
        connected(&records, "Acme");
    });
}

#[test]
fn damaged_records_stay_where_they_are_while_the_disk_is_full() {
    SmallDisk::run("disk::damaged_records_stay_where_they_are_while_the_disk_is_full", |disk| {
        let folder = disk.folder().join("records");
        let records = Records::open(&folder, ann()).unwrap();
        connected(&records, "Acme");
        drop(records);
        let database = folder.join("latchkey.db");
        let mut damaged = fs::read(&database).unwrap();
        // The version says that a table is still to come, which is there.
        damaged[60..64].copy_from_slice(&2_u32.to_be_bytes());
        fs::write(&database, &damaged).unwrap();
        disk.fill();
        assert_eq!(Records::open_or_set_aside(&folder, ann(), at(1)).unwrap_err(), RecordsError::Full);
        assert!(fs::read(&database).unwrap() == damaged);
        disk.empty();
        let records = Records::open_or_set_aside(&folder, ann(), at(1)).unwrap();
        let aside = records.set_aside().unwrap().unwrap().file;
        assert!(fs::read(folder.join(aside)).unwrap() == damaged);
        assert_eq!(records.accounts().unwrap()[0].name, "Acme");
    });
}

#[test]
fn a_disk_that_turns_read_only_is_said_and_loses_nothing() {
    SmallDisk::run("disk::a_disk_that_turns_read_only_is_said_and_loses_nothing", |disk| {
        let folder = disk.folder().join("records");
        let records = Records::open(&folder, ann()).unwrap();
        let account = connected(&records, "Acme");
        records.remember_binding(&Origin::apple(), OLD, &crate::intents::app()).unwrap();
        drop(records);
        disk.read_only();
        for refused in [Records::open(&folder, ann()), Records::open_or_set_aside(&folder, ann(), at(1))] {
            assert_eq!(refused.unwrap_err(), RecordsError::ReadOnly);
        }
        disk.writable();
        let records = Records::open(&folder, ann()).unwrap();
        assert_eq!(records.accounts().unwrap()[0].id, account);
    });
}
