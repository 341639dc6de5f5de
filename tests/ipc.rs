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

#[test]
fn the_whole_job_goes_through_the_listed_commands_and_no_listed_command_is_left_out() {
    let (world, pair) = world();
    let called = RefCell::new(BTreeSet::new());
    let call = |command: &str, arguments: Value| {
        called.borrow_mut().insert(command.to_owned());
        world.call(command, arguments)
    };

    assert_eq!(call("start", json!({}))["accounts"], json!([]));
    call("watch", json!({ "channel": "__CHANNEL__:1" }));

    // Connect: by paste and by file. A drop has no window to fall on here, so its command finds nothing.
    world.will_paste(&pair.pkcs8_pem());
    assert_eq!(call("paste_api_key", json!({}))["source"]["from"], "pasted");
    called.borrow_mut().insert("take_api_key".to_owned());
    assert_eq!(world.fail("take_api_key", json!({ "drop": "nothing" })), "gone");
    called.borrow_mut().extend(["choose_api_key_file".to_owned(), "connect".to_owned()]);
    let account = world.connect(pair.pkcs8_pem().as_bytes());

    // Keys.
    called.borrow_mut().insert("inventory".to_owned());
    let events = world.inventory(&account, 2);
    assert_eq!(events.last().unwrap()["is"], "finished");
    let keys = events.iter().find(|event| event["is"] == "keys").unwrap();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 3);
    call("stop", json!({ "run": "run" }));

    // Add: a private key, then a public key.
    let private = KeyPair::generate();
    world.will_choose(&world.write("private_key.pem", private.pkcs8_pem().as_bytes()));
    let key = call("choose_key_file", json!({ "title": "Choose", "account": account }));
    assert_eq!(key["holds"], "privateKey");
    call("never_left_this_computer", json!({ "key": key["id"] }));
    let app = &events.iter().find(|event| event["is"] == "apps").unwrap()["apps"][4]["app"]["id"];
    let scope = json!({ "for": "oneApp", "app": app });
    let draft =
        call("prepare_add", json!({ "request": { "account": account, "key": key["id"], "scope": scope } }));
    let added = call("commit_add", json!({ "draft": draft["id"], "name": "Website" }));
    assert_eq!((&added["is"], &added["readBack"]["is"]), (&json!("done"), &json!("confirmed")), "{added:#}");

    let public = KeyPair::generate().public();
    world.will_paste(&public.pem());
    let key = call("paste_key_text", json!({ "account": account }));
    assert_eq!(key["groups"][0], Value::Null, "the spoken groups are hidden");
    let wrong = call("confirm_by_voice", json!({ "key": key["id"], "typed": "0000", "by": "Jonas" }));
    assert_eq!(wrong["matches"], false);
    call("go_on_without_confirming", json!({ "key": key["id"] }));
    called.borrow_mut().insert("take_key_file".to_owned());
    assert_eq!(world.fail("take_key_file", json!({ "drop": "nothing", "account": account })), "gone");

    // A lost answer.
    world.apple.add_fault("POST * cut-after".parse::<Fault>().unwrap());
    let request = json!({ "account": account, "key": key["id"], "scope": { "for": "allApps" } });
    let draft = call("prepare_add", json!({ "request": request }));
    let lost = call("commit_add", json!({ "draft": draft["id"], "name": "" }));
    assert_eq!(lost["is"], "unknown", "{lost:#}");
    call("look", json!({ "pending": lost["pending"]["id"], "events": "__CHANNEL__:3" }));
    assert_eq!(world.heard(3).last().unwrap()["is"], "arrived");
    call("stop_looking", json!({ "pending": lost["pending"]["id"] }));

    // The rest.
    call("copy", json!({ "text": "hello" }));
    assert_eq!(world.desktop.clipboard.lock().unwrap().as_deref(), Some("hello"));
    call("open_link", json!({ "link": "apiKeys" }));
    assert_eq!(world.desktop.opened.lock().unwrap().len(), 1);
    let sample = call("open_sample", json!({}));
    assert_eq!(sample["sample"], true);
    call("select_account", json!({ "account": sample["id"] }));
    call("disconnect", json!({ "account": account }));

    assert_eq!(called.into_inner(), listed());
}

#[test]
fn a_dialog_that_is_closed_is_no_problem() {
    let (world, _) = world();
    assert_eq!(world.call("choose_api_key_file", json!({ "title": "Choose" })), Value::Null);
}

#[test]
fn arguments_of_another_shape_are_refused_before_they_reach_the_desk() {
    let (world, _) = world();
    for (command, arguments) in [
        ("connect", json!({ "form": { "draft": null } })),
        ("connect", json!({ "form": "all of it" })),
        (
            "prepare_add",
            json!({ "request": { "account": "a", "key": "k", "scope": { "for": "oneApp", "app": "../1" } } }),
        ),
        (
            "prepare_add",
            json!({ "request": { "account": "a", "key": "k", "scope": { "for": "everything" } } }),
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
