//! Speed of the hot path: parsing a name and dividing it.

use divan::{Bencher, black_box};
use names::{Scratch, SuffixList, skeleton_into};

fn main() {
    divan::main();
}

const NAMES: [&str; 6] = [
    "en-marche.fr.",
    "example-name.uk",
    "*.Example.COM",
    "www.some-longer-name.co.uk",
    "a.very.deep.chain.of.labels.example.org",
    "xn--bcher-kva.example",
];

#[divan::bench(args = NAMES, sample_size = 1000)]
fn parse(bencher: Bencher<'_, '_>, name: &str) {
    let mut scratch = Scratch::default();
    bencher.bench_local(move || {
        scratch
            .parse(black_box(name.as_bytes()))
            .map(|name| name.as_str().len())
    });
}

#[divan::bench(args = NAMES, sample_size = 1000)]
fn split(bencher: Bencher<'_, '_>, name: &str) {
    let mut scratch = Scratch::default();
    let name = scratch
        .parse(name.as_bytes())
        .expect("the name is valid")
        .to_owned();
    let list = SuffixList::embedded();
    bencher.bench_local(move || list.split(black_box(name.as_str())));
}

#[divan::bench(args = ["onedrive", "microsoftonline", "аррӏе"], sample_size = 1000)]
fn skeleton(bencher: Bencher<'_, '_>, label: &str) {
    let mut out = Vec::with_capacity(64);
    bencher.bench_local(move || {
        out.clear();
        skeleton_into(black_box(label), &mut out);
        out.len()
    });
}
