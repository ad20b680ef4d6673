//! `watch --once`: caught up with every head, settled, ended.

use crate::{Place, pairs};
use std::fs::File;
use testbed::ct_log::{CtLogOptions, CtLogs, Dialect};

fn names() -> Vec<String> {
    [
        "login-examplebank.example",
        "examp1ebank.example",
        "mail.northerngazette-secure.example",
    ]
    .map(str::to_owned)
    .to_vec()
}

#[track_caller]
fn check(dialect: Dialect) {
    let place = Place::new();
    let logs = CtLogs::start(vec![CtLogOptions {
        dialect,
        names: names(),
        entries: 700,
        ..CtLogOptions::default()
    }])
    .expect("the log starts");
    let output = place.watch_once(logs.log_list());
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let found = place.detections();
    let want = [
        ("examp1ebank.example", "example-bank", 1),
        ("login-examplebank.example", "example-bank", 1),
        ("northerngazette-secure.example", "northern-gazette", 1),
    ];
    let want = want
        .map(|(domain, organisation, names)| (domain.to_owned(), organisation.to_owned(), names));
    assert_eq!(pairs(&found), want);
    for detection in &found {
        let times = &detection["times"];
        for time in ["not_before", "sct", "checkpoint", "seen"] {
            assert!(times[time].is_string(), "{time}: {detection}");
        }
        assert!(times["told"].is_null(), "nobody was told");
        assert_eq!(detection["certificates"], 1, "{detection}");
    }
    // One JSON object a line, as many as there are detections.
    let lines = String::from_utf8(output.stdout).expect("it is text");
    assert_eq!(lines.lines().count(), 3, "{lines}");
    let status = place.status();
    let feed = &status["feeds"][0];
    assert_eq!(feed["position"], feed["head"], "{status}");
    assert_eq!(feed["settled"], feed["head"]);
    assert_eq!(status["counters"]["entries"], feed["head"]);
    assert_eq!(
        status["alarms"].as_array().map(Vec::len),
        Some(0),
        "{status}"
    );
    assert!(status["lake"]["rows"].as_u64() >= Some(700), "{status}");
    // Again, there is nothing new.
    let again = place.watch_once(logs.log_list());
    assert_eq!((again.status.code(), again.stdout.len()), (Some(0), 0));
    assert_eq!(place.detections(), found);
}

#[test]
fn tiles() {
    check(Dialect::Tiles);
}

#[test]
fn rfc6962() {
    check(Dialect::Rfc6962);
}

#[test]
fn who_is_new_on_the_watchlist_is_looked_for_in_the_lake() {
    let place = Place::new();
    let logs = CtLogs::start(vec![CtLogOptions {
        names: vec!["login-quillowmark.example".to_owned()],
        entries: 300,
        ..CtLogOptions::default()
    }])
    .expect("the log starts");
    assert_eq!(place.watch_once(logs.log_list()).status.code(), Some(0));
    assert_eq!(place.detections().len(), 0);
    let more = "[[organisation]]\nid = \"quillowmark\"\ndomains = [\"quillowmark.example\"]\n";
    place.write("watchlist.toml", &format!("{}{more}", crate::WATCHLIST));
    assert_eq!(place.watch_once(logs.log_list()).status.code(), Some(0));
    let found = pairs(&place.detections());
    let want = (
        "login-quillowmark.example".to_owned(),
        "quillowmark".to_owned(),
        1,
    );
    assert_eq!(found, [want]);
}

#[test]
fn detections_that_cannot_be_printed_are_told_of_once_and_kept() {
    let place = Place::new();
    let names = ["login-examplebank.example", "northerngazette-login.example"];
    let logs = CtLogs::start(vec![CtLogOptions {
        names: names.map(str::to_owned).to_vec(),
        entries: 300,
        ..CtLogOptions::default()
    }])
    .expect("the log starts");
    let full = File::options().write(true).open("/dev/full");
    let mut watch = place.watch(logs.log_list());
    let watch = watch.arg("--once").stdout(full.expect("Linux has it"));
    let output = watch.output().expect("the program starts");
    let log = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{log}");
    assert_eq!(log.matches("cannot be printed").count(), 1, "{log}");
    assert_eq!(place.detections().len(), 2);
}

#[test]
fn a_log_that_cannot_be_read_makes_the_exit_code_1() {
    let place = Place::new();
    let options = CtLogOptions {
        entries: 300,
        fault: Some("unavailable".parse().expect("a fault")),
        ..CtLogOptions::default()
    };
    let logs = CtLogs::start(vec![options]).expect("the log starts");
    let output = place.watch_once(logs.log_list());
    assert_eq!(output.status.code(), Some(1));
}
