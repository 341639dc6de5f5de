//! The seam to what lies between this computer and a server: a proxy, the look-up of names, and whoever signed the
//! server's certificate. [`super::https`] goes there; what is answered in this process goes [`Nowhere`].

use std::{future::Future, pin::Pin};

use tokio::sync::watch;

use super::{proxy::Proxy, transport::Broken};

/// How requests get to the server. Addresses are `host:port`, without a proxy's user name and password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// Straight.
    Direct,
    /// Through the proxy that the system is set to.
    System {
        /// Where it is.
        address: String,
    },
    /// Through the proxy that the person gave.
    Own {
        /// Where it is.
        address: String,
    },
}

/// Who signed the certificate of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The issuer's organization and name, as the certificate gives them: bounded, fit to be shown.
    pub by: String,
    /// What that is worth.
    pub standing: Standing,
}

/// What a signer is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// One of the authorities that browsers everywhere trust.
    Public,
    /// Trusted by this computer alone: a company's proxy that reads what passes, most likely.
    Private,
    /// Not trusted by this computer.
    Untrusted,
}

/// A look-up on its way.
pub type LookingUp<'a> = Pin<Box<dyn Future<Output = Result<(), Broken>> + Send + 'a>>;

/// The way to one origin.
pub trait Route: Send + Sync {
    /// How the next request goes.
    fn via(&self) -> Via;

    /// Sends what comes from now on through `proxy`; `None`: as the system is set.
    ///
    /// # Errors
    /// The platform's TLS could not be set up; everything stays as it was.
    fn use_proxy(&self, proxy: Option<Proxy>) -> Result<(), Broken>;

    /// Who signed the certificate that the server, or whoever answers in its place, showed last. `None`: none was shown
    /// on this way, or it was refused for something else than its signer, or a proxy's own was refused since.
    fn signer(&self) -> watch::Receiver<Option<Signer>>;

    /// Looks up the name that the next request connects to: the server's, or its proxy's.
    fn look_up(&self) -> LookingUp<'_>;
}

/// The way to a server in this process: there is nothing between.
#[derive(Debug)]
pub struct Nowhere(watch::Sender<Option<Signer>>);

impl Default for Nowhere {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl Route for Nowhere {
    fn via(&self) -> Via {
        Via::Direct
    }

    fn use_proxy(&self, _: Option<Proxy>) -> Result<(), Broken> {
        Ok(())
    }

    fn signer(&self) -> watch::Receiver<Option<Signer>> {
        self.0.subscribe()
    }

    fn look_up(&self) -> LookingUp<'_> {
        Box::pin(async { Ok(()) })
    }
}
