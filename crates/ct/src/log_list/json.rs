//! The JSON of a list. Each log is read by itself, so that one that is odd does not take the others with it.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Dialect, ListedLog, LogList, LogState, Oddity, OddityKind};
use crate::fault::CtFault;
use crate::key::{LogId, LogKey};
use crate::{base64, checkpoint};

/// How many bytes of a parser's message are kept: it may quote what it read.
const MAX_WHY: usize = 200;

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    version: String,
    log_list_timestamp: Option<Timestamp>,
    operators: Vec<Operator>,
}

#[derive(Deserialize)]
struct Operator {
    name: String,
    #[serde(default)]
    logs: Vec<Value>,
    #[serde(default)]
    tiled_logs: Vec<Value>,
}

#[derive(Deserialize)]
struct Log {
    #[serde(default)]
    description: String,
    #[serde(rename = "log_id")]
    id: String,
    key: String,
    mmd: u64,
    #[serde(default)]
    state: HashMap<String, State>,
    temporal_interval: Option<Interval>,
    #[serde(flatten)]
    addresses: Addresses,
}

#[derive(Deserialize)]
struct Addresses {
    url: Option<String>,
    submission_url: Option<String>,
    monitoring_url: Option<String>,
}

#[derive(Deserialize)]
struct State {
    final_tree_head: Option<FinalTreeHead>,
}

#[derive(Deserialize)]
struct FinalTreeHead {
    tree_size: u64,
}

#[derive(Deserialize)]
struct Interval {
    start_inclusive: Timestamp,
    end_exclusive: Timestamp,
}

pub(super) fn parse(json: &[u8]) -> Result<LogList, CtFault> {
    let list: List = serde_json::from_slice(json)
        .map_err(|fault| CtFault::ListMalformed { why: why(&fault) })?;
    let mut found = Found::default();
    // Tiles first, so that of a log served in both ways they are what is kept.
    for operator in &list.operators {
        for (place, log) in operator.tiled_logs.iter().enumerate() {
            found.read(&operator.name, "tiled_logs", place, log);
        }
    }
    for operator in &list.operators {
        for (place, log) in operator.logs.iter().enumerate() {
            found.read(&operator.name, "logs", place, log);
        }
    }
    Ok(LogList {
        version: list.version,
        timestamp: list.log_list_timestamp,
        logs: found.logs,
        oddities: found.oddities,
    })
}

#[derive(Default)]
struct Found {
    ids: HashSet<LogId>,
    logs: Vec<ListedLog>,
    oddities: Vec<Oddity>,
}

impl Found {
    fn read(&mut self, operator: &str, array: &str, place: usize, value: &Value) {
        let name = value.get("description").and_then(Value::as_str);
        let name = name.map_or_else(|| format!("{operator}, {array} {place}"), str::to_owned);
        match read(operator, value) {
            Ok((log, _)) if !self.ids.insert(log.id) => self.tell(name, OddityKind::Twice),
            Ok((log, odd)) => {
                self.logs.push(log);
                if let Some(odd) = odd {
                    self.tell(name, odd);
                }
            }
            Err(odd) => self.tell(name, odd),
        }
    }

    fn tell(&mut self, log: String, kind: OddityKind) {
        self.oddities.push(Oddity { log, kind });
    }
}

fn read(operator: &str, value: &Value) -> Result<(ListedLog, Option<OddityKind>), OddityKind> {
    let malformed = |why: &str| OddityKind::Malformed(why.to_owned());
    let log = Log::deserialize(value).map_err(|fault| OddityKind::Malformed(why(&fault)))?;
    let der = base64::decode(&log.key).ok_or(malformed("its key is not base 64"))?;
    let key = LogKey::from_der(&der).map_err(OddityKind::Key)?;
    if LogId::from_base64(&log.id) != Some(key.id()) {
        return Err(OddityKind::IdOfAnotherKey);
    }
    let interval = match log.temporal_interval {
        None => None,
        Some(Interval {
            start_inclusive: start,
            end_exclusive: end,
        }) if start < end => Some((start, end)),
        Some(_) => return Err(malformed("its interval ends before it begins")),
    };
    let (state, odd) = state(&log.state);
    let dialect = dialect(log.addresses).ok_or(malformed("it has no URL to be read from"))?;
    let listed = ListedLog {
        id: key.id(),
        key,
        description: log.description,
        operator: operator.to_owned(),
        mmd: Duration::from_secs(log.mmd),
        state,
        interval,
        dialect,
    };
    Ok((listed, odd))
}

