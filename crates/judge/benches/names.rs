//! Names judged in a second, against ten to ten thousand organisations.
//!
//! By default both names and organisations come from the background that the project carries. With
//! `ENPASSANT_BENCH_NAMES` (a list of names) and `ENPASSANT_BENCH_PROTECTED` (a folder with
//! `protected-1000.txt` and `protected-10000.txt`) they come from there, as in docs/measurements.md.

use divan::Bencher;
use divan::counter::ItemsCount;
use judge::{Judge, Weights};
use model::OrganisationId;
use names::SuffixList;
use resemble::{Catalogue, Guard, Organisation, Scratch, Sifted, Watchlist};
use std::path::Path;

fn main() {
    divan::main();
}

const ORGANISATIONS: [usize; 4] = [10, 100, 1000, 10_000];

/// The first step alone.
#[divan::bench(args = ORGANISATIONS, sample_count = 5, sample_size = 1)]
fn sieve(bencher: Bencher<'_, '_>, organisations: usize) {
    let world = World::new(organisations);
    let mut scratch = Scratch::default();
    let mut parser = names::Scratch::default();
    bencher
        .counter(ItemsCount::new(world.names.len()))
        .bench_local(|| {
            let mut found = 0;
            for name in &world.names {
                let Ok(name) = parser.parse(name.as_bytes()) else {
                    continue;
                };
                let split = world.guard.split(name);
                found += usize::from(world.guard.sift(name, split, &mut scratch) == Sifted::Maybe);
            }
            found
        });
}

/// Both steps and the weighing: all that a scan does but reading and writing.
#[divan::bench(args = ORGANISATIONS, sample_count = 5, sample_size = 1)]
fn sieve_and_explain(bencher: Bencher<'_, '_>, organisations: usize) {
    let world = World::new(organisations);
    let judge = Judge::new(Weights::embedded());
    let mut scratch = Scratch::default();
    let mut parser = names::Scratch::default();
    let mut verdicts = vec![];
    bencher
        .counter(ItemsCount::new(world.names.len()))
        .bench_local(|| {
            let mut found = 0;
            for name in &world.names {
                let Ok(name) = parser.parse(name.as_bytes()) else {
                    continue;
                };
                let split = world.guard.split(name);
                if world.guard.sift(name, split, &mut scratch) == Sifted::Maybe {
                    judge.verdicts(&world.guard, name, split, &mut scratch, &mut verdicts);
                    found += verdicts.len();
                }
            }
            found
        });
}

/// From a watchlist to a guard, measured on the background.
#[divan::bench(args = [1000, 10_000], sample_count = 3, sample_size = 1)]
fn compile(bencher: Bencher<'_, '_>, organisations: usize) {
    let background = background();
    bencher
        .with_inputs(|| watchlist(organisations, &background))
        .bench_local_values(|watchlist| guard(watchlist, &background));
}

struct World {
    guard: Guard,
    names: Vec<String>,
}

impl World {
    fn new(organisations: usize) -> Self {
        let background = background();
        let names = match std::env::var("ENPASSANT_BENCH_NAMES") {
            Ok(path) => std::fs::read_to_string(path).expect("the list of names can be read"),
            Err(_) => background.clone(),
        };
        Self {
            guard: guard(watchlist(organisations, &background), &background),
            names: names.lines().map(str::to_owned).collect(),
        }
    }
}

fn guard(watchlist: Watchlist, background: &str) -> Guard {
    Guard::new(
        watchlist,
        Catalogue::embedded(),
        SuffixList::embedded(),
        background,
    )
}

fn background() -> String {
    let packed = include_bytes!("../../../knowledge/background.txt.zst");
    let bytes = zstd::decode_all(&packed[..]).expect("the background is valid");
    String::from_utf8(bytes).expect("names are ASCII")
}

/// The first `count` protected domains of the folder, or every n-th name of the background.
fn watchlist(count: usize, background: &str) -> Watchlist {
    let domains: Vec<String> = if let Ok(folder) = std::env::var("ENPASSANT_BENCH_PROTECTED") {
        let file = if count > 1000 {
            "protected-10000.txt"
        } else {
            "protected-1000.txt"
        };
        let text = std::fs::read_to_string(Path::new(&folder).join(file)).expect("readable");
        text.lines().take(count).map(str::to_owned).collect()
    } else {
        let names: Vec<&str> = background.lines().collect();
        let every = names.len() / count;
        names
            .iter()
            .step_by(every)
            .take(count)
            .map(|&name| name.to_owned())
            .collect()
    };
    let organisation = |domain: &String| {
        let id = OrganisationId::new(domain).expect("a domain is printable");
        Organisation::new(id, vec![domain.parse().expect("a valid domain")])
    };
    Watchlist::new(domains.iter().map(organisation).collect())
}
