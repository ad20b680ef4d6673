//! The list of logs that a watcher is given, version 3 of its format.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::head::base64;
use super::log::Log;
use super::options::Dialect;

/// The entries of the list for one operator, the testbed.
pub(crate) fn log_list<'a>(logs: impl Iterator<Item = &'a Log>) -> String {
    let (tiled, plain): (Vec<_>, Vec<_>) = logs.partition(|log| log.dialect() == Dialect::Tiles);
    let listed = |logs: Vec<&Log>| logs.into_iter().map(listed).collect::<Vec<_>>();
    let list = json!({
        "version": "1.0",
        "log_list_timestamp": Timestamp::now().to_string(),
        "operators": [{
            "name": "En Passant testbed",
            "email": ["testbed@testbed.example"],
            "logs": listed(plain),
            "tiled_logs": listed(tiled),
        }],
    });
    format!("{list:#}\n")
}

/// What a list says of one log, and what static-ct logs serve as `log.v3.json`.
pub(crate) fn listed(log: &Log) -> Value {
    let mut listed = json!({
        "description": log.description(),
        "log_id": log.signer().log_id().to_string(),
        "key": base64(&log.signer().spki()),
        "mmd": 60,
        "state": { "usable": { "timestamp": log.started().to_string() } },
    });
    if log.dialect() == Dialect::Tiles {
        listed["submission_url"] = log.url().into();
        listed["monitoring_url"] = log.url().into();
    } else {
        listed["url"] = log.url().into();
    }
    if let Some((from, before)) = log.interval() {
        listed["temporal_interval"] = json!({
            "start_inclusive": from.to_string(),
            "end_exclusive": before.to_string(),
        });
    }
    listed
}
