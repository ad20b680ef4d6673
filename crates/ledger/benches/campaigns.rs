//! How long facts take in a ledger of a million domains with ten values each: the look is written, and what it touches is
//! joined anew. Told is the time of the processor, over all threads, and of the clock, which has the disk and other programs in it.
//!
//! `cargo bench -p ledger --bench campaigns`; as a test it has a thousand, and checks that campaigns come out.

mod samples;

use jiff::Timestamp;
use judge::{Common, Rarity};
use ledger::{DueLook, Ledger, LedgerUrl, NewLook, Recording};
use model::{Confidence, Fact, Pivot, PivotKind, Risk, Score, Severity, Tier};
use samples::sighting;
use serde_json::json;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use std::collections::HashMap;
use std::fmt::{Arguments, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// How many domains are added and timed.
const ADDED: u32 = 2_000;

fn main() {
    let as_test = !std::env::args().any(|argument| argument == "--bench");
    let (domains, added) = if as_test {
        (1_000, 20)
    } else {
        (1_000_000, ADDED)
    };
    Runtime::new()
        .expect("a runtime")
        .block_on(measure(domains, added));
}

async fn measure(domains: u64, added: u32) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("ledger.sqlite");
    let url = LedgerUrl::file(&file);
    drop(Ledger::open(&url).await.expect("it is made"));
    let begin = Instant::now();
    fill(&file, domains).await;
    let filled = begin.elapsed();
    let ledger = Ledger::open(&url).await.expect("it is opened");
    let rarity = Rarity::embedded(Common::embedded());
    let mut ten = vec![];
    for number in 0..u64::from(added) {
        ten.push(add(&ledger, &rarity, domains, number).await);
    }
    let due = ledger
        .lease_looks(Timestamp::MAX, Timestamp::MAX, added)
        .await
        .expect("it reads");
    assert_eq!(due.len(), ten.len());
    let mut one = vec![];
    for due in &due {
        one.push(add_one(&ledger, &rarity, domains, due).await);
    }
    let campaigns = ledger.campaign_ids(None).await.expect("it reads").len();
    assert!(campaigns > 0, "nothing was joined");
    report(&format!(
        "{domains} domains with ten values each put down in {:.0} s; {campaigns} campaigns\n\
         one domain with ten facts: {}\n\
         one fact of a known one:   {}",
        filled.as_secs_f64(),
        shares(ten),
        shares(one),
    ));
}

/// The middle, the 99th of a hundred, and the most, by the processor and by the clock.
fn shares(took: Vec<Took>) -> String {
    let (cpu, clock): (Vec<_>, Vec<_>) = took.into_iter().unzip();
    let of = |mut took: Vec<Duration>| {
        took.sort_unstable();
        let at = |share: usize| {
            let at = (took.len() * share / 100).min(took.len() - 1);
            took[at].as_secs_f64() * 1e3
        };
        let (middle, most) = (at(50), at(100));
        format!(
            "median {middle:.2} ms, 99 % {:.2} ms, most {most:.2} ms",
            at(99)
        )
    };
    format!("processor {}; clock {}", of(cpu), of(clock))
}

#[expect(clippy::print_stdout, reason = "a benchmark says how it went")]
fn report(line: &str) {
    println!("{line}");
}

/// Ten values of a domain: of hosters large and small, of its day, and its own.
fn values(domain: u64) -> [Pivot; 10] {
    let hoster = domain * domain % 20_011;
    let big = domain % 50;
    let day = domain % 365;
    let (third, block, host) = (domain / 3, domain % 250, hoster % 250);
    [
        (PivotKind::RegistrantEmail, format!("m{third}@mail.example")),
        (PivotKind::RegistrationDay, format!("iana {big} day {day}")),
        (PivotKind::NameServer, format!("ns1.h{hoster}.example")),
        (PivotKind::NameServer, format!("ns.b{big}.example")),
        (
            PivotKind::NameServers,
            format!("ns1.h{hoster}.example ns.b{big}.example"),
        ),
        (PivotKind::ZoneMailbox, format!("dns@b{big}.example")),
        (PivotKind::Address, format!("198.51.{block}.{host}")),
        (PivotKind::Network24, format!("198.51.{block}.0/24")),
        (PivotKind::Asn, (64_500 + big).to_string()),
        (PivotKind::MailExchanger, format!("mx.h{hoster}.example")),
    ]
    .map(|(kind, value)| judge::pivot(kind, &value).expect("a value"))
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
    run(
        &mut connection,
        "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;",
    )
    .await;
    run(&mut connection, "BEGIN").await;
    let mut known = HashMap::<(PivotKind, String), u64>::new();
    let (mut suspects, mut pivots, mut facts) = (
        Rows::of("suspects (id, domain, first_at, stale)"),
        Rows::of("pivots (id, kind, value)"),
        Rows::of("facts (suspect, pivot, first_at, last_at, claimed)"),
    );
    for domain in 0..domains {
        let (id, first) = (domain + 1, at(domain));
        suspects
            .push(
                &mut connection,
                format_args!("({id}, '{}', {first}, 0)", name(domain)),
            )
            .await;
        for Pivot { kind, value } in values(domain) {
            let next = known.len() as u64 + 1;
            let pivot = *known.entry((kind, value.clone())).or_insert(next);
            if pivot == next {
                let row = format_args!("({pivot}, '{kind}', '{value}')");
                pivots.push(&mut connection, row).await;
            }
            facts
                .push(
                    &mut connection,
                    format_args!("({id}, {pivot}, {first}, {first}, 0)"),
                )
                .await;
        }
    }
    for rows in [&mut suspects, &mut pivots, &mut facts] {
        rows.write(&mut connection).await;
    }
    run(
        &mut connection,
        "UPDATE pivots SET holders = (SELECT COUNT(*) FROM facts WHERE pivot = pivots.id); \
         UPDATE pivots SET joined_holders = holders; \
         UPDATE numbers SET suspect = (SELECT MAX(id) FROM suspects), pivot = (SELECT MAX(id) FROM pivots); \
         COMMIT",
    )
    .await;
}

