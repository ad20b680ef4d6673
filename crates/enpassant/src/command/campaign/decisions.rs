//! `campaign decisions`: what people decided.

use crate::command::Outcome;
use crate::command::analyst::{line, written};
use crate::command::ledger::{LedgerArgs, ask};
use crate::command::reader;
use anyhow::Result;
use serde_json::Value;
use std::io::{self, BufWriter, Write};

/// List what was decided, by whom and why, also what was taken back
#[derive(clap::Args, Debug)]
pub(in crate::command) struct Decisions {
    /// Only about this campaign
    #[arg(value_name = "ID")]
    campaign: Option<String>,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// One JSON array
    #[arg(long)]
    json: bool,
}

impl Decisions {
    pub(super) fn run(&self) -> Result<Outcome> {
        let decisions = ask(async {
            let ledger = self.ledger.open().await?;
            Ok(match &self.campaign {
                None => ledger.decisions().await?,
                Some(written) => {
                    let campaign = reader::campaign(&ledger, written).await?;
                    ledger.decisions_on(&campaign).await?
                }
            })
        })?;
        let mut out = BufWriter::new(io::stdout().lock());
        if self.json {
            let all: Vec<Value> = decisions.iter().map(written).collect();
            serde_json::to_writer(&mut out, &all)?;
            writeln!(out)?;
        } else {
            for decided in &decisions {
                writeln!(out, "{}", line(decided))?;
            }
        }
        out.flush()?;
        Ok(Outcome::Done)
    }
}
