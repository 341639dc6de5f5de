//! Texts that are no tokens, and tokens that were made to do harm.

use latchkey_core::issued::{LIMIT, NotAToken, Part};

use super::*;

fn refusal(text: &str) -> NotAToken {
    read(text).map(drop).unwrap_err()
}

fn raw(header: &str, claims: &str) -> String {
    let [header, claims] = [header, claims].map(|json| BASE64_URL_SAFE_NO_PAD.encode(json));
    format!("{header}.{claims}.AQ")
}

#[test]
fn what_is_no_token_is_told_by_what_is_wrong_with_it() {
    let header = BASE64_URL_SAFE_NO_PAD.encode("{}");
    for (text, expected) in [
        (String::new(), NotAToken::Empty),
        (" \"\" \n".to_owned(), NotAToken::Empty),
        ("hello".to_owned(), NotAToken::NotThreeParts),
        ("a.b".to_owned(), NotAToken::NotThreeParts),
        ("a.b.c.d.e".to_owned(), NotAToken::NotThreeParts),
        ("..".to_owned(), NotAToken::Unreadable { part: Part::Header }),
        ("ä.b.c".to_owned(), NotAToken::Unreadable { part: Part::Header }),
        (format!("{header}.e30=x.AQ"), NotAToken::Unreadable { part: Part::Claims }),
        (format!("{header}.{header}.$"), NotAToken::Unreadable { part: Part::Signature }),
        (raw("[]", "{}"), NotAToken::Unreadable { part: Part::Header }),
        (raw("{}", "\"text\""), NotAToken::Unreadable { part: Part::Claims }),
        (raw("{}", "{\"exp\":1"), NotAToken::Unreadable { part: Part::Claims }),
    ] {
        assert_eq!(refusal(&text), expected, "{text}");
    }
}

#[test]
fn a_long_text_is_not_looked_at() {
    let bytes = LIMIT as u64 + 1;
    assert_eq!(refusal(&".".repeat(LIMIT + 1)), NotAToken::TooLarge { bytes });
    assert_eq!(refusal(&".".repeat(LIMIT)), NotAToken::NotThreeParts);
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!("{{\"x\":{}1{}}}", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(refusal(&raw("{}", &deep)), NotAToken::Unreadable { part: Part::Claims });
}

#[test]
fn huge_numbers_are_times_far_away_or_none() {
    for (number, seconds) in
        [("1e300", Some(i64::MAX)), ("-1e300", Some(i64::MIN)), ("18446744073709551615", Some(i64::MAX))]
    {
        let token = read(&raw("{}", &format!("{{\"exp\":{number},\"iat\":{number}}}"))).unwrap();
        assert_eq!(token.claims().exp.map(Moment::unix_millis), seconds, "{number}");
        token.oddities(now());
    }
    assert_eq!(refusal(&raw("{}", "{\"exp\":1e999}")), NotAToken::Unreadable { part: Part::Claims });
}

#[test]
fn the_last_of_two_claims_with_one_name_counts_everywhere() {
    let token = read(&raw("{}", "{\"bid\":\"one\",\"bid\":\"two\"}")).unwrap();
    assert_eq!(token.claims().bid.as_deref(), Some("two"));
}
