//! Early warning against look-alike domains: the command line.
//!
//! Exit codes: 0 it ran (a reader that closed its end of our output included), 1 an input, a watchlist or
//! another file could not be used, 2 the command line was wrong, 3 `--fail-on` found something.

mod command;
mod config;
mod fault;
mod knowledge;
mod output;
mod scan;

use clap::Parser;
use command::{Cli, Outcome};
use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let color = cli.color;
    match cli.run() {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::from(1),
        Ok(Outcome::Found) => ExitCode::from(3),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => match error.downcast::<clap::Error>() {
            Ok(usage) => usage.exit(),
            Err(error) => {
                let text = fault::told(&error, color.on(&io::stderr()));
                // Where standard error is closed there is nobody left to tell.
                let _ = io::stderr().write_all(text.as_bytes());
                ExitCode::from(1)
            }
        },
    }
}

/// Whether whoever read our output has seen enough.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
