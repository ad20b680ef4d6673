//! RDAP for domains (RFC 9082 §3.1.3, RFC 9083).

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::sleep;

use super::fault::HostFault;
use super::stage::Stage;

/// Every value has another type than RFC 9083 §5.3 gives it.
const WRONG_TYPES: &str = r#"{"objectClassName":7,"ldhName":["a"],"events":{"eventAction":1},
"entities":"registrar","status":{"active":true},"nameservers":[3,null,{"ldhName":{}}],
"secureDNS":[],"links":"https://rdap.example/","notices":0,"rdapConformance":"rdap_level_0"}"#;

/// Answers for as long as the runtime lives.
pub(super) async fn serve(listener: TcpListener, stage: Arc<Stage>) {
    let router = Router::new()
        .route("/domain/{name}", get(domain))
        .with_state(stage);
    // It ends only with its runtime: failures to accept are waited out.
    let _ = axum::serve(listener, router).await;
}

async fn domain(State(stage): State<Arc<Stage>>, Path(name): Path<String>) -> Response {
    let placed = stage.of(&name);
    sleep(placed.map_or(stage.latency, |placed| placed.latency)).await;
    match stage.fault(&name) {
        Some(HostFault::RdapThrottled) => {
            let mut response = error(StatusCode::TOO_MANY_REQUESTS, "too many requests");
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static("30"));
            response
        }
        Some(HostFault::RdapBroken) => error(StatusCode::INTERNAL_SERVER_ERROR, "broken"),
        Some(HostFault::RdapWrongTypes) => rdap(StatusCode::OK, WRONG_TYPES.into()),
        Some(HostFault::RdapNoJson) => rdap(StatusCode::OK, "<html>down for repair</html>".into()),
        _ => match placed.and_then(|placed| placed.rdap.clone()) {
            Some(text) => rdap(StatusCode::OK, text),
            None => error(StatusCode::NOT_FOUND, "no such domain"),
        },
    }
}

/// An error as RFC 9083 §6 writes it.
fn error(status: StatusCode, title: &str) -> Response {
    let body = json!({
        "rdapConformance": ["rdap_level_0"],
        "errorCode": status.as_u16(),
        "title": title,
    });
    rdap(status, body.to_string().into())
}

fn rdap(status: StatusCode, body: Bytes) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/rdap+json")],
        body,
    )
        .into_response()
}
