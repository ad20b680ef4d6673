//! Against proxies whose every byte the test writes.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
use tokio::time::timeout;

use super::*;
use crate::guard::Trust;

/// Connects through a proxy that answers so, whatever it is asked, and compares what went wrong, or what came behind.
async fn check(proxy: &str, answer: &[u8], expected: &str) {
    let proxy: Proxy = proxy.parse().expect("a proxy");
    let endpoint = Endpoint::new("a.example", 443, Trust::FromData);
    let (ours, mut theirs) = duplex(64 * 1024);
    theirs.write_all(answer).await.expect("there is room");
    theirs.shutdown().await.expect("it is open");
    let connecting = through(Box::new(ours), &proxy, endpoint, None);
    let told = match timeout(Duration::from_secs(5), connecting).await {
        Ok(Ok(mut stream)) => {
            let mut behind = String::new();
            stream.read_to_string(&mut behind).await.expect("text");
            behind
        }
        Ok(Err(error)) => format!("{:?}: {error}", error.kind()),
        Err(_) => "it takes too long".to_owned(),
    };
    assert!(told.starts_with(expected), "{told}");
}

#[tokio::test]
async fn answers_to_connect() {
    const HTTP: &str = "http://me:pw@127.0.0.1:3128";
    check(HTTP, b"HTTP/1.1 200 OK\r\nVia: x\r\n\r\nbehind", "behind").await;
    check(
        HTTP,
        b"HTTP/1.1 407 Who are you\r\n\r\n",
        "Unreachable: cannot connect to http://127.0.0.1:3128: it answered 407",
    )
    .await;
    check(HTTP, b"SSH-2.0\r\n\r\n", "Malformed").await;
    check(HTTP, b"HTTP/1.1 200 OK\r\n", "Unreachable").await;
    check(HTTP, &vec![b'a'; HEAD_LIMIT + 1], "TooLarge").await;
}

#[tokio::test]
async fn answers_of_socks() {
    const SOCKS: &str = "socks5h://127.0.0.1";
    let bound: &[u8] = &[0, 1, 0, 0, 0, 0, 0, 0];
    check(
        SOCKS,
        &[&[5, 0, 5, 0][..], bound, b"behind"].concat(),
        "behind",
    )
    .await;
    let named: &[u8] = &[0, 3, 2, b'a', b'b', 0, 0];
    check(
        SOCKS,
        &[&[5, 0, 5, 0][..], named, b"behind"].concat(),
        "behind",
    )
    .await;
    check(
        SOCKS,
        &[&[5, 0, 5, 5][..], bound].concat(),
        "NoService: cannot connect to a.example:443: socks5h://127.0.0.1 says: nobody listens",
    )
    .await;
    check(
        SOCKS,
        &[&[5, 0, 5, 99][..], bound].concat(),
        "Unreachable: cannot connect to a.example:443: socks5h://127.0.0.1 says: it failed",
    )
    .await;
    check(SOCKS, &[5, 255], "Unreachable").await;
    check(SOCKS, &[5, 2], "Unreachable").await;
    check(SOCKS, &[4, 0], "Unreachable").await;
    check(SOCKS, &[5, 0, 5, 0, 0, 9], "Unreachable").await;
    check(SOCKS, &[5, 0, 5], "Unreachable").await;
    check(SOCKS, &[], "Unreachable").await;
    check(
        "socks5h://me:pw@127.0.0.1",
        &[5, 2, 1, 1],
        "Unreachable: cannot connect to socks5h://127.0.0.1: it does not take user and password",
    )
    .await;
}
