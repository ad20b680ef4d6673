//! `graph`: how a campaign hangs together, as a picture or for programs.

use super::drawing::DrawingArgs;
use super::{Outcome, note};
use anyhow::Result;
use clap::ValueEnum;
use render::{Graph, GraphFormat};

/// Draw how a campaign hangs together
///
/// Organisations, the domains that imitate them, and what these share. Of a large campaign the weightiest part is drawn; what is
/// left out is told.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:
  enpassant graph 1f6a -o campaign.svg
  enpassant graph 1f6a --format dot | dot -Tpdf -o campaign.pdf")]
pub(super) struct GraphCommand {
    /// How it is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    drawing: DrawingArgs,
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
        let (campaign, viewer) = self.drawing.read()?;
        let graph = Graph::of(&campaign, &viewer);
        let format = match self.format {
            Format::Svg => GraphFormat::Svg,
            Format::Dot => GraphFormat::Dot,
            Format::Graphml => GraphFormat::GraphMl,
            Format::Json => GraphFormat::Json,
        };
        self.drawing.write(graph.written(format))?;
        for says in graph.notes() {
            note(says);
        }
        Ok(Outcome::Done)
    }
}
