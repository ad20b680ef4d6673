//! From the bytes of a tile to proven entries, on one core: unpack, frame, hash each leaf, append to the tree. The
//! tile is recorded (`corpus/ct/navigli2025h2`): 256 precertificates.

use std::fs;
use std::hint::black_box;
use std::io::Read as _;

use ct::rfc6962::Page;
use ct::{TileWidth, Tree, data_tile};
use divan::counter::ItemsCount;
use flate2::read::GzDecoder;

/// As a log serves it, packed.
const TILE: &str = "navigli2025h2/tile/data/000.gz";

fn main() {
    divan::main();
}

fn recorded(path: &str) -> Vec<u8> {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/ct/");
    fs::read(format!("{corpus}{path}")).expect("the corpus is checked out with the source")
}

fn unpacked() -> Vec<u8> {
    let mut bytes = vec![];
    unpack(&recorded(TILE), &mut bytes);
    bytes
}

fn unpack(packed: &[u8], to: &mut Vec<u8>) {
    to.clear();
    GzDecoder::new(packed)
        .read_to_end(to)
        .expect("the recorded tile is whole");
}

fn frame(tile: &[u8], mut tell: impl FnMut(&ct::Entry<'_>)) {
    for entry in data_tile::entries(tile, TileWidth::FULL) {
        tell(&entry.expect("the recorded tile is whole"));
    }
}

#[divan::bench]
fn unpack_frame_hash_append(bencher: divan::Bencher<'_, '_>) {
    let packed = recorded(TILE);
    let (mut tile, mut tree) = (vec![], Tree::new());
    bencher.counter(ItemsCount::new(256_usize)).bench_local(|| {
        unpack(&packed, &mut tile);
        frame(&tile, |entry| tree.push(entry.leaf_hash()));
        tree.root()
    });
}

#[divan::bench]
fn unpack_alone(bencher: divan::Bencher<'_, '_>) {
    let packed = recorded(TILE);
    let mut tile = vec![];
    bencher
        .counter(ItemsCount::new(256_usize))
        .bench_local(|| unpack(&packed, &mut tile));
}

#[divan::bench]
fn frame_alone(bencher: divan::Bencher<'_, '_>) {
    let tile = unpacked();
    bencher.counter(ItemsCount::new(256_usize)).bench_local(|| {
        frame(&tile, |entry| {
            black_box(entry);
        });
    });
}

#[divan::bench]
fn hash_leaves(bencher: divan::Bencher<'_, '_>) {
    let tile = unpacked();
    bencher.counter(ItemsCount::new(256_usize)).bench_local(|| {
        frame(&tile, |entry| {
            black_box(entry.leaf_hash());
        });
    });
}

#[divan::bench]
fn append(bencher: divan::Bencher<'_, '_>) {
    let mut tree = Tree::new();
    bencher.counter(ItemsCount::new(256_usize)).bench_local(|| {
        for _ in 0..256 {
            tree.push(black_box([7; 32]));
        }
        tree.root()
    });
}

/// The same for the older dialect: parse a page, decode, frame, hash.
#[divan::bench]
fn page(bencher: divan::Bencher<'_, '_>) {
    let json = recorded("entries/nimbus2026-4354630040.json");
    let mut buffer = vec![];
    bencher.counter(ItemsCount::new(20_usize)).bench_local(|| {
        for raw in Page::parse(&json, 20)
            .expect("the recorded page is whole")
            .entries
        {
            let entry = raw.decode(&mut buffer).expect("the recorded page is whole");
            black_box((entry.leaf_hash(), entry.entry().is_ok()));
        }
    });
}
