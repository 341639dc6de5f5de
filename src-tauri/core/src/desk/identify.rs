//! What held files have to do with the keys and accounts on this computer. Nothing is asked of Apple: what the
//! accounts last listed is compared.

use crate::{
    account::AccountId,
    desk::{
        Desk, Open,
        drafts::{ChosenFile, Content},
        files::Key,
        problem::{Problem, What},
        rows::{in_few_words, row},
        view::{Account, DraftId, Identified, Identity, KeyMatch, PrivateKeyCheck, UsedFor},
    },
    key::PublicKey,
    keyfile::{Unusable, file_name::looks_like_apple_api_key},
    records::{KnownKey, PrivateKeySeen, Reach},
};

/// The keys that an account last listed.
struct Listed {
    account: Account,
    keys: Vec<(KnownKey, Reach)>,
}

impl Desk {
    /// Says what held files are, and which keys of `account`, or of all accounts, they belong to. An API key is known
    /// whichever account it belongs to.
    ///
    /// # Errors
    /// [`What::Gone`], [`What::NoSuchAccount`], [`What::Records`].
    pub fn identify(
        &self,
        files: &[DraftId],
        account: Option<&AccountId>,
        everywhere: bool,
    ) -> Result<Vec<Identified>, Problem> {
        let accounts = if everywhere {
            self.accounts()?.into_iter().map(|account| account.id).collect()
        } else {
            Vec::from_iter(account.cloned())
        };
        let listed: Vec<Listed> = accounts
            .iter()
            .map(|account| self.opened(account).and_then(|open| self.listed(&open)))
            .collect::<Result<_, _>>()?;
        let identified = files.iter().map(|id| {
            let file = self.chosen_file(id)?;
            let what = self.identity(&file, &listed)?;
            Ok(Identified { file: id.clone(), source: file.source.clone(), what })
        });
        identified.collect()
    }

    /// Makes a held private key sign, and says whether it is that of the key `key`. The file is noted with every key
    /// of the account that it belongs to.
    ///
    /// # Errors
    /// [`What::Gone`], [`What::KeyGone`], [`What::FileNotRead`], [`What::WrongFile`], [`What::PasswordNeeded`],
    /// [`What::PublicKeyAsPrivateKey`], [`What::ThatIsAnApiKey`], [`What::Records`].
    pub fn check_private_key(
        &self,
        file: &DraftId,
        account: &AccountId,
        key: &str,
    ) -> Result<PrivateKeyCheck, Problem> {
        let file = self.chosen_file(file)?;
        let name = file.source.file_name();
        let Key::Private(private) = self.key_in(&file)? else {
            return Err(self.problem(What::PublicKeyAsPrivateKey { name }));
        };
        let public = private.public_key();
        if let Some(owner) = self.owner_of_api_key(public)? {
            return Err(self.problem(What::ThatIsAnApiKey { name, account: owner.name }));
        }
        if !private.holds() {
            return Err(self.problem(What::WrongFile { name, is: Unusable::Damaged }));
        }
        let open = self.opened(account)?;
        self.listed_key(&open, key)?;
        let listed = self.listed(&open)?;
        for (known, _) in listed.keys.iter().filter(|(known, _)| known.public_key.as_ref() == Some(public)) {
            self.note_seen(&open, known, name.clone())?;
        }
        let (known, reach) = self.listed_key(&open, key)?;
        if known.public_key.as_ref() == Some(public) {
            return Ok(PrivateKeyCheck::Its { key: row(&known, reach, UsedFor::Looking) });
        }
        let fingerprint = public.fingerprint().to_string();
        Ok(PrivateKeyCheck::Another { fingerprint, keys: matches(&[listed], public) })
    }

    /// The account whose API key this is, if one's is.
    pub(super) fn owner_of_api_key(&self, key: &PublicKey) -> Result<Option<Account>, Problem> {
        let fingerprint = key.fingerprint();
        let mut owners = self.accounts_with_keys()?.into_iter();
        Ok(owners.find(|(_, held)| *held == fingerprint).map(|(account, _)| account))
    }

    fn identity(&self, file: &ChosenFile, listed: &[Listed]) -> Result<Identity, Problem> {
        let key = match file.content() {
            Content::PublicKey(key) => key,
            Content::PrivateKey(key) => key.public_key().clone(),
            Content::Locked(_) => return Ok(Identity::Locked),
            Content::Unusable(found) => return Ok(Identity::Unusable { found }),
            Content::NotRead(why) => return Ok(Identity::NotRead { why }),
        };
        if let Some(account) = self.owner_of_api_key(&key)? {
            return Ok(Identity::ApiKey { account });
        }
        let (fingerprint, keys) = (key.fingerprint().to_string(), matches(listed, &key));
        Ok(match file.content() {
            Content::PrivateKey(_) => {
                let name = file.source.file_name();
                let named_like_api_key = name.is_some_and(|name| looks_like_apple_api_key(&name));
                Identity::PrivateKey { fingerprint, keys, named_like_api_key }
            }
            _ => Identity::PublicKey { fingerprint, keys },
        })
    }

    fn listed(&self, open: &Open) -> Result<Listed, Problem> {
        let listing = open.backing.records.listing(&open.account.id);
        let listing = listing.map_err(|error| self.records_problem(error))?;
        Ok(Listed {
            account: open.account.clone(),
            keys: listing.map_or_else(Vec::new, |listing| listing.keys),
        })
    }

    fn note_seen(&self, open: &Open, key: &KnownKey, file_name: Option<String>) -> Result<(), Problem> {
        let of_ours = |seen: &PrivateKeySeen| seen.made_here && seen.file_name == file_name;
        let made_here = key.private_key.as_ref().is_some_and(of_ours);
        let seen = PrivateKeySeen { file_name, at: self.clock.now(), made_here };
        let noted = open.backing.records.private_key_seen(&open.account.id, &key.id, &seen);
        noted.map_err(|error| self.records_problem(error))
    }
}

fn matches(listed: &[Listed], public_key: &PublicKey) -> Vec<KeyMatch> {
    let of_account = |Listed { account, keys }: &Listed| -> Vec<KeyMatch> {
        let its = keys.iter().filter(|(key, _)| key.public_key.as_ref() == Some(public_key));
        its.filter_map(|(key, reach)| in_few_words(key, *reach))
            .map(|key| KeyMatch { account: account.clone(), key })
            .collect()
    };
    listed.iter().flat_map(of_account).collect()
}
