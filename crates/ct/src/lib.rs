//! Bytes to log entries: certificate transparency, as its specifications write it.
//!
//! Bytes in, values out; nothing here opens a socket or asks the time. One module is one specification:
//!
//! | module | specification |
//! |---|---|
//! | [`key`], [`rfc6962`], [`entry`], [`proof`], [`Tree`] | RFC 6962 |
//! | [`note`] | C2SP signed-note |
//! | [`checkpoint`] | C2SP tlog-checkpoint, as static-ct-api signs it |
//! | [`cosignature`] | C2SP tlog-cosignature |
//! | [`tile`], [`tile_set`] | C2SP tlog-tiles |
//! | [`data_tile`] | C2SP static-ct-api |
//! | [`names_tile`] | names tiles, an extension of Sunlight |
//! | [`identifiers`], [`certificate`], [`issuance`] | RFC 5280, as tolerantly as X.690 allows |
//! | [`log_list`] | the log list schema, version 3 |
//!
//! All of it is hostile until proven: a [`TreeHead`] is what a log signed; entries count when the [`Tree`] of their
//! leaf hashes has its root. Where bytes cannot be read, a [`CtFault`] says whose fault it is, and what came before
//! stays good.

mod base64;
pub mod certificate;
pub mod checkpoint;
pub mod cosignature;
pub mod data_tile;
mod der;
pub mod entry;
mod fault;
mod frame;
mod hash;
pub mod identifiers;
pub mod issuance;
pub mod key;
pub mod log_list;
pub mod names_tile;
pub mod note;
#[cfg(test)]
mod plain;
pub mod proof;
pub mod rfc6962;
pub mod tile;
pub mod tile_set;
mod tree;

pub use certificate::Form;
pub use checkpoint::Checkpoint;
pub use der::{Broken, Damage};
pub use entry::{Chain, Entry, EntryKind};
pub use fault::{CtFault, Part};
pub use hash::{EMPTY_ROOT, Hash, leaf_hash, node_hash};
pub use key::{LogId, LogKey};
pub use log_list::{Dialect, ListedLog, LogList, LogState};
pub use tile::{TileId, TileKind, TileWidth};
pub use tile_set::TileSet;
pub use tree::{MAX_TREE_SIZE, Tree};

/// The head of a log's tree, signed by the log and verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeHead {
    /// The entries of the tree, 0 to [`MAX_TREE_SIZE`].
    pub size: u64,
    /// The root of the tree.
    pub root: Hash,
    /// When the log signed it, in milliseconds since the epoch.
    pub timestamp_ms: u64,
}
