//! `watchlist`: writing one, and knowing what is in it.

mod check;
mod init;
mod services;

use super::Outcome;
use crate::output::Color;
use anyhow::Result;

/// Write, check and understand watchlists
#[derive(clap::Subcommand, Debug)]
pub(super) enum WatchlistCommand {
    Check(check::Check),
    Init(init::Init),
    Services(services::Services),
}

impl WatchlistCommand {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        match self {
            Self::Check(check) => check.run(color),
            Self::Init(init) => init.run(),
            Self::Services(services) => services.run(color),
        }
    }
}
