//! The pages of the hosts, over TCP and over TLS.
//!
//! HTTP/1.1 written by hand, since half of what is said here no server would say.

use std::io;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::fault::HostFault;
use super::stage::{Placed, Stage};

/// The most bytes that the head of a request may have.
const HEAD_LIMIT: usize = 16 * 1024;
/// The time for a handshake and for the head of a request.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a dripping server waits between two bytes.
const DRIP: Duration = Duration::from_millis(100);
/// What a bomb is unpacked.
const BOMB_BYTES: usize = 64 << 20;

/// Serves the pages of all hosts.
pub(super) struct Web {
    stage: Arc<Stage>,
    acceptor: TlsAcceptor,
    /// Made when there is a host that throws it.
    bomb: Bytes,
}

impl Web {
    pub(super) fn new(stage: Arc<Stage>, acceptor: TlsAcceptor) -> Self {
        let throws = |placed: &Placed| placed.host.fault == Some(HostFault::WebGzipBomb);
        let bomb = if stage.hosts().any(throws) {
            bomb()
        } else {
            Bytes::new()
        };
        Self {
            stage,
            acceptor,
            bomb,
        }
    }

    /// Answers for as long as the runtime lives.
    pub(super) async fn serve(self: Arc<Self>, listener: TcpListener, secure: bool) {
        let mut connections = JoinSet::new();
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                continue;
            };
            while connections.try_join_next().is_some() {}
            let web = Arc::clone(&self);
            // It ends when the other side does.
            connections.spawn(async move { web.attend(stream, secure).await.is_ok() });
        }
    }

    async fn attend(&self, mut stream: TcpStream, secure: bool) -> io::Result<()> {
        stream.set_nodelay(true)?;
        if !secure {
            return self.answer(&mut stream).await;
        }
        let handshake =
            tokio_rustls::LazyConfigAcceptor::new(rustls::server::Acceptor::default(), &mut stream);
        let start = timeout(PATIENCE, handshake).await??;
        let asked = start.client_hello().server_name().map(str::to_owned);
        let placed = asked.and_then(|name| self.stage.of(&name));
        if placed.is_some_and(|placed| placed.host.fault == Some(HostFault::WebGarbage)) {
            drop(start);
            return stream.write_all(GARBAGE).await;
        }
        let accepting = start.into_stream(Arc::clone(self.acceptor.config()));
        let mut stream = timeout(PATIENCE, accepting).await??;
        self.answer(&mut stream).await
    }

    /// One request, one answer.
    async fn answer(&self, stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> io::Result<()> {
        let head = timeout(PATIENCE, read_head(stream)).await??;
        let host = header(&head, "host").unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let Some(placed) = self.stage.of(name) else {
            stream
                .write_all(&plain(421, "", b"there is no such host\n"))
                .await?;
            return stream.shutdown().await;
        };
        sleep(placed.latency).await;
        let target = path_of(head.split(' ').nth(1).unwrap_or("/"));
        match placed.host.fault {
            Some(fault) => self.misbehave(stream, placed, fault, target, host).await?,
            None => stream.write_all(&page(placed, target)).await?,
        }
        stream.shutdown().await
    }

    async fn misbehave(
        &self,
        stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
        placed: &Placed,
        fault: HostFault,
        target: &str,
        host: &str,
    ) -> io::Result<()> {
        let redirect = |to: String| plain(302, &format!("Location: {to}\r\n"), b"");
        let answer = match fault {
            HostFault::WebSilent => std::future::pending().await,
            HostFault::WebEndless => {
                stream.write_all(OPEN).await?;
                let filler = "<p>and so on</p>".repeat(4096);
                loop {
                    stream.write_all(filler.as_bytes()).await?;
                }
            }
            HostFault::WebDrip => {
                stream.write_all(OPEN).await?;
                for byte in b"<p>and so on</p>".iter().cycle() {
                    stream.write_all(&[*byte]).await?;
                    stream.flush().await?;
                    sleep(DRIP).await;
                }
                Vec::new()
            }
            HostFault::WebBroken => {
                b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<title>Brok".to_vec()
            }
            HostFault::WebRedirectLoop => redirect(target.to_owned()),
            HostFault::WebRedirectMetadata => {
                redirect("http://169.254.169.254/latest/meta-data/".to_owned())
            }
            HostFault::WebRedirectLoopback => {
                let port = host.rsplit_once(':').map_or("80", |(_, port)| port);
                redirect(format!("http://[::1]:{port}/"))
            }
            HostFault::WebGzipBomb => plain(200, "Content-Encoding: gzip\r\n", &self.bomb),
            HostFault::WebInvalidUtf8 => INVALID_UTF8.to_vec(),
            HostFault::WebHugeHeader => {
                let filler = "a".repeat(1 << 20);
                plain(200, &format!("X-Filler: {filler}\r\n"), b"<p>at last</p>")
            }
            HostFault::WebGarbage => GARBAGE.to_vec(),
            _ => page(placed, target),
        };
        stream.write_all(&answer).await
    }
}

/// A page that ends when the connection does.
const OPEN: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";

/// The greeting of another protocol.
const GARBAGE: &[u8] = b"SSH-2.0-testbed\r\n\x00\x00\x01\xff\r\n\r\n";

/// Latin-1, a lone continuation byte, an overlong slash and half a surrogate.
const INVALID_UTF8: &[u8] =
    b"HTTP/1.1 200 OK\r\nServer: caf\xe9\r\nContent-Type: text/html; charset=utf-8\r\n\
Connection: close\r\n\r\n<title>caf\xe9 \x80 \xc0\xaf \xed\xa0\x80</title><p>\xff\xfe</p>";

/// The page of a host, or that there is none.
fn page(placed: &Placed, target: &str) -> Vec<u8> {
    let path = target.split_once('?').map_or(target, |(path, _)| path);
    let found = placed
        .host
        .pages
        .iter()
        .zip(&placed.bodies)
        .find(|(page, _)| page.path == path);
    let Some((page, body)) = found else {
        return plain(404, "Content-Type: text/html\r\n", b"<h1>Not Found</h1>");
    };
    let mut headers = String::new();
    let has_type = |name: &String| name.eq_ignore_ascii_case("content-type");
    if !page.headers.keys().any(has_type) {
        headers.push_str("Content-Type: text/html; charset=utf-8\r\n");
    }
    for (name, value) in &page.headers {
        headers.push_str(&[name, ": ", value, "\r\n"].concat());
    }
    plain(page.status, &headers, body)
}

/// The path of what was asked for, which may be a whole URL (RFC 9112 §3.2.2).
fn path_of(target: &str) -> &str {
    match target.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => target,
    }
}

/// An answer with its length; `headers` are whole lines.
fn plain(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status} -\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut buffer).await?;
        if read == 0 || head.len() > HEAD_LIMIT {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        head.extend_from_slice(&buffer[..read]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

fn bomb() -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![0; 1 << 20];
    for _ in 0..BOMB_BYTES >> 20 {
        encoder.write_all(&zeros).expect("a Vec takes everything");
    }
    encoder.finish().expect("a Vec takes everything").into()
}
