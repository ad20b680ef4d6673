//! How fast sightings are written to a file: 1,000 in a batch, each a new name.

mod samples;

use divan::counter::ItemsCount;
use jiff::Timestamp;
use ledger::{Channel, Ledger, LedgerUrl, Recording};
use model::Tier;
use samples::sighting;
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
            let sighting = |index| sighting(&name(index), index, Tier::Alert);
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
