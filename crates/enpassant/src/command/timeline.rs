//! `timeline`: what happened in a campaign, in order.

use super::Outcome;
use super::ledger::ask;
use super::reader::{self, ReaderArgs};
use crate::output::write_file;
use anyhow::Result;
use clap::ValueEnum;
use std::path::PathBuf;

/// Tell what happened in a campaign, in order of time
///
/// When domains were registered, came to further stages and were seen by us, when they were joined and why, and what was decided.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:
  enpassant timeline 1f6a
  enpassant timeline 1f6a --format svg -o timeline.svg")]
pub(super) struct Timeline {
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
    /// A line for each moment.
    #[default]
    Text,
    /// A picture.
    Svg,
}

impl Timeline {
    pub(super) fn run(&self) -> Result<Outcome> {
        let viewer = self.reader.viewer()?;
        let campaign = ask(async {
            let ledger = self.reader.ledger.open().await?;
            reader::campaign(&ledger, &self.campaign).await
        })?;
        let mut text = match self.format {
            Format::Text => render::timeline_text(&campaign, &viewer),
            Format::Svg => render::timeline_svg(&campaign, &viewer),
        };
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        write_file(&self.output, &text)?;
        Ok(Outcome::Done)
    }
}
