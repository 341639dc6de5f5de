//! Trusts whom the platform trusts, and notes who that was. It refuses nothing that the platform accepts, and accepts
//! nothing that it refuses.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use tokio::sync::watch;

use super::issuer::issuer;
use crate::asc::route::{Signer, Standing};

/// Stands for a signer that has no name.
const NAMELESS: &str = "?";

/// Verifies the certificates that are shown for a server, and remembers who signed the last one.
#[derive(Debug)]
pub(super) struct Witness {
    platform: Arc<dyn ServerCertVerifier>,
    /// Knows the authorities that browsers everywhere trust, and nobody else.
    public: Arc<dyn ServerCertVerifier>,
    /// A proxy may show a certificate of its own, which says nothing of who can read.
    server: ServerName<'static>,
    /// Shared with those who come after.
    signer: watch::Sender<Option<Signer>>,
    /// Another has come after this one. Written and read only while `signer` is locked.
    retired: AtomicBool,
}

impl Witness {
    /// A witness to `server`'s certificates, by the platform's trust store and Mozilla's list.
    pub(super) fn new(server: ServerName<'static>, provider: &Arc<CryptoProvider>) -> Result<Self, Error> {
        let platform = rustls_platform_verifier::Verifier::new(Arc::clone(provider))?;
        Ok(Self::by(Arc::new(platform), browsers(provider)?, server))
    }

    pub(super) fn by(
        platform: Arc<dyn ServerCertVerifier>,
        public: Arc<dyn ServerCertVerifier>,
        server: ServerName<'static>,
    ) -> Self {
        Self { platform, public, server, signer: watch::Sender::new(None), retired: AtomicBool::new(false) }
    }

    /// One that goes on telling whoever listens to this one, once this one is retired.
    pub(super) fn successor(&self) -> Self {
        Self {
            platform: Arc::clone(&self.platform),
            public: Arc::clone(&self.public),
            server: self.server.clone(),
            signer: self.signer.clone(),
            retired: AtomicBool::new(false),
        }
    }

    /// Who signed the last certificate.
    pub(super) fn signer(&self) -> watch::Receiver<Option<Signer>> {
        self.signer.subscribe()
    }

    /// Who signed the last certificate, if this witness saw it.
    pub(super) fn saw(&self) -> Option<Signer> {
        let signer = self.signer.borrow();
        if self.retired.load(Ordering::Relaxed) { None } else { signer.clone() }
    }

    /// Forgets the last certificate and notes none any more: what comes now goes another way, although a handshake may
    /// still end on this one.
    pub(super) fn retire(&self) {
        self.signer.send_if_modified(|known| {
            self.retired.store(true, Ordering::Relaxed);
            known.take().is_some()
        });
    }

    fn note(&self, signer: Option<Signer>) {
        self.signer.send_if_modified(|known| {
            let is_new = !self.retired.load(Ordering::Relaxed) && *known != signer;
            if is_new {
                *known = signer;
            }
            is_new
        });
    }
}

/// Trusts the authorities of Mozilla's list alone.
pub(super) fn browsers(provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    verifier(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }, provider)
}

/// Trusts `roots` alone.
pub(super) fn verifier(
    roots: RootCertStore,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .map(|verifier| verifier as Arc<dyn ServerCertVerifier>)
        .map_err(|error| Error::Other(OtherError(Arc::new(error))))
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        server: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.platform.verify_server_cert(leaf, chain, server, ocsp, now);
        if *server == self.server {
            let standing = match &verdict {
                Ok(_) if self.public.verify_server_cert(leaf, chain, server, ocsp, now).is_ok() => {
                    Some(Standing::Public)
                }
                Ok(_) => Some(Standing::Private),
                Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => Some(Standing::Untrusted),
                // It is refused for something else, or could not be judged.
                Err(_) => None,
            };
            self.note(standing.map(|standing| Signer {
                by: issuer(leaf).unwrap_or_else(|| NAMELESS.to_owned()),
                standing,
            }));
        } else if verdict.is_err() {
            // Else whoever signed for the server would be blamed for it.
            self.note(None);
        }
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.platform.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.platform.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.platform.supported_verify_schemes()
    }
}
