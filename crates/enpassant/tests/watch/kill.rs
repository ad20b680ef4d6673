//! Killed at any instant, nothing is lost and nothing is doubled.
//!
//! Six times on each store; `ENPASSANT_KILLS=30` makes it thirty.

use crate::{Place, pairs, silent};
use serde_json::Value;
use std::time::{Duration, Instant};
use testbed::ct_log::{CtLog, CtLogOptions, CtLogs, Dialect};
use testbed::postgres::Cluster;

const ENTRIES: u64 = 20_000;

fn names() -> Vec<String> {
    let name = |n: u32| match n % 4 {
        0 => format!("login-examplebank-{n}.example"),
        1 => format!("secure{n}.examplebank-mail.example"),
        2 => format!("northerngazette{n}-account.example"),
        _ => format!("ordinary{n}.example"),
    };
    (0..400).map(name).collect()
}

fn log() -> CtLogs {
    let options = CtLogOptions {
        dialect: Dialect::Tiles,
        names: names(),
        entries: ENTRIES,
        ..CtLogOptions::default()
    };
    CtLogs::start(vec![options]).expect("the log starts")
}

/// What must be the same however often it was killed.
fn outcome(place: &Place) -> (Vec<(String, String, u64)>, Vec<Value>) {
    let detections = place.detections();
    let counts = |found: &Value| [found["certificates"].clone(), found["sightings"].clone()];
    let counts = detections.iter().flat_map(counts).collect();
    (pairs(&detections), counts)
}

fn sums(place: &Place) -> (u64, u64) {
    let counters = &place.status()["counters"];
    let of = |name: &str| counters[name].as_u64().unwrap_or(0);
    let names = [
        "unreadable",
        "own",
        "allowed",
        "unlike",
        "candidate",
        "duplicate",
    ];
    (of("entries"), names.into_iter().map(of).sum())
}

/// A number from 0 to 1 by a seed and a count (`SplitMix64`).
fn chance(seed: u64) -> f64 {
    let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

fn check(mut place: impl FnMut() -> Place) {
    let kills: u64 =
        std::env::var("ENPASSANT_KILLS").map_or(6, |kills| kills.parse().expect("a number"));
    let logs = log();
    let undisturbed = place();
    let since = Instant::now();
    assert_eq!(
        undisturbed.watch_once(logs.log_list()).status.code(),
        Some(0)
    );
    let whole = since.elapsed();
    let want = (outcome(&undisturbed), sums(&undisturbed));
    assert_eq!(want.1.0, size(&logs.logs()[0]));
    assert!(want.0.0.len() > 150, "{} detections", want.0.0.len());
    for seed in 1..=kills {
        let place = place();
        let after = whole.mul_f64(chance(seed));
        let mut watch = place.watch(logs.log_list());
        let mut child = silent(watch.arg("--once"))
            .spawn()
            .expect("the program starts");
        std::thread::sleep(after);
        child.kill().expect("it can be killed");
        child.wait().expect("it can be waited for");
        // Once more, early: also what is done at a start can be interrupted.
        let mut watch = place.watch(logs.log_list());
        let mut child = silent(watch.arg("--once"))
            .spawn()
            .expect("the program starts");
        std::thread::sleep(whole.mul_f64(chance(seed + 1000) / 2.0));
        child.kill().expect("it can be killed");
        child.wait().expect("it can be waited for");
        let last = place.watch_once(logs.log_list());
        let told = String::from_utf8_lossy(&last.stderr);
        assert_eq!(last.status.code(), Some(0), "seed {seed}: {told}");
        let got = (outcome(&place), sums(&place));
        assert_eq!(got, want, "seed {seed}, killed after {after:?}");
    }
}

fn size(log: &CtLog) -> u64 {
    log.size()
}

#[test]
fn sqlite() {
    check(Place::new);
}

#[test]
fn postgres() {
    let cluster = Cluster::shared();
    check(|| {
        let mut place = Place::new();
        place.ledger = cluster.database().expect("a new database");
        place
    });
}

#[test]
fn a_second_watch_is_refused_with_the_holder_named() {
    let (place, logs) = (Place::new(), log());
    let running = place.start(logs.log_list());
    crate::wait_for("the holder", || {
        let status = place.command("status").args(["--format", "json"]).output();
        let status = status.expect("the program starts");
        String::from_utf8_lossy(&status.stdout).contains("\"watch\": \"process")
    });
    let second = place.watch_once(logs.log_list());
    let told = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(1));
    assert!(
        told.contains(&format!("process {}", running.0.id())),
        "{told}"
    );
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(running.terminate(), Some(0));
}
