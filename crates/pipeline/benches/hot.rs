//! From the bytes of tiles in memory to candidates, on one thread: unpacked, framed, leaves hashed and appended to the
//! tree, names read, sifted, explained, weighed. Entries a second.

use ct::tile::{TileId, TileWidth};
use ct::{Hash, Tree};
use divan::counter::ItemsCount;
use feeds::live::Block;
use jiff::Timestamp;
use judge::{Judge, Weights};
use model::OrganisationId;
use names::SuffixList;
use pipeline::{Guarded, judge};
use resemble::{Catalogue, Guard, Organisation, Watchlist};
use std::sync::Arc;
use testbed::Bulk;

const TILES: u64 = 100;
const BACKGROUND: &[u8] = include_bytes!("../../../knowledge/background.txt.zst");

fn main() {
    divan::main();
}

/// Guards so many organisations, whose domains are of the background.
fn guarded(organisations: usize) -> Guarded {
    let background = zstd::decode_all(BACKGROUND).expect("it unpacks");
    let background = String::from_utf8(background).expect("it is text");
    let step = background.lines().count() / organisations;
    let organisation = |domain: &str| {
        let id = OrganisationId::new(domain).expect("it is printable");
        Organisation::new(id, vec![domain.parse().expect("a name")])
    };
    let domains = background.lines().step_by(step).take(organisations);
    let watchlist = Watchlist::new(domains.map(organisation).collect());
    let guard = Guard::new(
        watchlist,
        Catalogue::embedded(),
        SuffixList::embedded(),
        &background,
    );
    Guarded {
        guard,
        judge: Judge::new(Weights::embedded()),
    }
}

#[divan::bench(args = [0, 1_000, 10_000], sample_count = 5, sample_size = 1)]
fn tiles_to_candidates(bencher: divan::Bencher<'_, '_>, organisations: usize) {
    let bulk = Bulk::new(256 * TILES, &[], 1).expect("entries are made");
    let guarded = guarded(organisations.max(1));
    let feed: Arc<str> = "bench".into();
    let now = Timestamp::now();
    bencher
        .counter(ItemsCount::new(bulk.size as usize))
        .bench_local(|| {
            let mut tree = Tree::new();
            let mut found = 0;
            for (index, packed) in (0..).zip(&bulk.tiles) {
                let bytes = egress::unpack(packed, true, 32 << 20).expect("it unpacks");
                let tile = TileId {
                    level: 0,
                    index,
                    width: TileWidth::FULL,
                };
                let block = Block::read_tile(bytes, tile).expect("it is a tile");
                tree.extend(block.leaves.iter().copied());
                if organisations > 0 {
                    found += judge(&guarded, &feed, block, now, true).found.len();
                }
            }
            let root: Hash = tree.root();
            assert_eq!(root, bulk.root, "the tree fits");
            found
        });
}
