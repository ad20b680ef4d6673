//! A name of ours, planted among the others, to hear whether it is heard.

use super::block::Block;
use super::source::{Assurance, EntryBatch, Head, News, Source};
use ct::Tree;
use jiff::Timestamp;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// A source with one entry now and then, that has one made-up name.
pub struct Canary {
    every: Duration,
    /// The registrable domain below which names are planted.
    domain: Arc<str>,
    next: u64,
    at: Instant,
    begun: bool,
}

impl Canary {
    /// Plants a name below `domain` at once and then `every` so often; the first entry has index `next`.
    pub fn new(domain: &str, every: Duration, next: u64) -> Self {
        Self {
            every,
            domain: domain.into(),
            next,
            at: Instant::now(),
            begun: false,
        }
    }
}

impl Source for Canary {
    async fn next(&mut self) -> News {
        let now = Timestamp::now();
        let head = |size| Head {
            size,
            at: now,
            evidence: Arc::from(""),
        };
        if !std::mem::replace(&mut self.begun, true) {
            return News::Begun {
                at: self.next,
                tree: Tree::new(),
                head: head(self.next),
            };
        }
        if self.every.is_zero() {
            return pending().await;
        }
        sleep_until(self.at).await;
        self.at += self.every;
        // An interval is longer than the millisecond by which two names differ.
        let name = format!("t{}.{}", now.as_millisecond(), self.domain);
        let mut block = Block::new(self.next, 1);
        block.push_names(now, [name.as_bytes()]);
        self.next += 1;
        News::Entries(EntryBatch {
            from: self.next - 1,
            upto: self.next,
            blocks: vec![block],
            head: head(self.next),
            tree: Tree::new(),
            seen: now,
            assurance: Assurance::Unproven,
        })
    }
}
