//! Every key of an account and the app it is for, told as it becomes known.
//!
//! Apple's list of keys names no app, and its list of apps names no key: an app's key has to be asked app by app.
//! What a key is for can't change, so each answer is remembered, and apps are asked only while a key has none. A reading
//! that follows one that was stopped asks only the apps that one had not heard.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::sync::{mpsc, watch};

use crate::{
    account::AccountId,
    app::{App, AppId},
    asc::{
        client,
        error::Error,
        pace::Pacing,
        waits::{WaitReason, Waiting},
    },
    clock::Moment,
    desk::{
        Desk, Open, held,
        problem::Problem,
        quota::quota,
        rows::row,
        view::{AppKey, AppRow, InventoryEvent, KeyRow, Pause, UsedFor, WhyUnknown},
    },
    key::DistributionKeyId,
    records::{KnownKey, Reach},
};

/// Where the window is told.
pub(super) type Tell<'a, T> = &'a (dyn Fn(T) + Send + Sync);

/// Apps asked at once: as many requests as the client sends at once.
const AT_ONCE: usize = 8;

/// Apps that fail one after another before it is taken for more than those apps' trouble.
const FAILURES_IN_A_ROW: usize = 3;

impl Desk {
    /// Reads keys first, then apps, then which app each unplaced key is for. `run` names it for [`Desk::stop`].
    ///
    /// # Errors
    /// The keys can't be read: [`What::NotAccepted`](super::problem::What::NotAccepted) and so on. That apps can't be
    /// read is told as [`InventoryEvent::Partly`].
    pub async fn inventory(
        &self,
        account: &AccountId,
        run: &str,
        tell: Tell<'_, InventoryEvent>,
    ) -> Result<(), Problem> {
        let open = self.opened(account)?;
        // What it waits for it tells itself.
        let client = Arc::new(open.client.as_ref().clone().telling(Arc::default()));
        let open = Arc::new(Open { client, ..Open::clone(&open) });
        let mut survey = Survey::new(self, &open, tell);
        if let Some(done) = self.until_stopped(run, survey.run()).await {
            return done;
        }
        survey.give_up(WhyUnknown::Stopped);
        survey.finish(true);
        Ok(())
    }
}

/// One reading of an account.
struct Survey<'a> {
    desk: &'a Desk,
    open: &'a Arc<Open>,
    tell: Tell<'a, InventoryEvent>,
    keys: BTreeMap<String, (KnownKey, Reach)>,
    listed: Arc<BTreeSet<String>>,
    /// Keys for one app whose app is not known.
    unplaced: BTreeSet<String>,
    /// Apps to ask: first those without a known key, then the others, as an app may have two.
    likely: VecDeque<App>,
    unlikely: VecDeque<App>,
    apps_found: usize,
    apps_asked: usize,
    apps_failed: usize,
}

impl<'a> Survey<'a> {
    fn new(desk: &'a Desk, open: &'a Arc<Open>, tell: Tell<'a, InventoryEvent>) -> Self {
        Self {
            desk,
            open,
            tell,
            keys: BTreeMap::new(),
            listed: Arc::default(),
            unplaced: BTreeSet::new(),
            likely: VecDeque::new(),
            unlikely: VecDeque::new(),
            apps_found: 0,
            apps_asked: 0,
            apps_failed: 0,
        }
    }

    async fn run(&mut self) -> Result<(), Problem> {
        self.tell_remembered()?;
        let (client, tell) = (Arc::clone(&self.open.client), self.tell);
        let reading = async {
            let (at, keys) = self.desk.list_keys(self.open).await?;
            self.take_keys(at, keys);
            self.tell_news()?;
            let why = match self.place_keys().await {
                Ok(()) if self.apps_failed == 0 => {
                    held(&self.open.heard).forget();
                    WhyUnknown::NoAppShowsIt
                }
                Ok(()) => WhyUnknown::NotAllAppsRead,
                Err(problem) => {
                    tell(InventoryEvent::Partly { problem });
                    WhyUnknown::NotAllAppsRead
                }
            };
            self.give_up(why);
            self.finish(false);
            Ok(())
        };
        tokio::select! {
            biased;
            done = reading => done,
            () = tell_pauses(client.waits().longest(), tell) => Ok(()),
            () = tell_slow(client.pacing(), tell) => Ok(()),
        }
    }

    fn tell_remembered(&self) -> Result<(), Problem> {
        let listing = self.open.backing.records.listing(&self.open.account.id);
        let listing = listing.map_err(|error| self.desk.records_problem(error))?;
        if let Some(listing) = listing {
            let keys = rows_of(listing.keys.iter());
            (self.tell)(InventoryEvent::Remembered { keys, at: listing.at });
        }
        Ok(())
    }

