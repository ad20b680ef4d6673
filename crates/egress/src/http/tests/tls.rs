//! TLS with an authority of our own.

use axum::Router;
use axum::extract::Request;
use axum::routing::get;
use axum::serve::Listener;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::*;

/// Lets nobody in without TLS.
struct Secure {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for Secure {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        loop {
            let (stream, address) = self.listener.accept().await.expect("loopback works");
            // A client that does not trust us breaks off here.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Serves `/` for `ct.example` and says which HTTP it was asked in; gives its port and its authority's certificate.
async fn serve(protocols: &[&[u8]]) -> (u16, String) {
    let (listener, address) = crate::loopback::listen().await;
    let key = || KeyPair::generate().expect("ring makes keys");
    let mut params = CertificateParams::new([]).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    // Two of them are two, also by name.
    params
        .distinguished_name
        .push(DnType::CommonName, format!("authority of {address}"));
    let authority = CertifiedIssuer::self_signed(params, key()).expect("a certificate");
    let own = key();
    let leaf = CertificateParams::new(["ct.example".to_owned()])
        .expect("a name")
        .signed_by(&own, &authority)
        .expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has suites for both")
        .with_no_client_auth()
        .with_single_cert(
            vec![leaf.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.serialize_der())),
        )
        .expect("key and certificate fit");
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let secure = Secure {
        listener,
        acceptor: TlsAcceptor::from(Arc::new(config)),
    };
    let version = get(|request: Request| async move { format!("{:?}", request.version()) });
    tokio::spawn(async move { axum::serve(secure, Router::new().route("/", version)).await });
    (address.port(), authority.pem())
}

/// Gets `https://<host>/`, trusting the authority if `trusting`.
async fn fetch(protocols: &[&[u8]], host: &str, trusting: bool) -> String {
    let (port, pem) = serve(protocols).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let roots = folder.path().join("roots.pem");
    std::fs::write(&roots, pem).expect("the folder takes files");
    // Without ours there is still another one to trust, whatever the system has.
    let (_, other) = serve(protocols).await;
    let others = folder.path().join("others.pem");
    std::fs::write(&others, other).expect("the folder takes files");
    let settings = Settings {
        roots: vec![if trusting { roots } else { others }],
        ..settings()
    };
    let resolver = Told::new(&[&["127.0.0.1"]]);
    let http = Http::resolving(&settings, &(resolver as Arc<dyn Resolve>)).expect("usable");
    let url = format!("https://{host}:{port}/").parse().expect("a URL");
    told(
        http.get(Get::new(&url, Trust::Configured, 10, SECOND))
            .await,
    )
    .replace(&format!(":{port}"), "")
}

#[tokio::test]
async fn http_2_where_it_is_offered() {
    let both: &[&[u8]] = &[b"h2", b"http/1.1"];
    assert_eq!(fetch(both, "ct.example", true).await, "200 b\"HTTP/2.0\"");
    let one: &[&[u8]] = &[b"http/1.1"];
    assert_eq!(fetch(one, "ct.example", true).await, "200 b\"HTTP/1.1\"");
}

#[tokio::test]
async fn strangers_and_others_names() {
    let told = fetch(&[], "ct.example", false).await;
    assert_eq!(
        told,
        "ct.example cannot be trusted: invalid peer certificate: UnknownIssuer"
    );
    let told = fetch(&[], "log.example", true).await;
    assert!(
        told.starts_with("log.example cannot be trusted: invalid peer certificate: certificate not valid for name"),
        "{told}"
    );
}

#[test]
fn authorities_that_cannot_be_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("roots.pem");
    let open = || {
        let settings = Settings {
            roots: vec![path.clone()],
            ..settings()
        };
        Http::new(&settings)
            .expect_err("it cannot be used")
            .to_string()
    };
    assert!(open().contains("roots.pem"));
    std::fs::write(&path, "not PEM").expect("the folder takes files");
    assert!(open().ends_with("roots.pem: no certificate in it"));
}
