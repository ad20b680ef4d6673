//! The whole Merkle tree of a log, kept so that any proof can be given.

use ct::{EMPTY_ROOT, Hash, node_hash};

/// Every node of the tree (RFC 6962 §2.1) that stands over a full subtree: 64 bytes an entry.
#[derive(Clone, Debug, Default)]
pub(crate) struct WholeTree {
    /// `levels[h][i]` is the hash over the entries from `i * 2^h` up to `(i + 1) * 2^h`.
    levels: Vec<Vec<Hash>>,
}

impl WholeTree {
    pub(crate) fn size(&self) -> u64 {
        self.levels.first().map_or(0, Vec::len) as u64
    }

    pub(crate) fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        for height in 0.. {
            if self.levels.len() == height {
                self.levels.push(Vec::new());
            }
            let level = &mut self.levels[height];
            level.push(node);
            let [.., left, right] = &level[..] else { break };
            if level.len() % 2 == 1 {
                break;
            }
            node = node_hash(left, right);
        }
    }

    /// Forgets all but the first `size` entries.
    pub(crate) fn truncate(&mut self, size: u64) {
        for (height, level) in self.levels.iter_mut().enumerate() {
            level.truncate((size >> height) as usize);
        }
        self.levels.retain(|level| !level.is_empty());
    }

    /// The root of the tree of the first `size` entries (RFC 6962 §2.1). `size` is at most [`WholeTree::size`].
    pub(crate) fn root(&self, size: u64) -> Hash {
        if size == 0 {
            return EMPTY_ROOT;
        }
        self.subtree(0, size)
    }

    /// `width` hashes of the tile at `level` and `index` (tlog-tiles), for a tree of `size` entries.
    ///
    /// `None` where a tree of that size has no such hashes.
    pub(crate) fn tile(&self, level: u8, index: u64, width: u16, size: u64) -> Option<Vec<u8>> {
        let height = 8 * u32::from(level);
        let from = index.checked_mul(256)?;
        let upto = from.checked_add(u64::from(width))?;
        let hashes = self.levels.get(height as usize)?;
        (width > 0 && upto <= size.checked_shr(height)?)
            .then(|| hashes[from as usize..upto as usize].as_flattened().to_vec())
    }

    /// Where a leaf stands among the first `size`. This looks at each, which is no matter at the sizes tests have.
    pub(crate) fn find(&self, leaf: &Hash, size: u64) -> Option<u64> {
        let leaves = &self.levels.first()?[..size as usize];
        leaves
            .iter()
            .position(|other| other == leaf)
            .map(|index| index as u64)
    }

    /// The audit path of entry `index` in the tree of `size` entries (RFC 6962 §2.1.1). `index` is below `size`.
    pub(crate) fn inclusion(&self, index: u64, size: u64) -> Vec<Hash> {
        let mut path = Vec::new();
        let (mut start, mut end) = (0, size);
        while end - start > 1 {
            let middle = start + split(end - start);
            if index < middle {
                path.push(self.subtree(middle, end));
                end = middle;
            } else {
                path.push(self.subtree(start, middle));
                start = middle;
            }
        }
        path.reverse();
        path
    }

    /// The proof that the tree of `second` entries extends that of `first` (RFC 6962 §2.1.2); empty where one of
    /// them is empty or they are the same. `first` is at most `second`.
    pub(crate) fn consistency(&self, first: u64, second: u64) -> Vec<Hash> {
        let mut path = Vec::new();
        if first == 0 {
            return path;
        }
        let (mut start, mut end) = (0, second);
        // Down to the node that ends where the first tree ends.
        while first < end {
            let middle = start + split(end - start);
            if first <= middle {
                path.push(self.subtree(middle, end));
                end = middle;
            } else {
                path.push(self.subtree(start, middle));
                start = middle;
            }
        }
        // The verifier has that node already where it is the whole first tree.
        if start > 0 {
            path.push(self.subtree(start, end));
        }
        path.reverse();
        path
    }

    /// The hash over the entries from `start` up to `end`, which RFC 6962 §2.1 cuts out as one subtree.
    fn subtree(&self, start: u64, end: u64) -> Hash {
        let size = end - start;
        if size.is_power_of_two() {
            let height = size.trailing_zeros();
            return self.levels[height as usize][(start >> height) as usize];
        }
        let middle = start + split(size);
        node_hash(&self.subtree(start, middle), &self.subtree(middle, end))
    }
}

/// The largest power of two below `size`, which is at least 2 (RFC 6962 §2.1).
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}
