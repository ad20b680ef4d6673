//! `completions` and `man`: what belongs to an installation.

use super::{Cli, Outcome};
use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::{self, Write};
use std::path::PathBuf;

/// Print completions for a shell
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Example: enpassant completions bash > ~/.local/share/bash-completion/completions/enpassant"
)]
pub(super) struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Result<Outcome> {
        let mut script = vec![];
        clap_complete::generate(self.shell, &mut Cli::command(), "enpassant", &mut script);
        print(&script)
    }
}

/// Print the manual page, or write those of all commands to a directory
#[derive(clap::Args, Debug)]
pub(super) struct Man {
    /// Where to write all pages; it has to exist
    directory: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(&self) -> Result<Outcome> {
        if let Some(directory) = &self.directory {
            clap_mangen::generate_to(Cli::command(), directory)
                .with_context(|| format!("cannot write manual pages to {}", directory.display()))?;
            return Ok(Outcome::Done);
        }
        let mut page = vec![];
        clap_mangen::Man::new(Cli::command()).render(&mut page)?;
        print(&page)
    }
}

fn print(text: &[u8]) -> Result<Outcome> {
    let mut out = io::stdout().lock();
    out.write_all(text)?;
    out.flush()?;
    Ok(Outcome::Done)
}
