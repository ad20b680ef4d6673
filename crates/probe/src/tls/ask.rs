//! A handshake.

use std::time::Duration;

use egress::{Dialer, Endpoint, Hello, Trust};
use model::Probed;
use model::dossier::TlsFacts;
use names::DomainName;

use super::read::read;
use crate::outcome::{Asked, of_domain, piece};

/// What a browser offers.
const ALPN: &[&[u8]] = &[b"h2", b"http/1.1"];

/// Greets the server of `name`, and leaves. Each certificate is evidence.
pub(crate) async fn ask(
    dialer: &Dialer,
    name: &DomainName,
    port: u16,
    timeout: Duration,
) -> Asked<TlsFacts> {
    let host = name.as_str();
    let source = format!("{host}:{port}");
    let hello = Hello {
        sni: host,
        alpn: ALPN,
        timeout,
    };
    let endpoint = Endpoint::new(host, port, Trust::FromData);
    match dialer.handshake(endpoint, hello).await {
        Ok(handshake) => Asked {
            outcome: Probed::Answered(read(&handshake)),
            source,
            evidence: handshake
                .chain
                .into_iter()
                .map(|der| piece(der, "application/pkix-cert"))
                .collect(),
        },
        Err(error) => Asked::nothing(of_domain(&error), source),
    }
}
