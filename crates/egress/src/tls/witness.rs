//! What a server shows at the handshake, whoever it is.
//!
//! The look-alike of a bank has a certificate of its own, or one that nobody vouches for, and both are what we came to
//! see. So the chain is recorded, what a browser would say to it is told, and nothing is broken off for want of trust.
//! Nothing secret is ever sent over such a connection.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CipherSuite, ClientConfig, ClientConnection, DigitallySignedStruct, Error, ProtocolVersion,
    SignatureScheme,
};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::server_hello::Remembering;
use super::{Tls, server_name};
use crate::clock::Clock;
use crate::dial::{Dialer, Endpoint, Stream};
use crate::error::{EgressError, excerpt};

/// How to greet.
#[derive(Clone, Copy, Debug)]
pub struct Hello<'a> {
    /// The name that is asked for (RFC 6066 §3); for an address none is sent.
    pub sni: &'a str,
    /// The protocols that are offered (RFC 7301), the best first.
    pub alpn: &'a [&'a [u8]],
    /// The time for all of it, from looking up the address.
    pub timeout: Duration,
}

/// What a server showed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Handshake {
    /// `TLSv1.2` or `TLSv1.3`. Servers that speak older ones only are [`EgressError::PeerTls`].
    pub version: String,
    /// The cipher suite by its name with IANA, such as `TLS_AES_128_GCM_SHA256`.
    pub cipher: String,
    /// The protocol that it chose of those offered, if any.
    pub alpn: Option<String>,
    /// What its hello looks like, in the manner of JA3S but not hashed: version, cipher suite, extensions in order.
    /// Servers of one make and setting have the same.
    pub fingerprint: Option<String>,
    /// The certificates as served, in DER, the server's own first.
    pub chain: Vec<Vec<u8>>,
    /// Whether an authority that this system trusts vouches for the chain, the name and the moment; if not, why not.
    pub vouched: Result<(), String>,
    /// Which address showed it; none behind a proxy that looks names up.
    pub address: Option<IpAddr>,
}

impl Dialer {
    /// Greets a TLS server, and leaves.
    ///
    /// Errors: those of a connection, as [`Dialer::exchange`]; [`EgressError::PeerTls`] where no handshake came about;
    /// [`EgressError::Name`] for a name that TLS cannot ask for.
    pub async fn handshake(
        &self,
        endpoint: Endpoint<'_>,
        hello: Hello<'_>,
    ) -> Result<Handshake, EgressError> {
        let host = endpoint.to_string();
        let mut clock = Clock::start(hello.timeout);
        let connection = self.connect(endpoint, &mut clock).await?;
        let greeting = self
            .tls()
            .witness(connection.stream, &host, hello, connection.address);
        let (_, handshake) = clock.step(&host, greeting).await?;
        Ok(handshake)
    }
}

impl Tls {
    /// TLS with whoever is there, and what it showed.
    pub(crate) async fn witness<S: Stream>(
        &self,
        stream: S,
        host: &str,
        hello: Hello<'_>,
        address: Option<IpAddr>,
    ) -> Result<(TlsStream<Remembering<S>>, Handshake), EgressError> {
        let name = server_name(hello.sni)?;
        let witness = Arc::new(Witness {
            provider: Arc::clone(&self.provider),
            verifier: self.verifier.clone(),
            seen: Mutex::default(),
        });
        let stream = TlsConnector::from(Arc::new(self.watching(&witness, hello.alpn)))
            .connect(name, Remembering::new(stream))
            .await
            .map_err(|error| EgressError::PeerTls {
                host: host.to_owned(),
                why: excerpt(error.to_string().as_bytes()),
            })?;
        let seen = witness.take();
        let (remembering, connection) = stream.get_ref();
        let fingerprint = remembering.fingerprint();
        let handshake = handshake(connection, fingerprint, seen, address);
        Ok((stream, handshake))
    }

    fn watching(&self, witness: &Arc<Witness>, alpn: &[&[u8]]) -> ClientConfig {
        let mut config = self.offering(alpn);
        config
            .dangerous()
            .set_certificate_verifier(Arc::clone(witness) as Arc<dyn ServerCertVerifier>);
        // A session taken up again would show no certificate.
        config.resumption = Resumption::disabled();
        config
    }
}

fn handshake(
    connection: &ClientConnection,
    fingerprint: Option<String>,
    seen: Seen,
    address: Option<IpAddr>,
) -> Handshake {
    Handshake {
        version: match connection.protocol_version() {
            Some(ProtocolVersion::TLSv1_2) => "TLSv1.2".to_owned(),
            Some(ProtocolVersion::TLSv1_3) => "TLSv1.3".to_owned(),
            other => format!("{other:?}"),
        },
        cipher: connection
            .negotiated_cipher_suite()
            .map(|suite| iana(suite.suite()))
            .unwrap_or_default(),
        alpn: connection.alpn_protocol().map(excerpt),
        fingerprint,
        chain: seen.chain,
        vouched: seen.trouble.map_or(Ok(()), Err),
        address,
    }
}

/// `rustls` calls the suites of TLS 1.3 `TLS13_…`, where IANA says `TLS_…`.
fn iana(suite: CipherSuite) -> String {
    suite
        .as_str()
        .unwrap_or("unknown")
        .replacen("TLS13_", "TLS_", 1)
}

/// Takes every certificate and remembers what it thinks of it.
#[derive(Debug)]
struct Witness {
    provider: Arc<CryptoProvider>,
    verifier: Option<Arc<WebPkiServerVerifier>>,
    seen: Mutex<Seen>,
}

#[derive(Default, Debug)]
struct Seen {
    chain: Vec<Vec<u8>>,
    /// The first reason not to trust it.
    trouble: Option<String>,
}

impl Witness {
    fn take(&self) -> Seen {
        std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, trouble: &Error) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.trouble
            .get_or_insert_with(|| excerpt(trouble.to_string().as_bytes()));
    }

    /// Whether the server has the key to its certificate; that it has not is one more reason not to trust it.
    fn proven(&self, proof: Result<HandshakeSignatureValid, Error>) -> HandshakeSignatureValid {
        if let Err(error) = proof {
            self.note(&error);
        }
        HandshakeSignatureValid::assertion()
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = match &self.verifier {
            Some(verifier) => verifier.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ),
            None => Err(Error::General(
                "this system trusts no certification authority".to_owned(),
            )),
        };
        if let Err(error) = verdict {
            self.note(&error);
        }
        let chain = std::iter::once(end_entity).chain(intermediates);
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .chain = chain.map(|certificate| certificate.to_vec()).collect();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        let proof = verify_tls12_signature(message, certificate, signature, algorithms);
        Ok(self.proven(proof))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        let proof = verify_tls13_signature(message, certificate, signature, algorithms);
        Ok(self.proven(proof))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
