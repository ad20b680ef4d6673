//! Metrics, health, and who is let in.

use std::time::Duration;

use axum::Router;
use console::{Exposure, Hub, Need, Outcome, serve};
use ledger::{Ledger, LedgerUrl};

use crate::client::Served;

#[track_caller]
fn check(answer: &str, status: u16, parts: &[&str]) {
    let first = format!("HTTP/1.1 {status} ");
    assert!(answer.starts_with(&first), "{answer}");
    for part in parts {
        assert!(answer.contains(part), "{part} is not in\n{answer}");
    }
}

#[tokio::test]
async fn metrics() {
    let served = Served::start(Exposure::default()).await;
    served.hub.metrics().observed(Outcome::Candidate, 3);
    check(
        &served.get("/metrics", "").await,
        200,
        &[
            "content-type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n",
            "\n# TYPE enpassant_observations counter\n",
            "\nenpassant_observations_total{outcome=\"candidate\"} 3\n",
            "\nenpassant_certstream_dropped_total{form=\"lite\"} 0\n",
            "\n# EOF\n",
        ],
    );
}

#[tokio::test]
async fn health() {
    let served = Served::start(Exposure::default()).await;
    served.hub.health().beat();
    check(
        &served.get("/healthz", "").await,
        200,
        &["content-type: application/json", r#"{"alive":true,"#],
    );
    check(
        &served.get("/readyz", "").await,
        503,
        &[r#""ledger":"not there yet""#],
    );
    served.hub.health().has(Need::Ledger);
    served.hub.health().has(Need::Feeds);
    check(&served.get("/readyz", "").await, 200, &[r#""ready":true"#]);
}

#[tokio::test]
async fn every_answer_has_the_headers() {
    let served = Served::start(Exposure::default()).await;
    for (path, status) in [
        ("/", 200),
        ("/api/v1/extra", 200),
        ("/metrics", 200),
        ("/absent", 404),
    ] {
        check(
            &served.get(path, "").await,
            status,
            &[
                "content-security-policy: default-src 'none'",
                "x-content-type-options: nosniff",
                "cache-control: no-store",
                "cross-origin-resource-policy: same-origin",
            ],
        );
    }
}

#[tokio::test]
async fn pages_of_others_get_nothing() {
    let exposure = Exposure {
        names: vec!["watch.example".to_owned()],
        ..Exposure::default()
    };
    let served = Served::start(exposure).await;
    for (headers, status) in [
        ("Host: localhost:8470\r\n", 200),
        ("Host: watch.example\r\n", 200),
        ("Host: rebound.example\r\n", 421),
        ("Origin: https://lure.example\r\n", 403),
    ] {
        for path in ["/metrics", "/api/v1/extra", "/absent"] {
            let expected = if status == 200 && path == "/absent" {
                404
            } else {
                status
            };
            let answer = served.get(path, headers).await;
            check(&answer, expected, &[]);
            assert!(!answer.contains("access-control"), "{answer}");
        }
    }
}

#[tokio::test]
async fn too_large() {
    let served = Served::start(Exposure::default()).await;
    let filler = format!("X-Filler: {}\r\n", "x".repeat(100_000));
    check(&served.get("/metrics", &filler).await, 431, &[]);
}

#[tokio::test]
async fn what_cannot_be_served() {
    let served = Served::start(Exposure::default()).await;
    let directory = tempfile::tempdir().expect("a temporary directory");
    let url = LedgerUrl::file(directory.path().join("ledger"));
    let ledger = Ledger::open(&url).await.expect("a new ledger");
    let refused = async |exposure| {
        let shutdown = std::future::pending();
        let result = serve(
            exposure,
            Hub::new(),
            ledger.clone(),
            Router::new(),
            shutdown,
        )
        .await;
        result.err().expect("it cannot be served").to_string()
    };
    let fault = refused(Exposure {
        listen: served.address,
        ..Exposure::default()
    });
    let expected = format!("cannot listen on {}: ", served.address);
    assert!(fault.await.starts_with(&expected));
    let fault = refused(Exposure {
        names: vec!["https://watch.example".to_owned()],
        ..Exposure::default()
    });
    assert!(fault.await.contains("is not a host name"));
    let fault = refused(Exposure {
        heartbeat: Duration::ZERO,
        ..Exposure::default()
    });
    assert!(fault.await.contains("heartbeat"));
}
