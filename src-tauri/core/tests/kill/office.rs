//! Where a process is started, killed and started again, with a server that outlives it.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    env, fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use latchkey_core::clock::Clock;
use latchkey_simulator::{
    Fault, KeyPair, Settings, Simulator, practice::seeded, server::Server, settings::Rule,
};
use serde_json::Value;

use crate::app::{Ahead, SAID, Setting};

/// How much later the next start is: nothing that was sent can still arrive then.
const LATER: i64 = 600_000;

/// When it is killed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    /// After this part of a whole session's time.
    After(f64),
    /// While such a request is on its way, before it is carried out or after.
    During { method: &'static str, nth: usize, carried_out: bool },
}

/// What happened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) kills: usize,
    /// It had come to its end.
    pub(crate) too_late: usize,
    /// The next start found a change of unknown outcome.
    pub(crate) found: usize,
    /// Of a file that was being written, its beginning was left under another name.
    pub(crate) left_behind: usize,
    pub(crate) writes: usize,
}

impl Counts {
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            kills: self.kills + other.kills,
            too_late: self.too_late + other.too_late,
            found: self.found + other.found,
            left_behind: self.left_behind + other.left_behind,
            writes: self.writes + other.writes,
        }
    }
}

pub(crate) struct Office {
    turn: usize,
    test: &'static str,
    apple: Arc<Simulator>,
    clock: Arc<Ahead>,
    folder: tempfile::TempDir,
    setting: Setting,
    rounds: usize,
}

/// What a process said, in order.
type Said = Vec<Value>;

