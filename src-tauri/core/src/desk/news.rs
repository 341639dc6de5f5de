//! Since you last looked: keys that came or went without this computer.

use crate::{
    account::AccountId,
    clock::Moment,
    desk::{
        Desk, Open,
        problem::Problem,
        rows::row,
        view::{News, NewsKind, UsedFor, WhyUnknown},
    },
    records,
};

impl Desk {
    /// Notes that the person knows of what came and went up to that moment.
    ///
    /// # Errors
    /// [`What::NoSuchAccount`](super::problem::What::NoSuchAccount), [`What::Records`](super::problem::What::Records).
    pub fn know_news(&self, account: &AccountId, up_to: Moment) -> Result<(), Problem> {
        let open = self.opened(account)?;
        open.backing.records.news_seen(account, up_to).map_err(|error| self.records_problem(error))
    }

    /// What nobody has said to know of, the oldest first. `otherwise` says what is known of a key whose app is not.
    pub(super) fn news(&self, open: &Open, otherwise: &UsedFor) -> Result<Vec<News>, Problem> {
        let news =
            open.backing.records.news(&open.account.id).map_err(|error| self.records_problem(error))?;
        Ok(news.iter().map(|news| view_of(news, otherwise)).collect())
    }
}

fn view_of(news: &records::News, otherwise: &UsedFor) -> News {
    let (kind, otherwise) = match news.kind {
        records::NewsKind::Came => (NewsKind::Came, otherwise.clone()),
        // No app can show a key that is not there.
        records::NewsKind::Went => (NewsKind::Went, UsedFor::Unknown { why: WhyUnknown::NoAppShowsIt }),
    };
    News { kind, key: row(&news.key, news.reach, otherwise), at: news.at }
}
