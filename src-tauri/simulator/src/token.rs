//! Checks the JWT of a request by "Generating Tokens for API Requests", at a moment that is passed in.
//!
//! Stricter than Apple may be, so that a client that passes here has no slack to rely on: no leeway for
//! clocks (`iat` up to this second, `exp` after it), no claim of the other kind of key, and no `scope`, since scoped
//! tokens only read.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::HeaderValue;
use latchkey_core::clock::Moment;
use serde_json::Value;

use crate::api_key::{Access, ApiKey};

/// The longest `exp − iat`, in seconds.
const LONGEST_LIFE: i64 = 1200;

/// Why a token is not accepted. A client is told the same in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    NoBearerToken,
    Malformed,
    WrongHeader,
    UnknownKey,
    BadSignature,
    WrongIssuer,
    WrongSubject,
    WrongAudience,
    Scoped,
    LivesTooLong,
    Expired,
    NotYetIssued,
}

/// Says which API key signed the token in the `Authorization` header.
pub(crate) fn verify<'a>(
    authorization: Option<&HeaderValue>,
    api_keys: &'a [ApiKey],
    now: Moment,
) -> Result<&'a ApiKey, Refusal> {
    let token = authorization
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or(Refusal::NoBearerToken)?;
    let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Refusal::Malformed)?;
    let (header, claims) = (json(header)?, json(claims)?);
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refusal::Malformed)?;

    if header["alg"] != "ES256" || header["typ"] != "JWT" {
        return Err(Refusal::WrongHeader);
    }
    let api_key = api_keys.iter().find(|key| header["kid"] == key.id).ok_or(Refusal::UnknownKey)?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, api_key.public_key.point())
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| Refusal::BadSignature)?;
    check(&claims, &api_key.access, now)?;
    Ok(api_key)
}

fn check(claims: &Value, access: &Access, now: Moment) -> Result<(), Refusal> {
    let (iss, sub) = match access {
        Access::Team { issuer } => (Some(issuer.as_str()), None),
        Access::Individual { .. } => (None, Some("user")),
    };
    if claims.get("iss") != iss.map(Value::from).as_ref() {
        return Err(Refusal::WrongIssuer);
    }
    if claims.get("sub") != sub.map(Value::from).as_ref() {
        return Err(Refusal::WrongSubject);
    }
    if claims["aud"] != "appstoreconnect-v1" {
        return Err(Refusal::WrongAudience);
    }
    if claims.get("scope").is_some() {
        return Err(Refusal::Scoped);
    }
    let issued = claims["iat"].as_i64().ok_or(Refusal::Malformed)?;
    let expires = claims["exp"].as_i64().ok_or(Refusal::Malformed)?;
    if expires.saturating_sub(issued) > LONGEST_LIFE {
        return Err(Refusal::LivesTooLong);
    }
    if expires <= now.unix_seconds() {
        return Err(Refusal::Expired);
    }
    if issued > now.unix_seconds() {
        return Err(Refusal::NotYetIssued);
    }
    Ok(())
}

