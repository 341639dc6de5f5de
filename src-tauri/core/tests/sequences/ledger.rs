//! What a person decided, what the app said came of it, and whether that is so.

use std::collections::{BTreeMap, BTreeSet};

use latchkey_core::{
    account::AccountId,
    desk::view::{Added, KeyRow, Looked, Removed, Start, UsedFor, Work},
    key::PublicKey,
    records::{IntentState, Outcome, Records},
};
use latchkey_simulator::{account::KeyState, simulator::Logged};

/// A change that a person said should be sent.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    /// The draft that was committed.
    pub(crate) draft: String,
    pub(crate) account: AccountId,
    pub(crate) wanted: Change,
    pub(crate) word: Word,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    Add { fingerprint: String, app: Option<String>, name: Option<String> },
    Remove { key: String },
}

/// What the app says came of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Word {
    /// The app was killed before it said anything.
    NotHeard,
    /// It is looking.
    Unknown,
    /// Nothing was changed, and nothing will be.
    Nothing,
    /// There is a new key of this ID.
    Added(String),
    /// The key is gone.
    Gone,
}

/// Everything that is known to be true, and everything that was said.
pub(crate) struct Ledger {
    pub(crate) decisions: Vec<Decision>,
    /// Every key that Apple ever had, by its ID, which is never given twice.
    ever: BTreeMap<String, KeyState>,
    /// Keys that were there at first or that others added.
    of_others: BTreeSet<String>,
    removed_by_others: BTreeSet<String>,
    /// Apple has said something untrue about public keys.
    pub(crate) misled: bool,
}

impl Ledger {
    pub(crate) fn new(at_first: Vec<KeyState>) -> Self {
        let of_others = at_first.iter().map(|key| key.id.clone()).collect();
        let ever = at_first.into_iter().map(|key| (key.id.clone(), key)).collect();
        Self { decisions: Vec::new(), ever, of_others, removed_by_others: BTreeSet::new(), misled: false }
    }

    pub(crate) fn others_added(&mut self, id: String) {
        self.of_others.insert(id);
    }

    pub(crate) fn others_removed(&mut self, id: String) {
        self.removed_by_others.insert(id);
    }

    pub(crate) fn decided(&mut self, draft: &str, account: &AccountId, wanted: Change) {
        let (draft, account) = (draft.to_owned(), account.clone());
        self.decisions.push(Decision { draft, account, wanted, word: Word::NotHeard });
    }

    /// Notes what Apple has, so that what is said of it can be compared.
    pub(crate) fn saw(&mut self, now: Vec<KeyState>) {
        for key in now {
            self.ever.entry(key.id.clone()).or_insert(key);
        }
    }

    /// What a decision came to, as the app says now. A last word stays the last.
    pub(crate) fn said(&mut self, draft: &str, word: Word) {
        let Some(decision) = self.decisions.iter_mut().find(|decision| decision.draft == draft) else {
            panic!("the app speaks of {draft}, which nobody decided")
        };
        let last = matches!(decision.word, Word::Nothing | Word::Added(_) | Word::Gone);
        assert!(!last || decision.word == word, "{decision:?} became {word:?}");
        decision.word = word;
    }

    pub(crate) fn said_of_addition(&mut self, draft: &str, added: &Added) {
        let word = match added {
            Added::Done { key, .. } => Word::Added(key.id.clone()),
            // Nothing was sent for this one.
            Added::Already { .. } => Word::Nothing,
            Added::Unknown { pending, .. } if pending.id.as_str() != draft => Word::Nothing,
            Added::Unknown { .. } => Word::Unknown,
        };
        self.said(draft, word);
    }

    pub(crate) fn said_of_removal(&mut self, draft: &str, removed: &Removed) {
        let word = match removed {
            Removed::Done { .. } | Removed::AlreadyGone { .. } => Word::Gone,
            Removed::Unknown { pending, .. } if pending.id.as_str() != draft => Word::Nothing,
            Removed::Unknown { .. } => Word::Unknown,
        };
        self.said(draft, word);
    }

