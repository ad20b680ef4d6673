//! The numbered stream of events: `/api/v1/events`.
//!
//! Every event stands in the ledger before it is told here, under a number without gaps. A client keeps the number of
//! the last event that it has dealt with; coming back with it, it gets all that it missed, each once and in order,
//! straight out of the ledger. So nobody's slowness costs memory here, and nothing is lost to it.
//!
//! Two forms: server-sent events (WHATWG HTML §9.2) to follow, and a plain JSON array (`?format=json`) to poll.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use ledger::{Event, Ledger};
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tracing::warn;

use crate::accept::Closing;
use crate::hub::Hub;

/// Events that a follower reads from the ledger at a time.
const PAGE: u32 = 500;

/// Events that a poller gets unless it asks for another number, and the most that it can ask for.
const POLL: u32 = 500;
const POLL_MOST: u32 = 1_000;

/// After a broken connection a client waits this long.
const OPENING: &str = "retry: 2000\n\n";

/// Keeps proxies from closing a quiet stream.
const HEARTBEAT: &str = ": heartbeat\n\n";

/// Where events come from, and what bounds those who follow them.
#[derive(Clone)]
pub(crate) struct Events {
    pub(crate) hub: Hub,
    pub(crate) ledger: Ledger,
    pub(crate) places: Arc<Semaphore>,
    pub(crate) heartbeat: Duration,
    pub(crate) closing: Closing,
}

pub(crate) fn routes(events: Events) -> Router {
    Router::new()
        .route("/api/v1/events", get(answer))
        .with_state(events)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    /// The last event that the client has; without it, a stream begins now, a poll at the first event. `Last-Event-ID`
    /// wins, since it is newer when a stream was broken.
    after: Option<u64>,
    #[serde(default)]
    format: Format,
    /// Of a poll.
    limit: Option<u32>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Stream,
    Json,
}

async fn answer(
    State(events): State<Events>,
    Query(ask): Query<Ask>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let after = match headers.get("last-event-id") {
        Some(id) => Some(number(id).ok_or(Refusal::BadNumber)?),
        None => ask.after,
    };
    let newest = events.ledger.last_event().await?;
    // That number belongs to another ledger, or to this one before it was restored from a backup. To wait until it
    // is reached would skip events in silence.
    if let Some(number) = after.filter(|&number| number > newest) {
        return Err(Refusal::UnknownNumber { number, newest });
    }
    match ask.format {
        Format::Stream => events.follow(after.unwrap_or(newest)),
        Format::Json => {
            events
                .poll(after.unwrap_or(0), ask.limit.unwrap_or(POLL))
                .await
        }
    }
}

impl Events {
    fn follow(self, cursor: u64) -> Result<Response, Refusal> {
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| Refusal::Crowded)?;
        let follower = Follower {
            ledger: self.ledger,
            cursor,
            newest: self.hub.newest(),
            closing: self.closing,
            heartbeat: self.heartbeat,
            opened: false,
            _place: place,
        };
        let chunks = stream::unfold(follower, |mut follower| async {
            let chunk = follower.next().await?;
            Some((Ok::<_, Infallible>(chunk), follower))
        });
        let headers = [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/event-stream"),
            ),
            // A proxy is not to gather events.
            (
                HeaderName::from_static("x-accel-buffering"),
                HeaderValue::from_static("no"),
            ),
        ];
        Ok((headers, Body::from_stream(chunks)).into_response())
    }

    /// The events after `after` as one array, oldest first; all there are when fewer than `limit` come.
    async fn poll(&self, after: u64, limit: u32) -> Result<Response, Refusal> {
        let found = self.ledger.events(after, limit.min(POLL_MOST)).await?;
        let bodies: Vec<&str> = found.iter().map(|event| &*event.body).collect();
        let kind = HeaderValue::from_static("application/json");
        let array = format!("[{}]\n", bodies.join(",\n"));
        Ok(([(header::CONTENT_TYPE, kind)], array).into_response())
    }
}

/// One client and how far it is.
struct Follower {
    ledger: Ledger,
    cursor: u64,
    newest: watch::Receiver<u64>,
    closing: Closing,
    heartbeat: Duration,
    opened: bool,
    _place: OwnedSemaphorePermit,
}

impl Follower {
    /// What to send next: events as soon as there are some, else a heartbeat when one is due. `None` ends the stream:
    /// we stop, or the ledger cannot be read. The client then comes back with its number.
    async fn next(&mut self) -> Option<Bytes> {
        if !self.opened {
            self.opened = true;
            return Some(Bytes::from_static(OPENING.as_bytes()));
        }
        let due = tokio::time::sleep(self.heartbeat);
        tokio::pin!(due);
        loop {
            // Before reading, so that what is published meanwhile wakes us.
            self.newest.mark_unchanged();
            let events = match self.ledger.events(self.cursor, PAGE).await {
                Ok(events) => events,
                Err(error) => {
                    warn!(%error, after = self.cursor, "event stream ended");
                    return None;
                }
            };
            if let Some(last) = events.last() {
                self.cursor = last.number;
                return Some(rendered(&events));
            }
            tokio::select! {
                changed = self.newest.changed() => changed.ok()?,
                () = self.closing.wait() => return None,
                () = &mut due => return Some(Bytes::from_static(HEARTBEAT.as_bytes())),
            }
        }
    }
}

fn rendered(events: &[Event]) -> Bytes {
    let length = events.iter().map(|event| event.body.len() + 64).sum();
    let mut text = String::with_capacity(length);
    for Event {
        number, kind, body, ..
    } in events
    {
        // The end of a line would end the field. In JSON it only stands between tokens.
        let body = body.replace(['\r', '\n'], " ");
        let kind = kind.as_str();
        writeln!(text, "id: {number}\nevent: {kind}\ndata: {body}\n")
            .expect("a String takes all that is written");
    }
    text.into()
}

fn number(id: &HeaderValue) -> Option<u64> {
    id.to_str().ok()?.parse().ok()
}

/// Why a client gets no events; each is one line that says what to do. What the ledger said is for our own log.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("Last-Event-ID is the number of an event, as it stood in `id:`")]
    BadNumber,
    #[error(
        "there is no event {number} here, the newest is {newest}: this is not the ledger that you followed; \
         start again with ?after=0"
    )]
    UnknownNumber { number: u64, newest: u64 },
    #[error("too many clients follow; try again later")]
    Crowded,
    #[error("the ledger cannot be read; try again later")]
    Ledger(#[from] ledger::LedgerError),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if let Self::Ledger(error) = &self {
            warn!(%error, "events not read");
        }
        let status = match self {
            Self::BadNumber => StatusCode::BAD_REQUEST,
            Self::UnknownNumber { .. } => StatusCode::CONFLICT,
            Self::Crowded | Self::Ledger(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        let mut response = (status, format!("{self}\n")).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let seconds = HeaderValue::from_static("5");
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}
