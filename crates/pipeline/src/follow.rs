//! One feed, from its source to the clerk. A stopped feed is started again from what the ledger knows.

use crate::feed::{Feed, JudgedBatch, Report, saved};
use crate::hot::judge;
use crate::watch::Shared;
use feeds::live::{EntryBatch, News, Source, Trouble};
use futures_util::future::join_all;
use ledger::FeedState;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// To the clerk.
pub(crate) type Reports = mpsc::Sender<Report>;

/// How a feed ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    /// Read to its end, or to its head where only that was asked for.
    Done,
    /// It could not be read to its head. Only where just that was asked for.
    Failed,
    /// We are to end.
    Told,
}

/// Follows `feed` until it ends or `stop` says so: `start` makes a source from what the ledger knows of it.
pub(crate) async fn follow<S: Source + 'static>(
    feed: Arc<Feed>,
    known: Option<FeedState>,
    pause: Duration,
    shared: Arc<Shared>,
    reports: Reports,
    stop: CancellationToken,
    start: impl Fn(Option<&FeedState>) -> S,
) -> End {
    let mut known = known;
    loop {
        let (hand, batches) = mpsc::channel(1);
        let judging = tokio::spawn(judge_all(
            feed.clone(),
            batches,
            shared.clone(),
            reports.clone(),
        ));
        let mut source = start(known.as_ref());
        let end = listen(&feed, &mut source, &hand, &shared, &reports, &stop).await;
        drop((source, hand));
        // What was handed on is judged before anything is said about what comes after.
        if let Err(error) = judging.await
            && error.is_panic()
        {
            std::panic::resume_unwind(error.into_panic());
        }
        let trouble = match end {
            Ok(end) => {
                // Where all ends, all is settled at the end.
                if !shared.stop.is_cancelled() {
                    let state = if end == End::Done { "finished" } else { "left" };
                    settle(&feed, state, &reports).await;
                }
                return end;
            }
            Err(trouble) => trouble,
        };
        tracing::warn!(feed = %feed.description, %trouble, "paused");
        tell(&reports, Report::Trouble(feed.clone(), trouble)).await;
        known = settle(&feed, "paused", &reports).await;
        if shared.once {
            return End::Failed;
        }
        tokio::select! {
            () = sleep(pause) => {}
            () = stop.cancelled() => return End::Told,
        }
    }
}

/// Has everything of a feed settled, and gets what the ledger knows then.
async fn settle(feed: &Arc<Feed>, state: &'static str, reports: &Reports) -> Option<FeedState> {
    let (settled, known) = oneshot::channel();
    let stopped = Report::Stopped {
        feed: feed.clone(),
        state,
        settled,
    };
    tell(reports, stopped).await;
    known.await.ok().flatten()
}

async fn tell(reports: &Reports, report: Report) {
    // Fails when the clerk has ended, and then so does everything.
    let _ = reports.send(report).await;
}

/// Passes on what a source tells until it stops; its trouble is the error.
async fn listen<S: Source>(
    feed: &Arc<Feed>,
    source: &mut S,
    hand: &mpsc::Sender<EntryBatch>,
    shared: &Shared,
    reports: &Reports,
    stop: &CancellationToken,
) -> Result<End, Trouble> {
    loop {
        let news = tokio::select! {
            news = source.next() => news,
            () = stop.cancelled() => return Ok(End::Told),
        };
        let report = match news {
            News::Entries(batch) => {
                // Fails when judging has panicked, which `follow` finds out.
                if hand.send(batch).await.is_err() {
                    return Ok(End::Failed);
                }
                continue;
            }
            News::Begun { at, tree, head } => Report::Begun {
                feed: feed.clone(),
                at,
                tree: saved(&tree),
                head,
            },
            News::Head(head) => Report::Head(feed.clone(), head),
            News::CaughtUp if shared.once => return Ok(End::Done),
            News::CaughtUp => Report::CaughtUp(feed.clone()),
            News::Trouble(trouble) if shared.once => return Err(trouble),
            News::Trouble(trouble) => Report::Trouble(feed.clone(), trouble),
            News::Mended(kind) => Report::Mended(feed.clone(), kind),
            News::Stopped(None) => return Ok(End::Done),
            News::Stopped(Some(trouble)) => return Err(trouble),
        };
        tell(reports, report).await;
    }
}

/// The hot half of one feed: batches in order, the blocks of each on all worker threads.
async fn judge_all(
    feed: Arc<Feed>,
    mut batches: mpsc::Receiver<EntryBatch>,
    shared: Arc<Shared>,
    reports: Reports,
) {
    while let Some(mut batch) = batches.recv().await {
        let guarded = shared.guarded();
        let blocks = std::mem::take(&mut batch.blocks);
        let judged = blocks.into_iter().map(|block| {
            let (guarded, id, keep) = (guarded.clone(), feed.id.clone(), shared.keeps);
            let seen = batch.seen;
            spawn_blocking(move || judge(&guarded, &id, block, seen, keep))
        });
        let mut blocks = vec![];
        for done in join_all(judged).await {
            match done {
                Ok(judged) => blocks.push(judged),
                // A panic in the hot half is a defect of ours; nothing is handed on past it.
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(_) => return,
            }
        }
        let batch = JudgedBatch::new(&batch, blocks);
        tell(&reports, Report::Judged(feed.clone(), Box::new(batch))).await;
    }
}
