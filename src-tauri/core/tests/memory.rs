//! What is left of secrets in the memory of a process once they are no longer needed. One process works, as the app does;
//! another knows the secrets and searches the first one's memory.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and its two processes talk on a pipe"
)]

use std::{
    env,
    fs::{self, File},
    io::{BufRead, BufReader, Read, Seek, SeekFrom, Write, stdin},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
};

use latchkey_core::{
    account::{ApiKey, ApiKeyKind, Origin},
    asc::route::Nowhere,
    clock::{Clock, SystemClock},
    desk::{
        Backing, Chosen, Desk, Real, Sample,
        view::{AddRequest, ConnectForm},
    },
    key::Scope,
    records::{By, Records},
    vault::memory::MemoryVault,
};
use latchkey_simulator::{Account, InProcess, KeyPair, Settings, Simulator, practice};
use secrecy::SecretString;
use zeroize::Zeroizing;

const FOLDER: &str = "LATCHKEY_TEST_WORKS_IN";
const PASSWORD: &str = "LATCHKEY_TEST_PASSWORD_FILE";

#[test]
fn nothing_of_a_secret_is_left_once_it_is_not_needed() {
    if let Some(folder) = env::var_os(FOLDER) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build();
        return runtime.unwrap().block_on(work(Path::new(&folder)));
    }
    let folder = tempfile::tempdir().unwrap();
    let secrets = [
        Secret::of_a_key("the API key", &folder.path().join("AuthKey_2X9R4HXF34.p8")),
        Secret::of_a_key("the private key", &folder.path().join("private.pem")),
        Secret::of_a_password("the password", folder.path()),
    ];
    let mut worker = Worker::start(folder.path());
    for (step, expected) in [
        ("ready", [false, false, false]),
        ("connected", [true, false, false]),
        ("typed", [true, false, true]),
        ("opened", [true, true, false]),
        ("taken", [true, false, false]),
        ("disconnected", [false, false, false]),
    ] {
        worker.until(step);
        let found = found(&secrets, worker.process.id());
        for ((secret, found), expected) in secrets.iter().zip(&found).zip(expected) {
            assert_eq!(!found.is_empty(), expected, "{step}: {} is {found:?}", secret.name);
        }
        worker.go_on();
    }
    worker.end();
}

/// What the app does with secrets; after each step it waits for a line.
async fn work(folder: &Path) {
    let api_key = folder.join("AuthKey_2X9R4HXF34.p8");
    let (desk, api_key_id, issuer_id) = desk(&api_key);
    pause("ready");

    let file = desk.hold(vec![Chosen::File(api_key)]).remove(0);
    let draft = desk.take_api_key(&file.id).unwrap();
    let form = ConnectForm {
        draft: Some(draft.id),
        kind: ApiKeyKind::Team,
        api_key_id,
        issuer_id,
        name: "Lindqvist".to_owned(),
        unusual_is_right: false,
    };
    let account = desk.connect(form).await.unwrap().account.id;
    desk.forget_files();
    desk.inventory(&account, "run", &|_| ()).await.unwrap();
    pause("connected");

    let locked = desk.hold(vec![Chosen::File(folder.join("locked.pem"))]).remove(0);
    let password = SecretString::from(fs::read_to_string(env::var_os(PASSWORD).unwrap()).unwrap());
    pause("typed");
    let opened = desk.unlock(&locked.id, password, "run").await.unwrap();
    pause("opened");
    let key = desk.take_key_file(&opened.id, &account).unwrap();
    desk.never_left_this_computer(&key.id).unwrap();
    pause("taken");

    let request = AddRequest { account: account.clone(), key: key.id, scope: Scope::AllApps, work: None };
    let draft = desk.prepare_add(request).await.unwrap();
    desk.commit_add(&draft.id, "New".to_owned()).await.unwrap();

    desk.disconnect(&account).await.unwrap();
    pause("disconnected");
}

fn pause(step: &str) {
    println!("\n{step}");
    stdin().read_line(&mut String::new()).unwrap();
}

/// A desk whose Apple knows the API key of that file; its ID and the issuer ID.
fn desk(api_key: &Path) -> (Arc<Desk>, String, String) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let mut account = practice::seeded(1, 3, 1);
    let (id, issuer) = add_team_key(&mut account, api_key);
    let records = || Arc::new(Records::in_memory(By { user: "ann".into(), version: "0".into() }).unwrap());
    let practice::Sample { simulator, credentials } = practice::sample();
    let backing = |origin, simulator| Backing {
        origin,
        transport: Arc::new(InProcess::new(Arc::new(simulator), Arc::clone(&clock))),
        route: Arc::new(Nowhere::default()),
        vault: Arc::new(MemoryVault::default()),
        records: records(),
    };
    let real = backing(Origin::apple(), Simulator::new(Settings::default(), account));
    let sample = Sample {
        backing: backing(Origin::sample(), simulator),
        name: "Sample account".to_owned(),
        api_key: ApiKey { id: credentials.key_id, issuer: credentials.issuer_id },
        secret: credentials.private_key,
        api_key_fingerprint: credentials.fingerprint.parse().unwrap(),
    };
    (Desk::new(Arc::clone(&clock), Real::Ready(real), sample, "0"), id, issuer)
}

