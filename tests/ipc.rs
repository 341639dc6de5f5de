//! Every command through Tauri's own dispatch, with the configuration the app is built with.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{cell::RefCell, collections::BTreeSet};

use latchkey_simulator::{Fault, KeyPair, practice::seeded};
use serde_json::{Value, json};
use support::World;
use tauri::{
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, get_ipc_response, mock_builder},
    webview::InvokeRequest,
};

fn world() -> (World, KeyPair) {
    let pair = KeyPair::generate();
    (World::new(seeded(1, 12, 3), &pair), pair)
}

fn listed() -> BTreeSet<String> {
    let file = include_str!("../src-tauri/permissions/ui.toml");
    let permissions: toml::Table = file.parse().unwrap();
    let allowed = permissions["permission"][0]["commands"]["allow"].as_array().unwrap();
    allowed.iter().map(|command| command.as_str().unwrap().to_owned()).collect()
}

/// Calls commands that must succeed, and keeps their names.
struct Caller<'w> {
    world: &'w World,
    called: RefCell<BTreeSet<String>>,
}

impl Caller<'_> {
    fn call(&self, command: &str, arguments: Value) -> Value {
        self.called.borrow_mut().insert(command.to_owned());
        self.world.call(command, arguments)
    }

    fn fail(&self, command: &str, arguments: Value) -> String {
        self.called.borrow_mut().insert(command.to_owned());
        self.world.fail(command, arguments)
    }

    fn choose(&self, name: &str, bytes: impl AsRef<[u8]>) -> Value {
        self.called.borrow_mut().insert("choose_file".to_owned());
        self.world.choose(name, bytes)["id"].clone()
    }

    /// Adds a chosen key; answers its row.
    fn add(&self, account: &Value, key: &Value, scope: &Value, work: &Value) -> Value {
        let request = json!({ "account": account, "key": key, "scope": scope, "work": work });
        let draft = self.call("prepare_add", json!({ "request": request }));
        let added = self.call("commit_add", json!({ "draft": draft["id"], "name": "Website" }));
        assert_eq!(
            (&added["is"], &added["readBack"]["is"]),
            (&json!("done"), &json!("confirmed")),
            "{added:#}"
        );
        added["key"].clone()
    }

    fn remove(&self, account: &Value, row: &Value, app: &Value, work: &Value) -> Value {
        let request = json!({
            "account": account,
            "key": row["id"],
            "fingerprint": row["fingerprint"],
            "usedFor": { "is": "app", "app": app },
            "work": work,
        });
        let draft = self.call("prepare_remove", json!({ "request": request }));
        assert_eq!(draft["key"]["id"], row["id"]);
        assert_eq!(
            self.fail("commit_remove", json!({ "draft": draft["id"], "typed": "zzzzzz" })),
            "wrongLastSix"
        );
        let id = row["id"].as_str().unwrap();
        self.call("commit_remove", json!({ "draft": draft["id"], "typed": id[id.len() - 6..] }))
    }
}

