//! The command line: what can be asked, and who answers.

mod actor;
mod analyst;
mod behind;
mod campaign;
mod campaigns;
mod completions;
mod decide;
mod detections;
mod diff;
mod drawing;
mod explain;
mod graph;
mod ledger;
mod list;
mod looking;
mod permute;
mod probe;
mod reader;
mod reference;
mod replay;
mod report;
mod scan;
mod status;
mod techniques;
#[cfg(feature = "testbed")]
mod testbed;
mod timeline;
mod watch;
mod watchlist;

use crate::output::Color;
use anyhow::Result;
use clap::{Parser, Subcommand};
use std::io::Write;

/// Early warning against look-alike domains
///
/// Judges every name in a feed against the organisations that you guard, and says which of them imitate one, how,
/// how strongly and why. Names that are only read are never contacted; `probe` and `watch` look at what they publish, as far
/// as they are told to.
///
/// Tables show names defanged (`example[.]org`); JSON and CSV carry them as they are.
#[derive(Parser, Debug)]
#[command(name = "enpassant", version, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 it ran, 1 something could not be read, 2 wrong usage, 3 --fail-on found something"
)]
pub(crate) struct Cli {
    /// When to use colour; `auto` also heeds `NO_COLOR`
    #[arg(long, value_enum, default_value_t, global = true, value_name = "WHEN")]
    pub(crate) color: Color,
    #[command(subcommand)]
    command: Command,
}

/// How a command ended that was not stopped by an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// It ran.
    Done,
    /// It ran, but not all of its input could be read; that was told.
    Failed,
    /// It ran, and found what it was told to fail on.
    Found,
}

#[derive(Subcommand, Debug)]
enum Command {
    Scan(scan::Scan),
    Watch(Box<watch::Watch>),
    Detections(detections::Detections),
    Decide(decide::Decide),
    Campaigns(campaigns::Campaigns),
    #[command(subcommand)]
    Campaign(campaign::CampaignCommand),
    Graph(graph::GraphCommand),
    Timeline(timeline::Timeline),
    Report(report::Report),
    Status(status::Status),
    #[command(subcommand)]
    Ledger(ledger::LedgerCommand),
    Probe(probe::Probe),
    Explain(explain::Explain),
    Permute(permute::Permute),
    Diff(diff::Diff),
    #[command(subcommand)]
    Watchlist(watchlist::WatchlistCommand),
    Techniques(techniques::Techniques),
    Actor(actor::Actor),
    #[command(subcommand)]
    Reference(reference::ReferenceCommand),
    Replay(replay::Replay),
    #[cfg(feature = "testbed")]
    #[command(subcommand)]
    Testbed(testbed::TestbedCommand),
    Completions(completions::Completions),
    Man(completions::Man),
}

impl Cli {
    /// Does what was asked.
    pub(crate) fn run(self) -> Result<Outcome> {
        let color = self.color;
        match self.command {
            Command::Scan(scan) => scan.run(color),
            Command::Watch(watch) => watch.run(color),
            Command::Detections(detections) => detections.run(color),
            Command::Decide(decide) => decide.run(color),
            Command::Campaigns(campaigns) => campaigns.run(color),
            Command::Campaign(campaign) => campaign.run(color),
            Command::Graph(graph) => graph.run(),
            Command::Timeline(timeline) => timeline.run(),
            Command::Report(report) => report.run(),
            Command::Status(status) => status.run(color),
            Command::Ledger(ledger) => ledger.run(),
            Command::Probe(probe) => probe.run(color),
            Command::Explain(explain) => explain.run(color),
            Command::Permute(permute) => permute.run(color),
            Command::Diff(diff) => diff.run(color),
            Command::Watchlist(watchlist) => watchlist.run(color),
            Command::Techniques(techniques) => techniques.run(color),
            Command::Actor(actor) => actor.run(color),
            Command::Reference(reference) => reference.run(color),
            Command::Replay(replay) => replay.run(color),
            #[cfg(feature = "testbed")]
            Command::Testbed(testbed) => testbed.run(),
            Command::Completions(completions) => completions.run(),
            Command::Man(man) => man.run(),
        }
    }
}

/// A wrong command line, of which clap itself cannot know.
fn usage(message: impl std::fmt::Display) -> anyhow::Error {
    use clap::CommandFactory;
    Cli::command()
        .error(clap::error::ErrorKind::MissingRequiredArgument, message)
        .into()
}

/// A line to standard error.
fn note(text: impl std::fmt::Display) {
    // Where standard error is closed there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The day it is, in UTC, as `YYYY-MM-DD`.
fn today() -> String {
    jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_day_is_written_as_watchlists_write_it() {
        let today = today();
        assert_eq!(today.len(), 10);
        assert!(today.as_str() > "2026-01-01" && today.as_bytes()[4] == b'-');
    }
}
