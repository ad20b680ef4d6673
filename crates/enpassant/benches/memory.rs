//! What a watch of 30 logs takes in memory while it guards 10,000 organisations, first catching up and then following.
//!
//! `cargo bench -p enpassant --bench memory`; as a test it has fewer organisations and entries, and checks only that all
//! is read.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use testbed::ct_log::{CtLog, CtLogOptions, CtLogs};

const BACKGROUND: &[u8] = include_bytes!("../../../knowledge/background.txt.zst");
const LOGS: u64 = 30;

fn main() {
    let as_test = !std::env::args().any(|argument| argument == "--bench");
    let (organisations, entries, rate) = if as_test {
        (100, 300, 10)
    } else {
        (10_000, 10_000, 100)
    };
    let dir = tempfile::tempdir().expect("a temporary directory");
    let watchlist = dir.path().join("watchlist.toml");
    std::fs::write(&watchlist, guarded(organisations)).expect("it can be written");
    let log = |seed| CtLogOptions {
        entries,
        rate,
        seed,
        ..CtLogOptions::default()
    };
    let logs = CtLogs::start((0..LOGS).map(log).collect()).expect("the logs start");
    let ledger = dir.path().join("ledger.sqlite");
    let mut watch = Command::new(env!("CARGO_BIN_EXE_enpassant"))
        .args([
            "watch",
            "--from-start",
            "--quiet",
            "--no-probe",
            "--no-listen",
        ])
        .arg("--watchlist")
        .arg(&watchlist)
        .arg("--log-list")
        .arg(logs.log_list())
        .arg("--ledger")
        .arg(&ledger)
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    for _ in 0..600 {
        std::thread::sleep(Duration::from_millis(500));
        if entries_read(&ledger) >= entries * LOGS {
            break;
        }
    }
    let caught_up = memory(&watch, "VmHWM");
    std::thread::sleep(Duration::from_secs(if as_test { 1 } else { 60 }));
    let (most, now) = (memory(&watch, "VmHWM"), memory(&watch, "VmRSS"));
    let read = entries_read(&ledger);
    // It has done its work.
    let _ = watch.kill();
    let _ = watch.wait();
    assert!(read >= entries * LOGS, "{read} entries were read");
    let published: u64 = logs.logs().iter().map(CtLog::size).sum();
    // Nobody to tell where standard output is closed.
    let _ = writeln!(
        std::io::stdout(),
        "{LOGS} logs, {organisations} organisations, {read} of {published} entries: \
         {caught_up} MiB at most while catching up, {most} MiB in all, {now} MiB at the end"
    );
}

/// A watchlist of ordinary domains.
fn guarded(organisations: usize) -> String {
    let background = zstd::decode_all(BACKGROUND).expect("it unpacks");
    let background = String::from_utf8(background).expect("it is text");
    let step = background.lines().count() / organisations;
    let mut text = String::new();
    for domain in background.lines().step_by(step).take(organisations) {
        let entry = writeln!(
            text,
            "[[organisation]]\nid = \"{domain}\"\ndomains = [\"{domain}\"]"
        );
        entry.expect("writing to a String cannot fail");
    }
    text
}

/// The entries that are settled so far; none while there is no ledger.
fn entries_read(ledger: &std::path::Path) -> u64 {
    let status = Command::new(env!("CARGO_BIN_EXE_enpassant"))
        .args(["status", "--format", "json", "--ledger"])
        .arg(ledger)
        .stderr(Stdio::null())
        .output()
        .expect("the program starts");
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap_or_default();
    status["counters"]["entries"].as_u64().unwrap_or(0)
}

/// A line of what the system says of a process's memory, in MiB.
fn memory(process: &Child, key: &str) -> u64 {
    let path = format!("/proc/{}/status", process.id());
    let text = std::fs::read_to_string(path).expect("it runs");
    let line = text.lines().find(|line| line.starts_with(key));
    let kib = line.and_then(|line| line.split_whitespace().nth(1));
    kib.expect("the system tells it")
        .parse::<u64>()
        .expect("a number")
        / 1024
}
