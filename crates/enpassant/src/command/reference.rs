//! `reference`: campaigns that others published, to compare our own with.

mod listed;

use super::ledger::{LedgerArgs, ask};
use super::{Outcome, note, usage};
use crate::fault;
use crate::knowledge;
use crate::output::{Color, counted, escaped_line};
use anyhow::{Context, Result};
use intel::{Read, read_references};
use jiff::Timestamp;
use ledger::{Imported, Kept, Ledger};
use model::actor::Reference;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Keep campaigns that others published, to compare with
///
/// `campaigns ID` holds a campaign against all that is kept here, and says what both share, what speaks for the set to which the
/// publisher attributes it, and what against. What is kept is somebody's word with its grade; it detects nothing by itself.
#[derive(clap::Subcommand, Debug)]
pub(super) enum ReferenceCommand {
    Import(Import),
    List(List),
    Forget(Forget),
}

/// Read published campaigns with their indicators: STIX 2.1 bundles, events of MISP, CSV
///
/// What a file is, its content tells. Of each campaign the indicators that can be compared are kept, with who published it, to whom
/// it is attributed, how far it can be relied on (Admiralty scale) and its TLP label; and who imported it from which file. A campaign that
/// is kept already is replaced by the one with the same id. What was not read is counted with its reason.
///
/// CSV wants a heading with `value`; `type`, `campaign`, `actor`, `first_seen`, `valid_until`, `source`, `confidence` (0 to 100)
/// and `tlp` are read, too. Without `type`, a value is what it looks like.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:
  enpassant reference import report.json
  enpassant reference import misp-event.json indicators.csv --by 'the night shift'

A table:
  value,type,campaign,actor,first_seen,source,confidence,tlp
  login-bank[.]example,domain,Paper Kites,Odd Bear,2026-03-01,A Lab,85,green
  jo@mail.example,registrant-email,Paper Kites,Odd Bear,,A Lab,85,green

Exit code 1: a file cannot be read; the others are kept.")]
pub(super) struct Import {
    /// Files to read, each of at most 64 MiB
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Who imports them
    #[arg(long, value_name = "NAME", env = "USER")]
    by: Option<String>,
    #[command(flatten)]
    ledger: LedgerArgs,
}

/// List the published campaigns that are kept
#[derive(clap::Args, Debug)]
pub(super) struct List {
    /// One JSON array
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Forget a published campaign
#[derive(clap::Args, Debug)]
#[command(after_help = "Exit code 1: none with this id is kept.")]
pub(super) struct Forget {
    /// Its id, as `reference list` shows it
    id: String,
    #[command(flatten)]
    ledger: LedgerArgs,
}

impl ReferenceCommand {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        match self {
            Self::Import(import) => ask(import.run(color)),
            Self::List(list) => ask(async {
                let kept = list.ledger.open().await?.references().await?;
                listed::write(&kept, list.json, color)?;
                Ok(Outcome::Done)
            }),
            Self::Forget(forget) => ask(forget.run()),
        }
    }
}

impl Import {
    async fn run(&self, color: Color) -> Result<Outcome> {
        let by = self.by.as_deref().map(str::trim).unwrap_or_default();
        if by.is_empty() {
            return Err(usage("nobody is named who imports; say it with --by NAME"));
        }
        let ledger = self.ledger.open().await?;
        let mut outcome = Outcome::Done;
        for path in &self.files {
            match read(path) {
                Ok(read) => import(&ledger, path, &read, by).await?,
                Err(error) => {
                    note(fault::told(&error, color.on(&io::stderr())).trim_end());
                    outcome = Outcome::Failed;
                }
            }
        }
        Ok(outcome)
    }
}

fn read(path: &Path) -> Result<Read<Vec<Reference>>> {
    let text = knowledge::text(path)?;
    let shown = escaped_line(&path.display().to_string());
    read_references(text.as_bytes()).with_context(|| format!("cannot use {shown}"))
}

/// Keeps what was read from a file, and tells it.
async fn import(ledger: &Ledger, path: &Path, read: &Read<Vec<Reference>>, by: &str) -> Result<()> {
    let file = path.file_name().unwrap_or(path.as_os_str());
    let imported = Imported {
        at: Timestamp::now(),
        by: by.to_owned(),
        from: file.to_string_lossy().into_owned(),
    };
    let kept = ledger.keep_references(&read.value, &imported).await?;
    let mut out = BufWriter::new(io::stdout().lock());
    tell(&mut out, path, read, kept)?;
    Ok(out.flush()?)
}

fn tell(
    out: &mut impl Write,
    path: &Path,
    read: &Read<Vec<Reference>>,
    kept: Kept,
) -> io::Result<()> {
    let shown = escaped_line(&path.display().to_string());
    let Kept { added, replaced } = kept;
    let indicators: usize = read.value.iter().map(|it| it.indicators.len()).sum();
    writeln!(
        out,
        "{shown}: {} with {}; {added} new, {replaced} replaced",
        counted(added + replaced, "campaign"),
        counted(indicators as u64, "indicator"),
    )?;
    for reference in &read.value {
        writeln!(out, "  {}", listed::line(reference))?;
    }
    for (reason, many) in read.skipped.iter() {
        writeln!(out, "  not read: {many} {reason} ({})", reason.says())?;
    }
    Ok(())
}

impl Forget {
    async fn run(&self) -> Result<Outcome> {
        let ledger = self.ledger.open().await?;
        let kept = ledger.references().await?;
        // As it is, or as the list shows it.
        let mut ids = kept.iter().map(|kept| kept.reference.id.as_str());
        let id = ids.find(|id| *id == self.id || listed::shown(id) == self.id);
        if ledger.forget_reference(id.unwrap_or(&self.id)).await? {
            return Ok(Outcome::Done);
        }
        let shown = escaped_line(&self.id);
        note(format_args!(
            "error: no published campaign with the id `{shown}` is kept; `reference list` shows them"
        ));
        Ok(Outcome::Failed)
    }
}
