//! Proofs and trees made from tiles of hashes (C2SP tlog-tiles): which tiles they need, and what they then are.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::ops::Range;

use crate::fault::{CtFault, Part};
use crate::hash::{Hash, node_hash};
use crate::proof::verify_consistency;
use crate::tile::{FULL, TileId};
use crate::tree::Tree;
use crate::{MAX_TREE_SIZE, TreeHead};

/// Tiles of hashes of one log, as they were fetched. Nothing in it is believed: what comes out is proven, or is a
/// proof to be verified.
#[derive(Debug, Clone, Default)]
pub struct TileSet {
    /// By level and index.
    tiles: BTreeMap<(u8, u64), Vec<Hash>>,
}

/// The tiles that [`TileSet::tree`] needs for the first `size` entries of a log of `of` entries. Partial ones are
/// those of `of`; full ones in their place do as well.
pub fn needed_for_tree(size: u64, of: u64) -> Vec<TileId> {
    let proof = consistency_ranges(size, of);
    needed(proof.into_iter().chain(iter::once(0..size)), of)
}

/// The tiles that [`TileSet::consistency`] needs.
pub fn needed_for_consistency(from: u64, to: u64) -> Vec<TileId> {
    needed(consistency_ranges(from, to).into_iter(), to)
}

fn needed(ranges: impl Iterator<Item = Range<u64>>, size: u64) -> Vec<TileId> {
    let nodes = ranges.flat_map(perfect);
    let tiles: BTreeSet<TileId> = nodes
        .filter_map(|node| TileId::of(node.level(), node.tile(), size))
        .collect();
    tiles.into_iter().collect()
}

impl TileSet {
    /// No tiles.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a tile as it was served. A wider tile replaces a narrower one in its place, never the other way.
    ///
    /// # Errors
    ///
    /// [`CtFault::PeerWrongSize`] unless it has 32 bytes for each hash of its width.
    pub fn insert(&mut self, tile: TileId, bytes: &[u8]) -> Result<(), CtFault> {
        let want = usize::from(tile.width.get()) * size_of::<Hash>();
        let (hashes, []) = bytes.as_chunks() else {
            return Err(wrong_size(want, bytes.len()));
        };
        if bytes.len() != want {
            return Err(wrong_size(want, bytes.len()));
        }
        let held = self.tiles.entry((tile.level, tile.index)).or_default();
        if held.len() < hashes.len() {
            *held = hashes.to_vec();
        }
        Ok(())
    }

    /// The tree of the first `size` entries, proven to be the beginning of the log whose head is `head`: a reader can
    /// append entries from `size` on.
    ///
    /// # Errors
    ///
    /// [`CtFault::ConfigMissingTile`] without [`needed_for_tree`]; [`CtFault::PeerWrongHash`] when the tiles do not lead
    /// to the head; [`CtFault::PeerMalformed`] when `size` is beyond it.
    pub fn tree(&self, size: u64, head: &TreeHead) -> Result<Tree, CtFault> {
        let path = self.consistency(size, head.size)?;
        let roots: Vec<Hash> = perfect(0..size)
            .map(|node| self.node(node))
            .collect::<Result<_, _>>()?;
        let tree = Tree::from_subtrees(size, &roots)?;
        match verify_consistency(size, &tree.root(), head.size, &head.root, &path) {
            // Both sides of the comparison come from these tiles, so it is they that are wrong.
            Err(CtFault::PeerInconsistent { .. }) => Err(CtFault::PeerWrongHash {
                part: Part::HashTile,
            }),
            proven => proven.map(|()| tree),
        }
    }

    /// The consistency proof between two sizes (RFC 6962 §2.1.2), for [`verify_consistency`]. Nothing for equal sizes,
    /// and from 0.
    ///
    /// # Errors
    ///
    /// [`CtFault::ConfigMissingTile`] without [`needed_for_consistency`]; [`CtFault::PeerMalformed`] for sizes that are
    /// not in order.
    pub fn consistency(&self, from: u64, to: u64) -> Result<Vec<Hash>, CtFault> {
        if from > to || to > MAX_TREE_SIZE {
            return Err(CtFault::PeerMalformed {
                part: Part::Proof,
                why: "it is for sizes that are not in order",
            });
        }
        consistency_ranges(from, to)
            .into_iter()
            .map(|range| self.root(range))
            .collect()
    }

    /// The inclusion proof of the entry `index` in the tree of `size` entries (RFC 6962 §2.1.1), for
    /// [`verify_inclusion`](crate::proof::verify_inclusion).
    ///
    /// # Errors
    ///
    /// [`CtFault::ConfigMissingTile`] for what is not there; [`CtFault::PeerMalformed`] when the tree has no such entry.
    pub fn inclusion(&self, index: u64, size: u64) -> Result<Vec<Hash>, CtFault> {
        if index >= size || size > MAX_TREE_SIZE {
            return Err(CtFault::PeerMalformed {
                part: Part::Proof,
                why: "its index is not in the tree",
            });
        }
        inclusion_ranges(index, size)
            .into_iter()
            .map(|range| self.root(range))
            .collect()
    }

