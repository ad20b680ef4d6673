//! Campaigns that others published: kept whole, replaced whole, forgotten.

use crate::samples::at;
use crate::stores::{Store, on_both};
use ledger::{Imported, Kept, Ledger};
use model::actor::{Attributed, Indicator, IndicatorKind, Reference};
use model::{Admiralty, Tlp};

on_both!(
    every_part_is_kept,
    the_same_id_takes_the_place_of_the_one_before,
    many_are_kept_or_none,
);

/// A made-up campaign with something in every place.
pub(crate) fn reference(id: &str, name: &str) -> Reference {
    let values = [
        "login-bank.example",
        "mail.login-bank.example",
        "ns1.rare.example",
        "192.0.2.7",
        "jo@mail.example",
        "https://login-bank.example/In",
        "jo@b.example",
        "Jo Doe",
        "Doe & Sons",
        "+1.5550100",
        &"0a".repeat(20),
        &"0b".repeat(32),
    ];
    let indicators = IndicatorKind::all().zip(values).map(|(kind, value)| {
        let mut found = Indicator::new(kind, value).expect("a value");
        found.valid_from = Some(at(1));
        found.valid_until = (kind == IndicatorKind::Address).then(|| at(2));
        found
    });
    Reference {
        id: id.to_owned(),
        name: name.to_owned(),
        source: Some("A Lab".to_owned()),
        attributed: vec![
            Attributed {
                name: "Odd Bear".to_owned(),
                set: Some("attack:G0999".parse().expect("an id")),
                grade: Admiralty::PUBLISHED,
            },
            Attributed {
                name: "Even Bear".to_owned(),
                set: None,
                grade: Admiralty::UNKNOWN,
            },
        ],
        grade: Admiralty::PUBLISHED,
        tlp: Some(Tlp::AmberStrict),
        published: Some(at(3)),
        indicators: indicators.collect(),
    }
}

pub(crate) fn imported(seconds: i64) -> Imported {
    Imported {
        at: at(seconds),
        by: "an analyst".to_owned(),
        from: "campaigns.csv".to_owned(),
    }
}

async fn keep(ledger: &Ledger, references: &[Reference], seconds: i64) -> Kept {
    let kept = ledger.keep_references(references, &imported(seconds)).await;
    kept.expect("it is kept")
}

async fn every_part_is_kept(store: &Store) {
    let mut bare = reference("csv:/\0", "Bare\0");
    bare.source = None;
    bare.attributed.clear();
    bare.tlp = None;
    bare.published = None;
    bare.grade = Admiralty::UNKNOWN;
    let whole = reference(&"long ".repeat(2000), "Whole");
    let ledger = store.ledger().await;
    let kept = keep(&ledger, &[whole.clone(), bare.clone()], 10).await;
    assert_eq!((kept.added, kept.replaced), (2, 0));
    let all = store.ledger().await.references().await.expect("it reads");
    let references: Vec<_> = all.iter().map(|kept| kept.reference.clone()).collect();
    assert_eq!(references, [bare, whole]);
    assert!(all.iter().all(|kept| kept.imported == imported(10)));
}

async fn the_same_id_takes_the_place_of_the_one_before(store: &Store) {
    let ledger = store.ledger().await;
    keep(
        &ledger,
        &[reference("a", "Before"), reference("b", "Other")],
        10,
    )
    .await;
    let kept = keep(&ledger, &[reference("a", "After")], 20).await;
    assert_eq!((kept.added, kept.replaced), (0, 1));
    let all = ledger.references().await.expect("it reads");
    let told: Vec<_> = all
        .iter()
        .map(|kept| (kept.reference.name.as_str(), kept.imported.at))
        .collect();
    assert_eq!(told, [("After", at(20)), ("Other", at(10))]);
    for (id, there) in [("a", true), ("a", false), ("no", false)] {
        let gone = ledger.forget_reference(id).await.expect("it is taken");
        assert_eq!(gone, there, "{id}");
    }
    assert_eq!(ledger.references().await.expect("it reads").len(), 1);
}

async fn many_are_kept_or_none(store: &Store) {
    let ledger = store.ledger().await;
    let many: Vec<_> = (0..300)
        .map(|number| reference(&format!("id {number}"), "Made Up"))
        .collect();
    let lost = ledger
        .clone()
        .with_faults(ledger::FaultPlan::new([(1, ledger::Fault::Lost)]));
    let failed = lost.keep_references(&many, &imported(1)).await;
    assert!(failed.is_err());
    assert_eq!(ledger.references().await.expect("it reads"), []);
    assert_eq!(keep(&ledger, &many, 1).await.added, 300);
}
