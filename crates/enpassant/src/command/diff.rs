//! `diff`: what changed between two snapshots.

use super::list::{InputArgs, ListArgs};
use super::{Outcome, note};
use crate::output::{Cell, Color, Column, Ink, Row, Rows, counted, grouped};
use anyhow::Result;
use clap::ValueEnum;
use feeds::{Change, DiffOptions, FeedError, Input, SideSummary};
use serde::Serialize;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

/// Compare two snapshots of a zone or list: which names came, which went
///
/// Sorts both in bounded memory, so that zones larger than memory can be compared; temporary files take about as much
/// room as the names in text. Nothing is told before both were read to their ends.
#[derive(clap::Args, Debug)]
pub(super) struct Diff {
    #[command(flatten)]
    list: ListArgs,
    #[command(flatten)]
    input: InputArgs,
    /// Tell only one kind of change
    #[arg(long, value_enum, value_name = "CHANGE")]
    only: Option<Only>,
    /// Memory for sorting, in MiB
    #[arg(long, default_value_t = 256, value_name = "MIB", value_parser = clap::value_parser!(u32).range(1..=1 << 20))]
    memory: u32,
    /// Where temporary files go [default: the system's directory]
    #[arg(long, value_name = "DIRECTORY")]
    temp_dir: Option<PathBuf>,
    /// The snapshot before; `-` is standard input
    old: PathBuf,
    /// The snapshot after; `-` is standard input
    new: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Only {
    /// Names that only the new one has.
    Added,
    /// Names that only the old one has.
    Removed,
}

impl Diff {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        if self.old == self.new && self.old.as_os_str() == "-" {
            return Err(super::usage("only one of the two can be standard input"));
        }
        let (old, new) = (self.open(&self.old)?, self.open(&self.new)?);
        let defaults = DiffOptions::default();
        let options = DiffOptions {
            memory_bytes: (self.memory as usize) << 20,
            temp_dir: self.temp_dir.clone().unwrap_or(defaults.temp_dir),
        };
        let out = io::stdout();
        let mut rows = Rows::of::<ChangeRow<'_>>(
            BufWriter::new(out.lock()),
            self.list.format,
            color.paint(&out),
        );
        let told = feeds::diff(old, new, &options, &mut |change, name| {
            let wanted = match self.only {
                None => true,
                Some(only) => (only == Only::Added) == (change == Change::Added),
            };
            // Names come in A-label form.
            let name = str::from_utf8(name).expect("a name in A-label form is ASCII");
            if wanted {
                rows.row(&ChangeRow::new(change, name))
            } else {
                Ok(())
            }
        });
        let summary = match told {
            Ok(summary) => summary,
            Err(FeedError::Sink(error)) => return Err(error.into()),
            Err(fault) => return Err(fault.into()),
        };
        rows.finish()?;
        side("old", &summary.old);
        side("new", &summary.new);
        note(format_args!(
            "{} added, {} removed, {} unchanged",
            grouped(summary.added),
            grouped(summary.removed),
            grouped(summary.unchanged)
        ));
        Ok(Outcome::Done)
    }

    fn open(&self, path: &Path) -> Result<Input, FeedError> {
        let format = self.input.input_format;
        if path.as_os_str() == "-" {
            Input::stdin(format)
        } else {
            Input::open(path, format)
        }
    }
}

/// Both sums of one snapshot.
fn side(which: &str, side: &SideSummary) {
    let SideSummary {
        tally,
        names,
        repeats,
        unreadable,
    } = side;
    note(format_args!(
        "{which}: {} = {} observed + {} structure + {} rejected",
        counted(tally.lines, "line"),
        grouped(tally.observed),
        grouped(tally.structure),
        grouped(tally.rejected)
    ));
    for (reason, count) in tally.rejects() {
        note(format_args!(
            "  {} rejected as {}: {reason}",
            grouped(count),
            reason.id()
        ));
    }
    note(format_args!(
        "{which}: {} = {} unreadable + {} distinct + {} repeated",
        counted(tally.observations, "name"),
        grouped(unreadable.values().sum()),
        grouped(*names),
        grouped(*repeats)
    ));
    for (fault, count) in unreadable {
        note(format_args!("  {} unreadable: {fault}", grouped(*count)));
    }
}

#[derive(Serialize)]
struct ChangeRow<'a> {
    change: &'static str,
    name: &'a str,
}

impl<'a> ChangeRow<'a> {
    fn new(change: Change, name: &'a str) -> Self {
        let change = match change {
            Change::Added => "added",
            Change::Removed => "removed",
        };
        Self { change, name }
    }
}

impl Row for ChangeRow<'_> {
    const COLUMNS: &'static [Column] = &[Column::new("CHANGE", 7), Column::new("NAME", 0)];
    const FIELDS: &'static [&'static str] = &["change", "name"];

    fn cells(&self) -> Vec<Cell> {
        let ink = if self.change == "added" {
            Ink::Good
        } else {
            Ink::Faint
        };
        vec![
            Cell::new(ink, self.change),
            Cell::plain(names::defanged(self.name).to_string()),
        ]
    }

    fn fields(&self) -> Vec<String> {
        vec![self.change.to_owned(), self.name.to_owned()]
    }
}
