//! Every way in which Apple, or the way to Apple, can fail: at every request of adding, removing and replacing, with every
//! answer to what Apple's documentation leaves open. The last word is the truth, and nothing is sent twice.

use std::{cell::Cell, collections::BTreeSet, time::Duration};

use latchkey_core::{
    account::AccountId,
    desk::{
        Chosen,
        problem::{Problem, What},
        view::{AddRequest, Added, DraftId, KeyRow, Looked, Pending, Removed, Step, UsedFor, Work, WorkKind},
    },
    key::Scope,
};
use latchkey_simulator::{
    KeyPair, PublicKey, Settings,
    account::KeyState,
    practice::seeded,
    settings::{AppsKey, Echo, NoKey, RemovedKey, Role, Rule},
};

use crate::{
    Office,
    failures::{OF_ANY as FAULTS, OF_WRITES as FAULTS_OF_WRITES},
};

/// One of each kind that means something else to a read.
const FAULTS_OF_READS: [&str; 6] = [
    "cut-before times=6",
    "echo-other-key",
    "date=+2h",
    "status=200 html",
    "status=404",
    "status=500 times=6",
];

/// Longer than anything is on its way.
const SETTLED: Duration = Duration::from_mins(10);

/// Each answer that Apple might give to what is not documented, one at a time.
fn readings() -> Vec<(&'static str, Settings)> {
    let two = || Settings { second_key: Rule::Accepted, ..Settings::default() };
    vec![
        ("one or more keys for an app", two()),
        ("one key for an app", Settings::default()),
        ("the newest is shown", Settings { apps_key: AppsKey::Newest, ..two() }),
        ("the oldest is shown", Settings { apps_key: AppsKey::Oldest, ..two() }),
        ("always an array", Settings { apps_key: AppsKey::Array, ..two() }),
        ("no key is null", Settings { no_key: NoKey::Null, ..two() }),
        ("no key is a conflict", Settings { no_key: NoKey::Conflict, ..two() }),
        ("an app falls back", Settings { falls_back: true, ..two() }),
        ("one key for all apps", Settings { second_account_key: Rule::Refused, ..two() }),
        ("a public key once", Settings { same_key: Rule::Refused, ..two() }),
        ("no removal in use", Settings { removal_in_use: Rule::Refused, ..two() }),
        ("a removed key is 410", Settings { removed_key: RemovedKey::Gone, ..two() }),
        ("a public key on one line", Settings { echo: Echo::OneLine, ..two() }),
        ("a public key with CRLF", Settings { echo: Echo::Crlf, ..two() }),
        ("a role that only reads", Settings { role: Role::Reads, ..two() }),
    ]
}

/// What is done.
#[derive(Clone, Copy, Debug)]
enum Deed {
    AddForAnApp,
    AddForAll,
    RemoveOfAnApp,
    RemoveOfAll,
    Replace(WorkKind),
}

const ADDITIONS: [Deed; 2] = [Deed::AddForAnApp, Deed::AddForAll];
const REMOVALS: [Deed; 2] = [Deed::RemoveOfAnApp, Deed::RemoveOfAll];
const REPLACEMENTS: [Deed; 3] = [
    Deed::Replace(WorkKind::Planned),
    Deed::Replace(WorkKind::Emergency),
    Deed::Replace(WorkKind::RemoveFirst),
];

/// One office for many trials: before each, Apple is as it was at first, and what was sent before is long forgotten. Each
/// has a public key of its own, since Apple, which begins anew, gives its IDs a second time.
struct Stage {
    office: Office,
    reading: &'static str,
    account: AccountId,
    rows: Vec<KeyRow>,
    before: Vec<KeyState>,
    trials: Cell<u64>,
}

impl Stage {
    async fn set((reading, settings): (&'static str, Settings)) -> Self {
        let office = Office::in_memory(seeded(1, 4, 3), settings);
        let account = office.connected().await;
        let rows = office.keys(&account).await;
        let before = office.truth();
        Self { office, reading, account, rows, before, trials: Cell::new(0) }
    }

    /// Does it with these faults, looks until everything is decided, and compares every word with the truth. Gives back
    /// the methods of its requests.
    async fn tried(&self, deed: Deed, faults: &[String]) -> Vec<String> {
        self.office.apple.reset();
        self.office.clock.sleep(SETTLED).await;
        self.trials.set(self.trials.get() + 1);
        for fault in faults {
            self.office.fault(fault);
        }
        let mut trial = Trial {
            stage: self,
            name: format!("{deed:?}, {}, {faults:?}", self.reading),
            new: KeyPair::numbered(7, self.trials.get()).public(),
            decisions: 0,
        };
        match deed {
            Deed::AddForAnApp => trial.add(self.office.one_app(2)).await,
            Deed::AddForAll => trial.add(Scope::AllApps).await,
            Deed::RemoveOfAnApp => trial.remove(self.for_an_app()).await,
            Deed::RemoveOfAll => trial.remove(self.for_all()).await,
            Deed::Replace(kind) => trial.replace(kind).await,
        }
        let (name, decisions) = (trial.name, trial.decisions);
        let writes = self.office.requests("POST") + self.office.requests("DELETE");
        assert!(writes <= decisions, "{name}: {writes} writes for {decisions} decisions");
        assert!(self.office.records.open_intents().unwrap().is_empty(), "{name}: something is left open");
        self.office.apple.log().into_iter().map(|logged| logged.method).collect()
    }

    fn for_an_app(&self) -> &KeyRow {
        self.rows.iter().find(|row| matches!(row.used_for, UsedFor::App { .. })).unwrap()
    }

    fn for_all(&self) -> &KeyRow {
        self.rows.iter().find(|row| row.used_for == UsedFor::AllApps).unwrap()
    }
}

/// One deed of a person, with its faults.
struct Trial<'a> {
    stage: &'a Stage,
    name: String,
    new: PublicKey,
    /// How often the person said that something be sent.
    decisions: usize,
}

