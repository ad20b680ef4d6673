//! Certstream: its format, and that the slow delay nobody.

use std::time::{Duration, Instant};

use console::{Exposure, Hub, Update};
use ct::rfc6962::Page;
use ct::{Dialect, EntryKind};
use futures_util::{SinkExt, StreamExt};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::client::{Served, connect, soon};

/// An entry of a public log, and what another server makes of it.
#[derive(Deserialize)]
struct Recorded {
    log_name: String,
    log_url: String,
    cert_index: u64,
    leaf_input: String,
    extra_data: String,
    expected_full: String,
    expected_domains_only: String,
}

impl Recorded {
    fn all() -> Vec<Self> {
        let file = include_str!("../data/entries.json");
        serde_json::from_str(file).expect("the recorded file is JSON")
    }

    /// Tells the entry to the hub, as if it had been read just now.
    fn tell(&self, served: &Served) {
        let page =
            json!({"entries": [{"leaf_input": self.leaf_input, "extra_data": self.extra_data}]});
        let page = page.to_string();
        let page = Page::parse(page.as_bytes(), 1).expect("a page of one entry");
        let mut buffer = Vec::new();
        let entry = page.entries[0].decode(&mut buffer).expect("it is base 64");
        let entry = entry.entry().expect("a good entry");
        let chain: Vec<&[u8]> = entry.chain.certificates().collect();
        served.hub.certificate(&Update {
            kind: entry.kind,
            timestamp_ms: entry.timestamp_ms,
            covered: entry.covered,
            submitted: entry.submitted,
            index: self.cert_index,
            log: &self.log_name,
            dialect: &Dialect::Rfc6962 {
                url: self.log_url.clone(),
            },
            chain: &chain,
            seen: Timestamp::UNIX_EPOCH,
        });
    }
}

type Client = WebSocketStream<TcpStream>;

async fn listen(served: &Served, path: &str) -> Client {
    let stream = connect(served.address).await;
    let url = format!("ws://{}{path}", served.address);
    let (client, _) = client_async(url, stream).await.expect("it upgrades");
    client
}

