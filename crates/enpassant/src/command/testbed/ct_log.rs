//! `testbed ct-log`: a log that signs, with faults on demand.

use super::End;
use crate::command::Outcome;
use anyhow::{Context, Result};
use std::path::PathBuf;
use testbed::ct_log::{CtLogOptions, CtLogs, Dialect, Fault};

/// A certificate transparency log that signs, fed with certificates of its own authority
///
/// Prints, as its first line, a JSON object with `address`, `origin`, `key` and `log_list`, the path of a list that
/// `watch --log-list` takes. POST a name to /testbed/issue and it is on a certificate in the log.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Example:
  enpassant testbed ct-log --entries 5000 --rate 50 --names names.txt
  curl --data mail-en-marche.example http://127.0.0.1:PORT/testbed/issue")]
pub(in crate::command) struct CtLog {
    /// How it is read: `tiles`, `rfc6962` or `both`
    #[arg(long, default_value_t = Dialect::Tiles)]
    dialect: Dialect,
    /// Names, one a line, that are put on certificates first, in order
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,
    /// How many entries it has at the start
    #[arg(long, default_value_t = 1000)]
    entries: u64,
    /// How many are added a second
    #[arg(long, default_value_t = 0)]
    rate: u32,
    /// The same seed makes the same names in the same order
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What is wrong with it
    #[arg(long, value_name = "KIND", help = fault_help())]
    fault: Option<Fault>,
    /// The port; 0 for any that is free
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// A saved log, with tile/data/000 and so on below it, whose entries come first of all
    #[arg(long, value_name = "DIR")]
    recorded: Option<PathBuf>,
}

impl CtLog {
    pub(super) fn run(self, end: End) -> Result<Outcome> {
        let names = match &self.names {
            Some(path) => crate::knowledge::text(path)?
                .lines()
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
            None => vec![],
        };
        let logs = CtLogs::start(vec![CtLogOptions {
            dialect: self.dialect,
            names,
            entries: self.entries,
            rate: self.rate,
            seed: self.seed,
            fault: self.fault,
            port: self.port,
            recorded: self.recorded,
            ..CtLogOptions::default()
        }])
        .context("cannot start the log")?;
        end.wait(&logs.logs()[0].announcement(logs.log_list()))?;
        logs.stop();
        Ok(Outcome::Done)
    }
}

fn fault_help() -> String {
    let kinds: Vec<&str> = Fault::ALL.iter().map(|fault| fault.id()).collect();
    format!("What is wrong with it: {}", kinds.join(", "))
}
