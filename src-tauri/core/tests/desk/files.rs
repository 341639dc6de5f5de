//! Chosen files: held, opened, taken, identified, checked.

use latchkey_core::{
    account::AccountId,
    desk::{
        Chosen,
        problem::{FileTrouble, What},
        view::{ConnectForm, Holds, Identity, KeyMatch, PrivateKey, PrivateKeyCheck, Source},
    },
    keyfile::{Unusable, new_pair},
};
use latchkey_simulator::{Account, KeyPair, practice::seeded};
use secrecy::ExposeSecret;

use crate::{Office, code};

const PASSWORD: &str = "correct horse";

/// Made by `openssl pkcs8 -topk8 -iter 2048 -passout 'pass:correct horse'` for this test.
const LOCKED: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n\
    MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhR9bcbAGEqMQICCAAw\n\
    DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEIOAbkehJzioTCQJ00Jt0lIEgZDf\n\
    skNa3jFuej9J8MWS7Rx0f9vkElxsAAvo9dD65zSXMrc/VAiYevYCoLRbqFjAB/Hq\n\
    CJ+irkNazMPuZr4aeySIvxxoU5ljFBQk4Yfip3HgBVsLfX1dg++ODpB/Fyw2LXzz\n\
    d68zVpijz5ABXC3aV3tmydRERdJ9/LP87gpANmVc0XtbFPeMjmuNUL7Y+RKH0pc=\n\
    -----END ENCRYPTED PRIVATE KEY-----\n";

/// The same with `-iter 20000000`.
const EXPENSIVE: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n\
    MIHuMFkGCSqGSIb3DQEFDTBMMCsGCSqGSIb3DQEFDDAeBAixuO+etzd2TAIEATEt\n\
    ADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQlDGScMo56hXLr89NI57K7QSB\n\
    kOEx0jvZG7ngJtpaA4cWxhGiFMq9k9FXM9ySkkU1vhiDdR+QT1cBfrFikYC0Ur4I\n\
    dhp+98HT5S3tqXktyBU9YnF6KnSKc8Eon/y5aLKXO8B1G/4s3tTJAa2t1LcqF6PU\n\
    MXljm/fSlGR/ACDHxHg/8VOHUYaTXxs8tXXtdUKCXQOwm3Mm+Be0P0qa8Q9WXJJq\n\
    PA==\n\
    -----END ENCRYPTED PRIVATE KEY-----\n";

/// An account with one key, of the pair `KeyPair::numbered(7, 1)`, for one app.
fn one_key() -> Account {
    let mut account = Account::new(1);
    let app = account.add_app("Reader", "com.example.reader").id.clone();
    account.add_key(KeyPair::numbered(7, 1).public(), Some(&app));
    account
}

fn locked(office: &Office) -> Chosen {
    office.file("locked.pem", LOCKED)
}

fn private(office: &Office, number: u64) -> Chosen {
    office.file(&format!("key-{number}.pem"), &KeyPair::numbered(7, number).pkcs8_pem())
}

fn public(office: &Office, number: u64) -> Chosen {
    office.file("public.pem", &KeyPair::numbered(7, number).public().pem())
}

/// Connects the account with a second API key, which it has to accept.
async fn connect_second(office: &Office, key_id: &str) -> AccountId {
    let form = office.form("Second");
    let file = office.file("second.p8", &KeyPair::numbered(99, 2).pkcs8_pem());
    let draft = office.desk.take_api_key(&office.held(file)).unwrap().id;
    let form = ConnectForm { draft: Some(draft), api_key_id: key_id.to_owned(), ..form };
    office.desk.connect(form).await.unwrap().account.id
}