impl Trial<'_> {
    fn chosen(&self) -> DraftId {
        let Stage { office, account, .. } = self.stage;
        let key = office.take_key(Chosen::Text(self.new.pem().into()), account).unwrap().id;
        office.desk.go_on_without_confirming(&key).unwrap();
        key
    }

    async fn add(&mut self, scope: Scope) {
        self.decisions += 1;
        let Stage { office, account, .. } = self.stage;
        let request =
            AddRequest { account: account.clone(), key: self.chosen(), scope: scope.clone(), work: None };
        let added = match office.desk.prepare_add(request).await {
            Ok(draft) => office.desk.commit_add(&draft.id, "New".to_owned()).await,
            Err(problem) => Err(problem),
        };
        let new = self.last_word_of_adding(added).await;
        self.compare(new.as_deref(), &scope, None);
    }

    async fn remove(&mut self, row: &KeyRow) {
        self.decisions += 1;
        let removed = self.stage.office.remove(&self.stage.account, row).await;
        let gone = self.last_word_of_removing(removed).await;
        self.compare(None, &Scope::AllApps, gone.then_some(row.id.as_str()));
    }

    /// By a person who begins it up to four times, tries a step that fails again, and gives up after four failures.
    async fn replace(&mut self, kind: WorkKind) {
        let Stage { office, account, .. } = self.stage;
        let old = self.stage.for_an_app();
        let UsedFor::App { app } = &old.used_for else { panic!("it is for an app") };
        let scope = Scope::OneApp { app: app.id.clone() };
        let mut begun = office.desk.begin_replace(account, &old.id, kind).await;
        for _ in 0..3 {
            if begun.is_err() {
                begun = office.desk.begin_replace(account, &old.id, kind).await;
            }
        }
        let Ok(Work { id, .. }) = begun else { return self.compare(None, &scope, None) };
        let (mut new, mut gone, mut failures) = (None, false, 0);
        while failures < 4 {
            let work = office.desk.work(&id).unwrap();
            assert!(work.pending.is_none(), "{}: {work:?}", self.name);
            match work.step {
                Step::AddNew => {
                    self.decisions += 1;
                    let added = office.add_as_new(&work, self.chosen()).await;
                    new = self.last_word_of_adding(added).await;
                }
                Step::RemoveOld => {
                    self.decisions += 1;
                    let removed = office.remove_old(&work).await;
                    gone = self.last_word_of_removing(removed).await;
                }
                Step::HandOver => drop(office.desk.hand_over(&id).unwrap()),
                Step::Switch => drop(office.desk.switched_by_word(&id, "Jonas").unwrap()),
                Step::Done | Step::Stopped => break,
            }
            self.compare(new.as_deref(), &scope, gone.then_some(old.id.as_str()));
            let now = office.desk.work(&id).unwrap();
            assert_eq!(now.new.map(|new| new.id.to_string()), new, "{}", self.name);
            assert_eq!(now.old_removed.is_some(), gone, "{}", self.name);
            failures += usize::from(now.step == work.step);
        }
        office.desk.stop_replace(&id).unwrap();
    }

    /// The ID of the new key, if the last word is that there is one.
    async fn last_word_of_adding(&self, added: Result<Added, Problem>) -> Option<String> {
        match added {
            Ok(Added::Done { key, .. } | Added::Already { key }) => Some(key.id),
            Ok(Added::Unknown { pending, .. }) => match self.decided(&pending).await {
                Looked::Arrived { key, .. } => Some(key.id),
                Looked::NotArrived { .. } => None,
                other => panic!("{}: {other:?} decides nothing", self.name),
            },
            Err(problem) => self.nothing(&problem),
        }
    }

    /// Whether the last word is that the key is gone.
    async fn last_word_of_removing(&self, removed: Result<Removed, Problem>) -> bool {
        match removed {
            Ok(Removed::Done { .. } | Removed::AlreadyGone { .. }) => true,
            Ok(Removed::Unknown { pending, .. }) => match self.decided(&pending).await {
                Looked::Gone { .. } => true,
                Looked::NotArrived { .. } => false,
                other => panic!("{}: {other:?} decides nothing", self.name),
            },
            Err(problem) => self.nothing(&problem).is_some(),
        }
    }

    /// A problem says that nothing was changed, unless it is one of these.
    fn nothing(&self, problem: &Problem) -> Option<String> {
        let unsure = matches!(problem.what, What::StillUndecided | What::Records { .. } | What::KeyGone);
        assert!(!unsure, "{}: {problem:?}", self.name);
        None
    }

    async fn decided(&self, pending: &Pending) -> Looked {
        let looks = self.stage.office.looked(&pending.id).await;
        looks.into_iter().next_back().unwrap_or_else(|| panic!("{}: nothing was told", self.name))
    }

    /// Whether Apple has what it had before, the new key for what it was added for, and not the one that is gone, once
    /// everything that is on its way has arrived.
    fn compare(&self, new: Option<&str>, scope: &Scope, gone: Option<&str>) {
        let Stage { office, before, .. } = self.stage;
        let truth = office.apple.state(office.clock.now().plus(SETTLED)).keys;
        let last_word: BTreeSet<&str> =
            before.iter().map(|key| key.id.as_str()).filter(|id| Some(*id) != gone).chain(new).collect();
        let there: BTreeSet<&str> = truth.iter().map(|key| key.id.as_str()).collect();
        assert_eq!(last_word, there, "{}: the last word is not the truth", self.name);
        if let Some(key) = truth.iter().find(|key| Some(key.id.as_str()) == new) {
            let app = match scope {
                Scope::AllApps => None,
                Scope::OneApp { app } => Some(app.to_string()),
            };
            assert_eq!(
                (&key.app_id, &key.fingerprint),
                (&app, &Some(self.new.fingerprint())),
                "{}",
                self.name
            );
        }
    }
}

