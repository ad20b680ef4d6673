//! The fault table: each durable write, lost or kept though it reported failure, is made good by making it again.

use crate::campaigns::rarity;
use crate::references::{imported, reference};
use crate::samples::{
    FEED, OTHER_FEED, at, channels, feed, head, record, seen, settlement, sighting, word,
};
use crate::stores::{Store, on_both};
use ledger::{
    Blame, Fault, FaultPlan, FeedHealth, Guarded, Ledger, LedgerError, NewAlarm, Recording,
};
use model::{Allowance, Decision, OrganisationId};

on_both!(a_write_that_is_lost, a_write_that_is_kept);

async fn a_write_that_is_lost(store: &Store) {
    check(store, Fault::Lost).await;
}

async fn a_write_that_is_kept(store: &Store) {
    check(store, Fault::Kept).await;
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Write {
    Enrol,
    Report,
    Record,
    Rewind,
    Settle,
    Delivered,
    DeliveryFailed,
    Raise,
    RaiseAgain,
    Clear,
    ForgetSegment,
    Guard,
    RetroProgress,
    Decide,
    Undo,
    KeepReferences,
    ForgetReference,
}

/// In an order in which each finds what it needs.
const WRITES: &[Write] = &[
    Write::Enrol,
    Write::Report,
    Write::Record,
    Write::Rewind,
    Write::Settle,
    Write::DeliveryFailed,
    Write::Delivered,
    Write::Raise,
    Write::RaiseAgain,
    Write::Clear,
    Write::ForgetSegment,
    Write::Guard,
    Write::RetroProgress,
    Write::Decide,
    Write::Undo,
    Write::KeepReferences,
    Write::ForgetReference,
];

async fn make(ledger: &Ledger, write: Write) -> Result<(), LedgerError> {
    let guarded = Guarded {
        organisation: OrganisationId::new("shop").expect("an id"),
        digest: [1; 32],
    };
    let alarm = |seconds| NewAlarm {
        kind: "wrong-hash",
        feed: Some(FEED),
        says: "a leaf differs",
        evidence: None,
        at: at(seconds),
        channels: &[],
    };
    match write {
        Write::Enrol => ledger.enrol(&feed(FEED, 10)).await.map(drop),
        Write::Report => {
            let health = FeedHealth {
                id: FEED.into(),
                state: "following".to_owned(),
                head: Some(head(90)),
                rate_milli: 5,
                lag: std::time::Duration::ZERO,
                error: None,
                at: at(2),
            };
            ledger.report(&[health]).await
        }
        Write::Record => {
            let sightings = [
                sighting("examp1ebank.example", 0.0, 11),
                sighting("login.examp1ebank.example", 2.0, 12),
                sighting("mail.examp1ebank.example", 0.0, 13),
            ];
            let batch = Recording {
                at: at(100),
                sightings: &sightings,
                unreadable: &[],
                seen: &seen(20),
                channels: &channels(),
            };
            ledger.record(&batch).await.map(drop)
        }
        Write::Rewind => ledger.rewind(FEED).await,
        Write::Settle => ledger.settle(&settlement(1, FEED, 10, 20)).await,
        Write::DeliveryFailed => ledger.delivery_failed(2, "all", "no", at(300), 1).await,
        Write::Delivered => ledger.delivered(2, "all", at(310)).await,
        Write::Raise => ledger.raise(&alarm(3)).await.map(drop),
        Write::RaiseAgain => ledger.raise(&alarm(4)).await.map(drop),
        Write::Clear => ledger
            .clear(Some(FEED), "wrong-hash", at(5), &[])
            .await
            .map(drop),
        Write::ForgetSegment => ledger.forget_segment(1).await,
        Write::Guard => ledger.guard(&[guarded], 9, at(6)).await,
        Write::RetroProgress => ledger.retro_progress(&guarded, 4).await,
        Write::Decide => {
            let benign = Decision::Benign {
                domain: "examp1ebank.example".parse().expect("a name"),
                organisation: OrganisationId::new("Example Bank").expect("an id"),
                allow: Allowance::Name,
            };
            ledger
                .decide(&[benign], word("ours", 7), &rarity())
                .await
                .map(drop)
        }
        Write::Undo => ledger
            .undo(1, word("not ours", 8), &rarity())
            .await
            .map(drop),
        Write::KeepReferences => {
            let published = reference("a", "Made Up");
            let kept = ledger.keep_references(&[published], &imported(9)).await;
            kept.map(drop)
        }
        Write::ForgetReference => ledger.forget_reference("a").await.map(drop),
    }
}

/// Makes all writes undisturbed, and beside it each of them with a fault, again, and then compares the ledgers.
async fn check(disturbed: &Store, fault: Fault) {
    let undisturbed = Store::sqlite();
    let (calm, ledger) = (undisturbed.ledger().await, disturbed.ledger().await);
    for ledger in [&calm, &ledger] {
        ledger
            .enrol(&feed(OTHER_FEED, 0))
            .await
            .expect("it is taken");
        record(ledger, &[sighting("examp1eshop.example", 2.0, 1)]).await;
    }
    for write in WRITES {
        let before = disturbed.dump().await;
        make(&calm, *write).await.expect("it is taken");
        let faulty = ledger.clone().with_faults(FaultPlan::new([(1, fault)]));
        let failed = make(&faulty, *write)
            .await
            .expect_err("it fails as planned");
        assert_eq!(failed.blame(), Blame::Passing);
        let kept = disturbed.dump().await != before;
        assert_eq!(kept, fault == Fault::Kept, "{write:?}");
        make(&faulty, *write).await.expect("it is taken");
        assert_eq!(
            disturbed.dump().await,
            undisturbed.dump().await,
            "{write:?}"
        );
    }
}
