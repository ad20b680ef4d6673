//! Looks: leased to one, written once, told.

use crate::samples::{at, channels, record, sighting};
use crate::stores::{Store, on_both};
use ledger::{
    DetectionFilter, DueLook, Event, EventKind, Fault, FaultPlan, Ledger, LookCounts, NewLook,
};
use model::{
    Confidence, Direction, Evidence, EvidenceDigest, Reached, Risk, Score, Severity, Stage, Step,
    Tier,
};
use serde_json::json;

on_both!(
    what_was_detected_is_due_and_leased_to_one,
    a_look_is_told_and_written_once,
    a_look_that_fails_to_be_written_is_written_again,
    stages_come_back_with_the_next_lease,
    looks_are_counted,
);

/// A ledger with two detections, one of which is only kept quietly.
async fn ledger(store: &Store) -> Ledger {
    let ledger = store.ledger().await;
    let sightings = [
        sighting("examp1ebank.example", 2.0, 1),
        sighting("quiet.examp1e.example", 0.0, 2),
    ];
    record(&ledger, &sightings).await;
    ledger
}

async fn due(ledger: &Ledger, now: i64, until: i64) -> Vec<DueLook> {
    let due = ledger.lease_looks(at(now), at(until), 10).await;
    due.expect("it reads")
}

fn evidence() -> Vec<Evidence> {
    vec![Evidence {
        digest: EvidenceDigest([7; 32]),
        media: "text/html".to_owned(),
        bytes: b"<html>".repeat(1000),
    }]
}

fn risk(tier: Option<Tier>) -> Risk {
    Risk {
        findings: vec![],
        score: Score::from_log_odds(0.0),
        severity: Severity::Medium,
        confidence: Confidence::High,
        tier,
        alone: tier,
        own: None,
        rules: "1",
    }
}

/// Writes a look that found these stages, of which the last `steps` are new.
async fn look(
    ledger: &Ledger,
    of: &DueLook,
    stages: &[Stage],
    steps: usize,
    tier: Option<Tier>,
) -> Result<Vec<Event>, ledger::LedgerError> {
    let reached = |stage: &Stage| Reached {
        stage: *stage,
        since: at(50),
        says: format!("it is {stage}"),
    };
    let stages: Vec<Reached> = stages.iter().map(reached).collect();
    let step = |reached: &Reached| Step {
        direction: Direction::Up,
        stage: reached.stage,
        at: at(110),
        says: reached.says.clone(),
    };
    let steps: Vec<Step> = stages[stages.len() - steps..].iter().map(step).collect();
    let risk = risk(tier);
    let written = json!({ "severity": risk.severity.as_str() });
    let look = NewLook {
        of,
        at: at(111),
        taken: at(110),
        dossier: "{}",
        evidence: &evidence(),
        facts: &[],
        stages: &stages,
        steps: &steps,
        risk: &risk,
        risk_written: &written,
        quiet: 0,
        failed: 0,
        next: at(1000),
        channels: &channels(),
    };
    ledger.record_look(&look).await
}

fn kinds(events: &[Event]) -> Vec<EventKind> {
    events.iter().map(|event| event.kind).collect()
}

async fn what_was_detected_is_due_and_leased_to_one(store: &Store) {
    let ledger = ledger(store).await;
    assert_eq!(due(&ledger, 99, 150).await, []);
    let first = due(&ledger, 100, 150).await;
    let numbers: Vec<_> = first
        .iter()
        .map(|due| (due.detection, due.number))
        .collect();
    assert_eq!(numbers, [(1, 1), (2, 1)]);
    assert_eq!(
        first[0].issued,
        first[0].issued.filter(|issued| *issued < at(1))
    );
    assert_eq!(due(&ledger, 149, 200).await, []);
    assert_eq!(ledger.next_look(at(149)).await.expect("it reads"), None);
    // A lease ends; or is given back by whoever knows that nobody looks.
    assert_eq!(due(&ledger, 150, 200).await, first);
    ledger.release_looks().await.expect("it is taken");
    assert_eq!(due(&ledger, 151, 200).await, first);
}

async fn looks_are_counted(store: &Store) {
    let ledger = ledger(store).await;
    let counts = async |now: i64| {
        let counts = ledger.look_counts(at(now)).await.expect("it reads");
        let LookCounts {
            detections,
            looked,
            due,
            overdue,
            under_way,
        } = counts;
        [detections, looked, due, overdue, under_way]
    };
    assert_eq!(counts(99).await, [2, 0, 0, 0, 0]);
    assert_eq!(counts(100).await, [2, 0, 2, 0, 0]);
    assert_eq!(counts(100 + 600).await, [2, 0, 2, 2, 0]);
    let first = due(&ledger, 100, 150).await.remove(0);
    assert_eq!(counts(149).await, [2, 0, 0, 0, 2]);
    let done = look(&ledger, &first, &[Stage::Registered], 1, None).await;
    done.expect("it is taken");
    assert_eq!(counts(149).await, [2, 1, 0, 0, 1]);
}

