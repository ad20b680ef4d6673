//! `status`: how the watch is, out of the ledger, whether it runs or not.

mod page;
mod risk;

use super::Outcome;
use super::ledger::{LedgerArgs, ask};
use crate::output::Color;
use anyhow::Result;
use clap::ValueEnum;
use std::io::{self, Write};

/// Say how each feed is: position, head, lag, rate, what is wrong
///
/// Reads the ledger, so it works with and without a running watch.
#[derive(clap::Args, Debug)]
pub(super) struct Status {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// How it is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: StatusFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
enum StatusFormat {
    /// A page for people.
    #[default]
    Table,
    /// One JSON object.
    Json,
}

impl Status {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        let page = ask(async {
            let ledger = self.ledger.open().await?;
            page::Page::read(&ledger).await
        })?;
        let mut out = io::stdout().lock();
        match self.format {
            StatusFormat::Json => {
                serde_json::to_writer_pretty(&mut out, &page)?;
                writeln!(out)?;
            }
            StatusFormat::Table => {
                out.write_all(page.told(color.paint(&io::stdout())).as_bytes())?;
            }
        }
        out.flush()?;
        Ok(Outcome::Done)
    }
}
