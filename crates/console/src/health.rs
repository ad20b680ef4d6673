//! Whether the pipeline lives (`/healthz`), and whether it can work (`/readyz`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::time::Instant;

use crate::hub::Hub;

/// Older than this, the pipeline's last beat means that it hangs.
const ALIVE: Duration = Duration::from_secs(30);

/// What the pipeline tells of its own state; a clone is the same.
#[derive(Clone, Debug)]
pub struct Health(Arc<Mutex<Told>>);

/// What has to be there before work can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// The ledger takes writes.
    Ledger,
    /// The feeds to follow are known and enrolled.
    Feeds,
}

#[derive(Debug)]
struct Told {
    beat: Instant,
    /// Each need that is not met, and why.
    lacking: BTreeMap<Need, String>,
}

impl Health {
    /// Alive from now on, and ready for nothing yet.
    pub(crate) fn new() -> Self {
        let lacking = [Need::Ledger, Need::Feeds].map(|need| (need, "not there yet".to_owned()));
        Self(Arc::new(Mutex::new(Told {
            beat: Instant::now(),
            lacking: lacking.into(),
        })))
    }

    /// The pipeline's settling task is at work. Due every few seconds; after thirty without, we count as dead.
    pub fn beat(&self) {
        self.told().beat = Instant::now();
    }

    /// A need is met.
    pub fn has(&self, need: Need) {
        self.told().lacking.remove(&need);
    }

    /// A need is not met any more. `why` is shown to whoever asks: no secrets.
    pub fn lacks(&self, need: Need, why: impl Into<String>) {
        self.told().lacking.insert(need, why.into());
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        // Every change is a single step, so a panic elsewhere leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `{"alive":true,"beat_seconds":2}`; 503 when the beat is overdue.
#[derive(Serialize)]
struct Alive {
    alive: bool,
    /// Since the last beat.
    beat_seconds: u64,
}

/// `{"ready":false,"lacking":{"feeds":"not there yet"}}`; 503 unless nothing is lacking.
#[derive(Serialize)]
struct Ready {
    ready: bool,
    lacking: BTreeMap<Need, String>,
}

pub(crate) async fn alive(State(hub): State<Hub>) -> Response {
    let beat = hub.health().told().beat.elapsed();
    let alive = beat < ALIVE;
    let body = Alive {
        alive,
        beat_seconds: beat.as_secs(),
    };
    (status(alive), Json(body)).into_response()
}

pub(crate) async fn ready(State(hub): State<Hub>) -> Response {
    let lacking = hub.health().told().lacking.clone();
    let ready = lacking.is_empty();
    (status(ready), Json(Ready { ready, lacking })).into_response()
}

fn status(good: bool) -> StatusCode {
    if good {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn told(response: Response) -> String {
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 10_000)
            .await
            .expect("the body is in memory");
        format!("{status} {}", String::from_utf8_lossy(&body))
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_death() {
        let hub = Hub::new();
        tokio::time::advance(Duration::from_secs(29)).await;
        let answer = told(alive(State(hub.clone())).await).await;
        assert_eq!(answer, r#"200 {"alive":true,"beat_seconds":29}"#);

        tokio::time::advance(Duration::from_secs(1)).await;
        let answer = told(alive(State(hub.clone())).await).await;
        assert_eq!(answer, r#"503 {"alive":false,"beat_seconds":30}"#);

        hub.health().beat();
        let answer = told(alive(State(hub)).await).await;
        assert_eq!(answer, r#"200 {"alive":true,"beat_seconds":0}"#);
    }

    #[tokio::test]
    async fn every_need_counts() {
        let hub = Hub::new();
        hub.health().has(Need::Ledger);
        let answer = told(ready(State(hub.clone())).await).await;
        assert_eq!(
            answer,
            r#"503 {"ready":false,"lacking":{"feeds":"not there yet"}}"#
        );

        hub.health().has(Need::Feeds);
        let answer = told(ready(State(hub.clone())).await).await;
        assert_eq!(answer, r#"200 {"ready":true,"lacking":{}}"#);

        hub.health().lacks(Need::Ledger, "the disk is full");
        let answer = told(ready(State(hub)).await).await;
        assert_eq!(
            answer,
            r#"503 {"ready":false,"lacking":{"ledger":"the disk is full"}}"#
        );
    }
}
