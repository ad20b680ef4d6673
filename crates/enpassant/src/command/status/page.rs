//! What there is to say of a watch, as values for programs and as a page for people.

use super::risk::at_risk;
use crate::output::{Cell, Column, Ink, Paint, Table, counted, escaped_line, grouped};
use anyhow::Result;
use jiff::Timestamp;
use ledger::{Alarm, DetectionFilter, FeedKind, FeedState, Ledger, LookCounts, Waiting};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The whole status.
#[derive(Serialize)]
pub(super) struct Page {
    /// Who watches now; nobody if null.
    watch: Option<String>,
    feeds: Vec<FeedLine>,
    /// What became of all names, and how many entries there were.
    counters: BTreeMap<String, u64>,
    /// The expected share of certificates that are only in logs that are behind.
    issuance_at_risk: f64,
    /// Alarms that are open.
    alarms: Vec<Alarm>,
    /// Channels that are owed something.
    outbox: Vec<Waiting>,
    lake: LakeLine,
    looks: LookCounts,
    detections: Detected,
}

/// One feed.
#[derive(Serialize)]
struct FeedLine {
    id: String,
    kind: FeedKind,
    description: String,
    url: String,
    state: String,
    /// Whether it can be proven that nothing is left out.
    complete: bool,
    /// The next index to read; those before are found in the ledger.
    position: u64,
    /// The next index to settle; those before are in the lake, too.
    settled: u64,
    head: Option<u64>,
    head_at: Option<Timestamp>,
    lag_entries: u64,
    lag_seconds: f64,
    /// Entries read a second.
    rate: f64,
    /// How long it takes to catch up at that rate, in seconds.
    catch_up_seconds: Option<f64>,
    last_error: Option<String>,
    last_error_at: Option<Timestamp>,
    updated_at: Timestamp,
    interval: Option<(Timestamp, Timestamp)>,
}

#[derive(Serialize)]
struct LakeLine {
    segments: u64,
    rows: u64,
    bytes: u64,
    last_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct Detected {
    newest: Option<u64>,
    newest_at: Option<Timestamp>,
    /// How many a decision lets pass.
    let_pass: u64,
}

impl From<FeedState> for FeedLine {
    fn from(feed: FeedState) -> Self {
        let head = feed.head.as_ref().map(|head| head.size);
        let lag_entries = head.unwrap_or(0).saturating_sub(feed.seen);
        let rate = feed.rate_milli as f64 / 1000.0;
        let (last_error, last_error_at) = feed.last_error.unzip();
        Self {
            complete: matches!(feed.kind, FeedKind::Tiles | FeedKind::Rfc6962),
            position: feed.seen,
            settled: feed.settled,
            head,
            head_at: feed.head.map(|head| head.time),
            lag_entries,
            lag_seconds: if lag_entries == 0 {
                0.0
            } else {
                feed.lag.as_secs_f64()
            },
            rate,
            catch_up_seconds: (lag_entries > 0 && rate > 0.0).then(|| lag_entries as f64 / rate),
            last_error,
            last_error_at,
            updated_at: feed.updated_at,
            interval: feed.interval_start.zip(feed.interval_end),
            id: feed.id,
            kind: feed.kind,
            description: feed.description,
            url: feed.url,
            state: feed.state,
        }
    }
}

impl Page {
    pub(super) async fn read(ledger: &Ledger) -> Result<Self> {
        let feeds: Vec<FeedLine> = ledger
            .feeds()
            .await?
            .into_iter()
            .map(FeedLine::from)
            .collect();
        let mut counters: BTreeMap<String, u64> = BTreeMap::new();
        for (name, count) in ledger.counters().await?.into_values().flatten() {
            *counters.entry(name).or_default() += count;
        }
        let logs: Vec<(f64, bool)> = feeds
            .iter()
            .filter(|feed| feed.complete && feed.state != "finished" && feed.state != "left")
            .map(|feed| {
                let growth = feed.rate + feed.lag_entries as f64 / 600.0;
                (
                    growth,
                    feed.state != "following" && feed.lag_seconds > 60.0 || feed.state == "paused",
                )
            })
            .collect();
        let segments = ledger.segments().await?;
        let newest = DetectionFilter {
            limit: 1,
            allowed: true,
            ..DetectionFilter::default()
        };
        let newest = ledger.detections(&newest).await?.pop();
        Ok(Self {
            watch: ledger.holder().await?,
            issuance_at_risk: at_risk(&logs),
            feeds,
            counters,
            alarms: ledger.alarms(true).await?,
            outbox: ledger.waiting().await?,
            lake: LakeLine {
                segments: segments.len() as u64,
                rows: segments.iter().map(|segment| segment.rows).sum(),
                bytes: segments.iter().map(|segment| segment.bytes).sum(),
                last_at: segments.iter().map(|segment| segment.last_at).max(),
            },
            looks: ledger.look_counts(Timestamp::now()).await?,
            detections: Detected {
                newest: newest.as_ref().map(|newest| newest.id),
                newest_at: newest.as_ref().map(|newest| newest.first_seen),
                let_pass: ledger.let_pass().await?,
            },
        })
    }

