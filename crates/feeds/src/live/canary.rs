//! A name of ours, planted among the others, to hear whether it is heard.

use super::block::Block;
use super::source::{EntryBatch, News, Source};
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
        if !std::mem::replace(&mut self.begun, true) {
            return News::begun_unsigned(self.next);
        }
        if self.every.is_zero() {
            return pending().await;
        }
        sleep_until(self.at).await;
        self.at += self.every;
        let now = Timestamp::now();
        // An interval is longer than the millisecond by which two names differ.
        let name = format!("t{}.{}", now.as_millisecond(), self.domain);
        let mut block = Block::new(self.next, 1);
        block.push_names(now, [name.as_bytes()]);
        self.next += 1;
        News::Entries(EntryBatch::unproven(block, now))
    }
}
