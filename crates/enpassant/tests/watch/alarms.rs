//! Behind and deaf are told apart, and what cannot be looked through is told.

use crate::{CONFIG, Place, wait_for};
use std::fs;
use std::process::Command;
use testbed::ct_log::{CtLogOptions, CtLogs};
use testbed::postgres::{Cluster, USER};

#[test]
fn a_log_that_grows_faster_than_it_may_be_read_is_behind() {
    let place = Place::new();
    let config = CONFIG
        .replace("requests_per_second = 1000.0", "requests_per_second = 1.5")
        .replace("canary", "behind_after = \"2s\"\ncanary");
    place.write("enpassant.toml", &config);
    let options = CtLogOptions {
        entries: 10,
        rate: 1_000,
        ..CtLogOptions::default()
    };
    let logs = CtLogs::start(vec![options]).expect("the log starts");
    let running = place.start(logs.log_list());
    let alarm = place.alarm("behind");
    let says = alarm["says"].as_str().expect("a text");
    assert!(says.contains("behind the head"), "{says}");
    let alarms = place.status()["alarms"].clone();
    let deaf = alarms.as_array().expect("a list").iter();
    assert_eq!(deaf.filter(|alarm| alarm["id"] == "deaf").count(), 0);
    assert_eq!(running.terminate(), Some(0), "{}", place.log());
}

#[test]
fn a_canary_that_does_not_come_out_rings_until_one_does() {
    let mut place = Place::new();
    place.ledger = Cluster::shared().database().expect("it is made");
    let config = CONFIG.replace("canary = \"3s\"", "canary = \"1s\"\ncanary_due = \"2s\"");
    place.write("enpassant.toml", &config);
    let logs = CtLogs::start(vec![CtLogOptions::default()]).expect("the log starts");
    let running = place.start(logs.log_list());
    let canary_is_out = || {
        let all = place.json(&["detections", "--tests", "--format", "json"]);
        !all.as_array().expect("a list").is_empty()
    };
    wait_for("the canary", canary_is_out);
    // Between feeds and events something is stuck: nobody can write to the ledger.
    let url = &place.ledger;
    let held = Command::new("psql")
        .args([url, "--quiet", "--command"])
        .arg("BEGIN; LOCK TABLE numbers; SELECT pg_sleep(8); COMMIT")
        .output()
        .expect("psql is there");
    let told = String::from_utf8_lossy(&held.stderr);
    assert!(held.status.success(), "{USER}: {told}");
    wait_for("the alarm and its end", || {
        let history = Command::new("psql")
            .args([url, "--tuples-only", "--command"])
            .arg("SELECT count(*) FROM alarms WHERE kind = 'deaf' AND cleared_at IS NOT NULL")
            .output()
            .expect("psql is there");
        String::from_utf8_lossy(&history.stdout).trim() == "1"
    });
    assert_eq!(running.terminate(), Some(0), "{}", place.log());
}

#[test]
fn a_segment_that_cannot_be_read_is_told_and_the_others_are_scanned() {
    let place = Place::new();
    let options = CtLogOptions {
        names: vec!["login-quillowmark.example".into()],
        entries: 300,
        ..CtLogOptions::default()
    };
    let logs = CtLogs::start(vec![options]).expect("the log starts");
    assert_eq!(place.watch_once(logs.log_list()).status.code(), Some(0));
    logs.logs()[0]
        .issue("quillowmark-account.example")
        .expect("it is issued");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(place.watch_once(logs.log_list()).status.code(), Some(0));
    let mut segments: Vec<_> = walk(&place.path("lake"));
    segments.sort();
    assert_eq!(segments.len(), 2);
    fs::write(&segments[0], "no Parquet").expect("it can be written");
    let more = "[[organisation]]\nid = \"quillowmark\"\ndomains = [\"quillowmark.example\"]\n";
    place.write("watchlist.toml", &format!("{}{more}", crate::WATCHLIST));
    let running = place.start(logs.log_list());
    let alarm = place.alarm("unreadable-segment");
    assert_eq!(
        alarm["evidence"]["organisations"][0], "quillowmark",
        "{alarm}"
    );
    wait_for("what the other one holds", || {
        let found = place.detections();
        found.len() == 1 && found[0]["registrable"] == "quillowmark-account.example"
    });
    assert_eq!(running.terminate(), Some(0), "{}", place.log());
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).expect("it is there");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                walk(&path)
            } else {
                vec![path]
            }
        })
        .filter(|path| path.extension().is_some_and(|kind| kind == "parquet"))
        .collect()
}
