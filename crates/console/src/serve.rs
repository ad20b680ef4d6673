//! The listening socket, and what stands before every answer.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use ledger::Ledger;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tracing::warn;

use crate::accept::{Closing, accept};
use crate::certstream::{self, Certstream};
use crate::error::ConsoleError;
use crate::events::{self, Events};
use crate::guard::{Hosts, guard};
use crate::hub::Hub;
use crate::{health, metrics};

/// For beginning an answer; a stream may last as long as it likes.
const ANSWER_TIME: Duration = Duration::from_secs(30);

/// Bytes of a request's body.
const BODY_BYTES: usize = 64 * 1024;

/// Where we listen, and to whom.
#[derive(Clone, Debug)]
pub struct Exposure {
    /// Port 0 takes a free one. There is no password: beyond this machine, whoever reaches it can read.
    pub listen: SocketAddr,
    /// Names under which clients reach us, beside `localhost` and plain addresses; without scheme and port.
    ///
    /// On a loopback address, other names are refused (DNS rebinding). Elsewhere they are refused only if some are
    /// given here.
    pub names: Vec<String>,
    /// Clients that may follow events at a time, of 256 connections in all; a further one gets 503.
    pub event_clients: usize,
    /// Clients that may listen to certstream at a time; a further one gets 503.
    pub certstream_clients: usize,
    /// Between two signs of life on a stream. A certstream client that is silent, takes nothing or loses messages
    /// for four of them is sent away.
    pub heartbeat: Duration,
}

impl Default for Exposure {
    /// 127.0.0.1:8470, 64 clients of each kind, 15 s.
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 8470).into(),
            names: Vec::new(),
            event_clients: 64,
            certstream_clients: 64,
            heartbeat: Duration::from_secs(15),
        }
    }
}

/// Listens, and returns the address with what answers there: a future that runs until `shutdown` and then lets clients
/// finish, for five seconds at most. Event streams first send all that the ledger holds.
///
/// `extra` are further routes, behind the same guard and limits; they must not be among those of this crate.
///
/// # Errors
///
/// When the address cannot be listened on, a configured name is none, or the heartbeat is zero.
pub async fn serve(
    exposure: Exposure,
    hub: Hub,
    ledger: Ledger,
    extra: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(SocketAddr, impl Future<Output = ()> + Send + 'static), ConsoleError> {
    let loopback = exposure.listen.ip().is_loopback();
    let hosts = Hosts::new(&exposure.names, loopback)?;
    if exposure.heartbeat.is_zero() {
        return Err(ConsoleError::ConfigHeartbeat);
    }
    let (listener, address) =
        listen(exposure.listen)
            .await
            .map_err(|source| ConsoleError::ConfigListen {
                listen: exposure.listen,
                source,
            })?;
    if !loopback {
        warn!(%address, "served without a password beyond this machine");
    }

    let (close, closing) = Closing::new();
    let router = routes(&exposure, hub, ledger, &closing)
        .merge(extra)
        .fallback(async || (StatusCode::NOT_FOUND, "there is nothing here; see /\n"))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn(in_time))
        .layer(from_fn_with_state(hosts, guard))
        .layer(from_fn(with_headers));
    let stop = async move {
        shutdown.await;
        close.send_replace(true);
    };
    let serving = async move {
        tokio::join!(stop, accept(listener, router, closing));
    };
    Ok((address, serving))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one listening socket; serving is what this crate is for"
)]
async fn listen(address: SocketAddr) -> std::io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn routes(exposure: &Exposure, hub: Hub, ledger: Ledger, closing: &Closing) -> Router {
    let events = Events {
        hub: hub.clone(),
        ledger,
        places: places(exposure.event_clients),
        heartbeat: exposure.heartbeat,
        closing: closing.clone(),
    };
    let certstream = Certstream {
        hub: hub.clone(),
        places: places(exposure.certstream_clients),
        heartbeat: exposure.heartbeat,
        closing: closing.clone(),
    };
    Router::new()
        .route("/metrics", get(metrics::answer))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .with_state(hub)
        .merge(events::routes(events))
        .merge(certstream::routes(certstream))
}

fn places(clients: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(clients.min(Semaphore::MAX_PERMITS)))
}

async fn in_time(request: Request, next: Next) -> Response {
    tokio::time::timeout(ANSWER_TIME, next.run(request))
        .await
        .unwrap_or_else(|_| {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            (status, "no answer in time; try again later\n").into_response()
        })
}

/// What browsers are told of every answer, unless a route says otherwise: it is data, not a page; nobody else's page
/// may show or read it; nobody keeps it.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
