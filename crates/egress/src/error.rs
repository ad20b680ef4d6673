//! Why a call came to nothing, and whether to try again.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::dns::DnsRefusal;
use crate::guard::Refusal;

mod kind;

pub use kind::Kind;

/// Why a call came to nothing. No message holds more of a URL than its host, since paths of webhooks are secrets, nor
/// a byte of the peer's that a terminal would act on.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The data that named the endpoint leads where strangers may not send us. Nothing was sent.
    #[error("{host} is not called: {refusal}")]
    Refused {
        /// As the data named it.
        host: String,
        /// What it is.
        refusal: Refusal,
    },
    /// The caller's URL is not one that is called.
    #[error("not a URL to call: {why}")]
    Url {
        /// What is wrong with it.
        why: &'static str,
    },
    /// DNS cannot be asked for this name (RFC 1035 §2.3.4).
    #[error("{name} is not a name that DNS can be asked for")]
    Name {
        /// As given; at most 200 printable characters.
        name: String,
    },
    /// The caller's header cannot be sent.
    #[error("the header {name} holds what no header may hold")]
    Header {
        /// Its name.
        name: String,
    },
    /// A setting of the operator cannot be used.
    #[error("{setting}: {why}")]
    ConfigSetting {
        /// Which one.
        setting: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A file of certification authorities cannot be read.
    #[error("cannot read certification authorities from {}: {why}", path.display())]
    ConfigRoots {
        /// As configured.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// This system knows no certification authority, so that no server can be trusted.
    #[error(
        "no certification authorities are installed; install the package ca-certificates, or set SSL_CERT_FILE"
    )]
    NoRoots,
    /// It was answered that the name has no address.
    #[error("{host} has no address")]
    NoAddress {
        /// The host.
        host: String,
    },
    /// Nobody could be asked for the address of the name, or the system, when asked, tells no more than that it has none.
    #[error("cannot find the address of {host}: {why}")]
    Resolve {
        /// The host.
        host: String,
        /// What the system said.
        why: String,
    },
    /// No connection came about.
    #[error("cannot connect to {host}: {why}")]
    Connect {
        /// The host.
        host: String,
        /// What the system said.
        why: String,
        /// The host said that nobody listens there.
        refused: bool,
    },
    /// The peer (or who stands between) did not prove who it is, or speaks another TLS.
    #[error("{host} cannot be trusted: {why}")]
    PeerTls {
        /// The host.
        host: String,
        /// What TLS said.
        why: String,
    },
    /// The time was over before the answer was complete.
    #[error("{host} did not answer within {} ms", after.as_millis())]
    PeerTimeout {
        /// The host.
        host: String,
        /// The time it had.
        after: Duration,
    },
    /// The connection broke before the answer was complete, or what came is not the protocol.
    #[error("{host} did not finish its answer: {why}")]
    PeerInterrupted {
        /// The host.
        host: String,
        /// What was noticed.
        why: String,
    },
    /// What came cannot be read as what it should be.
    #[error("what {host} answered cannot be read: {why}")]
    PeerMalformed {
        /// The host.
        host: String,
        /// What was noticed.
        why: String,
    },
    /// A DNS server answers that it will not, or cannot (RFC 1035 §4.1.1). That a name does not exist is no error.
    #[error("the DNS server {server} answered {code} for {name}")]
    PeerDns {
        /// Who was asked.
        server: SocketAddr,
        /// For which name.
        name: String,
        /// What it said.
        code: DnsRefusal,
    },
    /// The aliases of a name (RFC 1034 §3.6.2) lead nowhere.
    #[error("the aliases of {name} {}", if *circle { "go in a circle" } else { "are too many to follow" })]
    PeerAliases {
        /// The name that was asked for.
        name: String,
        /// One of them leads back to another.
        circle: bool,
    },
    /// More redirects than the caller wants to follow.
    #[error("it redirects more than {limit} times")]
    TooManyHops {
        /// The limit.
        limit: usize,
    },
    /// The head of an answer is larger than any that is honest.
    #[error("the head of the answer of {host} has more than {limit} bytes or too many headers")]
    HeadTooLarge {
        /// The host.
        host: String,
        /// The limit.
        limit: usize,
    },
    /// The peer answers that it will not, or cannot.
    #[error("{host} answered {status}{}", said(says))]
    PeerStatus {
        /// The host.
        host: String,
        /// The HTTP status, not one of 200 to 299.
        status: u16,
        /// How long it asks us to stay away; at most [`MAX_HOLD`](crate::MAX_HOLD).
        retry_after: Option<Duration>,
        /// The start of what it says, at most 200 printable characters.
        says: String,
    },
    /// The peer sends us elsewhere. Nobody went there.
    #[error(
        "{host} answered {status} and points to {to}; give that address, if it is the right one"
    )]
    PeerRedirect {
        /// The host.
        host: String,
        /// The HTTP status, 300 to 399 and not 304.
        status: u16,
        /// Where to, as it says; at most 200 printable characters.
        to: String,
    },
    /// The body is packed in a way that was not asked for.
    #[error("{host} packs its answer as {encoding}, which nobody asked for")]
    PeerEncoding {
        /// The host.
        host: String,
        /// As it says.
        encoding: String,
    },
    /// The peer does not speak the web socket protocol at this address.
    #[error("{host} has no web socket there: {why}")]
    PeerUpgrade {
        /// The host.
        host: String,
        /// What it did in place of it.
        why: String,
    },
    /// The body, or a message, is larger than the caller wants.
    #[error("the body has more than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// A packed body is damaged.
    #[error("the gzip body is damaged: {source}")]
    Gzip {
        /// What the decoder said.
        source: io::Error,
    },
}

