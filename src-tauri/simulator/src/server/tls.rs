//! A certificate for 127.0.0.1, and a certificate authority of its own to trust it by.

use std::{fs, io, net::Ipv4Addr, path::Path, sync::Arc, time::Duration};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
};

const DAY: Duration = Duration::from_hours(24);

/// Writes `ca.pem` into `folder` and serves by a certificate that it signed.
pub(super) fn acceptor(folder: &Path) -> io::Result<TlsAcceptor> {
    let authority_key = KeyPair::generate().map_err(io::Error::other)?;
    let mut authority = params("Latchkey simulator");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let certificate = authority.self_signed(&authority_key).map_err(io::Error::other)?;
    fs::create_dir_all(folder)?;
    fs::write(folder.join("ca.pem"), certificate.pem())?;

    let key = KeyPair::generate().map_err(io::Error::other)?;
    let mut server = params("127.0.0.1");
    server.subject_alt_names = vec![SanType::IpAddress(Ipv4Addr::LOCALHOST.into())];
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let leaf = server.signed_by(&key, &Issuer::new(authority, authority_key)).map_err(io::Error::other)?;

    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .map_err(io::Error::other)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Valid from yesterday for a month: platforms refuse certificates of many years.
fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    let now = std::time::SystemTime::now();
    params.not_before = (now - DAY).into();
    params.not_after = (now + DAY * 30).into();
    params
}
