//! A connection to whoever data names, or the operator.
//!
//! A name is looked up once, every address that it has is checked, and the connection goes to an address that was
//! checked. Behind a proxy that looks names up by itself, the form of the name is all that can be checked.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::header::HeaderValue;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::clock::Clock;
use crate::dns::Resolver;
use crate::error::{EgressError, excerpt};
use crate::gate::{Gate, Permit};
use crate::guard::{Guard, Trust};
use crate::http::agent;
use crate::settings::{Proxy, Settings};
use crate::tls::Tls;

mod proxy;

pub(crate) use proxy::credentials;

/// The most addresses of one name that are tried.
const MAX_ADDRESSES: usize = 4;

/// Connects. A clone is the same dialer, with the same gate.
///
/// Each connection passes the gate, under its address or, behind a proxy that looks names up, under its name. What it
/// waits there is not counted as the peer's time. It is held until the call is over.
#[derive(Clone)]
pub struct Dialer {
    inner: Arc<Inner>,
}

struct Inner {
    guard: Guard,
    gate: Gate,
    resolver: Resolver,
    /// Names are asked of the resolver, not of the system.
    own_dns: bool,
    proxy: Option<Proxy>,
    connect_timeout: Duration,
    tls: Tls,
    agent: HeaderValue,
}

/// Whom to call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Endpoint<'a> {
    /// A name or an address; an IPv6 address may stand in brackets.
    pub host: &'a str,
    /// The TCP port.
    pub port: u16,
    /// Who named the host.
    pub trust: Trust,
}

impl<'a> Endpoint<'a> {
    /// This host and port, on the word of `trust`.
    pub fn new(host: &'a str, port: u16, trust: Trust) -> Self {
        Endpoint { host, port, trust }
    }

    fn address(self) -> Option<IpAddr> {
        let bare = self
            .host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        bare.unwrap_or(self.host).parse().ok()
    }
}

impl fmt::Display for Endpoint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", excerpt(self.host.as_bytes()), self.port)
    }
}

/// Both ways of a connection, whatever it goes through.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection that passed guard and gate.
pub(crate) struct Connection {
    pub(crate) stream: Box<dyn Stream>,
    pub(crate) address: Option<IpAddr>,
    pub(crate) permit: Permit,
}

impl Dialer {
    /// Reads the certification authorities; opens nothing yet.
    ///
    /// Errors: [`EgressError::ConfigSetting`] and [`EgressError::ConfigRoots`].
    pub fn new(settings: &Settings, gate: Gate) -> Result<Self, EgressError> {
        Ok(Dialer {
            inner: Arc::new(Inner {
                guard: Guard::new(settings.danger_loopback),
                gate,
                resolver: Resolver::new(&settings.dns)?,
                own_dns: !settings.dns.servers.is_empty(),
                proxy: settings.proxy.clone(),
                connect_timeout: settings.connect_timeout,
                tls: Tls::new(&settings.roots)?,
                agent: agent(settings)?,
            }),
        })
    }

    /// Whom it asks for names.
    pub fn resolver(&self) -> &Resolver {
        &self.inner.resolver
    }

    /// What it passes; for calls by [`Http`](crate::Http) that are to count with its own.
    pub fn gate(&self) -> &Gate {
        &self.inner.gate
    }

    /// Connects to the endpoint, through the proxy where there is one.
    pub(crate) async fn connect(
        &self,
        endpoint: Endpoint<'_>,
        clock: &mut Clock,
    ) -> Result<Connection, EgressError> {
        let inner = &*self.inner;
        let host = endpoint.to_string();
        self.admit(endpoint)?;
        let blind = inner.proxy.as_ref().is_some_and(Proxy::resolves);
        let addresses = if let Some(address) = endpoint.address() {
            vec![address]
        } else if blind {
            Vec::new()
        } else {
            // Two look-ups are large, and over before the call begins.
            let looking = Box::pin(self.addresses(endpoint));
            clock.step(&host, looking).await?
        };
        let key = match addresses.first() {
            Some(address) => address.to_string(),
            None => endpoint.host.to_ascii_lowercase(),
        };
        let permit = clock.aside(inner.gate.enter(&key)).await;
        let (stream, address) = match &inner.proxy {
            None => {
                let dialing = self.dial(&host, &addresses, endpoint.port);
                let (stream, address) = clock.step(&host, dialing).await?;
                (Box::new(stream) as Box<dyn Stream>, Some(address))
            }
            Some(proxy) => {
                let through = async {
                    let stream = self.dial_proxy(proxy).await?;
                    proxy::through(stream, proxy, endpoint, addresses.first().copied()).await
                };
                let stream = clock.step(&host, through).await?;
                (stream, addresses.first().copied())
            }
        };
        Ok(Connection {
            stream,
            address,
            permit,
        })
    }

