//! A feed, as all stages know it.

use ct::{Dialect, Tree};
use feeds::live::{EntryBatch, Head, Issuers, Trouble, TroubleKind};
use jiff::Timestamp;
use ledger::{FeedKind, FeedState};
use std::sync::Arc;
use tokio::sync::oneshot;

use crate::hot::Judged;

/// What does not change while a feed is followed.
pub(crate) struct Feed {
    /// The id by which the ledger knows it.
    pub(crate) id: Arc<str>,
    pub(crate) kind: FeedKind,
    /// What people call it.
    pub(crate) description: String,
    pub(crate) url: String,
    /// A temporal shard takes certificates that end within.
    pub(crate) interval: Option<(Timestamp, Timestamp)>,
    /// How a log is read, for certstream's clients.
    pub(crate) dialect: Option<Dialect>,
    /// Where its issuers are.
    pub(crate) issuers: Option<Issuers>,
}

/// What the clerk is told.
pub(crate) enum Report {
    /// A feed begins with this entry.
    Begun {
        feed: Arc<Feed>,
        at: u64,
        tree: String,
        head: Head,
    },
    /// Entries, judged.
    Judged(Arc<Feed>, Box<JudgedBatch>),
    /// The newest head.
    Head(Arc<Feed>, Head),
    /// Everything up to the newest head was handed on.
    CaughtUp(Arc<Feed>),
    /// Something is wrong with a feed.
    Trouble(Arc<Feed>, Trouble),
    /// It is no longer.
    Mended(Arc<Feed>, TroubleKind),
    /// Nothing more comes until the feed is started again: what was judged is to be settled, and *seen* to go back there.
    Stopped {
        feed: Arc<Feed>,
        state: &'static str,
        /// Gets what the ledger then knows.
        settled: oneshot::Sender<Option<FeedState>>,
    },
}

/// A batch after the hot half.
pub(crate) struct JudgedBatch {
    pub(crate) from: u64,
    pub(crate) upto: u64,
    pub(crate) head: Head,
    pub(crate) tree: String,
    pub(crate) seen: Timestamp,
    pub(crate) blocks: Vec<Judged>,
}

impl JudgedBatch {
    /// `blocks` are those of `batch`, judged.
    pub(crate) fn new(batch: &EntryBatch, blocks: Vec<Judged>) -> Self {
        Self {
            from: batch.from,
            upto: batch.upto,
            head: batch.head.clone(),
            tree: saved(&batch.tree),
            seen: batch.seen,
            blocks,
        }
    }
}

/// A tree as the ledger keeps it; nothing for a feed that has none.
pub(crate) fn saved(tree: &Tree) -> String {
    if tree.size() == 0 {
        String::new()
    } else {
        tree.save()
    }
}
