//! `detections`: what the ledger holds.

use super::Outcome;
use super::ledger::{LedgerArgs, ask};
use super::list::ListArgs;
use crate::config::Start;
use crate::output::{Cell, Color, Column, Ink, Row, Rows, escaped_line, ink};
use anyhow::Result;
use jiff::Timestamp;
use ledger::{Detection, DetectionFilter};
use model::Tier;
use pipeline::StartAt;
use serde::Serialize;
use serde_json::Value;
use std::io::{self, BufWriter};

/// List what watch has found
///
/// Newest first. Each detection is a registrable domain that imitates an organisation, with its strongest name,
/// where it was seen, and when: the certificate's validity, the log's promise, its checkpoint, we, and the first who was
/// told. Where it was looked at, it says how far the domain has come, how bad that is and what it comes to; the table
/// shows the furthest stage. SCORE is that of the name; TIER is what it counts for: by the last look, by the name before the first, an
/// alert where it was confirmed.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:
  enpassant detections --tier alert --since 2026-11-01
  enpassant detections --organisation en-marche --format jsonl")]
pub(super) struct Detections {
    #[command(flatten)]
    ledger: LedgerArgs,
    #[command(flatten)]
    list: ListArgs,
    /// Only what counts for this tier or above
    #[arg(long)]
    tier: Option<Tier>,
    /// Only those that imitate this organisation
    #[arg(long, value_name = "ID")]
    organisation: Option<String>,
    /// Only those first seen since this day or time
    #[arg(long, value_name = "TIME")]
    since: Option<Start>,
    /// Only names that contain this
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// The canary's, too
    #[arg(long)]
    tests: bool,
    /// Those that a decision lets pass, too
    #[arg(long)]
    all: bool,
    /// At most so many; 0 for all
    #[arg(long, default_value_t = 1000)]
    limit: u64,
}

/// Detections that are read from the ledger at once.
const PAGE: u32 = 1000;

impl Detections {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        let since = match self.since.map(|start| start.0) {
            None => None,
            Some(StartAt::Since(time)) => Some(time),
            Some(_) => {
                return Err(super::usage(
                    "--since wants a day like 2026-11-22, or a time",
                ));
            }
        };
        let out = io::stdout();
        let mut rows = Rows::of::<DetectionRow>(
            BufWriter::new(out.lock()),
            self.list.format,
            color.paint(&out),
        );
        ask(async {
            let ledger = self.ledger.open().await?;
            let mut filter = DetectionFilter {
                tier: self.tier,
                organisation: self.organisation.clone(),
                since,
                name: self.name.clone(),
                before: None,
                tests: self.tests,
                allowed: self.all,
                limit: PAGE,
            };
            let mut left = if self.limit == 0 {
                u64::MAX
            } else {
                self.limit
            };
            while left > 0 {
                filter.limit = u32::try_from(left.min(PAGE.into())).expect("it is at most a page");
                let page = ledger.detections(&filter).await?;
                let Some(last) = page.last() else { break };
                filter.before = Some(last.id);
                left -= page.len() as u64;
                for detection in page {
                    rows.row(&DetectionRow(detection))?;
                }
            }
            Ok(())
        })?;
        rows.finish()?;
        Ok(Outcome::Done)
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct DetectionRow(Detection);

impl Row for DetectionRow {
    const COLUMNS: &'static [Column] = &[
        Column::new("ID", 4),
        Column::new("FIRST SEEN", 16),
        Column::new("SCORE", 5),
        Column::new("TIER", 5),
        Column::new("SEVERITY", 8),
        Column::new("STAGE", 15),
        Column::new("NAME", 32),
        Column::new("ORGANISATION", 0),
    ];
    const FIELDS: &'static [&'static str] = &[
        "id",
        "first_seen",
        "name",
        "registrable",
        "unicode",
        "organisation",
        "target",
        "score",
        "tier",
        "names",
        "certificates",
        "source",
        "line",
        "not_before",
        "sct",
        "checkpoint",
        "seen",
        "told",
        "stage",
        "severity",
        "confidence",
        "risk_score",
        "risk_tier",
        "looks",
        "allowed",
        "counts_for",
    ];

    fn cells(&self) -> Vec<Cell> {
        let Detection { detail, .. } = &self.0;
        let mut name = Cell::plain(names::defanged(&detail.unicode).to_string());
        if self.0.allowed.is_some() {
            name = name.then(Ink::Good, " let pass");
        }
        if self.0.names > 1 {
            name = name.then(Ink::Faint, format!(" +{}", self.0.names - 1));
        }
        vec![
            Cell::plain(self.0.id.to_string()),
            Cell::plain(self.0.first_seen.strftime("%Y-%m-%d %H:%M").to_string()),
            Cell::plain(format!("{:.3}", detail.score)),
            Cell::new(ink(self.0.counts_for), said(self.0.counts_for)),
            self.severity(),
            Cell::plain(self.stage()),
            name,
            Cell::plain(escaped_line(&detail.organisation)),
        ]
    }

    fn fields(&self) -> Vec<String> {
        let Detection { detail, times, .. } = &self.0;
        vec![
            self.0.id.to_string(),
            time(Some(self.0.first_seen)),
            detail.name.clone(),
            detail.registrable.clone(),
            detail.unicode.clone(),
            detail.organisation.clone(),
            detail.target.clone(),
            detail.score.to_string(),
            said(detail.tier),
            self.0.names.to_string(),
            self.0.certificates.to_string(),
            detail.source.clone(),
            detail.line.to_string(),
            time(times.not_before),
            time(times.sct),
            time(times.checkpoint),
            time(Some(times.seen)),
            time(times.told),
            self.stage().to_owned(),
            self.of_risk("severity"),
            self.of_risk("confidence"),
            self.of_risk("score"),
            self.of_risk("tier"),
            self.0
                .look
                .as_ref()
                .map_or_else(String::new, |look| look.looks.to_string()),
            self.0
                .allowed
                .map_or_else(String::new, |decision| decision.to_string()),
            said(self.0.counts_for),
        ]
    }
}

impl DetectionRow {
    /// The furthest stage that it stands on; nothing where nobody looked.
    fn stage(&self) -> &'static str {
        let looked = self.0.look.as_ref();
        let furthest = looked.and_then(|look| look.stages.last());
        furthest.map_or("", |reached| reached.stage)
    }

    /// How bad it is, or that it is the organisation's own; nothing where nobody looked.
    fn severity(&self) -> Cell {
        if !self.of_risk("own").is_empty() {
            return Cell::new(Ink::Good, "own");
        }
        let severity = self.of_risk("severity");
        let ink = match severity.as_str() {
            "critical" | "high" => Ink::Alert,
            "medium" => Ink::Watch,
            _ => Ink::Plain,
        };
        Cell::new(ink, severity)
    }

    /// A value of what the last look came to, as text; nothing where there is none.
    fn of_risk(&self, key: &str) -> String {
        let looked = self.0.look.as_ref();
        match looked.and_then(|look| look.risk.as_ref()?.get(key)) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        }
    }
}

fn said(tier: Option<Tier>) -> String {
    tier.map_or_else(String::new, |tier| tier.to_string())
}

/// To the second, in UTC.
fn time(time: Option<Timestamp>) -> String {
    time.map_or_else(String::new, |time| {
        time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    })
}
