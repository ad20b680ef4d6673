//! What a live feed is to the rest of the house.

use super::block::Block;
use ct::Tree;
use jiff::Timestamp;
use std::fmt;
use std::sync::Arc;

/// A feed of entries, in order.
pub trait Source: Send {
    /// What is new; waits while nothing is.
    ///
    /// Batches come in order and without gaps. After a restart they come again from the settled position, so an
    /// entry may be seen twice, never skipped. Retries of passing faults are the source's own affair; it tells of
    /// them. After [`News::Stopped`] nothing comes any more. May be dropped at any await point: what was not yet
    /// told is read again by the next source that starts at the same position.
    fn next(&mut self) -> impl Future<Output = News> + Send;
}

/// What a source tells.
#[derive(Debug)]
pub enum News {
    /// It has begun, and knows where.
    Begun {
        /// The index of the first entry to come.
        at: u64,
        /// The tree of all entries before, where the feed has one.
        tree: Tree,
        /// The head that it was proven against.
        head: Head,
    },
    /// Entries, to be judged.
    Entries(EntryBatch),
    /// The newest head, whether or not its entries were read yet.
    Head(Head),
    /// Everything up to the newest head was handed on.
    CaughtUp,
    /// Something is wrong. The source goes on as far as it can.
    Trouble(Trouble),
    /// What was wrong in this respect is well again.
    Mended(TroubleKind),
    /// The source has ended: for good where there is no trouble, as a log does that was retired and read to its end;
    /// else until it is started again at the settled position.
    Stopped(Option<Trouble>),
}

/// How far the order and completeness of entries are vouched for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Assurance {
    /// Each entry was proven to belong to a tree whose head the log has signed.
    Proven,
    /// The feed numbers nothing and signs nothing: what it left out nobody can know.
    Unproven,
}

/// A stretch of entries of one feed, from one index up to another.
#[derive(Debug)]
pub struct EntryBatch {
    /// The index of the first entry.
    pub from: u64,
    /// The index after the last one.
    pub upto: u64,
    /// The entries, in order.
    pub blocks: Vec<Block>,
    /// The head that they were proven against.
    pub head: Head,
    /// The tree at `upto`, from which a source can go on.
    pub tree: Tree,
    /// When they were read.
    pub seen: Timestamp,
    /// What vouches for them.
    pub assurance: Assurance,
}

impl EntryBatch {
    /// The entries of a feed that signs nothing: one block, read at `seen`.
    pub(super) fn unproven(block: Block, seen: Timestamp) -> Self {
        let upto = block.first + block.entries.len() as u64;
        Self {
            from: block.first,
            upto,
            blocks: vec![block],
            head: Head::unsigned(upto),
            tree: Tree::new(),
            seen,
            assurance: Assurance::Unproven,
        }
    }
}

/// The newest state that a feed has told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// How many entries there are.
    pub size: u64,
    /// When the feed says so.
    pub at: Timestamp,
    /// The signed text as it was received, for evidence; empty where nothing is signed.
    pub evidence: Arc<str>,
}

impl Head {
    /// Of a feed that signs nothing: as many entries as we made of it.
    pub(super) fn unsigned(size: u64) -> Self {
        Self {
            size,
            at: Timestamp::now(),
            evidence: Arc::from(""),
        }
    }
}

impl News {
    /// The beginning of a feed that signs nothing.
    pub(super) fn begun_unsigned(next: u64) -> Self {
        Self::Begun {
            at: next,
            tree: Tree::new(),
            head: Head::unsigned(next),
        }
    }
}

/// What can be wrong with a feed. Each is an alarm of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TroubleKind {
    /// We are asked to slow down (429), again and again.
    Throttled,
    /// It does not answer, or only with errors.
    Unavailable,
    /// Answers do not end in time.
    Timeout,
    /// It gives more or fewer entries than its head says.
    WrongSize,
    /// Its entries do not make the tree that it signed.
    WrongHash,
    /// It signed two trees of which neither extends the other.
    SplitView,
    /// It signed a smaller tree after a larger one.
    Rollback,
    /// Its newest head is older than it may be.
    StaleHead,
    /// The signature under its head is not by its key, or the head is for another log.
    BadSignature,
    /// The certificate of an issuer cannot be had.
    MissingIssuer,
    /// An entry has a type that RFC 6962 does not know.
    UnknownEntryType,
    /// Bytes that should be entries, hashes or a head cannot be read as such.
    BrokenFrame,
    /// An answer is larger than any honest one.
    Oversized,
}

impl TroubleKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Throttled,
        Self::Unavailable,
        Self::Timeout,
        Self::WrongSize,
        Self::WrongHash,
        Self::SplitView,
        Self::Rollback,
        Self::StaleHead,
        Self::BadSignature,
        Self::MissingIssuer,
        Self::UnknownEntryType,
        Self::BrokenFrame,
        Self::Oversized,
    ];

    /// The stable id, in kebab case.
    pub fn id(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timeout",
            Self::WrongSize => "wrong-size",
            Self::WrongHash => "wrong-hash",
            Self::SplitView => "split-view",
            Self::Rollback => "rollback",
            Self::StaleHead => "stale-head",
            Self::BadSignature => "bad-signature",
            Self::MissingIssuer => "missing-issuer",
            Self::UnknownEntryType => "unknown-entry-type",
            Self::BrokenFrame => "broken-frame",
            Self::Oversized => "oversized",
        }
    }

    /// Whether it may pass by itself, so that somebody need only hear of it when it lasts.
    pub fn may_pass(self) -> bool {
        matches!(self, Self::Throttled | Self::Unavailable | Self::Timeout)
    }

    /// Whether the log has shown that it cannot be relied upon, so that it is paused.
    pub fn is_misbehaviour(self) -> bool {
        matches!(self, Self::WrongHash | Self::SplitView | Self::Rollback)
    }
}

impl fmt::Display for TroubleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Something wrong with a feed, with the evidence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble {
    /// Its kind.
    pub kind: TroubleKind,
    /// What happened, in a sentence.
    pub says: String,
    /// Signed heads as they were received, oldest first.
    pub evidence: Vec<Arc<str>>,
}

impl Trouble {
    /// Trouble without evidence.
    pub fn new(kind: TroubleKind, says: impl Into<String>) -> Self {
        Self {
            kind,
            says: says.into(),
            evidence: vec![],
        }
    }

    /// The same with signed heads.
    #[must_use]
    pub fn with<'a>(mut self, heads: impl IntoIterator<Item = &'a Head>) -> Self {
        let signed = heads.into_iter().map(|head| head.evidence.clone());
        self.evidence.extend(signed);
        self
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.says)
    }
}
