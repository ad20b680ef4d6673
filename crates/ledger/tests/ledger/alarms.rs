//! Raised once, counted while it lasts, cleared once.

use crate::samples::{FEED, OTHER_FEED, at, channels};
use crate::stores::{Store, on_both};
use ledger::{EventKind, Ledger, NewAlarm};
use serde_json::{Value, json};

on_both!(
    an_alarm_is_raised_once_and_counted,
    alarms_of_others_stay,
    bodies_are_as_agreed,
);

fn alarm<'a>(feed: Option<&'a str>, evidence: &'a Value, seconds: i64) -> NewAlarm<'a> {
    NewAlarm {
        kind: "split-view",
        feed,
        says: "two trees of 7 entries",
        evidence: Some(evidence),
        at: at(seconds),
        channels: &[],
    }
}

async fn clear(ledger: &Ledger, feed: Option<&str>, seconds: i64) -> Option<EventKind> {
    let cleared = ledger.clear(feed, "split-view", at(seconds), &[]);
    cleared.await.expect("it is taken").map(|event| event.kind)
}

async fn an_alarm_is_raised_once_and_counted(store: &Store) {
    let ledger = store.ledger().await;
    let (first, second) = (json!(["a", "b"]), json!("c"));
    for (seconds, evidence, new) in [(1, &first, true), (2, &second, false), (2, &second, false)] {
        let event = ledger.raise(&alarm(Some(FEED), evidence, seconds)).await;
        assert_eq!(event.expect("it is taken").is_some(), new);
    }
    let open = ledger.alarms(true).await.expect("it reads").swap_remove(0);
    assert_eq!(
        (open.count, open.raised_at, open.last_at),
        (2, at(1), at(2))
    );
    assert_eq!(open.evidence, Some(first.clone()));

    assert_eq!(
        clear(&ledger, Some(FEED), 5).await,
        Some(EventKind::AlarmCleared)
    );
    assert_eq!(clear(&ledger, Some(FEED), 6).await, None);
    assert_eq!(ledger.alarms(true).await.expect("it reads"), []);
    let again = ledger.raise(&alarm(Some(FEED), &first, 7)).await;
    assert!(again.expect("it is taken").is_some());
    let all = ledger.alarms(false).await.expect("it reads");
    let cleared: Vec<_> = all.iter().map(|alarm| alarm.cleared_at).collect();
    assert_eq!(cleared, [None, Some(at(5))]);
}

async fn alarms_of_others_stay(store: &Store) {
    let ledger = store.ledger().await;
    let evidence = json!(1);
    for feed in [Some(FEED), Some(OTHER_FEED), None] {
        ledger
            .raise(&alarm(feed, &evidence, 1))
            .await
            .expect("it is taken");
    }
    assert!(clear(&ledger, None, 2).await.is_some());
    let open = ledger.alarms(true).await.expect("it reads");
    let feeds: Vec<Option<&str>> = open.iter().map(|alarm| alarm.feed.as_deref()).collect();
    assert_eq!(feeds, [Some(OTHER_FEED), Some(FEED)]);
}

async fn bodies_are_as_agreed(store: &Store) {
    let ledger = store.ledger().await;
    let evidence = json!({"heads": ["a\nb"]});
    let raised = NewAlarm {
        channels: &channels(),
        ..alarm(Some(FEED), &evidence, 1)
    };
    let event = ledger
        .raise(&raised)
        .await
        .expect("it is taken")
        .expect("it is new");
    assert_eq!(
        event.body,
        "{\"number\":1,\"at\":\"2026-09-21T14:13:21.25Z\",\"event\":\"alarm\",\"id\":\"split-view\",\
         \"feed\":\"ct:AAAA\",\"says\":\"two trees of 7 entries\",\"evidence\":{\"heads\":[\"a\\nb\"]},\
         \"raised_at\":\"2026-09-21T14:13:21.25Z\"}"
    );
    // Alarms have no tier: every channel is told.
    for channel in ["all", "urgent"] {
        assert_eq!(
            ledger.due(channel, at(1), 9).await.expect("it reads").len(),
            1
        );
    }
    let cleared = ledger
        .clear(Some(FEED), "split-view", at(9), &channels())
        .await;
    let event = cleared.expect("it is taken").expect("it was open");
    assert_eq!(
        event.body,
        "{\"number\":2,\"at\":\"2026-09-21T14:13:29.25Z\",\"event\":\"alarm-cleared\",\
         \"id\":\"split-view\",\"feed\":\"ct:AAAA\",\"says\":\"two trees of 7 entries\",\
         \"evidence\":{\"heads\":[\"a\\nb\"]},\"raised_at\":\"2026-09-21T14:13:21.25Z\"}"
    );
    let open = serde_json::to_value(&ledger.alarms(false).await.expect("it reads")[0]);
    assert_eq!(open.expect("it has string keys only")["id"], "split-view");
}
