//! A computer with the app on it, an Apple, and time, all of which outlive the app's being killed.

use std::{
    fmt::{Debug, Write},
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request};
use latchkey_core::{
    account::{ApiKey, Origin},
    asc::{
        route::Nowhere,
        transport::{Sending, Transport},
    },
    clock::{Clock, Moment, Sleep},
    desk::{Backing, Desk, Real, Sample, problem::Problem},
    records::{By, Records},
    vault::{Vault, memory::MemoryVault},
};
use latchkey_simulator::{
    Credentials, InProcess, KeyPair, Simulator,
    account::KeyState,
    practice::{self, seeded},
};
use serde::Serialize;

use crate::{deeds::Sequence, ledger::Ledger, marks::Marks, memory::Memory, vault::MoodyVault};

/// When it all begins, since 1970.
const START: Duration = Duration::from_hours(500_000);

/// What is the same for every sequence, and costs more to make than one of them.
pub(crate) struct Stage {
    sample: Backing,
    sample_api_key: Credentials,
    /// Whose API keys they are is up to the account.
    pub(crate) api_keys: [KeyPair; 2],
    folder: tempfile::TempDir,
}

impl Stage {
    pub(crate) fn new() -> Self {
        // In memory where there is such a place: it is not the disk that is tried here.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let clock: Arc<dyn Clock> = Arc::new(Wall::default());
        let practice::Sample { simulator, credentials } = practice::sample();
        let sample = Backing {
            origin: Origin::sample(),
            transport: Arc::new(InProcess::new(Arc::new(simulator), clock)),
            route: Arc::new(Nowhere::default()),
            vault: Arc::new(MemoryVault::default()),
            records: Arc::new(Records::in_memory(ann()).unwrap()),
        };
        let api_keys = [KeyPair::numbered(99, 1), KeyPair::numbered(99, 2)];
        Self { sample, sample_api_key: credentials, api_keys, folder }
    }
}

pub(crate) struct World<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) apple: Arc<Simulator>,
    pub(crate) clock: Arc<Wall>,
    pub(crate) vault: Arc<MoodyVault>,
    pub(crate) line: Arc<Line>,
    /// None only while they are being opened again.
    records: Option<Arc<Records>>,
    on_disk: Option<PathBuf>,
    pub(crate) credentials: [Credentials; 2],
    pub(crate) ledger: Ledger,
    pub(crate) memory: Memory,
    pub(crate) marks: Marks,
    pub(crate) told: Mutex<String>,
    /// What was told is looked through up to here.
    looked_through: usize,
    /// Numbers names, notes and files.
    pub(crate) named: usize,
    /// A copy of names and history, once there is one.
    pub(crate) copy: Option<PathBuf>,
    /// How many lines of Activity this step owes.
    pub(crate) owed: usize,
    /// Apple says something untrue in this step.
    pub(crate) lied_to: bool,
}

impl<'a> World<'a> {
    pub(crate) fn new(stage: &'a Stage, sequence: &Sequence) -> Self {
        let mut account = seeded(1, 4, 3);
        let credentials = [&stage.api_keys[0], &stage.api_keys[1]].map(|pair| account.add_team_key(pair));
        let clock = Arc::new(Wall::default());
        let apple = Arc::new(Simulator::new(sequence.settings.clone(), account));
        let on_disk = sequence.on_disk.then(|| {
            let folder = stage.folder.path().join("records");
            let _ = std::fs::remove_dir_all(&folder);
            folder
        });
        let mut marks = Marks::default();
        for pair in &stage.api_keys {
            marks.of_private_key(&pair.pkcs8_der());
        }
        let line = Line::to(InProcess::new(Arc::clone(&apple), Arc::clone(&clock) as Arc<dyn Clock>));
        let mut world = Self {
            stage,
            ledger: Ledger::new(apple.state(Moment::from_unix_millis(0)).keys),
            apple,
            clock,
            vault: Arc::default(),
            line: Arc::new(line),
            records: None,
            on_disk,
            credentials,
            memory: Memory::default(),
            marks,
            told: Mutex::default(),
            looked_through: 0,
            named: 0,
            copy: None,
            owed: 0,
            lied_to: false,
        };
        world.records = Some(world.opened_records());
        world
    }

    fn opened_records(&self) -> Arc<Records> {
        let opened = match &self.on_disk {
            Some(folder) => Records::open(folder, ann()),
            None => Records::in_memory(ann()),
        };
        Arc::new(opened.unwrap())
    }

    /// Goes on with what is on the disk at this moment: an app that is killed here may hold its files as long as this
    /// process lives.
    fn move_on(&mut self) {
        let Some(from) = self.on_disk.clone() else { return };
        self.named += 1;
        let to = self.stage.folder.path().join(format!("records {}", self.named));
        let _ = std::fs::remove_dir_all(&to);
        std::fs::create_dir(&to).unwrap();
        for file in std::fs::read_dir(&from).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
        std::fs::remove_dir_all(from).unwrap();
        self.on_disk = Some(to);
        self.records = None;
        self.records = Some(self.opened_records());
    }

