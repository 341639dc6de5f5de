//! A marked API key, private key and password go through every use case. The marks must come out nowhere.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
};

use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_STANDARD_NO_PAD};
use latchkey_core::{desk::Chosen, keyfile};
use latchkey_simulator::{Fault, KeyPair, practice::seeded};
use serde_json::{Value, json};
use support::World;
use tracing::Level;

/// Private numbers, 32 bytes each, that can be told from any other bytes.
const API_KEY: &[u8; 32] = b"LATCHKEY-MARKED-API-KEY-01234567";
const PRIVATE_KEY: &[u8; 32] = b"LATCHKEY-MARKED-PRIVATE-KEY-0123";

/// The password of a key file, which somebody pastes where the key belongs.
const PASSWORD: &[u8] = b"LATCHKEY-MARKED-PASSWORD";

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_secret_comes_out_anywhere() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_ansi(false)
        .with_writer({
            let log = log.clone();
            move || log.clone()
        })
        .init();

    let pair = marked(API_KEY);
    let world = World::over_tls(seeded(1, 12, 3), &pair);
    let (answers, made) = every_use_case(&world, &pair);
    let assert_clean = |what: &str, bytes: &[u8]| {
        assert_clean(what, bytes);
        for secret in &made {
            assert!(!leaks(bytes, secret), "a secret of the pair made here is in {what}");
        }
    };

    let log = log.0.lock().unwrap().clone();
    let text = String::from_utf8_lossy(&log);
    assert!(text.contains("alternativeDistributionKeys"), "the log was written");
    for library in ["h2::", "hyper"] {
        assert!(text.contains(library), "{library} wrote its part");
    }
    assert_clean("the log", &log);
    assert!(!text.contains("eyJ"), "no token, nor its beginning, is in the log");

    for (what, answer) in answers {
        let text = answer.to_string();
        assert_clean(&what, text.as_bytes());
        assert!(!text.contains("eyJ"), "a token is in the answer to {what}");
        assert!(!text.contains(world.folder.path().to_str().unwrap()), "a path is in the answer to {what}");
    }
    let mut files = 0;
    visit(&world.folder.path().join("records"), &mut |path, bytes| {
        files += 1;
        assert_clean(&path.display().to_string(), bytes);
        assert!(!String::from_utf8_lossy(bytes).contains("eyJ"), "a token is in {}", path.display());
    });
    assert!(files >= 2, "the database and its lock are there");

    let pem = pair.pkcs8_pem().to_string();
    let shown = format!(
        "{:?} {:?} {:?}",
        Chosen::Text(pem.clone().into()),
        keyfile::inspect(pem.as_bytes()),
        world.credentials
    );
    assert_clean("what Debug shows", shown.as_bytes());
}

