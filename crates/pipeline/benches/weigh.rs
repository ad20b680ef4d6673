//! A dossier weighed again: stages, what it shares with the organisation's own, risk. Dossiers a second, on one thread.

use divan::counter::ItemsCount;
use judge::{Exhibit, Infrastructure, Known, OwnTraits, RiskTable, advance, assess};
use model::{Dossier, Thresholds};
use names::SuffixList;

const DOSSIER: &str = include_str!("../../render/tests/golden/dossier-1.json");

fn main() {
    divan::main();
}

fn dossier() -> Dossier {
    render::parse_dossier(DOSSIER.trim()).expect("a golden dossier")
}

#[divan::bench]
fn weigh(bencher: divan::Bencher<'_, '_>) {
    let dossier = dossier();
    let (table, infrastructure) = (RiskTable::embedded(), Infrastructure::embedded());
    let suffixes = SuffixList::embedded();
    let domains = ["examplebank.example".parse().expect("a name")];
    let own = OwnTraits::of(&domains, [&dossier]);
    let thresholds = Thresholds::new(0.05, 0.6).expect("they are in order");
    bencher.counter(ItemsCount::new(1_u32)).bench(|| {
        let (stages, _) = advance(&[], &dossier, Known::default(), &infrastructure);
        let shared = own.shared(&dossier, &suffixes);
        let exhibit = Exhibit {
            name: Some(1.0),
            dossier: &dossier,
            stages: &stages,
            shared: &shared,
            infrastructure: &infrastructure,
            company: None,
            detected: dossier.taken,
            thresholds,
        };
        assess(&exhibit, &table)
    });
}

#[divan::bench]
fn read(bencher: divan::Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(1_u32)).bench(dossier);
}
