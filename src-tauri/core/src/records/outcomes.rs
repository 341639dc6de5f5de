//! How changes sent to Apple end, and what that means for keys, listings, replacements, news and Activity.

use rusqlite::{Transaction, named_params};

use super::{
    About, Answer, Change, Did, Intent, Outcome, Reach, Records, RecordsError, Went,
    activity::{Line, append},
    intents, keys, listing,
    news::Notice,
};
use crate::clock::Moment;

impl Records {
    /// Notes how a change ended, and what Apple said to it.
    ///
    /// [`Outcome::Done`] of an addition also makes the key known as *added here*, with the name, confirmation and
    /// private key file of the addition, puts it on the account's listing, and gives it to the replacement that it is
    /// a step of. Of a removal, it takes the key off the listing; what is known of the key stays.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if there is no such change or it has ended already.
    pub fn finish_intent(
        &self,
        id: &str,
        outcome: &Outcome,
        answer: &Answer,
        at: Moment,
    ) -> Result<(), RecordsError> {
        let (state, key) = match outcome {
            Outcome::Done { key } => ("done", Some(key.as_str())),
            Outcome::Refused => ("refused", None),
            Outcome::NotSent => ("not-sent", None),
            Outcome::NotArrived => ("not-arrived", None),
        };
        self.write(|transaction| {
            let lost: bool = transaction.query_one(
                "UPDATE intent SET state = :state, result_key_id = :key, finished_at = :at
                 WHERE id = :id AND state = 'sent' RETURNING answer_lost",
                named_params! { ":state": state, ":key": key, ":at": at.unix_millis(), ":id": id },
                |row| row.get("answer_lost"),
            )?;
            let intent = read(transaction, id)?;
            if let Some(key) = key {
                take_effect(transaction, &intent, key, at)?;
            }
            let origin = intent.origin.to_string();
            Notice { transaction, by: &self.by, account: &intent.account, origin: &origin, at }
                .release(id, key)?;
            let went = match outcome {
                Outcome::Done { .. } if lost => Went::Arrived,
                Outcome::Done { .. } => Went::Done,
                Outcome::Refused => Went::Refused,
                Outcome::NotSent => Went::NotSent,
                Outcome::NotArrived => Went::NotArrived,
            };
            self.tell(transaction, &intent, key, went, answer, at)
        })
    }

    /// Notes that the answer to a change was lost, or that the app ended before it came. The change stays open. Says so
    /// in Activity once, however often it is called.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] if there is no such change or it has ended.
    pub fn answer_lost(&self, id: &str, answer: &Answer, at: Moment) -> Result<(), RecordsError> {
        self.write(|transaction| {
            let known: bool = transaction.query_one(
                "SELECT answer_lost FROM intent WHERE id = ?1 AND state = 'sent'",
                [id],
                |row| row.get("answer_lost"),
            )?;
            if known {
                return Ok(());
            }
            transaction.execute("UPDATE intent SET answer_lost = 1 WHERE id = ?1", [id])?;
            self.tell(transaction, &read(transaction, id)?, None, Went::AnswerLost, answer, at)
        })
    }

    fn tell(
        &self,
        transaction: &Transaction<'_>,
        intent: &Intent,
        key: Option<&str>,
        went: Went,
        apple: &Answer,
        at: Moment,
    ) -> rusqlite::Result<()> {
        let (did, about) = match &intent.change {
            Change::Add(addition) => {
                let about = About {
                    key: key.map(str::to_owned),
                    key_name: addition.name.clone(),
                    public_key: Some(addition.public_key.clone()),
                    app: addition.app.clone(),
                    all_apps: addition.app.is_none(),
                    certainty: Some(keys::certainty(addition.confirmed.as_ref())),
                    detail: keys::who_confirmed(addition.confirmed.as_ref()),
                };
                (Did::Added, about)
            }
            Change::Remove(removal) => {
                let about = About {
                    key: Some(removal.key.clone()),
                    key_name: removal.name.clone(),
                    public_key: removal.public_key.clone(),
                    app: removal.app.clone(),
                    all_apps: removal.reach == Reach::AllApps,
                    ..About::default()
                };
                (Did::Removed, about)
            }
        };
        let line = Line { at, did, went, about: &about, apple };
        append(transaction, &self.by, &intent.origin.to_string(), Some(&intent.account), &line)
    }
}

fn read(transaction: &Transaction<'_>, id: &str) -> rusqlite::Result<Intent> {
    transaction.prepare_cached("SELECT * FROM intent WHERE id = ?1")?.query_one([id], intents::intent)
}

fn take_effect(
    transaction: &Transaction<'_>,
    intent: &Intent,
    key: &str,
    at: Moment,
) -> rusqlite::Result<()> {
    let origin = intent.origin.to_string();
    match &intent.change {
        Change::Add(addition) => {
            keys::see(transaction, &origin, key, Some(&addition.public_key), at)?;
            keys::mark_added(transaction, &origin, key, addition, at)?;
            listing::append(transaction, &intent.account, &origin, key, addition.reach())?;
            transaction.execute(
                "UPDATE work SET new_key_id = ?2, added_at = ?3 WHERE id = ?1",
                (&intent.work, key, at.unix_millis()),
            )?;
        }
        Change::Remove(removal) => {
            keys::see(transaction, &origin, &removal.key, removal.public_key.as_ref(), at)?;
            transaction.execute(
                "UPDATE distribution_key SET removed_here = ?3 WHERE origin = ?1 AND id = ?2",
                (&origin, &removal.key, at.unix_millis()),
            )?;
            transaction.execute(
                "DELETE FROM listing WHERE account_id = ?1 AND key_id = ?2",
                (intent.account.to_string(), &removal.key),
            )?;
            transaction.execute(
                "UPDATE work SET old_removed_at = ?3 WHERE id = ?1 AND old_key_id = ?2",
                (&intent.work, &removal.key, at.unix_millis()),
            )?;
        }
    }
    Ok(())
}
