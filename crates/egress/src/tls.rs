//! Whom TLS trusts.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::dial::Stream;
use crate::error::{EgressError, excerpt};

mod server_hello;
mod witness;

pub use witness::{Handshake, Hello};

/// TLS 1.2 and 1.3 by `ring`.
pub(crate) struct Tls {
    config: ClientConfig,
    provider: Arc<CryptoProvider>,
    /// None where nobody is trusted.
    verifier: Option<Arc<WebPkiServerVerifier>>,
    /// How many certification authorities are trusted. With none, every handshake fails.
    pub(crate) roots: usize,
}

impl Tls {
    /// Trusts the certification authorities of the system (or of `SSL_CERT_FILE` and `SSL_CERT_DIR`), and those of
    /// these PEM files. That the system has none is no fault yet: a watch of logs on loopback needs none.
    pub(crate) fn new(files: &[PathBuf]) -> Result<Self, EgressError> {
        let mut roots = RootCertStore::empty();
        // Old and odd roots of the system are left out, as they would be by its own programs.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        for path in files {
            let fault = |why: String| EgressError::ConfigRoots {
                path: path.clone(),
                why,
            };
            let before = roots.len();
            let certificates =
                CertificateDer::pem_file_iter(path).map_err(|error| fault(error.to_string()))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|error| fault(error.to_string()))?;
                roots
                    .add(certificate)
                    .map_err(|error| fault(error.to_string()))?;
            }
            if roots.len() == before {
                return Err(fault("no certificate in it".to_owned()));
            }
        }
        let count = roots.len();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let trusted = Arc::new(roots.clone());
        let verifier =
            WebPkiServerVerifier::builder_with_provider(trusted, Arc::clone(&provider)).build();
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("ring has suites for TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Tls {
            config,
            provider,
            // It cannot be built without roots, and of nothing else can it complain.
            verifier: verifier.ok(),
            roots: count,
        })
    }

    /// The configuration that offers these protocols (RFC 7301), the best first.
    pub(crate) fn offering(&self, protocols: &[&[u8]]) -> ClientConfig {
        let mut config = self.config.clone();
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        config
    }

    /// TLS with a host that has to be trusted, such as the operator's proxy.
    pub(crate) async fn trusting<S: Stream>(
        &self,
        stream: S,
        host: &str,
    ) -> Result<TlsStream<S>, EgressError> {
        if self.roots == 0 {
            return Err(EgressError::NoRoots);
        }
        let config = Arc::new(self.offering(&[b"http/1.1"]));
        TlsConnector::from(config)
            .connect(server_name(host)?, stream)
            .await
            .map_err(|error| EgressError::PeerTls {
                host: excerpt(host.as_bytes()),
                why: excerpt(error.to_string().as_bytes()),
            })
    }
}

/// A host as TLS knows it (RFC 6066 §3): without a dot at its end, and without the brackets of an IPv6 address.
fn server_name(host: &str) -> Result<ServerName<'static>, EgressError> {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .or_else(|| host.strip_suffix('.'))
        .unwrap_or(host);
    ServerName::try_from(bare.to_owned()).map_err(|_| EgressError::Name {
        name: excerpt(host.as_bytes()),
    })
}