/// The next message but heartbeats, and the frame's text.
async fn next(client: &mut Client) -> String {
    loop {
        let message = soon(client.next()).await.expect("the stream goes on");
        if let Message::Text(text) = message.expect("a good frame")
            && !text.contains(r#""message_type":"heartbeat""#)
        {
            return text.as_str().to_owned();
        }
    }
}

/// Until the hub knows that somebody listens to all three forms, or one, or none.
async fn wanted(served: &Served, forms: usize) {
    let count = || {
        let wants = served.hub.wants();
        usize::from(wants.full) + usize::from(wants.lite) + usize::from(wants.domains)
    };
    let change = async {
        while count() != forms {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    soon(change).await;
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("a message is JSON")
}

fn check_same(ours: &Value, theirs: &Value, keys: &[&str]) {
    for key in keys {
        assert_eq!(ours[key], theirs[key], "{key}");
    }
}

const OF_A_CERTIFICATE: [&str; 12] = [
    "fingerprint",
    "sha1",
    "sha256",
    "not_after",
    "not_before",
    "serial_number",
    "signature_algorithm",
    "is_ca",
    "subject",
    "issuer",
    "extensions",
    "all_domains",
];

/// The other server leaves out what is null.
fn without_nulls(mut value: Value) -> Value {
    match &mut value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            for value in map.values_mut() {
                *value = without_nulls(value.take());
            }
        }
        Value::Array(values) => {
            for value in values {
                *value = without_nulls(value.take());
            }
        }
        _ => {}
    }
    value
}

/// The other server does not tell where revocation lists are; the first one did.
fn without_revocation(certificate: &Value) -> Value {
    let mut certificate = certificate.clone();
    let extensions = certificate["extensions"].as_object_mut();
    let extensions = extensions.expect("an object");
    extensions.remove("crlDistributionPoints");
    certificate
}

#[tokio::test]
async fn as_another_server_tells_it() {
    let served = Served::start(Exposure::default()).await;
    let mut full = listen(&served, "/full-stream").await;
    let mut domains = listen(&served, "/domains-only/").await;
    wanted(&served, 2).await;
    for recorded in Recorded::all() {
        recorded.tell(&served);
        let ours = without_nulls(parsed(&next(&mut full).await));
        let theirs = parsed(&recorded.expected_full);
        assert_eq!(ours["message_type"], theirs["message_type"]);
        let (ours, theirs) = (&ours["data"], &theirs["data"]);
        check_same(ours, theirs, &["update_type", "cert_index", "cert_link"]);
        assert_eq!(ours["source"]["name"], theirs["source"]["name"]);
        assert_eq!(ours["source"]["timestamp"], theirs["submission_timestamp"]);
        let leaf = without_revocation(&ours["leaf_cert"]);
        let (leaf, their_leaf) = (&leaf, &theirs["leaf_cert"]);
        check_same(leaf, their_leaf, &OF_A_CERTIFICATE);
        check_same(leaf, their_leaf, &["as_der"]);
        let chain = ours["chain"].as_array().expect("a list");
        let their_chain = theirs["chain"].as_array().expect("a list");
        assert_eq!(chain.len(), their_chain.len());
        for (ours, theirs) in chain.iter().zip(their_chain) {
            check_same(&without_revocation(ours), theirs, &OF_A_CERTIFICATE[..11]);
            assert!(ours["as_der"].is_string());
        }
        assert_eq!(
            parsed(&next(&mut domains).await),
            parsed(&recorded.expected_domains_only)
        );
    }
}

#[tokio::test]
async fn each_path_its_form() {
    let served = Served::start(Exposure::default()).await;
    let recorded = &Recorded::all()[0];
    // Nobody listens: this is told to nobody.
    recorded.tell(&served);

    let mut lite = listen(&served, "/").await;
    wanted(&served, 1).await;
    assert!(served.hub.wants().lite);
    recorded.tell(&served);
    let golden = parsed(include_str!("../data/lite.json"));
    assert_eq!(parsed(&next(&mut lite).await), golden);
    lite.close(None).await.expect("it closes");
    wanted(&served, 0).await;
}

/// From tiles, where no issuer was at hand; and nothing can be read of it.
#[tokio::test]
async fn what_is_missing_is_left_out() {
    let served = Served::start(Exposure::default()).await;
    let mut full = listen(&served, "/full-stream").await;
    wanted(&served, 1).await;
    tell_broken(&served.hub, "Example 2026h2");
    let golden = parsed(include_str!("../data/broken.json"));
    assert_eq!(parsed(&next(&mut full).await), golden);
}

/// Tells a certificate that is none. A log of a long name makes a long message at no cost.
fn tell_broken(hub: &Hub, log: &str) {
    hub.certificate(&Update {
        kind: EntryKind::Certificate,
        timestamp_ms: 1_500,
        covered: &[0x30, 0x03, 0x02, 0x01],
        submitted: None,
        index: 7,
        log,
        dialect: &Dialect::Tiles {
            submission_url: "https://submit.example/".to_owned(),
            monitoring_url: "https://tiles.example/".to_owned(),
        },
        chain: &[],
        seen: Timestamp::UNIX_EPOCH,
    });
}

/// What `/metrics` says of the full stream.
async fn metric(served: &Served, name: &str) -> u64 {
    let page = served.get("/metrics", "").await;
    let start = format!("enpassant_certstream_{name}{{form=\"full\"}} ");
    let mut lines = page.lines();
    let value = lines.find_map(|line| line.strip_prefix(&*start));
    let value = value.and_then(|value| value.parse().ok());
    value.expect("the metric is there")
}

#[tokio::test]
async fn the_slow_delay_nobody() {
    const MESSAGES: usize = 1_000;
    let served = Served::start(impatient()).await;
    let slow = listen(&served, "/full-stream").await;
    let mut quick = listen(&served, "/full-stream").await;
    wanted(&served, 1).await;

    let long = "long".repeat(5_000);
    let mut longest = Duration::ZERO;
    for _ in 0..MESSAGES {
        let told = Instant::now();
        tell_broken(&served.hub, &long);
        let message = next(&mut quick).await;
        longest = longest.max(told.elapsed());
        assert!(message.contains(r#""cert_index":7"#));
    }
    assert!(longest < Duration::from_secs(2), "{longest:?}");

    // It took nothing for four heartbeats.
    let one_left = async {
        while metric(&served, "clients").await > 1 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    soon(one_left).await;
    drop(slow);
}

fn impatient() -> Exposure {
    Exposure {
        heartbeat: Duration::from_millis(100),
        ..Exposure::default()
    }
}

/// Why the server sends a client away.
async fn farewell(client: &mut Client) -> (CloseCode, String) {
    loop {
        let message = soon(client.next()).await.expect("a farewell comes first");
        if let Message::Close(frame) = message.expect("a good frame") {
            let frame = frame.expect("it says why");
            return (frame.code, frame.reason.as_str().to_owned());
        }
    }
}

#[tokio::test]
async fn the_slow_are_told_and_sent_away() {
    let exposure = Exposure {
        heartbeat: Duration::from_millis(500),
        ..Exposure::default()
    };
    let served = Served::start(exposure).await;
    let mut slow = listen(&served, "/full-stream").await;
    wanted(&served, 1).await;

    let hub = served.hub.clone();
    let flood = tokio::task::spawn_blocking(move || {
        let long = "long".repeat(5_000);
        while hub.wants().any() {
            tell_broken(&hub, &long);
        }
    });
    let mut told = 0;
    let frame = loop {
        let message = soon(slow.next()).await.expect("a farewell comes first");
        match message.expect("a good frame") {
            Message::Text(text) if text.contains("heartbeat") => {
                told = parsed(&text)["dropped"].as_u64().expect("a number");
            }
            Message::Close(frame) => break frame.expect("it says why"),
            _ => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    };
    flood.await.expect("no panic");
    assert!(told > 0);
    assert!(metric(&served, "dropped_total").await >= told);
    assert_eq!(frame.code, CloseCode::Policy);
    assert!(frame.reason.starts_with("too slow: "), "{}", frame.reason);
}

#[tokio::test]
async fn pings_are_to_be_answered() {
    let served = Served::start(impatient()).await;
    let mut alive = listen(&served, "/").await;
    // Upgrades, and then answers nothing.
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
    let mut silent = connect(served.address).await;
    let host = served.address;
    let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\n{upgrade}\r\n");
    let asked = silent.write_all(request.as_bytes()).await;
    asked.expect("it takes a request");

    let until_the_end = soon(async {
        let mut heard = Vec::new();
        let read = silent.read_to_end(&mut heard).await;
        read.expect("the connection holds");
        heard
    });
    tokio::pin!(until_the_end);
    let heard = loop {
        tokio::select! {
            message = alive.next() => {
                let good = matches!(message, Some(Ok(Message::Ping(_) | Message::Text(_))));
                assert!(good, "{message:?}");
            }
            heard = &mut until_the_end => break heard,
        }
    };
    // A frame that closes, of 29 octets, with code 1008 (RFC 6455 §5.5.1).
    let farewell = b"\x88\x1d\x03\xf0our pings were not answered";
    assert!(heard.ends_with(farewell), "{}", heard.escape_ascii());
}

#[tokio::test]
async fn ours_are_answered() {
    let served = Served::start(Exposure::default()).await;
    let mut client = listen(&served, "/").await;
    client
        .send(Message::Ping("hello".into()))
        .await
        .expect("it takes a ping");
    loop {
        let message = soon(client.next()).await.expect("the stream goes on");
        if let Message::Pong(payload) = message.expect("a good frame") {
            assert_eq!(&*payload, b"hello");
            break;
        }
    }
}

#[tokio::test]
async fn the_end_is_told() {
    let served = Served::start(Exposure::default()).await;
    let mut client = listen(&served, "/domains-only").await;
    wanted(&served, 1).await;
    let ((), (code, _)) = tokio::join!(served.stop(), farewell(&mut client));
    assert_eq!(code, CloseCode::Away);
}

#[tokio::test]
async fn who_is_not_let_in() {
    let exposure = Exposure {
        certstream_clients: 1,
        ..Exposure::default()
    };
    let served = Served::start(exposure).await;
    let status = async |origin: Option<&'static str>| {
        let stream = connect(served.address).await;
        let url = format!("ws://{}/", served.address);
        let mut request = url.into_client_request().expect("a good request");
        if let Some(origin) = origin {
            let origin = HeaderValue::from_static(origin);
            request.headers_mut().insert("origin", origin);
        }
        match client_async(request, stream).await {
            Err(tungstenite::Error::Http(response)) => response.status().as_u16(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(status(Some("https://lure.example")).await, 403);

    let _first = listen(&served, "/").await;
    assert_eq!(status(None).await, 503);
    let answer = served.get("/full-stream", "").await;
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
}
