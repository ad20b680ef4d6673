//! One log, followed: heads polled, entries read, every batch proven before it is handed on.
//!
//! Two trees are kept. `tree` ends where entries were handed on, `ahead` where they were read. A batch goes out when
//! `ahead` is the tree that the log signed, or provably its beginning. Where it is not, the log has contradicted
//! itself: nothing of the batch goes out, and the source stops with the evidence.

use super::block::Block;
use super::dialect::Dialect;
use super::door::{Fault, Pacing};
use super::head::{Next, SignedHead, at, compare, stale};
use super::patience::Patience;
use super::room::Room;
use super::source::{Assurance, EntryBatch, News, Source, Trouble, TroubleKind};
use ct::{CtFault, Tree};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use jiff::Timestamp;
use std::collections::VecDeque;
use std::future::pending;
use tokio::time::{Instant, sleep_until};

/// Blocks of a batch at most: the distance between two proofs while catching up.
const MOST_BLOCKS: usize = 32;

/// Where to begin.
#[derive(Clone, Debug)]
pub enum Start {
    /// With the first entry after the newest head.
    Now,
    /// With this entry. Beyond the newest head, with the newest head.
    Index(u64),
    /// With the first entry that the log promised to include at or after this time.
    Since(Timestamp),
    /// Where an earlier source ended.
    Resume(Box<Tree>),
}

/// A source that follows one log.
pub struct CtLog {
    dialect: Dialect,
    start: Option<Start>,
    pacing: Pacing,
    room: Room,
    /// Whether there is an end: the log takes no more entries, so its newest head is the last.
    closed: bool,
    /// Entries handed on.
    tree: Tree,
    /// Entries read.
    ahead: Tree,
    head: Option<SignedHead>,
    /// The head that `tree` was proven against.
    proven: Option<SignedHead>,
    /// Read and not yet handed on.
    blocks: Vec<Block>,
    /// On the way, in order.
    asked: FuturesOrdered<BoxFuture<'static, Result<Block, Fault>>>,
    /// Where the next request begins.
    next: u64,
    /// When to look at the head again.
    poll_at: Instant,
    /// Nothing is asked before.
    rest_until: Instant,
    /// Whether the newest entries were told to be the last so far.
    told_caught_up: bool,
    /// With heads and with entries, each for itself: a log may serve one and refuse the other.
    heads: Patience,
    entries: Patience,
    /// Whether it is entries, or what proves them, that are asked for just now.
    reading: bool,
    news: VecDeque<News>,
    stopped: bool,
}

impl CtLog {
    /// A source that begins at `start`. `closed` where the log takes no more entries.
    pub fn new(dialect: Dialect, start: Start, closed: bool, pacing: Pacing, room: Room) -> Self {
        Self {
            dialect,
            start: Some(start),
            heads: Patience::new(pacing.patience),
            entries: Patience::new(pacing.patience),
            reading: false,
            pacing,
            room,
            closed,
            tree: Tree::new(),
            ahead: Tree::new(),
            head: None,
            proven: None,
            blocks: vec![],
            asked: FuturesOrdered::new(),
            next: 0,
            poll_at: Instant::now(),
            rest_until: Instant::now(),
            told_caught_up: false,
            news: VecDeque::new(),
            stopped: false,
        }
    }

    /// Does one thing; what there is to tell of it is in `news`.
    async fn step(&mut self) -> Result<(), Fault> {
        let due = self.poll_at <= Instant::now();
        let Some(size) = self.head.as_ref().map(SignedHead::size) else {
            sleep_until(self.poll_at).await;
            return self.poll().await;
        };
        if self.start.is_some() {
            return self.begin().await;
        }
        if due {
            return self.poll().await;
        }
        if self.ahead.size() < size {
            self.read(size).await?;
            if self.ahead.size() == size || self.blocks.len() >= MOST_BLOCKS {
                self.hand_on().await?;
            }
            return Ok(());
        }
        if self.closed {
            self.stop(None);
            return Ok(());
        }
        if !std::mem::replace(&mut self.told_caught_up, true) {
            self.news.push_back(News::CaughtUp);
            return Ok(());
        }
        sleep_until(self.poll_at).await;
        Ok(())
    }

