//! `testbed`: real servers on loopback, to try everything without internet.

mod ct_log;
mod world;

use super::Outcome;
use anyhow::Result;
use std::fmt::Display;
use std::io::{self, Write};
use tokio::signal::unix::{SignalKind, signal};

/// Serve on loopback what the world serves, with faults on demand
#[derive(clap::Subcommand, Debug)]
pub(super) enum TestbedCommand {
    CtLog(ct_log::CtLog),
    World(world::WorldArgs),
}

impl TestbedCommand {
    pub(super) fn run(self) -> Result<Outcome> {
        match self {
            Self::CtLog(log) => log.run(),
            Self::World(world) => world.run(),
        }
    }
}

/// Prints what there is to know of servers that run, a line, and waits for SIGTERM or Ctrl-C.
fn serve(announcement: &impl Display) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let ended: io::Result<()> = runtime.block_on(async {
        // Listened for before anybody can know that we run.
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut out = io::stdout().lock();
        writeln!(out, "{announcement}")?;
        out.flush()?;
        drop(out);
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        Ok(())
    });
    Ok(ended?)
}
