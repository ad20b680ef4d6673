//! The list of logs changes while a watch runs.

use crate::{CONFIG, Place, wait_for};
use serde_json::{Value, json};
use std::fs;
use testbed::ct_log::{CtLogOptions, CtLogs, Dialect};

fn log(description: &str, name: &str, dialect: Dialect) -> CtLogOptions {
    CtLogOptions {
        description: description.into(),
        names: vec![name.into()],
        entries: 300,
        dialect,
        ..CtLogOptions::default()
    }
}

/// A list of the given ones among `logs`, as the list names them.
fn list(logs: &CtLogs, wanted: impl Fn(&mut Value) -> bool) -> String {
    let text = fs::read_to_string(logs.log_list()).expect("it was written");
    let mut list: Value = serde_json::from_str(&text).expect("it is JSON");
    for kind in ["logs", "tiled_logs"] {
        let listed = list["operators"][0][kind].as_array_mut().expect("a list");
        listed.retain_mut(&wanted);
    }
    list.to_string()
}

/// How a feed stands: its state, its position and its address.
fn feed(place: &Place, description: &str) -> Option<(String, u64, String)> {
    let feeds = place.status()["feeds"].clone();
    let feeds = feeds.as_array().expect("a list").iter();
    let mut named = feeds.filter(|feed| feed["description"] == description);
    let feed = named.next()?;
    let text = |key: &str| feed[key].as_str().unwrap_or_default().to_owned();
    Some((text("state"), feed["position"].as_u64()?, text("url")))
}

#[test]
fn logs_appear_move_and_retire() {
    let place = Place::new();
    let config = CONFIG.replace("[ct]", "[ct]\nlog_list_every = \"500ms\"");
    place.write("enpassant.toml", &config);
    let logs = CtLogs::start(vec![
        log("first", "login-examplebank.example", Dialect::Tiles),
        log(
            "second",
            "northerngazette-account.example",
            Dialect::Rfc6962,
        ),
    ])
    .expect("the logs start");
    place.write(
        "list.json",
        &list(&logs, |log| log["description"] == "first"),
    );
    let mut watch = place.command("watch");
    // From now on: what the first log holds already is not asked for.
    watch.arg("--config").arg(place.path("enpassant.toml"));
    watch.arg("--log-list").arg(place.path("list.json"));
    watch.args(["--no-lake"]);
    let running = place.launch(&mut watch);
    let following = |name: &str| feed(&place, name).is_some_and(|feed| feed.0 == "following");
    wait_for("the first log", || following("first"));
    assert_eq!(place.detections().len(), 0);

    // A new one is read from its first entry, and one that moved goes on at its new address.
    let moved = format!("http://localhost:{}/", logs.logs()[0].address().port());
    place.write(
        "list.json",
        &list(&logs, |log| {
            if log["description"] == "first" {
                log["monitoring_url"] = json!(moved);
            }
            true
        }),
    );
    wait_for("the second log", || following("second"));
    wait_for("what it held before", || place.detections().len() == 1);
    wait_for("the new address", || {
        feed(&place, "first").is_some_and(|feed| feed.2 == moved)
    });
    let last = logs.logs()[0].issue("examp1ebank.example").expect("issued");
    wait_for("what comes there", || place.detections().len() == 2);

    // One that retires is read to its end and left; the other one goes on.
    place.write(
        "list.json",
        &list(&logs, |log| {
            if log["description"] == "first" {
                log["state"] = json!({ "retired": { "timestamp": "2026-01-01T00:00:00Z" } });
            }
            true
        }),
    );
    wait_for("the end of the first log", || {
        feed(&place, "first").is_some_and(|feed| feed.0 == "finished" && feed.1 > last)
    });
    assert!(following("second"));

    // A list that cannot be read changes nothing, and is told.
    place.write("list.json", "{");
    place.alarm("log-list");
    assert!(following("second"));
    assert_eq!(running.terminate(), Some(0), "{}", place.log());
}

#[test]
fn tiles_are_preferred_where_a_log_serves_both() {
    let place = Place::new();
    let both = log("both", "login-examplebank.example", Dialect::Both);
    let logs = CtLogs::start(vec![both]).expect("the log starts");
    let listed = fs::read_to_string(logs.log_list()).expect("it was written");
    assert!(
        !listed.contains("monitoring_url"),
        "listed as one of RFC 6962"
    );
    let output = place.watch_once(logs.log_list());
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(place.status()["feeds"][0]["kind"], "tiles");
    assert_eq!(place.detections().len(), 1);
}