    /// The root over some entries, of which the first stands where a perfect tree that holds them all could begin.
    fn root(&self, entries: Range<u64>) -> Result<Hash, CtFault> {
        let nodes: Vec<Hash> = perfect(entries)
            .map(|node| self.node(node))
            .collect::<Result<_, _>>()?;
        let root = nodes
            .into_iter()
            .rev()
            .reduce(|right, left| node_hash(&left, &right));
        Ok(root.expect("no range of a proof is empty"))
    }

    /// The root of a perfect subtree, from the one tile that has it or the hashes below it.
    fn node(&self, node: Node) -> Result<Hash, CtFault> {
        let hashes = self
            .tiles
            .get(&(node.level(), node.tile()))
            .and_then(|hashes| hashes.get(node.hashes()))
            .ok_or_else(|| node.missing())?;
        let mut layer = hashes.to_vec();
        while layer.len() > 1 {
            layer = layer
                .as_chunks()
                .0
                .iter()
                .map(|[left, right]| node_hash(left, right))
                .collect();
        }
        Ok(layer[0])
    }
}

/// A perfect subtree: the entries from `index << height` to `(index + 1) << height`.
#[derive(Debug, Clone, Copy)]
struct Node {
    height: u32,
    index: u64,
}

impl Node {
    /// The level of the tile in which it, or what it is made of, stands.
    fn level(self) -> u8 {
        (self.height / 8) as u8
    }

    /// Its first hash of that level.
    fn first(self) -> u64 {
        self.index << (self.height % 8)
    }

    fn tile(self) -> u64 {
        self.first() / FULL
    }

    /// Its hashes in that tile: a power of two.
    fn hashes(self) -> Range<usize> {
        let from = (self.first() % FULL) as usize;
        from..from + (1 << (self.height % 8))
    }

    fn missing(self) -> CtFault {
        CtFault::ConfigMissingTile {
            level: self.level(),
            index: self.tile(),
        }
    }
}

/// The perfect subtrees that some entries fall into, largest first.
fn perfect(entries: Range<u64>) -> impl Iterator<Item = Node> {
    let length = entries.end - entries.start;
    let mut at = entries.start;
    let heights = (0..64)
        .rev()
        .filter(move |height| length >> height & 1 == 1);
    heights.map(move |height| {
        let index = at >> height;
        at += 1 << height;
        Node { height, index }
    })
}

/// The ranges whose roots are the consistency proof, in its order (RFC 6962 §2.1.2: `SUBPROOF`).
fn consistency_ranges(from: u64, to: u64) -> Vec<Range<u64>> {
    let mut ranges = vec![];
    if from == 0 || from > to {
        return ranges;
    }
    let (mut rest, mut within, mut whole) = (from, 0..to, true);
    while rest != within.end - within.start {
        let half = split(&within);
        if rest <= half {
            ranges.push(within.start + half..within.end);
            within.end = within.start + half;
        } else {
            ranges.push(within.start..within.start + half);
            within.start += half;
            rest -= half;
            whole = false;
        }
    }
    // The root of the smaller tree itself is known to whoever asks.
    if !whole {
        ranges.push(within);
    }
    ranges.reverse();
    ranges
}

/// The ranges whose roots are the audit path, in its order (RFC 6962 §2.1.1: `PATH`).
fn inclusion_ranges(index: u64, size: u64) -> Vec<Range<u64>> {
    let mut ranges = vec![];
    let mut within = 0..size;
    while within.end - within.start > 1 {
        let middle = within.start + split(&within);
        if index < middle {
            ranges.push(middle..within.end);
            within.end = middle;
        } else {
            ranges.push(within.start..middle);
            within.start = middle;
        }
    }
    ranges.reverse();
    ranges
}

/// The largest power of two below the length of a range of two entries or more.
fn split(range: &Range<u64>) -> u64 {
    1 << (range.end - range.start - 1).ilog2()
}

