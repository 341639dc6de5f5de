//! Runs a sequence: each step with what goes wrong meanwhile, and after each every invariant. At the end everything works
//! again, what is unknown is looked for, and Apple has exactly what the app said.

use std::{sync::Arc, time::Duration};

use latchkey_core::{
    clock::Clock,
    desk::{
        Desk,
        view::{Saving, Start},
    },
    vault::{EntryName, Vault},
};
use latchkey_simulator::{
    Fault, KeyPair,
    settings::{Agreements, Role},
};

use crate::{
    changes::Chosen,
    deeds::{Deed, Mood, Sequence, Step},
    faults,
    ledger::{Change, Decision, sent_once},
    person::App,
    world::{Stage, World},
};

/// Longer than anything is on its way.
const SETTLED: Duration = Duration::from_mins(10);

/// What happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) sequences: usize,
    pub(crate) steps: usize,
    /// Faults that struck a request, and keychains in a bad mood.
    pub(crate) faults: usize,
    pub(crate) decisions: usize,
    pub(crate) writes: usize,
    pub(crate) restarts: usize,
    /// Restarts in the middle of a step.
    pub(crate) kills: usize,
    /// Changes of which the last word was that the answer is not known.
    pub(crate) lost: usize,
    /// Of those, the ones of which it never could be told.
    pub(crate) never_told: usize,
}

impl Counts {
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            sequences: self.sequences + other.sequences,
            steps: self.steps + other.steps,
            faults: self.faults + other.faults,
            decisions: self.decisions + other.decisions,
            writes: self.writes + other.writes,
            restarts: self.restarts + other.restarts,
            kills: self.kills + other.kills,
            lost: self.lost + other.lost,
            never_told: self.never_told + other.never_told,
        }
    }
}

/// Runs it whole.
///
/// # Panics
/// An invariant does not hold.
pub(crate) fn run(stage: &Stage, sequence: &Sequence) -> Counts {
    let mut world = World::new(stage, sequence);
    let mut counts = Counts { sequences: 1, steps: sequence.steps.len(), ..Counts::default() };
    let mut steps = sequence.steps.as_slice();
    while let Some(done) = alive(&mut world, async |world, app| live(world, app, steps, &mut counts).await) {
        counts.restarts += 1;
        steps = &steps[done..];
    }
    alive(&mut world, async |world, app| settle(world, app, &mut counts).await);
    world.nothing_recorded();
    counts.decisions = world.ledger.decisions.len();
    counts
}

/// One life of the app. What it had under way when it ends is gone, wherever it was.
fn alive<T>(world: &mut World<'_>, life: impl AsyncFnOnce(&mut World<'_>, App) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let app = world.started();
    runtime.unwrap().block_on(async {
        world.clock.follow();
        let ended = life(world, app).await;
        world.clock.rest();
        ended
    })
}

/// Takes steps until the app ends; says how many were taken, or `None` if all were.
async fn live(world: &mut World<'_>, app: App, steps: &[Step], counts: &mut Counts) -> Option<usize> {
    app.tidy_up().await;
    for (nth, step) in steps.iter().enumerate() {
        let killed = take(world, &app, step, counts).await;
        counts.kills += usize::from(killed);
        if killed || matches!(step.deed, Deed::Restart) {
            return Some(nth + 1);
        }
    }
    None
}

