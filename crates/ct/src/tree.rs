//! A Merkle tree that only grows, kept as the roots of its perfect subtrees (RFC 6962 §2.1).

use crate::base64;
use crate::fault::CtFault;
use crate::hash::{EMPTY_ROOT, Hash, node_hash};

/// The most entries that any tree here has: what a signed 64-bit number holds.
pub const MAX_TREE_SIZE: u64 = i64::MAX as u64;

/// A tree of any size in 2 KiB: for each bit of its size one hash, the root of a perfect subtree of that many leaves.
///
/// Appending costs two node hashes on average and no memory.
#[derive(Clone)]
pub struct Tree {
    size: u64,
    /// At `n`, the root of the subtree of 2^n leaves, if bit `n` of the size is set; else anything.
    subtrees: [Hash; 64],
}

impl Tree {
    /// The tree without entries.
    pub fn new() -> Self {
        Self {
            size: 0,
            subtrees: [[0; 32]; 64],
        }
    }

    /// The tree of `size` leaves whose perfect subtrees have these roots, largest first, as they stand in the tree.
    ///
    /// # Errors
    ///
    /// [`CtFault::ConfigSavedTree`] when there are not as many as the size asks for, or it is beyond
    /// [`MAX_TREE_SIZE`].
    pub fn from_subtrees(size: u64, roots: &[Hash]) -> Result<Self, CtFault> {
        let fault = |why| CtFault::ConfigSavedTree { why };
        if size > MAX_TREE_SIZE {
            return Err(fault("its size is beyond 2^63"));
        }
        if roots.len() != size.count_ones() as usize {
            return Err(fault(
                "its size and the number of its hashes do not go together",
            ));
        }
        let mut tree = Self::new();
        tree.size = size;
        for (level, root) in levels(size).zip(roots) {
            tree.subtrees[level] = *root;
        }
        Ok(tree)
    }

    /// Appends a leaf by its hash.
    #[inline]
    pub fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        let full = self.size.trailing_ones() as usize;
        for left in &self.subtrees[..full] {
            node = node_hash(left, &node);
        }
        self.subtrees[full] = node;
        self.size += 1;
    }

    /// How many entries there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree, what a log signs: the Merkle tree hash of all entries.
    pub fn root(&self) -> Hash {
        let smallest_first = levels(self.size).rev().map(|level| self.subtrees[level]);
        smallest_first
            .reduce(|right, left| node_hash(&left, &right))
            .unwrap_or(EMPTY_ROOT)
    }

    /// The roots of the perfect subtrees, largest first.
    pub fn subtrees(&self) -> impl Iterator<Item = &Hash> {
        levels(self.size).map(|level| &self.subtrees[level])
    }

    /// The tree as text: its size, a blank, and the hashes in base 64, largest subtree first. [`Self::restore`] reads
    /// it.
    pub fn save(&self) -> String {
        let hashes: Vec<u8> = self.subtrees().flatten().copied().collect();
        format!("{} {}", self.size, base64::encode(&hashes))
    }

    /// Reads what [`Self::save`] wrote.
    ///
    /// # Errors
    ///
    /// [`CtFault::ConfigSavedTree`] for anything else.
    pub fn restore(saved: &str) -> Result<Self, CtFault> {
        let fault = |why| CtFault::ConfigSavedTree { why };
        let (size, hashes) = saved.split_once(' ').ok_or(fault("it has no blank"))?;
        let size = crate::checkpoint::decimal(size).ok_or(fault("its size is no number"))?;
        let hashes = base64::decode(hashes).ok_or(fault("its hashes are not base 64"))?;
        let (hashes, []) = hashes.as_chunks() else {
            return Err(fault("its last hash is cut off"));
        };
        Self::from_subtrees(size, hashes)
    }
}

/// The bits that are set in a size, highest first.
fn levels(size: u64) -> impl DoubleEndedIterator<Item = usize> {
    (0..64).rev().filter(move |level| size >> level & 1 == 1)
}

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

impl Extend<Hash> for Tree {
    fn extend<I: IntoIterator<Item = Hash>>(&mut self, leaves: I) {
        leaves.into_iter().for_each(|leaf| self.push(leaf));
    }
}

/// Equal trees are of one size and one root; what is left of larger subtrees does not count.
impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        self.size == other.size && self.subtrees().eq(other.subtrees())
    }
}

impl Eq for Tree {}

impl std::fmt::Debug for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tree({})", self.save())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::plain;

    #[test]
    fn roots_as_defined() {
        let leaves = plain::leaves(260);
        let mut tree = Tree::new();
        for (size, leaf) in leaves.iter().enumerate() {
            assert_eq!(tree.root(), plain::root(&leaves[..size]), "{size} leaves");
            tree.push(*leaf);
        }
    }

    proptest! {
        /// A tree that was saved goes on as if nothing had been.
        #[test]
        fn save_then_restore(before in 0_u64..300, after in 0_u64..100) {
            let leaves = plain::leaves(before + after);
            let (mut tree, mut whole) = (Tree::new(), Tree::new());
            tree.extend(leaves[..before as usize].iter().copied());
            whole.extend(leaves.iter().copied());
            let mut restored = Tree::restore(&tree.save()).unwrap();
            prop_assert_eq!(&restored, &tree);
            restored.extend(leaves[before as usize..].iter().copied());
            prop_assert_eq!(&restored, &whole);
            prop_assert_eq!(restored.root(), whole.root());
        }

        /// Whatever was saved, reading it does not panic, and what is taken has one text.
        #[test]
        fn restore_anything(saved in "[0-9]{0,20} ?[A-Za-z0-9+/=]{0,90}") {
            if let Ok(tree) = Tree::restore(&saved) {
                prop_assert_eq!(tree.save(), saved);
            }
        }
    }

    #[track_caller]
    fn check_fault(saved: &str, want: &str) {
        let fault = Tree::restore(saved).unwrap_err().to_string();
        assert_eq!(
            fault,
            format!("a saved tree is malformed: {want}"),
            "{saved}"
        );
    }

    #[test]
    fn stored_form() {
        assert_eq!(Tree::new().save(), "0 ");
        let mut tree = Tree::new();
        tree.extend(plain::leaves(3));
        assert_eq!(
            tree.save(),
            "3 p9kYlLYfv0Y3jYjj4bH3rvOVMsUEtIS9MVUdFeCgnf/YH1F4HuuPRqDhEuhsozWJbMwSzuAObPz1ijUBEp38JA=="
        );
    }

    #[test]
    fn not_restored() {
        check_fault("", "it has no blank");
        check_fault("3", "it has no blank");
        check_fault("03 ", "its size is no number");
        check_fault(
            "1 ",
            "its size and the number of its hashes do not go together",
        );
        check_fault("1 AAAA", "its last hash is cut off");
        check_fault("1 AAA", "its hashes are not base 64");
        check_fault("9223372036854775808 AAAA", "its last hash is cut off");
        let one = base64::encode(&[0; 32]);
        check_fault(
            &format!("9223372036854775808 {one}"),
            "its size is beyond 2^63",
        );
        check_fault(
            &format!("3 {one}"),
            "its size and the number of its hashes do not go together",
        );
    }

    #[test]
    fn the_largest_tree_takes_entries() {
        let roots = vec![[1; 32]; 63];
        let mut tree = Tree::from_subtrees(MAX_TREE_SIZE, &roots).unwrap();
        tree.push([1; 32]);
        assert_eq!(tree.size(), 1 << 63);
        assert_eq!(tree.subtrees().count(), 1);
    }
}
