//! `timeline`: what happened in a campaign, in order.

use super::Outcome;
use super::drawing::DrawingArgs;
use anyhow::Result;
use clap::ValueEnum;

/// Tell what happened in a campaign, in order of time
///
/// When domains were registered, came to further stages and were seen by us, when they were joined and why, and what was decided.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:
  enpassant timeline 1f6a
  enpassant timeline 1f6a --format svg -o timeline.svg")]
pub(super) struct Timeline {
    /// How it is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    drawing: DrawingArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
enum Format {
    /// A line for each moment.
    #[default]
    Text,
    /// A picture.
    Svg,
}

impl Timeline {
    pub(super) fn run(&self) -> Result<Outcome> {
        let (campaign, viewer) = self.drawing.read()?;
        let text = match self.format {
            Format::Text => render::timeline_text(&campaign, &viewer),
            Format::Svg => render::timeline_svg(&campaign, &viewer),
        };
        self.drawing.write(text)?;
        Ok(Outcome::Done)
    }
}
