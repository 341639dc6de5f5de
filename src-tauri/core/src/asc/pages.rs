//! Follows a list from page to page: as Apple gives the way, but not to another server, and not for ever.

use std::collections::HashSet;

use url::Url;

use super::{error::Error, text};
use crate::account::Origin;

/// Most pages of one list: 100,000 items of 200 a page.
const MOST: usize = 500;

/// The pages of one list that are known so far.
pub(super) struct Pages<'a> {
    origin: &'a Origin,
    seen: HashSet<Url>,
}

impl<'a> Pages<'a> {
    pub(super) fn new(origin: &'a Origin, first: &Url) -> Self {
        Self { origin, seen: HashSet::from([first.clone()]) }
    }

    /// Where `link`, read on the page `from`, leads.
    ///
    /// # Errors
    /// [`Error::ForeignPage`] and [`Error::EndlessList`]: neither is to be asked for.
    pub(super) fn next(&mut self, from: &Url, link: &str) -> Result<Url, Error> {
        let no_address = || Error::ForeignPage("no address".to_owned());
        if link.len() > text::LONGEST {
            return Err(no_address());
        }
        let next = from.join(link).map_err(|_| no_address())?;
        let bare = next.username().is_empty() && next.password().is_none();
        if !bare || !self.origin.serves(&next) {
            return Err(Error::ForeignPage(text::line(&next.origin().ascii_serialization())));
        }
        if self.seen.len() >= MOST || !self.seen.insert(next.clone()) {
            return Err(Error::EndlessList);
        }
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{MOST, Pages};
    use crate::{account::Origin, asc::error::Error};

    const FIRST: &str = "https://api.appstoreconnect.apple.com/v1/apps?limit=200";

    fn follow(link: &str) -> Result<String, Error> {
        let first = Url::parse(FIRST).unwrap();
        Pages::new(&Origin::apple(), &first).next(&first, link).map(String::from)
    }

    #[test]
    fn a_link_is_followed_as_given_absolute_or_relative() {
        let absolute = "https://api.appstoreconnect.apple.com/v1/apps?cursor=Mg.1_-~&limit=200";
        assert_eq!(follow(absolute).unwrap(), absolute);
        assert_eq!(follow("/v1/apps?cursor=Mg.1_-~&limit=200").unwrap(), absolute);
        assert_eq!(follow("?cursor=Mg.1_-~&limit=200").unwrap(), absolute);
    }

    #[test]
    fn no_other_server_is_asked() {
        let elsewhere = [
            "https://api-appstoreconnect.itunes.apple.com/v1/apps?cursor=a",
            "http://api.appstoreconnect.apple.com/v1/apps?cursor=a",
            "https://api.appstoreconnect.apple.com:8443/v1/apps?cursor=a",
            "https://api.appstoreconnect.apple.com.example/v1/apps",
            "https://someone@api.appstoreconnect.apple.com/v1/apps",
            "//example.com/v1/apps",
            "file:///etc/passwd",
            "https://",
            &format!("/v1/apps?cursor={}", "a".repeat(10_000_000)),
        ];
        for link in elsewhere {
            let result = follow(link);
            assert!(matches!(result, Err(Error::ForeignPage(_))), "{link:.80} gave {result:?}");
        }
    }

    #[test]
    fn the_error_names_the_server_without_its_query() {
        let Err(error) = follow("https://example.com/v1/apps?cursor=a") else { panic!("that is elsewhere") };
        assert!(error.to_string().ends_with(": https://example.com"), "{error}");
    }

    #[test]
    fn a_list_that_leads_back_to_itself_ends_with_an_error() {
        assert!(matches!(follow(FIRST), Err(Error::EndlessList)));
    }

    #[test]
    fn a_list_that_always_goes_on_ends_with_an_error() {
        let first = Url::parse(FIRST).unwrap();
        let origin = Origin::apple();
        let mut pages = Pages::new(&origin, &first);
        let followed =
            (0..2 * MOST).take_while(|n| pages.next(&first, &format!("?cursor={n}")).is_ok()).count();
        assert_eq!(followed, MOST - 1, "and the first");
    }
}
