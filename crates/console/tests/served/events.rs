//! Nothing is lost, and nothing comes twice.

use std::time::Duration;

use console::Exposure;

use crate::client::{Follower, Served, Told, soon};

async fn numbers(follower: &mut Follower, count: usize) -> Vec<u64> {
    let mut numbers = Vec::new();
    while numbers.len() < count {
        numbers.push(follower.next().await.expect("the stream goes on").id);
    }
    numbers
}

#[tokio::test]
async fn away_and_back() {
    let mut served = Served::start(Exposure::default()).await;
    served.record(5).await;

    let mut follower = served.follow("?after=0", "").await;
    assert_eq!(numbers(&mut follower, 3).await, [1, 2, 3]);
    drop(follower);

    let last = served.record(1_000).await;
    let mut follower = served.follow("?after=0", "Last-Event-ID: 3\r\n").await;
    let missed = numbers(&mut follower, 1_002).await;
    assert_eq!(missed, (4..=last).collect::<Vec<_>>());

    let live = served.record(1).await;
    assert_eq!(numbers(&mut follower, 1).await, [live]);
    served.stop().await;
    assert_eq!(follower.next().await, None);
}

#[tokio::test]
async fn each_follower_while_events_come() {
    let mut served = Served::start(Exposure::default()).await;
    served.record(10).await;
    let mut followers = Vec::new();
    for start in 0..10 {
        followers.push(served.follow(&format!("?after={start}"), "").await);
        served.record(20).await;
    }
    let last = served.record(1).await;
    for (start, mut follower) in (0_u64..).zip(followers) {
        let expected: Vec<u64> = (start + 1..=last).collect();
        assert_eq!(numbers(&mut follower, expected.len()).await, expected);
    }
}

#[tokio::test]
async fn an_event_as_it_stands_in_the_ledger() {
    let mut served = Served::start(Exposure::default()).await;
    served.record(1).await;
    let mut follower = served.follow("?after=0", "").await;
    let Told { id, kind, data } = follower.next().await.expect("there is one");
    assert_eq!((id, &*kind), (1, "alarm"));
    let body: serde_json::Value = serde_json::from_str(&data).expect("a body is JSON");
    assert_eq!(body["number"], 1);
    assert_eq!(body["event"], "alarm");
    assert_eq!(body["says"], "the feed is behind,\nfar behind");
}

#[tokio::test]
async fn from_now_on() {
    let mut served = Served::start(Exposure::default()).await;
    served.record(3).await;
    let mut follower = served.follow("", "").await;
    served.record(1).await;
    assert_eq!(numbers(&mut follower, 1).await, [4]);
}

#[tokio::test]
async fn what_was_recorded_before_the_end_is_told() {
    let mut served = Served::start(Exposure::default()).await;
    let mut follower = served.follow("", "").await;
    served.record(700).await;
    served.stop().await;
    assert_eq!(
        numbers(&mut follower, 700).await,
        (1..=700).collect::<Vec<_>>()
    );
    assert_eq!(follower.next().await, None);
}

#[tokio::test]
async fn signs_of_life() {
    let exposure = Exposure {
        heartbeat: Duration::from_millis(20),
        ..Exposure::default()
    };
    let served = Served::start(exposure).await;
    let mut follower = served.follow("", "").await;
    for expected in ["retry: 2000", ": heartbeat", ": heartbeat"] {
        assert_eq!(soon(follower.block()).await.as_deref(), Some(expected));
    }
}

#[tokio::test]
async fn polled() {
    let mut served = Served::start(Exposure::default()).await;
    served.record(7).await;
    let mut seen = Vec::new();
    loop {
        let after = seen.last().copied().unwrap_or(0);
        let query = format!("/api/v1/events?format=json&limit=3&after={after}");
        let answer = served.get(&query, "").await;
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.contains("content-type: application/json"), "{head}");
        let page: Vec<serde_json::Value> = serde_json::from_str(body).expect("an array");
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 3);
        seen.extend(page.iter().filter_map(|event| event["number"].as_u64()));
    }
    assert_eq!(seen, [1, 2, 3, 4, 5, 6, 7]);
}

#[tokio::test]
async fn refused() {
    let exposure = Exposure {
        event_clients: 1,
        ..Exposure::default()
    };
    let mut served = Served::start(exposure).await;
    served.record(2).await;
    for (query, headers, status) in [
        ("", "Last-Event-ID: three\r\n", "400"),
        ("", "Last-Event-ID: 3\r\n", "409"),
        ("?after=18446744073709551615", "", "409"),
        ("?after=-1", "", "400"),
        ("?format=xml", "", "400"),
        ("?afer=0", "", "400"),
    ] {
        let answer = served.get(&format!("/api/v1/events{query}"), headers).await;
        let expected = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&expected), "{query} {headers} {answer}");
    }

    let follower = served.follow("", "").await;
    let answer = served.get("/api/v1/events", "").await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("retry-after: 5"), "{answer}");
    drop(follower);
    // Its place is free as soon as the server notices.
    let free = async {
        while served.status("/api/v1/events").await != 200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    soon(free).await;
}