/// Does all that can be done with secrets, well and badly; answers everything the window was told, and the secrets that
/// were made meanwhile.
fn every_use_case(world: &World, pair: &KeyPair) -> (Vec<(String, Value)>, Vec<Vec<u8>>) {
    let mut answers = Vec::new();
    let mut call = |command: &str, arguments: Value| {
        let answer = world.invoke(command, arguments).unwrap_or_else(|problem| problem);
        answers.push((command.to_owned(), answer.clone()));
        answer
    };

    // Connecting: pasted; with a form that is odd; with an ID that Apple doesn't accept; from a damaged file.
    world.will_paste(&pair.pkcs8_pem());
    let file = call("paste_text", json!({}));
    let pasted = call("take_api_key", json!({ "file": file["id"] }));
    let mut form = world.form(&pasted);
    form["issuerId"] = json!("odd");
    call("connect", json!({ "form": form }));
    let mut form = world.form(&pasted);
    form["apiKeyId"] = json!("NOTTHATKEY");
    call("connect", json!({ "form": form }));
    let damaged = world.choose("AuthKey_DAMAGED000.p8", pair.pkcs8_pem().replace("END", "END OF"));
    call("take_api_key", json!({ "file": damaged["id"] }));
    let account = world.connect(pair.pkcs8_pem().as_bytes());

    // A distribution key that is the API key; a private key cut off, its password instead of it, under a password with
    // a wrong and the right one, and whole.
    let taken = |file: &Value| json!({ "file": file["id"], "account": account });
    let file = world.choose("private_key.pem", pair.pkcs8_pem().as_bytes());
    call("take_key_file", taken(&file));
    let private = marked(PRIVATE_KEY).pkcs8_pem();
    let cut_off = &private[..private.len() / 2];
    let password = String::from_utf8_lossy(PASSWORD).into_owned();
    world.will_paste(&password);
    let file = call("paste_text", json!({}));
    call("take_api_key", json!({ "file": file["id"] }));
    for text in [cut_off.to_owned(), private.replace("PRIVATE", "ENCRYPTED PRIVATE"), password.clone()] {
        world.will_paste(&text);
        let file = call("paste_text", json!({}));
        call("take_key_file", taken(&file));
    }
    let locked = world.choose("locked.pem", under_password(&private, &password));
    assert_eq!(locked["locked"], true, "{locked:#}");
    for password in [format!("{password}, but wrong"), password] {
        let arguments = json!({ "file": locked["id"], "password": password, "run": "unlock" });
        call("unlock", arguments);
    }
    let key = call("take_key_file", taken(&locked));
    assert_eq!(key["holds"], "privateKey", "{key:#}");
    let file = world.choose("private_key.pem", private.as_bytes());
    call("identify", json!({ "files": [file["id"]], "account": account, "everywhere": true }));
    let key = call("take_key_file", taken(&file));
    assert_eq!(key["holds"], "privateKey", "{key:#}");
    call("never_left_this_computer", json!({ "key": key["id"] }));

    // Keys, apps, and adding with an answer that is refused, then lost.
    for event in world.inventory(&account, 2) {
        call("start", json!({}));
        assert_clean("an event", event.to_string().as_bytes());
    }
    let request =
        json!({ "account": account, "key": key["id"], "scope": { "for": "allApps" }, "work": null });
    for fault in ["POST * status=409", "POST * cut-after"] {
        world.apple.add_fault(fault.parse::<Fault>().unwrap());
        let draft = call("prepare_add", json!({ "request": request }));
        let added = call("commit_add", json!({ "draft": draft["id"], "name": "Website" }));
        if added["is"] == "unknown" {
            call("look", json!({ "pending": added["pending"]["id"], "events": "__CHANNEL__:3" }));
        }
    }
    assert_eq!(world.heard(3).last().unwrap()["is"], "arrived");
    for event in world.heard(3) {
        assert_clean("a look", event.to_string().as_bytes());
    }
    let posts = world.apple.log().into_iter().filter(|logged| logged.method == "POST");
    for post in posts {
        assert_clean("the body of a POST", post.body.to_string().as_bytes());
    }
    world.will_paste("eyJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJhcHBzdG9yZWNvbm5lY3QtdjEifQ.AAAA");
    call("check_pasted_token", json!({ "account": account, "work": null }));
    let made = a_pair_made_here(world, &account, &mut call);
    call("disconnect", json!({ "account": account }));
    call("start", json!({}));
    (answers, made)
}

