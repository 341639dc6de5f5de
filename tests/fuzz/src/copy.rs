use std::{fs, sync::Arc, time::Duration, time::SystemTime};

use latchkey_core::{
    account::{ApiKey, Origin},
    asc::route::Nowhere,
    clock::{Clock, SystemClock},
    desk::{Backing, Desk, Real, Sample, view::Brings},
    records::{By, Records},
    vault::memory::MemoryVault,
};
use latchkey_simulator::{InProcess, practice};

use crate::assert_tame;

/// A copy brings what was shown before, once, and nothing but names, notes and history.
pub fn copy(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.json");
    fs::write(&path, bytes).unwrap();
    // Reading a file aside takes threads of its own.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let (desk, records) = desk();
        let Ok(shown) = desk.read_copy(path.clone()).await else { return };
        assert_eq!(desk.bring_in(&shown.id).await.unwrap(), shown.brings, "what was shown is what happens");
        assert_brought(&records, &shown.brings);
        let Brings { names, notes, entries, .. } = desk.read_copy(path).await.unwrap().brings;
        assert_eq!((names, notes, entries), (0, 0, 0), "a second time there is nothing new in it");
    });
}

fn assert_brought(records: &Records, brings: &Brings) {
    assert!(records.accounts().unwrap().is_empty(), "a copy connects no account");
    assert!(records.kept_keys(&Origin::apple()).unwrap().is_empty(), "nor has it private keys");
    assert!(records.open_intents().unwrap().is_empty(), "nor changes that are under way");
    let all = records.everything(&Origin::apple()).unwrap();
    assert_eq!(all.keys.iter().filter(|key| key.name.is_some()).count(), brings.names);
    for key in &all.keys {
        assert!(key.confirmed.is_none() && key.app.is_none() && key.public_key.is_none(), "{key:?}");
        for text in [&key.name, &key.note].into_iter().flatten() {
            assert_tame("what somebody wrote", text);
        }
    }
}

fn desk() -> (Arc<Desk>, Arc<Records>) {
    let clock: Arc<dyn Clock> =
        Arc::new(SystemClock::starting_at(SystemTime::UNIX_EPOCH + Duration::from_hours(500_000)));
    let practice::Sample { simulator, credentials } = practice::sample();
    let simulator = Arc::new(simulator);
    let backing = |origin| {
        let records = Records::in_memory(By { user: "ann".to_owned(), version: "0".to_owned() });
        Backing {
            origin,
            transport: Arc::new(InProcess::new(Arc::clone(&simulator), Arc::clone(&clock))),
            route: Arc::new(Nowhere::default()),
            vault: Arc::new(MemoryVault::default()),
            records: Arc::new(records.unwrap()),
        }
    };
    let (real, sample) = (backing(Origin::apple()), backing(Origin::sample()));
    let records = Arc::clone(&real.records);
    let sample = Sample {
        backing: sample,
        name: "Sample account".to_owned(),
        api_key: ApiKey { id: credentials.key_id, issuer: credentials.issuer_id },
        secret: credentials.private_key,
        api_key_fingerprint: credentials.fingerprint.parse().unwrap(),
    };
    (Desk::new(clock, Real::Ready(real), sample, "0"), records)
}
