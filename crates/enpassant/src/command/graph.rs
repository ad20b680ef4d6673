//! `graph`: how a campaign hangs together, as a picture or for programs.

use super::ledger::ask;
use super::reader::{self, ReaderArgs};
use super::{Outcome, note};
use crate::output::write_file;
use anyhow::Result;
use clap::ValueEnum;
use render::{Graph, GraphFormat};
use std::path::PathBuf;

/// Draw how a campaign hangs together
///
/// Organisations, the domains that imitate them, and what these share. Of a large campaign the weightiest part is drawn; what is
/// left out is told.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:
  enpassant graph 1f6a -o campaign.svg
  enpassant graph 1f6a --format dot | dot -Tpdf -o campaign.pdf")]
pub(super) struct GraphCommand {
    /// The campaign: its id, or one of its domains
    #[arg(value_name = "ID|DOMAIN")]
    campaign: String,
    /// How it is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Write it to this file in one go; `-` is standard output
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "-",
        hide_default_value = true
    )]
    output: PathBuf,
    #[command(flatten)]
    reader: ReaderArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
enum Format {
    /// A picture.
    #[default]
    Svg,
    /// The language of Graphviz.
    Dot,
    /// An XML format that most programs for graphs read.
    Graphml,
    /// JSON.
    Json,
}

impl GraphCommand {
    pub(super) fn run(&self) -> Result<Outcome> {
        let viewer = self.reader.viewer()?;
        let campaign = ask(async {
            let ledger = self.reader.ledger.open().await?;
            reader::campaign(&ledger, &self.campaign).await
        })?;
        let graph = Graph::of(&campaign, &viewer);
        let format = match self.format {
            Format::Svg => GraphFormat::Svg,
            Format::Dot => GraphFormat::Dot,
            Format::Graphml => GraphFormat::GraphMl,
            Format::Json => GraphFormat::Json,
        };
        let mut text = graph.written(format);
        if !text.ends_with('\n') {
            text.push('\n');
        }
        write_file(&self.output, &text)?;
        for says in graph.notes() {
            note(says);
        }
        Ok(Outcome::Done)
    }
}