fn wrong_size(want: usize, got: usize) -> CtFault {
    CtFault::PeerWrongSize {
        part: Part::HashTile,
        want: want as u64,
        got: got as u64,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::plain;
    use crate::proof::verify_inclusion;
    use crate::{TileKind, TileWidth};

    /// The tiles of a tree, all of them or those needed.
    fn set(leaves: &[Hash], only: Option<&[TileId]>) -> TileSet {
        let mut set = TileSet::new();
        for (level, index, hashes) in plain::tiles(leaves) {
            let width = TileWidth::new(hashes.len() as u16).unwrap();
            let tile = TileId {
                level,
                index,
                width,
            };
            if only.is_none_or(|only| only.contains(&tile)) {
                set.insert(tile, hashes.as_flattened()).unwrap();
            }
        }
        set
    }

    fn head(leaves: &[Hash]) -> TreeHead {
        TreeHead {
            size: leaves.len() as u64,
            root: plain::root(leaves),
            timestamp_ms: 0,
        }
    }

    #[track_caller]
    fn check(from: u64, to: u64) {
        let leaves = plain::leaves(to);
        let head = head(&leaves);
        let before = &leaves[..from as usize];

        let needed = needed_for_tree(from, to);
        let tree = set(&leaves, Some(&needed)).tree(from, &head).unwrap();
        assert_eq!(
            (tree.size(), tree.root()),
            (from, plain::root(before)),
            "tree of {from} in {to}"
        );

        let needed = needed_for_consistency(from, to);
        let proof = set(&leaves, Some(&needed)).consistency(from, to).unwrap();
        let want = if from == 0 {
            vec![]
        } else {
            plain::consistency(from as usize, &leaves)
        };
        assert_eq!(proof, want, "{from} to {to}");

        if from < to {
            let path = set(&leaves, None).inclusion(from, to).unwrap();
            assert_eq!(
                path,
                plain::inclusion(from as usize, &leaves),
                "{from} in {to}"
            );
            verify_inclusion(&leaves[from as usize], from, to, &path, &head.root).unwrap();
        }
    }

    #[test]
    fn sizes_around_tiles() {
        for from in [0, 1, 2, 255, 256, 257, 511, 512, 513, 700] {
            for to in [1, 255, 256, 257, 512, 513, 700, 768] {
                if from <= to {
                    check(from, to);
                }
            }
        }
        check(65_535, 65_800);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn any_sizes(from in 0_u64..1500, more in 0_u64..1500) {
            check(from, (from + more).max(1));
        }

        /// One bit of one needed tile changed: nothing is proven by it.
        #[test]
        fn a_changed_tile_proves_nothing(from in 1_u64..700, more in 1_u64..700, at: prop::sample::Index) {
            let leaves = plain::leaves(from + more);
            let head = head(&leaves);
            let mut changed = set(&leaves, Some(&needed_for_tree(from, from + more)));
            let count = changed.tiles.values().map(Vec::len).sum();
            let mut hashes = changed.tiles.values_mut().flatten();
            hashes.nth(at.index(count)).unwrap()[0] ^= 1;
            match changed.tree(from, &head) {
                // Not every hash of a tile goes into the proof.
                Ok(tree) => prop_assert_eq!(tree.root(), plain::root(&leaves[..from as usize])),
                Err(fault) => prop_assert_eq!(fault.id(), "wrong-hash"),
            }
        }

        /// However large, what is needed is little and quickly said.
        #[test]
        fn few_are_needed(size: u64, of: u64) {
            let (size, of) = (size.min(of) >> 1, of.max(size) >> 1);
            prop_assert!(needed_for_tree(size, of).len() <= 200);
        }
    }

    #[test]
    fn a_full_tile_does_for_a_partial_one() {
        let (now, later) = (plain::leaves(300), plain::leaves(512));
        let mut set = set(&later, None);
        assert_eq!(
            set.tree(299, &head(&now)).unwrap().root(),
            plain::root(&now[..299])
        );
        let partial = TileId::of(0, 1, 300).unwrap();
        set.insert(partial, now[256..].as_flattened()).unwrap();
        assert_eq!(
            set.tree(511, &head(&later)).unwrap().root(),
            plain::root(&later[..511])
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        let leaves = plain::leaves(700);
        let needed: Vec<String> = needed_for_tree(600, 700)
            .iter()
            .map(|tile| tile.path(TileKind::Hashes))
            .collect();
        assert_eq!(needed, ["tile/0/002.p/188", "tile/1/000.p/2"]);
        let some = set(&leaves, Some(&needed_for_tree(600, 700)[1..]));
        let fault = some.tree(600, &head(&leaves)).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "tile 2 of level 0 is needed, and was not given or is too narrow"
        );
    }

    #[test]
    fn faults() {
        let id = TileId::of(0, 0, 2).unwrap();
        let insert = |bytes: &[u8]| TileSet::new().insert(id, bytes).unwrap_err().to_string();
        assert_eq!(
            insert(&[0; 63]),
            "the tile of hashes holds 63 where 64 belong"
        );
        assert_eq!(
            insert(&[0; 96]),
            "the tile of hashes holds 96 where 64 belong"
        );
        assert_eq!(insert(&[]), "the tile of hashes holds 0 where 64 belong");
        let none = TileSet::new();
        assert_eq!(none.consistency(3, 2).unwrap_err().id(), "broken-frame");
        assert_eq!(none.inclusion(2, 2).unwrap_err().id(), "broken-frame");
        assert_eq!(
            none.tree(3, &head(&plain::leaves(2))).unwrap_err().id(),
            "broken-frame"
        );
    }
}
