//! Whom TLS trusts.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::error::EgressError;

/// TLS 1.2 and 1.3 by `ring`.
pub(crate) struct Tls {
    config: ClientConfig,
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
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring has suites for TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Tls {
            config,
            roots: count,
        })
    }

    /// The configuration that offers these protocols (RFC 7301), the best first.
    pub(crate) fn offering(&self, protocols: &[&[u8]]) -> ClientConfig {
        let mut config = self.config.clone();
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        config
    }
}
