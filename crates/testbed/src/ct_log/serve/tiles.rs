//! static-ct-api: checkpoint, tiles, issuers.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use ct::tile::{TileId, TileKind};
use jiff::Timestamp;
use serde_json::{Value, json};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{AttributeTypeAndValue, FromDer, TbsCertificate, X509Certificate};

use super::{Answer, aside, not_found, takes_gzip};
use crate::ct_log::archive::{Entries, Stored, gzip};
use crate::ct_log::entry::TileLeaf;
use crate::ct_log::fault::Fault;
use crate::ct_log::list::listed;
use crate::ct_log::log::Log;

const IMMUTABLE: &str = "public, max-age=604800, immutable";

pub(super) fn routes() -> Router<Arc<Log>> {
    Router::new()
        .route("/checkpoint", get(checkpoint))
        .route("/log.v3.json", get(description))
        .route("/tile/{*path}", get(tile))
        .route("/issuer/{fingerprint}", get(issuer))
}

async fn checkpoint(State(log): State<Arc<Log>>, headers: HeaderMap) -> Response {
    let head = log.history().head();
    let tag = format!("\"{}-{}\"", head.size, head.timestamp_ms);
    let at = Timestamp::from_millisecond(head.timestamp_ms.cast_signed()).unwrap_or_default();
    let told = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (
            header::LAST_MODIFIED,
            at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
        ),
        (header::ETAG, tag.clone()),
    ];
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes());
    if known {
        return (StatusCode::NOT_MODIFIED, told).into_response();
    }
    (told, Body::from(head.checkpoint)).into_response()
}

async fn description(State(log): State<Arc<Log>>) -> Response {
    super::json(listed(&log).to_string())
}

async fn tile(State(log): State<Arc<Log>>, Path(path): Path<String>, headers: HeaderMap) -> Answer {
    let Some((kind, id)) = TileId::from_path(&format!("tile/{path}")) else {
        return Err(not_found("tile"));
    };
    match kind {
        TileKind::Hashes => hashes(&log, id),
        TileKind::Data => data(&log, id, takes_gzip(&headers)).await,
        TileKind::Names => names(&log, id, takes_gzip(&headers)).await,
    }
}

fn hashes(log: &Log, id: TileId) -> Answer {
    let history = log.history();
    let size = history.published();
    let hashes = history
        .shown()
        .tree()
        .tile(id.level, id.index, id.width.get(), size);
    hashes
        .map(|hashes| immutable("application/octet-stream", hashes))
        .ok_or(not_found("tile"))
}

async fn data(log: &Log, id: TileId, packed: bool) -> Answer {
    const KIND: &str = "application/octet-stream";
    let (stored, fault) = stored(log, id)?;
    let falsifies = matches!(fault, Some(Fault::TruncatedTile | Fault::WrongHash));
    if let Stored::Full(tile) = &stored
        && packed
        && !falsifies
        && !id.is_partial()
    {
        return Ok(gzipped(immutable(KIND, tile.gzip.clone())));
    }
    let answer = aside(move || {
        let mut entries = stored.entries();
        entries.truncate(id.width.get().into());
        match fault {
            Some(Fault::TruncatedTile) => entries.truncate(entries.len() / 2),
            Some(Fault::WrongHash) => entries.corrupt(),
            _ => {}
        }
        pack(KIND, entries.into_bytes(), packed)
    });
    answer.await
}

/// Names tiles as Sunlight has them: what the entries say of themselves, a line of JSON each.
async fn names(log: &Log, id: TileId, packed: bool) -> Answer {
    let (stored, _) = stored(log, id)?;
    let answer = aside(move || {
        let mut entries: Entries = stored.entries();
        entries.truncate(id.width.get().into());
        let mut lines = Vec::new();
        for leaf in entries.iter() {
            lines.extend_from_slice(line(&leaf).to_string().as_bytes());
            lines.push(b'\n');
        }
        pack("application/jsonl; charset=utf-8", lines, packed)
    });
    answer.await
}

fn line(leaf: &TileLeaf<'_>) -> Value {
    let certificate;
    let tbs = if leaf.submitted.is_some() {
        TbsCertificate::from_der(leaf.covered)
            .ok()
            .map(|(_, tbs)| tbs)
    } else {
        certificate = X509Certificate::from_der(leaf.covered).ok();
        certificate.map(|(_, certificate)| certificate.tbs_certificate)
    };
    let mut line = json!({ "Timestamp": leaf.timestamp_ms() });
    let Some(tbs) = tbs else { return line };
    if let Some(Ok(name)) = tbs
        .subject()
        .iter_common_name()
        .next()
        .map(AttributeTypeAndValue::as_str)
    {
        line["Subject"] = json!({ "CommonName": name });
    }
    let san = tbs.subject_alternative_name().ok().flatten();
    let names = san.iter().flat_map(|san| &san.value.general_names);
    line["DNS"] = names
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(*name),
            _ => None,
        })
        .collect();
    line
}

/// The tile with the entries of `id`, if they are published, and what is to be done to them.
fn stored(log: &Log, id: TileId) -> Result<(Stored, Option<Fault>), super::Refusal> {
    let history = log.history();
    let upto = id.first_entry().saturating_add(id.width.get().into());
    let stored = (upto <= history.published())
        .then(|| history.shown().tile(id.index))
        .flatten();
    Ok((stored.ok_or(not_found("tile"))?, history.fault()))
}

async fn issuer(State(log): State<Arc<Log>>, Path(fingerprint): Path<String>) -> Answer {
    let withheld = log.history().fault() == Some(Fault::MissingIssuer);
    let der = log
        .issuing(&fingerprint)
        .filter(|_| !withheld)
        .ok_or(not_found("issuer"))?;
    Ok(immutable("application/pkix-cert", der.to_vec()))
}

fn pack(kind: &'static str, bytes: Vec<u8>, packed: bool) -> Response {
    if packed {
        gzipped(immutable(kind, gzip(&bytes)))
    } else {
        immutable(kind, bytes)
    }
}

fn immutable(kind: &'static str, body: impl Into<Bytes>) -> Response {
    let told = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, IMMUTABLE),
    ];
    (told, Body::from(body.into())).into_response()
}

fn gzipped(mut answer: Response) -> Response {
    let coding = header::HeaderValue::from_static("gzip");
    answer
        .headers_mut()
        .insert(header::CONTENT_ENCODING, coding);
    answer
}
