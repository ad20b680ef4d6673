//! Certstream over web sockets (RFC 6455), for the tools that people already have.
//!
//! The format has no number and no cursor, so it cannot promise completeness: whoever is too slow loses messages. Here
//! they are lost for that client alone, counted, and told in its next heartbeat (`dropped`).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::sync::broadcast::{self, error::RecvError, error::TryRecvError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, MissedTickBehavior};
use tracing::debug;

use crate::accept::Closing;
use crate::hub::Hub;
use crate::metrics::Metrics;

/// Heartbeats for which a client may give no sign of life, take nothing, or lose messages each time.
const PATIENCE: u32 = 4;

/// Clients have nothing to say but pongs.
const FROM_CLIENT: usize = 4 * 1024;

/// Messages longer than this are not sent but counted as dropped: with [`Form::capacity`] they bound our memory.
const LONGEST: usize = 256 * 1024;

/// Messages fed to a client before they are flushed.
const AT_ONCE: usize = 64;

/// The forms in which certstream is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Full,
    Lite,
    Domains,
}

impl Form {
    const ALL: [Self; 3] = [Self::Full, Self::Lite, Self::Domains];

    fn id(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Lite => "lite",
            Self::Domains => "domains",
        }
    }

    /// Messages that a client may be behind; a second or two of the world's issuance.
    fn capacity(self) -> usize {
        match self {
            Self::Full => 2_048,
            Self::Lite => 4_096,
            Self::Domains => 8_192,
        }
    }
}

/// A stream for each form, with those who listen to it.
pub(crate) struct Streams {
    full: Stream,
    lite: Stream,
    domains: Stream,
    metrics: Metrics,
}

struct Stream {
    sender: broadcast::Sender<Utf8Bytes>,
    listeners: AtomicUsize,
}

impl Streams {
    pub(crate) fn new(metrics: Metrics) -> Self {
        for form in Form::ALL {
            metrics.certstream_dropped(form.id(), 0);
        }
        let stream = |form: Form| Stream {
            sender: broadcast::Sender::new(form.capacity()),
            listeners: AtomicUsize::new(0),
        };
        Self {
            full: stream(Form::Full),
            lite: stream(Form::Lite),
            domains: stream(Form::Domains),
            metrics,
        }
    }

    pub(crate) fn listened(&self, form: Form) -> bool {
        self.stream(form).listeners.load(Ordering::Relaxed) > 0
    }

    pub(crate) fn send(&self, form: Form, message: String) {
        if message.len() > LONGEST {
            self.metrics.certstream_dropped(form.id(), 1);
            return;
        }
        // An error says that the last listener has just left.
        let _ = self.stream(form).sender.send(message.into());
    }

    pub(crate) fn listen(self: &Arc<Self>, form: Form) -> Listener {
        let stream = self.stream(form);
        let receiver = stream.sender.subscribe();
        stream.listeners.fetch_add(1, Ordering::Relaxed);
        self.metrics.certstream_client(form.id(), true);
        Listener {
            receiver,
            form,
            streams: Arc::clone(self),
        }
    }

    fn stream(&self, form: Form) -> &Stream {
        match form {
            Form::Full => &self.full,
            Form::Lite => &self.lite,
            Form::Domains => &self.domains,
        }
    }
}

/// One client's ear. It is counted until it is dropped.
pub(crate) struct Listener {
    receiver: broadcast::Receiver<Utf8Bytes>,
    form: Form,
    streams: Arc<Streams>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let stream = self.streams.stream(self.form);
        stream.listeners.fetch_sub(1, Ordering::Relaxed);
        self.streams
            .metrics
            .certstream_client(self.form.id(), false);
    }
}

/// What clients are answered with, and what bounds them.
#[derive(Clone)]
pub(crate) struct Certstream {
    pub(crate) hub: Hub,
    pub(crate) places: Arc<Semaphore>,
    pub(crate) heartbeat: Duration,
    pub(crate) closing: Closing,
}

/// The three paths of certstream-server-go. The longer two may end in a slash there, so they may here.
pub(crate) fn routes(certstream: Certstream) -> Router {
    let full = async |state, upgrade| stream(Form::Full, state, upgrade);
    let domains = async |state, upgrade| stream(Form::Domains, state, upgrade);
    Router::new()
        .route("/", get(root))
        .route("/full-stream", get(full))
        .route("/full-stream/", get(full))
        .route("/domains-only", get(domains))
        .route("/domains-only/", get(domains))
        .with_state(certstream)
}

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

/// The lite stream for web sockets; for people, what is here.
async fn root(state: State<Certstream>, headers: HeaderMap, upgrade: Upgrade) -> Response {
    if headers.contains_key(header::UPGRADE) {
        stream(Form::Lite, state, upgrade)
    } else {
        PAGE.into_response()
    }
}

const PAGE: &str = "\
En Passant

/api/v1/events   what was detected: numbered events (SSE; ?after=N, ?format=json)
/full-stream     certstream over a web socket: certificates with their bytes and chain
/                the same, without
/domains-only    the same, names alone
/metrics         OpenMetrics
/healthz         whether the pipeline lives
/readyz          whether it can work
";

