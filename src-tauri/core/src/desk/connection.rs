//! The way to Apple: which proxy it takes, and who can read what is sent.

use tokio::sync::watch;

use crate::{
    asc::{
        proxy::Proxy,
        route::{Route, Signer, Standing, Via},
    },
    desk::{
        Backing, Desk, Real, held,
        problem::{Problem, What},
        view::Connection,
    },
    records::Setting,
};

impl Desk {
    /// How requests get to Apple. Where there is only the sample account, none do.
    ///
    /// # Errors
    /// [`What::Removing`].
    pub fn connection(&self) -> Result<Connection, Problem> {
        self.stays()?;
        let (own_proxy, system_proxy) = match self.route().via() {
            Via::Direct => (None, None),
            Via::System { address } => (None, Some(address)),
            Via::Own { address } => (Some(address), None),
        };
        Ok(Connection { own_proxy, system_proxy })
    }

    /// Goes through the proxy at `typed` from now on; if that is blank, as the system is set.
    ///
    /// # Errors
    /// [`What::ProxyUnusable`], [`What::Removing`]; [`What::Records`] and its like, also where this computer's records
    /// can't be opened. Then everything stays as it was.
    pub fn use_proxy(&self, typed: &str) -> Result<Connection, Problem> {
        self.stays()?;
        let proxy = match typed.trim() {
            "" => None,
            typed => {
                let proxy = typed.parse::<Proxy>();
                Some(proxy.map_err(|why| self.problem(What::ProxyUnusable { why }))?)
            }
        };
        match &self.real {
            Real::Ready(backing) => self.go_through(backing, proxy)?,
            Real::Broken(problem) => return Err((**problem).clone()),
            Real::Left => (),
        }
        self.connection()
    }

    fn go_through(&self, backing: &Backing, proxy: Option<Proxy>) -> Result<(), Problem> {
        let remember = |address: Option<&str>| {
            backing.records.set(Setting::Proxy, address).map_err(|error| self.records_problem(error))
        };
        let _alone = held(&self.choosing_way);
        let before = backing.records.setting(Setting::Proxy).map_err(|error| self.records_problem(error))?;
        remember(proxy.as_ref().map(Proxy::to_string).as_deref())?;
        if let Err(broken) = backing.route.use_proxy(proxy) {
            remember(before.as_deref())?;
            return Err(self.problem(What::NoAnswer {
                how: broken.kind,
                detail: broken.detail,
                signer: broken.signer,
            }));
        }
        Ok(())
    }

    /// Who can read what is sent to Apple: who signed the certificate that was shown last, if only this computer trusts
    /// them.
    pub fn read_by(&self) -> Option<String> {
        let last = self.signer().borrow().clone();
        last.filter(|signer| signer.standing == Standing::Private).map(|signer| signer.by)
    }

    /// Who signed the certificate that was shown last; changes as [`Self::read_by`] may.
    pub fn signer(&self) -> watch::Receiver<Option<Signer>> {
        self.route().signer()
    }

    fn route(&self) -> &dyn Route {
        match &self.real {
            Real::Ready(backing) => &*backing.route,
            Real::Broken(_) | Real::Left => &*self.sample.backing.route,
        }
    }
}
