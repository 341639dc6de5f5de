//! *Diagnose connection*: every part of the way to Apple, one after another, each with what was found.
//!
//! Two requests are sent, each once. The first has no token: it shows who is at the other end, and what time it is
//! there, before anything is sent that is worth reading, and even if the keychain stays locked. The second is signed as
//! a write would be. `verdict` says what each fact means, `report` writes it down, `redact` takes out of it what is
//! nobody else's business.

use std::{collections::HashMap, time::Duration};

use tokio::sync::OnceCell;

use crate::{
    account::{AccountId, ApiKey},
    asc::{
        greeting::{Greeting, greet},
        token::OneUseToken,
    },
    clock::Moment,
    desk::{
        Backing, Desk, Open,
        inventory::Tell,
        problem::{Problem, What},
        view::{Check, CheckState, DiagnosisEvent, DiagnosisLine, Found},
    },
};

mod redact;
mod report;
mod verdict;

use redact::Redactor;
use report::Subject;
use verdict::Verdict;

impl Desk {
    /// Checks the way to Apple, part by part, and without an account what needs none. `run` names it for
    /// [`Desk::stop`].
    ///
    /// # Errors
    /// [`What::NoSuchAccount`], [`What::Records`] and its like: there is nothing to check. Whatever is found is told.
    pub async fn diagnose(
        &self,
        account: Option<&AccountId>,
        run: &str,
        tell: Tell<'_, DiagnosisEvent>,
    ) -> Result<(), Problem> {
        let open = account.map(|account| self.opened(account)).transpose()?;
        let backing = match &open {
            Some(open) => &open.backing,
            None => self.everywhere()?,
        };
        let signed = open.as_deref().map(|open| Signed::new(self, open));
        let private = self.names_and_ids()?;
        let mut diagnosis = Diagnosis { desk: self, backing, signed, tell, found: HashMap::new() };
        let stopped = self.until_stopped(run, diagnosis.run()).await.is_none();
        diagnosis.finish(stopped, private);
        Ok(())
    }

    fn names_and_ids(&self) -> Result<Vec<String>, Problem> {
        let mut words = Vec::new();
        for account in self.accounts()? {
            words.extend([account.name, account.api_key_id, account.id.to_string()]);
            words.extend(account.issuer_id);
        }
        Ok(words)
    }
}

/// One run through all parts.
struct Diagnosis<'a> {
    desk: &'a Desk,
    backing: &'a Backing,
    signed: Option<Signed<'a>>,
    tell: Tell<'a, DiagnosisEvent>,
    found: HashMap<Check, Verdict>,
}

