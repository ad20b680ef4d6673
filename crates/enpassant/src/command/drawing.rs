//! What `graph` and `timeline` share: one campaign, drawn or written for somebody to a file.

use super::ledger::ask;
use super::reader::{self, ReaderArgs};
use crate::output::write_file;
use anyhow::Result;
use model::{Campaign, Viewer};
use std::path::PathBuf;

/// Which campaign, for whom, and where to.
#[derive(clap::Args, Debug)]
pub(super) struct DrawingArgs {
    /// The campaign: its id, or one of its domains
    #[arg(value_name = "ID|DOMAIN")]
    campaign: String,
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

impl DrawingArgs {
    /// The campaign, and whoever it is drawn for.
    pub(super) fn read(&self) -> Result<(Campaign, Viewer)> {
        let viewer = self.reader.viewer()?;
        let campaign = ask(async {
            let ledger = self.reader.open().await?;
            reader::campaign(&ledger, &self.campaign).await
        })?;
        reader::concerned(&campaign, &viewer)?;
        Ok((campaign, viewer))
    }

    /// Writes what was drawn, and ends its last line.
    pub(super) fn write(&self, mut text: String) -> Result<()> {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        write_file(&self.output, &text)
    }
}
