//! Key pairs that are made here: saved and checked first, sent after.

use std::{fs, path::PathBuf};

use latchkey_core::{
    account::{AccountId, Origin},
    desk::{
        problem::{SaveTrouble, What},
        view::{AddRequest, Added, Confirmed, DraftId, Holds, PrivateKey, SavedPair, Saving, Source},
    },
    key::Scope,
    keyfile::{KeyFile, inspect},
    records::{ActivityQuery, Did},
    vault::{EntryName, Vault, VaultError},
};
use latchkey_simulator::practice::seeded;

use crate::{Office, code};

pub(crate) const FILE_ONLY: Saving = Saving { protected: false, keep: false };
pub(crate) const KEPT_TOO: Saving = Saving { protected: false, keep: true };
pub(crate) const PROTECTED: Saving = Saving { protected: true, keep: false };

impl Office {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A new pair that is to be saved as `private_key.pem`.
    pub(crate) async fn placed(&self, account: &AccountId) -> DraftId {
        let pair = self.desk.new_pair(account).await.unwrap().id;
        self.desk.place(&pair, self.path("private_key.pem")).unwrap();
        pair
    }

    /// Fingerprint of the private key that was saved.
    fn saved(&self, name: &str, pair: &DraftId) -> String {
        let key = match inspect(&fs::read(self.path(name)).unwrap()) {
            KeyFile::PrivateKey(key) => key,
            KeyFile::Locked(locked) => locked.open(&self.desk.pair_password(pair).unwrap()).unwrap(),
            other => panic!("{other:?}"),
        };
        assert!(key.holds());
        key.public_key().fingerprint().groups().concat()
    }

    /// Adds the public key of a saved pair for all apps, and gives its ID back.
    pub(crate) async fn registered(&self, account: &AccountId, saved: &SavedPair) -> String {
        let request = AddRequest {
            account: account.clone(),
            key: saved.key.id.clone(),
            scope: Scope::AllApps,
            work: None,
        };
        let draft = self.desk.prepare_add(request).await.unwrap();
        assert!(matches!(draft.confirmed, Confirmed::MadeHere { .. }), "{draft:?}");
        match self.desk.commit_add(&draft.id, "Website".to_owned()).await.unwrap() {
            Added::Done { key, .. } => key.id,
            other => panic!("{other:?}"),
        }
    }

