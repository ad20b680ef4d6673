//! Proofs that an entry is in a tree, and that one tree is the beginning of another (RFC 6962 §2.1.1, §2.1.2; checked
//! as RFC 9162 §2.1.3.2 and §2.1.4.2 describe it for the same trees).

use crate::fault::{CtFault, Part};
use crate::hash::{EMPTY_ROOT, Hash, node_hash};
use crate::tree::{MAX_TREE_SIZE, Tree};

/// How many hashes a proof may have: no tree of up to [`MAX_TREE_SIZE`] entries needs more.
pub const MAX_PROOF: usize = 64;

/// Checks that the leaf stands at `index` in the tree of `size` entries with that root.
///
/// # Errors
///
/// [`CtFault::PeerWrongHash`] when the path leads elsewhere, [`CtFault::PeerMalformed`] when it has not as many hashes
/// as this place has, or there is no such place.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    path: &[Hash],
    root: &Hash,
) -> Result<(), CtFault> {
    climb(leaf, index, size, path, root, |_| ())
}

/// The tree of the entries before `index`, from the proof that the leaf at `index` is in a larger tree. So a reader
/// can begin anywhere: the siblings to the left of the path are the subtrees of what comes before.
///
/// # Errors
///
/// As [`verify_inclusion`], which is done first.
pub fn tree_before(
    leaf: &Hash,
    index: u64,
    size: u64,
    path: &[Hash],
    root: &Hash,
) -> Result<Tree, CtFault> {
    let mut left = vec![];
    climb(leaf, index, size, path, root, |sibling| left.push(*sibling))?;
    left.reverse();
    // The path passes one perfect subtree on its left for each bit of the index.
    Tree::from_subtrees(index, &left)
}

