//! What a log holds: its entries, packed a tile at a time, and its tree.

use std::io::{Read, Write};
use std::sync::Arc;

use bytes::Bytes;
use ct::leaf_hash;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::entry::TileLeaf;
use super::tree::WholeTree;

/// Entries of a full tile (tlog-tiles).
pub(crate) const TILE: u64 = 256;

/// All entries of a log, from the first. A clone shares the full tiles but has a tree of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Archive {
    full: Vec<FullTile>,
    tail: Entries,
    tree: WholeTree,
}

impl Archive {
    pub(crate) fn size(&self) -> u64 {
        self.tree.size()
    }

    pub(crate) fn tree(&self) -> &WholeTree {
        &self.tree
    }

    /// Adds an entry, given as it stands in a data tile.
    pub(crate) fn push(&mut self, tile_leaf: &[u8]) {
        let (leaf, _) = TileLeaf::split(tile_leaf)
            .expect("entries are written here, or were checked when read");
        self.tree.push(leaf_hash(&leaf.merkle_tree_leaf()));
        self.tail.push(tile_leaf);
        if self.tail.len() == TILE {
            let tail = std::mem::take(&mut self.tail);
            self.full.push(FullTile {
                gzip: gzip(&tail.bytes).into(),
                ends: tail.ends.into(),
            });
        }
    }

    /// Forgets all but the first `size` entries.
    pub(crate) fn truncate(&mut self, size: u64) {
        if let Some(cut) = self.tile(size / TILE) {
            self.tail = cut.entries();
            self.tail.truncate(size % TILE);
            self.full.truncate((size / TILE) as usize);
            self.tree.truncate(size);
        }
    }

    /// The tile with the entries from `index * 256` on, full or not; `None` beyond the last.
    pub(crate) fn tile(&self, index: u64) -> Option<Stored> {
        match self.full.get(index as usize) {
            Some(full) => Some(Stored::Full(full.clone())),
            None if index == self.full.len() as u64 => Some(Stored::Tail(self.tail.clone())),
            None => None,
        }
    }
}

/// A tile out of the archive, not yet unpacked: that can wait until the archive is free for others.
#[derive(Clone, Debug)]
pub(crate) enum Stored {
    Full(FullTile),
    Tail(Entries),
}

/// 256 entries, compressed.
#[derive(Clone, Debug)]
pub(crate) struct FullTile {
    /// As it is served.
    pub(crate) gzip: Bytes,
    ends: Arc<[usize]>,
}

impl Stored {
    pub(crate) fn entries(self) -> Entries {
        match self {
            Self::Tail(entries) => entries,
            Self::Full(tile) => {
                let mut bytes = Vec::with_capacity(tile.ends.last().copied().unwrap_or_default());
                GzDecoder::new(&*tile.gzip)
                    .read_to_end(&mut bytes)
                    .expect("it was compressed here");
                Entries {
                    bytes,
                    ends: tile.ends.to_vec(),
                }
            }
        }
    }
}

/// Entries one after the other, as in a data tile.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entries {
    bytes: Vec<u8>,
    /// Where each ends. Kept, since an entry of unknown type does not tell.
    ends: Vec<usize>,
}

impl Entries {
    pub(crate) fn len(&self) -> u64 {
        self.ends.len() as u64
    }

    pub(crate) fn push(&mut self, tile_leaf: &[u8]) {
        self.bytes.extend_from_slice(tile_leaf);
        self.ends.push(self.bytes.len());
    }

    pub(crate) fn truncate(&mut self, length: u64) {
        self.ends.truncate(length as usize);
        self.bytes
            .truncate(self.ends.last().copied().unwrap_or_default());
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = TileLeaf<'_>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| {
            let (leaf, _) =
                TileLeaf::split(&self.bytes[start..*end]).expect("it was whole when it was added");
            leaf
        })
    }

    /// Flips one bit of the last entry, in what its leaf covers, so that its frame stays whole.
    pub(crate) fn corrupt(&mut self) {
        let Some(last) = self.iter().last() else {
            return;
        };
        // Some 20 bytes into a certificate stands its serial number.
        let inside = 20.min(last.covered.len().saturating_sub(1));
        let place = last.covered.as_ptr().addr() + inside - self.bytes.as_ptr().addr();
        if let Some(byte) = self.bytes.get_mut(place) {
            *byte ^= 1;
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Fast rather than small: a tile is packed while the log stands still.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}