    fn take_keys(&mut self, at: Moment, keys: Vec<(KnownKey, Reach)>) {
        let homeless = |(key, reach): &&(KnownKey, Reach)| *reach == Reach::OneApp && key.app.is_none();
        self.unplaced = keys.iter().filter(homeless).map(|(key, _)| key.id.clone()).collect();
        (self.tell)(InventoryEvent::Keys { keys: rows_of(keys.iter()), at });
        self.listed = Arc::new(keys.iter().map(|(key, _)| key.id.clone()).collect());
        self.keys = keys.into_iter().map(|(key, reach)| (key.id.clone(), (key, reach))).collect();
    }

    fn tell_news(&self) -> Result<(), Problem> {
        let news = self.desk.news(self.open, &UsedFor::Looking)?;
        if !news.is_empty() {
            (self.tell)(InventoryEvent::News { news });
        }
        Ok(())
    }

    /// Lists the apps and asks them for their keys, both at once, until no key is left without its app.
    async fn place_keys(&mut self) -> Result<(), Problem> {
        let open = Arc::clone(self.open);
        let (pages, mut arriving) = mpsc::unbounded_channel();
        let listing = async {
            let pages = pages;
            open.client.apps(&mut |page| drop(pages.send(page))).await
        };
        tokio::pin!(listing);
        let (mut listed, mut all_here) = (false, false);
        let mut answers = FuturesUnordered::new();
        let mut failures_in_a_row = 0;

        while !(all_here && (self.unplaced.is_empty() || answers.is_empty() && !self.has_apps_to_ask())) {
            while answers.len() < AT_ONCE && !self.unplaced.is_empty() {
                let Some(app) = self.likely.pop_front().or_else(|| self.unlikely.pop_front()) else { break };
                let client = &open.client;
                answers.push(async move {
                    let answer = client.app_key(&app.id).await;
                    (app, answer)
                });
            }
            tokio::select! {
                biased;
                page = arriving.recv(), if !all_here => {
                    all_here = page.is_none();
                    self.take_apps(page.unwrap_or_default(), all_here);
                }
                done = &mut listing, if !listed => {
                    done.map_err(|error| self.fail(&error))?;
                    listed = true;
                }
                Some((app, answer)) = answers.next() => {
                    let failure = self.take_answer(&app, answer);
                    failures_in_a_row = if failure.is_some() { failures_in_a_row + 1 } else { 0 };
                    if let Some(error) = failure
                        && (failures_in_a_row == FAILURES_IN_A_ROW || concerns_every_app(&error))
                    {
                        return Err(self.fail(&error));
                    }
                }
            }
        }
        Ok(())
    }

    fn has_apps_to_ask(&self) -> bool {
        !self.likely.is_empty() || !self.unlikely.is_empty()
    }

    fn take_apps(&mut self, page: Vec<App>, complete: bool) {
        let heard = |app: App| {
            let keys = self.heard(&app.id);
            (app, keys)
        };
        let page: Vec<(App, Option<Vec<DistributionKeyId>>)> = page.into_iter().map(heard).collect();
        let row = |(app, heard): &(App, Option<Vec<DistributionKeyId>>)| {
            let key = heard.clone().map_or_else(|| self.own_keys(&app.id), answered);
            AppRow { app: app.clone(), key }
        };
        (self.tell)(InventoryEvent::Apps { apps: page.iter().map(row).collect(), complete });
        self.apps_found += page.len();
        for (app, heard) in page {
            held(&self.open.apps).insert(app.id.clone(), app.clone());
            let mut keys: Vec<String> = self.keys_of(&app.id).map(|key| key.id.clone()).collect();
            if let Some(heard) = heard {
                self.apps_asked += 1;
                keys = heard.iter().map(ToString::to_string).collect();
            } else {
                let queue = if keys.is_empty() { &mut self.likely } else { &mut self.unlikely };
                queue.push_back(app.clone());
            }
            for key in keys {
                // Its name may have changed since it was remembered.
                self.place(&key, &app);
            }
        }
        if !self.unplaced.is_empty() {
            self.tell_checked();
        }
    }

    /// The keys that the app told a reading before this one, unless what is known now contradicts it.
    fn heard(&self, app: &AppId) -> Option<Vec<DistributionKeyId>> {
        let heard = held(&self.open.heard).of(app, &self.unplaced)?.to_vec();
        let are_listed = heard.iter().all(|id| self.keys.contains_key(&id.to_string()));
        let are_all = self.keys_of(app).all(|key| heard.iter().any(|id| id.to_string() == key.id));
        (are_listed && are_all).then_some(heard)
    }

