//! Faults of the server as such, whatever is asked for.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};

use crate::ct_log::fault::Fault;
use crate::ct_log::log::Log;

/// What a huge entry has altogether.
const HUGE: usize = 100 * 1024 * 1024;
/// In pieces of this size, of which there is one.
const PIECE: usize = 64 * 1024;
/// What trickles at most; the rest of a tile nobody would live to see.
const TRICKLE_LIMIT: usize = 16 * 1024 * 1024;

pub(super) async fn trouble(State(log): State<Arc<Log>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let control = path.starts_with("/testbed/");
    let data = path.starts_with("/tile/data/");
    let page = path.starts_with("/ct/v1/get-entries");
    let bulky =
        path.starts_with("/tile/") || page || path.starts_with("/ct/v1/get-entry-and-proof");
    let fault = log.history().fault();
    match fault {
        Some(Fault::Unavailable) if !control => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Some(Fault::Throttled) if bulky => {
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "1")]).into_response()
        }
        Some(Fault::Slow) if bulky => trickle(next.run(request).await).await,
        Some(Fault::HugeEntry) if data => {
            huge(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff], 0, b"")
        }
        Some(Fault::HugeEntry) if page => huge(
            br#"{"entries":[{"leaf_input":""#,
            b'A',
            br#"","extra_data":""}]}"#,
        ),
        _ => next.run(request).await,
    }
}

/// A byte a second, and after the last nothing, without an end.
async fn trickle(answer: Response) -> Response {
    let (mut parts, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, TRICKLE_LIMIT).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    let drops = stream::unfold(bytes, |mut left| async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        (!left.is_empty()).then(|| (left.split_to(1), left))
    });
    Response::from_parts(parts, endless(drops.chain(stream::pending())))
}

/// `before`, then one byte over and over, then `after`. Only one piece of it is ever held.
fn huge(before: &'static [u8], filler: u8, after: &'static [u8]) -> Response {
    let piece = Bytes::from(vec![filler; PIECE]);
    let filling = stream::iter(std::iter::repeat_n(piece, HUGE / PIECE));
    let first = stream::iter([Bytes::from_static(before)]);
    let last = stream::iter([Bytes::from_static(after)]);
    endless(first.chain(filling).chain(last)).into_response()
}

fn endless(pieces: impl Stream<Item = Bytes> + Send + 'static) -> Body {
    Body::from_stream(pieces.map(Ok::<_, Infallible>))
}
