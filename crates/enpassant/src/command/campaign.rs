//! `campaign`: what analysts decide about campaigns.

mod decisions;
mod shape;

use super::analyst::AnalystArgs;
use super::ledger::ask;
use super::{Outcome, reader};
use crate::output::Color;
use anyhow::{Result, bail};
use model::Decision;

/// Decide about campaigns: which domains belong together, and who is behind them
///
/// Every decision is kept with who, when and why, holds whatever facts come later, and can be taken back. It also works while
/// a watch is running. Domains are written as they are shown, with or without brackets.
#[derive(clap::Subcommand, Debug)]
pub(super) enum CampaignCommand {
    Cut(shape::Cut),
    Split(shape::Split),
    Pin(shape::Pin),
    Merge(shape::Merge),
    /// Say that an intrusion set is behind a campaign
    Confirm(Attribution),
    /// Say that an intrusion set is not behind a campaign
    Reject(Attribution),
    Undo(Undo),
    Decisions(decisions::Decisions),
}

/// Say that an intrusion set is behind a campaign, or that it is not
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Example:
  enpassant campaign reject 1f6a --hypothesis 'Paper Kestrel' --reason 'the address was rented out anew'")]
pub(super) struct Attribution {
    /// Which campaign: its id, or one of its domains
    #[arg(value_name = "ID")]
    campaign: String,
    /// Which intrusion set; confirmed, one that no hypothesis names becomes one
    #[arg(long, value_name = "SET")]
    hypothesis: String,
    #[command(flatten)]
    analyst: AnalystArgs,
}

/// Take a decision back
///
/// What it had taken back itself, as it contradicted it, stays so: decide that again.
#[derive(clap::Args, Debug)]
#[command(after_help = "Exit code 1: no decision of this number stands.")]
pub(super) struct Undo {
    /// The number of the decision
    number: u64,
    #[command(flatten)]
    analyst: AnalystArgs,
}

impl CampaignCommand {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        match self {
            Self::Cut(cut) => cut.run(color),
            Self::Split(split) => split.run(color),
            Self::Pin(pin) => pin.run(color),
            Self::Merge(merge) => merge.run(color),
            Self::Confirm(attribution) => attribution.run(true, color),
            Self::Reject(attribution) => attribution.run(false, color),
            Self::Undo(undo) => undo.run(color),
            Self::Decisions(decisions) => decisions.run(),
        }
    }
}

impl Attribution {
    fn run(&self, confirmed: bool, color: Color) -> Result<Outcome> {
        let set = self.hypothesis.trim();
        if set.is_empty() {
            return Err(super::usage("--hypothesis names no set"));
        }
        let done = ask(async {
            let ledger = self.analyst.ledger.open().await?;
            let decision = Decision::Attribution {
                campaign: reader::find(&ledger, &self.campaign).await?,
                set: set.to_owned(),
                confirmed,
            };
            self.analyst.decide(&ledger, &[decision]).await
        })?;
        done.tell(self.analyst.json, color)
    }
}

impl Undo {
    fn run(&self, color: Color) -> Result<Outcome> {
        let done = ask(async {
            let ledger = self.analyst.ledger.open().await?;
            self.analyst.undo(&ledger, self.number).await
        })?;
        let Some(done) = done else {
            bail!("no decision {} stands", self.number);
        };
        done.tell(self.analyst.json, color)
    }
}
