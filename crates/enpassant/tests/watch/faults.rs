//! Every fault of a log rings its own alarm, and a good log beside it goes on unharmed.

use crate::{Place, wait_for};
use serde_json::Value;
use testbed::ct_log::{CtLogOptions, CtLogs, Fault};

fn alarm_of(fault: Fault) -> &'static str {
    match fault {
        Fault::Throttled => "throttled",
        Fault::Unavailable => "unavailable",
        Fault::Slow => "timeout",
        Fault::TruncatedTile => "wrong-size",
        Fault::WrongHash => "wrong-hash",
        Fault::ForkedTree => "split-view",
        Fault::Rollback => "rollback",
        Fault::StaleHead => "stale-head",
        Fault::BadSignature => "bad-signature",
        Fault::MissingIssuer => "missing-issuer",
        Fault::GarbageCertificate => "unreadable-certificate",
        Fault::UnknownEntryType => "unknown-entry-type",
        Fault::HugeEntry => "oversized",
    }
}

#[track_caller]
fn check(fault: Fault) {
    let place = Place::new();
    let bad = CtLogOptions {
        description: "bad".into(),
        names: vec![
            "login-examplebank.example".into(),
            "examplebank-secure.example".into(),
        ],
        entries: 600,
        rate: 20,
        fault: Some(fault),
        ..CtLogOptions::default()
    };
    let good = CtLogOptions {
        description: "good".into(),
        fault: None,
        seed: 2,
        names: vec!["northerngazette-account.example".into()],
        ..bad.clone()
    };
    let logs = CtLogs::start(vec![bad, good]).expect("the logs start");
    let running = place.start(logs.log_list());
    let feed = |status: &Value, description: &str| -> Value {
        let feeds = status["feeds"].as_array().expect("a list").clone();
        feeds
            .into_iter()
            .find(|feed| feed["description"] == description)
            .unwrap_or_default()
    };
    let want = alarm_of(fault);
    let bad_id = format!(
        "ct:{}",
        logs.logs()[0]
            .log_id()
            .replace('+', "-")
            .replace('/', "_")
            .replace('=', "")
    );
    wait_for(&format!("{want}: {}", place.log()), || {
        let alarms = place.status()["alarms"].clone();
        let alarms = alarms.as_array().expect("a list");
        alarms
            .iter()
            .any(|alarm| alarm["id"] == want && alarm["feed"] == bad_id.as_str())
    });
    // The good one is not disturbed: it goes on to its head, and what is on it is found.
    let late = logs.logs()[1]
        .issue("login-northerngazette.example")
        .expect("it is issued");
    wait_for("the good log", || {
        let status = place.status();
        let good = feed(&status, "good");
        good["position"].as_u64() > Some(late) && good["state"] == "following"
    });
    let found = place.detections();
    let is_found = |name: &str| found.iter().any(|found| found["registrable"] == name);
    assert!(
        is_found("login-northerngazette.example") && is_found("northerngazette-account.example")
    );
    let status = place.status();
    let good_id = feed(&status, "good")["id"].clone();
    let blamed = status["alarms"]
        .as_array()
        .expect("a list")
        .iter()
        .any(|alarm| alarm["feed"] == good_id);
    assert!(!blamed, "{status}");
    assert_eq!(running.terminate(), Some(0), "{}", place.log());
}

macro_rules! faults {
    ($($name:ident: $fault:ident),* $(,)?) => {
        $(#[test] fn $name() { check(Fault::$fault); })*

        #[test]
        fn none_is_forgotten() {
            assert_eq!([$(Fault::$fault),*].len(), Fault::ALL.len());
        }
    };
}

faults! {
    throttled: Throttled,
    unavailable: Unavailable,
    slow: Slow,
    truncated_tile: TruncatedTile,
    wrong_hash: WrongHash,
    forked_tree: ForkedTree,
    rollback: Rollback,
    stale_head: StaleHead,
    bad_signature: BadSignature,
    missing_issuer: MissingIssuer,
    garbage_certificate: GarbageCertificate,
    unknown_entry_type: UnknownEntryType,
    huge_entry: HugeEntry,
}