async fn run(connection: &mut AnyConnection, sql: &str) {
    let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    connection.execute(sql).await.expect("it is written");
}

/// Rows to be written in one statement. What stands in them was made here.
struct Rows {
    into: &'static str,
    sql: String,
}

impl Rows {
    fn of(into: &'static str) -> Self {
        Self {
            into,
            sql: String::new(),
        }
    }

    async fn push(&mut self, connection: &mut AnyConnection, row: Arguments<'_>) {
        let before = if self.sql.is_empty() { "" } else { ", " };
        write!(self.sql, "{before}{row}").expect("writing to a String cannot fail");
        if self.sql.len() > 50_000 {
            self.write(connection).await;
        }
    }

    async fn write(&mut self, connection: &mut AnyConnection) {
        if !self.sql.is_empty() {
            run(
                connection,
                &format!("INSERT INTO {} VALUES {}", self.into, self.sql),
            )
            .await;
            self.sql.clear();
        }
    }
}

/// One more domain is detected and looked at: it has ten values that some domain has, each another, and comes on its day.
async fn add(ledger: &Ledger, rarity: &Rarity, domains: u64, number: u64) -> Took {
    let name = format!("login.examp1e-new-{number}.example");
    let mut sighting = sighting(&name, number, Tier::Watch);
    let now = Timestamp::from_millisecond(at(number)).expect("a time");
    sighting.seen = now;
    let batch = Recording {
        at: now,
        sightings: &[sighting],
        unreadable: &[],
        seen: &[],
        channels: &[],
    };
    ledger.record(&batch).await.expect("it is taken");
    let due = ledger
        .lease_looks(Timestamp::MAX, Timestamp::MAX, 1)
        .await
        .expect("it reads");
    let like = like(number, domains);
    let facts: Vec<Fact> = values(like).into_iter().map(fact(like, now)).collect();
    look(ledger, rarity, &due[0], now, &facts).await
}

/// A domain that was added is looked at again, and has the mailbox of three others besides.
async fn add_one(ledger: &Ledger, rarity: &Rarity, domains: u64, due: &DueLook) -> Took {
    let number = due.detection - 1;
    let now = Timestamp::from_millisecond(at(number)).expect("a time");
    let like = like(number, domains);
    let [mailbox, ..] = values((like + domains / 2) % domains);
    let facts = values(like).into_iter().chain([mailbox]);
    let facts: Vec<Fact> = facts.map(fact(like, now)).collect();
    look(ledger, rarity, due, now, &facts).await
}

/// Which of the domains the added one of this number is like.
fn like(number: u64, domains: u64) -> u64 {
    number * 104_729 % domains
}

fn fact(like: u64, now: Timestamp) -> impl Fn(Pivot) -> Fact {
    move |pivot| Fact {
        pivot,
        first: Timestamp::from_millisecond(at(like)).expect("a time"),
        last: now,
        claimed: false,
    }
}

/// The time of the processor over all threads, and of the clock.
type Took = (Duration, Duration);

/// What it takes to write a look with its facts, and to join what they touch.
async fn look(
    ledger: &Ledger,
    rarity: &Rarity,
    due: &DueLook,
    now: Timestamp,
    facts: &[Fact],
) -> Took {
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
        facts,
        stages: &[],
        steps: &[],
        risk: &risk,
        risk_written: &json!({}),
        quiet: 0,
        failed: 0,
        next: Timestamp::MAX,
        channels: &[],
    };
    let (begin, busy) = (Instant::now(), cpu_time());
    ledger.record_look(&look).await.expect("it is taken");
    while ledger.join(rarity, now).await.expect("it joins").is_some() {}
    (cpu_time().saturating_sub(busy), begin.elapsed())
}

/// The time that all threads have been busy.
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(time).expect("invariant: it begins at zero")
}
