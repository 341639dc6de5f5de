//! A clock that is wrong, or is set while something is under way. What is told stays true, and nothing is sent twice.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use latchkey_core::{
    account::{AccountId, Origin},
    asc::route::Nowhere,
    clock::{Clock, Moment, Sleep},
    desk::{
        Backing, Desk, Real,
        problem::{Problem, What},
        view::{AddRequest, Added, DraftId, KeyRow, Looked, Pending, Removed},
    },
    vault::Vault,
};
use latchkey_simulator::{InProcess, Settings, practice::seeded, settings::Rule};

use crate::{
    Office,
    acts::{last_six, request},
    sample,
};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// A clock that somebody sets; the one that never goes back, and sleep, are not theirs to set.
struct SetClock {
    right: Arc<dyn Clock>,
    ahead: AtomicI64,
}

impl SetClock {
    fn set(&self, jump: Jump) {
        let ahead = match jump {
            Jump::By(millis) => millis,
            Jump::To(moment) => moment.unix_millis() - self.right.now().unix_millis(),
        };
        self.ahead.store(ahead, Ordering::Relaxed);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Moment {
        Moment::from_unix_millis(self.right.now().unix_millis() + self.ahead.load(Ordering::Relaxed))
    }

    fn monotonic(&self) -> Duration {
        self.right.monotonic()
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        self.right.sleep(duration)
    }
}

#[derive(Clone, Copy, Debug)]
enum Jump {
    By(i64),
    To(Moment),
}

const RIGHT: Jump = Jump::By(0);

/// 1970-01-01 and 2100-01-01.
const JUMPS: [Jump; 6] = [
    Jump::By(HOUR),
    Jump::By(-HOUR),
    Jump::By(DAY),
    Jump::By(-DAY),
    Jump::To(Moment::from_unix_millis(0)),
    Jump::To(Moment::from_unix_millis(4_102_444_800_000)),
];

/// When the clock is set.
#[derive(Clone, Copy, Debug, PartialEq)]
enum When {
    BeforeItIsPrepared,
    BeforeItIsSent,
    OnItsWay,
    BeforeItIsLookedFor,
    WhileItIsLookedFor,
    WhileTheAppIsClosed,
}

const WHENS: [When; 6] = [
    When::BeforeItIsPrepared,
    When::BeforeItIsSent,
    When::OnItsWay,
    When::BeforeItIsLookedFor,
    When::WhileItIsLookedFor,
    When::WhileTheAppIsClosed,
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Deed {
    Add,
    Remove,
}

/// An office whose Apple has the right time whatever this computer's clock says.
struct Wrong {
    office: Office,
    clock: Arc<SetClock>,
}

impl Wrong {
    fn new() -> Self {
        let office = Office::in_memory(
            seeded(1, 4, 2),
            Settings { second_key: Rule::Accepted, ..Settings::default() },
        );
        let clock = Arc::new(SetClock { right: Arc::clone(&office.clock), ahead: AtomicI64::new(0) });
        Self { office, clock }.restarted()
    }

    /// A desk that remembers what is recorded, and nothing else.
    fn restarted(self) -> Self {
        let Self { office, clock } = self;
        let backing = Backing {
            origin: Origin::apple(),
            transport: Arc::new(InProcess::new(Arc::clone(&office.apple), Arc::clone(&office.clock))),
            route: Arc::new(Nowhere::default()),
            vault: Arc::clone(&office.vault) as Arc<dyn Vault>,
            records: Arc::clone(&office.records),
        };
        let time: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
        let desk = Desk::new(time, Real::Ready(backing), sample(&office.clock), "0.0.0");
        Self { office: Office { desk, ..office }, clock }
    }

    async fn prepared(&self, deed: Deed, account: &AccountId, row: &KeyRow) -> Result<DraftId, Problem> {
        let office = &self.office;
        match deed {
            Deed::Add => {
                let key = office.chosen(account, 1).id;
                let account = account.clone();
                let request = AddRequest { account, key, scope: office.one_app(3), work: None };
                Ok(office.desk.prepare_add(request).await?.id)
            }
            Deed::Remove => Ok(office.desk.prepare_remove(request(account, row)).await?.id),
        }
    }

    /// `None`: it is done.
    async fn sent(&self, deed: Deed, draft: &DraftId, row: &KeyRow) -> Result<Option<Pending>, Problem> {
        let desk = &self.office.desk;
        Ok(match deed {
            Deed::Add => match desk.commit_add(draft, "Website".to_owned()).await? {
                Added::Unknown { pending, .. } => Some(pending),
                Added::Done { .. } | Added::Already { .. } => None,
            },
            Deed::Remove => match desk.commit_remove(draft, last_six(&row.id)).await? {
                Removed::Unknown { pending, .. } => Some(pending),
                Removed::Done { .. } | Removed::AlreadyGone { .. } => None,
            },
        })
    }

    /// Whether the deed is done at Apple.
    fn is_done(&self, deed: Deed, row: &KeyRow) -> bool {
        match deed {
            Deed::Add => self.office.truth().len() == 3,
            Deed::Remove => !self.office.has(&row.id),
        }
    }

    fn writes(&self) -> usize {
        self.office.requests("POST") + self.office.requests("DELETE")
    }

    /// Looks for ten minutes; `Some` is what was decided, whether it arrived.
    async fn looked(&self, pending: &DraftId, on_first: impl Fn() + Sync) -> Option<bool> {
        let (first, decided) = (AtomicBool::new(true), Mutex::new(None));
        let tell = |looked: Looked| {
            if first.swap(false, Ordering::Relaxed) {
                on_first();
            }
            match looked {
                Looked::Arrived { .. } | Looked::Gone { .. } => *decided.lock().unwrap() = Some(true),
                Looked::NotArrived { .. } => *decided.lock().unwrap() = Some(false),
                Looked::NotThere { .. } | Looked::NotRead { .. } => (),
            }
        };
        let looking = self.office.desk.look(pending, &tell);
        let _ = tokio::time::timeout(Duration::from_mins(10), looking).await;
        decided.into_inner().unwrap()
    }
}

/// Does it, loses the answer, sets the clock, and compares every word with the truth.
async fn tried(deed: Deed, fault: &str, jump: Jump, when: When) {
    let what = format!("{deed:?}, {fault}, {jump:?} {when:?}");
    let mut wrong = Wrong::new();
    let account = wrong.office.connected().await;
    let row = wrong.office.row_for_an_app(&account, 0).await;
    let set_if = |wrong: &Wrong, now: When| {
        if when == now {
            wrong.clock.set(jump);
        }
    };
    let method = if deed == Deed::Add { "POST" } else { "DELETE" };

    set_if(&wrong, When::BeforeItIsPrepared);
    let prepared = wrong.prepared(deed, &account, &row).await;
    set_if(&wrong, When::BeforeItIsSent);
    wrong.office.fault(&format!("{method} * delay=2s {fault}"));
    let lost = match prepared {
        Ok(draft) => {
            let on_its_way = async {
                wrong.office.clock.sleep(Duration::from_secs(1)).await;
                set_if(&wrong, When::OnItsWay);
            };
            tokio::join!(wrong.sent(deed, &draft, &row), on_its_way).0
        }
        Err(problem) => Err(problem),
    };
    let pending = match lost {
        Ok(pending) => pending,
        Err(problem) => {
            let off = match problem.what {
                What::NotAccepted { clock_ahead: Some(off), .. } => off,
                other => panic!("{what}: {other:?}"),
            };
            assert!(off.abs() > 1_800, "{what}: that the clock is wrong is told: {off}");
            assert!(!wrong.is_done(deed, &row), "{what}: refused");
            return;
        }
    };
    let pending = pending.unwrap_or_else(|| panic!("{what}: the answer is lost"));

    set_if(&wrong, When::BeforeItIsLookedFor);
    if when == When::WhileTheAppIsClosed {
        wrong = wrong.restarted();
        wrong.clock.set(jump);
        assert_eq!(wrong.office.desk.start().unwrap().pending[0].id, pending.id, "{what}");
    }
    let clock = Arc::clone(&wrong.clock);
    let on_first = || {
        if when == When::WhileItIsLookedFor {
            clock.set(jump);
        }
    };
    let decided = match wrong.looked(&pending.id, on_first).await {
        // Apple accepts no token that such a clock dates. It is set right again.
        None => {
            clock.set(RIGHT);
            wrong.looked(&pending.id, || ()).await
        }
        decided => decided,
    };
    let decided = decided.unwrap_or_else(|| panic!("{what}: it is decided in the end"));
    wrong.office.clock.sleep(Duration::from_mins(10)).await;
    assert_eq!(decided, wrong.is_done(deed, &row), "{what}: the last word is the truth for good");
    assert_eq!(wrong.writes(), 1, "{what}: sent once");
    assert!(wrong.office.desk.start().unwrap().pending.is_empty(), "{what}");
}

async fn tried_with_every_jump(deed: Deed, faults: &[&str]) {
    for fault in faults {
        for jump in JUMPS {
            for when in WHENS {
                tried(deed, fault, jump, when).await;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whenever_the_clock_is_set_a_lost_addition_is_decided_as_apple_has_it() {
    tried_with_every_jump(Deed::Add, &["cut-before", "cut-after", "late=100s"]).await;
}

#[tokio::test(start_paused = true)]
async fn whenever_the_clock_is_set_a_lost_removal_is_decided_as_apple_has_it() {
    tried_with_every_jump(Deed::Remove, &["cut-before", "late=100s"]).await;
}

#[tokio::test(start_paused = true)]
async fn with_a_clock_that_is_behind_by_minutes_keys_are_added_and_removed() {
    for seconds in [1, 29, 31, 89, 91, 120, 300, 600, 1_080] {
        let wrong = Wrong::new();
        wrong.clock.set(Jump::By(-seconds * 1_000));
        let account = wrong.office.connected().await;
        let row = wrong.office.row_for_an_app(&account, 0).await;
        for deed in [Deed::Add, Deed::Remove] {
            let draft = wrong.prepared(deed, &account, &row).await.unwrap();
            let sent = wrong.sent(deed, &draft, &row).await;
            assert!(matches!(sent, Ok(None)), "{seconds} s behind: {deed:?} {sent:?}");
        }
        assert!(!wrong.office.has(&row.id));
        assert_eq!(wrong.office.truth().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn when_a_lost_change_will_be_decided_is_told_in_the_time_of_this_computer() {
    for behind in [0, 600_000] {
        let wrong = Wrong::new();
        wrong.clock.set(Jump::By(-behind));
        let account = wrong.office.connected().await;
        let row = wrong.office.row_for_an_app(&account, 0).await;
        let draft = wrong.prepared(Deed::Add, &account, &row).await.unwrap();
        wrong.office.fault("POST * cut-before");
        let pending = wrong.sent(Deed::Add, &draft, &row).await.unwrap().unwrap();
        let left = pending.decided_after.since(wrong.clock.now());
        assert!((140..=152).contains(&left.as_secs()), "{behind} ms behind: {left:?}");
        assert_eq!(wrong.looked(&pending.id, || ()).await, Some(false));
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_gives_the_wrong_time_once_makes_no_token_wrong() {
    for date in ["date=+2h", "date=-2h"] {
        let wrong = Wrong::new();
        let account = wrong.office.connected().await;
        let row = wrong.office.row_for_an_app(&account, 0).await;
        let draft = wrong.prepared(Deed::Add, &account, &row).await.unwrap();
        wrong.office.fault(&format!("GET * {date} times=20"));
        let sent = wrong.sent(Deed::Add, &draft, &row).await;
        assert!(matches!(sent, Ok(None)), "{date}: {sent:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_done_while_the_clock_was_set_back_and_forth_is_all_in_activity() {
    let wrong = Wrong::new();
    let account = wrong.office.connected().await;
    let row = wrong.office.row_for_an_app(&account, 0).await;
    for (number, jump) in JUMPS.into_iter().enumerate() {
        wrong.clock.set(jump);
        wrong.office.desk.describe_key(&account, &row.id, Some(format!("Name {number}")), None).unwrap();
    }
    wrong.clock.set(RIGHT);
    wrong.office.desk.select(&account).unwrap();
    let names: Vec<_> = wrong.office.entries().into_iter().filter_map(|entry| entry.key_name).collect();
    for number in 0..JUMPS.len() {
        assert!(names.contains(&format!("Name {number}")), "{number} of {names:?}");
    }
}
