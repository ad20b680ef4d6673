//! `scan`: every name of the inputs against everyone on the watchlist.

mod progress;

use super::list::{InputArgs, ListArgs, ThreadArgs};
use super::{Outcome, note, today, usage};
use crate::knowledge::{self, SuffixArgs};
use crate::output::{CandidateRow, Color, Rows, escaped_line};
use crate::scan::{Bench, Desk, Event, Feed, Judged, Reported, Summary, run};
use anyhow::Result;
use clap::ValueEnum;
use judge::{Bar, Judge, Sifter, Weights};
use model::{Candidate, Tier};
use progress::Progress;
use resemble::Catalogue;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

/// Find the names that imitate somebody on the watchlist
///
/// Reads lists, zone files, CSV and certstream JSON lines, compressed or not, and tells one row for each registrable
/// domain and organisation. Further names of a registrable domain that was told already count as duplicates, with
/// one exception: when a later name rises to a higher tier, from watch to alert, it is told again.
///
/// At the end both sums are printed to standard error. Every line is observed, structure (a comment, a SOA record)
/// or rejected with a reason. Every name is one of: unreadable; own; allowed (every organisation that it resembles
/// allows it); unlike (resembles nobody, or less than --tier and --min-score ask for); candidate (told to at least
/// one organisation); duplicate.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  enpassant scan --watchlist watchlist.toml fr.zone.gz
  enpassant diff yesterday.zone today.zone --only added --format csv | enpassant scan -w watchlist.toml
  enpassant scan -w watchlist.toml --since told.state --format jsonl newly-registered.zip")]
pub(super) struct Scan {
    /// Whom to guard
    #[arg(short, long, value_name = "FILE", env = "ENPASSANT_WATCHLIST")]
    watchlist: Option<PathBuf>,
    #[command(flatten)]
    suffixes: SuffixArgs,
    #[command(flatten)]
    list: ListArgs,
    #[command(flatten)]
    input: InputArgs,
    /// Tell what reaches this tier: watch (and above), or alert [default: watch]
    #[arg(long, value_name = "TIER")]
    tier: Option<Tier>,
    /// Tell what reaches this score, 0 to 1, also below every tier; with --tier, both have to be reached
    #[arg(long, value_name = "SCORE", value_parser = score)]
    min_score: Option<f64>,
    /// Tell only what no earlier scan with this state file told
    ///
    /// The file is made when it is missing, and replaced only after all output was written; not when its reader
    /// closed it early.
    #[arg(long, value_name = "STATE")]
    since: Option<PathBuf>,
    /// Show lines that could not be read and names that are none, on standard error
    #[arg(long)]
    show_rejects: bool,
    /// How to print the sums on standard error
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    summary: SummaryForm,
    /// Exit with 3 when something of this tier or above was told and nothing failed
    #[arg(long, value_name = "TIER")]
    fail_on: Option<Tier>,
    #[command(flatten)]
    threads: ThreadArgs,
    /// Files with names; `-` or none is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// How the sums are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
enum SummaryForm {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object.
    Json,
    /// Not at all.
    None,
}

impl Scan {
    pub(super) fn run(self, color: Color) -> Result<Outcome> {
        let feeds = self.feeds()?;
        let Some(path) = &self.watchlist else {
            return Err(usage(
                "whom to guard? Give --watchlist FILE; `enpassant watchlist init YOUR-DOMAIN > watchlist.toml` \
                 writes one to start from",
            ));
        };
        let (catalogue, suffixes) = (Catalogue::embedded(), self.suffixes.load()?);
        let (watchlist, warnings) = knowledge::watchlist(path, &catalogue, &suffixes)?;
        for warning in warnings {
            note(format_args!(
                "warning: {}: {}",
                warning.organisation, warning.message
            ));
        }
        let reported = self
            .since
            .as_deref()
            .map(Reported::read)
            .transpose()?
            .unwrap_or_default();
        let guard = knowledge::guard(watchlist, catalogue, suffixes);
        let judge = Judge::new(Weights::embedded());
        let today = today();
        let bench = Bench {
            sifter: Sifter {
                guard: &guard,
                judge: &judge,
                bar: Bar::new(self.tier, self.min_score),
                today: &today,
            },
            keep_unreadable: self.show_rejects,
        };
        let out = io::stdout();
        let rows = Rows::of::<CandidateRow<'_>>(
            BufWriter::new(out.lock()),
            self.list.format,
            color.paint(&out),
        );
        let mut teller = Teller {
            bench: &bench,
            rows,
            reported,
            summary: Summary::default(),
            progress: Progress::of(&feeds),
            desk: Desk::default(),
        };
        run(
            feeds,
            self.input.input_format,
            &bench,
            self.threads.count(),
            &mut |event| teller.take(event),
        )?;
        teller.progress.finish();
        teller.rows.finish()?;
        if let Some(path) = &self.since {
            teller.reported.write(path)?;
        }
        self.sum_up(&teller.summary);
        Ok(self.outcome(&teller.summary))
    }

