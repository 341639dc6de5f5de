//! What a person does that changes something at Apple, each written into the ledger before it is sent.

use std::sync::Mutex;

use latchkey_core::{
    account::AccountId,
    desk::{
        Desk,
        problem::{Problem, What},
        view::{
            AddRequest, Added, DraftId, KeyRow, Looked, RemoveRequest, Removed, ShownUse, Step, UsedFor,
            Work, WorkId, WorkKind,
        },
    },
    key::Scope,
};

use crate::{
    ledger::{Change, Word},
    person::App,
    world::World,
};

/// A key that is ready to be added.
pub(crate) struct Chosen {
    pub(crate) account: AccountId,
    pub(crate) key: DraftId,
    pub(crate) fingerprint: String,
    pub(crate) app: Option<String>,
    pub(crate) work: Option<WorkId>,
}

/// An addition that is ready to be sent.
pub(crate) struct Prepared {
    draft: DraftId,
    name: String,
}

impl World<'_> {
    /// Prepares an addition and writes down that it is decided.
    pub(crate) async fn prepare(&mut self, desk: &Desk, chosen: &Chosen) -> Result<Prepared, Problem> {
        let scope = match &chosen.app {
            None => Scope::AllApps,
            Some(app) => Scope::OneApp { app: app.parse().unwrap() },
        };
        let request = AddRequest {
            account: chosen.account.clone(),
            key: chosen.key.clone(),
            scope,
            work: chosen.work.clone(),
        };
        let draft = self.answered(desk.prepare_add(request).await)?;
        assert_eq!(draft.fingerprint, chosen.fingerprint);
        let name = format!("Key {}", self.named);
        let wanted = Change::Add {
            fingerprint: chosen.fingerprint.clone(),
            app: chosen.app.clone(),
            name: Some(name.clone()),
        };
        self.ledger.decided(draft.id.as_str(), &chosen.account, wanted);
        Ok(Prepared { draft: draft.id, name })
    }

    /// Sends it, and notes what is said of it.
    pub(crate) async fn commit(&mut self, desk: &App, prepared: &Prepared) {
        let added = desk.commit_add(&prepared.draft, prepared.name.clone()).await;
        self.added(prepared, added);
    }

    pub(crate) fn added(&mut self, prepared: &Prepared, added: Result<Added, Problem>) {
        let draft = prepared.draft.as_str();
        match self.answered(added) {
            Ok(added) => {
                self.ledger.said_of_addition(draft, &added);
                self.ledger.saw(self.truth());
                match &added {
                    Added::Done { key, .. } => {
                        assert_eq!(key.name.as_ref(), Some(&prepared.name));
                        self.ledger.row(key);
                        self.memory.described(key);
                        self.owed += 1;
                    }
                    Added::Already { key } => self.ledger.row(key),
                    Added::Unknown { .. } => (),
                }
            }
            Err(problem) => self.refused(draft, &problem),
        }
    }

    /// A problem says that nothing was changed, unless it is one of these.
    fn refused(&mut self, draft: &str, problem: &Problem) {
        let unsure = matches!(problem.what, What::StillUndecided | What::Records { .. });
        assert!(!unsure, "{problem:?}");
        self.ledger.said(draft, Word::Nothing);
    }

    /// As [`Self::commit`], with a second draft of the same at the same time.
    pub(crate) async fn add_twice(&mut self, desk: &App, first: &Chosen, second: &Chosen) {
        let Ok(first) = self.prepare(desk, first).await else { return };
        let Ok(second) = self.prepare(desk, second).await else {
            return self.commit(desk, &first).await;
        };
        let (one, other) = tokio::join!(
            desk.commit_add(&first.draft, first.name.clone()),
            desk.commit_add(&second.draft, second.name.clone()),
        );
        self.added(&first, one);
        self.added(&second, other);
    }

    pub(crate) async fn add_while_reading(&mut self, desk: &App, chosen: &Chosen) {
        let Ok(prepared) = self.prepare(desk, chosen).await else { return };
        let told = Mutex::new(Vec::new());
        let tell = |event| told.lock().unwrap().push(event);
        let (read, added) = tokio::join!(
            desk.inventory(&chosen.account, "run", &tell),
            desk.commit_add(&prepared.draft, prepared.name.clone()),
        );
        self.tell(&told.into_inner().unwrap());
        let _ = self.answered(read);
        self.added(&prepared, added);
    }

    /// Adds a key again that was removed here.
    pub(crate) async fn add_again(&mut self, desk: &App, nth: usize) {
        let entries = self.activity(desk).entries;
        let mut removed = entries.into_iter().filter(|entry| entry.can_add_again).collect::<Vec<_>>();
        if removed.is_empty() {
            return;
        }
        let entry = removed.swap_remove(nth % removed.len());
        let (Some(account), Some(fingerprint)) = (entry.account, entry.fingerprint) else { return };
        let Ok(draft) = self.answered(desk.add_again(&account, entry.number)) else { return };
        let Ok(_) = self.answered(desk.go_on_without_confirming(&draft.id)) else { return };
        let app = entry.app.map(|app| app.id.to_string());
        let chosen = Chosen { account, key: draft.id, fingerprint, app, work: None };
        if let Ok(prepared) = self.prepare(desk, &chosen).await {
            self.commit(desk, &prepared).await;
        }
    }

    async fn prepare_removal(
        &mut self,
        desk: &Desk,
        account: &AccountId,
        row: &KeyRow,
    ) -> Result<DraftId, Problem> {
        let request = RemoveRequest {
            account: account.clone(),
            key: row.id.clone(),
            fingerprint: row.fingerprint.clone(),
            used_for: shown(&row.used_for),
            work: None,
        };
        self.prepare_this_removal(desk, request).await
    }

    async fn prepare_this_removal(
        &mut self,
        desk: &Desk,
        request: RemoveRequest,
    ) -> Result<DraftId, Problem> {
        let (account, key) = (request.account.clone(), request.key.clone());
        let draft = self.answered(desk.prepare_remove(request).await)?;
        self.ledger.row(&draft.key);
        self.ledger.decided(draft.id.as_str(), &account, Change::Remove { key });
        Ok(draft.id)
    }

    fn removed(&mut self, draft: &DraftId, removed: Result<Removed, Problem>) {
        match self.answered(removed) {
            Ok(removed) => {
                self.ledger.said_of_removal(draft.as_str(), &removed);
                if let Removed::Done { .. } | Removed::AlreadyGone { .. } = removed {
                    self.owed += 1;
                }
            }
            Err(problem) => self.refused(draft.as_str(), &problem),
        }
    }

    pub(crate) async fn remove(&mut self, desk: &App, account: &AccountId, row: &KeyRow) {
        if let Ok(draft) = self.prepare_removal(desk, account, row).await {
            let wrong = self.answered(desk.commit_remove(&draft, "zzzzzz").await);
            assert!(matches!(wrong.map_err(|problem| problem.what), Err(What::WrongLastSix)));
            let removed = desk.commit_remove(&draft, last_six(&row.id)).await;
            self.removed(&draft, removed);
        }
    }

    pub(crate) async fn remove_twice(&mut self, desk: &App, account: &AccountId, row: &KeyRow) {
        let Ok(first) = self.prepare_removal(desk, account, row).await else { return };
        let second = self.prepare_removal(desk, account, row).await.ok();
        let six = last_six(&row.id);
        let other = async {
            match &second {
                Some(second) => Some(desk.commit_remove(second, six).await),
                None => None,
            }
        };
        let (one, again, other) =
            tokio::join!(desk.commit_remove(&first, six), desk.commit_remove(&first, six), other);
        assert_eq!(format!("{one:?}"), format!("{again:?}"), "it answers the same");
        self.removed(&first, one);
        if let (Some(second), Some(other)) = (second, other) {
            self.removed(&second, other);
        }
    }

    pub(crate) async fn begin_replace(
        &mut self,
        desk: &App,
        account: &AccountId,
        row: &KeyRow,
        kind: WorkKind,
    ) {
        if let Ok(work) = self.answered(desk.begin_replace(account, &row.id, kind).await) {
            self.ledger.work(&work, &self.truth());
        }
    }

    /// The nth of the replacements that wait.
    pub(crate) fn nth_work(&self, desk: &Desk, nth: usize) -> Option<Work> {
        let start = desk.start().unwrap();
        self.tell(&start);
        let mut works = start.works;
        (!works.is_empty()).then(|| works.swap_remove(nth % works.len()))
    }

    /// Takes the next step of a replacement.
    pub(crate) async fn go_on(&mut self, desk: &App, work: Work, pair: u64) {
        match work.step {
            Step::AddNew => {
                let (key, fingerprint) = self.chosen(desk, &work.account.id, pair);
                let chosen = Chosen {
                    account: work.account.id.clone(),
                    key,
                    fingerprint,
                    app: work.app.as_ref().map(|app| app.id.to_string()),
                    work: Some(work.id.clone()),
                };
                if let Ok(prepared) = self.prepare(desk, &chosen).await {
                    self.commit(desk, &prepared).await;
                }
            }
            Step::HandOver => drop(self.answered(desk.hand_over(&work.id))),
            Step::Switch => drop(self.answered(desk.switched_by_word(&work.id, "Jonas"))),
            Step::RemoveOld => self.remove_old(desk, &work).await,
            Step::Done | Step::Stopped => (),
        }
        if let Ok(work) = self.answered(desk.work(&work.id)) {
            self.ledger.hear(&self.records());
            self.ledger.work(&work, &self.truth());
        }
    }

    pub(crate) async fn remove_old(&mut self, desk: &App, work: &Work) {
        let id = work.old.id.to_string();
        let request = RemoveRequest {
            account: work.account.id.clone(),
            key: id.clone(),
            fingerprint: work.old_fingerprint.clone(),
            used_for: shown(&work.old.used_for),
            work: Some(work.id.clone()),
        };
        if let Ok(draft) = self.prepare_this_removal(desk, request).await {
            let removed = desk.commit_remove(&draft, last_six(&id)).await;
            self.removed(&draft, removed);
        }
    }

    /// Looks for a lost change until it is decided, or for as long as it takes to tell so often.
    pub(crate) async fn look(&mut self, desk: &App, pending: &DraftId, stopped_after: Option<usize>) {
        let told = Mutex::new(Vec::new());
        let tell = |looked: Looked| {
            let mut told = told.lock().unwrap();
            told.push(looked);
            if Some(told.len()) == stopped_after {
                desk.stop(pending.as_str());
            }
        };
        let looking = desk.look(pending, &tell);
        // Whose a key is may stay open for ever, where two additions may be its reason.
        let looked = tokio::time::timeout(std::time::Duration::from_mins(30), looking).await;
        if let Ok(looked) = looked {
            let _ = self.answered(looked);
        }
        let told = told.into_inner().unwrap();
        self.tell(&told);
        self.ledger.saw(self.truth());
        for looked in &told {
            self.ledger.said_of_look(pending.as_str(), looked);
            match looked {
                Looked::Arrived { key, .. } => {
                    self.ledger.row(key);
                    self.memory.arrived(key);
                }
                Looked::Gone { key, .. } => self.ledger.row(key),
                _ => (),
            }
        }
    }
}

fn shown(used_for: &UsedFor) -> ShownUse {
    match used_for {
        UsedFor::AllApps => ShownUse::AllApps,
        UsedFor::App { app } => ShownUse::App { app: app.id.clone() },
        UsedFor::Looking | UsedFor::Unknown { .. } => ShownUse::Unknown,
    }
}

fn last_six(id: &str) -> &str {
    &id[id.len() - 6..]
}