/// Hashes from a leaf to the root, tells each sibling to the left, and compares.
fn climb(
    leaf: &Hash,
    index: u64,
    size: u64,
    path: &[Hash],
    root: &Hash,
    mut tell_left: impl FnMut(&Hash),
) -> Result<(), CtFault> {
    if size > MAX_TREE_SIZE || index >= size {
        return Err(malformed("its index is not in the tree"));
    }
    let (mut node, mut at, mut last) = (*leaf, index, size - 1);
    for sibling in path {
        if last == 0 {
            return Err(malformed("it has too many hashes"));
        }
        if at & 1 == 1 || at == last {
            node = node_hash(sibling, &node);
            tell_left(sibling);
            // The last node of an odd level has no sibling there: it goes up as it is.
            if at & 1 == 0 {
                let up = at.trailing_zeros();
                (at, last) = (at >> up, last >> up);
            }
        } else {
            node = node_hash(&node, sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(malformed("it has too few hashes"));
    }
    if node != *root {
        return Err(CtFault::PeerWrongHash { part: Part::Proof });
    }
    Ok(())
}

/// Checks that the tree of `from` entries with root `from_root` is the beginning of that of `to` entries.
///
/// Trees of one size are the same or in conflict, and the tree without entries is the beginning of all: neither has
/// any hashes in its proof.
///
/// # Errors
///
/// [`CtFault::PeerInconsistent`] when the hashes do not lead to both roots (a wrong proof looks the same as a log that
/// was changed), [`CtFault::PeerMalformed`] when their number is wrong for these sizes, or `from` is beyond `to`.
pub fn verify_consistency(
    from: u64,
    from_root: &Hash,
    to: u64,
    to_root: &Hash,
    path: &[Hash],
) -> Result<(), CtFault> {
    if from > to || to > MAX_TREE_SIZE {
        return Err(malformed("it is for sizes that are not in order"));
    }
    let conflict = || CtFault::PeerInconsistent { from, to };
    if from == 0 || from == to {
        let same = if from == 0 {
            *from_root == EMPTY_ROOT
        } else {
            from_root == to_root
        };
        let same = same && (to > 0 || *to_root == EMPTY_ROOT);
        return match path {
            [] if same => Ok(()),
            [] => Err(conflict()),
            _ => Err(malformed("it has too many hashes")),
        };
    }
    let up = from.trailing_zeros();
    let (mut at, mut last) = ((from - 1) >> up, (to - 1) >> up);
    // When the smaller tree is perfect, its root is where both ways begin, and is not in the proof.
    let (seed, rest) = if from.is_power_of_two() {
        (from_root, path)
    } else {
        path.split_first()
            .ok_or(malformed("it has too few hashes"))?
    };
    let (mut small, mut large) = (*seed, *seed);
    for sibling in rest {
        if last == 0 {
            return Err(malformed("it has too many hashes"));
        }
        if at & 1 == 1 || at == last {
            small = node_hash(sibling, &small);
            large = node_hash(sibling, &large);
            if at & 1 == 0 {
                let up = at.trailing_zeros();
                (at, last) = (at >> up, last >> up);
            }
        } else {
            large = node_hash(&large, sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(malformed("it has too few hashes"));
    }
    if small != *from_root || large != *to_root {
        return Err(conflict());
    }
    Ok(())
}

fn malformed(why: &'static str) -> CtFault {
    CtFault::PeerMalformed {
        part: Part::Proof,
        why,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::plain;

    #[test]
    fn every_inclusion_in_small_trees() {
        let leaves = plain::leaves(40);
        for size in 1..=leaves.len() {
            let root = plain::root(&leaves[..size]);
            for (index, leaf) in leaves[..size].iter().enumerate() {
                let path = plain::inclusion(index, &leaves[..size]);
                let (index, size) = (index as u64, size as u64);
                verify_inclusion(leaf, index, size, &path, &root).unwrap();
                let mut before = tree_before(leaf, index, size, &path, &root).unwrap();
                assert_eq!(before.size(), index);
                assert_eq!(
                    before.root(),
                    plain::root(&leaves[..index as usize]),
                    "{index} of {size}"
                );
                before.extend(leaves[index as usize..size as usize].iter().copied());
                assert_eq!(before.root(), root);
            }
        }
    }

    #[test]
    fn every_consistency_of_small_trees() {
        let leaves = plain::leaves(40);
        for to in 1..=leaves.len() {
            for from in 1..=to {
                let (small, large) = (plain::root(&leaves[..from]), plain::root(&leaves[..to]));
                let path = plain::consistency(from, &leaves[..to]);
                let (from, to) = (from as u64, to as u64);
                verify_consistency(from, &small, to, &large, &path).unwrap();
                let other = verify_consistency(from, &large, to, &small, &path);
                assert_eq!(other.is_ok(), from == to, "{from} to {to}");
            }
        }
    }

    proptest! {
        /// A proof with one bit, hash, index or size changed proves nothing.
        #[test]
        fn a_changed_inclusion_is_none(size in 2_u64..100, at: prop::sample::Index, bit: prop::sample::Index, change in 0..5) {
            let leaves = plain::leaves(size);
            let index = at.index(leaves.len());
            let (mut leaf, root) = (leaves[index], plain::root(&leaves));
            let mut path = plain::inclusion(index, &leaves);
            let mut index = index as u64;
            match change {
                0 => flip(&mut leaf, bit),
                1 => { let hash = bit.index(path.len()); flip(&mut path[hash], bit); }
                2 => { path.remove(bit.index(path.len())); }
                3 => path.insert(bit.index(path.len()), leaf),
                _ => index ^= 1,
            }
            prop_assert!(verify_inclusion(&leaf, index, size, &path, &root).is_err());
            prop_assert!(tree_before(&leaf, index, size, &path, &root).is_err());
        }

        /// The same of consistency.
        #[test]
        fn a_changed_consistency_is_none(to in 3_u64..100, at: prop::sample::Index, bit: prop::sample::Index, change in 0..5) {
            let leaves = plain::leaves(to);
            let from = at.index(leaves.len() - 1) + 1;
            let (mut small, mut large) = (plain::root(&leaves[..from]), plain::root(&leaves));
            let mut path = plain::consistency(from, &leaves);
            match change {
                0 => flip(&mut small, bit),
                1 => flip(&mut large, bit),
                2 => { let hash = bit.index(path.len()); flip(&mut path[hash], bit); }
                3 => { path.remove(bit.index(path.len())); }
                _ => path.insert(bit.index(path.len()), small),
            }
            prop_assert!(verify_consistency(from as u64, &small, to, &large, &path).is_err());
        }

        /// No sizes and hashes, however wrong, do harm.
        #[test]
        fn anything(from: u64, to: u64, hashes in prop::collection::vec(any::<Hash>(), 0..70)) {
            let hash = [7; 32];
            let _ = verify_consistency(from, &hash, to, &hash, &hashes);
            prop_assert!(verify_inclusion(&hash, from, to, &hashes, &hash).is_err() || hashes.is_empty());
            let _ = tree_before(&hash, from, to, &hashes, &hash);
        }
    }

    fn flip(hash: &mut Hash, bit: prop::sample::Index) {
        let bit = bit.index(256);
        hash[bit / 8] ^= 1 << (bit % 8);
    }

    #[track_caller]
    fn check(from: u64, to: u64, path: &[Hash], want: Result<(), &str>) {
        let root = |size| plain::root(&plain::leaves(size));
        let got = verify_consistency(from, &root(from.min(9)), to, &root(to.min(9)), path);
        assert_eq!(got.map_err(|fault| fault.id()), want, "{from} to {to}");
    }

    #[test]
    fn edges_of_consistency() {
        check(0, 0, &[], Ok(()));
        check(0, 5, &[], Ok(()));
        check(0, 5, &[[0; 32]], Err("broken-frame"));
        check(5, 5, &[], Ok(()));
        check(5, 5, &[[0; 32]], Err("broken-frame"));
        check(6, 5, &[], Err("broken-frame"));
        check(4, 5, &[], Err("broken-frame"));
        check(4, 5, &[[0; 32]], Err("split-view"));
        check(1, u64::MAX, &[[0; 32]; 64], Err("broken-frame"));
        let zero = verify_consistency(0, &[9; 32], 0, &[9; 32], &[]);
        assert_eq!(zero, Err(CtFault::PeerInconsistent { from: 0, to: 0 }));
        let two_roots = verify_consistency(5, &[1; 32], 5, &[2; 32], &[]);
        assert_eq!(two_roots, Err(CtFault::PeerInconsistent { from: 5, to: 5 }));
    }
}
