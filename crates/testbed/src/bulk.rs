//! Very many entries, fast: what a bench reads.

use std::panic::resume_unwind;

use bytes::Bytes;
use ct::entry::leaf_index_extension;
use ct::{Hash, leaf_hash};
use jiff::Timestamp;

use crate::authority::{Authority, Request};
use crate::ct_log::archive::{TILE, gzip};
use crate::ct_log::entry::{Submission, TileLeaf};
use crate::ct_log::issuer::milliseconds;
use crate::ct_log::tree::WholeTree;
use crate::error::TestbedError;
use crate::key::sha256;
use crate::ordinary;
use crate::random::Random;

/// Data tiles in memory, and the root of the tree over them.
///
/// All entries are precertificates. They are as a log would have them, but that nobody signed what was submitted: its
/// signatures are noise of the right form, which takes much less time. No leaf covers them.
#[derive(Clone, Debug)]
pub struct Bulk {
    /// Compressed with gzip; each has 256 entries, the last perhaps fewer.
    pub tiles: Vec<Bytes>,
    /// How many entries there are.
    pub size: u64,
    /// The root of the tree (RFC 6962 §2.1).
    pub root: Hash,
}

impl Bulk {
    /// Makes `size` entries on all processors: first one for each of `names`, then ordinary ones. The seed decides all
    /// but keys, signatures and times.
    pub fn new(size: u64, names: &[String], seed: u64) -> Result<Self, TestbedError> {
        let authority = Authority::new()?;
        let template = Template {
            chain: authority.chain().map(sha256),
            authority: &authority,
            names,
            now: Timestamp::now(),
            size,
            seed,
        };
        let count = size.div_ceil(TILE);
        let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
        let share = count.div_ceil(threads).max(1);
        let template = &template;
        let made = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|worker| (worker * share).min(count)..((worker + 1) * share).min(count))
                .map(|range| {
                    scope.spawn(move || range.map(|index| template.tile(index)).collect::<Vec<_>>())
                })
                .collect();
            let joined = workers
                .into_iter()
                .map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
            joined.flatten().collect::<Vec<_>>()
        });
        let mut tree = WholeTree::default();
        let mut tiles = Vec::with_capacity(made.len());
        for (tile, leaves) in made {
            tiles.push(tile);
            for leaf in leaves {
                tree.push(leaf);
            }
        }
        Ok(Self {
            tiles,
            size,
            root: tree.root(size),
        })
    }
}

/// What all entries have in common.
struct Template<'a> {
    authority: &'a Authority,
    chain: [[u8; 32]; 2],
    names: &'a [String],
    now: Timestamp,
    size: u64,
    seed: u64,
}

impl Template<'_> {
    /// The tile at `index`, compressed, and the hashes of its leaves.
    fn tile(&self, index: u64) -> (Bytes, Vec<Hash>) {
        let mut random = Random::new(self.seed.wrapping_mul(0x1_0000_0001).wrapping_add(index));
        let mut bytes = Vec::with_capacity(TILE as usize * 1_300);
        let places = index * TILE..((index + 1) * TILE).min(self.size);
        let leaves = places.map(|place| {
            let entry = self.entry(place, &mut random);
            bytes.extend_from_slice(&entry);
            let (leaf, _) = TileLeaf::split(&entry).expect("it was written just now");
            leaf_hash(&leaf.merkle_tree_leaf())
        });
        let leaves = leaves.collect();
        (gzip(&bytes).into(), leaves)
    }

    fn entry(&self, place: u64, random: &mut Random) -> Vec<u8> {
        let names = match self.names.get(place as usize) {
            Some(name) => vec![name.clone()],
            None => ordinary::names(random),
        };
        let request = Request::new(names, self.now, random.next());
        let made = self
            .authority
            .precertificate_signed(&request, |_| noise(random));
        let submission = Submission::Precertificate {
            tbs: made.tbs,
            submitted: made.submitted,
        };
        let hash = self.authority.issuer_key_hash();
        submission.tile_leaf(
            milliseconds(self.now),
            hash,
            &leaf_index_extension(place),
            &self.chain,
        )
    }
}

/// An `Ecdsa-Sig-Value` (RFC 3279 §2.2.3) of two numbers out of the air.
fn noise(random: &mut Random) -> Vec<u8> {
    let mut signature = vec![0; 70];
    random.fill(&mut signature);
    signature[..5].copy_from_slice(&[0x30, 68, 2, 32, 0x7f]);
    signature[36..39].copy_from_slice(&[2, 32, 0x7f]);
    signature
}

#[cfg(test)]
mod tests {
    use super::*;
    use ct::data_tile::entries;
    use ct::tile::TileWidth;
    use std::io::Read;

    fn check(size: u64) {
        let name = "first-of-all.example".to_owned();
        let bulk = Bulk::new(size, std::slice::from_ref(&name), 3).expect("tiles");
        let mut tree = ct::Tree::new();
        let mut bytes = Vec::new();
        for (index, tile) in bulk.tiles.iter().enumerate() {
            bytes.clear();
            flate2::read::GzDecoder::new(&tile[..])
                .read_to_end(&mut bytes)
                .expect("gzip");
            let width = (size - index as u64 * TILE).min(TILE) as u16;
            for entry in entries(&bytes, TileWidth::new(width).expect("a width")) {
                let entry = entry.expect("an entry");
                assert_eq!(entry.leaf_index, Some(tree.size()));
                let named = entry
                    .covered
                    .windows(name.len())
                    .any(|part| part == name.as_bytes());
                assert_eq!(named, tree.size() == 0);
                tree.push(entry.leaf_hash());
            }
        }
        assert_eq!(
            (tree.size(), tree.root(), bulk.size),
            (size, bulk.root, size)
        );
    }

    #[test]
    fn all_entries_are_under_the_root() {
        check(1);
        check(256);
        check(1_000);
    }
}
