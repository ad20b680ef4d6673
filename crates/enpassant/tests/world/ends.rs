//! A testbed that is told to end leaves nothing behind.

use crate::{World, signal, wait_for};
use std::fs;
use std::process::{Command, Stdio};

#[test]
fn a_world_announces_itself_and_cleans_up() {
    let world = World::bank();
    for key in ["dns", "whois", "rdap"] {
        let place = world.told[key].as_str().expect("an address");
        assert!(place.contains("127.0.0.1:"), "{key}: {place}");
    }
    assert!(world.told["https_port"].as_u64() > Some(1023));
    let hosts = world.told["hosts"].as_array().expect("a list");
    assert!(hosts.len() > 10 && hosts.contains(&"login-examplebank.example".into()));
    let config = world.config();
    assert!(config.exists());
    drop(world);
    assert!(!config.parent().expect("a directory").exists());
}

/// Tells a log to end as soon as it has something to leave behind, and long before it runs.
#[track_caller]
fn check(told: &str) {
    let place = tempfile::tempdir().expect("a temporary directory");
    let child = Command::new(env!("CARGO_BIN_EXE_enpassant"))
        .args(["testbed", "ct-log", "--entries", "40000"])
        .env("TMPDIR", place.path())
        .stdout(Stdio::null())
        .spawn();
    let mut child = child.expect("the program starts");
    let left = || fs::read_dir(place.path()).expect("it is there").count();
    wait_for("its directory", || left() > 0);
    assert!(signal(&child, told).expect("kill is there").success());
    assert!(child.wait().expect("it ends").success(), "{told}");
    assert_eq!(left(), 0, "{told}");
}

#[test]
fn a_log_that_is_only_starting_cleans_up() {
    check("-TERM");
    check("-INT");
}