    /// Looks at the head.
    async fn poll(&mut self) -> Result<(), Fault> {
        self.poll_at = Instant::now() + self.pacing.poll;
        self.reading = false;
        let new = self.dialect.head().await?;
        self.mended(&[
            TroubleKind::Throttled,
            TroubleKind::Unavailable,
            TroubleKind::Timeout,
            TroubleKind::BadSignature,
        ]);
        match stale(&new, Timestamp::now(), self.pacing.stale_after) {
            _ if self.closed => {}
            Some(trouble) => self.tell(trouble),
            None => self.mended(&[TroubleKind::StaleHead]),
        }
        match compare(self.head.as_ref(), &new) {
            Next::Unchanged => {}
            Next::Grown => {
                self.news.push_back(News::Head(new.told()));
                self.head = Some(new);
                self.told_caught_up = false;
            }
            Next::Contradiction(trouble) => self.stop(Some(trouble)),
        }
        Ok(())
    }

    /// Finds the tree to begin with, and proves that the newest head extends it.
    async fn begin(&mut self) -> Result<(), Fault> {
        self.reading = true;
        let head = self
            .head
            .clone()
            .expect("there is a head before there is a beginning");
        let tree = match self.start.clone().expect("it was looked at") {
            Start::Resume(tree) if tree.size() > head.size() => {
                // A front end may lag behind what we have read; one that stays there has lost entries.
                let says = format!(
                    "the newest head has {} entries, {} were read before",
                    head.size(),
                    tree.size()
                );
                self.head = None;
                return Err(Fault::new(TroubleKind::Rollback, says));
            }
            Start::Resume(tree) => {
                if let Some(trouble) = self.contradicts(&tree, &head).await? {
                    self.stop(Some(trouble));
                    return Ok(());
                }
                *tree
            }
            Start::Now => self.dialect.tree_at(head.size(), &head).await?,
            Start::Index(index) => {
                let index = index.min(head.size());
                self.dialect.tree_at(index, &head).await?
            }
            Start::Since(time) => {
                let index = self.first_since(time, &head).await?;
                self.dialect.tree_at(index, &head).await?
            }
        };
        self.mended(&[TroubleKind::Rollback]);
        self.start = None;
        self.proven = Some(head.clone());
        self.next = tree.size();
        self.ahead = tree.clone();
        self.tree = tree;
        self.news.push_back(News::Begun {
            at: self.tree.size(),
            tree: self.tree.clone(),
            head: head.told(),
        });
        Ok(())
    }

