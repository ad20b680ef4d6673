//! The two ways in which logs are read, behind one set of questions.

use super::block::Block;
use super::ct_rfc6962::Rfc6962;
use super::ct_static::Static;
use super::door::Fault;
use super::head::SignedHead;
use ct::Tree;

/// How a log is spoken to.
#[derive(Clone)]
pub enum Dialect {
    /// By tiles (C2SP static-ct-api).
    Static(Static),
    /// By requests (RFC 6962 §4).
    Rfc6962(Rfc6962),
}

impl Dialect {
    /// Whether the log answers in this dialect just now, with a head that it has signed.
    pub async fn is_served(&self) -> bool {
        self.head().await.is_ok()
    }

    /// The newest head, its signature checked.
    pub(super) async fn head(&self) -> Result<SignedHead, Fault> {
        match self {
            Self::Static(log) => log.head().await,
            Self::Rfc6962(log) => log.head().await,
        }
    }

    /// Where a block that begins at `from` had best end, in a log of `size` entries.
    pub(super) fn end_of_block(&self, from: u64, size: u64) -> u64 {
        match self {
            Self::Static(_) => Static::end_of_block(from, size),
            Self::Rfc6962(log) => log.end_of_block(from, size),
        }
    }

    /// Entries `from..upto`, which [`Self::end_of_block`] gave, in a log of `size` entries.
    pub(super) async fn block(&self, from: u64, upto: u64, size: u64) -> Result<Block, Fault> {
        match self {
            Self::Static(log) => log.block(from, upto, size).await,
            Self::Rfc6962(log) => log.block(from, upto).await,
        }
    }

    /// Whether `tree` is the beginning of the tree under `head`, by a proof that the log gives.
    pub(super) async fn extends(&self, tree: &Tree, head: &SignedHead) -> Result<bool, Fault> {
        match self {
            Self::Static(log) => log.extends(tree, head).await,
            Self::Rfc6962(log) => log.extends(tree, head).await,
        }
    }

    /// The tree of the first `size` entries, proven to be the beginning of the one under `head`.
    pub(super) async fn tree_at(&self, size: u64, head: &SignedHead) -> Result<Tree, Fault> {
        match self {
            Self::Static(log) => log.tree_at(size, head).await,
            Self::Rfc6962(log) => log.tree_at(size, head).await,
        }
    }
}
