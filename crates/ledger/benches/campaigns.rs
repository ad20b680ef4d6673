//! How long one fact takes in a ledger of a million detections with ten values each: the look is written, and what it touches is
//! joined anew.
//!
//! `cargo bench -p ledger --bench campaigns`; as a test it has a thousand, and checks that campaigns come out.

use jiff::Timestamp;
use judge::{Common, Rarity};
use ledger::{CertificateFacts, Ledger, LedgerUrl, NewLook, NewSighting, Recording, SightingKind};
use model::{
    Assessment, Candidate, Confidence, Fact, Observation, OrganisationId, Origin, PivotKind,
    Resemblance, Risk, Score, Severity, Span, Target, TechniqueId, TechniqueUse, Tier,
};
use serde_json::json;
use sqlx::{AnyConnection, Connection};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// How many facts are added and timed.
const ADDED: u64 = 2_000;

fn main() {
    let as_test = !std::env::args().any(|argument| argument == "--bench");
    let (domains, added) = if as_test {
        (1_000, 20)
    } else {
        (1_000_000, ADDED)
    };
    Runtime::new()
        .expect("a runtime")
        .block_on(run(domains, added));
}

async fn run(domains: u64, added: u64) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("ledger.sqlite");
    let url = LedgerUrl::file(&file);
    drop(Ledger::open(&url).await.expect("it is made"));
    let begin = Instant::now();
    fill(&file, domains).await;
    let filled = begin.elapsed();
    let ledger = Ledger::open(&url).await.expect("it is opened");
    let rarity = Rarity::embedded(Common::embedded());
    let mut took = vec![];
    for number in 0..added {
        took.push(add(&ledger, &rarity, domains, number).await);
    }
    took.sort_unstable();
    let campaigns = ledger.campaign_ids(None).await.expect("it reads").len();
    assert!(campaigns > 0, "nothing was joined");
    let at =
        |share: u64| took[(took.len() as u64 * share / 1000).min(took.len() as u64 - 1) as usize];
    report(&format!(
        "{domains} domains with ten values each put down in {:.0} s; one fact more: median {:.2} ms, 99 % {:.2} ms, most {:.2} ms; {campaigns} campaigns",
        filled.as_secs_f64(),
        milliseconds(at(500)),
        milliseconds(at(990)),
        milliseconds(at(1000)),
    ));
}

#[expect(clippy::print_stdout, reason = "a benchmark says how it went")]
fn report(line: &str) {
    println!("{line}");
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Ten values of a domain: of hosters large and small, of its day, and its own.
fn values(domain: u64) -> [(PivotKind, String); 10] {
    let hoster = domain * domain % 20_011;
    let big = domain % 50;
    let day = domain % 365;
    [
        (
            PivotKind::RegistrantEmail,
            format!("m{}@mail.example", domain / 3),
        ),
        (PivotKind::RegistrationDay, format!("iana {big} day {day}")),
        (PivotKind::NameServer, format!("ns1.h{hoster}.example")),
        (PivotKind::NameServer, format!("ns.b{big}.example")),
        (
            PivotKind::NameServers,
            format!("ns1.h{hoster}.example ns.b{big}.example"),
        ),
        (PivotKind::ZoneMailbox, format!("dns@b{big}.example")),
        (
            PivotKind::Address,
            format!("198.51.{}.{}", domain % 250, hoster % 250),
        ),
        (
            PivotKind::Network24,
            format!("198.51.{}.0/24", domain % 250),
        ),
        (PivotKind::Asn, (64_500 + big).to_string()),
        (PivotKind::MailExchanger, format!("mx.h{hoster}.example")),
    ]
}

fn name(number: u64) -> String {
    format!("examp1e-{number}.example")
}

fn at(domain: u64) -> i64 {
    1_760_000_000_000 + i64::try_from(domain % 365).expect("a day") * 86_400_000
}

/// Puts down domains, values and facts as if they had been joined: past the ledger, since a million looks would take an hour.
async fn fill(file: &Path, domains: u64) {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}", file.display());
    let mut connection = AnyConnection::connect(&url).await.expect("it is opened");
    let mut tx = connection.begin().await.expect("it begins");
    let mut known = std::collections::HashMap::<(PivotKind, String), i64>::new();
    for domain in 0..domains {
        let id = i64::try_from(domain + 1).expect("a number");
        sqlx::query("INSERT INTO suspects (id, domain, first_at, stale) VALUES ($1, $2, $3, 0)")
            .bind(id)
            .bind(name(domain))
            .bind(at(domain))
            .execute(&mut *tx)
            .await
            .expect("it is written");
        for value in values(domain) {
            let next = i64::try_from(known.len() + 1).expect("a number");
            let pivot = *known.entry(value.clone()).or_insert(next);
            if pivot == next {
                sqlx::query("INSERT INTO pivots (id, kind, value) VALUES ($1, $2, $3)")
                    .bind(pivot)
                    .bind(value.0.as_str())
                    .bind(value.1)
                    .execute(&mut *tx)
                    .await
                    .expect("it is written");
            }
            sqlx::query("INSERT INTO facts (suspect, pivot, first_at, last_at, claimed) VALUES ($1, $2, $3, $3, 0)")
                .bind(id)
                .bind(pivot)
                .bind(at(domain))
                .execute(&mut *tx)
                .await
                .expect("it is written");
        }
    }
    for statement in [
        "UPDATE pivots SET holders = (SELECT COUNT(*) FROM facts WHERE pivot = pivots.id)",
        "UPDATE pivots SET joined_holders = holders",
        "UPDATE numbers SET suspect = (SELECT MAX(id) FROM suspects), pivot = (SELECT MAX(id) FROM pivots)",
    ] {
        sqlx::query(statement)
            .execute(&mut *tx)
            .await
            .expect("it is written");
    }
    tx.commit().await.expect("it is kept");
}