impl EgressError {
    /// Whether the same call may work later without anybody changing anything.
    pub fn passing(&self) -> bool {
        match self {
            EgressError::Resolve { .. }
            | EgressError::Connect { .. }
            | EgressError::PeerTimeout { .. }
            | EgressError::PeerInterrupted { .. }
            | EgressError::PeerDns { .. } => true,
            EgressError::PeerStatus { status, .. } => {
                matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
            }
            _ => false,
        }
    }

    /// The HTTP status of the peer that refused.
    pub fn status(&self) -> Option<u16> {
        match self {
            EgressError::PeerStatus { status, .. } | EgressError::PeerRedirect { status, .. } => {
                Some(*status)
            }
            _ => None,
        }
    }

    /// How long the peer asks us to stay away.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            EgressError::PeerStatus { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// What a failure of `reqwest` was; `connect` is the time that it had for a connection.
pub(crate) fn classify(host: &str, error: &reqwest::Error, connect: Duration) -> EgressError {
    let host = host.to_owned();
    if let Some(&refusal) = find::<Refusal>(error) {
        return EgressError::Refused { host, refusal };
    }
    let why = excerpt(root_cause(error).as_bytes());
    if find::<rustls::Error>(error).is_some() {
        EgressError::PeerTls { host, why }
    } else if find::<NoAddress>(error).is_some() {
        EgressError::NoAddress { host }
    } else if error.is_dns() {
        EgressError::Resolve { host, why }
    } else if error.is_connect() && error.is_timeout() {
        EgressError::PeerTimeout {
            host,
            after: connect,
        }
    } else if error.is_connect() {
        let refused = find::<io::Error>(error)
            .is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
        EgressError::Connect { host, why, refused }
    } else {
        EgressError::PeerInterrupted { host, why }
    }
}

/// What our own resolver says to `reqwest` where there is no address.
#[derive(Debug, thiserror::Error)]
#[error("the name has no address")]
pub(crate) struct NoAddress;

/// The start of a peer's text, fit for a terminal: at most 200 characters of printable ASCII, white space folded.
pub(crate) fn excerpt(text: &[u8]) -> String {
    let mut out = String::new();
    for &byte in text.trim_ascii() {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' if out.ends_with(' ') => {}
            b' ' | b'\t' | b'\r' | b'\n' => out.push(' '),
            b'!'..=b'~' => out.push(char::from(byte)),
            _ => out.push('?'),
        }
        if out.len() == 200 {
            break;
        }
    }
    out
}

fn said(says: &str) -> String {
    if says.is_empty() {
        String::new()
    } else {
        format!(": {says}")
    }
}

/// The first error of this type among `error` and its causes.
fn find<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

fn root_cause(error: &(dyn Error + 'static)) -> String {
    causes(error)
        .last()
        .map_or_else(String::new, ToString::to_string)
}

fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&cause| {
        // `io::Error` gives the cause of what it wraps, not what it wraps.
        let wrapped = cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        match wrapped {
            Some(wrapped) => Some(wrapped as &(dyn Error + 'static)),
            None => cause.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peers_text_is_tamed() {
        assert_eq!(excerpt(b"  slow\r\n\tdown\x1b[2J \xff"), "slow down?[2J ?");
        assert_eq!(excerpt(&[b'a'; 1000]).len(), 200);
        assert_eq!(excerpt(b" \n"), "");
    }

    #[test]
    fn what_passes() {
        let status = |status| EgressError::PeerStatus {
            host: "log.example".to_owned(),
            status,
            retry_after: Some(Duration::from_secs(2)),
            says: "wait".to_owned(),
        };
        assert!(status(429).passing() && status(503).passing());
        assert!(!status(404).passing() && !EgressError::NoRoots.passing());
        assert_eq!(status(429).status(), Some(429));
        assert_eq!(status(429).retry_after(), Some(Duration::from_secs(2)));
        assert_eq!(status(429).to_string(), "log.example answered 429: wait");
    }

    #[test]
    fn what_io_wraps_is_found() {
        let inner = Refusal {
            what: "a private address",
            by: "RFC 1918 §3",
        };
        let error = io::Error::other(io::Error::other(inner));
        assert_eq!(find::<Refusal>(&error), Some(&inner));
        assert_eq!(root_cause(&error), "a private address (RFC 1918 §3)");
    }
}