fn dialect(addresses: Addresses) -> Option<Dialect> {
    match addresses {
        Addresses {
            submission_url: Some(submission_url),
            monitoring_url: Some(monitoring_url),
            ..
        } => Some(Dialect::Tiles {
            submission_url: prefix(submission_url)?,
            monitoring_url: prefix(monitoring_url)?,
        }),
        Addresses { url: Some(url), .. } => Some(Dialect::Rfc6962 { url: prefix(url)? }),
        _ => None,
    }
}

/// A URL fit to append to; `None` when it is none. Whether it may be asked is not decided here.
fn prefix(mut url: String) -> Option<String> {
    let http = url.starts_with("https://") || url.starts_with("http://");
    let clean = url
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'?' && byte != b'#');
    if !http || !clean || checkpoint::origin(&url).is_empty() {
        return None;
    }
    if !url.ends_with('/') {
        url.push('/');
    }
    Some(url)
}

fn state(states: &HashMap<String, State>) -> (LogState, Option<OddityKind>) {
    let known = |(word, state): (&String, &State)| match word.as_str() {
        "pending" => Some(LogState::Pending),
        "qualified" => Some(LogState::Qualified),
        "usable" => Some(LogState::Usable),
        "readonly" => Some(LogState::ReadOnly {
            final_size: state.final_tree_head.as_ref().map(|head| head.tree_size),
        }),
        "retired" => Some(LogState::Retired),
        "rejected" => Some(LogState::Rejected),
        _ => None,
    };
    // The schema has exactly one; of several the earliest in a log's life is believed, so that nothing is left unread.
    match states.iter().filter_map(known).min() {
        Some(state) if states.len() == 1 => (state, None),
        state => {
            let mut words: Vec<&str> = states.keys().map(String::as_str).collect();
            words.sort_unstable();
            let odd = OddityKind::UnknownState(cut(words.join(", ")));
            (state.unwrap_or(LogState::Unknown), Some(odd))
        }
    }
}

fn why(fault: &serde_json::Error) -> String {
    cut(fault.to_string())
}

fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(MAX_WHY));
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The key of Google's log Argon2026h1, and its id.
    const KEY: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEB/we6GOO/xwxivy4HhkrYFAAPo6e2nc346Wo2o2U+GvoPWSPJz91s/xrEvA3Bk9kWHUUXVZS5morFEzsgdHqPg==";
    const ID: &str = "DleUvPOuqT4zGyyZB7P3kN+bwj1xMiXdIaklrGHFTiE=";

    fn log() -> Value {
        json!({
            "description": "one", "log_id": ID, "key": KEY, "mmd": 60,
            "url": "https://log.example/2026",
            "state": { "usable": { "timestamp": "2024-09-30T22:19:27Z" } },
            "temporal_interval": {
                "start_inclusive": "2026-01-01T00:00:00Z", "end_exclusive": "2026-07-01T00:00:00Z",
            },
        })
    }

    fn told(logs: &[Value], tiled: &[Value]) -> String {
        let list = json!({
            "version": "1", "log_list_timestamp": "2026-05-29T12:00:00Z",
            "operators": [{ "name": "Op", "logs": logs, "tiled_logs": tiled }],
        });
        let list = parse(list.to_string().as_bytes()).unwrap();
        let logs = list
            .logs
            .iter()
            .map(|log| format!("{} {} {}", log.state.id(), log.origin(), log.url()));
        let odd = list
            .oddities
            .iter()
            .map(|odd| format!("{}: {}", odd.log, odd.kind));
        logs.chain(odd).collect::<Vec<_>>().join("; ")
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Value), want: &str) {
        let mut log = log();
        change(&mut log);
        assert_eq!(told(&[log], &[]), want);
    }

    const GOOD: &str = "usable log.example/2026 https://log.example/2026/";

    #[test]
    fn fields() {
        check(|_| (), GOOD);
        check(|log| log["url"] = json!("https://log.example/2026/"), GOOD);
        check(|log| log["unheard_of"] = json!([1]), GOOD);
        for field in ["description", "temporal_interval"] {
            check(|log| drop(log.as_object_mut().unwrap().remove(field)), GOOD);
        }
        check(
            |log| log["url"] = json!("ftp://log.example/"),
            "one: left out: it has no URL to be read from",
        );
        check(
            |log| log["url"] = json!("https:///"),
            "one: left out: it has no URL to be read from",
        );
        check(
            |log| log["url"] = json!("https://log.example/\r\nx"),
            "one: left out: it has no URL to be read from",
        );
        check(
            |log| log["url"] = json!("https://log.example/?x="),
            "one: left out: it has no URL to be read from",
        );
        check(
            |log| log["url"] = Value::Null,
            "one: left out: it has no URL to be read from",
        );
        check(
            |log| log["key"] = json!("*"),
            "one: left out: its key is not base 64",
        );
        check(
            |log| log["key"] = json!("AAAA"),
            "one: left out: a public key cannot be used: it is neither a point of P-256 nor an RSA key of 2048 to \
             8192 bits in DER",
        );
        check(
            |log| log["log_id"] = json!(KEY),
            "one: left out: its id is not that of its key",
        );
        check(
            |log| log["mmd"] = json!("a day"),
            "one: left out: invalid type: string \"a day\", expected u64",
        );
        check(
            |log| log["temporal_interval"]["end_exclusive"] = json!("2025-07-01T00:00:00Z"),
            "one: left out: its interval ends before it begins",
        );
        check(
            |log| *log = json!(7),
            "Op, logs 0: left out: invalid type: integer `7`, expected struct Log",
        );
    }

    #[test]
    fn states() {
        let state = |state: Value| move |log: &mut Value| log["state"] = state;
        let after = "log.example/2026 https://log.example/2026/";
        check(state(json!({ "retired": {} })), &format!("retired {after}"));
        let read_only = json!({ "readonly": { "final_tree_head": { "sha256_root_hash": "", "tree_size": 12 } } });
        check(state(read_only.clone()), &format!("readonly {after}"));
        let mut log = log();
        log["state"] = read_only;
        assert_eq!(
            read("Op", &log).unwrap().0.state,
            LogState::ReadOnly {
                final_size: Some(12)
            }
        );
        check(
            state(json!({ "frozen": {} })),
            &format!("unknown {after}; one: its state is not known: frozen"),
        );
        check(
            state(json!({})),
            &format!("unknown {after}; one: its state is not known: "),
        );
        check(
            state(json!({ "rejected": {}, "usable": {} })),
            &format!("usable {after}; one: its state is not known: rejected, usable"),
        );
    }

    #[test]
    fn tiles_are_preferred() {
        let mut tiled = log();
        tiled["submission_url"] = json!("https://log.example/2026/");
        tiled["monitoring_url"] = json!("https://mon.example/2026");
        let as_tiles = "usable log.example/2026 https://mon.example/2026/";
        assert_eq!(told(&[], &[tiled.clone()]), as_tiles);
        let twice = "one: left out: its id stands in the list twice";
        assert_eq!(told(&[log()], &[tiled]), format!("{as_tiles}; {twice}"));
        assert_eq!(told(&[log(), log()], &[]), format!("{GOOD}; {twice}"));
    }

    #[test]
    fn no_lists() {
        let fault = |json: &str| parse(json.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            fault("{}"),
            "the list of logs is malformed: missing field `operators` at line 1 column 2"
        );
        assert_eq!(
            fault(""),
            "the list of logs is malformed: EOF while parsing a value at line 1 column 0"
        );
        let long = format!("{{\"operators\":\"{}\"}}", "é".repeat(500));
        assert!(fault(&long).len() < 250, "what is quoted has a limit");
        let deep = "[".repeat(100_000);
        assert!(
            fault(&format!("{{\"operators\":[{{\"name\":\"\",\"logs\":{deep}"))
                .contains("recursion")
        );
    }
}