impl Office {
    pub(crate) fn new(turn: usize, test: &'static str) -> Self {
        let mut account = seeded(1, 4, 3);
        let [first, second] = [1, 2].map(|nth| account.add_team_key(&KeyPair::numbered(99, nth)));
        let settings = Settings {
            second_key: Rule::Accepted,
            latency: Duration::from_millis(200),
            ..Settings::default()
        };
        let apple = Arc::new(Simulator::new(settings, account));
        let (tell, told) = mpsc::channel();
        let its = Arc::clone(&apple);
        // Served until the test's process ends.
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let clock = Arc::new(Ahead::by(Arc::default()));
                let server = Server::bind(0, its, Arc::clone(&clock) as Arc<dyn Clock>).await.unwrap();
                tell.send((server.url(), clock)).unwrap();
                server.run().await.unwrap();
            });
        });
        let (url, clock) = told.recv().unwrap();
        let setting = Setting {
            url,
            folder: PathBuf::new(),
            service: String::new(),
            ahead: 0,
            issuer: first.issuer_id.unwrap(),
            api_keys: [first.key_id, second.key_id],
        };
        Self { turn, test, apple, clock, folder: tempfile::tempdir().unwrap(), setting, rounds: 0 }
    }

    pub(crate) fn kill_at_each(mut self, whens: &[When]) -> Counts {
        self.begin_anew();
        let began = Instant::now();
        let (child, said) = self.start("session");
        let all = finish(child, said);
        assert!(all.iter().any(|said| said["ended"] == true), "a session comes to its end: {all:#?}");
        let whole = began.elapsed();
        let mut counts = Counts::default();
        for when in whens {
            self.begin_anew();
            let said = self.killed(*when, whole);
            counts.kills += 1;
            counts.too_late += usize::from(said.iter().any(|said| said["ended"] == true));
            *self.clock.0.lock().unwrap() += LATER;
            self.setting.ahead += LATER;
            self.apple.set_faults(Vec::new());
            let (child, truth) = self.start("truth");
            let truth = finish(child, truth);
            self.is_true(*when, &said, &truth, &mut counts);
        }
        println!("a whole session takes {whole:?}");
        counts
    }

    fn begin_anew(&mut self) {
        self.rounds += 1;
        self.apple.reset();
        self.setting.folder = self.folder.path().join(self.rounds.to_string());
        self.setting.service = format!("Latchkey kill {} {}", self.turn, self.rounds);
        fs::create_dir_all(self.setting.folder.join("files")).unwrap();
    }

    fn start(&self, what: &str) -> (Child, mpsc::Receiver<Value>) {
        let mut child = Command::new(env::current_exe().unwrap())
            .args([self.test, "--exact", "--nocapture"])
            .env("LATCHKEY_KILL", what)
            .envs(self.setting.variables())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // The test's own words may stand before, on the same line.
                let said = line.split_once(SAID).and_then(|(_, said)| serde_json::from_str(said).ok());
                if let Some(said) = said {
                    let _ = tell.send(said);
                }
            }
        });
        (child, told)
    }

    /// Starts a session, kills it then, and says what it said before.
    fn killed(&self, when: When, whole: Duration) -> Said {
        let began = Instant::now();
        if let When::During { method, nth, carried_out } = when {
            let end = if carried_out { "" } else { " cut-before" };
            let fault = format!("{method} * delay=1h skip={nth}{end}");
            self.apple.add_fault(fault.parse::<Fault>().unwrap());
        }
        let (mut child, told) = self.start("session");
        let mut said = Said::new();
        match when {
            When::After(part) => {
                let instant = began + whole.mul_f64(part);
                while let Ok(more) = told.recv_timeout(instant.saturating_duration_since(Instant::now())) {
                    said.push(more);
                }
            }
            When::During { method, nth, .. } => {
                let arrived =
                    || self.apple.log().iter().filter(|request| request.method == method).count() > nth;
                while !arrived() {
                    assert!(child.try_wait().unwrap().is_none(), "{when:?}: it ended before");
                    thread::yield_now();
                }
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it said before it was killed, to the last word.
        said.extend(told);
        said
    }

    /// Compares what the next start says with what was said before, with what Apple has, and with what is in the keychain
    /// and on the disk.
    fn is_true(&self, when: When, said: &Said, truth: &Said, counts: &mut Counts) {
        let Some(end) = truth.iter().find(|said| said.get("inKeychain").is_some()) else {
            panic!("{when:?}: the next start came to no end: {truth:#?}, after {said:#?}")
        };
        let context = format!("{when:?}: {said:#?}\n{truth:#?}");
        let texts = |value: &Value| -> BTreeSet<String> {
            let texts = value.as_array().unwrap().iter();
            texts.map(|text| text.as_str().unwrap().to_owned()).collect()
        };

        // Nothing is sent twice, and nothing that nobody decided.
        let log = self.apple.log();
        let writes: Vec<_> = log.iter().filter(|request| request.method != "GET").collect();
        let different: HashSet<String> =
            writes.iter().map(|write| format!("{} {} {}", write.method, write.path, write.body)).collect();
        assert_eq!(writes.len(), different.len(), "something was sent twice: {writes:#?}; {context}");
        let decided = said.iter().filter(|said| said.get("decides").is_some()).count();
        assert!(writes.len() <= decided, "{writes:#?}; {context}");
        counts.writes += writes.len();

        // Everything is decided, and as Apple has it.
        assert_eq!(end["pending"], 0, "{context}");
        counts.found += usize::try_from(end["found"].as_u64().unwrap()).unwrap();
        let state = self.apple.state(self.clock.now()).keys;
        let accounts = texts(&end["accounts"]);
        if !accounts.is_empty() {
            let rows: BTreeMap<&str, &Value> = end["keys"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| (row["id"].as_str().unwrap(), row))
                .collect();
            let ids: BTreeSet<&str> = state.iter().map(|key| key.id.as_str()).collect();
            assert_eq!(rows.keys().copied().collect::<BTreeSet<_>>(), ids, "{context}");
            for key in &state {
                let row = rows[key.id.as_str()];
                assert_eq!(row["fingerprint"].as_str(), key.fingerprint.as_deref(), "{context}");
                assert_eq!(
                    row.pointer("/usedFor/app/id").and_then(Value::as_str),
                    key.app_id.as_deref(),
                    "{context}"
                );
            }
            for named in said.iter().filter(|said| said.get("named").is_some()) {
                if let Some(row) = rows.get(named["named"].as_str().unwrap()) {
                    assert_eq!((&row["name"], &row["note"]), (&named["name"], &named["note"]), "{context}");
                }
            }
        }

        // Every line of Activity that was there is there.
        let lines = |said: &Said| -> Vec<Value> {
            said.iter().filter_map(|said| said.get("line")).cloned().collect()
        };
        assert!(lines(truth).starts_with(&lines(said)), "{context}");

        // The account is there, or not at all, and so are its API key and the private keys.
        let last = said.iter().rev().find_map(|said| said.get("account"));
        let under_way = said.last().is_none_or(|last| {
            last.get("account").is_some_and(Value::is_null)
                || last.get("connects").is_some()
                || last.get("renames").is_some()
        });
        match last {
            Some(Value::String(name)) if !under_way => {
                assert_eq!(accounts, [name.clone()].into(), "{context}");
            }
            _ => assert!(accounts.len() <= 1, "{context}"),
        }
        assert_eq!(end["rows"], accounts.len(), "no account stands between: {context}");
        let (of_accounts, of_pairs) = (texts(&end["entriesOfAccounts"]), texts(&end["entriesOfPairs"]));
        let in_keychain = texts(&end["inKeychain"]);
        assert!(of_accounts.is_subset(&in_keychain), "an API key is missing: {context}");
        let known: BTreeSet<String> = of_accounts.union(&of_pairs).cloned().collect();
        assert!(in_keychain.is_subset(&known), "a secret that nothing names: {context}");
        if said.iter().any(|said| said.get("saved").is_some()) {
            assert!(of_pairs.is_subset(&in_keychain), "a private key is missing: {context}");
        }

        // And nothing else is on the disk.
        for file in fs::read_dir(self.setting.folder.join("files")).unwrap() {
            let name = file.unwrap().file_name().to_string_lossy().into_owned();
            if name.starts_with(".latchkey-") {
                counts.left_behind += 1;
            } else {
                assert!(["private.pem", "copy.json"].contains(&name.as_str()), "{name}; {context}");
            }
        }
        for file in fs::read_dir(self.setting.folder.join("records")).into_iter().flatten() {
            let name = file.unwrap().file_name().to_string_lossy().into_owned();
            assert!(name.starts_with("latchkey."), "{name}; {context}");
        }
    }
}

/// Everything that a process says until it ends by itself.
fn finish(mut child: Child, told: mpsc::Receiver<Value>) -> Said {
    let said = told.into_iter().collect();
    assert!(child.wait().unwrap().success(), "it ended badly: {said:#?}");
    said
}
