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
use std::io::{self, BufWriter};

/// List what watch has found
///
/// Newest first. Each detection is a registrable domain that imitates an organisation, with its strongest name,
/// where it was seen, and when: the certificate's validity, the log's promise, its checkpoint, we, and the first who was
/// told.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:
  enpassant detections --tier alert --since 2026-11-01
  enpassant detections --organisation en-marche --format jsonl")]
pub(super) struct Detections {
    #[command(flatten)]
    ledger: LedgerArgs,
    #[command(flatten)]
    list: ListArgs,
    /// Only this tier and above
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
        Column::new("ID", 5),
        Column::new("FIRST SEEN", 20),
        Column::new("SCORE", 5),
        Column::new("TIER", 5),
        Column::new("NAME", 34),
        Column::new("ORGANISATION", 14),
        Column::new("IMITATES", 16),
        Column::new("TOLD", 8),
        Column::new("HOW", 0),
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
    ];

    fn cells(&self) -> Vec<Cell> {
        let Detection { detail, times, .. } = &self.0;
        let mut ids: Vec<&str> = detail
            .techniques
            .iter()
            .map(|used| used.id.as_str())
            .collect();
        ids.dedup();
        let told = times.told.map_or_else(String::new, |told| {
            let after = told.duration_since(times.seen).as_secs();
            format!("{} s", after.max(0))
        });
        let mut name = Cell::plain(names::defanged(&detail.unicode).to_string());
        if self.0.names > 1 {
            name = name.then(Ink::Faint, format!(" +{}", self.0.names - 1));
        }
        vec![
            Cell::plain(self.0.id.to_string()),
            Cell::plain(time(Some(self.0.first_seen))),
            Cell::plain(format!("{:.3}", detail.score)),
            Cell::new(
                ink(detail.tier),
                detail
                    .tier
                    .map_or_else(String::new, |tier| tier.to_string()),
            ),
            name,
            Cell::plain(escaped_line(&detail.organisation)),
            Cell::plain(escaped_line(&detail.target)),
            Cell::plain(told),
            Cell::plain(ids.join(", ")),
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
            detail
                .tier
                .map_or_else(String::new, |tier| tier.to_string()),
            self.0.names.to_string(),
            self.0.certificates.to_string(),
            detail.source.clone(),
            detail.line.to_string(),
            time(times.not_before),
            time(times.sct),
            time(times.checkpoint),
            time(Some(times.seen)),
            time(times.told),
        ]
    }
}

/// To the second, in UTC.
fn time(time: Option<Timestamp>) -> String {
    time.map_or_else(String::new, |time| {
        time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    })
}