    pub(crate) fn said_of_look(&mut self, draft: &str, looked: &Looked) {
        match looked {
            Looked::Arrived { key, .. } => self.said(draft, Word::Added(key.id.clone())),
            Looked::Gone { .. } => self.said(draft, Word::Gone),
            Looked::NotArrived { .. } => self.said(draft, Word::Nothing),
            Looked::NotThere { .. } | Looked::NotRead { .. } => (),
        }
    }

    /// What the records say of what nobody heard of.
    pub(crate) fn hear(&mut self, records: &Records) {
        for decision in &mut self.decisions {
            if decision.word == Word::NotHeard {
                decision.word = match records.intent(&decision.draft).map(|intent| intent.state) {
                    Ok(IntentState::Sent) => Word::Unknown,
                    Ok(IntentState::Finished { outcome: Outcome::Done { key }, .. }) => match decision.wanted
                    {
                        Change::Add { .. } => Word::Added(key),
                        Change::Remove { .. } => Word::Gone,
                    },
                    Ok(IntentState::Finished { .. }) | Err(_) => Word::Nothing,
                };
            }
        }
    }

    /// Apple has what the app says: every key of which the last word is that it is there, none of which it is that it is
    /// gone, and no other but what is still being looked for.
    pub(crate) fn agrees_with(&mut self, now: &[KeyState]) {
        self.saw(now.to_vec());
        let there: BTreeSet<&str> = now.iter().map(|key| key.id.as_str()).collect();
        let mut unsure: Vec<&Change> = Vec::new();
        let mut expected: BTreeSet<&str> = self.of_others.iter().map(String::as_str).collect();
        let mut gone: BTreeSet<&str> = self.removed_by_others.iter().map(String::as_str).collect();
        for decision in &self.decisions {
            match (&decision.word, &decision.wanted) {
                (Word::Added(id), Change::Add { fingerprint, app, .. }) => {
                    let truth = self.ever.get(id).map(|key| (key.fingerprint.as_deref(), &key.app_id));
                    assert_eq!(
                        truth,
                        Some((Some(fingerprint.as_str()), app)),
                        "{decision:?} is not what Apple has"
                    );
                    assert!(expected.insert(id), "{id} came of two decisions: {:?}", self.decisions);
                }
                (Word::Gone, Change::Remove { key }) => {
                    gone.insert(key);
                }
                (Word::Unknown | Word::NotHeard, wanted) => unsure.push(wanted),
                (Word::Nothing, _) => (),
                (word, wanted) => panic!("{word:?} is no word on {wanted:?}"),
            }
        }
        for id in &there {
            assert!(!gone.contains(id), "{id} is said to be gone, and is there");
            if !expected.contains(id) {
                let truth = &self.ever[*id];
                let Some(of) = unsure.iter().position(|wanted| wanted.would_make(truth)) else {
                    panic!("{truth:?} is there, and the last word is that it is not: {:?}", self.decisions)
                };
                unsure.swap_remove(of);
            }
        }
        for id in expected {
            let may_be_gone = gone.contains(id)
                || unsure.iter().any(|wanted| matches!(wanted, Change::Remove { key } if key == id));
            assert!(
                there.contains(id) || may_be_gone,
                "{id} is not there, and nobody said so: {:?}",
                self.decisions
            );
        }
    }

    /// What the app lists as unknown is what is unknown, of the accounts that are connected.
    pub(crate) fn looks_for(&self, start: &Start) {
        let connected = |account: &AccountId| start.accounts.iter().any(|known| known.id == *account);
        let unknown = self.unknown();
        let unknown: BTreeSet<&str> = unknown
            .iter()
            .filter(|decision| connected(&decision.account))
            .map(|decision| decision.draft.as_str())
            .collect();
        let told: BTreeSet<&str> = start.pending.iter().map(|pending| pending.id.as_str()).collect();
        assert_eq!(told, unknown, "what is looked for, and what is unknown: {:?}", self.decisions);
    }

