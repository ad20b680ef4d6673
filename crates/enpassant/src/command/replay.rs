//! `replay`: a published case, day by day, among names of the ordinary world.

mod case;
mod claim;
mod outlook;
mod report;
mod story;
mod together;

use super::list::{ListArgs, ThreadArgs};
use super::{Outcome, note, today};
use crate::knowledge;
use crate::output::{self, Color, Format};
use crate::scan::{Bench, Feed};
use anyhow::{Result, bail};
use case::Case;
use intel::Knowledge;
use jiff::Timestamp;
use judge::{Bar, Common, Infrastructure, Judge, Rarity, RiskTable, Sifter, Weights};
use model::{Tlp, Viewer};
use names::SuffixList;
use outlook::Scales;
use report::{EventRow, Report};
use resemble::Catalogue;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Replay a case: what would have been caught, day by day, and what else was flagged
///
/// Reads `watchlist.toml` and `events.toml` of a case directory. Each day's names come among an equal share of a
/// background of real names. Stages and risk come from what was published about each name, as far as it carries. What was
/// not published stays unknown and is shown so.
///
/// `json` is the whole report; `jsonl` and `csv` have one row for each published name.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: enpassant replay cases/pawn-storm-2017")]
pub(super) struct Replay {
    /// Names to mix the case into, in any format that `scan` reads; popular names of January 2025 by default
    #[arg(long, value_name = "FILE")]
    background: Option<PathBuf>,
    #[command(flatten)]
    list: ListArgs,
    #[command(flatten)]
    threads: ThreadArgs,
    /// Write a report on the campaign that was found, a page that opens in any browser; `-` is standard output, with nothing else on it
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,
    /// Directory of the case
    #[arg(value_name = "CASE")]
    directory: PathBuf,
}

impl Replay {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        let (catalogue, suffixes) = (Catalogue::embedded(), SuffixList::embedded());
        let case = Case::read(&self.directory.join("events.toml"))?;
        let path = self.directory.join("watchlist.toml");
        let (watchlist, _) = knowledge::watchlist(&path, &catalogue, &suffixes)?;
        let guard = knowledge::guard(watchlist, catalogue, suffixes);
        let judge = Judge::new(Weights::embedded());
        let today = today();
        let bench = Bench {
            sifter: Sifter {
                guard: &guard,
                judge: &judge,
                bar: Bar::new(None, None),
                today: &today,
            },
            keep_unreadable: false,
        };
        let feed = match &self.background {
            Some(path) => Feed::File(path.clone()),
            None => Feed::Text {
                label: "background",
                text: knowledge::background(),
            },
        };
        let scales = Scales {
            table: RiskTable::embedded(),
            infrastructure: Infrastructure::embedded(),
            rarity: Rarity::embedded(Common::embedded()),
            suffixes: guard.suffixes(),
            now: Timestamp::now(),
        };
        let known = Knowledge::embedded();
        let report = Report::of(&case, &bench, &scales, &known, feed, self.threads.count())?;
        if let Some(path) = &self.output {
            write_report(&report, path)?;
            if path == Path::new("-") {
                return Ok(Outcome::Done);
            }
        }
        let out = io::stdout();
        match self.list.format {
            Format::Table => {
                let text = story::tell(
                    &report,
                    &guard,
                    self.background.as_deref(),
                    color.paint(&out),
                );
                let mut out = out.lock();
                out.write_all(text.as_bytes())?;
                out.flush()?;
            }
            Format::Json => {
                let mut out = out.lock();
                writeln!(out, "{:#}", report.json(self.background.as_deref()))?;
                out.flush()?;
            }
            Format::Jsonl | Format::Csv => {
                output::list(report.events().map(EventRow::from), self.list.format, color)?;
            }
        }
        Ok(Outcome::Done)
    }
}

/// The report on the largest campaign that was found. A case is published, so it is for everybody to whom it may be handed on.
fn write_report(report: &Report<'_>, path: &Path) -> Result<()> {
    let largest = report.together.campaigns.iter();
    let Some(campaign) = largest.max_by_key(|campaign| campaign.members.len()) else {
        bail!("nothing in the case belongs together, so there is no campaign to report on");
    };
    let facts = render::ReportFacts {
        now: Timestamp::now(),
        program: concat!("En Passant ", env!("CARGO_PKG_VERSION")).to_owned(),
        tlp: Tlp::Amber,
        rests_on: vec![
            format!(
                "the published case “{}”: claims with their sources, no look at any domain",
                report.case.title
            ),
            format!(
                "{} names of the ordinary world beside it",
                report.background
            ),
        ],
    };
    let page = render::report(campaign, &Viewer::of_all(Tlp::Amber), &facts);
    output::write_file(path, &page)?;
    if path != Path::new("-") {
        note(format!("report written: {}", path.display()));
    }
    Ok(())
}
