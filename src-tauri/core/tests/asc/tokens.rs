use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use latchkey_core::{
    account::Origin,
    asc::{client::Bound, client::Client, error::Error, token::Signer, transport::Transport},
    clock::{Clock, Moment, Sleep, SystemClock},
};
use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
use serde_json::{Value, json};

use crate::scripted::{
    KEY_ID, Scripted, api_secret, apple_error, at_hand, client, client_with, empty_list, individual, pkcs8,
    source, start, team,
};

/// Header and claims of a token, once its signature has been checked.
fn verified(authorization: &str) -> (Value, Value) {
    let jwt = authorization.strip_prefix("Bearer ").unwrap();
    let (message, signature) = jwt.rsplit_once('.').unwrap();
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    let signature = Signature::from_slice(&signature).expect("64 bytes, r and s (RFC 7518, 3.4)");
    let key = VerifyingKey::from(api_secret().public_key());
    key.verify(message.as_bytes(), &signature).expect("signed with the API key");
    let (header, claims) = message.split_once('.').unwrap();
    let part = |text| serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
    (part(header), part(claims))
}

fn start_seconds() -> i64 {
    Moment::from(start()).unix_seconds()
}

#[tokio::test(start_paused = true)]
async fn a_team_key_signs_with_its_issuer_and_for_less_than_twenty_minutes() {
    let server = Scripted::new(|_, _| empty_list());
    client(&server).distribution_keys(Bound::OneApp).await.unwrap();
    let (header, claims) = verified(&server.sent()[0].authorization);
    assert_eq!(header, json!({ "alg": "ES256", "kid": "2X9R4HXF34", "typ": "JWT" }));
    let iat = start_seconds() - 30;
    let expected = json!({
        "iss": "57246542-96fe-1a63-e053-0824d011072a", "iat": iat, "exp": iat + 1170, "aud": "appstoreconnect-v1"
    });
    assert_eq!(claims, expected);
}

#[tokio::test(start_paused = true)]
async fn an_individual_key_signs_as_user_without_issuer() {
    let server = Scripted::new(|_, _| empty_list());
    client_with(&server, individual(), at_hand()).distribution_keys(Bound::OneApp).await.unwrap();
    let (_, claims) = verified(&server.sent()[0].authorization);
    assert_eq!(claims["sub"], "user");
    assert!(claims.get("iss").is_none(), "Apple refuses an individual key with an issuer");
}

#[tokio::test(start_paused = true)]
async fn a_write_has_a_token_of_its_own_for_two_minutes() {
    let server = Scripted::new(|_, sent| match sent.method {
        http::Method::DELETE => apple_error(404, "NOT_FOUND", ""),
        _ => empty_list(),
    });
    let client = client(&server);
    client.distribution_keys(Bound::OneApp).await.unwrap();
    let token = client.one_use_token().await.unwrap();
    let expires = token.expires();
    client.remove_key(token, &KEY_ID.parse().unwrap()).await.unwrap_err();
    let sent = server.sent();
    assert_ne!(sent[0].authorization, sent[1].authorization);
    let (_, claims) = verified(&sent[1].authorization);
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 120);
    assert_eq!(claims["exp"].as_i64().unwrap(), expires.unix_seconds());
    assert_eq!(expires.unix_millis() % 1000, 0, "the token says whole seconds");
}

/// A source that counts how often it is asked, and takes a second.
fn counted(asked: &Arc<AtomicUsize>) -> latchkey_core::asc::token::SecretSource {
    let asked = Arc::clone(asked);
    source(move || {
        asked.fetch_add(1, Ordering::SeqCst);
        async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok(pkcs8())
        }
    })
}

async fn many(client: &Arc<Client>, count: usize) -> Vec<Result<(), Error>> {
    let asking: Vec<_> = (0..count)
        .map(|_| {
            let client = Arc::clone(client);
            tokio::spawn(async move { client.distribution_keys(Bound::OneApp).await.map(drop) })
        })
        .collect();
    let mut results = Vec::new();
    for one in asking {
        results.push(one.await.unwrap());
    }
    results
}

#[tokio::test(start_paused = true)]
async fn fifty_that_ask_at_once_share_one_token() {
    let asked = Arc::default();
    let server = Scripted::new(|_, _| empty_list());
    let client = Arc::new(client_with(&server, team(), counted(&asked)));
    assert!(many(&client, 50).await.iter().all(Result::is_ok));
    assert_eq!(asked.load(Ordering::SeqCst), 1, "the keychain is opened once");
    let sent = server.sent();
    assert_eq!(sent.len(), 50);
    assert!(sent.iter().all(|one| one.authorization == sent[0].authorization));
}

