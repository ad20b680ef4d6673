//! The older way to read a log: JSON over requests (RFC 6962 §4).

mod entries;
mod proofs;

pub use entries::{LogEntry, Page, RawEntry, extra_data, leaf_input};
pub use proofs::{EntryAndProof, Inclusion, parse_consistency};

use serde::Deserialize;

use crate::fault::{self, CtFault, Part};
use crate::key::LogKey;
use crate::{Hash, MAX_TREE_SIZE, TreeHead, base64};

/// A signed tree head, read but not verified (RFC 6962 §4.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedTreeHead {
    /// The entries of the tree, 0 to [`MAX_TREE_SIZE`].
    pub size: u64,
    /// When it was signed, in milliseconds since the epoch.
    pub timestamp_ms: u64,
    /// The root of the tree.
    pub root: Hash,
    /// The `digitally-signed` struct.
    pub signature: Vec<u8>,
}

#[derive(Deserialize)]
struct GetSth {
    tree_size: u64,
    timestamp: u64,
    sha256_root_hash: String,
    tree_head_signature: String,
}

impl SignedTreeHead {
    /// Reads the answer to `get-sth`.
    ///
    /// # Errors
    ///
    /// [`CtFault::PeerJson`] or [`CtFault::PeerMalformed`].
    pub fn parse(json: &[u8]) -> Result<Self, CtFault> {
        let malformed = |why| CtFault::PeerMalformed {
            part: Part::TreeHead,
            why,
        };
        let sth: GetSth =
            serde_json::from_slice(json).map_err(|fault| fault::json(Part::TreeHead, &fault))?;
        if sth.tree_size > MAX_TREE_SIZE {
            return Err(malformed("its size is no number of entries"));
        }
        Ok(Self {
            size: sth.tree_size,
            timestamp_ms: sth.timestamp,
            root: base64::decode_hash(&sth.sha256_root_hash)
                .ok_or(malformed("its root is no hash"))?,
            signature: base64::decode(&sth.tree_head_signature)
                .ok_or(malformed("its signature is not base 64"))?,
        })
    }

    /// Checks that the log with this key signed it, and only that.
    ///
    /// # Errors
    ///
    /// [`CtFault::PeerBadSignature`] or [`CtFault::PeerMalformed`].
    pub fn verify(&self, key: &LogKey) -> Result<TreeHead, CtFault> {
        let message = tree_head_signature_input(self.timestamp_ms, self.size, &self.root);
        key.verify(&message, &self.signature, Part::TreeHead)?;
        Ok(TreeHead {
            size: self.size,
            root: self.root,
            timestamp_ms: self.timestamp_ms,
        })
    }
}

/// What a log signs of a tree: the struct under `TreeHeadSignature` (RFC 6962 §3.5).
pub fn tree_head_signature_input(timestamp_ms: u64, size: u64, root: &Hash) -> [u8; 50] {
    let mut input = [0; 50];
    // Version v1, signature type tree_hash.
    input[1] = 1;
    input[2..10].copy_from_slice(&timestamp_ms.to_be_bytes());
    input[10..18].copy_from_slice(&size.to_be_bytes());
    input[18..].copy_from_slice(root);
    input
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::tests::Signer;

    fn json(sth: &SignedTreeHead) -> String {
        serde_json::json!({
            "tree_size": sth.size,
            "timestamp": sth.timestamp_ms,
            "sha256_root_hash": base64::encode(&sth.root),
            "tree_head_signature": base64::encode(&sth.signature),
        })
        .to_string()
    }

    #[track_caller]
    fn check(change: impl FnOnce(String) -> String, want: Result<u64, &str>) {
        let signer = Signer::new();
        let message = tree_head_signature_input(1_700_000_000_000, 1000, &[7; 32]);
        let sth = SignedTreeHead {
            size: 1000,
            timestamp_ms: 1_700_000_000_000,
            root: [7; 32],
            signature: signer.sign(&message),
        };
        let text = change(json(&sth));
        let got = SignedTreeHead::parse(text.as_bytes()).and_then(|read| read.verify(&signer.key));
        let got = got.as_ref().map(|head| head.size).map_err(CtFault::id);
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn tree_heads() {
        check(|text| text, Ok(1000));
        check(|text| text.replace("1000}", "1001}"), Err("bad-signature"));
        check(
            |text| text.replace("1000}", "9223372036854775808}"),
            Err("broken-frame"),
        );
        check(|text| text.replace("1000}", "-1}"), Err("broken-frame"));
        check(
            |text| text.replace("1700000000000", "1700000000001"),
            Err("bad-signature"),
        );
        check(
            |text| text.replace("BwcHBwcH", "BwcHBwcI"),
            Err("bad-signature"),
        );
        check(|text| text.replace("BwcHBwcH", "BwcH"), Err("broken-frame"));
        check(|text| text.replace("\"BA", "\"*A"), Err("broken-frame"));
        check(
            |text| text.replace("tree_size", "size"),
            Err("broken-frame"),
        );
        check(|_| String::new(), Err("broken-frame"));
    }
}