/// Takes a step, and sees that everything holds. Says whether the app was killed in the middle.
async fn take(world: &mut World<'_>, app: &App, step: &Step, counts: &mut Counts) -> bool {
    let (requests, decisions) = (world.apple.log().len(), world.ledger.decisions.len());
    let everywhere = |fault: &String| fault.starts_with('*') && faults::lies(fault);
    world.lied_to = step.fault.as_ref().is_some_and(everywhere);
    world.ledger.misled |= world.lied_to;
    world.owed = 0;
    world.apple.set_faults(step.fault.iter().map(|line| line.parse::<Fault>().unwrap()).collect());
    world.vault.be(step.mood);
    world.line.sent();
    let killed = {
        let clock = Arc::clone(&world.clock);
        let kill = async {
            match step.killed_after {
                Some(after) => clock.sleep(after).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = act(world, app, step.deed) => false,
            () = kill => true,
        }
    };
    let sent = world.line.sent();
    counts.faults += usize::from(step.fault.as_ref().is_some_and(|fault| faults::struck(fault, &sent)));
    counts.faults += usize::from(step.mood != Mood::Good);
    world.apple.set_faults(Vec::new());
    world.vault.be(Mood::Good);

    let records = world.records();
    let requests = &world.apple.log()[requests..];
    counts.writes += sent_once(requests, &world.ledger.decisions[decisions..], &records);
    if killed {
        // What it was doing goes with it; nothing more is asked of it.
        world.ledger.hear(&records);
        world.owed = 0;
        let truth = world.truth();
        world.ledger.agrees_with(&truth);
    } else {
        holds(world, app);
    }
    killed
}

/// Every invariant, as of now.
fn holds(world: &mut World<'_>, app: &Desk) -> Start {
    let (truth, records) = (world.truth(), world.records());
    world.ledger.agrees_with(&truth);
    world.ledger.hear(&records);
    world.ledger.agrees_with(&truth);
    let start = app.start().unwrap();
    world.tell(&start);
    world.ledger.looks_for(&start);
    start.works.iter().for_each(|work| world.ledger.work(work, &truth));
    world.rows(app);
    let activity = world.activity(app);
    let new = world.memory.is_kept(&records, &activity, world.owed);
    world.tell(&new);
    world.nothing_leaked();
    start
}

/// Everything works again: all that is unknown becomes known.
async fn settle(world: &mut World<'_>, app: App, counts: &mut Counts) {
    world.apple.configure(|settings| {
        settings.role = Role::Writes;
        settings.agreements = Agreements::InForce;
    });
    let (requests, decisions) = (world.apple.log().len(), world.ledger.decisions.len());
    app.tidy_up().await;
    world.owed = 0;
    world.reconnect(&app).await;
    let start = holds(world, &app);
    counts.lost += start.pending.len();
    for pending in &start.pending {
        world.look(&app, &pending.id, None).await;
    }
    world.clock.sleep(SETTLED).await;
    let truth = world.truth();
    world.ledger.agrees_with(&truth);
    world.lied_to = false;
    let account = world.accounts(&app).remove(0);
    if world.ledger.misled {
        world.check_account(&app, &account.id).await;
        // Nothing of what was not so is remembered once Apple has said what is.
        world.ledger.misled = false;
    }
    world.inventory(&app, &account.id, None).await;
    world.owed = 0;
    let start = holds(world, &app);
    counts.never_told += start.pending.len();
    for pending in &start.pending {
        let same = |other: &&Decision| matches!(&other.wanted, Change::Add { fingerprint, .. } if Some(fingerprint) == pending.fingerprint.as_ref());
        let of_the_same = world.ledger.unknown().iter().filter(same).count();
        assert!(of_the_same > 1, "what keeps it from being known? {pending:?}; {:?}", world.ledger.decisions);
    }
    let records = world.records();
    let requests = &world.apple.log()[requests..];
    sent_once(requests, &world.ledger.decisions[decisions..], &records);
}

#[expect(clippy::too_many_lines, reason = "a line for each deed")]
async fn act(world: &mut World<'_>, app: &App, deed: Deed) {
    match deed {
        Deed::Connect { api_key } => drop(world.connect(app, api_key).await),
        Deed::Disconnect { nth } => {
            if let Some(account) = world.account(app, nth) {
                world.disconnect(app, &account).await;
            }
        }
        Deed::UseNewApiKey { nth, api_key } => {
            if let Some(account) = world.account(app, nth) {
                let _ = world.use_new_api_key(app, &account, api_key).await;
            }
        }
        Deed::RenameAccount { nth } => {
            if let Some(account) = world.account(app, nth) {
                world.rename_account(app, &account);
            }
        }
        Deed::CheckAccount { nth } => {
            if let Some(account) = world.account(app, nth) {
                world.check_account(app, &account).await;
            }
        }
        Deed::Inventory { stopped_after } => {
            for account in world.accounts(app) {
                world.inventory(app, &account.id, stopped_after).await;
            }
        }
        Deed::Everywhere => world.everywhere(app).await,
        Deed::KnowNews => {
            for account in world.accounts(app) {
                app.know_news(&account.id, world.clock.now()).unwrap();
            }
        }
        Deed::ReadKey { nth } => {
            if let Some((account, row)) = world.nth_row(app, nth) {
                world.read_key(app, &account, &row.id).await;
            }
        }
        Deed::Describe { nth } => {
            if let Some((account, row)) = world.nth_row(app, nth) {
                world.describe(app, &account, &row.id);
            }
        }
        Deed::Confirm { nth, right } => {
            if let Some((account, row)) = world.nth_row(app, nth) {
                world.confirm(app, &account, &row, right);
            }
        }
        Deed::CheckToken { nth } => {
            if let Some(account) = world.account(app, nth) {
                world.check_token(app, &account);
            }
        }
        Deed::NewPair { protected, keep, wanted } => {
            let Some(account) = world.account(app, 0) else { return };
            let saving = Saving { protected, keep };
            if let Some((key, fingerprint)) = world.new_pair(app, &account, saving).await {
                let chosen = Chosen { account, key, fingerprint, app: world.app(wanted), work: None };
                add(world, app, &chosen).await;
            }
        }
        Deed::KeptPair { nth } => {
            if let Some((account, row)) = world.nth_row(app, nth) {
                world.kept_pair(app, &account, &row).await;
            }
        }
        Deed::Add(wanted) => {
            if let Some(chosen) = world.chosen_for(app, wanted) {
                add(world, app, &chosen).await;
            }
        }
        Deed::AddTwice(wanted) => {
            if let (Some(first), Some(second)) =
                (world.chosen_for(app, wanted), world.chosen_for(app, wanted))
            {
                world.add_twice(app, &first, &second).await;
            }
        }
        Deed::AddWhileReading(wanted) => {
            if let Some(chosen) = world.chosen_for(app, wanted) {
                world.add_while_reading(app, &chosen).await;
            }
        }
        Deed::AddAgain { nth } => world.add_again(app, nth).await,
        Deed::Remove { nth } => {
            if let Some((account, row)) = world.nth_row(app, nth) {
                world.remove(app, &account, &row).await;
            }
        }
        Deed::RemoveTwice { nth } => {
            if let Some((account, row)) = world.nth_row(app, nth) {
                world.remove_twice(app, &account, &row).await;
            }
        }
        Deed::BeginReplace { nth, kind } => {
            if let Some((account, row)) = world.nth_row(app, nth) {
                world.begin_replace(app, &account, &row, kind).await;
            }
        }
        Deed::GoOn { nth, pair } => {
            if let Some(work) = world.nth_work(app, nth) {
                world.go_on(app, work, pair).await;
            }
        }
        Deed::RemoveOldOf { nth } => {
            if let Some(work) = world.nth_work(app, nth) {
                world.remove_old(app, &work).await;
            }
        }
        Deed::HandOver { nth } => {
            if let Some(work) = world.nth_work(app, nth) {
                let _ = world.answered(app.hand_over(&work.id));
            }
        }
        Deed::Switched { nth } => {
            if let Some(work) = world.nth_work(app, nth) {
                let _ = world.answered(app.switched_by_word(&work.id, "Jonas"));
            }
        }
        Deed::ChangeKind { nth, kind } => {
            if let Some(work) = world.nth_work(app, nth) {
                let _ = world.answered(app.change_replace(&work.id, kind));
            }
        }
        Deed::StopReplace { nth } => {
            if let Some(work) = world.nth_work(app, nth) {
                let _ = world.answered(app.stop_replace(&work.id));
            }
        }
        Deed::Look { nth, stopped_after } => {
            let pending = app.start().unwrap().pending;
            if !pending.is_empty() {
                world.look(app, &pending[nth % pending.len()].id, stopped_after).await;
            }
        }
        Deed::SaveCopy => world.save_copy(app).await,
        Deed::BringIn => world.bring_in(app).await,
        Deed::Restart => (),
        Deed::TimePasses(time) => world.clock.sleep(time).await,
        Deed::OthersAdd { app } => {
            let key = KeyPair::numbered(8, world.ledger.decisions.len() as u64).public();
            let app = app.map(|nth| world.apple.state(world.clock.now()).apps[nth].id.clone());
            let id = world.apple.change(|account| account.add_key(key, app.as_deref()));
            world.ledger.others_added(id);
        }
        Deed::OthersRemove { nth } => {
            let truth = world.truth();
            if !truth.is_empty() {
                let id = truth[nth % truth.len()].id.clone();
                world.apple.change(|account| account.remove_key(&id));
                world.ledger.others_removed(id);
            }
        }
        Deed::RoleBecomes(role) => world.apple.configure(|settings| settings.role = role),
        Deed::AgreementsBecome(now) => world.apple.configure(|settings| settings.agreements = now),
        Deed::EntryIsGone { nth } => {
            let accounts = world.records().accounts().unwrap();
            if !accounts.is_empty() {
                let entry = accounts[nth % accounts.len()].vault_entry.clone();
                let _ = world.vault.forget(EntryName(entry)).await;
            }
        }
    }
}

async fn add(world: &mut World<'_>, app: &App, chosen: &Chosen) {
    if let Ok(prepared) = world.prepare(app, chosen).await {
        world.commit(app, &prepared).await;
    }
}