#[test]
fn every_job_goes_through_the_listed_commands_and_no_listed_command_is_left_out() {
    let (world, pair) = world();
    let caller = Caller { world: &world, called: RefCell::default() };

    assert_eq!(caller.call("start", json!({}))["accounts"], json!([]));
    caller.call("know_set_aside", json!({}));
    caller.call("watch", json!({ "channel": "__CHANNEL__:1" }));
    let told: Vec<Value> = world.heard(1).iter().map(|happening| happening["is"].clone()).collect();
    assert_eq!(told, ["keychainWaits", "readBy", "appleWaits"], "a window that begins to listen is told");
    let proxy = caller.call("use_proxy", json!({ "typed": "127.0.0.1:3128" }));
    assert_eq!(proxy["ownProxy"], "127.0.0.1:3128");
    assert_eq!(caller.fail("use_proxy", json!({ "typed": "ann:secret@proxy.example" })), "proxyUnusable");
    assert_eq!(caller.call("use_proxy", json!({ "typed": "" })), caller.call("connection", json!({})));

    world.will_paste(&pair.pkcs8_pem());
    assert_eq!(caller.call("paste_text", json!({}))["source"]["from"], "pasted");
    caller.called.borrow_mut().extend(["take_api_key".to_owned(), "connect".to_owned()]);
    let account = world.connect(pair.pkcs8_pem().as_bytes());
    caller.called.borrow_mut().insert("inventory".to_owned());
    let events = world.inventory(&account, 2);
    assert_eq!(events.last().unwrap()["is"], "finished");
    let keys = events.iter().find(|event| event["is"] == "keys").unwrap();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 3);
    caller.call("stop", json!({ "run": "run" }));
    assert!(caller.call("quota", json!({ "account": account }))["remaining"].as_u64().unwrap() > 0);
    let diagnose = json!({ "account": account, "run": "diagnose", "events": "__CHANNEL__:9" });
    caller.call("diagnose", diagnose);
    let found = world.heard(9);
    assert_eq!(found.last().unwrap()["is"], "finished", "{found:#?}");
    assert_eq!(found.iter().filter(|event| event["is"] == "checked").count(), 11);
    let apps = events.iter().find(|event| event["is"] == "apps").unwrap();
    let app = &apps["apps"][4]["app"]["id"];

    let row = one_key(&caller, &account, app);
    a_new_pair_takes_its_place(&caller, &account, app, &row);
    a_lost_answer(&caller, &account);
    all_accounts(&caller, &account, &pair);
    caller.call("disconnect", json!({ "account": account }));
    everything(&caller);

    assert_eq!(caller.called.into_inner(), listed());
}

/// Adds a private key file's public key, then does all that can be done with one key; answers its row.
fn one_key(caller: &Caller<'_>, account: &Value, app: &Value) -> Value {
    let private = KeyPair::generate();
    let file = caller.choose("private_key.pem", private.pkcs8_pem().as_bytes());
    let key = caller.call("take_key_file", json!({ "file": file, "account": account }));
    assert_eq!(key["holds"], "privateKey");
    caller.call("never_left_this_computer", json!({ "key": key["id"] }));
    let scope = json!({ "for": "oneApp", "app": app });
    let row = caller.add(account, &key["id"], &scope, &Value::Null);
    let the_key = json!({ "account": account, "key": row["id"] });
    assert_eq!(caller.call("read_key", the_key.clone())["key"]["id"], row["id"]);

    let described = caller.call(
        "describe_key",
        json!({ "account": account, "key": row["id"], "name": "Web", "note": "Ask Jonas" }),
    );
    assert_eq!((&described["name"], &described["note"]), (&json!("Web"), &json!("Ask Jonas")));
    let confirm = json!({ "account": account, "key": row["id"], "typed": row["fingerprint"], "by": "Jonas" });
    assert_eq!(caller.call("confirm_key", confirm)["key"]["confirmed"]["by"], "Jonas");
    let public_key = caller.world.will_save("public_key.pem");
    let save = json!({ "title": "Save", "name": "p.pem", "account": account, "key": row["id"] });
    assert_eq!(caller.call("save_public_key", save)["name"], "public_key.pem");
    assert_eq!(std::fs::read_to_string(public_key).unwrap(), row["publicKey"].as_str().unwrap());

    let file = caller.choose("found.pem", private.pkcs8_pem().as_bytes());
    let check = json!({ "file": file, "account": account, "key": row["id"] });
    assert_eq!(caller.call("check_private_key", check)["is"], "its");
    let identified =
        caller.call("identify", json!({ "files": [file], "account": account, "everywhere": true }));
    assert_eq!(identified[0]["what"]["keys"][0]["key"]["id"], row["id"], "{identified:#}");
    caller.call("forget_files", json!({}));
    assert_eq!(caller.fail("take_key_file", json!({ "file": file, "account": account })), "gone");
    caller.world.will_paste("no token");
    let token = json!({ "account": account, "work": null });
    assert_eq!(caller.fail("check_pasted_token", token), "notAToken");
    described
}

