//! Against axum's web sockets on loopback.

use axum::Router;
use axum::extract::ws::{self, WebSocket, WebSocketUpgrade};
use axum::routing::get;

use super::*;
use crate::loopback::{answering, listen};
use crate::settings::Settings;

const BRIEF: Duration = Duration::from_millis(200);

async fn send(mut socket: WebSocket, messages: Vec<ws::Message>) {
    for message in messages {
        if socket.send(message).await.is_err() {
            return;
        }
    }
    // What the client says, pongs, is read until it leaves.
    while let Some(Ok(_)) = socket.recv().await {}
}

/// Reads all that a server sends, one line a message, and how it ended. The limit is 10 bytes.
async fn read(messages: Vec<ws::Message>) -> String {
    let (listener, address) = listen().await;
    let upgrade = get(move |upgrade: WebSocketUpgrade| async move {
        upgrade.on_upgrade(|socket| send(socket, messages))
    });
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/", upgrade)).await });
    let url: Url = format!("ws://{address}/").parse().expect("a URL");
    let mut stream = open_url(&url, Trust::Configured)
        .await
        .expect("it is a web socket");
    let mut told = String::new();
    loop {
        match stream.next().await {
            Ok(Some(message)) => told.extend([&excerpt(&message), "; "]),
            Ok(None) => return told + "closed",
            Err(error) => return told + &error.to_string().replace(&address.to_string(), "@"),
        }
    }
}

async fn open_url(url: &Url, trust: Trust) -> Result<Messages, EgressError> {
    let http = Http::new(&Settings::new("enpassant/test")).expect("the defaults are usable");
    let request = Connect {
        url,
        trust,
        limit_bytes: 10,
        timeout: BRIEF,
        silence: BRIEF,
    };
    connect(&http, request).await
}

#[tokio::test]
async fn messages_until_it_closes() {
    let messages = vec![
        ws::Message::text("one"),
        ws::Message::Ping(Bytes::from_static(b"there?")),
        ws::Message::binary(&b"two"[..]),
        ws::Message::text("0123456789"),
        ws::Message::Close(None),
    ];
    assert_eq!(read(messages).await, "one; two; 0123456789; closed");
}

#[tokio::test]
async fn a_message_beyond_the_limit() {
    let messages = vec![ws::Message::text("one"), ws::Message::text("0123456789a")];
    assert_eq!(read(messages).await, "one; the body has more than 10 bytes");
}

#[tokio::test]
async fn silence() {
    let messages = vec![ws::Message::text("one"), ws::Message::Ping(Bytes::new())];
    assert_eq!(read(messages).await, "one; @ did not answer within 200 ms");
}

#[track_caller]
fn refused(result: Result<Messages, EgressError>, expected: &str) {
    let error = result.expect_err("there is no web socket").to_string();
    assert!(error.ends_with(expected), "{error}");
}

#[tokio::test]
async fn handshakes_that_fail() {
    for (answer, expected) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            "it answered 200 in place of 101",
        ),
        (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: AAAA\r\n\r\n",
            "it did not answer our key",
        ),
        (
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
            "answered 403",
        ),
    ] {
        let server = answering(answer).await;
        let mut url = server.url("/");
        url.set_scheme("ws").expect("both are special");
        refused(open_url(&url, Trust::Configured).await, expected);
        refused(open_url(&url, Trust::FromData).await, "(RFC 1122 §3.2.1.3)");
        refused(
            open_url(&server.url("/"), Trust::Configured).await,
            "neither ws nor wss",
        );
        assert_eq!(server.heads().len(), 1);
    }
}
