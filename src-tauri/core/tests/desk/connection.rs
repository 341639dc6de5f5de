//! The way to Apple: the person's proxy, and who can read along.

use std::thread;

use latchkey_core::{
    asc::{
        proxy::{Proxy, ProxyTrouble},
        route::{LookingUp, Route, Signer, Standing, Via},
        transport::{Broken, BrokenKind},
    },
    desk::view::Connection,
    records::Setting,
};
use tokio::sync::watch;

use super::*;

/// A way that does as a test says.
struct Road {
    own: Mutex<Option<Proxy>>,
    refuses: bool,
    /// What is remembered, whenever a way is taken.
    remembered: Mutex<Vec<(Option<String>, Option<String>)>>,
    records: Arc<Records>,
    signer: watch::Sender<Option<Signer>>,
}

impl Route for Road {
    fn via(&self) -> Via {
        match &*self.own.lock().unwrap() {
            Some(own) => Via::Own { address: own.to_string() },
            None => Via::System { address: "system.example:8080".to_owned() },
        }
    }

    fn use_proxy(&self, proxy: Option<Proxy>) -> Result<(), Broken> {
        if self.refuses {
            let detail = "no TLS here".to_owned();
            return Err(Broken { kind: BrokenKind::Tls, detail, signer: None });
        }
        thread::yield_now();
        let remembered = self.records.setting(Setting::Proxy).unwrap();
        self.remembered.lock().unwrap().push((proxy.as_ref().map(Proxy::to_string), remembered));
        *self.own.lock().unwrap() = proxy;
        Ok(())
    }

    fn signer(&self) -> watch::Receiver<Option<Signer>> {
        self.signer.subscribe()
    }

    fn look_up(&self) -> LookingUp<'_> {
        Box::pin(async { Ok(()) })
    }
}

/// A desk whose way to Apple is `Road`.
struct Way {
    desk: Arc<Desk>,
    road: Arc<Road>,
    records: Arc<Records>,
}

fn way(refuses: bool) -> Way {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let records = Arc::new(Records::in_memory(ann()).unwrap());
    let road = Arc::new(Road {
        own: Mutex::default(),
        refuses,
        remembered: Mutex::default(),
        records: Arc::clone(&records),
        signer: watch::Sender::new(None),
    });
    let sample = sample(&clock);
    let real = Backing {
        origin: Origin::apple(),
        route: Arc::clone(&road) as Arc<dyn Route>,
        records: Arc::clone(&records),
        ..sample.backing.clone()
    };
    Way { desk: Desk::new(clock, Real::Ready(real), sample, "0.0.0"), road, records }
}

impl Way {
    fn stored(&self) -> Option<String> {
        self.records.setting(Setting::Proxy).unwrap()
    }
}

fn by_the_system() -> Connection {
    Connection { own_proxy: None, system_proxy: Some("system.example:8080".to_owned()) }
}

fn by(own: &str) -> Connection {
    Connection { own_proxy: Some(own.to_owned()), system_proxy: None }
}

#[tokio::test]
async fn a_proxy_is_used_at_once_and_remembered_until_it_is_taken_back() {
    let way = way(false);
    assert_eq!(way.desk.connection().unwrap(), by_the_system());
    assert_eq!(way.desk.use_proxy("  proxy.example:3128 ").unwrap(), by("proxy.example:3128"));
    assert_eq!(way.desk.connection().unwrap(), by("proxy.example:3128"));
    assert_eq!(way.stored().as_deref(), Some("proxy.example:3128"));
    assert_eq!(way.desk.use_proxy("  ").unwrap(), by_the_system());
    assert_eq!(way.stored(), None);
}

#[tokio::test]
async fn an_address_that_is_none_of_a_usable_proxy_changes_nothing() {
    let way = way(false);
    way.desk.use_proxy("proxy.example:3128").unwrap();
    for (typed, why) in [
        ("ann:secret@proxy.example:3128", ProxyTrouble::Login),
        ("socks5://proxy.example:1080", ProxyTrouble::OtherKind),
        ("http://proxy.example/proxy.pac", ProxyTrouble::OtherKind),
        ("proxy example", ProxyTrouble::NoAddress),
    ] {
        let problem = way.desk.use_proxy(typed).unwrap_err();
        assert!(
            matches!(problem.what, What::ProxyUnusable { why: told } if told == why),
            "{typed}: {problem:?}"
        );
        assert!(!format!("{problem:?}").contains("secret"));
        assert_eq!(way.desk.connection().unwrap(), by("proxy.example:3128"), "{typed}");
        assert_eq!(way.stored().as_deref(), Some("proxy.example:3128"), "{typed}");
    }
}

#[tokio::test]
async fn a_proxy_that_can_not_be_taken_into_use_is_not_remembered() {
    let way = way(true);
    let problem = way.desk.use_proxy("proxy.example:3128").unwrap_err();
    assert!(matches!(problem.what, What::NoAnswer { how: BrokenKind::Tls, .. }), "{problem:?}");
    assert_eq!((way.desk.connection().unwrap(), way.stored()), (by_the_system(), None));
}

#[tokio::test]
async fn a_desk_with_the_sample_account_alone_goes_nowhere() {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let desk = Desk::new(Arc::clone(&clock), Real::Left, sample(&clock), "0.0.0");
    let nowhere = Connection { own_proxy: None, system_proxy: None };
    assert_eq!(desk.connection().unwrap(), nowhere);
    assert_eq!(desk.use_proxy("proxy.example:3128").unwrap(), nowhere);
    assert_eq!(desk.read_by(), None);
}

#[test]
fn two_proxies_given_at_once_leave_the_one_in_use_that_is_remembered() {
    let way = way(false);
    thread::scope(|scope| {
        for address in ["one.example:3128", "two.example:3128"] {
            let desk = &way.desk;
            scope.spawn(move || (0..200).for_each(|_| drop(desk.use_proxy(address).unwrap())));
        }
    });
    let taken = way.road.remembered.lock().unwrap();
    assert_eq!(taken.len(), 400);
    assert_eq!(taken.iter().find(|(used, remembered)| used != remembered), None);
}

#[tokio::test]
async fn where_the_records_can_not_be_opened_no_proxy_is_taken_for_set() {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let detail = || "as the test says".to_owned();
    let problem = Problem { what: What::Records { detail: detail() }, apple: None, at: clock.now() };
    let desk = Desk::new(Arc::clone(&clock), Real::Broken(Box::new(problem)), sample(&clock), "0.0.0");
    for typed in ["proxy.example:3128", ""] {
        let problem = desk.use_proxy(typed).unwrap_err();
        assert_eq!(problem.what, What::Records { detail: detail() }, "{typed}");
    }
}

#[tokio::test]
async fn whoever_can_read_along_is_told_as_long_as_they_can() {
    let way = way(false);
    let mut signer = way.desk.signer();
    let mut shows = |standing| {
        way.road.signer.send_replace(Some(Signer { by: "Contoso".to_owned(), standing }));
        assert!(signer.has_changed().unwrap());
        signer.mark_unchanged();
        assert_eq!(way.desk.start().unwrap().read_by, way.desk.read_by());
        way.desk.read_by()
    };
    assert_eq!(shows(Standing::Public), None);
    assert_eq!(shows(Standing::Private).as_deref(), Some("Contoso"));
    assert_eq!(shows(Standing::Untrusted), None, "it was sent nothing");
}
