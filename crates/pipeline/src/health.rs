//! How each feed is: position, head, lag, rate, and what is wrong.

use crate::error::PipelineError;
use crate::feed::{Feed, JudgedBatch};
use crate::watch::{Shared, again};
use console::{FeedGauges, Need};
use feeds::live::{Head, Trouble, TroubleKind};
use jiff::Timestamp;
use ledger::{FeedHealth, NewAlarm};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Entries that an alarm names, at most.
const MOST_NAMED: usize = 50;

/// How all feeds are.
pub(crate) struct Healths {
    shared: Arc<Shared>,
    feeds: BTreeMap<Arc<str>, Health>,
    /// Open alarms by kind, as they were reported last.
    open: BTreeMap<String, u64>,
    behind_after: Duration,
}

struct Health {
    feed: Arc<Feed>,
    state: &'static str,
    head: Option<Head>,
    position: u64,
    /// When the entry before `position` was promised, as the log says.
    newest: Option<Timestamp>,
    /// Entries since `counted`.
    count: u64,
    counted: Instant,
    rate_milli: u64,
    error: Option<(String, Timestamp)>,
    behind: bool,
}

/// A head as the ledger keeps it; none of a feed that signs nothing.
pub(crate) fn ledger_head(head: &Head) -> Option<ledger::Head> {
    (!head.evidence.is_empty()).then(|| ledger::Head {
        size: head.size,
        time: head.at,
        evidence: head.evidence.to_string(),
    })
}

impl Health {
    fn lag_entries(&self) -> u64 {
        let size = self.head.as_ref().map_or(0, |head| head.size);
        size.saturating_sub(self.position)
    }

    /// How long the oldest entry that was not read yet has been waiting, at most: from the promise of the last one read
    /// to the newest head.
    fn lag(&self) -> Duration {
        match (&self.head, self.newest) {
            (Some(head), Some(newest)) if self.lag_entries() > 0 => {
                Duration::try_from(head.at.duration_since(newest)).unwrap_or_default()
            }
            _ => Duration::ZERO,
        }
    }
}

impl Healths {
    pub(crate) fn new(shared: Arc<Shared>, behind_after: Duration) -> Self {
        Self {
            shared,
            feeds: BTreeMap::new(),
            open: BTreeMap::new(),
            behind_after,
        }
    }

    fn of(&mut self, feed: &Arc<Feed>) -> &mut Health {
        self.feeds.entry(feed.id.clone()).or_insert_with(|| Health {
            feed: feed.clone(),
            state: "starting",
            head: None,
            position: 0,
            newest: None,
            count: 0,
            counted: Instant::now(),
            rate_milli: 0,
            error: None,
            behind: false,
        })
    }

    pub(crate) fn begun(&mut self, feed: &Arc<Feed>, at: u64, head: Head) {
        let health = self.of(feed);
        health.feed = feed.clone();
        health.position = at;
        // A feed that signs nothing has no head to catch up with.
        health.state = if head.evidence.is_empty() {
            "following"
        } else {
            "catching-up"
        };
        health.head = Some(head);
    }

    pub(crate) fn head(&mut self, feed: &Arc<Feed>, head: Head) {
        self.of(feed).head = Some(head);
    }

    pub(crate) fn caught_up(&mut self, feed: &Arc<Feed>) {
        self.of(feed).state = "following";
    }

    pub(crate) fn stopped(&mut self, feed: &Arc<Feed>, state: &'static str) {
        self.of(feed).state = state;
    }

    /// Entries were handed on.
    pub(crate) fn read(&mut self, feed: &Arc<Feed>, batch: &JudgedBatch) {
        let health = self.of(feed);
        health.position = batch.upto;
        health.count += batch.upto - batch.from;
        let newest = batch
            .blocks
            .last()
            .and_then(|judged| judged.block.entries.last());
        health.newest = newest
            .and_then(|entry| i64::try_from(entry.sct_ms).ok())
            .and_then(|ms| Timestamp::from_millisecond(ms).ok());
    }

    /// Raises alarms for what a batch holds that nobody should have put there.
    pub(crate) async fn inspect(
        &mut self,
        feed: &Arc<Feed>,
        batch: &JudgedBatch,
    ) -> Result<(), PipelineError> {
        let mut unread = vec![];
        let mut differing = vec![];
        for judged in &batch.blocks {
            let block = &judged.block;
            unread.extend(block.unread.iter().map(|unread| {
                json!({ "index": block.first + u64::from(unread.entry), "why": unread.why })
            }));
            differing.extend(
                block
                    .differing
                    .iter()
                    .map(|entry| block.first + u64::from(*entry)),
            );
        }
        if !differing.is_empty() {
            let says = format!(
                "entry {} was submitted with other names than those that the log has signed",
                differing[0]
            );
            differing.truncate(MOST_NAMED);
            let evidence = json!({ "entries": differing, "head": &*batch.head.evidence });
            self.raise("covered-names-differ", feed, &says, &evidence)
                .await?;
        }
        if !unread.is_empty() {
            let says = format!(
                "{} entries could not be read in full, the last at index {}",
                unread.len(),
                unread[unread.len() - 1]["index"]
            );
            unread.truncate(MOST_NAMED);
            let evidence = json!({ "entries": unread });
            self.raise("unreadable-certificate", feed, &says, &evidence)
                .await?;
        }
        Ok(())
    }

