//! The way to Apple, part by part: what is found, and what the report keeps to itself.

mod way;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use latchkey_core::{
    account::{AccountId, ApiKey, ApiKeyKind, Origin},
    asc::{
        route::{Nowhere, Route, Signer, Standing, Via},
        transport::{Broken, BrokenKind},
    },
    desk::{
        Desk, Real,
        problem::{Problem, What},
        view::{Check, CheckState, DiagnosisEvent, Found, Odd},
    },
    records::NewAccount,
    vault::{EntryName, Vault, VaultError},
};
use latchkey_simulator::{
    KeyPair, Settings,
    practice::seeded,
    settings::{Agreements, Role},
};
use secrecy::SecretSlice;
use tokio::sync::{Notify, watch};

use crate::{Office, code, sample};
use way::{Way, broken};

use Check::{Agreements as InForce, Answer, Clock, KeyForm, Keychain, Name, Quota, Role as Rights, Server};
use CheckState::{Bad, Good, NotChecked, Odd as Curious};

const KEYS: &str = "/v1/alternativeDistributionKeys";

const ALL: [Check; 11] =
    [Check::Proxy, Name, Server, Check::Signer, Clock, Keychain, KeyForm, Answer, Rights, InForce, Quota];

async fn events(desk: &Desk, account: Option<&AccountId>) -> Vec<DiagnosisEvent> {
    let told = Mutex::new(Vec::new());
    desk.diagnose(account, "run", &|event| told.lock().unwrap().push(event)).await.unwrap();
    told.into_inner().unwrap()
}

/// What was found of each part, in the order in which it was told.
struct Diagnosis {
    lines: Vec<(Check, CheckState, Found)>,
    stopped: bool,
    report: String,
}

impl Diagnosis {
    async fn of(office: &Office, account: Option<&AccountId>) -> Self {
        Self::told(events(&office.desk, account).await)
    }

    fn told(events: Vec<DiagnosisEvent>) -> Self {
        let mut diagnosis = Self { lines: Vec::new(), stopped: false, report: String::new() };
        for event in events {
            match event {
                DiagnosisEvent::Checking { .. } => (),
                DiagnosisEvent::Checked { line } => {
                    diagnosis.lines.push((line.check, line.state, line.found));
                }
                DiagnosisEvent::Finished { stopped, report, .. } => {
                    (diagnosis.stopped, diagnosis.report) = (stopped, report);
                }
            }
        }
        diagnosis
    }

    fn at(&self, check: Check) -> (CheckState, &Found) {
        let line = self.lines.iter().find(|line| line.0 == check);
        let (_, state, found) = line.unwrap_or_else(|| panic!("{check:?} is missing"));
        (*state, found)
    }

    fn problem(&self, check: Check) -> &Problem {
        match self.at(check).1 {
            Found::Trouble { problem } => problem,
            other => panic!("{check:?} is no trouble: {other:?}"),
        }
    }

    /// The parts that are told to stand so.
    fn those(&self, state: CheckState) -> Vec<Check> {
        self.lines.iter().filter(|line| line.1 == state).map(|line| line.0).collect()
    }

    /// What the report says of a part.
    fn reported(&self, name: &str) -> &str {
        let line = self.report.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.unwrap_or_else(|| panic!("{name} is missing in {}", self.report))
    }
}

#[tokio::test(start_paused = true)]
async fn every_part_is_told_once_and_in_order_where_all_is_well() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let events = events(&office.desk, Some(&account)).await;
    let mut announced = Vec::new();
    for event in &events {
        match event {
            DiagnosisEvent::Checking { check } => announced.push(*check),
            DiagnosisEvent::Checked { line } if line.state == Good => {
                let known = announced.contains(&line.check)
                    || matches!(line.check, Check::Signer | Rights | InForce | Quota);
                assert!(known, "{line:?} comes of what was announced");
            }
            _ => (),
        }
    }
    let told = Diagnosis::told(events);
    assert_eq!(told.lines.iter().map(|line| line.0).collect::<Vec<_>>(), ALL);
    assert_eq!(told.those(NotChecked), [Check::Signer], "nobody showed a certificate: {:?}", told.lines);
    assert_eq!(told.those(Good).len(), 10, "{:?}", told.lines);
    assert!(matches!(told.at(Check::Proxy).1, Found::NoProxy));
    assert!(matches!(told.at(Name).1, Found::NameFound { ms: 0 }));
    assert!(matches!(told.at(Clock).1, Found::Clock { ahead: 0, uncertainty: 1 }));
    assert!(matches!(told.at(KeyForm).1, Found::UsualForm { kind: ApiKeyKind::Team }));
    assert!(matches!(told.at(Quota).1, Found::Left { quota } if quota.limit == Some(3600)));
    assert!(!told.stopped);
}