/// Replaces a key by a pair that is made here, in both orders.
fn a_new_pair_takes_its_place(caller: &Caller<'_>, account: &Value, app: &Value, old: &Value) {
    let begin = json!({ "account": account, "key": old["id"], "kind": "planned" });
    let work = caller.call("begin_replace", begin)["id"].clone();
    let change = json!({ "work": work, "kind": "emergency" });
    assert_eq!(caller.call("change_replace", change)["step"], "removeOld");
    caller.call("change_replace", json!({ "work": work, "kind": "planned" }));

    let pair = caller.call("new_pair", json!({ "account": account }))["id"].clone();
    let kept_from_capture = || *caller.world.desktop.kept_from_capture.lock().unwrap();
    assert!(!kept_from_capture());
    let password = caller.call("show_pair_password", json!({ "pair": pair }));
    assert!(kept_from_capture(), "while it is shown");
    caller.call("hide_pair_password", json!({ "pair": pair }));
    assert!(!kept_from_capture());
    caller.call("show_pair_password", json!({ "pair": pair }));
    caller.call("copy_pair_password", json!({ "pair": pair }));
    assert_eq!(caller.world.desktop.clipboard.lock().unwrap().as_deref(), password.as_str());
    caller.world.will_save("new_private.pem");
    let place = caller.call("choose_place", json!({ "title": "Save", "name": "n.pem", "pair": pair }));
    assert_eq!(place["name"], "new_private.pem");
    let saving = json!({ "protected": true, "keep": true });
    let saved = caller.call("save_new_pair", json!({ "pair": pair, "account": account, "saving": saving }));
    assert_eq!(saved["notKept"], Value::Null);
    caller.call("forget_pair", json!({ "pair": pair }));
    assert!(!kept_from_capture(), "it is not shown any more");
    let scope = json!({ "for": "oneApp", "app": app });
    let new = caller.add(account, &saved["key"]["id"], &scope, &work);
    assert_eq!(new["confirmed"]["is"], "madeHere");

    let kept = caller.call("kept_pair", json!({ "account": account, "key": new["id"] }))["id"].clone();
    caller.world.will_save("taken_out.pem");
    caller.call("choose_place", json!({ "title": "Save", "name": "n.pem", "pair": kept }));
    let saving = json!({ "protected": true, "keep": false });
    caller.call("save_private_key", json!({ "pair": kept, "saving": saving }));
    let text = std::fs::read(caller.world.folder.path().join("new_private.pem")).unwrap();
    let file = caller.choose("new_private.pem", text);
    let unlocked = caller.call("unlock", json!({ "file": file, "password": password, "run": "unlock" }));
    assert_eq!(unlocked["locked"], false);

    assert_eq!(caller.call("hand_over", json!({ "work": work }))["step"], "switch");
    let said = json!({ "work": work, "by": "Jonas" });
    assert_eq!(caller.call("switched_by_word", said)["step"], "removeOld");
    assert_eq!(caller.remove(account, old, app, &work)["is"], "done");
    assert_eq!(caller.call("read_work", json!({ "work": work }))["step"], "done");

    let begin = json!({ "account": account, "key": new["id"], "kind": "emergency" });
    let work = caller.call("begin_replace", begin)["id"].clone();
    assert_eq!(caller.call("stop_replace", json!({ "work": work }))["step"], "stopped");

    let request = json!({ "account": account, "search": "", "before": null });
    let page = caller.call("activity", json!({ "request": request }));
    let removed = page["entries"].as_array().unwrap().iter().find(|entry| entry["canAddAgain"] == true);
    let entry = &removed.unwrap()["number"];
    let again = caller.call("add_again", json!({ "account": account, "entry": entry }));
    assert_eq!(again["source"]["from"], "activity");
    caller.world.will_save("activity.csv");
    let export = json!({ "title": "Save", "name": "a.csv", "request": request, "form": "csv" });
    assert_eq!(caller.call("export_activity", export)["name"], "activity.csv");
}