    fn feeds(&self) -> Result<Vec<Feed>> {
        if self.files.is_empty() {
            if io::stdin().is_terminal() {
                return Err(usage("which names? Give a FILE, or `-` for standard input"));
            }
            return Ok(vec![Feed::Stdin]);
        }
        let feed = |path: &PathBuf| {
            if path.as_os_str() == "-" {
                Feed::Stdin
            } else {
                Feed::File(path.clone())
            }
        };
        Ok(self.files.iter().map(feed).collect())
    }

    fn sum_up(&self, summary: &Summary) {
        match self.summary {
            SummaryForm::Text => note(format_args!("{}", summary.to_string().trim_end())),
            SummaryForm::Json => note(summary.json()),
            SummaryForm::None => {}
        }
    }

    fn outcome(&self, summary: &Summary) -> Outcome {
        if summary.failed_inputs > 0 {
            Outcome::Failed
        } else if self
            .fail_on
            .is_some_and(|tier| summary.rows.at_least(tier) > 0)
        {
            Outcome::Found
        } else {
            Outcome::Done
        }
    }
}

/// Tells candidates once, in order, and counts.
struct Teller<'a, W: Write> {
    bench: &'a Bench<'a>,
    rows: Rows<W>,
    reported: Reported,
    summary: Summary,
    progress: Progress,
    desk: Desk,
}

impl<W: Write> Teller<'_, W> {
    fn take(&mut self, event: &Event) -> Result<()> {
        match event {
            Event::Names(judged) => self.names(judged)?,
            Event::Fault(fault) => {
                self.summary.failed_inputs += 1;
                // What stood before the fault comes first, also where both streams go to one place.
                self.rows.flush()?;
                self.progress
                    .aside(|| note(format_args!("error: {}", escaped_line(&fault.to_string()))));
            }
        }
        Ok(())
    }

    fn names(&mut self, judged: &Judged) -> Result<()> {
        self.summary.lines += &judged.batch.tally;
        self.summary.names += &judged.tally;
        let mut told = vec![];
        for sightings in judged.sightings.chunk_by(|a, b| a.record == b.record) {
            let before = told.len();
            for sighting in sightings {
                let (registrable, organisation) = self.bench.key(judged, sighting, &mut self.desk);
                if self
                    .reported
                    .is_news(registrable, organisation, sighting.tier)
                {
                    told.push(self.bench.candidate(judged, sighting, &mut self.desk));
                }
            }
            if told.len() > before {
                self.summary.names.candidate += 1;
            } else {
                self.summary.names.duplicate += 1;
            }
            if told.len() >= MOST_AT_HAND {
                self.tell(&mut told)?;
            }
        }
        self.tell(&mut told)?;
        if self.bench.keep_unreadable {
            self.progress.aside(|| show_rejects(judged));
        }
        self.progress
            .at(judged.position, self.summary.lines.observations);
        Ok(())
    }

    fn tell(&mut self, candidates: &mut Vec<Candidate>) -> Result<()> {
        if candidates.is_empty() {
            return Ok(());
        }
        let Self {
            rows,
            summary,
            progress,
            ..
        } = self;
        progress.aside(|| {
            for candidate in candidates.drain(..) {
                summary.rows.count(candidate.assessment.tier);
                rows.row(&CandidateRow::from(&candidate))?;
            }
            rows.flush()
        })?;
        Ok(())
    }
}

/// How many candidates wait to be written together.
const MOST_AT_HAND: usize = 1000;

fn show_rejects(judged: &Judged) {
    let source = escaped_line(&judged.source);
    for reject in &judged.batch.rejects {
        let feeds::Reject {
            line,
            reason,
            excerpt,
        } = reject;
        note(format_args!(
            "{source}:{line}: rejected ({}): {reason}: {excerpt}",
            reason.id()
        ));
    }
    for unreadable in &judged.unreadable {
        let crate::scan::Unreadable {
            line,
            fault,
            excerpt,
        } = unreadable;
        note(format_args!(
            "{source}:{line}: unreadable ({}): {fault}: {excerpt}",
            fault.id()
        ));
    }
}

fn score(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(score) if (0.0..=1.0).contains(&score) => Ok(score),
        _ => Err("a score is a number from 0 to 1".to_owned()),
    }
}