    fn done(&self, did: Did) -> Vec<Option<String>> {
        let query = ActivityQuery {
            origin: Origin::apple(),
            account: None,
            search: String::new(),
            before: None,
            limit: 1000,
        };
        let entries = self.records.activity(&query).unwrap().entries.into_iter();
        entries.filter(|entry| entry.did == did).map(|entry| entry.detail).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_pair_is_saved_and_checked_before_anything_is_sent() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let requests = office.apple.log().len();
    let pair = office.desk.new_pair(&account).await.unwrap();
    let place = office.desk.place(&pair.id, office.path("private_key.pem")).unwrap();
    assert_eq!((place.name.as_str(), place.replaces), ("private_key.pem", false));
    let saved = office.desk.save_new_pair(&pair.id, &account, PROTECTED).await.unwrap();
    assert_eq!(office.apple.log().len(), requests, "nothing was sent");

    let text = fs::read_to_string(office.path("private_key.pem")).unwrap();
    assert!(text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"), "the password is on it");
    assert_eq!(office.saved("private_key.pem", &pair.id), pair.groups.concat());
    let groups: Vec<_> = saved.key.groups.into_iter().map(Option::unwrap).collect();
    assert_eq!((groups, saved.key.holds), (pair.groups, Holds::PrivateKey));
    assert!(matches!(saved.key.source, Source::MadeHere { name, .. } if name == "private_key.pem"));
    assert!(saved.not_kept.is_none());
    assert_eq!(office.done(Did::CreatedPair), [Some("private_key.pem".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn a_pair_made_here_needs_no_word_and_its_key_says_where_the_private_key_is() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let pair = office.placed(&account).await;
    let saved = office.desk.save_new_pair(&pair, &account, KEPT_TOO).await.unwrap();
    let id = office.registered(&account, &saved).await;
    let row = office.keys(&account).await.into_iter().find(|row| row.id == id).unwrap();
    assert!(matches!(row.confirmed, Confirmed::MadeHere { .. }), "{row:?}");
    let PrivateKey::OnThisComputer { keychain: true, file: Some(file), .. } = row.private_key else {
        panic!("{row:?}")
    };
    assert_eq!(file, "private_key.pem");
}

#[tokio::test(start_paused = true)]
async fn the_password_can_be_left_out() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let pair = office.placed(&account).await;
    office.desk.save_new_pair(&pair, &account, FILE_ONLY).await.unwrap();
    let file = inspect(&fs::read(office.path("private_key.pem")).unwrap());
    assert!(matches!(file, KeyFile::PrivateKey(_)), "{file:?}");
    let otherwise = office.desk.save_new_pair(&pair, &account, PROTECTED).await;
    let why = SaveTrouble::AlreadyThere;
    assert_eq!(code(otherwise), What::NotSaved { name: "private_key.pem".to_owned(), why });
}

#[tokio::test(start_paused = true)]
async fn a_double_click_on_save_writes_once_and_answers_the_same() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let pair = office.placed(&account).await;
    let save = || office.desk.save_new_pair(&pair, &account, FILE_ONLY);
    let (first, second) = tokio::join!(save(), save());
    let third = save().await;
    let ids = [first, second, third].map(|saved| saved.unwrap().key.id);
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(office.done(Did::CreatedPair).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_can_not_be_saved_offers_nothing_and_another_place_can_be_chosen() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let pair = office.desk.new_pair(&account).await.unwrap().id;
    let save = || office.desk.save_new_pair(&pair, &account, KEPT_TOO);
    assert_eq!(code(save().await), What::Gone, "no place was chosen");
    office.desk.place(&pair, office.path("nowhere/key.pem")).unwrap();
    let problem = What::NotSaved { name: "key.pem".to_owned(), why: SaveTrouble::NoFolder };
    assert_eq!(code(save().await), problem);
    assert!(office.done(Did::CreatedPair).is_empty());
    assert_eq!(office.records.kept_keys(&Origin::apple()).unwrap(), [], "the file comes first");
    office.desk.place(&pair, office.path("key.pem")).unwrap();
    save().await.unwrap();
    office.saved("key.pem", &pair);
}

#[tokio::test(start_paused = true)]
async fn a_file_is_replaced_only_if_it_was_there_when_the_dialog_asked() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let pair = office.placed(&account).await;
    fs::write(office.path("private_key.pem"), "somebody else's").unwrap();
    let save = || office.desk.save_new_pair(&pair, &account, FILE_ONLY);
    let what = code(save().await);
    assert!(matches!(what, What::NotSaved { why: SaveTrouble::AlreadyThere, .. }), "{what:?}");
    assert_eq!(fs::read(office.path("private_key.pem")).unwrap(), b"somebody else's");
    assert!(office.desk.place(&pair, office.path("private_key.pem")).unwrap().replaces);
    save().await.unwrap();
    office.saved("private_key.pem", &pair);
}

#[tokio::test(start_paused = true)]
async fn a_keychain_that_refuses_is_told_beside_and_the_file_counts() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let pair = office.placed(&account).await;
    office.vault.set(Some(VaultError::Refused("no".to_owned())));
    let saved = office.desk.save_new_pair(&pair, &account, KEPT_TOO).await.unwrap();
    let not_kept = saved.not_kept.unwrap().what;
    assert_eq!(not_kept, What::KeychainRefused { detail: "no".to_owned() });
    assert_eq!(office.records.kept_keys(&Origin::apple()).unwrap(), []);
    office.saved("private_key.pem", &pair);
}

#[tokio::test(start_paused = true)]
async fn a_private_key_in_the_keychain_can_be_saved_again() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let pair = office.placed(&account).await;
    let saved = office.desk.save_new_pair(&pair, &account, KEPT_TOO).await.unwrap();
    let id = office.registered(&account, &saved).await;
    office.desk.forget_pair(&pair);
    fs::remove_file(office.path("private_key.pem")).unwrap();

    let office = office.restart();
    let kept = office.desk.kept_pair(&account, &id).await.unwrap();
    office.desk.place(&kept.id, office.path("again.pem")).unwrap();
    let file = office.desk.save_private_key(&kept.id, FILE_ONLY).await.unwrap();
    assert_eq!(file.name, "again.pem");
    assert_eq!(office.saved("again.pem", &kept.id), kept.groups.concat());
    assert_eq!(office.done(Did::SavedPrivateKey), [Some("again.pem".to_owned())]);
    let as_new = office.desk.save_new_pair(&kept.id, &account, FILE_ONLY).await;
    assert_eq!(code(as_new), What::Gone, "it is registered already");
}

#[tokio::test(start_paused = true)]
async fn a_private_key_that_the_keychain_does_not_show_is_told_to_be_gone_and_stays_noted() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let pair = office.placed(&account).await;
    let saved = office.desk.save_new_pair(&pair, &account, KEPT_TOO).await.unwrap();
    let id = office.registered(&account, &saved).await;
    let [kept] = office.records.kept_keys(&Origin::apple()).unwrap().try_into().unwrap();
    let entry = EntryName(kept.entry.clone());
    let secret = office.vault.load(entry.clone()).await.unwrap();
    office.vault.forget(entry.clone()).await.unwrap();
    assert_eq!(code(office.desk.kept_pair(&account, &id).await), What::PrivateKeyGone);
    assert_eq!(
        office.records.kept_keys(&Origin::apple()).unwrap(),
        [kept],
        "a keychain that is locked shows no entry either"
    );
    office.vault.store(entry, secret).await.unwrap();
    office.desk.kept_pair(&account, &id).await.expect("it is open again");
}

