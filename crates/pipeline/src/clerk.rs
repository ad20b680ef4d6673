//! The one who writes: records what was found, settles what was read, keeps the health of the feeds.

use crate::error::PipelineError;
use crate::feed::{Feed, JudgedBatch, Report};
use crate::health::Healths;
use crate::settle::Unsettled;
use crate::sighting::sightings;
use crate::tally::Tally;
use crate::watch::{Shared, again};
use console::Outcome;
use feeds::live::Block;
use jiff::Timestamp;
use ledger::{Event, NewFeed, NewSighting, NewUnreadable, Recording};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Batches that are recorded together when they are there already.
const MOST_TOGETHER: usize = 32;
/// How often the health of feeds is put down.
const REPORT_EVERY: Duration = Duration::from_secs(5);

/// Writes everything, in one task.
pub(crate) struct Clerk {
    shared: Arc<Shared>,
    unsettled: Unsettled,
    healths: Healths,
    /// Told to whoever looks through the lake: the number of the segment that is being filled.
    filling: tokio::sync::watch::Sender<u64>,
}

type Batch = (Arc<Feed>, Box<JudgedBatch>);

impl Clerk {
    pub(crate) fn new(
        shared: Arc<Shared>,
        unsettled: Unsettled,
        healths: Healths,
        filling: tokio::sync::watch::Sender<u64>,
    ) -> Self {
        Self {
            shared,
            unsettled,
            healths,
            filling,
        }
    }

    /// Works until there is nobody left to report; everything is settled then.
    pub(crate) async fn work(
        mut self,
        mut reports: mpsc::Receiver<Report>,
    ) -> Result<(), PipelineError> {
        let mut tick = interval(Duration::from_millis(250));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut reported = Instant::now();
        loop {
            tokio::select! {
                report = reports.recv() => {
                    let Some(report) = report else { break };
                    self.take(report, &mut reports).await?;
                }
                _ = tick.tick() => {}
            }
            self.unsettled.tick().await?;
            let number = self.unsettled.number();
            self.filling
                .send_if_modified(|filling| std::mem::replace(filling, number) != number);
            if reported.elapsed() >= REPORT_EVERY {
                self.healths.report().await?;
                reported = Instant::now();
            }
        }
        self.unsettled.settle_all().await?;
        self.healths.report().await
    }

    /// Takes a report, and the batches that wait behind it.
    async fn take(
        &mut self,
        first: Report,
        reports: &mut mpsc::Receiver<Report>,
    ) -> Result<(), PipelineError> {
        let mut batches: Vec<Batch> = vec![];
        let mut next = Some(first);
        while let Some(report) = next.take() {
            match report {
                Report::Judged(feed, batch) => batches.push((feed, batch)),
                other => {
                    self.record(&mut batches).await?;
                    self.note(other).await?;
                }
            }
            if batches.len() < MOST_TOGETHER {
                next = reports.try_recv().ok();
            }
        }
        self.record(&mut batches).await
    }

    /// Writes what batches brought, tells it, and puts them to what is to be settled.
    async fn record(&mut self, batches: &mut Vec<Batch>) -> Result<(), PipelineError> {
        if batches.is_empty() {
            return Ok(());
        }
        let mut found: Vec<NewSighting> = vec![];
        let mut unreadable: Vec<NewUnreadable> = vec![];
        let mut seen = vec![];
        for (feed, batch) in &mut *batches {
            let (head, at) = (batch.head.clone(), batch.seen);
            for judged in &mut batch.blocks {
                found.extend(sightings(feed, judged, &head, at));
                unreadable.extend(unread(feed, &judged.block));
            }
            seen.push((feed.id.clone(), batch.upto));
        }
        let recording = Recording {
            at: Timestamp::now(),
            sightings: &found,
            unreadable: &unreadable,
            seen: &seen,
            channels: &self.shared.told,
        };
        let events = again("record", || self.shared.ledger.record(&recording)).await?;
        self.shared.publish(&events);
        self.count(batches, &found, &events);
        for (feed, batch) in batches.drain(..) {
            self.healths.read(&feed, &batch);
            self.healths.inspect(&feed, &batch).await?;
            self.shared.stream(&feed, &batch);
            self.shared.want_issuers(&feed, &batch);
            self.unsettled.take(&feed, &batch).await?;
        }
        Ok(())
    }

