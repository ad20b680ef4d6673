//! One question over a connection, and whatever comes back until the peer hangs up.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::clock::Clock;
use crate::dial::{Dialer, Endpoint};
use crate::error::{EgressError, excerpt};

/// What came of a question to a server that answers and hangs up.
#[derive(Debug)]
pub struct Exchange {
    /// What it sent, at most as many bytes as were asked for.
    pub bytes: Vec<u8>,
    /// Which address answered; none behind a proxy that looks names up.
    pub address: Option<IpAddr>,
    /// Why the answer is not whole: [`EgressError::TooLarge`], [`EgressError::PeerTimeout`] or
    /// [`EgressError::PeerInterrupted`].
    pub cut: Option<EgressError>,
}

impl Dialer {
    /// Sends a request and reads until the peer hangs up, as WHOIS does (RFC 3912 §2).
    ///
    /// A peer that sends too much, too slowly or hangs up too early is cut, and what came so far is kept.
    ///
    /// Errors: where nothing could be sent, those of a connection: [`EgressError::Refused`],
    /// [`EgressError::NoAddress`], [`EgressError::Resolve`] and those of [`Resolver::lookup`],
    /// [`EgressError::Connect`], [`EgressError::PeerTimeout`].
    pub async fn exchange(
        &self,
        endpoint: Endpoint<'_>,
        request: &[u8],
        limit_bytes: usize,
        timeout: Duration,
    ) -> Result<Exchange, EgressError> {
        let host = endpoint.to_string();
        let mut clock = Clock::start(timeout);
        let mut connection = self.connect(endpoint, &mut clock).await?;
        let mut bytes = Vec::new();
        let talk = talk(
            &mut connection.stream,
            &host,
            request,
            limit_bytes,
            &mut bytes,
        );
        let cut = clock.step(&host, talk).await.err();
        Ok(Exchange {
            bytes,
            address: connection.address,
            cut,
        })
    }
}

/// Sends, and reads what comes into `bytes` until the peer hangs up.
async fn talk(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    host: &str,
    request: &[u8],
    limit: usize,
    bytes: &mut Vec<u8>,
) -> Result<(), EgressError> {
    let broke = |error: io::Error| EgressError::PeerInterrupted {
        host: host.to_owned(),
        why: excerpt(error.to_string().as_bytes()),
    };
    stream.write_all(request).await.map_err(broke)?;
    let mut buffer = vec![0; 8 * 1024];
    loop {
        let read = stream.read(&mut buffer).await.map_err(broke)?;
        if read == 0 {
            return Ok(());
        }
        let room = limit - bytes.len();
        bytes.extend_from_slice(&buffer[..read.min(room)]);
        if read > room {
            return Err(EgressError::TooLarge { limit });
        }
    }
}