#[tokio::test(start_paused = true)]
async fn what_goes_into_the_keychain_is_noted_before() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let pair = office.placed(&account).await;
    let noted = || office.records.kept_keys(&Origin::apple()).unwrap().len();
    let asked = office.vault.hold();
    let saving = office.desk.save_new_pair(&pair, &account, KEPT_TOO);
    tokio::select! {
        _ = saving => panic!("the keychain has not answered"),
        () = asked.notified() => assert_eq!(noted(), 1, "should the app end now, nothing is there without a name"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_keychain_that_refuses_takes_no_note_away_that_an_earlier_save_left() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let pair = office.placed(&account).await;
    office.desk.save_new_pair(&pair, &account, KEPT_TOO).await.unwrap();
    office.desk.place(&pair, office.path("again.pem")).unwrap();
    office.vault.set(Some(VaultError::Refused("no".to_owned())));
    let again = office.desk.save_new_pair(&pair, &account, KEPT_TOO).await.unwrap();
    assert!(again.not_kept.is_some());
    assert_eq!(office.records.kept_keys(&Origin::apple()).unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_private_key_of_a_removed_key_can_be_saved_again() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let pair = office.placed(&account).await;
    let saved = office.desk.save_new_pair(&pair, &account, KEPT_TOO).await.unwrap();
    let id = office.registered(&account, &saved).await;
    office.apple.change(|apple| apple.remove_key(&id));
    office.inventory(&account).await;
    let kept = office.desk.kept_pair(&account, &id).await.unwrap();
    office.desk.place(&kept.id, office.path("again.pem")).unwrap();
    office.desk.save_private_key(&kept.id, FILE_ONLY).await.unwrap();
    assert_eq!(office.saved("again.pem", &kept.id), kept.groups.concat());
    assert_eq!(code(office.desk.kept_pair(&account, "another").await), What::KeyGone);
}

#[tokio::test(start_paused = true)]
async fn a_key_whose_private_key_was_never_kept_has_none_to_save() {
    let office = Office::new(seeded(1, 12, 3));
    let account = office.connected().await;
    let id = office.keys(&account).await[0].id.clone();
    assert_eq!(code(office.desk.kept_pair(&account, &id).await), What::PrivateKeyGone);
}

#[tokio::test(start_paused = true)]
async fn a_pair_is_saved_for_its_own_account_and_forgotten_on_request() {
    let office = Office::new(seeded(1, 1, 0));
    let account = office.connected().await;
    let sample = office.desk.open_sample().await.unwrap().id;
    let pair = office.placed(&account).await;
    assert_eq!(code(office.desk.save_new_pair(&pair, &sample, FILE_ONLY).await), What::Gone);
    office.desk.forget_pair(&pair);
    assert_eq!(code(office.desk.pair_password(&pair)), What::Gone);
}
