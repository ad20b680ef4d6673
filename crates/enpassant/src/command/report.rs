//! `report`: a campaign as a page that one can hand on.

use super::ledger::ask;
use super::reader::{self, ReaderArgs};
use super::{Outcome, note};
use crate::output::{counted, escaped_line, write_file};
use anyhow::Result;
use jiff::Timestamp;
use ledger::Ledger;
use render::ReportFacts;
use std::path::{Path, PathBuf};

/// Write a report on a campaign: one HTML file that needs nothing else
///
/// What happened in plain words, the timeline, what was imitated, how it hangs together and why, who may be behind it with both sides,
/// what is not known, and indicators. It is marked with the label, and holds what readers of that label may see.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:
  enpassant report 1f6a -o report.html
  enpassant report 1f6a -o public.html --tlp clear")]
pub(super) struct Report {
    /// The campaign: its id, or one of its domains
    #[arg(value_name = "ID|DOMAIN")]
    campaign: String,
    /// Write it to this file in one go; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    reader: ReaderArgs,
}

impl Report {
    pub(super) fn run(&self) -> Result<Outcome> {
        let viewer = self.reader.viewer()?;
        let (campaign, rests_on) = ask(async {
            let ledger = self.reader.open().await?;
            let (campaign, _) = reader::judged(&ledger, &self.campaign, &viewer).await?;
            Ok((campaign, rests_on(&ledger).await?))
        })?;
        let facts = ReportFacts {
            now: Timestamp::now(),
            program: concat!("En Passant ", env!("CARGO_PKG_VERSION")).to_owned(),
            tlp: self.reader.tlp,
            rests_on,
        };
        let page = render::report(&campaign, &viewer, &facts);
        write_file(&self.output, &page)?;
        if self.output != Path::new("-") {
            let (id, name) = (&campaign.id, &campaign.name);
            let path = escaped_line(&self.output.display().to_string());
            let kilobytes = page.len().div_ceil(1000);
            let tlp = self.reader.tlp;
            note(format_args!(
                "{path}: {name} ({id}), TLP:{tlp}, {kilobytes} kB"
            ));
        }
        Ok(Outcome::Done)
    }
}

/// What there was to know, in a few words each.
async fn rests_on(ledger: &Ledger) -> Result<Vec<String>> {
    let feeds = ledger.feeds().await?.len() as u64;
    let looks = ledger.look_counts(Timestamp::now()).await?;
    Ok(vec![
        format!("{} read", counted(feeds, "feed")),
        format!(
            "{} that we went to look at, of {} to be looked at",
            counted(looks.looked, "detection"),
            looks.detections
        ),
    ])
}
