//! Tokens that a server issued: who signed them, and what that shows.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use latchkey_core::{
    account::AccountId,
    desk::{
        problem::What,
        view::{AddRequest, Added, KeyRow, Switched, TokenCheck, Work, WorkId, WorkKind},
    },
    issued::{Oddity, TokenKind},
};
use latchkey_simulator::{Account, KeyPair, Settings, settings::Rule};
use serde_json::{Value, json};

use crate::{Office, code};

const BUNDLE_ID: &str = "com.example.reader";

/// An account whose app has the key of `KeyPair::numbered(7, 1)`.
fn one_key() -> Account {
    let mut account = Account::new(1);
    let app = account.add_app("Reader", BUNDLE_ID).id.clone();
    account.add_key(KeyPair::numbered(7, 1).public(), Some(&app));
    account
}

async fn opened() -> (Office, AccountId, KeyRow) {
    let office = Office::with(one_key(), Settings { second_key: Rule::Accepted, ..Settings::default() });
    let account = office.connected().await;
    let row = office.keys(&account).await.remove(0);
    (office, account, row)
}

impl Office {
    /// The claims of an install verification token that is valid for twenty minutes.
    fn install_claims(&self) -> Value {
        let now = self.clock.now().unix_seconds();
        json!({
            "iss": self.app(0), "iat": now, "exp": now + 1200, "aud": "AppleDownloadVerification-v1",
            "bid": BUNDLE_ID, "dtype": "download", "nonce": "0b7c1a3c-6f4f-4f0c-8f8e-2f1f0e1d2c3b",
        })
    }

    fn check(&self, token: &str, account: &AccountId, work: Option<&WorkId>) -> TokenCheck {
        self.desk.check_token(token.to_owned().into(), account, work).unwrap()
    }

    /// A replacement whose new key, that of `KeyPair::numbered(7, 2)`, is registered, and that key's ID.
    async fn new_key_added(&self, account: &AccountId, old: &str) -> (Work, String) {
        let work = self.desk.begin_replace(account, old, WorkKind::Planned).await.unwrap();
        let key = self.chosen(account, 2).id;
        let work_id = Some(work.id.clone());
        let request = AddRequest { account: account.clone(), key, scope: self.one_app(0), work: work_id };
        let draft = self.desk.prepare_add(request).await.unwrap();
        match self.desk.commit_add(&draft.id, "New".to_owned()).await.unwrap() {
            Added::Done { key, .. } => (work, key.id),
            other => panic!("{other:?}"),
        }
    }
}