    /// A row says nothing of a key that is not so; its app may be unknown.
    pub(crate) fn row(&self, row: &KeyRow) {
        let Some(truth) = self.ever.get(&row.id) else { panic!("Apple never had {row:?}") };
        if !self.misled {
            assert_eq!(row.fingerprint, truth.fingerprint, "{row:?}, but {truth:?}");
        }
        match (&row.used_for, &truth.app_id) {
            (UsedFor::AllApps, None) | (UsedFor::Looking | UsedFor::Unknown { .. }, Some(_)) => (),
            (UsedFor::App { app }, Some(id)) => assert_eq!(app.id.to_string(), *id, "{row:?}, but {truth:?}"),
            _ => panic!("{row:?}, but {truth:?}"),
        }
    }

    /// What a replacement says of its two keys is what was said of them when they were added and removed.
    pub(crate) fn work(&self, work: &Work, now: &[KeyState]) {
        let old = work.old.id.to_string();
        let gone = !now.iter().any(|key| key.id == old);
        assert!(
            gone || work.old_removed.is_none(),
            "{work:?} says that its old key is gone, and it is there"
        );
        if let Some(new) = &work.new {
            assert!(self.ever.contains_key(&new.id.to_string()), "Apple never had the new key of {work:?}");
        }
        let removing = self
            .decisions
            .iter()
            .filter(|decision| matches!(&decision.wanted, Change::Remove { key } if *key == old));
        let unsure = removing.clone().any(|decision| decision.word == Word::Unknown);
        assert!(!(unsure && work.old_removed.is_some()), "{work:?} is sure of a removal that is looked for");
    }

    pub(crate) fn unknown(&self) -> Vec<Decision> {
        self.decisions.iter().filter(|decision| decision.word == Word::Unknown).cloned().collect()
    }
}

/// Each of these requests that writes belongs to a decision of these, each of which has at most one, and was written
/// down before it was sent.
pub(crate) fn sent_once(requests: &[Logged], decisions: &[Decision], records: &Records) -> usize {
    let writes: Vec<&Logged> = requests.iter().filter(|request| request.method != "GET").collect();
    let mut sent: Vec<(&Change, usize)> = Vec::new();
    for write in &writes {
        let of = decisions.iter().find(|decision| decision.wanted.is(write));
        let Some(of) = of else { panic!("nobody decided this: {write:?}; {decisions:?}") };
        match sent.iter_mut().find(|(change, _)| **change == of.wanted) {
            Some((_, times)) => *times += 1,
            None => sent.push((&of.wanted, 1)),
        }
    }
    for (change, times) in sent {
        let intents = decisions
            .iter()
            .filter(|decision| decision.wanted == *change && records.intent(&decision.draft).is_ok());
        let intents = intents.count();
        assert!(times <= intents, "{times} requests for {intents} intents: {change:?}");
    }
    writes.len()
}

impl Change {
    /// Whether this is its request.
    fn is(&self, write: &Logged) -> bool {
        match self {
            Self::Remove { key } => write.method == "DELETE" && write.path.ends_with(key.as_str()),
            Self::Add { fingerprint, app, .. } => {
                let key = write.body.pointer("/data/attributes/publicKey").and_then(|text| text.as_str());
                let sent = key.and_then(|text| PublicKey::from_apple_text(text).ok());
                let to = write.body.pointer("/data/relationships/app/data/id").and_then(|id| id.as_str());
                write.method == "POST"
                    && sent.is_some_and(|key| key.fingerprint().to_string() == *fingerprint)
                    && to == app.as_deref()
            }
        }
    }

    fn would_make(&self, made: &KeyState) -> bool {
        match self {
            Self::Add { fingerprint, app, .. } => {
                made.fingerprint.as_ref() == Some(fingerprint) && made.app_id == *app
            }
            Self::Remove { .. } => false,
        }
    }
}
