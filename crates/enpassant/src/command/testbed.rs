//! `testbed`: real servers on loopback, to try everything without internet.

use super::Outcome;
use anyhow::{Context, Result};
use std::io::{self, Write};
use std::path::PathBuf;
use testbed::ct_log::{CtLogOptions, CtLogs, Dialect, Fault};

/// Serve on loopback what the world serves, with faults on demand
#[derive(clap::Subcommand, Debug)]
pub(super) enum TestbedCommand {
    CtLog(CtLogArgs),
}

/// A certificate transparency log that signs, fed with certificates of its own authority
///
/// Prints, as its first line, a JSON object with `address`, `origin`, `key` and `log_list`, the path of a list that
/// `watch --log-list` takes. POST a name to /testbed/issue and it is on a certificate in the log.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Example:
  enpassant testbed ct-log --entries 5000 --rate 50 --names names.txt
  curl --data mail-en-marche.example http://127.0.0.1:PORT/testbed/issue")]
pub(super) struct CtLogArgs {
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

fn fault_help() -> String {
    let kinds: Vec<&str> = Fault::ALL.iter().map(|fault| fault.id()).collect();
    format!("What is wrong with it: {}", kinds.join(", "))
}

impl TestbedCommand {
    pub(super) fn run(self) -> Result<Outcome> {
        let Self::CtLog(args) = self;
        let names = match &args.names {
            Some(path) => crate::knowledge::text(path)?
                .lines()
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
            None => vec![],
        };
        let logs = CtLogs::start(vec![CtLogOptions {
            dialect: args.dialect,
            names,
            entries: args.entries,
            rate: args.rate,
            seed: args.seed,
            fault: args.fault,
            port: args.port,
            recorded: args.recorded,
            ..CtLogOptions::default()
        }])
        .context("cannot start the log")?;
        let mut out = io::stdout().lock();
        writeln!(out, "{}", logs.logs()[0].announcement(logs.log_list()))?;
        out.flush()?;
        drop(out);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            use tokio::signal::unix::{SignalKind, signal};
            let mut terminate = signal(SignalKind::terminate())?;
            tokio::select! {
                _ = terminate.recv() => {}
                interrupted = tokio::signal::ctrl_c() => interrupted?,
            }
            io::Result::Ok(())
        })?;
        logs.stop();
        Ok(Outcome::Done)
    }
}