    /// A connection to the proxy itself, for plain HTTP, where the proxy is asked for the whole URL (RFC 9112 §3.2.2);
    /// none where there is no such proxy.
    pub(crate) async fn connect_for_url(
        &self,
        endpoint: Endpoint<'_>,
        clock: &mut Clock,
    ) -> Result<Option<(Connection, Option<String>)>, EgressError> {
        let Some(proxy) = self.inner.proxy.as_ref().filter(|proxy| proxy.is_http()) else {
            return Ok(None);
        };
        self.admit(endpoint)?;
        let key = endpoint.host.to_ascii_lowercase();
        let permit = clock.aside(self.inner.gate.enter(&key)).await;
        let stream = clock
            .step(&endpoint.to_string(), self.dial_proxy(proxy))
            .await?;
        let connection = Connection {
            stream,
            address: None,
            permit,
        };
        Ok(Some((connection, credentials(proxy))))
    }

    pub(crate) fn tls(&self) -> &Tls {
        &self.inner.tls
    }

    pub(crate) fn agent(&self) -> &HeaderValue {
        &self.inner.agent
    }

    pub(crate) fn proxied(&self) -> bool {
        self.inner.proxy.is_some()
    }

    /// Checks what can be checked before anything is looked up.
    pub(crate) fn admit(&self, endpoint: Endpoint<'_>) -> Result<(), EgressError> {
        if endpoint.trust == Trust::Configured {
            return Ok(());
        }
        let host = endpoint.host.to_ascii_lowercase();
        let checked = match endpoint.address() {
            Some(address) => self.inner.guard.check(address),
            None if self.inner.proxy.as_ref().is_some_and(|p| p.host() == host) => {
                return Err(EgressError::Url {
                    why: "it names our proxy",
                });
            }
            None => self.inner.guard.check_name(&host),
        };
        checked.map_err(|refusal| EgressError::Refused {
            host: endpoint.to_string(),
            refusal,
        })
    }

    /// The addresses of the endpoint's name: all of them may be called, or none is given.
    async fn addresses(&self, endpoint: Endpoint<'_>) -> Result<Vec<IpAddr>, EgressError> {
        let inner = &*self.inner;
        let found = if inner.own_dns {
            inner.resolver.addresses(endpoint.host).await?
        } else {
            system_addresses(endpoint.host).await?
        };
        if endpoint.trust == Trust::FromData {
            for &address in &found {
                inner
                    .guard
                    .check(address)
                    .map_err(|refusal| EgressError::Refused {
                        host: endpoint.to_string(),
                        refusal,
                    })?;
            }
        }
        Ok(found)
    }

    /// The first of the addresses that takes the connection.
    #[expect(
        clippy::disallowed_methods,
        reason = "egress is the only door, and this is where it opens"
    )]
    async fn dial(
        &self,
        host: &str,
        addresses: &[IpAddr],
        port: u16,
    ) -> Result<(TcpStream, IpAddr), EgressError> {
        let mut failure = EgressError::NoAddress {
            host: host.to_owned(),
        };
        for &address in addresses.iter().take(MAX_ADDRESSES) {
            let connecting = TcpStream::connect(SocketAddr::new(address, port));
            match timeout(self.inner.connect_timeout, connecting).await {
                Ok(Ok(stream)) => {
                    // A connection that refuses is slower and no worse.
                    let _ = stream.set_nodelay(true);
                    return Ok((stream, address));
                }
                Ok(Err(error)) => failure = unconnected(host, &error),
                Err(_) => {
                    failure = EgressError::PeerTimeout {
                        host: host.to_owned(),
                        after: self.inner.connect_timeout,
                    }
                }
            }
        }
        Err(failure)
    }

    /// The operator's proxy, which may be anywhere.
    async fn dial_proxy(&self, proxy: &Proxy) -> Result<Box<dyn Stream>, EgressError> {
        let shown = proxy.to_string();
        let endpoint = Endpoint::new(proxy.host(), proxy.port(), Trust::Configured);
        let addresses = match endpoint.address() {
            Some(address) => vec![address],
            None => system_addresses(endpoint.host).await?,
        };
        let (stream, _) = self.dial(&shown, &addresses, endpoint.port).await?;
        if proxy.url().scheme() == "https" {
            let stream = self.inner.tls.trusting(stream, endpoint.host).await?;
            Ok(Box::new(stream))
        } else {
            Ok(Box::new(stream))
        }
    }
}

impl fmt::Debug for Dialer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialer").finish_non_exhaustive()
    }
}

fn unconnected(host: &str, error: &io::Error) -> EgressError {
    EgressError::Connect {
        host: host.to_owned(),
        why: excerpt(error.to_string().as_bytes()),
        refused: error.kind() == io::ErrorKind::ConnectionRefused,
    }
}

/// The addresses that the system knows for a name.
#[expect(
    clippy::disallowed_methods,
    reason = "egress is the only door, and this is where it looks up names"
)]
async fn system_addresses(host: &str) -> Result<Vec<IpAddr>, EgressError> {
    let found = tokio::net::lookup_host((host, 0))
        .await
        .map_err(|error| EgressError::Resolve {
            host: excerpt(host.as_bytes()),
            why: excerpt(error.to_string().as_bytes()),
        })?;
    Ok(found.map(|address| address.ip()).collect())
}
