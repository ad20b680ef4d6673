//! From a log's publication of a tile to the detection on the event stream, while 3,000 entries a second come.
//!
//! `cargo bench -p enpassant --bench latency` takes ten minutes, `ENPASSANT_SECONDS` another time; as a test it takes
//! twenty seconds, and checks only that everything arrives.

use jiff::Timestamp;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use testbed::ct_log::{CtLogOptions, CtLogs};

const RATE: u32 = 3_000;
/// Names of interest a second.
const ISSUED: u64 = 10;

fn main() {
    let as_test = !std::env::args().any(|argument| argument == "--bench");
    let seconds = std::env::var("ENPASSANT_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok());
    let seconds = seconds.unwrap_or(if as_test { 20 } else { 600 });
    let dir = tempfile::tempdir().expect("a temporary directory");
    let watchlist = dir.path().join("watchlist.toml");
    let text = "[[organisation]]\nid = \"example-bank\"\ndomains = [\"examplebank.example\"]\n";
    std::fs::write(&watchlist, text).expect("it can be written");
    let logs = CtLogs::start(vec![CtLogOptions {
        entries: 1_000,
        rate: RATE,
        ..CtLogOptions::default()
    }])
    .expect("the log starts");
    let port = free_port();
    let mut watch = Command::new(env!("CARGO_BIN_EXE_enpassant"))
        .arg("watch")
        .arg("--watchlist")
        .arg(&watchlist)
        .arg("--log-list")
        .arg(logs.log_list())
        .arg("--ledger")
        .arg(dir.path().join("ledger.sqlite"))
        .args([
            "--quiet",
            "--no-probe",
            "--listen",
            &format!("127.0.0.1:{port}"),
        ])
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let (give, arrived) = mpsc::channel();
    std::thread::spawn(move || listen(port, &give));
    std::thread::sleep(Duration::from_secs(3));

    let since = Instant::now();
    let mut issued = 0;
    while since.elapsed() < Duration::from_secs(seconds) {
        let name = format!("login-examplebank-{issued}.example");
        logs.logs()[0].issue(&name).expect("it is issued");
        issued += 1;
        std::thread::sleep(Duration::from_millis(1000 / ISSUED));
    }
    let mut latencies: Vec<Duration> = vec![];
    while latencies.len() < issued {
        match arrived.recv_timeout(Duration::from_secs(30)) {
            Ok(latency) => latencies.push(latency),
            Err(_) => break,
        }
    }
    // It has done its work.
    let _ = watch.kill();
    let _ = watch.wait();
    assert_eq!(
        latencies.len(),
        issued,
        "detections on the stream, names issued"
    );
    latencies.sort();
    let at = |percent: usize| latencies[(latencies.len() - 1) * percent / 100].as_secs_f64();
    let size = logs.logs()[0].size();
    let mut out = std::io::stdout();
    // Nobody to tell where standard output is closed.
    let _ = writeln!(
        out,
        "{size} entries in {seconds} s, {issued} detections; publication to stream: median {:.3} s, 99 % {:.3} s, most {:.3} s",
        at(50),
        at(99),
        at(100)
    );
}

/// Reads the event stream, and tells how long ago each detection's checkpoint was signed.
#[expect(clippy::disallowed_methods, reason = "a client of ours, on loopback")]
fn listen(port: u16, give: &mpsc::Sender<Duration>) {
    let stream = loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => break stream,
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    let request =
        "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
    (&stream).write_all(request.as_bytes()).expect("it listens");
    for line in BufReader::new(&stream).lines().map_while(Result::ok) {
        let Some(body) = line.strip_prefix("data: ") else {
            continue;
        };
        let event: Value = serde_json::from_str(body).expect("an event");
        if event["event"] != "detection" {
            continue;
        }
        let signed = event["times"]["checkpoint"].as_str().expect("a time");
        let signed: Timestamp = signed.parse().expect("a time");
        let latency = Timestamp::now().duration_since(signed).unsigned_abs();
        if give.send(latency).is_err() {
            return;
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "to find a port for the program under test"
)]
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("loopback");
    listener.local_addr().expect("it is bound").port()
}