fn a_lost_answer(caller: &Caller<'_>, account: &Value) {
    let world = caller.world;
    world.will_paste(&KeyPair::generate().public().pem());
    let file = caller.call("paste_text", json!({}))["id"].clone();
    let key = caller.call("take_key_file", json!({ "file": file, "account": account }));
    assert_eq!(key["groups"][0], Value::Null, "the spoken groups are hidden");
    let wrong = caller.call("confirm_by_voice", json!({ "key": key["id"], "typed": "0000", "by": "Jonas" }));
    assert_eq!(wrong["matches"], false);
    caller.call("go_on_without_confirming", json!({ "key": key["id"] }));
    world.apple.add_fault("POST * cut-after".parse::<Fault>().unwrap());
    let request =
        json!({ "account": account, "key": key["id"], "scope": { "for": "allApps" }, "work": null });
    let draft = caller.call("prepare_add", json!({ "request": request }));
    let lost = caller.call("commit_add", json!({ "draft": draft["id"], "name": "" }));
    assert_eq!(lost["is"], "unknown", "{lost:#}");
    caller.call("look", json!({ "pending": lost["pending"]["id"], "events": "__CHANNEL__:3" }));
    assert_eq!(world.heard(3).last().unwrap()["is"], "arrived");
    caller.call("stop_looking", json!({ "pending": lost["pending"]["id"] }));
}

/// Everything about accounts, and about all of them.
fn all_accounts(caller: &Caller<'_>, account: &Value, pair: &KeyPair) {
    let world = caller.world;
    let renamed = caller.call("rename_account", json!({ "account": account, "name": "Lindqvist & Haas" }));
    assert_eq!(renamed["name"], "Lindqvist & Haas");
    assert_eq!(caller.call("check_account", json!({ "account": account }))["apps"], 12);
    let file = caller.choose("AuthKey_SIM0000001.p8", pair.pkcs8_pem().as_bytes());
    let draft = caller.call("take_api_key", json!({ "file": file }));
    let form = world.form(&draft);
    let new = caller.call("prepare_api_key", json!({ "account": account, "form": form }));
    assert_eq!(new["keysSeen"], new["keysKnown"], "{new:#}");
    assert_eq!(caller.call("use_new_api_key", json!({ "draft": new["id"] }))["id"], *account);

    caller.call("know_news", json!({ "account": account, "upTo": 4_000_000_000_000_u64 }));
    caller.call("look_everywhere", json!({ "run": "everywhere", "events": "__CHANNEL__:4" }));
    assert_eq!(world.heard(4).last().unwrap()["is"], "finished");
    let found = caller.call("find_everywhere", json!({ "search": "website" }));
    assert!(!found.as_array().unwrap().is_empty(), "a key of that name");

    let copy = world.will_save("copy.json");
    assert_eq!(caller.call("save_copy", json!({ "title": "Save", "name": "c.json" }))["name"], "copy.json");
    world.will_choose(&copy);
    let draft = caller.call("choose_copy", json!({ "title": "Choose" }));
    let brought = caller.call("bring_in", json!({ "copy": draft["id"] }));
    assert_eq!((&brought["names"], &brought["entries"]), (&json!(0), &json!(0)), "all of it is here");

    caller.call("copy", json!({ "text": "hello" }));
    assert_eq!(world.desktop.clipboard.lock().unwrap().as_deref(), Some("hello"));
    caller.call("open_link", json!({ "link": "apiKeys" }));
    assert_eq!(world.desktop.opened.lock().unwrap().len(), 1);
    let sample = caller.call("open_sample", json!({}));
    assert_eq!(sample["sample"], true);
    caller.call("select_account", json!({ "account": sample["id"] }));
}