async fn a_look_is_told_and_written_once(store: &Store) {
    let ledger = ledger(store).await;
    let first = due(&ledger, 100, 150).await.remove(0);
    let stages = [Stage::Registered, Stage::Resolving];
    let told = look(&ledger, &first, &stages, 2, Some(Tier::Alert)).await;
    let told = told.expect("it is taken");
    assert_eq!(kinds(&told), [EventKind::Stage, EventKind::Stage]);
    let body: serde_json::Value = serde_json::from_str(&told[1].body).expect("it is JSON");
    assert_eq!(
        (&body["stage"], &body["direction"]),
        (&json!("resolving"), &json!("up"))
    );
    assert_eq!(body["techniques"], json!(["T1583.001"]));
    let before = store.dump().await;
    let again = look(&ledger, &first, &stages, 2, Some(Tier::Alert)).await;
    assert_eq!(again.expect("it is taken"), []);
    assert_eq!(store.dump().await, before);
    // Of the two steps the furthest is owed, once to each channel.
    let owed = ledger.due("all", at(2000), 10).await.expect("it reads");
    let owed = owed.iter().filter(|owed| owed.kind == EventKind::Stage);
    assert_eq!(
        owed.map(|owed| owed.event).collect::<Vec<_>>(),
        [told[1].number]
    );
    let shown = ledger
        .detection(1)
        .await
        .expect("it reads")
        .expect("it is there");
    let shown = shown.look.expect("it was looked at");
    assert_eq!((shown.looks, shown.next), (1, at(1000)));
    assert_eq!(shown.stages.len(), 2);
    assert_eq!(shown.risk, Some(json!({ "severity": "medium" })));
    let kept = ledger
        .evidence(EvidenceDigest([7; 32]))
        .await
        .expect("it reads");
    assert_eq!(kept, evidence().pop());
    assert_eq!(
        ledger.dossier(1).await.expect("it reads").as_deref(),
        Some("{}")
    );
    let all = ledger.detections(&DetectionFilter::default()).await;
    assert_eq!(
        all.expect("it reads")[0]
            .look
            .as_ref()
            .map(|look| look.looks),
        Some(0)
    );
}

async fn a_look_that_fails_to_be_written_is_written_again(store: &Store) {
    for fault in [Fault::Lost, Fault::Kept] {
        let ledger = ledger(store).await;
        let number = 1 + u64::from(fault == Fault::Kept);
        let now = if number == 1 { 100 } else { 1000 };
        let all = due(&ledger, now, now + 50).await;
        let first = all.into_iter().find(|due| due.detection == 1);
        let first = first.expect("it is due");
        assert_eq!(first.number, number, "each fault is of another look");
        let faulty = ledger.clone().with_faults(FaultPlan::new([(1, fault)]));
        let stages = [Stage::Registered];
        let failed = look(&faulty, &first, &stages, 1, Some(Tier::Alert)).await;
        assert!(failed.is_err());
        let told = look(&ledger, &first, &stages, 1, Some(Tier::Alert)).await;
        let told = told.expect("it is taken");
        assert_eq!(told.len(), usize::from(fault == Fault::Lost));
        let shown = ledger
            .detection(1)
            .await
            .expect("it reads")
            .expect("it is there");
        assert_eq!(shown.look.map(|look| look.looks), Some(number));
        ledger.release_looks().await.expect("it is taken");
    }
}

async fn stages_come_back_with_the_next_lease(store: &Store) {
    let ledger = ledger(store).await;
    let leased = due(&ledger, 100, 150).await;
    // A tier below both thresholds is news for one that had one, but nobody is owed it.
    let told = look(&ledger, &leased[1], &[Stage::Registered], 1, None).await;
    let told = told.expect("it is taken");
    assert_eq!(kinds(&told), [EventKind::Stage, EventKind::Risk]);
    let next = due(&ledger, 1000, 1050).await;
    let second = next
        .iter()
        .find(|due| due.detection == 2)
        .expect("it is due");
    assert_eq!((second.number, second.stages.len()), (2, 1));
    assert_eq!(second.stages[0].since, at(50));
    // Higher than before: whoever hears of watches is told, too.
    let told = look(&ledger, second, &[Stage::Registered], 0, Some(Tier::Watch)).await;
    assert_eq!(kinds(&told.expect("it is taken")), [EventKind::Risk]);
    let owed = |channel| ledger.due(channel, at(2000), 10);
    let owed_all = owed("all").await.expect("it reads");
    assert!(owed_all.iter().any(|owed| owed.kind == EventKind::Risk));
    let owed_urgent = owed("urgent").await.expect("it reads");
    assert!(owed_urgent.iter().all(|owed| owed.kind != EventKind::Risk));
}
