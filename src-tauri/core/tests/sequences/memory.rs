//! What a person was told is kept: names, notes, and every line of Activity.

use std::collections::BTreeMap;

use latchkey_core::{
    account::{AccountId, Origin},
    desk::view::{Account, ActivityEntry, ActivityPage, KeyRow},
    records::Records,
};

#[derive(Default)]
pub(crate) struct Memory {
    /// Name and note by distribution key ID.
    keys: BTreeMap<String, (Option<String>, Option<String>)>,
    accounts: BTreeMap<String, String>,
    /// The oldest first.
    lines: Vec<ActivityEntry>,
}

impl Memory {
    /// The app acknowledged a key's name and note.
    pub(crate) fn described(&mut self, row: &KeyRow) {
        self.keys.insert(row.id.clone(), (row.name.clone(), row.note.clone()));
    }

    /// A key that was looked for is there, as the person may have called it meanwhile.
    pub(crate) fn arrived(&mut self, row: &KeyRow) {
        if let Some((Some(name), _)) = self.keys.get(&row.id) {
            assert_eq!(row.name.as_ref(), Some(name), "the name given meanwhile is lost");
        }
        self.described(row);
    }

    pub(crate) fn account_named(&mut self, account: &Account) {
        self.accounts.insert(account.id.to_string(), account.name.clone());
    }

    pub(crate) fn account_left(&mut self, account: &AccountId) {
        self.accounts.remove(&account.to_string());
    }

    /// All of it is there still. A name or note that there was none of may have come with a copy. Since it was last asked,
    /// `owed` lines of Activity have come at least; gives back the new ones.
    pub(crate) fn is_kept(
        &mut self,
        records: &Records,
        activity: &ActivityPage,
        owed: usize,
    ) -> Vec<ActivityEntry> {
        for (key, (name, note)) in &self.keys {
            let known = records.known_key(&Origin::apple(), key).unwrap();
            assert!(name.is_none() || known.name == *name, "{key} was named {name:?}: {known:?}");
            assert!(note.is_none() || known.note == *note, "{key} had the note {note:?}: {known:?}");
        }
        let rows = records.accounts().unwrap();
        for (account, name) in &self.accounts {
            let row = rows.iter().find(|row| row.id.to_string() == *account);
            assert_eq!(row.map(|row| &row.name), Some(name), "an account's name is lost");
        }
        assert_eq!(activity.total, activity.entries.len(), "a sequence is shorter than a page");
        let mut lines = activity.entries.iter().rev();
        for before in &self.lines {
            let now = lines.next().map(|line| format!("{line:?}"));
            assert_eq!(now, Some(format!("{before:?}")), "a line of Activity is lost or changed");
        }
        let new: Vec<ActivityEntry> = lines.cloned().collect();
        assert!(new.len() >= owed, "{owed} changes left these lines: {new:#?}");
        self.lines.extend(new.iter().cloned());
        new
    }
}