impl Diagnosis<'_> {
    async fn run(&mut self) {
        let since = self.desk.clock.now();
        self.checking(Check::Proxy);
        self.checked(Check::Proxy, verdict::proxy(self.backing.route.via()));
        let greeting = self.network().await;
        self.clock(greeting.as_ref()).await;
        self.credential().await;
        self.answer(greeting.is_some(), since).await;
    }

    /// Everything up to the server; `None` if it does not answer.
    async fn network(&mut self) -> Option<Greeting> {
        self.checking(Check::Name);
        let started = self.desk.clock.monotonic();
        let looked_up = self.backing.route.look_up().await;
        let ms = millis(self.desk.clock.monotonic().saturating_sub(started));
        if let Err(broken) = looked_up {
            self.checked(Check::Name, verdict::broken(broken));
            self.not_checked(&[Check::Server, Check::Signer]);
            return None;
        }
        self.checked(Check::Name, Verdict::good(Found::NameFound { ms }));

        self.checking(Check::Server);
        let backing = self.backing;
        match greet(&backing.transport, &*self.desk.clock, &backing.origin).await {
            Ok(greeting) => {
                self.checked(Check::Server, Verdict::good(Found::Answered { ms: millis(greeting.took) }));
                let signer = backing.route.signer().borrow().clone();
                self.checked(Check::Signer, verdict::signer(signer, &backing.origin));
                Some(greeting)
            }
            Err(broken) => {
                let signer = verdict::refused_signer(&broken);
                self.checked(Check::Server, verdict::broken(broken));
                self.checked(Check::Signer, signer);
                None
            }
        }
    }

    async fn clock(&mut self, greeting: Option<&Greeting>) {
        let Some(greeting) = greeting else {
            self.not_checked(&[Check::Clock]);
            return;
        };
        self.checking(Check::Clock);
        let mut verdict = verdict::clock(greeting.skew);
        // Apple refuses a token that is too old or too new as it refuses an API key that was revoked.
        if verdict.state == CheckState::Odd
            && let Some(skew) = greeting.skew
            && let Some(signed) = &self.signed
            && let Ok(token) = signed.token().await
        {
            let by_the_server = skew.of_the_server(self.desk.clock.now());
            let is_refused =
                matches!(signed.answer().await, Some(Err(Problem { what: What::NotAccepted { .. }, .. })));
            if is_refused && !token.may_live_at(by_the_server, Duration::from_secs(skew.uncertainty)) {
                verdict.state = CheckState::Bad;
            }
        }
        self.checked(Check::Clock, verdict);
    }

    async fn credential(&mut self) {
        let Some(signed) = &self.signed else {
            self.not_checked(&[Check::Keychain, Check::KeyForm]);
            return;
        };
        self.checking(Check::Keychain);
        let keychain = match signed.token().await {
            Ok(_) => Verdict::good(Found::ApiKeyFound),
            Err(problem) => Verdict::trouble(problem),
        };
        let api_key = signed.api_key();
        self.checked(Check::Keychain, keychain);
        self.checking(Check::KeyForm);
        self.checked(Check::KeyForm, verdict::key_form(&api_key));
    }

    /// What one signed request tells, if the server `answers`. A budget counts if it was told `since` then.
    async fn answer(&mut self, answers: bool, since: Moment) {
        const TOLD: [Check; 4] = [Check::Answer, Check::Role, Check::Agreements, Check::Quota];
        let Some(signed) = self.signed.as_ref().filter(|_| answers) else {
            self.not_checked(&TOLD);
            return;
        };
        if signed.token().await.is_err() {
            self.not_checked(&TOLD);
            return;
        }
        self.checking(Check::Answer);
        let Some(answer) = signed.answer().await else { return };
        let quota = self.desk.quota(&signed.open.account.id).ok().flatten().filter(|quota| quota.at >= since);
        let told = verdict::answer(answer.as_ref().err(), quota);
        for (check, verdict) in TOLD.into_iter().zip(told) {
            self.checked(check, verdict);
        }
    }

    fn checking(&self, check: Check) {
        (self.tell)(DiagnosisEvent::Checking { check });
    }

    fn checked(&mut self, check: Check, verdict: Verdict) {
        let line = DiagnosisLine { check, state: verdict.state, found: verdict.found.clone() };
        (self.tell)(DiagnosisEvent::Checked { line });
        self.found.insert(check, verdict);
    }

    fn not_checked(&mut self, checks: &[Check]) {
        for check in checks {
            self.checked(*check, Verdict::nothing());
        }
    }

    /// Tells the end. `private` must not be in the report.
    fn finish(&self, stopped: bool, mut private: Vec<String>) {
        private.extend(self.found.values().flat_map(|verdict| names_in(&verdict.found)).map(str::to_owned));
        if let Some(home) = dirs::home_dir() {
            private.extend(home.file_name().map(|user| user.to_string_lossy().into_owned()));
            private.push(home.to_string_lossy().into_owned());
        }
        private.extend(whoami::username());
        if let Ok(host) = whoami::hostname() {
            private.extend(host.split('.').next().map(str::to_owned));
            private.push(host);
        }
        let at = self.desk.clock.now();
        let subject = Subject {
            version: &self.desk.version,
            at,
            api_key: self.signed.as_ref().map(|signed| signed.open.account.kind),
            origin: &self.backing.origin,
            sample: self.backing.origin == self.desk.sample.backing.origin,
            stopped,
        };
        let report = report::write(&subject, &self.found, &Redactor::new(private));
        (self.tell)(DiagnosisEvent::Finished { at, stopped, report });
    }
}

/// The one signed request, made when it is first asked about.
struct Signed<'a> {
    desk: &'a Desk,
    open: &'a Open,
    token: OnceCell<Result<OneUseToken, Problem>>,
    answer: OnceCell<Result<(), Problem>>,
}

impl<'a> Signed<'a> {
    fn new(desk: &'a Desk, open: &'a Open) -> Self {
        Self { desk, open, token: OnceCell::new(), answer: OnceCell::new() }
    }

    fn api_key(&self) -> ApiKey {
        let account = &self.open.account;
        ApiKey { id: account.api_key_id.clone(), issuer: account.issuer_id.clone() }
    }

    /// A token, which takes the API key out of the keychain and shows that it can sign.
    async fn token(&self) -> Result<&OneUseToken, &Problem> {
        let make = || async {
            let token = self.open.client.one_use_token().await;
            token.map_err(|error| self.desk.api_problem(&error, self.open))
        };
        self.token.get_or_init(make).await.as_ref()
    }

    /// What Apple says to the request; `None`: there is no token to send it with.
    async fn answer(&self) -> Option<&Result<(), Problem>> {
        let token = self.token().await.ok()?;
        let ask = || async {
            let answer = self.open.client.probe(token).await;
            answer.map_err(|error| self.desk.api_problem(&error, self.open))
        };
        Some(self.answer.get_or_init(ask).await)
    }
}

/// What names a proxy or who signs for it. A part of such a name tells as much as the whole.
fn names_in(found: &Found) -> Vec<&str> {
    match found {
        Found::SystemProxy { address } | Found::OwnProxy { address } => {
            let host = address.rsplit_once(':').map_or(&**address, |(host, _)| host);
            vec![host.rsplit_once('/').map_or(host, |(_, host)| host)]
        }
        Found::SignedByCompany { by } | Found::SignedByStranger { by } => by.split(['(', ')']).collect(),
        _ => Vec::new(),
    }
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}
