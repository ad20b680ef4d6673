//! The filter.

use crate::samples::{at, record, sighting};
use crate::stores::{Store, on_both};
use ledger::{DetectionFilter, Ledger};
use model::Tier;

on_both!(the_filter_takes_what_is_asked_for, origins_are_bounded);

async fn check(ledger: &Ledger, filter: DetectionFilter, expected: &[u64]) {
    let listed = ledger.detections(&filter).await.expect("it reads");
    let ids: Vec<u64> = listed.iter().map(|detection| detection.id).collect();
    assert_eq!(ids, expected, "{filter:?}");
}

async fn the_filter_takes_what_is_asked_for(store: &Store) {
    let ledger = store.ledger().await;
    let mut shop = sighting("examp1eshop.example", 2.0, 3);
    shop.candidate.resemblance.organisation =
        model::OrganisationId::new("Example Shop").expect("an id");
    let batch = [
        sighting("examp1ebank.example", -3.0, 1),
        sighting("examp1ebank.test", 0.0, 2),
        shop,
        sighting("login.examp1e-bank.test", 2.0, 4),
    ];
    record(&ledger, &batch).await;
    let all = DetectionFilter::default;
    let named = |fragment: &str| DetectionFilter {
        name: Some(fragment.to_owned()),
        ..all()
    };
    check(&ledger, all(), &[4, 3, 2, 1]).await;
    check(
        &ledger,
        DetectionFilter {
            tier: Some(Tier::Watch),
            ..all()
        },
        &[4, 3, 2],
    )
    .await;
    check(
        &ledger,
        DetectionFilter {
            tier: Some(Tier::Alert),
            ..all()
        },
        &[4, 3],
    )
    .await;
    let organisation = Some("Example Shop".to_owned());
    check(
        &ledger,
        DetectionFilter {
            organisation,
            ..all()
        },
        &[3],
    )
    .await;
    check(
        &ledger,
        DetectionFilter {
            since: Some(at(3)),
            ..all()
        },
        &[4, 3],
    )
    .await;
    check(&ledger, named("BANK"), &[4, 2, 1]).await;
    check(&ledger, named("login."), &[4]).await;
    check(&ledger, named("e_bank"), &[]).await;
    check(&ledger, named("%"), &[]).await;
    check(&ledger, DetectionFilter { limit: 2, ..all() }, &[4, 3]).await;
    check(
        &ledger,
        DetectionFilter {
            before: Some(3),
            ..all()
        },
        &[2, 1],
    )
    .await;
    assert_eq!(ledger.detection(5).await.expect("it reads"), None);
}

async fn origins_are_bounded(store: &Store) {
    let ledger = store.ledger().await;
    let batch: Vec<_> = (0..150)
        .map(|index| sighting("examp1ebank.example", 2.0, index))
        .collect();
    record(&ledger, &batch).await;
    let shown = ledger
        .detection(1)
        .await
        .expect("it reads")
        .expect("it is there");
    assert_eq!((shown.sightings, shown.origins.len()), (150, 100));
    assert!(shown.origins.iter().map(|origin| origin.index).eq(0..100));
}
