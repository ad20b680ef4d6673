//! RFC 6962 §4: what monitors ask for. Certificates are not taken in here.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Answer, Refusal, aside, bad_request, not_found};
use crate::ct_log::archive::{Stored, TILE};
use crate::ct_log::entry::TileLeaf;
use crate::ct_log::fault::Fault;
use crate::ct_log::head::base64;
use crate::ct_log::log::Log;

pub(super) fn routes() -> Router<Arc<Log>> {
    Router::new()
        .route("/get-sth", get(get_sth))
        .route("/get-entries", get(get_entries))
        .route("/get-sth-consistency", get(get_sth_consistency))
        .route("/get-proof-by-hash", get(get_proof_by_hash))
        .route("/get-entry-and-proof", get(get_entry_and_proof))
        .route("/get-roots", get(get_roots))
}

/// §4.3.
async fn get_sth(State(log): State<Arc<Log>>) -> Response {
    let head = log.history().head();
    super::json(head.sth)
}

#[derive(Deserialize)]
struct Range {
    start: u64,
    end: u64,
}

#[derive(Serialize)]
struct Page {
    entries: Vec<Written>,
}

#[derive(Serialize)]
struct Written {
    leaf_input: String,
    extra_data: String,
}

/// §4.6. A page ends at a multiple of the page size.
async fn get_entries(State(log): State<Arc<Log>>, Query(range): Query<Range>) -> Answer {
    let (start, fault, tiles, mut count);
    {
        let history = log.history();
        if range.start > range.end || range.start >= history.published() {
            return Err(bad_request("start and end name no entries"));
        }
        let page = log.page_size();
        let page_end = (range.start / page + 1).saturating_mul(page);
        let end = range
            .end
            .saturating_add(1)
            .min(page_end)
            .min(history.published());
        start = range.start;
        count = end - start;
        fault = history.fault();
        tiles = (start / TILE..=(end - 1) / TILE)
            .map_while(|index| history.shown().tile(index))
            .collect::<Vec<Stored>>();
    }
    if fault == Some(Fault::TruncatedTile) {
        count /= 2;
    }
    let page = aside(move || {
        let mut entries = Vec::with_capacity(count as usize);
        let mut skip = start % TILE;
        for tile in tiles {
            let mut tile = tile.entries();
            tile.truncate(skip + count - entries.len() as u64);
            if fault == Some(Fault::WrongHash) {
                tile.corrupt();
            }
            entries.extend(
                tile.iter()
                    .skip(skip as usize)
                    .map(|leaf| written(&log, &leaf, fault)),
            );
            skip = 0;
        }
        serde_json::to_vec(&Page { entries }).expect("strings are JSON")
    });
    Ok(super::json(page.await?))
}

fn written(log: &Log, leaf: &TileLeaf<'_>, fault: Option<Fault>) -> Written {
    let known = leaf
        .fingerprints
        .chunks(32)
        .map_while(|fingerprint| log.issuing(&HEXLOWER.encode(fingerprint)));
    let chain = known.filter(|_| fault != Some(Fault::MissingIssuer));
    Written {
        leaf_input: base64(&leaf.merkle_tree_leaf()),
        extra_data: base64(&leaf.extra_data(chain)),
    }
}

#[derive(Deserialize)]
struct Sizes {
    first: u64,
    second: u64,
}

/// §4.4.
async fn get_sth_consistency(State(log): State<Arc<Log>>, Query(sizes): Query<Sizes>) -> Answer {
    let history = log.history();
    if sizes.first > sizes.second || sizes.second > history.published() {
        return Err(bad_request(
            "first and second are no sizes of this tree, in order",
        ));
    }
    let proof = history
        .shown()
        .tree()
        .consistency(sizes.first, sizes.second);
    Ok(super::json(
        json!({ "consistency": hashes(&proof) }).to_string(),
    ))
}

#[derive(Deserialize)]
struct Leaf {
    hash: String,
    tree_size: u64,
}

/// §4.5.
async fn get_proof_by_hash(State(log): State<Arc<Log>>, Query(leaf): Query<Leaf>) -> Answer {
    let decoded = base64_simd::STANDARD.decode_to_vec(&leaf.hash).ok();
    let hash = decoded
        .and_then(|hash| hash.try_into().ok())
        .ok_or(bad_request("hash is no hash in base 64"))?;
    let history = log.history();
    if leaf.tree_size > history.published() {
        return Err(bad_request("tree_size is larger than the tree"));
    }
    let tree = history.shown().tree();
    let index = tree.find(&hash, leaf.tree_size).ok_or(not_found("leaf"))?;
    let path = hashes(&tree.inclusion(index, leaf.tree_size));
    Ok(super::json(
        json!({ "leaf_index": index, "audit_path": path }).to_string(),
    ))
}

#[derive(Deserialize)]
struct Place {
    leaf_index: u64,
    tree_size: u64,
}

/// §4.8.
async fn get_entry_and_proof(State(log): State<Arc<Log>>, Query(place): Query<Place>) -> Answer {
    let Place {
        leaf_index,
        tree_size,
    } = place;
    let (path, tile, fault) = {
        let history = log.history();
        if leaf_index >= tree_size || tree_size > history.published() {
            return Err(bad_request(
                "leaf_index and tree_size name no entry of this tree",
            ));
        }
        let shown = history.shown();
        let path = hashes(&shown.tree().inclusion(leaf_index, tree_size));
        (path, shown.tile(leaf_index / TILE), history.fault())
    };
    let answer = aside(move || -> Option<String> {
        let entries = tile?.entries();
        let leaf = entries.iter().nth((leaf_index % TILE) as usize)?;
        let written = written(&log, &leaf, fault);
        let answer = json!({
            "leaf_input": written.leaf_input,
            "extra_data": written.extra_data,
            "audit_path": path,
        });
        Some(answer.to_string())
    });
    let answer: Result<String, Refusal> = answer.await?.ok_or(not_found("entry"));
    Ok(super::json(answer?))
}

/// §4.7.
async fn get_roots(State(log): State<Arc<Log>>) -> Response {
    super::json(json!({ "certificates": [base64(log.root())] }).to_string())
}

fn hashes(hashes: &[ct::Hash]) -> Vec<String> {
    hashes.iter().map(|hash| base64(hash)).collect()
}
