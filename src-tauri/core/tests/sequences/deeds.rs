//! What can be done, and what can go wrong meanwhile. A sequence is made before anything of it runs, so that it can be run
//! again with steps left out: which key or file a step is about is a number that is resolved when it runs.

use std::time::Duration;

use latchkey_core::desk::view::WorkKind;
use latchkey_simulator::{
    Settings,
    settings::{Agreements, AppsKey, Echo, NoKey, RemovedKey, Role, Rule},
};

use crate::{chance::Chance, faults};

/// A sequence.
#[derive(Clone, Debug)]
pub(crate) struct Sequence {
    pub(crate) settings: Settings,
    /// The records are in a file, of which every byte is looked at.
    pub(crate) on_disk: bool,
    pub(crate) steps: Vec<Step>,
}

/// A deed and what goes wrong while it is done.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) deed: Deed,
    pub(crate) fault: Option<String>,
    pub(crate) mood: Mood,
    /// The app is killed this long after the step began, if it still goes on.
    pub(crate) killed_after: Option<Duration>,
}

/// How the keychain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Good,
    Missing,
    Refused,
    Failed,
    /// It doesn't answer.
    Silent,
}

/// Who adds a key: which public key, and for which app; `None`: for all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) pair: u64,
    pub(crate) app: Option<usize>,
}

/// What a person does at this computer, or somebody else does meanwhile.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Deed {
    Connect {
        api_key: usize,
    },
    Disconnect {
        nth: usize,
    },
    UseNewApiKey {
        nth: usize,
        api_key: usize,
    },
    RenameAccount {
        nth: usize,
    },
    CheckAccount {
        nth: usize,
    },
    Inventory {
        stopped_after: Option<usize>,
    },
    Everywhere,
    KnowNews,
    ReadKey {
        nth: usize,
    },
    Describe {
        nth: usize,
    },
    Confirm {
        nth: usize,
        right: bool,
    },
    CheckToken {
        nth: usize,
    },
    NewPair {
        protected: bool,
        keep: bool,
        wanted: Wanted,
    },
    KeptPair {
        nth: usize,
    },
    Add(Wanted),
    /// Two drafts of it at once.
    AddTwice(Wanted),
    /// While keys are being read.
    AddWhileReading(Wanted),
    AddAgain {
        nth: usize,
    },
    Remove {
        nth: usize,
    },
    /// Two drafts of it at once, each committed twice.
    RemoveTwice {
        nth: usize,
    },
    BeginReplace {
        nth: usize,
        kind: WorkKind,
    },
    /// What comes next in a replacement.
    GoOn {
        nth: usize,
        pair: u64,
    },
    /// Whatever comes next: its old key is to be removed.
    RemoveOldOf {
        nth: usize,
    },
    HandOver {
        nth: usize,
    },
    Switched {
        nth: usize,
    },
    ChangeKind {
        nth: usize,
        kind: WorkKind,
    },
    StopReplace {
        nth: usize,
    },
    Look {
        nth: usize,
        stopped_after: Option<usize>,
    },
    SaveCopy,
    BringIn,
    Restart,
    TimePasses(Duration),
    OthersAdd {
        app: Option<usize>,
    },
    OthersRemove {
        nth: usize,
    },
    RoleBecomes(Role),
    AgreementsBecome(Agreements),
    EntryIsGone {
        nth: usize,
    },
}

impl Sequence {
    pub(crate) fn of(seed: u64) -> Self {
        let mut chance = Chance::of(seed);
        let settings = reading(&mut chance);
        let mut steps = Vec::new();
        if !chance.once_in(8) {
            steps.push(Step::smooth(Deed::Connect { api_key: 0 }));
        }
        let length = 5 + chance.below(6);
        while steps.len() < length {
            steps.push(step(&mut chance));
        }
        Self { settings, on_disk: chance.once_in(16), steps }
    }
}

impl Step {
    fn smooth(deed: Deed) -> Self {
        Self { deed, fault: None, mood: Mood::Good, killed_after: None }
    }
}

