//! Trees, proofs and paths, compared with another implementation of the same specifications (`tlog_tiles`).

use ct::{Hash, TileId, TileKind, TileSet, TileWidth, Tree, TreeHead, leaf_hash, proof};
use proptest::prelude::*;
use tlog_tiles::{HashReader, Tile};

/// What the other implementation keeps of a tree: its hashes in its own order.
#[derive(Default)]
struct Stored(Vec<tlog_tiles::Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|&at| self.0[at as usize]).collect())
    }
}

struct Both {
    tree: Tree,
    leaves: Vec<Hash>,
    other: Stored,
}

fn grown(size: u64) -> Both {
    let mut both = Both {
        tree: Tree::new(),
        leaves: vec![],
        other: Stored::default(),
    };
    for n in 0..size {
        let record = n.to_be_bytes();
        both.tree.push(leaf_hash(&record));
        both.leaves.push(leaf_hash(&record));
        let hashes = tlog_tiles::stored_hashes(n, &record, &both.other).unwrap();
        both.other.0.extend(hashes);
    }
    both
}

fn same(ours: &[Hash], theirs: &[tlog_tiles::Hash]) -> bool {
    ours.iter().eq(theirs.iter().map(|hash| &hash.0))
}

/// All tiles of the tree of `size`, as the other implementation cuts them.
fn tiles(both: &Both, size: u64) -> TileSet {
    let mut set = TileSet::new();
    for tile in Tile::new_tiles(8, 0, size) {
        let bytes = tile.read_data(&both.other).unwrap();
        let id = TileId {
            level: tile.level(),
            index: tile.level_index(),
            width: TileWidth::new(tile.width() as u16).unwrap(),
        };
        set.insert(id, &bytes).unwrap();
    }
    set
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn proofs(to in 2_u64..900, at: prop::sample::Index) {
        let both = grown(to);
        let from = at.index(to as usize - 1) as u64 + 1;
        let root = tlog_tiles::tree_hash(to, &both.other).unwrap();
        let small = tlog_tiles::tree_hash(from, &both.other).unwrap();
        prop_assert_eq!(both.tree.root(), root.0);

        let tiles = tiles(&both, to);
        let head = TreeHead { size: to, root: root.0, timestamp_ms: 0 };
        prop_assert_eq!(tiles.tree(from, &head).unwrap().root(), small.0);

        let theirs = tlog_tiles::prove_tree(to, from, &both.other).unwrap();
        let ours = tiles.consistency(from, to).unwrap();
        prop_assert!(same(&ours, &theirs));
        prop_assert_eq!(proof::verify_consistency(from, &small.0, to, &root.0, &ours), Ok(()));

        let theirs = tlog_tiles::prove_record(to, from - 1, &both.other).unwrap();
        let ours = tiles.inclusion(from - 1, to).unwrap();
        prop_assert!(same(&ours, &theirs));
        let leaf = both.leaves[from as usize - 1];
        prop_assert_eq!(proof::verify_inclusion(&leaf, from - 1, to, &ours, &root.0), Ok(()));
    }

    #[test]
    fn paths(level in 0_u8..6, index in 0_u64..1 << 40, width in 1_u16..=256) {
        let ours = TileId { level, index, width: TileWidth::new(width).unwrap() };
        let theirs = Tile::new(8, level, index, width.into(), false);
        // Theirs tell the height, which is 8 in certificate transparency and goes unsaid.
        prop_assert_eq!(ours.path(TileKind::Hashes), theirs.path().replacen("tile/8/", "tile/", 1));
    }
}
