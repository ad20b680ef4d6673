//! Segments, positions, trees and counters move together, and once.

use crate::samples::{FEED, OTHER_FEED, at, feed, head, segment, settlement};
use crate::stores::{Store, on_both};
use ledger::{FeedHealth, FeedKind, Ledger, LedgerError, NewFeed};
use std::time::Duration;

on_both!(
    a_settlement_counts_once,
    feeds_move_together_or_not_at_all,
    segments_are_numbered_upwards,
    a_feed_is_enrolled_once,
    health_is_put_down,
);

async fn enrolled(store: &Store) -> Ledger {
    let ledger = store.ledger().await;
    for id in [FEED, OTHER_FEED] {
        ledger.enrol(&feed(id, 10)).await.expect("it is taken");
    }
    ledger
}

async fn a_settlement_counts_once(store: &Store) {
    let ledger = enrolled(store).await;
    let first = settlement(1, FEED, 10, 30);
    ledger.settle(&first).await.expect("it is taken");
    let before = store.dump().await;
    ledger.settle(&first).await.expect("it was taken");
    assert_eq!(store.dump().await, before);

    let second = settlement(2, FEED, 30, 35);
    ledger.settle(&second).await.expect("it is taken");
    ledger.settle(&first).await.expect("it was taken long ago");
    let state = ledger.feeds().await.expect("it reads").swap_remove(0);
    assert_eq!((state.seen, state.settled), (35, 35));
    assert_eq!(state.tree, "tree of 35");
    assert_eq!(state.head, Some(head(35)));
    let counters = ledger.counters().await.expect("it reads");
    assert_eq!(counters[FEED]["unlike"], 25);
    assert_eq!(counters[FEED]["candidate"], 2);
    assert_eq!(
        ledger.segments().await.expect("it reads"),
        [segment(1), segment(2)]
    );
}

async fn feeds_move_together_or_not_at_all(store: &Store) {
    let ledger = enrolled(store).await;
    let before = store.dump().await;
    let mut both = settlement(1, FEED, 10, 30);
    both.feeds.extend(settlement(1, OTHER_FEED, 11, 12).feeds);
    let refused = ledger.settle(&both).await;
    assert!(
        matches!(refused, Err(LedgerError::Unsettled { ref feed, settled: 10, from: 11, upto: 12 })
            if feed == OTHER_FEED),
        "{refused:?}"
    );
    both.feeds[1].id = "ct:unknown".into();
    let refused = ledger.settle(&both).await;
    assert!(
        matches!(refused, Err(LedgerError::UnknownFeed { .. })),
        "{refused:?}"
    );
    assert_eq!(store.dump().await, before);

    // A feed without anything new stays where it is.
    both.feeds.truncate(1);
    both.feeds.extend(settlement(1, OTHER_FEED, 10, 10).feeds);
    ledger.settle(&both).await.expect("it is taken");
    let settled: Vec<u64> = (ledger.feeds().await.expect("it reads").iter())
        .map(|state| state.settled)
        .collect();
    assert_eq!(settled, [30, 10]);
}

async fn segments_are_numbered_upwards(store: &Store) {
    let ledger = enrolled(store).await;
    assert_eq!(ledger.last_segment().await.expect("it reads"), None);
    ledger
        .settle(&settlement(3, FEED, 10, 30))
        .await
        .expect("it is taken");
    ledger.forget_segment(3).await.expect("it is taken");
    ledger.forget_segment(3).await.expect("it is gone");
    assert_eq!(ledger.segments().await.expect("it reads"), []);
    // What is forgotten was there: its number is not given again.
    assert_eq!(ledger.last_segment().await.expect("it reads"), Some(3));
    let refused = ledger.settle(&settlement(3, FEED, 30, 40)).await;
    assert!(matches!(
        refused,
        Err(LedgerError::SegmentTaken { number: 3, last: 3 })
    ));

    let mut without = settlement(4, FEED, 30, 40);
    without.segment = None;
    ledger.settle(&without).await.expect("it is taken");
    assert_eq!(ledger.last_segment().await.expect("it reads"), Some(3));
}

async fn a_feed_is_enrolled_once(store: &Store) {
    let ledger = enrolled(store).await;
    ledger
        .settle(&settlement(1, FEED, 10, 30))
        .await
        .expect("it is taken");
    let moved = NewFeed {
        url: "https://new.example/".to_owned(),
        kind: FeedKind::Rfc6962,
        ..feed(FEED, 99)
    };
    let state = ledger.enrol(&moved).await.expect("it is taken");
    assert_eq!((state.settled, state.tree.as_str()), (30, "tree of 30"));
    assert_eq!((state.url, state.kind), (moved.url, moved.kind));
    assert_eq!(ledger.feeds().await.expect("it reads").len(), 2);
}

async fn health_is_put_down(store: &Store) {
    let ledger = enrolled(store).await;
    let mut health = FeedHealth {
        id: FEED.into(),
        state: "following".to_owned(),
        head: Some(head(500)),
        rate_milli: 1500,
        lag: Duration::from_secs(7),
        error: Some(("no\0thing".to_owned(), at(60))),
        at: at(61),
    };
    ledger.report(&[health.clone()]).await.expect("it is taken");
    (health.head, health.error) = (None, None);
    ledger.report(&[health.clone()]).await.expect("it is taken");
    let state = ledger.feeds().await.expect("it reads").swap_remove(0);
    assert_eq!(state.state, "following");
    assert_eq!(state.head, Some(head(500)));
    assert_eq!(
        state.last_error,
        Some(("no\u{fffd}thing".to_owned(), at(60)))
    );
    assert_eq!((state.rate_milli, state.updated_at), (1500, at(61)));
    assert_eq!(state.lag, Duration::from_secs(7));
    health.id = "ct:unknown".into();
    assert!(ledger.report(&[health]).await.is_err());
}
