//! A ledger with two campaigns of generated domains.

use crate::Place;
use jiff::Timestamp;
use judge::{Common, Rarity};
use ledger::{Ledger, LedgerUrl, NewLook, NewSighting, Recording, SightingKind};
use model::{
    Assessment, Candidate, Confidence, Fact, Observation, OrganisationId, Origin, PivotKind,
    Reached, Resemblance, Risk, Score, Severity, Span, Stage, Target, Tier,
};
use serde_json::json;
use std::future::Future;

/// A domain as it was detected and looked at: its name, whom it imitates, whether it is an alert by itself, and what a look showed.
type Row = (
    &'static str,
    &'static str,
    Tier,
    &'static [(PivotKind, &'static str)],
);

pub(super) const MAILBOX: &str = "jo.doe@mail.example";

/// Three of one registrant, whose title would run on a terminal; and two of another.
const ROWS: [Row; 6] = {
    use PivotKind::{NameServer, RegistrantEmail, Title};
    const TITLE: &str = "<b>\u{1b}[31mSign in to your bank";
    [
        (
            "examp1ebank.example",
            "example-bank",
            Tier::Alert,
            &[(RegistrantEmail, MAILBOX), (Title, TITLE)],
        ),
        (
            "portal-office.example",
            "example-ministry",
            Tier::Watch,
            &[(RegistrantEmail, MAILBOX), (Title, TITLE)],
        ),
        (
            "accounts-office.example",
            "example-ministry",
            Tier::Watch,
            &[(RegistrantEmail, MAILBOX)],
        ),
        (
            "bank-shop-a.example",
            "example-bank",
            Tier::Watch,
            &[
                (NameServer, "ns.quiet.example"),
                (RegistrantEmail, "shop@mail.example"),
            ],
        ),
        (
            "bank-shop-b.example",
            "example-bank",
            Tier::Watch,
            &[(NameServer, "ns.quiet.example")],
        ),
        ("bank-alone.example", "example-bank", Tier::Watch, &[]),
    ]
};

/// Runs a question to a ledger.
pub(super) fn block_on<T>(question: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(question)
}

/// Opens the ledger of a place, or makes it.
pub(super) async fn open(place: &Place) -> Ledger {
    let url = LedgerUrl::file(place.path("ledger.sqlite"));
    Ledger::open(&url).await.expect("it opens")
}

/// A place with the ledger filled.
pub(super) fn place() -> Place {
    let place = Place::new();
    block_on(async {
        let ledger = open(&place).await;
        let sightings: Vec<NewSighting> = ROWS.iter().zip(0..).map(sighting).collect();
        record(&ledger, &sightings).await;
        let due = ledger
            .lease_looks(at(100), at(200), 100)
            .await
            .expect("it reads");
        for look in &due {
            let row = ROWS.iter().find(|row| row.0 == look.detail.registrable);
            write(&ledger, look, row.expect("it was detected")).await;
        }
        let rarity = Rarity::embedded(Common::embedded());
        while ledger
            .join(&rarity, at(300))
            .await
            .expect("it joins")
            .is_some()
        {}
        ledger.close().await;
    });
    place
}

/// One more detection, which is not looked at yet.
pub(super) async fn detect(ledger: &Ledger, domain: &'static str) {
    let row: Row = (domain, "example-bank", Tier::Alert, &[]);
    record(ledger, &[sighting((&row, 50))]).await;
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).expect("within the range")
}

async fn record(ledger: &Ledger, sightings: &[NewSighting]) {
    let batch = Recording {
        at: at(60),
        sightings,
        unreadable: &[],
        seen: &[],
        channels: &[],
    };
    ledger.record(&batch).await.expect("it is taken");
}

fn sighting(((domain, organisation, tier, _), index): (&Row, u32)) -> NewSighting {
    let log_odds = if *tier == Tier::Alert { 3.0 } else { 0.0 };
    NewSighting {
        candidate: Candidate {
            observation: Observation {
                name: domain.parse().expect("a name"),
                wildcard: false,
                origin: Origin::Line {
                    source: "log".into(),
                    line: 0,
                },
            },
            registrable: domain.parse().expect("a name"),
            resemblance: Resemblance {
                organisation: OrganisationId::new(organisation).expect("an id"),
                target: Target::Domain(format!("{organisation}.example").into()),
                span: Span { from: 0, to: 4 },
                techniques: vec![],
            },
            assessment: Assessment {
                findings: vec![],
                score: Score::from_log_odds(log_odds),
                tier: Some(*tier),
            },
        },
        kind: SightingKind::Name,
        feed: "log".into(),
        index: u64::from(index),
        issuance: None,
        certificate: None,
        sct: None,
        checkpoint: None,
        seen: at(i64::from(index)),
        test: false,
    }
}

async fn write(ledger: &Ledger, of: &ledger::DueLook, (_, _, tier, traits): &Row) {
    let facts = traits.iter().map(|(kind, value)| Fact {
        pivot: judge::pivot(*kind, value).expect("a value"),
        first: at(0),
        last: at(100),
        claimed: false,
    });
    let mut facts: Vec<Fact> = facts.collect();
    facts.sort_by(|one, other| one.pivot.cmp(&other.pivot));
    let risk = Risk {
        findings: vec![],
        score: Score::from_log_odds(0.0),
        severity: Severity::Low,
        confidence: Confidence::High,
        tier: Some(*tier),
        alone: Some(*tier),
        own: None,
        rules: "1",
    };
    let stages = [Reached {
        stage: Stage::Serving,
        since: at(80),
        says: "it answers with a page".to_owned(),
    }];
    let look = NewLook {
        of,
        at: at(100),
        taken: at(100),
        dossier: "{}",
        evidence: &[],
        facts: &facts,
        stages: &stages,
        steps: &[],
        risk: &risk,
        risk_written: &json!({}),
        quiet: 0,
        failed: 0,
        next: at(10_000),
        channels: &[],
    };
    ledger.record_look(&look).await.expect("it is taken");
}