/// Takes the private key out that is in the keychain, and removes all that is stored.
fn everything(caller: &Caller<'_>) {
    let world = caller.world;
    let shown = caller.call("everything", json!({}));
    let fingerprint = shown["privateKeys"][0]["fingerprint"].clone();
    let only_here = json!({ "everything": shown["id"], "givenUp": [] });
    assert_eq!(caller.fail("remove_everything", only_here.clone()), "onlyHere");
    let one = json!({ "everything": shown["id"], "fingerprint": fingerprint });
    let kept = caller.call("kept_private_key", one)["id"].clone();
    let file = world.will_save("the_last.pem");
    caller.call("choose_place", json!({ "title": "Save", "name": "l.pem", "pair": kept }));
    let saving = json!({ "protected": false, "keep": false });
    caller.call("save_private_key", json!({ "pair": kept, "saving": saving }));
    assert_eq!(*world.desktop.web_data_forgotten.lock().unwrap(), 0);

    caller.call("remove_everything", only_here);
    assert_eq!(*world.desktop.web_data_forgotten.lock().unwrap(), 1);
    assert!(!world.folder.path().join("records").exists() && file.exists());
    assert_eq!(caller.fail("start", json!({})), "removing");
    caller.call("quit", json!({}));
    assert_eq!(*world.desktop.quit.lock().unwrap(), 1);
}

#[test]
fn a_page_that_is_loaded_anew_may_be_captured_again() {
    let (world, pair) = world();
    let account = world.connect(pair.pkcs8_pem().as_bytes());
    let made = world.call("new_pair", json!({ "account": account }))["id"].clone();
    world.call("show_pair_password", json!({ "pair": made }));
    world.call("start", json!({}));
    assert!(!*world.desktop.kept_from_capture.lock().unwrap());
    assert_eq!(world.fail("show_pair_password", json!({ "pair": made })), "gone");
    assert!(!*world.desktop.kept_from_capture.lock().unwrap(), "there is nothing to be seen");
}

#[test]
fn the_window_may_be_captured_once_the_password_that_is_shown_is_hidden_and_no_other() {
    let (world, pair) = world();
    let account = world.connect(pair.pkcs8_pem().as_bytes());
    let made = || world.call("new_pair", json!({ "account": account }))["id"].clone();
    let kept_from_capture = || *world.desktop.kept_from_capture.lock().unwrap();
    let first = made();
    world.call("show_pair_password", json!({ "pair": first }));
    let second = made();
    world.call("show_pair_password", json!({ "pair": second }));
    world.call("forget_pair", json!({ "pair": first }));
    assert!(kept_from_capture(), "it was another dialog that was left");
    world.call("hide_pair_password", json!({ "pair": first }));
    assert!(kept_from_capture(), "another password was hidden");
    world.call("hide_pair_password", json!({ "pair": second }));
    assert!(!kept_from_capture());
}

#[test]
fn ten_megabytes_in_any_argument_of_any_command_are_refused_before_they_reach_it() {
    let (world, _) = world();
    let large = "a".repeat(10_000_000);
    for command in listed() {
        let refusal = world.invoke(&command, json!({ "text": large })).expect_err("nothing takes as much");
        let said = refusal.as_str().unwrap_or_default();
        assert!(said.contains("more than any command takes") && said.len() < 100, "{command}: {said:.200}");
    }
    assert!(world.desktop.clipboard.lock().unwrap().is_none(), "nothing was copied");
}

#[test]
fn a_dialog_that_is_closed_is_no_problem() {
    let (world, _) = world();
    assert_eq!(world.call("choose_file", json!({ "title": "Choose" })), Value::Null);
}

