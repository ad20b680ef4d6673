//! How fast sightings are written to a file: 1,000 in a batch, each a new name.

use divan::counter::ItemsCount;
use jiff::Timestamp;
use ledger::{CertificateFacts, Channel, Ledger, LedgerUrl, NewSighting, Recording, SightingKind};
use model::{
    Assessment, Candidate, Finding, FindingId, Observation, OrganisationId, Origin, Resemblance,
    Score, Span, Target, TechniqueId, TechniqueUse, Tier,
};
use std::cell::Cell;
use tempfile::TempDir;
use tokio::runtime::Runtime;

const BATCH: u64 = 1_000;

fn main() {
    divan::main();
}

/// Every domain new: a detection, an event and a delivery for each.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn detections(bencher: divan::Bencher) {
    record(bencher, |index| format!("login.examp1e{index}.example"));
}

/// Ever further names of one domain.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn names(bencher: divan::Bencher) {
    record(bencher, |index| format!("login{index}.examp1ebank.example"));
}

/// The same names in other entries: nothing is told.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn renewals(bencher: divan::Bencher) {
    record(bencher, |index| {
        format!("login.examp1e{}.example", index % BATCH)
    });
}

fn record(bencher: divan::Bencher, name: impl Fn(u64) -> String) {
    let runtime = Runtime::new().expect("a runtime");
    let directory = TempDir::new().expect("a temporary directory");
    let url = LedgerUrl::file(directory.path().join("ledger.sqlite"));
    let ledger = runtime.block_on(Ledger::open(&url)).expect("it is made");
    let channels = [Channel {
        name: "all".to_owned(),
        min_tier: Tier::Watch,
    }];
    let next = Cell::new(0);
    bencher
        .counter(ItemsCount::new(BATCH))
        .with_inputs(|| {
            let first = next.replace(next.get() + BATCH);
            let sighting = |index| sighting(&name(index), index);
            (first..first + BATCH).map(sighting).collect::<Vec<_>>()
        })
        .bench_local_refs(|sightings| {
            let batch = Recording {
                at: Timestamp::UNIX_EPOCH,
                sightings,
                unreadable: &[],
                seen: &[],
                channels: &channels,
            };
            runtime
                .block_on(ledger.record(&batch))
                .expect("it is taken")
        });
}

fn sighting(name: &str, index: u64) -> NewSighting {
    let registrable = name.split_once('.').expect("two labels or more").1;
    let span = Span { from: 0, to: 8 };
    let finding = |id| Finding {
        id: FindingId(id),
        log_odds: 1.0,
        says: "a sentence as long as those that the signals make of a likeness".to_owned(),
    };
    let seen = Timestamp::UNIX_EPOCH;
    NewSighting {
        candidate: Candidate {
            observation: Observation {
                name: name.parse().expect("a name"),
                wildcard: false,
                origin: Origin::Line {
                    source: "-".into(),
                    line: 1,
                },
            },
            registrable: registrable.parse().expect("a name"),
            resemblance: Resemblance {
                organisation: OrganisationId::new("Example Bank").expect("an id"),
                target: Target::Domain("examplebank.example".into()),
                span,
                techniques: vec![TechniqueUse {
                    technique: TechniqueId("homoglyph"),
                    span,
                    edit: Some("l→1".to_owned()),
                }],
            },
            assessment: Assessment {
                findings: ["prior", "chance", "likeness", "lure", "suffix"]
                    .map(finding)
                    .into(),
                score: Score::from_log_odds(2.0),
                tier: Some(Tier::Alert),
            },
        },
        kind: SightingKind::Name,
        feed: "ct:pLk1Zp4yWdGHfhCBCvhpdxT1hgbkTlQjbyXDjYL2IxE".into(),
        index,
        issuance: Some([7; 32]),
        certificate: Some(CertificateFacts {
            sha256: [7; 32],
            spki_sha256: Some([7; 32]),
            issuer: Some("C=XX, O=Made Up Authority, CN=R10".to_owned()),
            serial: Some("04a1b2c3d4e5f6".to_owned()),
            not_before: Some(seen),
            not_after: Some(seen),
        }),
        sct: Some(seen),
        checkpoint: Some(seen),
        seen,
        test: false,
    }
}
