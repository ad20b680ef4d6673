//! For tests: trees and proofs word for word as RFC 6962 §2.1 defines them, over all leaves and without haste.

use crate::hash::{EMPTY_ROOT, Hash, leaf_hash, node_hash};

/// The hashes of some leaves that differ.
pub(crate) fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

/// `MTH`.
pub(crate) fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves));
            node_hash(&root(left), &root(right))
        }
    }
}

/// `PATH`.
pub(crate) fn inclusion(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return vec![];
    }
    let (left, right) = leaves.split_at(split(leaves));
    let (mut path, sibling) = if index < left.len() {
        (inclusion(index, left), right)
    } else {
        (inclusion(index - left.len(), right), left)
    };
    path.push(root(sibling));
    path
}

/// `PROOF`, for sizes that differ and are not 0.
pub(crate) fn consistency(from: usize, leaves: &[Hash]) -> Vec<Hash> {
    subproof(from, leaves, true)
}

fn subproof(from: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if from == leaves.len() {
        return if whole { vec![] } else { vec![root(leaves)] };
    }
    let (left, right) = leaves.split_at(split(leaves));
    let (mut path, sibling) = if from <= left.len() {
        (subproof(from, left, whole), right)
    } else {
        (subproof(from - left.len(), right, false), left)
    };
    path.push(root(sibling));
    path
}

/// Every tile of hashes of the tree, full and partial, by level and index.
pub(crate) fn tiles(leaves: &[Hash]) -> Vec<(u8, u64, Vec<Hash>)> {
    let (mut tiles, mut layer, mut level) = (vec![], leaves.to_vec(), 0);
    while !layer.is_empty() {
        let cut = layer
            .chunks(256)
            .zip(0..)
            .map(|(hashes, index)| (level, index, hashes.to_vec()));
        tiles.extend(cut);
        layer = layer.chunks_exact(256).map(root).collect();
        level += 1;
    }
    tiles
}

fn split(leaves: &[Hash]) -> usize {
    1 << (leaves.len() - 1).ilog2()
}
