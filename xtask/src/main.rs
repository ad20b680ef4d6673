//! Chores of the project: fitting and evaluating the judgement, keeping the house rules.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool for developers, run by hand"
)]

mod campaigns;
mod data;
mod evaluate;
mod expect;
mod fit;
mod logistic;
mod permutations;
mod refresh;
mod tidy;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Chores of the project.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Fit the weights to the data in DIR and print the table.
    Fit {
        /// Holds labelled/*.tsv and names/*.
        dir: PathBuf,
    },
    /// Print how often terms of each length are resembled by chance, from the data in DIR.
    Expect {
        /// Holds labelled/*.tsv and names/*.
        dir: PathBuf,
    },
    /// Measure recall and alarms.
    Evaluate {
        #[command(subcommand)]
        what: Evaluated,
    },
    /// Bring knowledge that others keep up to date, from files that they publish.
    Refresh {
        #[command(subcommand)]
        what: Refreshed,
    },
    /// Print what docs/techniques.md has to say.
    Techniques,
    /// Hold the house rules against the tree.
    Tidy,
}

#[derive(Subcommand)]
enum Evaluated {
    /// Of the joining of campaigns, on the data in DIR.
    Campaigns {
        /// Holds facts.tsv, background.tsv and the rest, itself or in campaigns/.
        dir: PathBuf,
    },
    /// Of the judgement by the name alone, on the data in DIR.
    Names {
        /// Holds labelled/*.tsv and names/*.
        dir: PathBuf,
        /// How many missed and flagged names to show of each kind.
        #[arg(long, default_value_t = 0)]
        show: usize,
    },
}

#[derive(Subcommand)]
enum Refreshed {
    /// Write knowledge/actors: intrusion sets and their names.
    Actors {
        /// A STIX bundle of ATT&CK, clusters of the MISP galaxy, Microsoft's mapping of names; one of each at most.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

fn main() -> Result<ExitCode> {
    match Arguments::parse().chore {
        Chore::Fit { dir } => print!("{}", fit::fit(&data::Data::read(&dir)?)?),
        Chore::Expect { dir } => print!("{}", expect::expect(&data::Data::read(&dir)?, &dir)?),
        Chore::Evaluate {
            what: Evaluated::Campaigns { dir },
        } => print!("{}", campaigns::evaluate(&dir)?),
        Chore::Evaluate {
            what: Evaluated::Names { dir, show },
        } => {
            print!("{}", evaluate::evaluate(&data::Data::read(&dir)?, show)?);
        }
        Chore::Refresh {
            what: Refreshed::Actors { files },
        } => {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
            for line in refresh::actors(&root, &files)? {
                println!("{line}");
            }
        }
        Chore::Techniques => print!("{}", resemble::techniques_markdown()),
        Chore::Tidy => {
            let violations = tidy::tidy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))?;
            for violation in &violations {
                println!("{violation}");
            }
            if !violations.is_empty() {
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
