//! A disk that is full from some request on: before the intent is written down nothing is sent, and what can't be written
//! down after the answer is told as it is, and found out by the next start.

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use http::{Method, Request};
use latchkey_core::{
    account::{AccountId, Origin},
    asc::{
        route::Nowhere,
        transport::{Sending, Transport},
    },
    desk::{
        Backing, Desk, Real,
        problem::{Problem, What},
        view::{Added, KeyRow, Looked, Removed, WorkKind},
    },
    records::Records,
    vault::Vault,
};
use latchkey_simulator::{InProcess, Settings, practice::seeded, settings::Rule};

use crate::{
    Office,
    acts::{last_six, request},
    ann, sample,
    small_disk::SmallDisk,
};

/// The way to Apple, on which the disk gets full.
struct Filling {
    inside: InProcess,
    records: Arc<Records>,
    disk: &'static SmallDisk,
    /// At which request; counted down.
    left: AtomicUsize,
}

impl Transport for Filling {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.disk.fill();
        }
        if request.method() != Method::GET {
            assert_eq!(self.records.open_intents().unwrap().len(), 1, "written down before it is sent");
        }
        self.inside.send(request)
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Deed {
    Add,
    Remove,
    ReplaceAdding,
    ReplaceRemoving,
}

/// Told of a deed: it is done, or its fate is unknown.
#[derive(Debug, PartialEq)]
enum Told {
    Done,
    Unknown,
}

const NEVER: usize = 0;

struct Full {
    office: Office,
    folder: std::path::PathBuf,
    disk: &'static SmallDisk,
    way: Arc<Filling>,
}

impl Full {
    async fn new(disk: &'static SmallDisk) -> (Self, AccountId, KeyRow) {
        let office = Office::in_memory(
            seeded(1, 4, 2),
            Settings { second_key: Rule::Accepted, ..Settings::default() },
        );
        let full = Self::on(disk, office);
        let account = full.office.connected().await;
        let row = full.office.row_for_an_app(&account, 0).await;
        (full, account, row)
    }

    fn on(disk: &'static SmallDisk, office: Office) -> Self {
        let folder = disk.folder().join("records");
        let records = Arc::new(Records::open_or_set_aside(&folder, ann(), office.clock.now()).unwrap());
        let way = Arc::new(Filling {
            inside: InProcess::new(Arc::clone(&office.apple), Arc::clone(&office.clock)),
            records: Arc::clone(&records),
            disk,
            left: AtomicUsize::new(NEVER),
        });
        let backing = Backing {
            origin: Origin::apple(),
            transport: Arc::clone(&way) as Arc<dyn Transport>,
            route: Arc::new(Nowhere::default()),
            vault: Arc::clone(&office.vault) as Arc<dyn Vault>,
            records: Arc::clone(&records),
        };
        let new = Desk::new(Arc::clone(&office.clock), Real::Ready(backing), sample(&office.clock), "0.0.0");
        Self { office: Office { desk: new, records, ..office }, folder, disk, way }
    }

    /// The app ends, and starts again when there is room.
    fn restarted(self) -> Self {
        let Self { office, disk, way, .. } = self;
        let Office { desk: closed, records: let_go, apple, clock, vault, credentials, folder } = office;
        drop((closed, let_go, way));
        disk.empty();
        let new = Desk::new(Arc::clone(&clock), Real::Left, sample(&clock), "0.0.0");
        let records = Arc::new(Records::in_memory(ann()).unwrap());
        Self::on(disk, Office { desk: new, records, apple, clock, vault, credentials, folder })
    }

    async fn done(&self, deed: Deed, account: &AccountId, row: &KeyRow) -> Result<Told, Problem> {
        let (office, desk) = (&self.office, &self.office.desk);
        let added = |added: Added| match added {
            Added::Done { .. } | Added::Already { .. } => Told::Done,
            Added::Unknown { .. } => Told::Unknown,
        };
        let removed = |removed: Removed| match removed {
            Removed::Done { .. } | Removed::AlreadyGone { .. } => Told::Done,
            Removed::Unknown { .. } => Told::Unknown,
        };
        Ok(match deed {
            Deed::Add => {
                let key = office.chosen(account, 1).id;
                let request = latchkey_core::desk::view::AddRequest {
                    account: account.clone(),
                    key,
                    scope: office.one_app(3),
                    work: None,
                };
                let draft = desk.prepare_add(request).await?;
                added(desk.commit_add(&draft.id, "Website".to_owned()).await?)
            }
            Deed::Remove => {
                let draft = desk.prepare_remove(request(account, row)).await?;
                removed(desk.commit_remove(&draft.id, last_six(&row.id)).await?)
            }
            Deed::ReplaceAdding => {
                let work = desk.begin_replace(account, &row.id, WorkKind::Emergency).await?;
                let work = desk.change_replace(&work.id, WorkKind::Planned)?;
                let key = office.chosen(account, 1).id;
                added(office.add_as_new(&work, key).await?)
            }
            Deed::ReplaceRemoving => {
                let work = desk.begin_replace(account, &row.id, WorkKind::RemoveFirst).await?;
                removed(office.remove_old(&work).await?)
            }
        })
    }

