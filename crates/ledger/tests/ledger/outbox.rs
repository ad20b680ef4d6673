//! What is owed, to whom, and until when.

use crate::samples::{at, record, sighting};
use crate::stores::{Store, on_both};
use ledger::{EventKind, Ledger};

on_both!(
    each_channel_is_owed_what_it_wants,
    a_failed_delivery_comes_again,
    the_first_delivery_is_when_it_was_told,
);

async fn due(ledger: &Ledger, channel: &str, seconds: i64) -> Vec<u64> {
    let due = ledger
        .due(channel, at(seconds), 10)
        .await
        .expect("it reads");
    due.iter().map(|delivery| delivery.event).collect()
}

async fn each_channel_is_owed_what_it_wants(store: &Store) {
    let ledger = store.ledger().await;
    record(
        &ledger,
        &[
            sighting("examp1ebank.example", 0.0, 1),
            sighting("examp1ebank.test", -3.0, 2),
            sighting("mail.examp1ebank.example", 0.0, 3),
            sighting("login.examp1ebank.example", 2.0, 4),
        ],
    )
    .await;
    // Below every tier nobody is told, and further names are in the stream only.
    assert_eq!(due(&ledger, "all", 100).await, [1, 4]);
    assert_eq!(due(&ledger, "urgent", 100).await, [4]);
    assert!(due(&ledger, "urgent", 99).await.is_empty());
    assert!(due(&ledger, "nobody", 100).await.is_empty());
    let raised = ledger
        .due("urgent", at(100), 1)
        .await
        .expect("it reads")
        .swap_remove(0);
    assert_eq!((raised.kind, raised.tries), (EventKind::Raised, 0));
    assert_eq!(
        raised.body,
        ledger.events(3, 1).await.expect("it reads")[0].body
    );
}

async fn a_failed_delivery_comes_again(store: &Store) {
    let ledger = store.ledger().await;
    record(&ledger, &[sighting("examp1ebank.example", 2.0, 1)]).await;
    record(&ledger, &[sighting("examp1ebank.test", 2.0, 2)]).await;
    let failed = ledger.delivery_failed(1, "all", "HTTP 500", at(200), 1);
    failed.await.expect("it is taken");
    assert_eq!(due(&ledger, "all", 199).await, [2]);
    assert_eq!(due(&ledger, "all", 200).await, [2, 1]);
    let waiting = ledger.waiting().await.expect("it reads");
    assert_eq!(waiting.len(), 2);
    assert_eq!((waiting[0].channel.as_str(), waiting[0].events), ("all", 2));
    assert_eq!((waiting[0].since, waiting[0].tries), (at(100), 1));
    assert_eq!(waiting[0].error.as_deref(), Some("HTTP 500"));
    ledger
        .delivered(1, "all", at(201))
        .await
        .expect("it is taken");
    assert_eq!(due(&ledger, "all", 300).await, [2]);
}

async fn the_first_delivery_is_when_it_was_told(store: &Store) {
    let ledger = store.ledger().await;
    record(&ledger, &[sighting("examp1ebank.example", 2.0, 1)]).await;
    let told = async || {
        let shown = ledger
            .detection(1)
            .await
            .expect("it reads")
            .expect("it is there");
        shown.times.told
    };
    assert_eq!(told().await, None);
    for (channel, seconds) in [("urgent", 110), ("all", 120), ("urgent", 130)] {
        ledger
            .delivered(1, channel, at(seconds))
            .await
            .expect("it is taken");
        assert_eq!(told().await, Some(at(110)));
    }
    assert_eq!(ledger.waiting().await.expect("it reads"), []);
}
