use bytes::Bytes;
use http::HeaderValue;
use latchkey_core::{
    asc::{
        client::{AppKey, Bound, ListedKey},
        error::Error,
    },
    key::{PublicKey, Scope},
};
use latchkey_simulator::KeyPair;

use crate::{
    assert_tame,
    canned::{Canned, client, on_paused_time},
};

const STATUS: [u16; 16] = [200, 200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 409, 410, 422, 429, 500];

/// The first byte is what was asked for and the answer's status, the rest its body. It is read or refused; whatever of it
/// reaches a person is tame.
pub fn answer(bytes: &[u8]) {
    let Some((first, body)) = bytes.split_first() else { return };
    let status = STATUS[usize::from(first >> 4)];
    let server = Canned {
        status,
        headers: vec![("content-type", HeaderValue::from_static("application/json"))],
        body: Bytes::copy_from_slice(body),
    };
    on_paused_time(ask(server, first % 8));
}

async fn ask(server: Canned, what: u8) {
    let client = client(server);
    let (app, id) = ("6473805491".parse().unwrap(), "0b3bbf54-2b4e-4ac7-9ddc-4bcd2d5b0a3c".parse().unwrap());
    let failure = match what {
        0 => client.distribution_keys(Bound::OneApp).await.map(|keys| keys.iter().for_each(assert_key)).err(),
        1 => client.distribution_key(&id).await.map(|key| assert_key(&key)).err(),
        2 => {
            let mut apps = Vec::new();
            let listed = client.apps(&mut |page| apps.extend(page)).await;
            for app in apps {
                assert_tame("an app's name", &app.name);
                assert_tame("a bundle ID", &app.bundle_id);
            }
            listed.err()
        }
        3 => client.app(&app).await.map(|read| assert!(read.is_none_or(|read| read.id == app))).err(),
        4 | 5 => {
            let asked = client.app_key(&app).await;
            asked.map(|key| assert!(!matches!(key, AppKey::Keys(keys) if keys.is_empty()))).err()
        }
        6 => {
            let token = client.one_use_token().await.unwrap();
            let sent = PublicKey::from_apple_text(&KeyPair::numbered(7, 1).public().pem()).unwrap();
            let added = client.add_key(token, &sent, &Scope::AllApps).await;
            added.map(|(key, _)| assert_key(&key)).err()
        }
        _ => {
            let token = client.one_use_token().await.unwrap();
            client.remove_key(token, &id).await.map(drop).err()
        }
    };
    if let Some(failure) = failure {
        assert_failure(&failure);
    }
}

fn assert_key(key: &ListedKey) {
    assert_tame("a key's ID", &key.id);
    if let Some(public) = &key.public_key {
        assert!(PublicKey::from_apple_text(&public.pem()).is_ok_and(|again| again == *public));
    }
}

fn assert_failure(failure: &Error) {
    match failure {
        Error::Apple { errors, .. } => {
            for error in errors {
                assert_tame("a code", &error.code);
                assert_tame("a title", &error.title);
                assert_tame("a detail", error.detail.as_deref().unwrap_or_default());
                assert_tame("a pointer", error.pointer.as_deref().unwrap_or_default());
            }
        }
        Error::NotJson { excerpt, .. } => assert_tame("an excerpt", excerpt),
        Error::Unexpected { what, .. } | Error::ForeignPage(what) => assert_tame("what is wrong", what),
        Error::EndlessList => (),
        other => panic!("{other:?} is no failure of an answer"),
    }
}