    pub(crate) fn records(&self) -> Arc<Records> {
        Arc::clone(self.records.as_ref().unwrap())
    }

    /// The app starts. To be called where the last one's tasks are gone.
    pub(crate) fn started(&mut self) -> Arc<Desk> {
        self.move_on();
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let backing = Backing {
            origin: Origin::apple(),
            transport: Arc::clone(&self.line) as Arc<dyn Transport>,
            route: Arc::new(Nowhere::default()),
            vault: Arc::clone(&self.vault) as Arc<dyn Vault>,
            records: self.records(),
        };
        let key = &self.stage.sample_api_key;
        let sample = Sample {
            backing: self.stage.sample.clone(),
            name: "Sample account".to_owned(),
            api_key: ApiKey { id: key.key_id.clone(), issuer: key.issuer_id.clone() },
            secret: key.private_key.clone(),
            api_key_fingerprint: key.fingerprint.parse().unwrap(),
        };
        Desk::new(clock, Real::Ready(backing), sample, "0.0.0")
    }

    /// A place for a file that is not there yet.
    pub(crate) fn new_file(&mut self, name: &str) -> PathBuf {
        self.named += 1;
        let folder = self.stage.folder.path().join("files");
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{} {name}", self.named));
        let _ = std::fs::remove_file(&path);
        path
    }

    /// What Apple has at this moment.
    pub(crate) fn truth(&self) -> Vec<KeyState> {
        self.apple.state(self.clock.now()).keys
    }

    /// Notes what the window was told, as it gets it and as it might be logged.
    pub(crate) fn tell<T: Debug + Serialize>(&self, what: &T) {
        let mut told = self.told.lock().unwrap();
        writeln!(told, "{what:?}").unwrap();
        told.push_str(&serde_json::to_string(what).unwrap());
        told.push('\n');
    }

    /// The same of an answer.
    pub(crate) fn answered<T: Debug + Serialize>(&self, answer: Result<T, Problem>) -> Result<T, Problem> {
        match &answer {
            Ok(answer) => self.tell(answer),
            Err(problem) => self.tell(problem),
        }
        answer
    }

    /// No secret was told since this was last asked, and nothing panicked.
    pub(crate) fn nothing_leaked(&mut self) {
        let told = self.told.lock().unwrap();
        let new = &told[self.looked_through..];
        assert!(!self.marks.are_in(new), "a secret was told: {new}");
        assert!(!new.contains("panicked"), "something panicked: {new}");
        self.looked_through = told.len();
    }

    /// No secret is in what is remembered.
    pub(crate) fn nothing_recorded(&self) {
        let records = self.records();
        let all = records.everything(&Origin::apple()).unwrap();
        let all = format!("{all:?} {:?} {:?} {:?}", records, records.accounts(), records.open_intents());
        assert!(!self.marks.are_in(&all), "a secret is remembered: {all}");
        for file in self.on_disk.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            assert!(!self.marks.are_in_bytes(&bytes), "a secret is in {}", path.display());
        }
    }
}

fn ann() -> By {
    By { user: "ann".to_owned(), version: "0.0.0".to_owned() }
}

/// Time that goes on over the ends of runtimes, each of which has a paused one of its own.
pub(crate) struct Wall(Mutex<(Duration, Option<tokio::time::Instant>)>);

impl Default for Wall {
    fn default() -> Self {
        Self(Mutex::new((START, None)))
    }
}

impl Wall {
    /// Follows the runtime it is called on.
    pub(crate) fn follow(&self) {
        self.0.lock().unwrap().1 = Some(tokio::time::Instant::now());
    }

    /// Stands still until it follows another.
    pub(crate) fn rest(&self) {
        let since_1970 = self.monotonic();
        *self.0.lock().unwrap() = (since_1970, None);
    }
}

impl Clock for Wall {
    fn now(&self) -> Moment {
        Moment::from_unix_millis(0).plus(self.monotonic())
    }

    fn monotonic(&self) -> Duration {
        let (since_1970, runtime) = *self.0.lock().unwrap();
        since_1970 + runtime.map_or(Duration::ZERO, |began| began.elapsed())
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The line to Apple, on which requests are counted whether they arrive or not.
pub(crate) struct Line {
    inside: InProcess,
    sent: Mutex<Vec<Method>>,
}

impl Line {
    fn to(inside: InProcess) -> Self {
        Self { inside, sent: Mutex::default() }
    }

    /// The methods of the requests since this was last asked.
    pub(crate) fn sent(&self) -> Vec<Method> {
        std::mem::take(&mut *self.sent.lock().unwrap())
    }
}

impl Transport for Line {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        self.sent.lock().unwrap().push(request.method().clone());
        self.inside.send(request)
    }
}
