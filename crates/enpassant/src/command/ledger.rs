//! `ledger`: care of the durable state.

use super::Outcome;
use crate::config;
use anyhow::{Context, Result};
use ledger::{Ledger, LedgerUrl};
use std::path::PathBuf;

/// Look after the ledger
#[derive(clap::Subcommand, Debug)]
pub(super) enum LedgerCommand {
    Backup(Backup),
}

/// Copy the ledger to a new file, also while a watch is at work on it
///
/// The copy is whole or not there. A ledger in PostgreSQL is backed up with `pg_dump`.
#[derive(clap::Args, Debug)]
pub(super) struct Backup {
    /// The new file
    file: PathBuf,
    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Which ledger.
#[derive(clap::Args, Debug)]
pub(super) struct LedgerArgs {
    /// Where the state is: a file, or postgres://… [default: ledger.sqlite in the state directory]
    #[arg(
        long,
        value_name = "URL",
        env = "ENPASSANT_LEDGER",
        hide_env_values = true
    )]
    ledger: Option<String>,
}

impl LedgerArgs {
    /// The flag, or what is configured, or the default.
    pub(super) fn url(&self, configured: Option<&str>) -> Result<LedgerUrl> {
        match self.ledger.as_deref().or(configured) {
            Some(url) => url.parse().context("--ledger"),
            None => config::default_ledger(),
        }
    }

    /// Opens it, which must be there.
    pub(super) async fn open(&self) -> Result<Ledger> {
        Ok(Ledger::open_existing(&self.url(None)?).await?)
    }
}

/// Runs one question to the ledger.
pub(super) fn ask<T>(question: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(question)
}

impl LedgerCommand {
    pub(super) fn run(&self) -> Result<Outcome> {
        let Self::Backup(backup) = self;
        ask(async {
            let ledger = backup.ledger.open().await?;
            ledger.backup(&backup.file).await?;
            Ok(Outcome::Done)
        })
    }
}
