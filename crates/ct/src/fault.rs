//! What can be wrong with what a log, its list or its operator gives us.

use std::fmt;

/// Why bytes were not taken. The first word says who is at fault: the log (`Peer…`), whoever publishes the list of
/// logs (`List…`), or whoever configured us (`Config…`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CtFault {
    /// What the log served is not of the form that its specification asks for.
    #[error("{part} is malformed: {why}")]
    PeerMalformed {
        /// What was read.
        part: Part,
        /// What is wrong with it.
        why: &'static str,
    },

    /// JSON that is none, or whose fields are of other types (RFC 6962 §4).
    #[error("{part} is malformed: no JSON of its form at line {line}, column {column}")]
    PeerJson {
        /// What was read.
        part: Part,
        /// The line of the fault, from 1.
        line: usize,
        /// The column of the fault, from 1; 0 when nothing at all was there.
        column: usize,
    },

    /// Something ends before its own lengths say.
    #[error("{part} ends at {size} bytes, before its lengths say")]
    PeerTruncated {
        /// What was read.
        part: Part,
        /// How many bytes there are.
        size: usize,
    },

    /// More or fewer than the position or the request asks for: bytes, entries or hashes.
    #[error("{part} holds {got} where {want} belong")]
    PeerWrongSize {
        /// What was read.
        part: Part,
        /// How many belong there.
        want: u64,
        /// How many are there.
        got: u64,
    },

    /// More than anything of its kind may hold.
    #[error("{part} holds {size}, more than {limit}")]
    PeerOversized {
        /// What was read.
        part: Part,
        /// How much it holds: bytes, lines or hashes.
        size: u64,
        /// How much it may hold.
        limit: u64,
    },

    /// An entry of a type that RFC 6962 §3.1 does not have. In a tile its length is unknown, so that nothing after it
    /// can be read.
    #[error("an entry is of unknown type {entry_type}")]
    PeerUnknownEntryType {
        /// The type as it stands in the entry.
        entry_type: u16,
    },

    /// A signature by the key that belongs there does not hold.
    #[error("the signature of {part} does not verify")]
    PeerBadSignature {
        /// What is signed.
        part: Part,
    },

    /// The key that belongs there did not sign (C2SP signed-note: unknown signatures are ignored, so none is left).
    #[error("{part} is not signed by the key of the log")]
    PeerUnsigned {
        /// What should be signed.
        part: Part,
    },

    /// A checkpoint names another log.
    #[error("a checkpoint is of another log than the one asked for")]
    PeerOtherOrigin,

    /// Hashes do not lead to the root that the log signed.
    #[error("the hashes of {part} do not lead to the signed root")]
    PeerWrongHash {
        /// What was checked.
        part: Part,
    },

    /// Two signed trees are not of one log: the smaller is no beginning of the larger.
    #[error("the tree of {from} entries is no beginning of the tree of {to}")]
    PeerInconsistent {
        /// Size of the smaller tree, in entries.
        from: u64,
        /// Size of the larger tree, in entries.
        to: u64,
    },

    /// The list of logs cannot be used.
    #[error("the list of logs is malformed: {why}")]
    ListMalformed {
        /// What is wrong with it.
        why: String,
    },

    /// The list of logs is not signed by the key that was configured for it.
    #[error("the signature of the list of logs does not verify")]
    ListBadSignature,

    /// A public key that cannot be used.
    #[error("a public key cannot be used: {why}")]
    ConfigKey {
        /// What is wrong with it.
        why: &'static str,
    },

    /// A tree was asked for that these tiles do not hold.
    #[error("tile {index} of level {level} is needed, and was not given or is too narrow")]
    ConfigMissingTile {
        /// The level of the tile.
        level: u8,
        /// The index of the tile in its level.
        index: u64,
    },

    /// A saved tree that was not saved by us, or damaged since.
    #[error("a saved tree is malformed: {why}")]
    ConfigSavedTree {
        /// What is wrong with it.
        why: &'static str,
    },
}

impl CtFault {
    /// A stable identifier in kebab-case; for what a log did, the kind of the alarm that it is worth.
    pub fn id(&self) -> &'static str {
        match self {
            Self::PeerMalformed { .. } | Self::PeerJson { .. } => "broken-frame",
            Self::PeerTruncated { .. } | Self::PeerWrongSize { .. } => "wrong-size",
            Self::PeerOversized { .. } => "oversized",
            Self::PeerUnknownEntryType { .. } => "unknown-entry-type",
            Self::PeerBadSignature { .. } | Self::PeerUnsigned { .. } | Self::PeerOtherOrigin => {
                "bad-signature"
            }
            Self::PeerWrongHash { .. } => "wrong-hash",
            Self::PeerInconsistent { .. } => "split-view",
            Self::ListMalformed { .. } | Self::ListBadSignature => "log-list",
            Self::ConfigKey { .. } => "key",
            Self::ConfigMissingTile { .. } => "missing-tile",
            Self::ConfigSavedTree { .. } => "saved-tree",
        }
    }
}

/// What a fault was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// A signed note (C2SP signed-note).
    Note,
    /// A checkpoint (C2SP tlog-checkpoint).
    Checkpoint,
    /// A witness's cosignature of a checkpoint (C2SP tlog-cosignature).
    Cosignature,
    /// A signed tree head (RFC 6962 §4.3).
    TreeHead,
    /// A proof of consistency or of inclusion (RFC 6962 §2.1).
    Proof,
    /// A page of entries (RFC 6962 §4.6).
    Entries,
    /// The leaf of one entry (RFC 6962 §3.4).
    Leaf,
    /// A tile of hashes (C2SP tlog-tiles).
    HashTile,
    /// A tile of entries (C2SP static-ct-api).
    DataTile,
    /// A line of a names tile.
    NamesTile,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "the signed note",
            Self::Checkpoint => "the checkpoint",
            Self::Cosignature => "the cosignature",
            Self::TreeHead => "the signed tree head",
            Self::Proof => "the proof",
            Self::Entries => "the page of entries",
            Self::Leaf => "the leaf",
            Self::HashTile => "the tile of hashes",
            Self::DataTile => "the tile of entries",
            Self::NamesTile => "the names tile",
        })
    }
}

/// A fault of the log's JSON, without the hostile text that the parser would quote.
pub(crate) fn json(part: Part, fault: &serde_json::Error) -> CtFault {
    CtFault::PeerJson {
        part,
        line: fault.line(),
        column: fault.column(),
    }
}