    fn is_done(&self, deed: Deed, row: &KeyRow) -> bool {
        match deed {
            Deed::Add | Deed::ReplaceAdding => self.office.truth().len() == 3,
            Deed::Remove | Deed::ReplaceRemoving => !self.office.has(&row.id),
        }
    }

    fn writes(&self) -> usize {
        self.office.requests("POST") + self.office.requests("DELETE")
    }
}

/// Does it with a disk that gets full at this request; gives back how many requests there were.
async fn tried(disk: &'static SmallDisk, deed: Deed, at: usize) -> usize {
    let what = format!("{deed:?}, full at request {at}");
    let (full, account, row) = Full::new(disk).await;
    let before = full.office.apple.log().len();
    if at == 0 {
        disk.fill();
    } else {
        full.way.left.store(at, Ordering::Relaxed);
    }
    let told = full.done(deed, &account, &row).await;
    let asked = full.office.apple.log().len() - before;
    if !disk.is_full() {
        assert!(at > asked && matches!(told, Ok(Told::Done)), "{what}: {told:?}");
        disk.fill();
    }
    match &told {
        Ok(Told::Done) => assert!(full.is_done(deed, &row), "{what}"),
        Ok(Told::Unknown) => assert_eq!(full.writes(), 1, "{what}"),
        Err(problem) => {
            assert_eq!(problem.what, What::RecordsFull, "{what}");
            assert_eq!(full.writes(), 0, "{what}: nothing is sent that can't be written down");
        }
    }
    // What is on the disk can be read, full or not.
    let start = full.office.desk.start().unwrap();
    assert_eq!(start.pending.len(), usize::from(matches!(told, Ok(Told::Unknown))), "{what}");

    let full = full.restarted();
    for pending in full.office.desk.start().unwrap().pending {
        let looks = full.office.looked(&pending.id).await;
        let arrived = matches!(looks.last(), Some(Looked::Arrived { .. } | Looked::Gone { .. }));
        assert_eq!(arrived, full.is_done(deed, &row), "{what}: {looks:?}");
    }
    assert!(full.office.desk.start().unwrap().pending.is_empty(), "{what}");
    assert!(full.writes() <= 1, "{what}: sent once");
    let folder = full.folder.clone();
    drop(full);
    remove(&folder);
    asked
}

fn remove(folder: &Path) {
    fs::remove_dir_all(folder).unwrap();
}

/// Runs this with a small disk, on paused time.
fn on_a_small_disk<F: Future<Output = ()>>(name: &str, body: impl FnOnce(&'static SmallDisk) -> F) {
    SmallDisk::run(name, |disk| {
        let disk: &'static SmallDisk = Box::leak(Box::new(disk.clone()));
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(body(disk));
    });
}

#[test]
fn with_a_disk_that_gets_full_at_any_request_of_a_change_nothing_is_sent_that_is_not_written_down() {
    on_a_small_disk(
        "disk::with_a_disk_that_gets_full_at_any_request_of_a_change_nothing_is_sent_that_is_not_written_down",
        async |disk| {
            let mut tries = 0;
            for deed in [Deed::Add, Deed::Remove, Deed::ReplaceAdding, Deed::ReplaceRemoving] {
                let mut at = 0;
                // Until it gets full only after the last.
                while at <= tried(disk, deed, at).await {
                    at += 1;
                }
                assert!(at >= 3, "{deed:?}: {at}");
                tries += at;
            }
            println!("{tries} changes with a disk that gets full");
        },
    );
}

#[test]
fn a_full_disk_connects_no_account_and_stores_no_secret() {
    on_a_small_disk("disk::a_full_disk_connects_no_account_and_stores_no_secret", async |disk| {
        let office = Office::in_memory(seeded(1, 4, 2), Settings::default());
        let full = Full::on(disk, office);
        disk.fill();
        // It would never answer.
        full.office.vault.hold();
        let problem = full.office.connect("Lindqvist").await.unwrap_err();
        assert_eq!(problem.what, What::RecordsFull);
        *full.office.vault.holding.lock().unwrap() = None;
        disk.empty();
        full.office.connect("Lindqvist").await.unwrap();
    });
}