#[tokio::test(start_paused = true)]
async fn two_requests_are_sent_and_only_the_second_has_a_token() {
    let mut office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let way = Way::to(&office).taken_by(&mut office);
    Diagnosis::of(&office, Some(&account)).await;
    assert_eq!(way.sent(), [("/".to_owned(), false), (format!("{KEYS}?limit=1"), true)]);
}

#[tokio::test(start_paused = true)]
async fn without_an_account_only_the_network_is_checked_and_no_token_is_sent() {
    let mut office = Office::new(seeded(1, 1, 0));
    office.connected().await;
    let way = Way::to(&office).taken_by(&mut office);
    let told = Diagnosis::of(&office, None).await;
    assert_eq!(told.lines.iter().map(|line| line.0).collect::<Vec<_>>(), ALL);
    assert_eq!(told.those(Good), [Check::Proxy, Name, Server, Clock]);
    assert_eq!(way.sent(), [("/".to_owned(), false)]);
    assert!(told.report.contains("no account"), "{}", told.report);
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_not_connected_can_not_be_checked() {
    let office = Office::new(seeded(1, 1, 0));
    let nobody = AccountId::fresh();
    assert_eq!(code(office.desk.diagnose(Some(&nobody), "run", &|_| ()).await), What::NoSuchAccount);
}

#[tokio::test(start_paused = true)]
async fn the_sample_account_is_checked_without_leaving_the_process() {
    let office = Office::new(seeded(1, 1, 0));
    let sample = office.desk.open_sample().await.unwrap();
    let told = Diagnosis::of(&office, Some(&sample.id)).await;
    assert!(matches!(told.at(Check::Proxy), (Good, Found::NoProxy)));
    assert!(matches!(told.at(Check::Signer), (NotChecked, Found::NotSigned)));
    assert_eq!(told.those(Bad), []);
    assert_eq!(told.those(NotChecked), [Check::Signer]);
    assert!(told.report.contains("the sample account"), "{}", told.report);
    assert_eq!(office.apple.log(), []);
}

#[tokio::test(start_paused = true)]
async fn where_only_the_sample_account_may_be_opened_its_way_is_checked() {
    let office = Office::new(seeded(1, 1, 0));
    let desk = Desk::new(Arc::clone(&office.clock), Real::Left, sample(&office.clock), "0.0.0");
    let told = Diagnosis::told(events(&desk, None).await);
    assert!(matches!(told.at(Check::Signer).1, Found::NotSigned));
    assert!(matches!(told.at(Server).0, Good));
}

#[tokio::test(start_paused = true)]
async fn a_proxy_is_told_with_its_address_which_the_report_leaves_out() {
    let address = || "proxy.contoso.example:3128".to_owned();
    for (via, reported) in [
        (Via::System { address: address() }, "works. The system's proxy."),
        (Via::Own { address: address() }, "works. A proxy given in Latchkey."),
    ] {
        let mut office = Office::new(seeded(1, 1, 0));
        Way { via, ..Way::to(&office) }.taken_by(&mut office);
        let told = Diagnosis::of(&office, None).await;
        let (Good, Found::SystemProxy { address: named } | Found::OwnProxy { address: named }) =
            told.at(Check::Proxy)
        else {
            panic!("{:?}", told.lines);
        };
        assert_eq!(*named, address());
        assert_eq!(told.reported("Proxy"), reported);
        assert!(!told.report.contains("contoso"), "{}", told.report);
    }
}

#[tokio::test(start_paused = true)]
async fn a_proxy_of_the_systems_that_is_no_http_proxy_stands_in_the_way() {
    for address in ["socks5://proxy.contoso.example:1080", "socks4a://proxy01"] {
        let mut office = Office::new(seeded(1, 1, 0));
        Way { via: Via::System { address: address.to_owned() }, ..Way::to(&office) }.taken_by(&mut office);
        let told = Diagnosis::of(&office, None).await;
        let (Bad, Found::Broken { how: BrokenKind::Connect, detail }) = told.at(Check::Proxy) else {
            panic!("{:?}", told.lines);
        };
        assert!(detail.contains(address), "{detail}");
        let reported = told.reported("Proxy");
        assert!(reported.starts_with("in the way. Connect: ") && reported.contains("proxy"), "{reported}");
        for private in ["contoso", "proxy01"] {
            assert!(!told.report.contains(private), "{}", told.report);
        }
    }
    let mut office = Office::new(seeded(1, 1, 0));
    let address = "https://proxy.example:443".to_owned();
    Way { via: Via::System { address }, ..Way::to(&office) }.taken_by(&mut office);
    assert!(matches!(Diagnosis::of(&office, None).await.at(Check::Proxy), (Good, Found::SystemProxy { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_not_found_ends_the_network_but_not_the_keychain() {
    let mut office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let name = Some(broken(BrokenKind::Name, "no such host: proxy.contoso.example"));
    let way = Way { name, ..Way::to(&office) }.taken_by(&mut office);
    let told = Diagnosis::of(&office, Some(&account)).await;
    assert!(matches!(told.at(Name), (Bad, Found::Broken { how: BrokenKind::Name, .. })));
    assert_eq!(told.those(Good), [Check::Proxy, Keychain, KeyForm]);
    assert_eq!(told.those(NotChecked), [Server, Check::Signer, Clock, Answer, Rights, InForce, Quota]);
    assert_eq!(way.sent(), []);
    assert_eq!(told.reported("Name look-up"), "in the way. Name: no such host: [host]");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_answer_is_asked_once_and_sent_no_token() {
    use BrokenKind::{Connect, Cut, Name as NoName, Timeout, Tls, TooLarge};
    for kind in [NoName, Connect, Tls, Timeout, Cut, TooLarge] {
        let mut office = Office::new(seeded(1, 1, 0));
        let account = office.connected().await;
        let way = Way { broken: Some(broken(kind, "as the test says")), ..Way::to(&office) };
        let way = way.taken_by(&mut office);
        let told = Diagnosis::of(&office, Some(&account)).await;
        assert!(
            matches!(told.at(Server), (Bad, Found::Broken { how, .. }) if *how == kind),
            "{:?}",
            told.lines
        );
        assert_eq!(told.those(Good), [Check::Proxy, Name, Keychain, KeyForm], "{kind:?}");
        assert_eq!(way.sent(), [("/".to_owned(), false)], "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_certificate_is_told_by_its_signer_and_a_companys_name_stays_out_of_the_report() {
    let by = || "Contoso Proxy CA".to_owned();
    let signed = |standing| watch::Sender::new(Some(Signer { by: by(), standing }));
    for (standing, state, in_report) in [(Standing::Public, Good, true), (Standing::Private, Curious, false)]
    {
        let mut office = Office::new(seeded(1, 1, 0));
        let account = office.connected().await;
        Way { signer: signed(standing), ..Way::to(&office) }.taken_by(&mut office);
        let told = Diagnosis::of(&office, Some(&account)).await;
        let (found_state, Found::SignedByAuthority { by: named } | Found::SignedByCompany { by: named }) =
            told.at(Check::Signer)
        else {
            panic!("{:?}", told.lines);
        };
        assert_eq!((found_state, named), (state, &by()), "{standing:?}");
        assert_eq!(told.report.contains("Contoso"), in_report, "{}", told.report);
        assert_eq!(told.those(Bad), [], "what the computer trusts is named, not refused");
    }
}

#[tokio::test(start_paused = true)]
async fn a_certificate_that_is_not_trusted_is_told_by_the_one_who_signed_it() {
    let mut office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let refused = Broken {
        signer: Some("Contoso Proxy CA (Contoso Ltd)".to_owned()),
        ..broken(BrokenKind::Tls, "invalid peer certificate issued by Contoso Proxy CA: UnknownIssuer")
    };
    let stranger = Signer { by: "Contoso Proxy CA (Contoso Ltd)".to_owned(), standing: Standing::Untrusted };
    let signer = watch::Sender::new(Some(stranger));
    Way { signer, broken: Some(refused), ..Way::to(&office) }.taken_by(&mut office);
    let told = Diagnosis::of(&office, Some(&account)).await;
    assert!(
        matches!(told.at(Check::Signer), (Bad, Found::SignedByStranger { by }) if by.starts_with("Contoso"))
    );
    assert_eq!(told.those(Bad), [Server, Check::Signer]);
    assert!(!told.report.contains("Contoso"), "{}", told.report);
    assert!(told.report.contains("UnknownIssuer"), "{}", told.report);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_off_is_odd_while_apple_accepts_the_key_and_in_the_way_once_it_does_not() {
    for (date, ahead) in [("-15m", 900), ("+2h", -7200)] {
        let office = Office::new(seeded(1, 1, 0));
        let account = office.connected().await;
        office.fault(&format!("GET /$ date={date} times=2"));
        let told = Diagnosis::of(&office, Some(&account)).await;
        assert!(
            matches!(told.at(Clock), (Curious, Found::Clock { ahead: told, .. }) if *told == ahead),
            "{:?}",
            told.lines
        );
        assert_eq!(told.those(Bad), []);

        office.fault(&format!("GET {KEYS} status=401"));
        let told = Diagnosis::of(&office, Some(&account)).await;
        assert_eq!(told.those(Bad), [Clock, Answer]);
        assert_eq!(told.lines.iter().map(|line| line.0).collect::<Vec<_>>(), ALL, "the order stays");
        assert!(told.reported("Clock").starts_with(&format!("in the way. {ahead} s ahead")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_off_is_blamed_for_a_refusal_only_if_the_token_was_too_old_or_too_new_by_apples() {
    // A token begins 30 s ago and ends in 90 s.
    for (date, expected) in [("+75s", Curious), ("+88s", Curious), ("+93s", Bad), ("-75s", Bad)] {
        let office = Office::new(seeded(1, 1, 0));
        let account = office.connected().await;
        office.fault(&format!("GET /$ date={date}"));
        office.fault(&format!("GET {KEYS} status=401"));
        let told = Diagnosis::of(&office, Some(&account)).await;
        assert_eq!((told.at(Clock).0, told.at(Answer).0), (expected, Bad), "{date}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_off_is_odd_without_an_account_or_an_api_key_to_try_it_with() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    office.fault("GET /$ date=+2h times=always");
    assert_eq!(Diagnosis::of(&office, None).await.at(Clock).0, Curious);
    office.vault.set(Some(VaultError::NoEntry));
    let told = Diagnosis::of(&office, Some(&account)).await;
    assert_eq!((told.at(Clock).0, told.those(Bad)), (Curious, vec![Keychain]));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_off_by_no_more_than_a_minute_is_right() {
    for (date, state) in [("+61s", Good), ("-61s", Good), ("+62s", Curious), ("-62s", Curious)] {
        let office = Office::new(seeded(1, 1, 0));
        office.fault(&format!("GET /$ date={date}"));
        let told = Diagnosis::of(&office, None).await;
        assert_eq!(told.at(Clock).0, state, "{date}, where a second is uncertain");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_a_date_tells_no_time() {
    let mut office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    Way { undated: true, ..Way::to(&office) }.taken_by(&mut office);
    let told = Diagnosis::of(&office, Some(&account)).await;
    assert!(matches!(told.at(Clock), (NotChecked, Found::NotTold)));
    assert_eq!(told.at(Answer).0, Good);
}

#[tokio::test(start_paused = true)]
async fn a_keychain_that_gives_no_api_key_is_told_by_its_reason_and_the_network_is_checked_all_the_same() {
    let detail = || "the words of the platform".to_owned();
    let account_name = || "Lindqvist".to_owned();
    for (trouble, what) in [
        (VaultError::Missing(detail()), What::KeychainMissing { detail: detail() }),
        (VaultError::Refused(detail()), What::KeychainRefused { detail: detail() }),
        (VaultError::NoEntry, What::ApiKeyGone { account: account_name() }),
        (VaultError::Newer, What::ApiKeyNewer { account: account_name() }),
        (VaultError::Damaged, What::ApiKeyDamaged { account: account_name() }),
        (VaultError::Failed(detail()), What::KeychainFailed { detail: detail() }),
    ] {
        let mut office = Office::new(seeded(1, 1, 0));
        let account = office.connected().await;
        let way = Way::to(&office).taken_by(&mut office);
        office.vault.set(Some(trouble));
        let told = Diagnosis::of(&office, Some(&account)).await;
        assert_eq!(told.problem(Keychain).what, what);
        assert_eq!(told.those(Bad), [Keychain]);
        assert_eq!(told.those(Good), [Check::Proxy, Name, Server, Clock, KeyForm]);
        assert_eq!(way.sent(), [("/".to_owned(), false)], "there is nothing to sign with");
        assert!(!told.report.contains("Lindqvist"), "{}", told.report);
    }
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_is_no_private_key_is_found_before_anything_is_signed() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let row = office.records.accounts().unwrap().remove(0);
    let rubbish = SecretSlice::from(vec![0; 40]);
    office.vault.store(EntryName(row.vault_entry), rubbish).await.unwrap();
    let told = Diagnosis::of(&office, Some(&account)).await;
    assert_eq!(told.those(Bad), [Keychain], "{:?}", told.lines);
}

#[tokio::test(start_paused = true)]
async fn ids_of_an_unusual_form_are_told_and_tried_all_the_same() {
    let office = Office::new(seeded(1, 1, 0));
    let odd = NewAccount {
        id: AccountId::fresh(),
        origin: Origin::apple(),
        name: "Odd".to_owned(),
        api_key: ApiKey { id: "2x9r4hxf34".to_owned(), issuer: Some("lindqvist-issuer".to_owned()) },
        api_key_fingerprint: office.credentials.fingerprint.parse().unwrap(),
        vault_entry: "odd".to_owned(),
        at: office.clock.now(),
    };
    office.records.begin_account(&odd).unwrap();
    office.records.account_ready(&odd.id).unwrap();
    let secret = SecretSlice::from(KeyPair::numbered(99, 1).pkcs8_der().to_vec());
    office.vault.store(EntryName("odd".to_owned()), secret).await.unwrap();

    let told = Diagnosis::of(&office, Some(&odd.id)).await;
    let (Curious, Found::UnusualForm { findings }) = told.at(KeyForm) else { panic!("{:?}", told.lines) };
    let what: Vec<Odd> = findings.iter().map(|finding| finding.what).collect();
    assert_eq!(what, [Odd::UnusualApiKeyId, Odd::UnusualIssuerId]);
    assert!(matches!(told.problem(Answer).what, What::NotAccepted { .. }));
    assert_eq!(
        told.reported("Form of the API key ID"),
        "worth a look. API key ID: unusual. Issuer ID: unusual."
    );
    for private in ["2x9r4hxf34", "2X9R4HXF34", "lindqvist"] {
        assert!(!told.report.contains(private), "{}", told.report);
    }
}

#[tokio::test(start_paused = true)]
async fn apples_answer_tells_which_part_stands_in_the_way() {
    for (fault, bad, good) in [
        ("status=401", Answer, vec![]),
        ("status=403", Rights, vec![Answer]),
        ("status=403 code=FORBIDDEN_ERROR title='Something else'", Rights, vec![Answer]),
        ("status=403 code=FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED", InForce, vec![Answer]),
        ("status=429 retry-after=30", Quota, vec![]),
        ("status=404", Answer, vec![]),
        ("status=500", Answer, vec![]),
        ("status=503 html", Answer, vec![]),
        ("html", Answer, vec![]),
        ("status=302 html", Answer, vec![]),
        ("text='{}'", Answer, vec![]),
        ("cut-before", Answer, vec![]),
    ] {
        let office = Office::new(seeded(1, 1, 0));
        let account = office.connected().await;
        let before = office.apple.log().len();
        office.clock.sleep(Duration::from_secs(1)).await;
        office.fault(&format!("GET {KEYS} {fault} times=always"));
        let told = Diagnosis::of(&office, Some(&account)).await;
        assert_eq!(told.those(Bad), [bad], "{fault}: {:?}", told.lines);
        let of_the_answer = [Answer, Rights, InForce, Quota];
        let well: Vec<Check> = of_the_answer.into_iter().filter(|check| told.at(*check).0 == Good).collect();
        assert_eq!(well, good, "{fault}: {:?}", told.lines);
        assert_eq!(office.apple.log().len(), before + 2, "{fault} is no reason to ask again");
    }
}

#[tokio::test(start_paused = true)]
async fn a_web_page_in_apples_place_is_told_as_one() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    office.fault("GET * html times=always");
    let told = Diagnosis::of(&office, Some(&account)).await;
    assert!(matches!(told.at(Answer), (Bad, Found::NotApple { status: 200 })), "{:?}", told.lines);
    assert_eq!(told.reported("API key"), "in the way. Status 200, and not from Apple's API.");
}

#[tokio::test(start_paused = true)]
async fn a_role_or_agreement_that_is_missing_leaves_the_rest_of_the_hour_known() {
    for settings in [
        Settings { role: Role::Nothing, ..Settings::default() },
        Settings { agreements: Agreements::Missing, ..Settings::default() },
    ] {
        let office = Office::new(seeded(1, 1, 0));
        let account = office.connected().await;
        office.apple.configure(|all| *all = settings);
        let told = Diagnosis::of(&office, Some(&account)).await;
        assert_eq!(told.those(Bad).len(), 1);
        assert!(matches!(told.at(Quota), (Good, Found::Left { .. })), "{:?}", told.lines);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_left_of_the_hour_is_told_with_what_it_means() {
    // Connecting takes two requests, the check one.
    for (per_hour, left, state) in [(3600, 3597, Good), (20, 17, Good), (3, 0, Bad)] {
        let office = Office::with(seeded(1, 1, 0), Settings { per_hour, ..Settings::default() });
        let account = office.connected().await;
        let told = Diagnosis::of(&office, Some(&account)).await;
        let (told_state, Found::Left { quota }) = told.at(Quota) else { panic!("{:?}", told.lines) };
        assert_eq!((told_state, quota.remaining, quota.limit), (state, left, Some(per_hour)));
        assert!(told.reported("Requests left").ends_with(&format!("{left} of {per_hour} this hour.")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_tenth_of_the_hour_left_is_worth_a_look() {
    let office = Office::with(seeded(1, 1, 0), Settings { per_hour: 20, ..Settings::default() });
    let account = office.connected().await;
    for _ in 0..15 {
        Diagnosis::of(&office, Some(&account)).await;
    }
    let told = Diagnosis::of(&office, Some(&account)).await;
    assert!(matches!(told.at(Quota), (Curious, Found::Left { quota }) if quota.slow), "{:?}", told.lines);
}

#[tokio::test(start_paused = true)]
async fn a_budget_that_the_answer_does_not_tell_is_not_taken_from_an_earlier_one() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    office.clock.sleep(Duration::from_secs(1)).await;
    office.fault(&format!(r#"GET {KEYS} text='{{"data":[]}}'"#));
    let told = Diagnosis::of(&office, Some(&account)).await;
    assert!(matches!(told.at(Quota), (NotChecked, Found::NotTold)), "{:?}", told.lines);
    assert_eq!(told.at(Answer).0, Good);
}

#[tokio::test(start_paused = true)]
async fn apples_limit_is_not_waited_for() {
    let office = Office::with(seeded(1, 1, 0), Settings { per_hour: 3, ..Settings::default() });
    let account = office.connected().await;
    Diagnosis::of(&office, Some(&account)).await;
    let began = office.clock.now();
    let told = Diagnosis::of(&office, Some(&account)).await;
    assert!(matches!(told.problem(Quota).what, What::TooManyRequests { .. }), "{:?}", told.lines);
    assert_eq!(office.clock.now(), began);
}

#[tokio::test(start_paused = true)]
async fn it_can_be_stopped_while_a_part_is_checked_and_what_is_known_stays_told() {
    let mut office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let reached = Arc::new(Notify::new());
    Way { endless: Some(Arc::clone(&reached)), ..Way::to(&office) }.taken_by(&mut office);
    let stop = async {
        reached.notified().await;
        office.desk.stop("run");
    };
    let (told, ()) = tokio::join!(Diagnosis::of(&office, Some(&account)), stop);
    assert!(told.stopped);
    assert_eq!(told.lines.iter().map(|line| line.0).collect::<Vec<_>>(), [Check::Proxy]);
    assert!(told.report.contains("stopped before its end"), "{}", told.report);
    assert_eq!(told.reported("Server"), "not reached");
}

#[tokio::test(start_paused = true)]
async fn it_can_be_stopped_while_the_keychain_waits_and_then_nothing_is_sent_any_more() {
    let mut office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let way = Way::to(&office).taken_by(&mut office);
    let asked = office.vault.hold();
    let stop = async {
        asked.notified().await;
        office.desk.stop("run");
    };
    let (told, ()) = tokio::join!(Diagnosis::of(&office, Some(&account)), stop);
    assert!(told.stopped);
    assert_eq!(told.those(Good), [Check::Proxy, Name, Server, Clock]);
    assert_eq!(way.sent(), [("/".to_owned(), false)]);
}

#[tokio::test(start_paused = true)]
async fn the_report_says_all_that_support_needs_and_nothing_that_names_anybody() {
    let mut office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let (key_id, issuer) = (office.credentials.key_id.clone(), office.credentials.issuer_id.clone().unwrap());
    office.fault(&format!(
        "GET {KEYS} status=403 code=FORBIDDEN_ERROR title='{key_id} of LINDQVIST is not allowed' \
         detail='Issuer {issuer} by proxy01, see https://ann:secret@intranet.contoso.example/x or mail ann@contoso.example.'"
    ));
    Way { via: Via::System { address: "https://proxy01:3128".to_owned() }, ..Way::to(&office) }
        .taken_by(&mut office);
    let told = Diagnosis::of(&office, Some(&account)).await;

    let request_id = told.problem(Rights).apple.clone().unwrap().request_id.unwrap();
    for said in [
        "Latchkey 0.0.0",
        std::env::consts::OS,
        std::env::consts::ARCH,
        "UTC",
        "FORBIDDEN_ERROR",
        &request_id,
    ] {
        assert!(told.report.contains(said), "{said} is missing in {}", told.report);
    }
    let lower = told.report.to_lowercase();
    for private in
        [&*key_id, &issuer, "lindqvist", "ann", "secret", "contoso", "proxy01", &account.to_string()]
    {
        assert!(!lower.contains(&private.to_lowercase()), "{private} is in {}", told.report);
    }
    assert_eq!(told.report.lines().count(), 3 + ALL.len(), "a head and one line a part: {}", told.report);
}

#[tokio::test(start_paused = true)]
async fn the_report_names_neither_this_computer_nor_who_uses_it() {
    let (host, user) = (whoami::hostname().unwrap(), whoami::username().unwrap());
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    office.fault(&format!("GET {KEYS} status=403 code=FORBIDDEN_ERROR detail='<{host}> by <{user}>'"));
    let told = Diagnosis::of(&office, Some(&account)).await;
    assert!(told.report.contains("<[name]> by <[name]>"), "{}", told.report);
}

#[tokio::test(start_paused = true)]
async fn a_report_of_a_test_server_says_so() {
    let office = Office::new(seeded(1, 1, 0));
    let desk = office.desk_for(Origin::loopback("http://127.0.0.1:8080").unwrap());
    let told = Diagnosis::told(events(&desk, None).await);
    assert!(told.report.contains("a test server on this computer"), "{}", told.report);
    assert!(matches!(told.at(Check::Signer), (NotChecked, Found::NotSigned)));
}

#[tokio::test(start_paused = true)]
async fn nothing_lies_between_here_and_a_server_in_this_process() {
    let nowhere = Nowhere::default();
    assert_eq!(nowhere.via(), Via::Direct);
    assert_eq!(nowhere.look_up().await, Ok(()));
    assert_eq!(*nowhere.signer().borrow(), None);
}
