//! `testbed`: real servers on loopback, to try everything without internet.

mod ct_log;
mod world;

use super::Outcome;
use anyhow::Result;
use std::fmt::Display;
use std::io::{self, Write};
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Serve on loopback what the world serves, with faults on demand
#[derive(clap::Subcommand, Debug)]
pub(super) enum TestbedCommand {
    CtLog(ct_log::CtLog),
    World(world::WorldArgs),
}

impl TestbedCommand {
    pub(super) fn run(self) -> Result<Outcome> {
        let end = End::heed()?;
        match self {
            Self::CtLog(log) => log.run(end),
            Self::World(world) => world.run(end),
        }
    }
}

/// SIGTERM or Ctrl-C. Heeded before the servers start, so that whenever it comes, what is temporary goes.
struct End {
    runtime: Runtime,
    terminate: Signal,
    interrupt: Signal,
}

impl End {
    fn heed() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let guard = runtime.enter();
        let terminate = signal(SignalKind::terminate())?;
        let interrupt = signal(SignalKind::interrupt())?;
        drop(guard);
        Ok(Self {
            runtime,
            terminate,
            interrupt,
        })
    }

    /// Prints what there is to know of servers that run, a line, and waits.
    fn wait(mut self, announcement: &impl Display) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "{announcement}")?;
        out.flush()?;
        drop(out);
        self.runtime.block_on(async {
            tokio::select! {
                _ = self.terminate.recv() => {}
                _ = self.interrupt.recv() => {}
            }
        });
        Ok(())
    }
}
