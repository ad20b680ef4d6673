//! What no real log offers: to be told what to issue, and how to fail.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::json;

use super::{Answer, aside, bad_request};
use crate::ct_log::fault::Fault;
use crate::ct_log::log::Log;
use crate::error::TestbedError;

pub(super) fn routes() -> Router<Arc<Log>> {
    Router::new()
        .route("/testbed/issue", post(issue))
        .route("/testbed/fault", post(fault))
        .route("/testbed/size", get(size))
}

/// Names, one a line; the answer has the index of each. Where one cannot be issued, those before it are.
async fn issue(State(log): State<Arc<Log>>, names: String) -> Answer {
    let issued = aside(move || {
        let names = names.lines().map(str::trim).filter(|name| !name.is_empty());
        names
            .map(|name| log.issue(name))
            .collect::<Result<Vec<u64>, TestbedError>>()
    });
    let indexes = issued.await?.map_err(bad_request)?;
    Ok(super::json(json!({ "indexes": indexes }).to_string()))
}

/// The id of a fault, or `none`.
async fn fault(State(log): State<Arc<Log>>, wanted: String) -> Answer {
    let fault = match wanted.trim() {
        "none" => None,
        id => Some(id.parse::<Fault>().map_err(bad_request)?),
    };
    log.set_fault(fault);
    Ok(super::json(
        json!({ "fault": fault.map_or("none", Fault::id) }).to_string(),
    ))
}

async fn size(State(log): State<Arc<Log>>) -> Response {
    let history = log.history();
    super::json(json!({ "size": history.size(), "published": history.published() }).to_string())
}