    /// For people.
    pub(super) fn told(&self, paint: Paint) -> String {
        let mut text = self.feeds_told(paint);
        self.rest_told(&mut text)
            .expect("a String takes everything");
        text
    }

    /// A table of the feeds.
    fn feeds_told(&self, paint: Paint) -> String {
        const FEEDS: &[Column] = &[
            Column::new("FEED", 32),
            Column::new("STATE", 11),
            Column::new("POSITION", 13),
            Column::new("BEHIND", 10),
            Column::new("LAG", 8),
            Column::new("A SECOND", 8),
            Column::new("HEAD", 20),
        ];
        let mut text = vec![];
        let full = "memory takes everything";
        let table = Table::new(FEEDS, paint);
        table.heading(&mut text).expect(full);
        for feed in &self.feeds {
            let ink = if feed.state == "following" || feed.state == "finished" {
                Ink::Plain
            } else {
                Ink::Watch
            };
            let cells = [
                Cell::new(Ink::Strong, escaped_line(&feed.description)),
                Cell::new(ink, feed.state.clone()),
                Cell::plain(grouped(feed.position)),
                Cell::plain(grouped(feed.lag_entries)),
                Cell::plain(format!("{:.0} s", feed.lag_seconds)),
                Cell::plain(format!("{:.1}", feed.rate)),
                Cell::plain(feed.head_at.map_or_else(
                    || "-".into(),
                    |at| at.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
                )),
            ];
            table.row(&mut text, &cells).expect(full);
        }
        String::from_utf8(text).expect("cells are text")
    }

    /// What is to be said besides, a line each.
    fn rest_told(&self, text: &mut String) -> std::fmt::Result {
        let watch = match &self.watch {
            Some(holder) => format!("watching: {}", escaped_line(holder)),
            None => "nobody is watching just now".to_owned(),
        };
        writeln!(text, "\n{watch}")?;
        for feed in self
            .feeds
            .iter()
            .filter(|feed| !feed.complete && feed.kind == FeedKind::Certstream)
        {
            writeln!(
                text,
                "{}: such a feed cannot promise that nothing is left out",
                escaped_line(&feed.url)
            )?;
        }
        let count = |name: &str| grouped(self.counters.get(name).copied().unwrap_or(0));
        let outcomes = [
            "unreadable",
            "own",
            "allowed",
            "unlike",
            "candidate",
            "duplicate",
        ];
        let outcomes: Vec<String> = outcomes
            .iter()
            .map(|name| format!("{} {name}", count(name)))
            .collect();
        writeln!(
            text,
            "{} entries settled; names: {}",
            count("entries"),
            outcomes.join(" + ")
        )?;
        writeln!(
            text,
            "lake: {} rows in {} segments, {} MB",
            grouped(self.lake.rows),
            grouped(self.lake.segments),
            grouped(self.lake.bytes / 1_000_000)
        )?;
        writeln!(
            text,
            "looks: {} of {} detections looked at; {} due, {} of them overdue, {} under way",
            grouped(self.looks.looked),
            grouped(self.looks.detections),
            grouped(self.looks.due),
            grouped(self.looks.overdue),
            grouped(self.looks.under_way)
        )?;
        if self.detections.let_pass > 0 {
            let let_pass = counted(self.detections.let_pass, "detection");
            writeln!(text, "{let_pass} let pass, as people decided")?;
        }
        if self.issuance_at_risk > 0.0 {
            writeln!(
                text,
                "{:.1} % of certificates are expected to be in no log that is up to date",
                100.0 * self.issuance_at_risk
            )?;
        }
        for waiting in &self.outbox {
            let error = waiting.error.as_deref().unwrap_or("not tried yet");
            writeln!(
                text,
                "{}: {} events wait: {}",
                escaped_line(&waiting.channel),
                waiting.events,
                escaped_line(error)
            )?;
        }
        if self.alarms.is_empty() {
            text.push_str("no alarms\n");
        }
        for alarm in &self.alarms {
            let feed = alarm.feed.as_deref().unwrap_or_default();
            let name = self
                .feeds
                .iter()
                .find(|line| line.id == feed)
                .map_or(feed, |line| &line.description);
            let times = if alarm.count > 1 {
                format!(" ({} times)", alarm.count)
            } else {
                String::new()
            };
            writeln!(
                text,
                "ALARM {} {}: {}{times}, since {}",
                alarm.id,
                escaped_line(name),
                escaped_line(&alarm.says),
                alarm.raised_at.strftime("%Y-%m-%d %H:%M:%SZ")
            )?;
        }
        Ok(())
    }
}