fn accounts_of(keys: &[KeyMatch]) -> Vec<&str> {
    keys.iter().map(|found| found.account.name.as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_file_that_arrives_takes_the_place_of_those_held_before() {
    let office = Office::new(one_key());
    let account = office.connected().await;
    let first = office.held(public(&office, 1));
    let both = office.desk.hold(vec![public(&office, 2), Chosen::Text("hello".to_owned().into())]);
    assert_eq!(code(office.desk.take_key_file(&first, &account)), What::Gone);
    assert_eq!(both[1].source, Source::Pasted);
    assert!(office.desk.take_key_file(&both[0].id, &account).is_ok());
    office.desk.forget_files();
    assert_eq!(code(office.desk.take_key_file(&both[1].id, &account)), What::Gone);
}

#[tokio::test(start_paused = true)]
async fn an_api_key_that_is_not_used_is_forgotten_with_the_files() {
    let mut account = one_key();
    let second = account.add_team_key(&KeyPair::numbered(99, 2)).key_id;
    let office = Office::new(account);
    let account = office.connected().await;
    let form = office.form("Second");
    let other = || office.file("second.p8", &KeyPair::numbered(99, 2).pkcs8_pem());
    let prepare = async || {
        let draft = office.desk.take_api_key(&office.held(other())).unwrap().id;
        let form = ConnectForm { draft: Some(draft), api_key_id: second.clone(), ..form.clone() };
        office.desk.prepare_api_key(&account, form).await.unwrap().id
    };
    let forget: [&dyn Fn(); 2] = [&|| office.desk.forget_files(), &|| drop(office.desk.start().unwrap())];
    for forget in forget {
        let tried = prepare().await;
        forget();
        assert_eq!(code(office.desk.use_new_api_key(&tried).await), What::Gone);
        let unused = office.form("Third");
        forget();
        assert_eq!(code(office.desk.connect(unused).await), What::Gone);
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_loaded_anew_finds_no_file_and_no_pair_of_the_former_one() {
    let office = Office::new(one_key());
    let account = office.connected().await;
    let file = office.held(private(&office, 1));
    let pair = office.desk.new_pair(&account).await.unwrap().id;
    office.desk.start().unwrap();
    assert_eq!(code(office.desk.take_key_file(&file, &account)), What::Gone);
    assert_eq!(code(office.desk.pair_password(&pair)), What::Gone);
}

#[tokio::test(start_paused = true)]
async fn what_can_be_used_is_used_up_and_what_cant_stays_for_something_else() {
    let office = Office::new(one_key());
    let account = office.connected().await;
    let file = office.held(public(&office, 2));
    let name = Some("public.pem".to_owned());
    assert_eq!(code(office.desk.take_api_key(&file)), What::PublicKeyAsApiKey { name });
    office.desk.take_key_file(&file, &account).unwrap();
    assert_eq!(code(office.desk.take_key_file(&file, &account)), What::Gone, "no secret is held longer");

    let api_key = office.held(office.api_key_file());
    let what = code(office.desk.take_key_file(&api_key, &account));
    assert!(matches!(what, What::ThatIsAnApiKey { account, .. } if account == "Lindqvist"));
    office.desk.take_api_key(&api_key).unwrap();
    assert_eq!(code(office.desk.take_api_key(&api_key)), What::Gone);
}

#[tokio::test(start_paused = true)]
async fn trouble_with_reading_is_told_by_whatever_takes_the_file() {
    let office = Office::new(one_key());
    let account = office.connected().await;
    let file = office.held(Chosen::File(office.folder.path().join("not-there.pem")));
    let expected = What::FileNotRead { name: "not-there.pem".to_owned(), why: FileTrouble::NotFound };
    assert_eq!(code(office.desk.take_key_file(&file, &account)), expected);
    let identified = office.desk.identify(&[file], Some(&account), false).unwrap();
    assert!(matches!(identified[0].what, Identity::NotRead { why: FileTrouble::NotFound }));
}

#[tokio::test(start_paused = true)]
async fn a_locked_file_opens_with_its_password_and_no_other() {
    let office = Office::new(one_key());
    let account = office.connected().await;
    let held = office.desk.hold(vec![locked(&office)]).remove(0);
    assert!(held.locked);
    let name = Some("locked.pem".to_owned());
    let asked = code(office.desk.take_key_file(&held.id, &account));
    assert_eq!(asked, What::PasswordNeeded { name: name.clone() });
    let wrong = office.desk.unlock(&held.id, "wrong horse".into(), "run").await;
    assert_eq!(code(wrong), What::WrongPassword { name });
    assert!(!office.desk.unlock(&held.id, PASSWORD.into(), "run").await.unwrap().locked);
    assert_eq!(office.desk.take_key_file(&held.id, &account).unwrap().holds, Holds::PrivateKey);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_asks_for_absurd_work_is_not_tried() {
    let office = Office::new(one_key());
    let held = office.desk.hold(vec![office.file("locked.pem", EXPENSIVE)]).remove(0);
    let what = code(office.desk.unlock(&held.id, PASSWORD.into(), "run").await);
    let name = Some("locked.pem".to_owned());
    assert_eq!(what, What::TooExpensive { name, asked: 20_000_000, limit: 10_000_000 });
}

#[tokio::test(start_paused = true)]
#[expect(clippy::disallowed_methods, reason = "a test writes a key file")]
async fn stop_gives_up_waiting_for_a_file_to_open() {
    let office = Office::new(one_key());
    let slow = new_pair().pem_under(&PASSWORD.into());
    let held = office.desk.hold(vec![office.file("slow.pem", slow.expose_secret())]).remove(0);
    let (unlocked, ()) =
        tokio::join!(office.desk.unlock(&held.id, PASSWORD.into(), "run"), async { office.desk.stop("run") });
    assert!(unlocked.unwrap().locked, "nobody waited for it");
}

#[tokio::test(start_paused = true)]
#[expect(clippy::disallowed_methods, reason = "a test writes a key file")]
async fn files_are_tried_with_a_password_one_after_another() {
    let office = Office::new(one_key());
    let slow = new_pair().pem_under(&PASSWORD.into());
    let files = vec![office.file("slow.pem", slow.expose_secret()), locked(&office)];
    let files = office.desk.hold(files);
    let order = std::sync::Mutex::new(Vec::new());
    let unlock = async |nth: usize| {
        let opened = office.desk.unlock(&files[nth].id, PASSWORD.into(), "run").await;
        order.lock().unwrap().push(nth);
        opened.unwrap().locked
    };
    assert_eq!(tokio::join!(unlock(0), unlock(1)), (false, false));
    assert_eq!(
        order.into_inner().unwrap(),
        [0, 1],
        "the one that takes 300 times as long had its turn first"
    );
}

#[tokio::test(start_paused = true)]
async fn each_of_several_files_is_identified() {
    let office = Office::new(one_key());
    let account = office.connected().await;
    let id = office.keys(&account).await[0].id.clone();
    let files = office.desk.hold(vec![
        public(&office, 1),
        private(&office, 1),
        private(&office, 2),
        office.api_key_file(),
        locked(&office),
        office.file("hello.txt", "hello"),
    ]);
    let ids: Vec<_> = files.into_iter().map(|file| file.id).collect();
    let requests = office.apple.log().len();
    let identified = office.desk.identify(&ids, Some(&account), false).unwrap();
    assert_eq!(identified.iter().map(|one| one.file.clone()).collect::<Vec<_>>(), ids);
    let what: Vec<_> = identified.into_iter().map(|one| one.what).collect();
    let [
        Identity::PublicKey { keys: public, .. },
        Identity::PrivateKey { keys: private, named_like_api_key: false, .. },
        Identity::PrivateKey { keys: unknown, .. },
        Identity::ApiKey { account: owner },
        Identity::Locked,
        Identity::Unusable { found: Unusable::NotAKey { text: true } },
    ] = what.as_slice()
    else {
        panic!("{what:?}")
    };
    assert_eq!([&public[0], &private[0]].map(|found| found.key.id.to_string()), [id.clone(), id]);
    assert!(unknown.is_empty());
    assert_eq!(owner.id, account);
    assert_eq!(office.apple.log().len(), requests, "nothing is asked");
}

#[tokio::test(start_paused = true)]
async fn a_file_is_compared_with_other_accounts_only_on_request() {
    let mut account = one_key();
    let second = account.add_team_key(&KeyPair::numbered(99, 2)).key_id;
    let office = Office::new(account);
    let lindqvist = office.connected().await;
    let second = connect_second(&office, &second).await;
    office.inventory(&lindqvist).await;
    office.inventory(&second).await;
    let file = office.held(public(&office, 1));
    let matches = |account: Option<&AccountId>, everywhere| {
        let identified = office.desk.identify(std::slice::from_ref(&file), account, everywhere).unwrap();
        let Identity::PublicKey { keys, .. } = &identified[0].what else { panic!("{identified:?}") };
        accounts_of(keys).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(matches(Some(&lindqvist), false), ["Lindqvist"]);
    let mut everywhere = matches(Some(&lindqvist), true);
    everywhere.sort();
    assert_eq!(everywhere, ["Lindqvist", "Second"]);
    assert!(matches(None, false).is_empty(), "no account is looked into unasked");
}

#[tokio::test(start_paused = true)]
async fn a_private_key_is_shown_to_be_that_of_a_key_and_the_file_is_noted() {
    let office = Office::new(one_key());
    let account = office.connected().await;
    let id = office.keys(&account).await[0].id.clone();
    let check = office.desk.check_private_key(&office.held(private(&office, 1)), &account, &id).unwrap();
    let PrivateKeyCheck::Its { key } = check else { panic!("{check:?}") };
    let at = office.clock.now();
    assert_eq!(key.private_key, PrivateKey::InAFile { name: Some("key-1.pem".to_owned()), at });
    assert_eq!(office.keys(&account).await[0].private_key, key.private_key);
}

#[tokio::test(start_paused = true)]
async fn a_private_key_of_another_key_is_noted_with_that_one() {
    let mut account = one_key();
    let other = account.add_key(KeyPair::numbered(7, 2).public(), None);
    let office = Office::new(account);
    let account = office.connected().await;
    let rows = office.keys(&account).await;
    let asked = &rows.iter().find(|row| row.id != other).unwrap().id;
    let check = office.desk.check_private_key(&office.held(private(&office, 2)), &account, asked).unwrap();
    let PrivateKeyCheck::Another { fingerprint, keys } = check else { panic!("{check:?}") };
    assert_eq!(fingerprint, KeyPair::numbered(7, 2).public().fingerprint());
    assert_eq!(keys.iter().map(|found| found.key.id.to_string()).collect::<Vec<_>>(), [other.as_str()]);
    for row in office.keys(&account).await {
        let noted = matches!(row.private_key, PrivateKey::InAFile { .. });
        assert_eq!(noted, row.id == other, "{row:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_private_key_of_a_distribution_key_is_not_checked() {
    let office = Office::new(one_key());
    let account = office.connected().await;
    let id = office.keys(&account).await[0].id.clone();
    let check = |chosen| code(office.desk.check_private_key(&office.held(chosen), &account, &id));
    let name = Some("public.pem".to_owned());
    assert_eq!(check(public(&office, 1)), What::PublicKeyAsPrivateKey { name });
    assert!(matches!(check(office.api_key_file()), What::ThatIsAnApiKey { .. }));
    assert!(matches!(check(locked(&office)), What::PasswordNeeded { .. }));
    assert!(matches!(check(office.file("a.txt", "hello")), What::WrongFile { .. }));
    let gone = office.desk.check_private_key(&office.held(private(&office, 1)), &account, "another");
    assert_eq!(code(gone), What::KeyGone);
}

#[tokio::test(start_paused = true)]
async fn without_an_account_files_are_identified_too() {
    let office = Office::new(seeded(1, 1, 0));
    let file = office.held(office.api_key_file());
    let identified = office.desk.identify(&[file], None, false).unwrap();
    let Identity::PrivateKey { named_like_api_key, .. } = identified[0].what else {
        panic!("{identified:?}")
    };
    assert!(named_like_api_key, "probably an API key: connect an account?");
}
