//! Speed of the lake: rows gathered, encoded, written and read back. One item is one row.
//!
//! Names are made up under `.example` from the labels of `knowledge/background.txt.zst`; a certificate has one to four.

use std::hint::black_box;
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use jiff::Timestamp;
use lake::{Lake, Row, Rows};

fn main() {
    divan::main();
}

/// As many as the pipeline gathers at most.
const ROWS: usize = 200_000;

struct Made {
    name: String,
    registrable: String,
    source: String,
    index: u64,
    at: Timestamp,
    certificate: [u8; 32],
}

static MADE: LazyLock<Vec<Made>> = LazyLock::new(|| {
    let packed = include_bytes!("../../../knowledge/background.txt.zst");
    let text = zstd::decode_all(&packed[..]).expect("knowledge is readable");
    let text = String::from_utf8(text).expect("knowledge is text");
    let labels: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split('.').next())
        .collect();
    let mut seed = 1_u64;
    let mut random = move || {
        // The multiplier of Knuth's MMIX; the high bits are good enough for this.
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    let sources: Vec<String> = (0..30)
        .map(|log| format!("ct:{log:02}aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789AbCdEf"))
        .collect();
    let mut made = Vec::with_capacity(ROWS + 4);
    let mut second = 1_800_000_000;
    while made.len() < ROWS {
        // A batch of one log, as it comes from a tile.
        let source = random() % sources.len();
        let from = random() as u64;
        second += 1;
        for entry in 0..256 {
            let registrable = format!("{}.example", labels[random() % labels.len()]);
            let certificate = std::array::from_fn(|_| random() as u8);
            for name in 0..=random() % 4 {
                let name = match name {
                    0 => registrable.clone(),
                    1 => format!("www.{registrable}"),
                    2 => format!("mail.{registrable}"),
                    _ => format!("{}.{registrable}", labels[random() % labels.len()]),
                };
                made.push(Made {
                    name,
                    registrable: registrable.clone(),
                    source: sources[source].clone(),
                    index: from + entry,
                    at: Timestamp::from_second(second).expect("a time"),
                    certificate,
                });
            }
        }
    }
    made.truncate(ROWS);
    made
});

fn fill(rows: &mut Rows) {
    for made in MADE.iter() {
        rows.push(black_box(Row {
            name: &made.name,
            registrable: &made.registrable,
            source: &made.source,
            index: made.index,
            at: made.at,
            certificate: Some(&made.certificate),
        }));
    }
}

fn filled() -> Rows {
    let mut rows = Rows::new();
    fill(&mut rows);
    rows
}

#[divan::bench(sample_size = 1, sample_count = 20)]
fn push(bencher: Bencher<'_, '_>) {
    let mut rows = filled();
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        rows.clear();
        fill(&mut rows);
    });
}

/// With the bytes of a segment, to be divided by its rows.
#[divan::bench(sample_size = 1, sample_count = 20)]
fn write(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::open(folder.path()).expect("it is ours");
    let rows = filled();
    let written = lake.write(1, &rows).expect("there is room");
    bencher
        .counter(ItemsCount::new(ROWS))
        .counter(BytesCount::new(written.bytes))
        .bench_local(|| lake.write(1, &rows).expect("there is room"));
}

#[divan::bench(sample_size = 1, sample_count = 20)]
fn read(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::open(folder.path()).expect("it is ours");
    let written = lake.write(1, &filled()).expect("there is room");
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        let mut letters = 0;
        lake.read(&written.path, |row| letters += black_box(row).name.len())
            .expect("it is whole");
        letters
    });
}
