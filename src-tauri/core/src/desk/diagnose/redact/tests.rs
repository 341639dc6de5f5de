use super::{LONGEST, Redactor};

const ISSUER: &str = "57246542-96fe-1a63-e053-0824d011072a";
const JWT: &str =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6IjJYOVI0SFhGMzQifQ.eyJpc3MiOiI1NyJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ";
const PEM: &str = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----";

/// What belongs to somebody in these tests, as the redactor is told.
const KNOWN: [&str; 6] =
    ["Lindqvist", "カガミワークス", ISSUER, "2X9R4HXF34", "/home/ann larsson", "ann larsson"];

fn redactor() -> Redactor {
    Redactor::new(KNOWN.into_iter().chain(["Bo"]).map(str::to_owned))
}

fn left(text: &str) -> String {
    redactor().free_text(text)
}

#[test]
fn a_sentence_without_anything_private_stays_as_it_is() {
    for text in [
        "invalid peer certificate: UnknownIssuer",
        "the peer's certificate is expired: verification time 1800000 (UNIX)",
        "error sending request: operation timed out (os error 110)",
        "dns error: failed to look up api.appstoreconnect.apple.com:443, no record found",
        "There is no resource of type 'apps' with this id. HTTP/1.1 403 at 14:03, text/html; charset=utf-8",
        "The Bottom of it: and/or, e.g. 3,412 of 3,600 (95 %)",
    ] {
        assert_eq!(left(text), text);
    }
}

#[test]
fn each_kind_of_word_is_named_by_its_kind() {
    for (text, expected) in [
        ("of lindqvist, LINDQVIST's", "of [name], [name]'s"),
        ("カガミワークスの鍵", "[name]の鍵"),
        ("Bo and Bob", "[name] and Bob"),
        ("no such host: proxy.contoso.local", "no such host: [host]"),
        ("host=proxy01:3128.", "host=[host]."),
        ("tunnel to bücher.example failed", "tunnel to [host] failed"),
        ("connect to 10.1.2.3:8080 or 10.1.2.3", "connect to [IP address] or [IP address]"),
        ("[fe80::1%eth0]:443 and fe80::1: refused", "[[IP address]]:443 and [IP address]: refused"),
        ("proxy:fd00::17:refused", "[IP address]"),
        ("2001:db8:0:0:1:0:0:1:8080", "[IP address]"),
        ("latchkey::Error::Bad of error:404", "latchkey::Error::Bad of [host]"),
        ("(http://ann:pa(ss@proxy:3128/x?y=z) failed", "([URL]) failed"),
        ("url=https://sample.invalid/v1", "url=[URL]"),
        ("write to ann@contoso.example now", "write to [address] now"),
        ("user ann%40contoso", "user [address]"),
        ("id 0f8fad5b-d9cb-469f-a165-70867728950e.", "id [ID]."),
        ("app 6473805491 of ABCDE12345", "app [ID] of [ID]"),
        ("Bearer eyJhbGciOiJFUzI1NiJ9.e30.c2ln", "Bearer [data]"),
        ("key 3059301306072a8648ce3d020106", "key [data]"),
    ] {
        assert_eq!(left(text), expected, "{text}");
    }
}