/// Makes a pair, saves it with and without its password, and adds it; answers its password and its private number.
fn a_pair_made_here(
    world: &World,
    account: &Value,
    call: &mut impl FnMut(&str, Value) -> Value,
) -> Vec<Vec<u8>> {
    let pair = call("new_pair", json!({ "account": account }))["id"].clone();
    // The one answer that holds a secret: a person asked to see it.
    let password = world.call("show_pair_password", json!({ "pair": pair }));
    call("copy_pair_password", json!({ "pair": pair }));
    world.will_save("made_here.pem");
    call("choose_place", json!({ "title": "Save", "name": "made_here.pem", "pair": pair }));
    let saving = json!({ "protected": false, "keep": true });
    let saved = call("save_new_pair", json!({ "pair": pair, "account": account, "saving": saving }));
    let scope = json!({ "for": "allApps" });
    let request = json!({ "account": account, "key": saved["key"]["id"], "scope": scope, "work": null });
    let draft = call("prepare_add", json!({ "request": request }));
    let added = call("commit_add", json!({ "draft": draft["id"], "name": "Made here" }));
    assert_eq!(added["is"], "done", "{added:#}");
    call("forget_pair", json!({ "pair": pair }));
    let kept = call("kept_pair", json!({ "account": account, "key": added["key"]["id"] }))["id"].clone();
    world.will_save("taken_out.pem");
    call("choose_place", json!({ "title": "Save", "name": "taken_out.pem", "pair": kept }));
    let saving = json!({ "protected": true, "keep": false });
    call("save_private_key", json!({ "pair": kept, "saving": saving }));

    let pem = fs::read_to_string(world.folder.path().join("made_here.pem")).unwrap();
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = BASE64_STANDARD.decode(base64).unwrap();
    // RFC 5915: version 1, then the private number in 32 bytes.
    let number = der.windows(5).position(|bytes| bytes == [0x02, 0x01, 0x01, 0x04, 0x20]).unwrap() + 5;
    vec![password.as_str().unwrap().as_bytes().to_vec(), der[number..number + 32].to_vec()]
}

/// The private key under a password, by another program than ours.
fn under_password(pem: &str, password: &str) -> Vec<u8> {
    let mut openssl = Command::new("openssl")
        .args(["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout"])
        .arg(format!("pass:{password}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    openssl.stdin.take().unwrap().write_all(pem.as_bytes()).unwrap();
    openssl.wait_with_output().unwrap().stdout
}

/// A key pair with this private number, as PKCS#8 (RFC 5208, RFC 5915) around it.
fn marked(number: &[u8; 32]) -> KeyPair {
    let mut der = vec![0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13];
    der.extend([0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]);
    der.extend([0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]);
    der.extend([0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20]);
    der.extend(number);
    let pem =
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64_STANDARD.encode(der));
    KeyPair::from_pkcs8_pem(&pem).unwrap()
}

fn assert_clean(what: &str, bytes: &[u8]) {
    for mark in [API_KEY.as_slice(), PRIVATE_KEY.as_slice(), PASSWORD] {
        assert!(!leaks(bytes, mark), "a secret is in {what}: {}", String::from_utf8_lossy(bytes));
    }
}

/// Whether `bytes` hold `mark`: as it is, in hex, in base64 at any offset, or as Debug prints bytes.
fn leaks(bytes: &[u8], mark: &[u8]) -> bool {
    let hex = hex(mark);
    let decimal = mark.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    let mut needles =
        vec![mark.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes(), decimal.into_bytes()];
    for offset in 0..3 {
        // Only whole groups of three bytes read the same whatever stands around them.
        let whole = &mark[offset..offset + (mark.len() - offset) / 3 * 3];
        needles.push(BASE64_STANDARD_NO_PAD.encode(whole).into_bytes());
    }
    // A line break in PEM or JSON must not hide it.
    let text = String::from_utf8_lossy(bytes).replace("\\n", "").replace(['\n', '\r'], "");
    needles.iter().any(|needle| contains(bytes, needle) || contains(text.as_bytes(), needle))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn visit(folder: &Path, see: &mut impl FnMut(&Path, &[u8])) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, see);
        } else {
            see(&path, &fs::read(&path).unwrap());
        }
    }
}

#[test]
fn the_search_finds_a_secret_however_it_is_written_down() {
    let pem = marked(API_KEY).pkcs8_pem().to_string();
    let json = json!({ "key": pem }).to_string();
    let shifted = BASE64_STANDARD.encode([b"x", API_KEY.as_slice()].concat());
    let debug = format!("{:?}", API_KEY.as_slice());
    let hex = hex(API_KEY).to_uppercase();
    for text in [pem, json, shifted, debug, hex, String::from_utf8_lossy(API_KEY).into_owned()] {
        assert!(leaks(text.as_bytes(), API_KEY), "{text}");
    }
    assert!(!leaks(b"something else", API_KEY));
}
