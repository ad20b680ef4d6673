//! The certificates of the hosts, and TLS with them.

use std::collections::HashMap;
use std::sync::Arc;

use base64_simd::STANDARD;
use jiff::{Timestamp, ToSpan as _};
use rcgen::CertificateParams;
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

use super::scenario::Certificate;
use super::stage::{Placed, Stage};
use crate::authority::{Authority, Request};
use crate::error::TestbedError;
use crate::key::Key;

/// How long ago an expired certificate was asked for.
const LONG_AGO_HOURS: i64 = 365 * 24;

/// TLS as every host does it: with its own certificate for whoever asks for its name.
pub(super) fn acceptor(stage: &Stage, authority: &Authority) -> Result<TlsAcceptor, TestbedError> {
    let mut certificates = HashMap::new();
    for (seed, placed) in stage.hosts().enumerate() {
        let certificate = certify(placed, authority, seed as u64)?;
        certificates.insert(placed.host.name.clone(), Arc::new(certificate));
    }
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has suites for TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(ByName(certificates)));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// A certificate as a PEM file has it (RFC 7468).
pub(super) fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode_to_string(der);
    let mut out = "-----BEGIN CERTIFICATE-----\n".to_owned();
    for line in text.as_bytes().chunks(64) {
        out.push_str(&String::from_utf8_lossy(line));
        out.push('\n');
    }
    out + "-----END CERTIFICATE-----\n"
}

fn certify(
    placed: &Placed,
    authority: &Authority,
    seed: u64,
) -> Result<CertifiedKey, TestbedError> {
    let name = &placed.host.name;
    let names = vec![name.clone(), format!("*.{name}")];
    let key = Key::generate()?;
    let now = Timestamp::now();
    let ours = |asked| {
        let request = Request::new(names.clone(), asked, seed);
        let leaf = authority.server_certificate(&request, &key);
        vec![leaf.into(), authority.chain()[0].to_vec().into()]
    };
    let chain: Vec<CertificateDer<'static>> = match placed.host.certificate {
        Certificate::Testbed => ours(now),
        Certificate::Expired => ours(now - LONG_AGO_HOURS.hours()),
        Certificate::SelfSigned => {
            let params = CertificateParams::new(names).map_err(TestbedError::Authority)?;
            let own = params.self_signed(key.pair());
            vec![own.map_err(TestbedError::Authority)?.der().clone()]
        }
    };
    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.pair().serialize_der()));
    CertifiedKey::from_der(chain, private, &default_provider()).map_err(|error| {
        TestbedError::Scenario {
            why: format!("the certificate of {name}: {error}"),
        }
    })
}

/// The certificate of the host that a name belongs to; whoever names none gets none.
#[derive(Debug)]
struct ByName(HashMap<String, Arc<CertifiedKey>>);

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let mut rest = hello.server_name()?;
        loop {
            if let Some(found) = self.0.get(rest) {
                return Some(Arc::clone(found));
            }
            rest = rest.split_once('.')?.1;
        }
    }
}