#[test]
fn arguments_of_another_shape_are_refused_before_they_reach_the_desk() {
    let (world, _) = world();
    for (command, arguments) in [
        ("connect", json!({ "form": { "draft": null } })),
        ("connect", json!({ "form": "all of it" })),
        (
            "prepare_add",
            json!({ "request": { "account": "a", "key": "k", "scope": { "for": "oneApp", "app": "../1" }, "work": null } }),
        ),
        (
            "prepare_add",
            json!({ "request": { "account": "a", "key": "k", "scope": { "for": "everything" }, "work": null } }),
        ),
        ("open_link", json!({ "link": "https://example.com" })),
        ("inventory", json!({ "account": 7, "run": "run", "events": "__CHANNEL__:1" })),
    ] {
        let refusal = world.invoke(command, arguments).expect_err("the argument is no such thing");
        assert!(refusal.as_str().is_some_and(|text| text.contains("invalid args")), "{command}: {refusal}");
    }
    assert!(world.apple.log().is_empty(), "nothing was sent");
}

#[tauri::command]
fn start() -> &'static str {
    "listed"
}

#[tauri::command]
fn not_listed() -> &'static str {
    "never"
}

#[test]
fn the_pages_may_load_and_call_nothing_but_their_own() {
    let configuration: Value = serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
    let security = &configuration["app"]["security"];
    let policy = security["csp"].as_object().unwrap();
    assert_eq!(policy["default-src"], "'none'", "what is not named is not allowed");
    for (directive, sources) in policy {
        let allowed: &[&str] = match directive.as_str() {
            "script-src" | "style-src" | "img-src" | "font-src" => &["'self'"],
            "connect-src" => &["ipc:", "http://ipc.localhost"],
            _ => &["'none'"],
        };
        for source in sources.as_str().unwrap().split(' ') {
            assert!(allowed.contains(&source), "{directive} {source}");
        }
    }
    // These are not covered by the default (CSP Level 3, 6.3, 6.4).
    for directive in ["base-uri", "form-action", "frame-ancestors"] {
        assert_eq!(policy[directive], "'none'", "{directive}");
    }
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(configuration["app"]["withGlobalTauri"], false);
    for exception in
        ["devCsp", "dangerousDisableAssetCspModification", "assetProtocol", "dangerousRemoteDomainIpcAccess"]
    {
        assert!(security[exception].is_null(), "{exception}");
    }
    let capabilities = security["capabilities"].as_array().unwrap();
    assert_eq!((capabilities.len(), &capabilities[0]["permissions"]), (1, &json!(["ui"])));
    assert!(capabilities[0]["remote"].is_null(), "no page of another server calls anything");
}

#[test]
fn a_command_that_is_not_listed_is_refused() {
    let builder = mock_builder().invoke_handler(tauri::generate_handler![start, not_listed]);
    let app = builder.build(latchkey::context()).unwrap();
    let config = &app.config().app.windows[0];
    let window = tauri::WebviewWindowBuilder::from_config(&app, config).unwrap().build().unwrap();
    let invoke = |command: &str, page: &str| {
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: page.parse().unwrap(),
            body: InvokeBody::default(),
            headers: http::HeaderMap::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        get_ipc_response(&window, request).map(|body| body.deserialize::<String>().unwrap())
    };
    let own = support::own_page().to_string();
    assert_eq!(invoke("start", &own).unwrap(), "listed", "the list lets through what is on it");
    let refusal = invoke("not_listed", &own).unwrap_err();
    assert!(refusal.as_str().is_some_and(|text| text.contains("not allowed")), "{refusal}");
    let refusal = invoke("start", "https://example.com").unwrap_err();
    assert!(refusal.as_str().is_some_and(|text| text.contains("not allowed")), "a foreign page: {refusal}");
    for plugin in ["plugin:window|close", "plugin:event|listen", "plugin:webview|create_webview_window"] {
        let refusal = invoke(plugin, &own).unwrap_err();
        assert!(refusal.as_str().is_some_and(|text| text.contains("not allowed")), "{plugin}: {refusal}");
    }
}
