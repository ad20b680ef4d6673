//! Each durable write of a watch, lost, and kept though it reported failure: the outcome is that of an undisturbed run.

use judge::{Judge, Weights};
use ledger::{DetectionFilter, FaultPlan, LedgerUrl};
use model::OrganisationId;
use names::SuffixList;
use pipeline::{
    Ended, Guarded, LakeSettings, ListSource, LogSettings, PipelineError, Settings, Signals,
    StartAt, Stores,
};
use resemble::{Catalogue, Guard, Organisation, Watchlist};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use testbed::ct_log::{CtLogOptions, CtLogs};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// More than a watch of this log commits, so that every commit is hit once.
const COMMITS: u64 = 16;

fn log() -> CtLogs {
    let names = (0..40).map(|n| match n % 4 {
        0 => format!("login-examplebank-{n}.example"),
        1 => format!("secure{n}.examplebank-mail.example"),
        _ => format!("ordinary{n}.example"),
    });
    let options = CtLogOptions {
        names: names.collect(),
        entries: 1_500,
        ..CtLogOptions::default()
    };
    CtLogs::start(vec![options]).expect("the log starts")
}

fn guarded() -> Arc<Guarded> {
    let id = OrganisationId::new("example-bank").expect("an id");
    let domain = "examplebank.example".parse().expect("a name");
    let organisation = Organisation::new(id, vec![domain]);
    let guard = Guard::new(
        Watchlist::new(vec![organisation]),
        Catalogue::embedded(),
        SuffixList::embedded(),
        "",
    );
    Arc::new(Guarded {
        guard,
        judge: Judge::new(Weights::embedded()),
    })
}

fn settings(place: &Path, logs: &CtLogs) -> Settings {
    Settings {
        ledger: LedgerUrl::file(place.join("ledger.sqlite")),
        lake: Some(LakeSettings {
            directory: place.join("lake"),
            keep: None,
            max_bytes: None,
            close_every: Duration::from_millis(20),
        }),
        listen: None,
        logs: Some(LogSettings {
            list: ListSource::File(logs.log_list().to_owned()),
            list_key: None,
            list_every: Duration::from_mins(1),
            start: StartAt::Beginning,
            pacing: feeds::live::Pacing::default(),
            rate: 1_000.0,
            pause: Duration::from_secs(1),
        }),
        streams: vec![],
        permutations: None,
        channels: vec![],
        canary: None,
        canary_due: Duration::from_mins(1),
        egress: egress::Settings::new("enpassant/test"),
        looks: None,
        behind_after: Duration::from_mins(1),
        once: true,
    }
}

async fn watch(stores: Stores, settings: Settings) -> Result<Ended, PipelineError> {
    let (_never, guard) = mpsc::channel(1);
    let signals = Signals {
        stop: CancellationToken::new(),
        guard,
    };
    pipeline::watch(stores, settings, guarded(), signals, None).await
}

/// What must be the same however often a write failed.
#[derive(PartialEq, Debug)]
struct Outcome {
    /// Registrable domains with their names and sightings.
    detections: Vec<(String, u64, u64)>,
    /// Candidates and duplicates together: what is recorded twice is counted by what it was the second time.
    counters: BTreeMap<String, u64>,
    /// Names of the lake with their indices.
    rows: Vec<(String, u64)>,
}

async fn outcome(settings: &Settings) -> Outcome {
    let stores = Stores::open(settings, "a test").await.expect("they open");
    let listed = stores.ledger.detections(&DetectionFilter::default()).await;
    let listed = listed.expect("it reads").into_iter();
    let mut detections: Vec<_> = listed
        .map(|found| (found.detail.registrable, found.names, found.sightings))
        .collect();
    detections.sort();
    let counters = stores.ledger.counters().await.expect("it reads");
    let mut counters = counters.into_values().next().unwrap_or_default();
    let candidates = counters.remove("candidate").unwrap_or_default();
    *counters.entry("duplicate".to_owned()).or_default() += candidates;
    let lake = stores.lake.expect("there is one");
    let mut rows = vec![];
    for segment in stores.ledger.segments().await.expect("it reads") {
        let row = |row: lake::Row<'_>| rows.push((row.name.to_owned(), row.index));
        lake.read(&segment.path, row).expect("it reads");
    }
    rows.sort();
    Outcome {
        detections,
        counters,
        rows,
    }
}

/// Runs a watch whose writes fail as planned; where the disk was full, another one once there is room.
async fn run(logs: &CtLogs, plan: FaultPlan, lake_fault: Option<lake::Fault>) -> Outcome {
    let place = TempDir::new().expect("a temporary directory");
    let settings = settings(place.path(), logs);
    let mut stores = Stores::open(&settings, "a test").await.expect("they open");
    stores.ledger = stores.ledger.with_faults(plan);
    if let (Some(fault), Some(lake)) = (lake_fault, &stores.lake) {
        lake.fail_write(0, fault);
    }
    let full = lake_fault == Some(lake::Fault::Full);
    match watch(stores, settings.clone()).await {
        Ok(ended) => assert!(!full && ended == Ended::Done),
        Err(error) => {
            let told = error.to_string();
            assert!(full && told.contains("no room left for the lake"), "{told}");
            let stores = Stores::open(&settings, "a test").await.expect("they open");
            let ended = watch(stores, settings.clone()).await;
            assert_eq!(ended.expect("there is room now"), Ended::Done);
        }
    }
    outcome(&settings).await
}

async fn undisturbed(logs: &CtLogs) -> Outcome {
    let outcome = run(logs, FaultPlan::new([]), None).await;
    assert_eq!(outcome.detections.len(), 11, "{:?}", outcome.detections);
    assert_eq!(outcome.counters["entries"], logs.logs()[0].size());
    outcome
}

#[test]
fn every_commit_of_the_ledger() {
    // The logs have a runtime of their own.
    let (logs, runtime) = (log(), Runtime::new().expect("it starts"));
    let undisturbed = runtime.block_on(undisturbed(&logs));
    for commit in 1..=COMMITS {
        for fault in [ledger::Fault::Lost, ledger::Fault::Kept] {
            let plan = FaultPlan::new([(commit, fault)]);
            let outcome = runtime.block_on(run(&logs, plan, None));
            assert_eq!(outcome, undisturbed, "commit {commit}, {fault:?}");
        }
    }
}

#[test]
fn every_way_in_which_a_segment_fails() {
    let (logs, runtime) = (log(), Runtime::new().expect("it starts"));
    let undisturbed = runtime.block_on(undisturbed(&logs));
    for fault in [lake::Fault::Lost, lake::Fault::Kept, lake::Fault::Full] {
        let outcome = runtime.block_on(run(&logs, FaultPlan::new([]), Some(fault)));
        assert_eq!(outcome, undisturbed, "{fault:?}");
    }
}
