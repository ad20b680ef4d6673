//! Connections: how many at a time, and how long each may keep us waiting.

use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Sleep;
use tracing::{debug, warn};

/// Connections at a time; a further one waits in the system's queue.
const CONNECTIONS: u32 = 256;

/// For a request's line and headers, the idle time before it included.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// Bytes of a request's line and headers.
const HEAD_BYTES: usize = 32 * 1024;

/// For taking a byte of what we send.
const TAKE_TIME: Duration = Duration::from_mins(1);

/// For the last answers, once we were told to stop.
const FAREWELL: Duration = Duration::from_secs(5);

/// Whether we are to stop: what lasts waits for it and ends.
#[derive(Clone)]
pub(crate) struct Closing(watch::Receiver<bool>);

impl Closing {
    /// Begins when true is sent, or the sender is gone.
    pub(crate) fn new() -> (watch::Sender<bool>, Self) {
        let (close, closing) = watch::channel(false);
        (close, Self(closing))
    }

    pub(crate) async fn wait(&mut self) {
        // An error says that the sender is gone.
        let _ = self.0.wait_for(|&closing| closing).await;
    }
}

/// Answers on `listener` until `closing`, then lets what is under way finish, for five seconds at most.
pub(crate) async fn accept(listener: TcpListener, router: Router, mut closing: Closing) {
    let places = Arc::new(Semaphore::new(CONNECTIONS as usize));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_BYTES);

    loop {
        let next = tokio::select! {
            next = accept_one(&listener, &places) => next,
            () = closing.wait() => break,
        };
        let connection = match next {
            Ok(connection) => connection,
            Err(error) if gone(&error) => continue,
            Err(error) => {
                // Out of descriptors, most often: nothing to do but wait until some are free.
                warn!(%error, "no connection accepted");
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
        };
        let service = TowerToHyperService::new(router.clone());
        let connection = http
            .serve_connection(TokioIo::new(connection), service)
            .with_upgrades();
        tokio::spawn(answer(connection, closing.clone()));
    }
    drop(listener);

    // A place is given back when its connection is dropped, be it upgraded or not.
    let all_gone = places.acquire_many(CONNECTIONS);
    if tokio::time::timeout(FAREWELL, all_gone).await.is_err() {
        let left = CONNECTIONS as usize - places.available_permits();
        warn!(left, "clients cut off");
    }
}

async fn answer(connection: Served, mut closing: Closing) {
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = closing.wait() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        debug!(%error, "connection ended");
    }
}

type Served = http1::UpgradeableConnection<TokioIo<Connection>, TowerToHyperService<Router>>;

async fn accept_one(listener: &TcpListener, places: &Arc<Semaphore>) -> io::Result<Connection> {
    let place = Arc::clone(places)
        .acquire_owned()
        .await
        .expect("the semaphore is never closed");
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok(Connection {
        stream,
        stalled: None,
        _place: place,
    })
}

/// Whether the peer gave up before we came to it.
fn gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

/// A connection that fails once its peer has taken nothing for [`TAKE_TIME`]. It keeps its place until it is dropped.
struct Connection {
    stream: TcpStream,
    /// Runs while the peer takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    fn bounded(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(TAKE_TIME)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.bounded(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.bounded(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