/// These faults at every request of these deeds that reads, and all there are at those that write.
async fn at_every_request(reading: (&'static str, Settings), deeds: &[Deed], of_reads: &[&str]) {
    let stage = Stage::set(reading).await;
    for deed in deeds {
        for (skip, method) in stage.tried(*deed, &[]).await.iter().enumerate() {
            let writes = [&FAULTS[..], &FAULTS_OF_WRITES[..]].concat();
            for fault in if method == "GET" { of_reads } else { &writes } {
                stage.tried(*deed, &[format!("* * {fault} skip={skip}")]).await;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_happens_to_any_request_of_a_change_the_last_word_is_true_and_it_is_sent_once() {
    at_every_request(readings().remove(0), &[ADDITIONS, REMOVALS].concat(), &FAULTS).await;
}

#[tokio::test(start_paused = true)]
async fn whatever_happens_to_any_request_of_a_replacement_the_last_word_is_true_and_each_step_is_sent_once() {
    at_every_request(readings().remove(0), &REPLACEMENTS, &FAULTS_OF_READS).await;
}

#[tokio::test(start_paused = true)]
async fn whatever_apple_means_by_what_it_does_not_document_an_addition_ends_with_the_truth() {
    for reading in readings().into_iter().skip(1) {
        at_every_request(reading, &ADDITIONS, &FAULTS_OF_READS).await;
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_apple_means_by_what_it_does_not_document_a_removal_ends_with_the_truth() {
    for reading in readings().into_iter().skip(1) {
        at_every_request(reading, &REMOVALS, &FAULTS_OF_READS).await;
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_apple_means_by_what_it_does_not_document_a_replacement_ends_with_the_truth() {
    for reading in readings().into_iter().skip(1) {
        at_every_request(reading, &REPLACEMENTS, &[]).await;
    }
}

/// One in `of` of these faults, others with each turn: what is left out at one look is done at the next.
fn in_turn<'a>(faults: &'a [&'a str], of: usize, turn: usize) -> impl Iterator<Item = &'a &'a str> {
    faults.iter().skip(turn % of).step_by(of)
}

#[tokio::test(start_paused = true)]
async fn whatever_happens_to_a_look_for_a_lost_answer_it_says_nothing_wrong() {
    let stage = Stage::set(readings().remove(0)).await;
    for deed in [Deed::AddForAnApp, Deed::RemoveOfAnApp] {
        let requests = stage.tried(deed, &[]).await;
        let prepared = requests.iter().position(|method| method != "GET").unwrap();
        let write = &requests[prepared];
        for (turn, lost) in ["cut-before", "cut-after", "status=504 html late=170s"].into_iter().enumerate() {
            // At the first look, and at about the time when it is decided.
            for (also, skip) in [prepared, prepared + 20].into_iter().enumerate() {
                for fault in in_turn(&FAULTS, 2, turn + also) {
                    let [lost, look] = [format!("{write} * {lost}"), format!("GET * {fault} skip={skip}")];
                    stage.tried(deed, &[lost, look]).await;
                }
            }
        }
    }
}