    /// The index of the first entry with a timestamp at or after `time`, by bisection: entries are all but in order.
    async fn first_since(&mut self, time: Timestamp, head: &SignedHead) -> Result<u64, Fault> {
        let (mut low, mut high) = (0, head.size());
        while low < high {
            let middle = low + (high - low) / 2;
            let block = self.dialect.block(middle, middle + 1, head.size()).await?;
            let entry = block.entries.first().ok_or_else(|| {
                let says = format!("entry {middle} cannot be read");
                Fault::new(TroubleKind::BrokenFrame, says)
            })?;
            if at(entry.sct_ms) < time {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// Reads the next block, and sees that more are on the way.
    async fn read(&mut self, size: u64) -> Result<(), Fault> {
        self.reading = true;
        while self.asked.len() < self.pacing.parallel && self.next < size {
            let place = match self.room.try_take() {
                Some(place) => place,
                None if self.asked.is_empty() && self.blocks.is_empty() => self.room.take().await,
                None => break,
            };
            let (from, upto) = (self.next, self.dialect.end_of_block(self.next, size));
            let dialect = self.dialect.clone();
            self.asked.push_back(Box::pin(async move {
                let mut block = dialect.block(from, upto, size).await?;
                block.hold(place);
                Ok(block)
            }));
            self.next = upto;
        }
        let Some(block) = self.asked.next().await else {
            // There is no room for more; what is here makes room.
            return self.hand_on().await;
        };
        let block = block?;
        self.mended(&[
            TroubleKind::Throttled,
            TroubleKind::Unavailable,
            TroubleKind::Timeout,
            TroubleKind::WrongSize,
            TroubleKind::Oversized,
        ]);
        if let Some((index, fault)) = &block.fault {
            self.tell(unframed(*index, fault, &block));
        }
        self.ahead.extend(block.leaves.iter().copied());
        self.blocks.push(block);
        Ok(())
    }

    /// Proves what was read, and hands it on.
    async fn hand_on(&mut self) -> Result<(), Fault> {
        if self.blocks.is_empty() {
            return Ok(());
        }
        let head = self.head.clone().expect("entries are read under a head");
        if let Some(trouble) = self.contradicts(&self.ahead.clone(), &head).await? {
            let trouble = self.diagnose(&head, trouble).await?;
            self.stop(Some(trouble));
            return Ok(());
        }
        let batch = EntryBatch {
            from: self.tree.size(),
            upto: self.ahead.size(),
            blocks: std::mem::take(&mut self.blocks),
            head: head.told(),
            tree: self.ahead.clone(),
            seen: Timestamp::now(),
            assurance: Assurance::Proven,
        };
        self.tree = self.ahead.clone();
        self.proven = Some(head);
        self.news.push_back(News::Entries(batch));
        Ok(())
    }

    /// Trouble, where `tree` is no beginning of the tree that `head` signs.
    async fn contradicts(
        &mut self,
        tree: &Tree,
        head: &SignedHead,
    ) -> Result<Option<Trouble>, Fault> {
        let extends = if tree.size() == head.size() {
            tree.root() == head.tree.root
        } else {
            self.dialect.extends(tree, head).await?
        };
        Ok((!extends).then(|| {
            let says = format!(
                "the first {} entries are not those of the signed tree of {}",
                tree.size(),
                head.size()
            );
            let heads = self.proven.iter().chain([head]).map(SignedHead::told);
            Trouble::new(TroubleKind::SplitView, says).with(&heads.collect::<Vec<_>>())
        }))
    }

    /// What it means that the entries do not make the tree under `head`: where the log itself proves that its tree
    /// extends the one we know, the entries are wrong, else the tree is.
    async fn diagnose(&mut self, head: &SignedHead, trouble: Trouble) -> Result<Trouble, Fault> {
        if self.contradicts(&self.tree.clone(), head).await?.is_some() {
            return Ok(trouble);
        }
        let says = format!(
            "entries {} to {} are not those that the tree was signed over",
            self.tree.size(),
            self.ahead.size() - 1
        );
        Ok(Trouble {
            kind: TroubleKind::WrongHash,
            says,
            ..trouble
        })
    }

    /// Takes note of a failed step: what was read but not proven is read again, after a while.
    fn failed(&mut self, fault: Fault) {
        self.asked = FuturesOrdered::new();
        self.blocks.clear();
        self.ahead = self.tree.clone();
        self.next = self.tree.size();
        let retry_after = fault.retry_after;
        self.tell(fault.into_trouble());
        self.rest_until = Instant::now() + self.patience().wait(retry_after);
    }

    /// Tells trouble when it is time to, with the newest head as evidence where it has none of its own.
    fn tell(&mut self, trouble: Trouble) {
        if let Some(trouble) = self.patience().failed(trouble) {
            let head = self.head.as_ref().map(SignedHead::told);
            let own = trouble.evidence.is_empty();
            let trouble = trouble.with(head.iter().filter(|_| own));
            self.news.push_back(News::Trouble(trouble));
        }
    }

    fn mended(&mut self, kinds: &[TroubleKind]) {
        let mended = self.patience().mended(kinds);
        self.news.extend(mended);
    }

    fn patience(&mut self) -> &mut Patience {
        if self.reading {
            &mut self.entries
        } else {
            &mut self.heads
        }
    }

    fn stop(&mut self, trouble: Option<Trouble>) {
        self.news.push_back(News::Stopped(trouble));
        self.stopped = true;
    }
}

impl Source for CtLog {
    async fn next(&mut self) -> News {
        loop {
            if let Some(news) = self.news.pop_front() {
                return news;
            }
            if self.stopped {
                pending::<()>().await;
            }
            sleep_until(self.rest_until).await;
            if let Err(fault) = self.step().await {
                self.failed(fault);
            }
        }
    }
}

fn unframed(index: u64, fault: &CtFault, block: &Block) -> Trouble {
    let kind = match fault {
        CtFault::PeerUnknownEntryType { .. } => TroubleKind::UnknownEntryType,
        _ => TroubleKind::BrokenFrame,
    };
    let lost = (block.leaves.len() - block.entries.len()).max(1);
    let says = format!("entry {index}: {fault}; not read because of it: {lost}");
    Trouble::new(kind, says)
}
