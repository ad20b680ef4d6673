//! What a log answers over HTTP.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use bytes::Bytes;
use tokio::net::TcpListener;

use super::log::Log;

mod control;
mod rfc6962;
mod tiles;
mod trouble;

/// Answers for as long as the runtime lives.
pub(crate) async fn serve(listener: TcpListener, log: Arc<Log>) {
    let mut router = control::routes();
    if log.dialect().tiles() {
        router = router.merge(tiles::routes());
    }
    if log.dialect().rfc6962() {
        router = router.nest("/ct/v1", rfc6962::routes());
    }
    let router: Router = router
        .layer(middleware::from_fn_with_state(
            Arc::clone(&log),
            trouble::trouble,
        ))
        .with_state(log);
    // Heads and partial tiles are small, and are waited for.
    let listener = listener.tap_io(|connection| {
        // A connection that refuses is slower and no worse.
        let _ = connection.set_nodelay(true);
    });
    // It ends only with its runtime: failures to accept are waited out.
    let _ = axum::serve(listener, router).await;
}

/// An answer, or why there is none.
type Answer = Result<Response, Refusal>;

/// Why a request is not answered.
#[derive(Debug)]
struct Refusal(StatusCode, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, self.1).into_response()
    }
}

fn not_found(what: &str) -> Refusal {
    Refusal(StatusCode::NOT_FOUND, format!("there is no such {what}\n"))
}

fn bad_request(why: impl fmt::Display) -> Refusal {
    Refusal(StatusCode::BAD_REQUEST, format!("{why}\n"))
}

/// Runs `work`, which takes a while, where no answer waits for it.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|panicked| Refusal(StatusCode::INTERNAL_SERVER_ERROR, format!("{panicked}\n")))
}

fn json(text: impl Into<Bytes>) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        Body::from(text.into()),
    )
        .into_response()
}

/// Whether an answer may be compressed with gzip. A quality of 0 counts as well: nobody sends it.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| {
        accepted
            .split([',', ';'])
            .any(|coding| coding.trim() == "gzip")
    })
}