    /// Tells candidates that were news from those that were known, and counts all.
    fn count(&self, batches: &mut [Batch], found: &[NewSighting], events: &[Event]) {
        let news: HashSet<(String, u64, String)> = events.iter().filter_map(place).collect();
        let is_news = |sighting: &NewSighting| {
            let name = sighting.candidate.observation.name.as_str().to_owned();
            news.contains(&(sighting.feed.to_string(), sighting.index, name))
        };
        let mut names: HashSet<(&str, u64, &str)> = HashSet::new();
        for sighting in found.iter().filter(|sighting| is_news(sighting)) {
            let name = sighting.candidate.observation.name.as_str();
            names.insert((&sighting.feed, sighting.index, name));
        }
        let metrics = self.shared.hub.metrics();
        let now = Timestamp::now();
        for sighting in found
            .iter()
            .filter(|sighting| is_news(sighting) && !sighting.test)
        {
            let tier = sighting.candidate.assessment.tier;
            metrics.detection(&tier.map_or_else(String::new, |tier| tier.to_string()));
            if let Some(published) = sighting.checkpoint {
                metrics
                    .latency(Duration::try_from(now.duration_since(published)).unwrap_or_default());
            }
        }
        for (feed, batch) in batches {
            let mut all = Tally::default();
            for judged in &mut batch.blocks {
                let from = judged.block.first;
                let upto = from + judged.block.entries.len() as u64;
                let here = |place: &&(&str, u64, &str)| {
                    *place.0 == *feed.id && (from..upto).contains(&place.1)
                };
                if judged.tally.candidate > 0 {
                    let news = names.iter().filter(here).count() as u64;
                    let told = judged.tally.candidate;
                    judged.tally.candidate = news.min(told);
                    judged.tally.duplicate = told - judged.tally.candidate;
                }
                all += judged.tally;
            }
            let outcomes = [
                (Outcome::Unreadable, all.unreadable),
                (Outcome::Own, all.own),
                (Outcome::Allowed, all.allowed),
                (Outcome::Unlike, all.unlike),
                (Outcome::Candidate, all.candidate),
                (Outcome::Duplicate, all.duplicate),
            ];
            for (outcome, count) in outcomes {
                metrics.observed(outcome, count);
            }
            metrics.entries(&feed.description, batch.upto - batch.from);
        }
    }

    /// Takes note of what is no batch.
    async fn note(&mut self, report: Report) -> Result<(), PipelineError> {
        match report {
            Report::Judged(feed, batch) => self.record(&mut vec![(feed, batch)]).await?,
            Report::Begun {
                feed,
                at,
                tree,
                head,
            } => {
                let new = NewFeed {
                    id: feed.id.to_string(),
                    kind: feed.kind,
                    description: feed.description.clone(),
                    url: feed.url.clone(),
                    start: at,
                    tree,
                    interval_start: feed.interval.map(|(start, _)| start),
                    interval_end: feed.interval.map(|(_, end)| end),
                    at: Timestamp::now(),
                };
                again("enrol", || self.shared.ledger.enrol(&new)).await?;
                self.shared.enrol(&feed.id);
                tracing::info!(feed = %feed.description, at, head = head.size, "following");
                self.healths.begun(&feed, at, head);
            }
            Report::Head(feed, head) => self.healths.head(&feed, head),
            Report::CaughtUp(feed) => self.healths.caught_up(&feed),
            Report::Trouble(feed, trouble) => self.healths.trouble(&feed, &trouble).await?,
            Report::Mended(feed, kind) => self.healths.mended(&feed, kind).await?,
            Report::Stopped {
                feed,
                state,
                settled,
            } => {
                self.unsettled.settle_all().await?;
                self.healths.stopped(&feed, state);
                let mut known = None;
                if self.shared.enrolled(&feed.id) {
                    again("rewind", || self.shared.ledger.rewind(&feed.id)).await?;
                    let feeds = again("feeds", || self.shared.ledger.feeds()).await?;
                    known = feeds.into_iter().find(|state| state.id == *feed.id);
                }
                self.healths.report().await?;
                // Whoever asked may be gone; what was asked is done.
                let _ = settled.send(known);
            }
        }
        Ok(())
    }
}

/// Entries that could not be read, or not to their end.
fn unread(feed: &Feed, block: &Block) -> impl Iterator<Item = NewUnreadable> {
    block.unread.iter().map(|unread| NewUnreadable {
        feed: feed.id.clone(),
        index: block.first + u64::from(unread.entry),
        why: unread.why,
        raw: block.covered(unread.entry).to_vec(),
    })
}

/// Where the name of an event was seen: feed, index, name.
fn place(event: &Event) -> Option<(String, u64, String)> {
    let body: serde_json::Value = serde_json::from_str(&event.body).ok()?;
    Some((
        body.get("source")?.as_str()?.to_owned(),
        body.get("line")?.as_u64()?,
        body.get("name")?.as_str()?.to_owned(),
    ))
}