/// One more domain is detected and looked at; timed is what its facts take: written with the look, and joined.
async fn add(ledger: &Ledger, rarity: &Rarity, domains: u64, number: u64) -> Duration {
    let sightings = [sighting(&format!("l0gin-{number}.example"), number)];
    let now = Timestamp::from_millisecond(at(number)).expect("a time");
    let batch = Recording {
        at: now,
        sightings: &sightings,
        unreadable: &[],
        seen: &[],
        channels: &[],
    };
    ledger.record(&batch).await.expect("it is taken");
    let far = Timestamp::MAX;
    let due = ledger.lease_looks(far, far, 1).await.expect("it reads");
    let due = due.first().expect("it is due");
    // It shares what some domain has, and comes on its day.
    let like = number * (domains / 20) % domains;
    let facts: Vec<Fact> = values(like)
        .into_iter()
        .map(|(kind, value)| Fact {
            pivot: judge::pivot(kind, &value).expect("a value"),
            first: Timestamp::from_millisecond(at(like)).expect("a time"),
            last: now,
            claimed: false,
        })
        .collect();
    let risk = Risk {
        findings: vec![],
        score: Score::from_log_odds(0.0),
        severity: Severity::Low,
        confidence: Confidence::High,
        tier: Some(Tier::Watch),
        alone: Some(Tier::Watch),
        own: None,
        rules: "1",
    };
    let look = NewLook {
        of: due,
        at: now,
        taken: now,
        dossier: "{}",
        evidence: &[],
        facts: &facts,
        stages: &[],
        steps: &[],
        risk: &risk,
        risk_written: &json!({}),
        quiet: 0,
        failed: 0,
        next: far,
        channels: &[],
    };
    let begin = Instant::now();
    ledger.record_look(&look).await.expect("it is taken");
    while ledger.join(rarity, now).await.expect("it joins").is_some() {}
    begin.elapsed()
}

fn sighting(name: &str, index: u64) -> NewSighting {
    let span = Span { from: 0, to: 5 };
    let seen = Timestamp::from_millisecond(at(index)).expect("a time");
    NewSighting {
        candidate: Candidate {
            observation: Observation {
                name: name.parse().expect("a name"),
                wildcard: false,
                origin: Origin::Line {
                    source: "ct:AAAA".into(),
                    line: index,
                },
            },
            registrable: name.parse().expect("a name"),
            resemblance: Resemblance {
                organisation: OrganisationId::new("Example Bank").expect("an id"),
                target: Target::Domain("login.example".into()),
                span,
                techniques: vec![TechniqueUse {
                    technique: TechniqueId("homoglyph"),
                    span,
                    edit: None,
                }],
            },
            assessment: Assessment {
                findings: vec![],
                score: Score::from_log_odds(0.0),
                tier: Some(Tier::Watch),
            },
        },
        kind: SightingKind::Name,
        feed: "ct:AAAA".into(),
        index,
        issuance: None,
        certificate: None::<CertificateFacts>,
        sct: None,
        checkpoint: None,
        seen,
        test: false,
    }
}