fn stream(form: Form, State(server): State<Certstream>, upgrade: Upgrade) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let Ok(place) = Arc::clone(&server.places).try_acquire_owned() else {
        let later = [(header::RETRY_AFTER, HeaderValue::from_static("5"))];
        let status = StatusCode::SERVICE_UNAVAILABLE;
        return (status, later, "too many clients; try again later\n").into_response();
    };
    upgrade
        .max_message_size(FROM_CLIENT)
        .max_frame_size(FROM_CLIENT)
        .on_upgrade(move |socket| async move {
            let (out, incoming) = socket.split();
            let session = Session {
                out,
                listener: server.hub.streams().listen(form),
                patience: server.heartbeat * PATIENCE,
                dropped: 0,
                _place: place,
            };
            session
                .run(incoming, server.heartbeat, server.closing)
                .await;
        })
}

/// One connected client.
struct Session {
    out: SplitSink<WebSocket, Message>,
    listener: Listener,
    /// For taking what we send, and for being silent.
    patience: Duration,
    /// Messages that this client did not get, since it came.
    dropped: u64,
    _place: OwnedSemaphorePermit,
}

impl Session {
    async fn run(
        mut self,
        mut incoming: SplitStream<WebSocket>,
        heartbeat: Duration,
        closing: Closing,
    ) {
        let farewell = self.talk(&mut incoming, heartbeat, closing).await;
        debug!(
            form = self.listener.form.id(),
            dropped = self.dropped,
            ?farewell,
            "certstream client left"
        );
        let Some(farewell) = farewell else { return };
        let Self {
            mut out,
            listener,
            patience,
            _place,
            ..
        } = self;
        drop(listener);
        let goodbye = async {
            out.send(Message::Close(Some(farewell))).await?;
            // Until it closes too: what it still sends would break the connection before it reads why.
            while incoming.next().await.transpose()?.is_some() {}
            Ok::<_, axum::Error>(())
        };
        // It is gone either way.
        let _ = tokio::time::timeout(patience, goodbye).await;
    }

    /// Until the client is gone (`None`), or has to be sent away.
    async fn talk(
        &mut self,
        incoming: &mut SplitStream<WebSocket>,
        heartbeat: Duration,
        mut closing: Closing,
    ) -> Option<CloseFrame> {
        let mut beat = tokio::time::interval(heartbeat);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut alive = Instant::now();
        let mut dropped_before = 0;
        let mut slow_beats = 0;
        loop {
            let sent = tokio::select! {
                message = self.listener.receiver.recv() => match message {
                    Ok(message) => {
                        let told = self.tell(message).await;
                        // Who still takes messages is slow at most: our ping may wait behind them.
                        alive = Instant::now();
                        told
                    }
                    Err(RecvError::Lagged(messages)) => {
                        self.lost(messages);
                        continue;
                    }
                    Err(RecvError::Closed) => return Some(close(close_code::AWAY, "the server stops")),
                },
                heard = incoming.next() => match heard {
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                    Some(Ok(_)) => {
                        alive = Instant::now();
                        continue;
                    }
                },
                _ = beat.tick() => {
                    slow_beats = if self.dropped > dropped_before { slow_beats + 1 } else { 0 };
                    dropped_before = self.dropped;
                    if slow_beats >= PATIENCE {
                        let reason = format!("too slow: {} messages were dropped", self.dropped);
                        return Some(close(close_code::POLICY, &reason));
                    }
                    if alive.elapsed() > self.patience {
                        return Some(close(close_code::POLICY, "our pings were not answered"));
                    }
                    self.beat().await
                }
                () = closing.wait() => {
                    return Some(close(close_code::AWAY, "the server stops"));
                }
            };
            if !sent {
                return None;
            }
        }
    }

    /// Sends a message and those that wait behind it. False when the client is gone, or takes nothing.
    async fn tell(&mut self, first: Utf8Bytes) -> bool {
        let patience = self.patience;
        let told = async {
            self.out.feed(Message::Text(first)).await?;
            for _ in 0..AT_ONCE {
                match self.listener.receiver.try_recv() {
                    Ok(message) => self.out.feed(Message::Text(message)).await?,
                    Err(TryRecvError::Lagged(messages)) => self.lost(messages),
                    Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                }
            }
            self.out.flush().await
        };
        matches!(tokio::time::timeout(patience, told).await, Ok(Ok(())))
    }

    /// A ping, since browsers answer no heartbeat, and a heartbeat, since scripts see no ping.
    async fn beat(&mut self) -> bool {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let heartbeat = json!({
            "message_type": "heartbeat",
            "timestamp": now.as_secs_f64(),
            "dropped": self.dropped,
        });
        let beat = async {
            self.out.feed(Message::Ping(Bytes::new())).await?;
            self.out.send(Message::text(heartbeat.to_string())).await
        };
        matches!(tokio::time::timeout(self.patience, beat).await, Ok(Ok(())))
    }

    fn lost(&mut self, messages: u64) {
        self.dropped += messages;
        let streams = &self.listener.streams;
        streams
            .metrics
            .certstream_dropped(self.listener.form.id(), messages);
    }
}

/// The frame that says so (RFC 6455 §7.4.1).
fn close(code: u16, reason: &str) -> CloseFrame {
    let reason = reason.into();
    CloseFrame { code, reason }
}