fn add_team_key(account: &mut Account, file: &Path) -> (String, String) {
    let text = Zeroizing::new(fs::read_to_string(file).unwrap());
    let credentials = account.add_team_key(&KeyPair::from_pkcs8_pem(&text).unwrap());
    (credentials.key_id, credentials.issuer_id.unwrap())
}

/// A secret and the forms in which it could lie about.
struct Secret {
    name: &'static str,
    forms: Vec<(&'static str, Vec<u8>)>,
}

impl Secret {
    /// Makes a key with openssl; of the private key itself, 32 bytes, and of its file.
    fn of_a_key(name: &'static str, file: &Path) -> Self {
        openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out"], file);
        let pem = fs::read_to_string(file).unwrap();
        let der = file.with_extension("der");
        openssl(&["pkey", "-in", file.to_str().unwrap(), "-outform", "DER", "-out"], &der);
        let der = fs::read(der).unwrap();
        // RFC 5208 and RFC 5915: version 1, then an octet string of 32 bytes.
        let at = der.windows(5).position(|bytes| bytes == [2, 1, 1, 4, 32]).unwrap() + 5;
        let number = &der[at..at + 32];
        let hex = hex(number);
        let reversed = number.iter().rev().copied().collect();
        // The line of PEM whose bytes are all of the private key.
        let line = &pem.lines().nth(1).unwrap()[52..64];
        let forms = vec![
            ("its number", number.to_vec()),
            ("its number, least byte first", reversed),
            ("its number in hex", hex.into_bytes()),
            ("its PEM", line.as_bytes().to_vec()),
        ];
        Self { name, forms }
    }

    /// Makes a password, and a copy of the private key under it.
    fn of_a_password(name: &'static str, folder: &Path) -> Self {
        let mut random = [0; 16];
        File::open("/dev/urandom").unwrap().read_exact(&mut random).unwrap();
        let password = hex(&random);
        let file = folder.join("password");
        fs::write(&file, &password).unwrap();
        let (plain, from) = (folder.join("private.pem"), format!("file:{}", file.display()));
        let locked = folder.join("locked.pem");
        openssl(&["pkcs8", "-topk8", "-in", plain.to_str().unwrap(), "-passout", &from, "-out"], &locked);
        Self { name, forms: vec![("its text", password.into_bytes())] }
    }
}

/// Which forms of each secret lie in the memory of that process.
fn found(secrets: &[Secret; 3], process: u32) -> [Vec<&'static str>; 3] {
    let mut found: [Vec<&'static str>; 3] = Default::default();
    let mut first = [false; 256];
    for (_, bytes) in secrets.iter().flat_map(|secret| &secret.forms) {
        first[usize::from(bytes[0])] = true;
    }
    for_each_piece(process, |piece| {
        for at in (0..piece.len()).filter(|at| first[usize::from(piece[*at])]) {
            for (secret, found) in secrets.iter().zip(&mut found) {
                let here = secret.forms.iter().filter(|(_, bytes)| piece[at..].starts_with(bytes));
                found.extend(here.map(|(form, _)| form));
            }
        }
    });
    found
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

fn openssl(arguments: &[&str], out: &Path) {
    let done = Command::new("openssl").args(arguments).arg(out).stderr(Stdio::null()).status().unwrap();
    assert!(done.success(), "openssl {arguments:?}");
}

/// Goes through the process's memory that can be written (proc(5)).
fn for_each_piece(process: u32, mut look: impl FnMut(&[u8])) {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let mut memory = File::open(format!("/proc/{process}/mem")).unwrap();
    let mut looked_at = 0;
    for line in maps.lines() {
        let mut parts = line.split_whitespace();
        let (range, rights) = (parts.next().unwrap(), parts.next().unwrap());
        if !rights.starts_with("rw") {
            continue;
        }
        let (start, end) = range.split_once('-').unwrap();
        let [start, end] = [start, end].map(|number| u64::from_str_radix(number, 16).unwrap());
        let mut piece = vec![0; usize::try_from(end - start).unwrap()];
        memory.seek(SeekFrom::Start(start)).unwrap();
        // Some pages have never been there.
        if memory.read_exact(&mut piece).is_ok() {
            looked_at += piece.len();
            look(&piece);
        }
    }
    assert!(looked_at > 1_000_000, "only {looked_at} bytes were looked at");
}

/// The process that works.
struct Worker {
    process: Child,
    said: BufReader<ChildStdout>,
}

impl Worker {
    fn start(folder: &Path) -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["nothing_of_a_secret_is_left_once_it_is_not_needed", "--exact", "--nocapture"])
            .env(FOLDER, folder)
            .env(PASSWORD, folder.join("password"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stdout.take().unwrap());
        Self { process, said }
    }

    fn until(&mut self, step: &str) {
        let reached = self.said.by_ref().lines().map(Result::unwrap).any(|line| line == step);
        assert!(reached, "it ended before it was {step}");
    }

    fn go_on(&mut self) {
        self.process.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    }

    fn end(mut self) {
        assert!(self.process.wait().unwrap().success());
    }
}