    pub(crate) async fn trouble(
        &mut self,
        feed: &Arc<Feed>,
        trouble: &Trouble,
    ) -> Result<(), PipelineError> {
        tracing::warn!(feed = %feed.description, kind = %trouble.kind, says = %trouble.says, "trouble");
        self.of(feed).error = Some((trouble.to_string(), Timestamp::now()));
        let heads: Vec<&str> = trouble.evidence.iter().map(|head| &**head).collect();
        let evidence = json!({ "heads": heads });
        self.raise(trouble.kind.id(), feed, &trouble.says, &evidence)
            .await
    }

    pub(crate) async fn mended(
        &mut self,
        feed: &Arc<Feed>,
        kind: TroubleKind,
    ) -> Result<(), PipelineError> {
        tracing::info!(feed = %feed.description, kind = %kind, "mended");
        self.clear(kind.id(), feed).await
    }

    async fn raise(
        &self,
        kind: &str,
        feed: &Feed,
        says: &str,
        evidence: &Value,
    ) -> Result<(), PipelineError> {
        let alarm = NewAlarm {
            kind,
            feed: Some(&feed.id),
            says,
            evidence: Some(evidence),
            at: Timestamp::now(),
            channels: &self.shared.told,
        };
        let event = again("raise", || self.shared.ledger.raise(&alarm)).await?;
        self.shared.publish(event.as_slice());
        Ok(())
    }

    async fn clear(&self, kind: &str, feed: &Feed) -> Result<(), PipelineError> {
        let (at, told) = (Timestamp::now(), &self.shared.told);
        let event = again("clear", || {
            self.shared.ledger.clear(Some(&feed.id), kind, at, told)
        })
        .await?;
        self.shared.publish(event.as_slice());
        Ok(())
    }

    /// Puts down how all feeds are, in the ledger and in the metrics.
    pub(crate) async fn report(&mut self) -> Result<(), PipelineError> {
        let now = Timestamp::now();
        let mut reports = vec![];
        let mut changed = vec![];
        for (id, health) in &mut self.feeds {
            let elapsed = health.counted.elapsed();
            if elapsed >= Duration::from_secs(1) {
                // Half of what it was: the rate of the last few reports.
                let rate = u128::from(health.count) * 1_000_000 / elapsed.as_millis();
                health.rate_milli = health.rate_milli.midpoint(rate as u64);
                (health.count, health.counted) = (0, Instant::now());
            }
            let lag = health.lag();
            let behind = lag > self.behind_after;
            if behind != std::mem::replace(&mut health.behind, behind) {
                changed.push((health.feed.clone(), behind, health.lag_entries(), lag));
            }
            let gauges = FeedGauges {
                position: health.position,
                head: health.head.as_ref().map_or(0, |head| head.size),
                lag,
            };
            self.shared
                .hub
                .metrics()
                .feed(&health.feed.description, gauges);
            reports.push(FeedHealth {
                id: id.clone(),
                state: health.state.to_owned(),
                head: health.head.as_ref().and_then(ledger_head),
                rate_milli: health.rate_milli,
                lag,
                error: health.error.clone(),
                at: now,
            });
        }
        reports.retain(|report| self.shared.enrolled(&report.id));
        again("report", || self.shared.ledger.report(&reports)).await?;
        for (feed, behind, entries, lag) in changed {
            if behind {
                let says = format!("{entries} entries, {} s behind the head", lag.as_secs());
                self.raise("behind", &feed, &says, &Value::Null).await?;
            } else {
                self.clear("behind", &feed).await?;
            }
        }
        let mut open: BTreeMap<String, u64> = BTreeMap::new();
        for alarm in again("alarms", || self.shared.ledger.alarms(true)).await? {
            *open.entry(alarm.id).or_default() += 1;
        }
        for gone in self.open.keys().filter(|kind| !open.contains_key(*kind)) {
            self.shared.hub.metrics().alarms_open(gone, 0);
        }
        for (kind, count) in &open {
            self.shared.hub.metrics().alarms_open(kind, *count);
        }
        self.open = open;
        let health = self.shared.hub.health();
        health.beat();
        health.has(Need::Ledger);
        if self.feeds.is_empty() {
            health.lacks(Need::Feeds, "no feed has begun yet");
        } else {
            health.has(Need::Feeds);
        }
        Ok(())
    }
}
