//! A proxy on this machine for a program that we do not trust to choose where it connects: a browser.
//!
//! Whatever the page makes it ask for goes through guard, operator's proxy and gate, as our own calls do. Plain HTTP is
//! read only (`GET`, `HEAD`); into the tunnels of HTTPS nobody sees.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::http::uri::Authority;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use url::{Position, Url};

use crate::clock::Clock;
use crate::dial::{Connection, Dialer, Endpoint};
use crate::error::EgressError;
use crate::guard::Trust;
use crate::http::shown;

/// The most bytes that the head of a request may have.
const HEAD_LIMIT: usize = 32 * 1024;
/// The most headers that a request may have.
const MAX_HEADERS: usize = 128;
/// The time for the head of a request, and for a connection.
const PATIENCE: Duration = Duration::from_secs(15);
/// Between two tries to take a connection.
const BREATH: Duration = Duration::from_millis(50);

/// How much may go through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProxyLimits {
    /// The most bytes, both ways and of all connections together.
    pub bytes: u64,
    /// The time after which all connections are cut and no more are taken.
    pub time: Duration,
    /// The most connections at once; more have to wait. At least 1.
    pub connections: usize,
}

/// A running proxy; dropped, it ends with all its connections.
pub struct FilteringProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    _task: JoinSet<()>,
}

struct Shared {
    dialer: Dialer,
    limit: u64,
    ends: Instant,
    refused: AtomicU64,
    bytes: AtomicU64,
}

