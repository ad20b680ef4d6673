//! Against a real server on loopback.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;
use egress::Settings;

use super::*;

/// The secret of the test vector that the implementations of Standard Webhooks share.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const MESSAGE: Message<'static> = Message {
    number: 7,
    event: "detection",
    ledger: "l1",
    body: r#"{"number":7,"name":"ä.example"}"#,
};

type Got = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// A hook that answers so; what it got, and its URL.
#[expect(
    clippy::disallowed_methods,
    reason = "tests serve on loopback what the crate under test calls"
)]
async fn hook(status: u16, retry_after: Option<&'static str>) -> (Got, Url) {
    let got = Got::default();
    let told = Arc::clone(&got);
    let answer = move |headers: HeaderMap, body: String| async move {
        told.lock().expect("no server panics").push((headers, body));
        let status = StatusCode::from_u16(status).expect("a status");
        match retry_after {
            Some(time) => (status, [("retry-after", time)], "no thanks").into_response(),
            None => (status, "no thanks").into_response(),
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback has a free port");
    let address = listener.local_addr().expect("it is bound");
    let routes = Router::new().route("/secret-path", post(answer));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let url = format!("http://{address}/secret-path");
    (got, url.parse().expect("a URL"))
}

fn webhook(url: Url, secret: Option<Secret>) -> Webhook {
    let http = Http::new(&Settings::new("enpassant/test")).expect("the defaults are usable");
    Webhook::new(http, url, Duration::from_secs(5), secret)
}

#[tokio::test]
async fn what_the_server_gets() {
    let (got, url) = hook(204, None).await;
    let secret = Secret::parse(SECRET).expect("a secret");
    let hook = webhook(url, Some(secret));
    for _ in 0..2 {
        hook.deliver(&MESSAGE).await.expect("it is taken");
    }
    let got = got.lock().expect("no server panics");
    assert_eq!(got.len(), 2);
    for (headers, body) in &*got {
        let header = |name: &str| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        assert_eq!(body, MESSAGE.body);
        assert_eq!(header("content-type"), "application/json");
        assert_eq!(header("user-agent"), "enpassant/test");
        assert_eq!(header("webhook-id"), "l1-7");
        assert_eq!(header("idempotency-key"), "l1-7");
        let timestamp: i64 = header("webhook-timestamp").parse().expect("seconds");
        assert!((Timestamp::now().as_second() - timestamp).abs() < 60);
        let secret = Secret::parse(SECRET).expect("a secret");
        let expected = secret.sign("l1-7", timestamp, MESSAGE.body);
        assert_eq!(header("webhook-signature"), expected);
    }
}

#[tokio::test]
async fn without_a_secret_nothing_is_signed() {
    let (got, url) = hook(200, None).await;
    webhook(url, None)
        .deliver(&MESSAGE)
        .await
        .expect("it is taken");
    let got = got.lock().expect("no server panics");
    assert!(!got[0].0.contains_key("webhook-signature"));
}

#[tokio::test]
async fn a_server_that_refuses() {
    let (_, url) = hook(429, Some("11")).await;
    let hook = webhook(url, None);
    let error = hook.deliver(&MESSAGE).await.expect_err("refused");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(11)));
    for shown in [error.to_string(), format!("{error:?}"), format!("{hook:?}")] {
        assert!(!shown.contains("secret-path"), "{shown}");
    }
    assert!(error.to_string().ends_with("answered 429: no thanks"));
    let (_, url) = self::hook(500, None).await;
    let error = webhook(url, None).deliver(&MESSAGE).await;
    assert_eq!(error.expect_err("refused").retry_after(), None);
}

#[test]
fn the_shared_test_vector() {
    let secret = Secret::parse(SECRET).expect("a secret");
    let signature = secret.sign(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1_614_265_330,
        r#"{"test": 2432232314}"#,
    );
    assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

#[test]
fn secrets_in_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("secret");
    let check = |text: &str, expected: &str| {
        fs::write(&path, text).expect("the folder takes files");
        let told = match Secret::read(&path) {
            Ok(secret) => format!("{secret:?}"),
            Err(NotifyError::ConfigSecret { why, .. }) => why,
            Err(other) => other.to_string(),
        };
        assert_eq!(told, expected, "{text}");
    };
    check(&format!("{SECRET}\n"), "Secret");
    check(SECRET.trim_start_matches("whsec_"), "Secret");
    check("whsec_c2hvcnQ=", "it has not from 24 to 64 bytes");
    check("", "it has not from 24 to 64 bytes");
    check("whsec_not base64", "it is no base64");
    let error = Secret::read(&folder.path().join("none")).expect_err("it is not there");
    assert!(matches!(error, NotifyError::ConfigSecret { .. }));
}