    /// Notes what an app's key is; gives back what went wrong.
    fn take_answer(&mut self, app: &App, answer: Result<client::AppKey, Error>) -> Option<Error> {
        self.apps_asked += 1;
        let (keys, failure) = match answer {
            Ok(client::AppKey::Keys(ids)) => (Some(ids), None),
            Ok(client::AppKey::None) => (Some(Vec::new()), None),
            Ok(client::AppKey::AppNotVisible) => (None, None),
            Err(error) => (None, Some(error)),
        };
        let key = if let Some(mut keys) = keys {
            // An account-wide key shown for an app is what the app falls back to, not its own.
            keys.retain(|id| !self.is_account_wide(id));
            for id in &keys {
                self.place(&id.to_string(), app);
            }
            held(&self.open.heard).note(app.id.clone(), keys.clone(), &self.listed);
            answered(keys)
        } else {
            self.apps_failed += 1;
            AppKey::NotRead
        };
        (self.tell)(InventoryEvent::App { app: AppRow { app: app.clone(), key } });
        self.tell_checked();
        failure
    }

    /// Notes that a key of the list is for `app`, unless that is known.
    fn place(&mut self, id: &str, app: &App) {
        let Some((key, Reach::OneApp)) = self.keys.get_mut(id) else { return };
        let news = match &key.app {
            None => true,
            Some(known) => known.id == app.id && known != app,
        };
        if !news {
            return;
        }
        key.app = Some(app.clone());
        let row = row(key, Reach::OneApp, UsedFor::Looking);
        self.unplaced.remove(id);
        let backing = &self.open.backing;
        if let Err(error) = backing.records.remember_binding(&backing.origin, id, app) {
            // It will be asked again next time; what is shown is right.
            tracing::warn!(%error, "a key's app could not be remembered");
        }
        (self.tell)(InventoryEvent::Key { key: row });
    }

    fn is_account_wide(&self, id: &DistributionKeyId) -> bool {
        self.keys.get(&id.to_string()).is_some_and(|(_, reach)| *reach == Reach::AllApps)
    }

    fn keys_of<'s>(&'s self, app: &'s AppId) -> impl Iterator<Item = &'s KnownKey> {
        let is_its = move |key: &&KnownKey| key.app.as_ref().is_some_and(|owner| owner.id == *app);
        self.keys.values().filter(|(_, reach)| *reach == Reach::OneApp).map(|(key, _)| key).filter(is_its)
    }

    fn own_keys(&self, app: &AppId) -> AppKey {
        let keys: Vec<DistributionKeyId> = self.keys_of(app).filter_map(|key| key.id.parse().ok()).collect();
        if keys.is_empty() { AppKey::NotAsked } else { AppKey::Own { keys } }
    }

    fn tell_checked(&self) {
        (self.tell)(InventoryEvent::Checked { done: self.apps_asked, of: self.apps_found });
    }

    /// Says of every key that still has no app why.
    fn give_up(&mut self, why: WhyUnknown) {
        for id in &self.unplaced {
            if let Some((key, reach)) = self.keys.get(id) {
                let row = row(key, *reach, UsedFor::Unknown { why });
                (self.tell)(InventoryEvent::Key { key: row });
            }
        }
    }

    fn finish(&self, stopped: bool) {
        let at = self.desk.clock.now();
        (self.tell)(InventoryEvent::Finished {
            at,
            stopped,
            all_placed: !stopped && self.unplaced.is_empty(),
        });
    }

    fn fail(&self, error: &Error) -> Problem {
        self.desk.api_problem(error, self.open)
    }
}

fn rows_of<'k>(keys: impl Iterator<Item = &'k (KnownKey, Reach)>) -> Vec<KeyRow> {
    keys.map(|(key, reach)| row(key, *reach, UsedFor::Looking)).collect()
}

fn answered(keys: Vec<DistributionKeyId>) -> AppKey {
    if keys.is_empty() { AppKey::None } else { AppKey::Own { keys } }
}

/// Whether the next app would fail in the same way.
fn concerns_every_app(error: &Error) -> bool {
    matches!(error, Error::NotSent(_) | Error::MaybeSent(_) | Error::Secret(_) | Error::Unsignable(_))
        || matches!(error.status(), Some(401 | 403 | 429))
}

/// Tells, for as long as it is polled, what the client waits for.
async fn tell_pauses(mut waits: watch::Receiver<Option<Waiting>>, tell: Tell<'_, InventoryEvent>) {
    while waits.changed().await.is_ok() {
        let waiting = *waits.borrow_and_update();
        if let Some(waiting) = waiting {
            let why = match waiting.why {
                WaitReason::RateLimited | WaitReason::Budget => Pause::Limit,
                WaitReason::Server => Pause::Busy,
            };
            tell(InventoryEvent::Waiting { until: waiting.until, why });
        }
    }
    std::future::pending::<()>().await;
}

/// Tells once, for as long as it is polled, that an answer left little of the hour.
async fn tell_slow(mut pacing: watch::Receiver<Option<Pacing>>, tell: Tell<'_, InventoryEvent>) {
    while pacing.changed().await.is_ok() {
        let told = *pacing.borrow_and_update();
        if let Some(pacing) = told.filter(|pacing| pacing.slow) {
            tell(InventoryEvent::Slow { quota: quota(pacing) });
            break;
        }
    }
    std::future::pending::<()>().await;
}