impl FilteringProxy {
    /// Listens on 127.0.0.1, at a port of the system's choice, which nobody else is told.
    ///
    /// A browser wants some six connections to one host at once, so the dialer should have a gate that lets them in.
    ///
    /// Errors: [`EgressError::ConfigSetting`] when this machine has no port left.
    #[expect(clippy::disallowed_methods, reason = "it listens, on loopback only")]
    pub async fn start(dialer: Dialer, limits: ProxyLimits) -> Result<Self, EgressError> {
        let fault = |error: io::Error| EgressError::ConfigSetting {
            setting: "filtering proxy",
            why: error.to_string(),
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(fault)?;
        let address = listener.local_addr().map_err(fault)?;
        let shared = Arc::new(Shared {
            dialer,
            limit: limits.bytes,
            ends: Instant::now() + limits.time.min(Duration::from_hours(24)),
            refused: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        });
        let room = limits.connections.clamp(1, Semaphore::MAX_PERMITS);
        let mut task = JoinSet::new();
        task.spawn(serve(listener, Arc::clone(&shared), room));
        Ok(FilteringProxy {
            address,
            shared,
            _task: task,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many requests were turned away because of where they led or what they were.
    pub fn refused(&self) -> u64 {
        self.shared.refused.load(Ordering::Relaxed)
    }

    /// How many bytes went through, both ways.
    pub fn bytes(&self) -> u64 {
        self.shared.bytes.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for FilteringProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilteringProxy")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Takes connections until the time is over; those that are open end with it.
async fn serve(listener: TcpListener, shared: Arc<Shared>, room: usize) {
    let mut connections = JoinSet::new();
    let accepting = async {
        loop {
            while connections.len() >= room {
                connections.join_next().await;
            }
            match listener.accept().await {
                Ok((stream, _)) => {
                    connections.spawn(attend(stream, Arc::clone(&shared)));
                }
                // No file is left to open, say, and the connection waits: the next call would fail at once, too.
                Err(_) => sleep(BREATH).await,
            }
            while connections.try_join_next().is_some() {}
        }
    };
    // The time being over is the only way out.
    let _: Result<(), _> = timeout_at(shared.ends, accepting).await;
}

/// What a request wants.
enum Wish {
    /// A tunnel (RFC 9110 §9.3.6).
    Tunnel(Authority),
    /// A page by plain HTTP, with the headers that are handed on.
    Page {
        method: &'static str,
        url: Url,
        headers: Vec<u8>,
    },
    /// What is not done, with the status that says so.
    Unfit(u16),
}

async fn attend(mut client: TcpStream, shared: Arc<Shared>) {
    let Ok(Some(head)) = timeout(PATIENCE, read_head(&mut client)).await else {
        return;
    };
    let status = match understand(&head) {
        Wish::Tunnel(to) => tunnel(&mut client, &shared, &to).await,
        Wish::Page {
            method,
            url,
            headers,
        } => page(&mut client, &shared, method, &url, &headers).await,
        Wish::Unfit(status) => {
            shared.refused.fetch_add(1, Ordering::Relaxed);
            Err(status)
        }
    };
    if let Err(status) = status {
        let answer =
            format!("HTTP/1.1 {status} -\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        // Who has gone away needs no answer.
        let _ = client.write_all(answer.as_bytes()).await;
    }
}

/// The head of a request; none where the client breaks off, or sends more than heads have.
async fn read_head(client: &mut TcpStream) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == HEAD_LIMIT {
            return None;
        }
        // Byte by byte: what comes behind the head belongs to the tunnel.
        head.push(client.read_u8().await.ok()?);
    }
    Some(head)
}

fn understand(head: &[u8]) -> Wish {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    if request.parse(head).is_err() {
        return Wish::Unfit(400);
    }
    let path = request.path.unwrap_or_default();
    let method = match request.method {
        Some("CONNECT") => {
            return path.parse().map_or(Wish::Unfit(400), Wish::Tunnel);
        }
        Some("GET") => "GET",
        Some("HEAD") => "HEAD",
        _ => return Wish::Unfit(405),
    };
    match Url::parse(path) {
        Ok(url) if url.scheme() == "http" && url.has_host() => Wish::Page {
            method,
            url,
            headers: handed_on(request.headers),
        },
        _ => Wish::Unfit(400),
    }
}

/// The headers that are not between the browser and us (RFC 9110 §7.6.1), and show nothing of who asks.
fn handed_on(headers: &[httparse::Header<'_>]) -> Vec<u8> {
    const OURS: &[&str] = &[
        "authorization",
        "connection",
        "content-length",
        "cookie",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    let mut out = Vec::new();
    for header in headers {
        if !OURS
            .iter()
            .any(|ours| header.name.eq_ignore_ascii_case(ours))
        {
            out.extend_from_slice(header.name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(header.value);
            out.extend_from_slice(b"\r\n");
        }
    }
    out
}

async fn tunnel(client: &mut TcpStream, shared: &Shared, to: &Authority) -> Result<(), u16> {
    let port = to.port_u16().ok_or(400_u16)?;
    let endpoint = Endpoint::new(to.host(), port, Trust::FromData);
    let mut clock = Clock::start(PATIENCE);
    let connection = shared.dialer.connect(endpoint, &mut clock).await;
    let mut connection = connection.map_err(|error| shared.tell(&error))?;
    let accepted = client.write_all(b"HTTP/1.1 200 -\r\n\r\n").await;
    if accepted.is_ok() {
        let (mut from_client, mut to_client) = client.split();
        let (mut from_peer, mut to_peer) = tokio::io::split(&mut connection.stream);
        tokio::join!(
            shared.pump(&mut from_client, &mut to_peer),
            shared.pump(&mut from_peer, &mut to_client),
        );
    }
    Ok(())
}

async fn page(
    client: &mut TcpStream,
    shared: &Shared,
    method: &str,
    url: &Url,
    headers: &[u8],
) -> Result<(), u16> {
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return Err(400);
    };
    let endpoint = Endpoint::new(host, port, Trust::FromData);
    let mut clock = Clock::start(PATIENCE);
    let connecting = async {
        if let Some((connection, credentials)) =
            shared.dialer.connect_for_url(endpoint, &mut clock).await?
        {
            let login = credentials
                .map(|value| format!("Proxy-Authorization: {value}\r\n"))
                .unwrap_or_default();
            return Ok((connection, &url[..Position::AfterQuery], login));
        }
        let connection = shared.dialer.connect(endpoint, &mut clock).await?;
        let target = &url[Position::BeforePath..Position::AfterQuery];
        Ok((connection, target, String::new()))
    };
    let connected: Result<(Connection, &str, String), EgressError> = connecting.await;
    let (mut connection, target, login) = connected.map_err(|error| shared.tell(&error))?;
    let host = shown(url);
    let mut request = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n{login}").into_bytes();
    request.extend_from_slice(headers);
    request.extend_from_slice(b"Connection: close\r\n\r\n");
    connection
        .stream
        .write_all(&request)
        .await
        .map_err(|_| 502_u16)?;
    shared.pump(&mut connection.stream, client).await;
    Ok(())
}

impl Shared {
    /// Counts what was turned away, and gives the status that says why.
    fn tell(&self, error: &EgressError) -> u16 {
        match error {
            EgressError::Refused { .. } | EgressError::Url { .. } => {
                self.refused.fetch_add(1, Ordering::Relaxed);
                403
            }
            EgressError::PeerTimeout { .. } => 504,
            _ => 502,
        }
    }

    /// Hands on what comes, until it ends or too much has gone through.
    async fn pump(&self, from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin)) {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(read @ 1..) = from.read(&mut buffer).await {
            let before = self.bytes.fetch_add(read as u64, Ordering::Relaxed);
            if before.saturating_add(read as u64) > self.limit
                || to.write_all(&buffer[..read]).await.is_err()
            {
                break;
            }
        }
        // The other side may have gone already.
        let _ = to.shutdown().await;
    }
}
