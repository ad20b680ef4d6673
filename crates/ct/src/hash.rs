//! The hashes of a Merkle tree (RFC 6962 §2.1).

use sha2::{Digest, Sha256};

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// The root of the tree without leaves: the digest of nothing.
pub const EMPTY_ROOT: Hash = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// The hash of a leaf, of which `leaf` is all: a whole `MerkleTreeLeaf` (RFC 6962 §3.4).
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    leaf_hash_of(&[leaf])
}

/// The hash of a leaf that lies in pieces.
pub(crate) fn leaf_hash_of(pieces: &[&[u8]]) -> Hash {
    let mut digest = Sha256::new();
    digest.update([0]);
    for piece in pieces {
        digest.update(piece);
    }
    digest.finalize().into()
}

/// The hash of the node over `left` and `right`.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut digest = Sha256::new();
    digest.update([1]);
    digest.update(left);
    digest.update(right);
    digest.finalize().into()
}

pub(crate) fn sha256(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_of_nothing() {
        assert_eq!(sha256(b""), EMPTY_ROOT);
    }

    #[test]
    fn pieces_do_not_matter() {
        assert_eq!(leaf_hash_of(&[b"ab", b"", b"c"]), leaf_hash(b"abc"));
        assert_eq!(leaf_hash(b"abc"), sha256(b"\0abc"));
    }

    #[test]
    fn leaves_and_nodes_differ() {
        let (left, right) = ([b'a'; 32], [b'b'; 32]);
        let both = [left, right].concat();
        assert_ne!(node_hash(&left, &right), leaf_hash(&both));
        assert_eq!(node_hash(&left, &right), sha256(&[&[1], &*both].concat()));
    }
}