fn step(chance: &mut Chance) -> Step {
    let mut step = Step::smooth(deed(chance));
    if chance.once_in(2) {
        step.fault = Some(faults::one(chance));
    }
    if chance.once_in(14) {
        step.mood = chance.one_of(&[Mood::Missing, Mood::Refused, Mood::Failed, Mood::Silent]);
    }
    // Nobody waits for ever for a keychain that doesn't answer.
    if step.mood == Mood::Silent || chance.once_in(10) {
        step.killed_after =
            Some(Duration::from_millis(chance.one_of(&[0, 5, 30, 90, 200, 500, 2_000, 60_000])));
    }
    step
}

fn deed(chance: &mut Chance) -> Deed {
    let nth = chance.below(1000);
    let wanted = Wanted { pair: 1 + chance.number() % 4, app: (!chance.once_in(4)).then(|| chance.below(4)) };
    let kind = chance.one_of(&[WorkKind::Planned, WorkKind::Emergency, WorkKind::RemoveFirst]);
    let stopped_after = chance.once_in(4).then(|| chance.below(8));
    match chance.below(100) {
        0..3 => Deed::Connect { api_key: chance.below(2) },
        3..6 => Deed::Disconnect { nth },
        6..8 => Deed::UseNewApiKey { nth, api_key: chance.below(2) },
        8 => Deed::RenameAccount { nth },
        9 => Deed::CheckAccount { nth },
        10..15 => Deed::Inventory { stopped_after },
        15 => Deed::Everywhere,
        16 => Deed::KnowNews,
        17 => Deed::ReadKey { nth },
        18..21 => Deed::Describe { nth },
        21 => Deed::Confirm { nth, right: !chance.once_in(3) },
        22 => Deed::CheckToken { nth },
        23..25 => Deed::NewPair { protected: chance.once_in(100), keep: chance.once_in(2), wanted },
        25 => Deed::KeptPair { nth },
        26..37 => Deed::Add(wanted),
        37..40 => Deed::AddTwice(wanted),
        40..42 => Deed::AddWhileReading(wanted),
        42..45 => Deed::AddAgain { nth },
        45..54 => Deed::Remove { nth },
        54..56 => Deed::RemoveTwice { nth },
        56..60 => Deed::BeginReplace { nth, kind },
        60..70 => Deed::GoOn { nth, pair: 5 + chance.number() % 3 },
        70 => Deed::RemoveOldOf { nth },
        71 => Deed::HandOver { nth },
        72 => Deed::Switched { nth },
        73 => Deed::ChangeKind { nth, kind },
        74 => Deed::StopReplace { nth },
        75..82 => Deed::Look { nth, stopped_after },
        82 => Deed::SaveCopy,
        83 => Deed::BringIn,
        84..87 => Deed::Restart,
        87..90 => Deed::TimePasses(Duration::from_secs(chance.one_of(&[1, 50, 100, 200, 1_300, 90_000]))),
        90..93 => Deed::OthersAdd { app: wanted.app },
        93..96 => Deed::OthersRemove { nth },
        96 => Deed::RoleBecomes(chance.one_of(&[Role::Writes, Role::Reads, Role::Nothing])),
        97 => Deed::AgreementsBecome(chance.one_of(&[Agreements::InForce, Agreements::Missing])),
        98 => Deed::EntryIsGone { nth },
        _ => Deed::TimePasses(Duration::from_hours(1)),
    }
}

/// What Apple leaves open, answered one way or another.
fn reading(chance: &mut Chance) -> Settings {
    let rule = |chance: &mut Chance| chance.one_of(&[Rule::Accepted, Rule::Accepted, Rule::Refused]);
    Settings {
        latency: Duration::from_millis(chance.one_of(&[0, 20, 60])),
        retry_after: chance.once_in(2),
        no_key: chance.one_of(&[NoKey::NotFound, NoKey::Null, NoKey::Conflict]),
        apps_key: chance.one_of(&[
            AppsKey::ArrayWhenSeveral,
            AppsKey::Array,
            AppsKey::Newest,
            AppsKey::Oldest,
        ]),
        falls_back: chance.once_in(3),
        second_key: rule(chance),
        second_account_key: rule(chance),
        same_key: rule(chance),
        removal_in_use: chance.one_of(&[Rule::Accepted, Rule::Accepted, Rule::Accepted, Rule::Refused]),
        removed_key: chance.one_of(&[RemovedKey::NotFound, RemovedKey::Gone]),
        echo: chance.one_of(&[Echo::OpenSsl, Echo::OneLine, Echo::Crlf]),
        ..Settings::default()
    }
}
