//! Checking a token that a server issued: what it says, which key signed it, and whether it shows that a replacement's
//! server has switched. Nothing of it is kept.

use zeroize::Zeroizing;

use crate::{
    account::AccountId,
    app::App,
    asc::text,
    desk::{
        Desk, Open, held,
        problem::{Problem, What},
        rows::in_few_words,
        view::{Registered, TokenCheck, Work, WorkId},
    },
    issued::{self, IssuedToken, Oddity, TokenKind},
    records::{KnownKey, Reach, Switched},
};

impl Desk {
    /// Says what a token is and which key of the account signed it. If that is the new key of `work`, and the token
    /// names it and is one that Apple takes, the server has switched: that is noted.
    ///
    /// # Errors
    /// [`What::NotAToken`], [`What::NoSuchAccount`], [`What::Records`]; [`What::Gone`]: no such replacement.
    #[expect(clippy::needless_pass_by_value, reason = "a token may be a secret: it is wiped here")]
    pub fn check_token(
        &self,
        text: Zeroizing<String>,
        account: &AccountId,
        work: Option<&WorkId>,
    ) -> Result<TokenCheck, Problem> {
        let token = issued::read(&text).map_err(|_| self.problem(What::NotAToken))?;
        let open = self.opened(account)?;
        let listing = open.backing.records.listing(account).map_err(|error| self.records_problem(error))?;
        let keys = listing.map_or_else(Vec::new, |listing| listing.keys);
        let signer =
            keys.iter().find(|(key, _)| key.public_key.as_ref().is_some_and(|key| token.signed_by(key)));
        let named = keys.iter().find(|(key, _)| token.kid() == Some(&key.id));
        let work = match (work, signer) {
            (Some(work), Some((signer, _))) => self.shown_switched(account, work, &token, signer)?,
            _ => None,
        };
        let claims = token.claims();
        let shown = |claim: &Option<String>| claim.as_deref().map(text::line);
        Ok(TokenCheck {
            kind: token.kind(),
            signed_by: signer.and_then(few_words),
            signed_by_api_key: self.is_signed_by_api_key(account, &token)?,
            kid: token.kid().map(text::line),
            names: named.and_then(few_words),
            app: app_of(&token, &open, &keys),
            bundle_id: shown(&claims.bid),
            issuer: shown(&claims.iss),
            developer: shown(&claims.pid),
            issued: claims.iat,
            expires: claims.exp,
            odd: token.oddities(self.clock.now()).into_iter().map(tame).collect(),
            work,
        })
    }

    /// The replacement with its switch noted, if the token shows that its server has switched.
    fn shown_switched(
        &self,
        account: &AccountId,
        work: &WorkId,
        token: &IssuedToken,
        signer: &KnownKey,
    ) -> Result<Option<Work>, Problem> {
        let known = self.work(work)?;
        let new = known.new.as_ref().map(|new| new.id.to_string());
        let now = self.clock.now();
        let shows = known.account.id == *account
            && new.as_ref() == Some(&signer.id)
            && token.kid() == Some(&signer.id)
            && token.kind() == TokenKind::InstallVerification
            && token.oddities(now).is_empty();
        if !shows {
            return Ok(None);
        }
        self.note_switched(work, &Switched::ByToken { at: now }).map(Some)
    }

    fn is_signed_by_api_key(&self, account: &AccountId, token: &IssuedToken) -> Result<bool, Problem> {
        let mut keys = self.accounts_with_keys()?.into_iter();
        let key = keys.find(|(owner, _)| owner.id == *account).map(|(_, key)| key);
        Ok(key.is_some_and(|key| token.signed_by_key_with(&key)))
    }
}

fn few_words((key, reach): &(KnownKey, Reach)) -> Option<Registered> {
    in_few_words(key, *reach)
}

/// The app of this account that a token lets install; of a marketplace token, the marketplace.
fn app_of(token: &IssuedToken, open: &Open, keys: &[(KnownKey, Reach)]) -> Option<App> {
    let claims = token.claims();
    let seen = held(&open.apps).values().cloned().collect::<Vec<_>>();
    let mut apps = seen.iter().chain(keys.iter().filter_map(|(key, _)| key.app.as_ref()));
    let has_id = |app: &App, id: &Option<String>| id.as_deref() == Some(&app.id.to_string());
    let app = match token.kind() {
        TokenKind::InstallVerification => match &claims.bid {
            Some(bundle_id) => apps.find(|app| app.bundle_id == *bundle_id),
            None => apps.find(|app| has_id(app, &claims.iid)),
        },
        TokenKind::Marketplace => apps.find(|app| has_id(app, &claims.iss)),
        TokenKind::ApiRequest | TokenKind::Other => None,
    };
    app.cloned()
}

/// An oddity, fit to be shown.
fn tame(oddity: Oddity) -> Oddity {
    match oddity {
        Oddity::DtypeUnknown { value } => Oddity::DtypeUnknown { value: text::line(&value) },
        other => other,
    }
}
