//! Only one may watch.

use crate::stores::{Store, on_both};
use ledger::LedgerError;

on_both!(the_second_is_told_who_the_first_is, asking_takes_nothing);

async fn the_second_is_told_who_the_first_is(store: &Store) {
    let (ledger, other) = (store.ledger().await, store.ledger().await);
    assert_eq!(other.holder().await.expect("it reads"), None);
    let mut hold = ledger.hold("watch, process 1").await.expect("it is free");
    hold.verify().await.expect("it is held");
    let refused = other.hold("watch, process 2").await;
    assert!(
        matches!(&refused, Err(LedgerError::Held { by }) if by == "watch, process 1"),
        "{refused:?}"
    );
    assert_eq!(
        other.holder().await.expect("it reads").as_deref(),
        Some("watch, process 1")
    );
    drop(hold);
    // The database learns of it a moment later.
    for _ in 0..100 {
        if other.holder().await.expect("it reads").is_none() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let _second = other
        .hold("watch, process 2")
        .await
        .expect("it is free again");
    assert_eq!(
        ledger.holder().await.expect("it reads").as_deref(),
        Some("watch, process 2")
    );
}

async fn asking_takes_nothing(store: &Store) {
    let (ledger, other) = (store.ledger().await, store.ledger().await);
    let asking = tokio::spawn(async move {
        for _ in 0..50 {
            other.holder().await.expect("it reads");
            tokio::task::yield_now().await;
        }
    });
    for _ in 0..10 {
        let held = ledger.hold("watch").await;
        let free = !matches!(held, Err(LedgerError::Held { ref by }) if by != "watch");
        assert!(free, "{held:?}");
    }
    asking.await.expect("it ends");
}
