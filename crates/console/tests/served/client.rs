//! A running console, and clients that know nothing of it but HTTP.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use console::{Exposure, Hub, serve};
use jiff::Timestamp;
use ledger::{Ledger, LedgerUrl, NewAlarm};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Fails the test that waits for ever.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what)
        .await
        .expect("it comes in time")
}

pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) hub: Hub,
    ledger: Ledger,
    recorded: u64,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    _directory: TempDir,
}

impl Served {
    pub(crate) async fn start(exposure: Exposure) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let url = LedgerUrl::file(directory.path().join("ledger"));
        let ledger = Ledger::open(&url).await.expect("a new ledger");
        let hub = Hub::new();
        let (stop, stopped) = oneshot::channel();
        let extra = Router::new().route("/api/v1/extra", get(async || "extra"));
        let exposure = Exposure {
            listen: ([127, 0, 0, 1], 0).into(),
            ..exposure
        };
        let shutdown = async {
            // The test that drops it stops as well.
            let _ = stopped.await;
        };
        let (address, serving) = serve(exposure, hub.clone(), ledger.clone(), extra, shutdown)
            .await
            .expect("a free port");
        Self {
            address,
            hub,
            ledger,
            recorded: 0,
            stop,
            serving: tokio::spawn(serving),
            _directory: directory,
        }
    }

    /// Records events, each told to the hub as the pipeline does; returns the last one's number.
    pub(crate) async fn record(&mut self, events: u64) -> u64 {
        for _ in 0..events {
            self.recorded += 1;
            let feed = format!("ct:{}", self.recorded);
            let alarm = NewAlarm {
                kind: "behind",
                feed: Some(&feed),
                says: "the feed is behind,\nfar behind",
                evidence: None,
                at: Timestamp::now(),
                channels: &[],
            };
            let event = self.ledger.raise(&alarm).await.expect("the ledger writes");
            let event = event.expect("each feed's alarm is new");
            assert_eq!(event.number, self.recorded);
            self.hub.published(event.number);
        }
        self.recorded
    }

    /// Stops, and waits until all is over.
    pub(crate) async fn stop(self) {
        self.stop.send(()).expect("it is serving");
        soon(self.serving).await.expect("no panic");
    }

    /// The answer to a request, status line and headers first.
    pub(crate) async fn get(&self, path: &str, headers: &str) -> String {
        let mut stream = connect(self.address).await;
        let host = self.host(headers);
        let request = format!("GET {path} HTTP/1.1\r\n{host}{headers}Connection: close\r\n\r\n");
        stream
            .write_all(request.as_bytes())
            .await
            .expect("it takes a request");
        let mut answer = String::new();
        soon(stream.read_to_string(&mut answer))
            .await
            .expect("it answers in text");
        answer
    }

    /// The status of an answer that need not end.
    pub(crate) async fn status(&self, path: &str) -> u16 {
        let mut stream = connect(self.address).await;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        stream
            .write_all(request.as_bytes())
            .await
            .expect("it takes a request");
        let mut first = [0; 12];
        soon(stream.read_exact(&mut first))
            .await
            .expect("it answers");
        let first = str::from_utf8(&first).expect("it answers in text");
        let status = first.strip_prefix("HTTP/1.1 ").expect("it speaks HTTP");
        status.parse().expect("a status is a number")
    }

    /// Follows events; `headers` are lines that each end in CR LF.
    pub(crate) async fn follow(&self, query: &str, headers: &str) -> Follower {
        let mut stream = connect(self.address).await;
        let host = self.host(headers);
        let request = format!("GET /api/v1/events{query} HTTP/1.1\r\n{host}{headers}\r\n");
        stream
            .write_all(request.as_bytes())
            .await
            .expect("it takes a request");
        let mut follower = Follower {
            stream: BufReader::new(stream),
            text: String::new(),
        };
        let head = follower.head().await;
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        assert!(head.contains("content-type: text/event-stream"), "{head}");
        follower
    }

    fn host(&self, headers: &str) -> String {
        if headers.contains("Host: ") {
            String::new()
        } else {
            format!("Host: {}\r\n", self.address)
        }
    }
}

/// A connection with little room, so that it soon shows when a client does not read.
#[expect(
    clippy::disallowed_methods,
    reason = "a client of our own server, on loopback"
)]
pub(crate) async fn connect(address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .set_recv_buffer_size(128 * 1024)
        .expect("a size that the system takes");
    socket.connect(address).await.expect("the console listens")
}

/// An event as it came: id, kind, data.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) id: u64,
    pub(crate) kind: String,
    pub(crate) data: String,
}

/// A client of server-sent events (WHATWG HTML §9.2) over chunks (RFC 9112 §7.1).
pub(crate) struct Follower {
    stream: BufReader<TcpStream>,
    /// Chunks that are not read yet.
    text: String,
}

impl Follower {
    /// The next event; `None` once the stream has ended as it should.
    pub(crate) async fn next(&mut self) -> Option<Told> {
        loop {
            let block = self.block().await?;
            let field = |name: &str| {
                let mut lines = block.lines();
                lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
            };
            if let Some(id) = field("id") {
                return Some(Told {
                    id: id.parse().expect("an id is a number"),
                    kind: field("event").expect("an event has a kind").to_owned(),
                    data: field("data").expect("an event has data").to_owned(),
                });
            }
        }
    }

    /// The next block of lines, be it an event or not.
    pub(crate) async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            self.chunk().await?;
        }
    }

    async fn chunk(&mut self) -> Option<()> {
        let size = soon(self.line()).await;
        let size = usize::from_str_radix(size.trim(), 16).expect("a chunk begins with its size");
        let mut chunk = vec![0; size + 2];
        soon(self.stream.read_exact(&mut chunk))
            .await
            .expect("a chunk is as long as it says");
        self.text += std::str::from_utf8(&chunk[..size]).expect("events are text");
        (size > 0).then_some(())
    }

    async fn head(&mut self) -> String {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            head += &soon(self.line()).await;
        }
        head
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        let bytes = self.stream.read_line(&mut line).await;
        assert_ne!(bytes.expect("the connection holds"), 0, "it ended early");
        line
    }
}
