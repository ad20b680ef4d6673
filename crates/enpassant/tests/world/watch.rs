//! Looks in `watch`: what a log shows is detected, looked at, told and kept.

use crate::{Watch, World, each, wait_for};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;
use testbed::ct_log::{CtLogOptions, CtLogs};

/// A log that shows these names first.
pub(crate) fn log(names: &[&str]) -> CtLogs {
    let options = CtLogOptions {
        names: names.iter().map(|&name| name.to_owned()).collect(),
        entries: 300,
        ..CtLogOptions::default()
    };
    CtLogs::start(vec![options]).expect("the log starts")
}

/// All events of a running watch so far, which are numbered through.
#[expect(clippy::disallowed_methods, reason = "a client of ours, on loopback")]
pub(crate) fn events(world: &World, watch: &Watch) -> Vec<Value> {
    let stream =
        TcpStream::connect(world.address()).unwrap_or_else(|_| panic!("{} listens", watch.0.id()));
    let rest = Some(Duration::from_secs(2));
    stream.set_read_timeout(rest).expect("it is no zero");
    let request = "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nLast-Event-ID: 0\r\n\r\n";
    (&stream).write_all(request.as_bytes()).expect("it reads");
    // Nothing more for a while: that was all.
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    let bodies = lines.filter_map(|line| line.strip_prefix("data: ").map(str::to_owned));
    let events: Vec<Value> = bodies
        .map(|body| serde_json::from_str(&body).expect("an event"))
        .collect();
    for (number, event) in (1_u64..).zip(&events) {
        assert_eq!(event["number"], number);
    }
    events
}

#[test]
fn what_is_issued_gets_a_dossier_stages_and_risk() {
    let world = World::bank();
    let armed = "login-examplebank.example";
    let logs = log(&[armed, "examplebank-careers.example", "examp1ebank.example"]);
    let watch = world.watch(logs.log_list());
    wait_for("the looks", || {
        let found = world.detections();
        let looked = |found: &Value| found["look"]["looks"].as_u64() >= Some(1);
        found.len() == 3 && found.iter().all(looked)
    });
    assert!(
        world.log().contains("this machine itself"),
        "every start with loopback open warns: {}",
        world.log()
    );
    let found = world.detections();
    let of = |name: &str| {
        let mut all = found.iter();
        let found = all.find(|found| found["registrable"] == name);
        &found.expect("it was detected")["look"]
    };
    let stages = each(&of(armed)["stages"], "stage");
    assert_eq!(stages.first(), Some(&"registered"));
    assert_eq!(stages.last(), Some(&"credential-form"));
    let risk = &of(armed)["risk"];
    assert_eq!(
        (&risk["severity"], &risk["tier"]),
        (&"critical".into(), &"alert".into())
    );
    let own = &of("examplebank-careers.example")["risk"];
    assert!(own["own"].is_string() && own["tier"].is_null(), "{own}");
    let taken_down = each(&of("examp1ebank.example")["stages"], "stage");
    assert!(taken_down.contains(&"suspended"), "{taken_down:?}");

    let events = events(&world, &watch);
    let stage_events = events.iter().filter(|event| event["event"] == "stage");
    let of_armed = stage_events.filter(|event| event["registrable"] == armed);
    let told: Vec<&str> = of_armed
        .map(|event| event["stage"].as_str().expect("a text"))
        .collect();
    assert_eq!(told, stages, "each stage is told once, in order");
    let csv = world.ledger(&["detections", "--format", "csv"]);
    let (heading, rows) = csv.split_once('\n').expect("a heading");
    assert!(heading.ends_with(
        ",told,stage,severity,confidence,risk_score,risk_tier,looks,allowed,counts_for"
    ));
    let row = rows
        .lines()
        .find(|row| row.contains(armed))
        .expect("it is there");
    assert!(row.contains(",credential-form,critical,high,0.9"), "{row}");
    assert!(row.ends_with(",alert,1,,alert"), "{row}");
    let table = world.ledger(&["detections"]);
    assert!(
        table.lines().all(|line| line.chars().count() <= 120),
        "{table}"
    );
    assert!(
        table.contains("critical  credential-form  login-examplebank[.]example"),
        "{table}"
    );
    assert!(table.contains("own       serving"), "{table}");
    let status: Value =
        serde_json::from_str(&world.ledger(&["status", "--format", "json"])).expect("JSON");
    assert_eq!(status["looks"]["looked"], 3);
    assert_eq!(status["looks"]["overdue"], 0);
    let page = world.ledger(&["status"]);
    assert!(
        page.contains("looks: 3 of 3 detections looked at; 0 due"),
        "{page}"
    );
}