fn json(part: &str) -> Result<Value, Refusal> {
    BASE64_URL_SAFE_NO_PAD
        .decode(part)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .filter(Value::is_object)
        .ok_or(Refusal::Malformed)
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, EncodingKey, Header};
    use serde_json::json;

    use super::*;
    use crate::{Account, KeyPair};

    const NOW: Moment = Moment::from_unix_millis(1_800_000_000_999);

    struct Signer {
        pair: KeyPair,
        header: Header,
        claims: Value,
        api_keys: Vec<ApiKey>,
    }

    fn signer(add: impl FnOnce(&mut Account, &KeyPair) -> crate::Credentials) -> Signer {
        let pair = KeyPair::generate();
        let mut account = Account::new(1);
        let credentials = add(&mut account, &pair);
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(credentials.key_id);
        let mut claims = json!({ "iat": 1_800_000_000, "exp": 1_800_001_200, "aud": "appstoreconnect-v1" });
        match credentials.issuer_id {
            Some(issuer) => claims["iss"] = json!(issuer),
            None => claims["sub"] = json!("user"),
        }
        Signer { pair, header, claims, api_keys: account.api_keys }
    }

    fn team() -> Signer {
        signer(Account::add_team_key)
    }

    fn individual() -> Signer {
        signer(|account, pair| account.add_individual_key(pair, &[]))
    }

    impl Signer {
        fn with(mut self, claim: &str, value: Value) -> Self {
            self.claims[claim] = value;
            self
        }

        fn without(mut self, claim: &str) -> Self {
            self.claims.as_object_mut().unwrap().remove(claim);
            self
        }

        fn token(&self) -> String {
            let key = EncodingKey::from_ec_der(&self.pair.pkcs8_der());
            jsonwebtoken::encode(&self.header, &self.claims, &key).unwrap()
        }

        fn check(&self, token: &str) -> Result<String, Refusal> {
            let value = HeaderValue::from_str(&format!("Bearer {token}")).unwrap();
            verify(Some(&value), &self.api_keys, NOW).map(|key| key.id.clone())
        }

        fn refusal(&self) -> Refusal {
            self.check(&self.token()).unwrap_err()
        }
    }

    #[test]
    fn a_token_of_either_kind_of_key_is_accepted() {
        for signer in [team(), individual()] {
            assert_eq!(signer.check(&signer.token()).as_deref(), Ok("SIM0000001"));
        }
    }

    #[test]
    fn no_token_another_scheme_and_no_jwt_are_refused() {
        let signer = team();
        assert_eq!(verify(None, &signer.api_keys, NOW).unwrap_err(), Refusal::NoBearerToken);
        let basic = HeaderValue::from_static("Basic QTpC");
        assert_eq!(verify(Some(&basic), &signer.api_keys, NOW).unwrap_err(), Refusal::NoBearerToken);
        for token in ["", "a", "a.b", "a.b.c", "e30.e30.!"] {
            assert_eq!(signer.check(token), Err(Refusal::Malformed), "{token:?}");
        }
    }

    #[test]
    fn the_header_names_es256_and_jwt() {
        let mut signer = team();
        signer.header.typ = None;
        assert_eq!(signer.refusal(), Refusal::WrongHeader);

        let signer = team();
        let header = BASE64_URL_SAFE_NO_PAD.encode(json!({ "alg": "none", "typ": "JWT" }).to_string());
        let claims = BASE64_URL_SAFE_NO_PAD.encode(signer.claims.to_string());
        assert_eq!(signer.check(&format!("{header}.{claims}.")), Err(Refusal::WrongHeader));
    }

    #[test]
    fn an_api_key_that_was_never_made_is_refused() {
        let mut signer = team();
        signer.header.kid = Some("2X9R4HXF34".to_owned());
        assert_eq!(signer.refusal(), Refusal::UnknownKey);
        signer.header.kid = None;
        assert_eq!(signer.refusal(), Refusal::UnknownKey);
    }

    #[test]
    fn a_signature_of_another_key_or_over_other_claims_is_refused() {
        let mut signer = team();
        let token = signer.token();
        let (_, signature) = token.rsplit_once('.').unwrap();
        let longer = team().with("exp", json!(1_800_000_900)).token();
        let (other_claims, _) = longer.rsplit_once('.').unwrap();
        assert_eq!(signer.check(&format!("{other_claims}.{signature}")), Err(Refusal::BadSignature));
        signer.pair = KeyPair::generate();
        assert_eq!(signer.refusal(), Refusal::BadSignature);
    }

    #[test]
    fn a_team_key_names_its_issuer_and_no_subject() {
        assert_eq!(team().without("iss").refusal(), Refusal::WrongIssuer);
        assert_eq!(team().with("iss", json!("another")).refusal(), Refusal::WrongIssuer);
        assert_eq!(team().with("sub", json!("user")).refusal(), Refusal::WrongSubject);
    }

    #[test]
    fn an_individual_key_names_the_user_and_no_issuer() {
        assert_eq!(individual().with("iss", json!("a")).refusal(), Refusal::WrongIssuer);
        assert_eq!(individual().with("iss", Value::Null).refusal(), Refusal::WrongIssuer);
        assert_eq!(individual().without("sub").refusal(), Refusal::WrongSubject);
        assert_eq!(individual().with("sub", json!("me")).refusal(), Refusal::WrongSubject);
    }

    #[test]
    fn the_audience_is_app_store_connect() {
        assert_eq!(team().without("aud").refusal(), Refusal::WrongAudience);
        assert_eq!(team().with("aud", json!("appstoreconnect-v2")).refusal(), Refusal::WrongAudience);
    }

    #[test]
    fn a_scoped_token_is_refused() {
        assert_eq!(team().with("scope", json!(["GET /v1/apps"])).refusal(), Refusal::Scoped);
    }

    #[test]
    fn a_life_of_twenty_minutes_passes_and_a_second_more_does_not() {
        let signer = team().with("exp", json!(1_800_001_201));
        assert_eq!(signer.refusal(), Refusal::LivesTooLong);
    }

    #[test]
    fn a_token_ends_at_the_second_of_exp_and_starts_at_that_of_iat() {
        let old = team().with("iat", json!(1_799_999_000));
        assert_eq!(old.with("exp", json!(1_800_000_000)).refusal(), Refusal::Expired);
        let old = team().with("iat", json!(1_799_999_000)).with("exp", json!(1_800_000_001));
        assert!(old.check(&old.token()).is_ok());
        let early = team().with("iat", json!(1_800_000_001));
        assert_eq!(early.refusal(), Refusal::NotYetIssued);
    }

    #[test]
    fn times_are_whole_seconds() {
        assert_eq!(team().without("iat").refusal(), Refusal::Malformed);
        assert_eq!(team().with("iat", json!(1_800_000_000.5)).refusal(), Refusal::Malformed);
        assert_eq!(team().with("exp", json!("1800001200")).refusal(), Refusal::Malformed);
    }
}
