//! What was judged and is not settled yet: rows for the next segment of the lake, and how far each feed goes.
//!
//! A segment is written by a worker thread while the next one fills. Only when it is on the disk does one transaction
//! of the ledger register it and move *settled* of all feeds in it.

use crate::error::PipelineError;
use crate::feed::{Feed, JudgedBatch};
use crate::health::ledger_head;
use crate::watch::{Shared, again};
use lake::{Lake, LakeError, Row, Rows, Written};
use ledger::{Segment, SettledFeed, Settlement};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

/// Rows at which a segment is closed: some 10 MB in memory.
const MOST_ROWS: usize = 100_000;
/// How often a segment is tried to be written, a second apart and more each time.
const TRIES: u32 = 5;

/// Everything since the last settlement.
pub(crate) struct Unsettled {
    shared: Arc<Shared>,
    lake: Option<Arc<Lake>>,
    close_every: Duration,
    /// Of the next segment.
    number: u64,
    rows: Rows,
    feeds: BTreeMap<Arc<str>, SettledFeed>,
    since: Option<Instant>,
    writing: Option<Writing>,
}

/// A segment on its way to the disk.
struct Writing {
    task: JoinHandle<(Rows, Result<Written, LakeError>)>,
    feeds: Vec<SettledFeed>,
}

impl Unsettled {
    /// Nothing yet. Removes segments that the ledger does not know: their rows will come again.
    pub(crate) async fn new(
        shared: Arc<Shared>,
        lake: Option<Arc<Lake>>,
        close_every: Duration,
    ) -> Result<Self, PipelineError> {
        let last = shared.ledger.last_segment().await?;
        if let Some(lake) = &lake {
            let segments = shared.ledger.segments().await?;
            let found = lake.reconcile(segments.iter().map(|segment| segment.path.as_str()))?;
            for path in found.removed {
                tracing::info!(%path, "removed: it was written and not settled, and comes again");
            }
            for path in found.missing {
                tracing::warn!(%path, "a segment of the lake is missing");
            }
        }
        Ok(Self {
            shared,
            lake,
            close_every,
            number: last.map_or(1, |last| last + 1),
            rows: Rows::default(),
            feeds: BTreeMap::new(),
            since: None,
            writing: None,
        })
    }

    /// The number of the segment that is being filled.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Takes a batch whose candidates are recorded.
    pub(crate) async fn take(
        &mut self,
        feed: &Feed,
        batch: &JudgedBatch,
    ) -> Result<(), PipelineError> {
        if self.lake.is_some() {
            for judged in &batch.blocks {
                for (entry, name, registrable) in judged.observed.iter() {
                    self.rows.push(Row {
                        name,
                        registrable,
                        source: &feed.id,
                        index: judged.block.first + u64::from(entry),
                        at: batch.seen,
                        certificate: judged.issuances[entry as usize].as_ref(),
                    });
                }
            }
        }
        let settled = self
            .feeds
            .entry(feed.id.clone())
            .or_insert_with(|| SettledFeed {
                id: feed.id.clone(),
                from: batch.from,
                upto: batch.from,
                tree: String::new(),
                head: None,
                counters: BTreeMap::new(),
            });
        settled.upto = batch.upto;
        settled.tree.clone_from(&batch.tree);
        settled.head = ledger_head(&batch.head);
        for judged in &batch.blocks {
            for (counter, count) in judged.tally.counters() {
                *settled.counters.entry(counter).or_default() += count;
            }
        }
        self.since.get_or_insert_with(Instant::now);
        if self.rows.len() >= MOST_ROWS {
            // Whoever fills segments faster than they are written waits here.
            self.close().await?;
        }
        Ok(())
    }

    /// Closes the segment if it is time; finishes one that is written.
    pub(crate) async fn tick(&mut self) -> Result<(), PipelineError> {
        if self
            .writing
            .as_ref()
            .is_some_and(|writing| writing.task.is_finished())
        {
            self.finish().await?;
        }
        let due = |since: Instant| since.elapsed() >= self.close_every;
        if self.writing.is_none() && self.since.is_some_and(due) {
            self.close().await?;
        }
        Ok(())
    }

    /// Settles everything there is, and returns when it is done.
    pub(crate) async fn settle_all(&mut self) -> Result<(), PipelineError> {
        self.close().await?;
        self.finish().await
    }

    /// Begins to write the segment; the settlement follows when it is written.
    async fn close(&mut self) -> Result<(), PipelineError> {
        self.finish().await?;
        self.since = None;
        let feeds: Vec<SettledFeed> = std::mem::take(&mut self.feeds).into_values().collect();
        if feeds.is_empty() {
            return Ok(());
        }
        let Some(lake) = self.lake.clone().filter(|_| !self.rows.is_empty()) else {
            return self.settle(None, feeds).await;
        };
        let rows = std::mem::take(&mut self.rows);
        let task = write(lake, self.number, rows);
        self.number += 1;
        self.writing = Some(Writing { task, feeds });
        Ok(())
    }

    /// Waits for the segment that is being written, and settles what is in it.
    async fn finish(&mut self) -> Result<(), PipelineError> {
        let Some(Writing { task, feeds }) = self.writing.take() else {
            return Ok(());
        };
        let number = self.number - 1;
        let (mut rows, mut written) = joined(task).await;
        let mut tries = 1;
        let written = loop {
            match written {
                Ok(written) => break written,
                Err(error) if tries >= TRIES || matches!(error, LakeError::Full { .. }) => {
                    return Err(error.into());
                }
                Err(error) => {
                    tracing::warn!(number, %error, "segment not written, trying again");
                    sleep(Duration::from_secs(tries.into())).await;
                    tries += 1;
                    let lake = self.lake.clone().expect("a segment is of a lake");
                    (rows, written) = joined(write(lake, number, rows)).await;
                }
            }
        };
        rows.clear();
        if self.rows.is_empty() {
            // The buffers are used again.
            self.rows = rows;
        }
        self.shared.hub.metrics().lake_rows(written.rows);
        let segment = Segment {
            number: written.number,
            path: written.path,
            rows: written.rows,
            bytes: written.bytes,
            day: written.day,
            first_at: written.first_at,
            last_at: written.last_at,
        };
        self.settle(Some(segment), feeds).await
    }

    async fn settle(
        &self,
        segment: Option<Segment>,
        feeds: Vec<SettledFeed>,
    ) -> Result<(), PipelineError> {
        let settlement = Settlement { segment, feeds };
        again("settle", || self.shared.ledger.settle(&settlement)).await?;
        tracing::debug!(
            segment = settlement.segment.as_ref().map(|segment| segment.number),
            feeds = settlement.feeds.len(),
            "settled"
        );
        Ok(())
    }
}

fn write(
    lake: Arc<Lake>,
    number: u64,
    rows: Rows,
) -> JoinHandle<(Rows, Result<Written, LakeError>)> {
    tokio::task::spawn_blocking(move || {
        let written = lake.write(number, &rows);
        (rows, written)
    })
}

async fn joined<T>(task: JoinHandle<T>) -> T {
    match task.await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => std::future::pending().await,
        },
    }
}