#[test]
fn the_names_that_a_certificate_is_for_go_though_they_have_no_dot() {
    for (text, expected) in [
        (
            r#"certificate not valid for name "api.appstoreconnect.apple.com"; certificate is only valid for DnsName("intranet")"#,
            r#"certificate not valid for name "api.appstoreconnect.apple.com"; certificate is only valid for DnsName([name])"#,
        ),
        (
            r#"DnsName("*"), DnsName("wpad") or IpAddress(10.1.2.3)"#,
            "DnsName([name]), DnsName([name]) or IpAddress([name])",
        ),
        ("IpAddress(fe80)", "IpAddress([name])"),
        (r#"DnsName("cut"#, "DnsName([name])"),
        ("dnsname(x) of latchkey", "dnsname(x) of latchkey"),
    ] {
        assert_eq!(left(text), expected);
    }
}

#[test]
fn a_path_goes_with_all_the_names_in_it() {
    for (text, expected) in [
        ("open /Users/Jane Doe/Library/x.db: denied", "open [path]: denied"),
        ("'C:\\Users\\Jane Doe\\My Files, old\\x.db' is gone", "'[path]' is gone"),
        ("\\\\srv01\\share\\jane", "[path]"),
        ("/home/ann larsson/AuthKey.p8", "[path]"),
        ("(/Users/O'Brien/x) is gone", "([path]) is gone"),
        ("at ~/secret", "at [path]"),
        ("file:/etc/jane", "[path]"),
        ("Documents/jane/x", "[path]"),
        ("CONTOSO\\jane", "[path]"),
    ] {
        assert_eq!(left(text), expected, "{text}");
    }
}

#[test]
fn a_key_block_goes_as_a_whole_even_if_its_end_is_missing() {
    assert_eq!(left(&format!("got {PEM} twice")), "got [key] twice");
    assert_eq!(left("got -----BEGIN PRIVATE KEY-----\nMIGHAgEA"), "got [key]");
    assert_eq!(left("-----BEGIN A----- x -----END A"), "[key]");
}

#[test]
fn a_text_becomes_one_tame_line_of_bounded_length() {
    assert_eq!(left("a\r\nb\u{202e}c"), "a  b\u{fffd}c");
    assert_eq!(left(&"no ".repeat(1000)).chars().count(), LONGEST);
}

#[test]
fn a_request_id_is_kept_unless_it_is_a_known_one_or_looks_like_none() {
    let kept = "0f8fad5b-d9cb-469f-a165-70867728950e";
    assert_eq!(redactor().request_id(kept), kept);
    assert_eq!(redactor().request_id(ISSUER), "[name]");
    assert_eq!(redactor().request_id("a.contoso.example"), "[host]");
    assert_eq!(redactor().request_id(JWT), "[data]");
}

#[test]
fn an_error_code_is_kept_unless_it_looks_like_none() {
    let kept = "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED";
    assert_eq!(redactor().apple_code(kept), kept);
    assert_eq!(redactor().apple_code("LINDQVIST"), "[name]");
    assert_eq!(redactor().apple_code("proxy.contoso.local"), "[host]");
}

#[test]
fn a_redactor_that_knows_nothing_takes_nothing_for_known() {
    let redactor = Redactor::new(["", " ", "-"].map(str::to_owned));
    assert_eq!(redactor.free_text("a - b"), "a - b");
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.roll() % end
    }

    fn of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }

    fn word(&mut self) -> String {
        let letter = |dice: &mut Self| char::from(b'a' + u8::try_from(dice.below(26)).unwrap());
        (0..=3 + self.below(6)).map(|_| letter(self)).collect()
    }
}

const AROUND: [&str; 24] = [
    " ", "\n", ": ", ", ", "; ", " (", ") ", "'", "\"", "=", "|", "<", ">", "…", " – ", "\u{2019}",
    "\u{201c}", "\u{a0}", "\t", "\u{200b}", " [", "] ", "{", "}",
];

/// What somebody else's library might say: made up anew, so that only the form of it tells.
fn private(dice: &mut Dice) -> (String, Vec<String>) {
    let (a, b) = (dice.word(), dice.word());
    let host = format!("{a}.{b}.example");
    match dice.below(12) {
        0 => (host.clone(), vec![a, b]),
        1 => (format!("{a}:{}", 1 + dice.below(65535)), vec![a]),
        2 => (format!("https://{a}:{b}@{host}:8443/{a}?{b}={a}"), vec![a, b]),
        3 => (format!("{a}@{host}"), vec![a, b]),
        4 => (format!("/home/{a}/{b}.db"), vec![a, b]),
        5 => (format!("/Users/{a} {b}/Library/x"), vec![a, b]),
        6 => (format!("C:\\Users\\{a} {b}\\AppData\\x"), vec![a, b]),
        7 => {
            let [one, two, three] = [(); 3].map(|()| 10 + dice.below(240));
            let address = format!("10.{one}.{two}.{three}");
            (address.clone(), vec![address])
        }
        8 => {
            let address = format!("fd{:02x}::{:x}", dice.below(256), 0x1000 + dice.below(0xefff));
            (address.clone(), vec![address])
        }
        9 => {
            let id = uuid::Uuid::from_u64_pair(dice.roll(), dice.roll()).to_string();
            (id.clone(), vec![id])
        }
        10 => (JWT.to_owned(), JWT.split('.').map(str::to_owned).collect()),
        _ => (PEM.to_owned(), vec!["MIGHAgEAMBMGByqGSM49".to_owned()]),
    }
}

#[test]
fn two_thousand_texts_come_out_without_what_was_put_into_them() {
    for seed in 0..2000 {
        let mut dice = Dice(seed);
        let (mut text, mut planted) = (String::new(), Vec::new());
        for _ in 0..=dice.below(5) {
            text += dice.of(&["error", "The proxy", "could not", "read", "403", "é", "鍵", "TLS", ""]);
            text += dice.of(&AROUND);
            if dice.below(3) == 0 {
                let known = dice.of(&KNOWN);
                text += &if dice.below(2) == 0 { known.to_uppercase() } else { known.to_owned() };
                planted.push(known.to_owned());
            } else {
                let (words, secrets) = private(&mut dice);
                text += &words;
                planted.extend(secrets);
            }
            text += dice.of(&AROUND);
        }
        let left = left(&text).to_lowercase();
        assert!(left.chars().count() < LONGEST, "seed {seed}: what is cut off shows nothing");
        for secret in planted {
            assert!(
                !left.contains(&secret.to_lowercase()),
                "seed {seed}: {secret:?} of {text:?} is in {left:?}"
            );
        }
    }
}
