//! What a watch serves, and whom it tells: events that can be replayed, certstream, web hooks.

use crate::{CONFIG, Place, wait_for};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use testbed::ct_log::{CtLogOptions, CtLogs};

fn log() -> CtLogs {
    let options = CtLogOptions {
        names: vec!["login-examplebank.example".into()],
        entries: 300,
        ..CtLogOptions::default()
    };
    CtLogs::start(vec![options]).expect("the log starts")
}

/// The next `count` events after number `after`, as a client gets them that was away.
#[expect(clippy::disallowed_methods, reason = "a client of ours, on loopback")]
fn events(at: SocketAddr, after: u64, count: usize) -> Vec<Value> {
    let stream = TcpStream::connect(at).expect("it listens");
    let request = format!(
        "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nLast-Event-ID: {after}\r\n\r\n"
    );
    (&stream).write_all(request.as_bytes()).expect("it reads");
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    let bodies = lines.filter_map(|line| line.strip_prefix("data: ").map(str::to_owned));
    let event = |body: String| serde_json::from_str(&body).expect("an event");
    bodies.take(count).map(event).collect()
}

#[test]
fn a_client_that_was_away_gets_every_event_once_and_in_order() {
    let (place, logs) = (Place::new(), log());
    let running = place.start(logs.log_list());
    // Canaries are events, too.
    let mut got = Got::default();
    got.until(place.address(), 1);
    assert_eq!(got.domains, ["login-examplebank.example"]);
    for name in ["examplebank-secure.example", "examp1ebank.example"] {
        logs.logs()[0].issue(name).expect("it is issued");
    }
    wait_for("all three", || place.detections().len() == 3);
    assert_eq!(running.terminate(), Some(0), "{}", place.log());
    // Whoever comes back after a restart misses nothing either.
    let _running = place.start(logs.log_list());
    got.until(place.address(), 3);
    let missed = ["examplebank-secure.example", "examp1ebank.example"];
    assert_eq!(got.domains[1..], missed);
}

/// What a client got over many connections, one event by each.
#[derive(Default)]
struct Got {
    last: u64,
    domains: Vec<String>,
}

impl Got {
    fn until(&mut self, at: SocketAddr, domains: usize) {
        while self.domains.len() < domains {
            let event = events(at, self.last, 1).remove(0);
            self.last += 1;
            assert_eq!(event["number"], self.last);
            if event["event"] == "detection" {
                let domain = event["registrable"].as_str().expect("a text");
                self.domains.push(domain.to_owned());
            }
        }
    }
}

#[test]
fn one_watch_listens_to_the_certstream_of_another() {
    let (place, logs) = (Place::new(), log());
    let _running = place.start(logs.log_list());
    let listener = Place::new();
    let config = CONFIG.replace("[ct]", "[ct]\nenabled = false");
    let stream = format!("ws://{}/", place.address());
    listener.write(
        "enpassant.toml",
        &format!("{config}\n[[certstream]]\nurl = \"{stream}\"\n"),
    );
    let mut watch = listener.command("watch");
    watch
        .arg("--config")
        .arg(listener.path("enpassant.toml"))
        .args(["--no-lake"]);
    let running = listener.launch(&mut watch);
    let found = || {
        let found = !listener.detections().is_empty();
        if !found {
            // What was sent before somebody listened is gone: that is why logs are better.
            logs.logs()[0]
                .issue("signin-examplebank.example")
                .expect("it is issued");
        }
        found
    };
    wait_for("what the other one reads", found);
    let detection = listener.detections().remove(0);
    assert_eq!(detection["registrable"], "signin-examplebank.example");
    let feed = format!("certstream:{stream}");
    assert_eq!(detection["origins"][0]["feed"], feed, "{detection}");
    let status = listener.status();
    let feeds = status["feeds"].as_array().expect("a list");
    let told = feeds.iter().find(|told| told["id"] == feed.as_str());
    assert_eq!(told.expect("it is a feed")["complete"], false);
    let page = listener.command("status").output().expect("it starts");
    let page = String::from_utf8_lossy(&page.stdout).into_owned();
    assert!(page.contains("cannot promise"), "{page}");
    assert_eq!(running.terminate(), Some(0), "{}", listener.log());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a server of ours, on loopback")]
fn a_web_hook_that_fails_at_first_is_told_once_it_answers() {
    let (place, logs) = (Place::new(), log());
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback");
    let at = listener.local_addr().expect("it is bound");
    place.write("hook.secret", "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0");
    place.write(
        "enpassant.toml",
        &format!(
            "{CONFIG}\n[[notify]]\nname = \"hook\"\nkind = \"webhook\"\ntier = \"watch\"\n\
             url = \"http://{at}/hook\"\nsecret_file = \"hook.secret\"\n"
        ),
    );
    let _running = place.start(logs.log_list());
    // Of two deliveries of the same event the first is refused.
    let refused = answer(&listener, "503 Service Unavailable");
    let taken = answer(&listener, "204 No Content");
    let id = |request: &str| header(request, "webhook-id");
    assert_eq!(id(&refused), id(&taken));
    assert!(header(&taken, "webhook-signature").starts_with("v1,"));
    assert!(taken.contains("login-examplebank.example"), "{taken}");
    wait_for("told", || {
        place.detections()[0]["times"]["told"].is_string()
    });
}

/// Takes one request, and answers it.
fn answer(listener: &TcpListener, status: &str) -> String {
    let (mut stream, _) = listener.accept().expect("it comes");
    let (mut request, mut buffer) = (vec![], [0; 4096]);
    loop {
        let read = stream.read(&mut buffer).expect("it can be read");
        request.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&request);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        if body.len() >= header(head, "content-length").parse().expect("a number") {
            let answer =
                format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).expect("it is taken");
            return text.into_owned();
        }
    }
}

fn header(request: &str, name: &str) -> String {
    let lines = request.lines().filter_map(|line| line.split_once(": "));
    let mut values = lines.filter(|(header, _)| header.eq_ignore_ascii_case(name));
    let (_, value) = values
        .next()
        .unwrap_or_else(|| panic!("no {name}: {request}"));
    value.to_owned()
}