/// A token signed with another library.
fn signed(pair: &KeyPair, kid: Option<&str>, claims: &Value) -> String {
    let mut header = Header::new(Algorithm::ES256);
    header.kid = kid.map(str::to_owned);
    encode(&header, claims, &EncodingKey::from_ec_der(&pair.pkcs8_der())).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_token_is_explained_with_the_key_that_signed_it() {
    let (office, account, row) = opened().await;
    let requests = office.apple.log().len();
    let token = signed(&KeyPair::numbered(7, 1), Some(&row.id), &office.install_claims());
    let check = office.check(&token, &account, None);
    assert_eq!(check.kind, TokenKind::InstallVerification);
    let ids = [check.signed_by, check.names].map(|key| key.unwrap().id.to_string());
    assert_eq!(ids, [row.id.clone(), row.id.clone()]);
    assert_eq!(check.kid, Some(row.id));
    assert_eq!(check.app.unwrap().name, "Reader");
    assert_eq!(check.expires.unwrap().unix_seconds(), office.clock.now().unix_seconds() + 1200);
    assert!(check.odd.is_empty() && !check.signed_by_api_key && check.work.is_none());
    assert_eq!(office.apple.log().len(), requests, "nothing is asked");
}

#[tokio::test(start_paused = true)]
async fn a_marketplace_token_is_about_the_marketplace() {
    let (office, account, row) = opened().await;
    let now = office.clock.now().unix_seconds();
    let pid = "57246542-96fe-1a63-e053-0824d011072a";
    let claims = json!({
        "iss": office.app(0), "iat": now, "exp": now + 1200, "aud": "appstoreconnect-v1", "pid": pid,
    });
    let check = office.check(&signed(&KeyPair::numbered(7, 1), None, &claims), &account, None);
    assert_eq!(check.kind, TokenKind::Marketplace);
    assert_eq!(check.signed_by.unwrap().id.to_string(), row.id);
    assert_eq!((check.app.unwrap().name.as_str(), check.developer.as_deref()), ("Reader", Some(pid)));
}

#[tokio::test(start_paused = true)]
async fn a_token_of_somebody_elses_key_is_signed_by_none_whatever_it_names() {
    let (office, account, row) = opened().await;
    let token = signed(&KeyPair::numbered(7, 9), Some(&row.id), &office.install_claims());
    let check = office.check(&token, &account, None);
    assert!(check.signed_by.is_none(), "{check:?}");
    assert_eq!(check.names.unwrap().id.to_string(), row.id);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_opens_the_account_is_told_by_its_signature_alone() {
    let (office, account, _) = opened().await;
    let now = office.clock.now().unix_seconds();
    let claims = json!({ "iat": now, "exp": now + 120, "aud": "appstoreconnect-v1", "sub": "user" });
    let by = |pair: &KeyPair| office.check(&signed(pair, Some("ABCDEFGHIJ"), &claims), &account, None);
    let check = by(&KeyPair::numbered(99, 1));
    assert!(check.kind == TokenKind::ApiRequest && check.signed_by_api_key, "{check:?}");
    assert!(!by(&KeyPair::numbered(7, 1)).signed_by_api_key);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_token_is_called_so() {
    let (office, account, _) = opened().await;
    for text in ["", "hello", "a.b.c"] {
        let check = office.desk.check_token(text.to_owned().into(), &account, None);
        assert_eq!(code(check), What::NotAToken);
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_token_says_can_not_rearrange_the_window() {
    let (office, account, _) = opened().await;
    let mut claims = office.install_claims();
    claims["bid"] = "com.\u{202e}example".into();
    claims["dtype"] = "down\u{1b}load".into();
    let token = signed(&KeyPair::numbered(7, 1), Some("\u{202e}kid\n"), &claims);
    let check = office.check(&token, &account, None);
    assert_eq!(check.bundle_id.as_deref(), Some("com.\u{fffd}example"));
    assert_eq!(check.kid.as_deref(), Some("\u{fffd}kid\u{fffd}"));
    assert!(check.odd.contains(&Oddity::DtypeUnknown { value: "down\u{fffd}load".to_owned() }), "{check:?}");
}

#[tokio::test(start_paused = true)]
async fn a_token_of_the_new_key_shows_that_the_server_has_switched() {
    let (office, account, old) = opened().await;
    let (work, new) = office.new_key_added(&account, &old.id).await;
    let token = signed(&KeyPair::numbered(7, 2), Some(&new), &office.install_claims());
    let check = office.check(&token, &account, Some(&work.id));
    let at = office.clock.now();
    assert_eq!(check.work.unwrap().switched, Some(Switched::ByToken { at }));
    assert_eq!(office.desk.work(&work.id).unwrap().switched, Some(Switched::ByToken { at }));
}

#[tokio::test(start_paused = true)]
async fn no_other_token_shows_that_the_server_has_switched() {
    let (office, account, old) = opened().await;
    let (work, new) = office.new_key_added(&account, &old.id).await;
    let now = office.clock.now().unix_seconds();
    let mut expired = office.install_claims();
    expired["exp"] = now.into();
    let valid = office.install_claims();
    let with = |claim: &str, value: Value| {
        let mut claims = office.install_claims();
        claims[claim] = value;
        signed(&KeyPair::numbered(7, 2), Some(&new), &claims)
    };
    let api = json!({ "iat": now, "exp": now + 120, "aud": "appstoreconnect-v1", "sub": "user" });
    for (why, token) in [
        ("the old key signed it", signed(&KeyPair::numbered(7, 1), Some(&old.id), &valid)),
        ("the old key signed it in the new one's name", signed(&KeyPair::numbered(7, 1), Some(&new), &valid)),
        ("Apple would verify it with the old key", signed(&KeyPair::numbered(7, 2), Some(&old.id), &valid)),
        ("Apple would not know with which key", signed(&KeyPair::numbered(7, 2), None, &valid)),
        ("it installs nothing", signed(&KeyPair::numbered(7, 2), Some(&new), &api)),
        ("Apple refuses its audience", with("aud", "another".into())),
        ("Apple refuses it without a bundle ID", with("bid", Value::Null)),
        ("it is not valid yet", with("iat", (now + 600).into())),
        ("it may be old", signed(&KeyPair::numbered(7, 2), Some(&new), &expired)),
    ] {
        assert!(office.check(&token, &account, Some(&work.id)).work.is_none(), "{why}");
    }
    assert_eq!(office.desk.work(&work.id).unwrap().switched, None);
}