#[tokio::test(start_paused = true)]
async fn those_that_wait_for_a_secret_share_its_refusal_and_the_next_asks_again() {
    let asked = Arc::new(AtomicUsize::default());
    let count = Arc::clone(&asked);
    let secret = source(move || {
        let first = count.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if first { Err(Arc::new(std::io::Error::other("the person said no")) as _) } else { Ok(pkcs8()) }
        }
    });
    let server = Scripted::new(|_, _| empty_list());
    let client = Arc::new(client_with(&server, team(), secret));
    let results = many(&client, 8).await;
    for result in &results {
        let Err(Error::Secret(cause)) = result else { panic!("nothing can be signed, yet {result:?}") };
        assert_eq!(cause.to_string(), "the person said no");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1, "a person who said no is not asked seven times more");
    assert!(server.sent().is_empty());
    client.distribution_keys(Bound::OneApp).await.expect("the next attempt is a new one");
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_is_no_key_is_an_error_that_shows_none_of_it() {
    let server = Scripted::new(|_, _| empty_list());
    let secret = source(|| async { Ok(b"marked secret".to_vec().into()) });
    let error = client_with(&server, team(), secret).distribution_keys(Bound::OneApp).await.unwrap_err();
    assert!(matches!(error, Error::Unsignable(_)), "{error:?}");
    assert!(!format!("{error:?} {error}").contains("marked"), "{error:?}");
    assert!(server.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_before_it_expires() {
    let asked = Arc::default();
    let server = Scripted::new(|_, _| empty_list());
    let client = client_with(&server, team(), counted(&asked));
    for minute in 0..60 {
        client.distribution_keys(Bound::OneApp).await.unwrap();
        let now = start_seconds() + i64::try_from(server.times()[minute].as_secs()).unwrap();
        let (_, claims) = verified(&server.sent()[minute].authorization);
        let left = claims["exp"].as_i64().unwrap() - now;
        assert!(left >= 120, "a token with {left} s left was used");
        tokio::time::sleep(Duration::from_mins(1)).await;
    }
    let asked = asked.load(Ordering::SeqCst);
    assert!((3..=5).contains(&asked), "an hour takes four tokens, not {asked}");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_was_not_accepted_is_used_no_more() {
    let asked = Arc::default();
    let server = Scripted::new(|nth, _| match nth {
        0 => apple_error(401, "NOT_AUTHORIZED", ""),
        _ => empty_list(),
    });
    let client = client_with(&server, team(), counted(&asked));
    let error = client.distribution_keys(Bound::OneApp).await.unwrap_err();
    assert!(error.is_not_authorized());
    assert_eq!(server.sent().len(), 1, "a refused key is not tried again by itself");
    client.distribution_keys(Bound::OneApp).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

/// The clock of tokio, whose wall can be set.
struct Wall(SystemClock, Mutex<i64>);

impl Clock for Wall {
    fn now(&self) -> Moment {
        Moment::from_unix_millis(self.0.now().unix_millis() + *self.1.lock().unwrap())
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        self.0.sleep(duration)
    }
}

/// How often the secret is asked for when the wall clock jumps by `millis` and then `wait` passes.
async fn asked_after_a_jump(millis: i64, wait: Duration) -> usize {
    let asked = Arc::default();
    let server = Scripted::new(|_, _| empty_list());
    let clock = Arc::new(Wall(SystemClock::starting_at(SystemTime::UNIX_EPOCH), Mutex::default()));
    let signer = Signer::new(team(), counted(&asked));
    let transport = Arc::clone(&server) as Arc<dyn Transport>;
    let client = Client::new(transport, Arc::clone(&clock) as Arc<dyn Clock>, Origin::apple(), signer);
    client.distribution_keys(Bound::OneApp).await.unwrap();
    *clock.1.lock().unwrap() += millis;
    tokio::time::sleep(wait).await;
    client.distribution_keys(Bound::OneApp).await.unwrap();
    asked.load(Ordering::SeqCst)
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_jumps_does_not_keep_a_token_alive() {
    const MINUTE: i64 = 60_000;
    assert_eq!(asked_after_a_jump(0, Duration::from_mins(1)).await, 1, "no jump, no new token");
    let (back, over_time) = (asked_after_a_jump(-MINUTE, Duration::ZERO), Duration::from_mins(18));
    assert_eq!(back.await, 2, "one of the two times was wrong");
    assert_eq!(asked_after_a_jump(-15 * MINUTE, over_time).await, 2, "by the wall it is three minutes old");
    assert_eq!(asked_after_a_jump(18 * MINUTE, Duration::ZERO).await, 2, "the computer may have slept");
}

#[tokio::test(start_paused = true)]
async fn debug_shows_no_token_and_no_secret() {
    let server = Scripted::new(|_, _| empty_list());
    let client = client(&server);
    client.distribution_keys(Bound::OneApp).await.unwrap();
    let token = client.one_use_token().await.unwrap();
    let shown = format!("{client:?} {token:?} {:?}", Signer::new(team(), at_hand()));
    assert!(shown.contains("OneUseToken") && !shown.contains("eyJ"), "{shown}");
}
