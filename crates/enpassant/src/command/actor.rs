//! `actor`: who uses a name, and for what.

mod page;
mod written;

use super::{Outcome, note};
use crate::knowledge;
use crate::output::{Color, counted, escaped_line};
use anyhow::{Context, Result};
use intel::{Answer, Knowledge, read_records};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// Say which intrusion sets a name stands for, and who says so
///
/// Knows what MITRE ATT&CK, the MISP galaxy and Microsoft publish; asks nobody. Case, spaces and punctuation do not count.
/// That a name stands for a set is somebody's claim: all are shown with who makes them. A name that several sets claim
/// stays ambiguous, and sets of two publications are shown together only where one of them names the other.
#[derive(clap::Args, Debug)]
#[command(after_help = "Exit code 1: nobody uses the name.")]
#[command(after_long_help = "Examples:
  enpassant actor Strontium
  enpassant actor G0007 --json
  enpassant actor 'Grizzly Steppe'                            (two sets claim it)
  enpassant actor APT28 --knowledge enterprise-attack.json    (with techniques)

Exit code 1: nobody uses the name, or a file cannot be read.")]
pub(super) struct Actor {
    /// A name, or an id such as G0007
    name: String,
    /// Read this file, too: a STIX bundle of ATT&CK, a cluster of the MISP galaxy, Microsoft's mapping of names
    ///
    /// Its records count instead of those of the same publication that are built in.
    #[arg(long, value_name = "FILE")]
    knowledge: Vec<PathBuf>,
    /// One JSON object: `groups`, `actors`, `near`, `sources`
    #[arg(long)]
    json: bool,
}

impl Actor {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        let known = self.known()?;
        let answer = known.lookup(&self.name);
        let out = io::stdout();
        let paint = color.paint(&out);
        let mut out = BufWriter::new(out.lock());
        if self.json {
            let written = written::answer(&self.name, &known, &answer);
            serde_json::to_writer(&mut out, &written)?;
            out.write_all(b"\n")?;
        } else {
            page::write(&mut out, &self.name, &known, &answer, paint)?;
        }
        out.flush()?;
        if answer.groups.is_empty() && answer.actors.is_empty() {
            note(unknown(&self.name, &answer));
            return Ok(Outcome::Failed);
        }
        Ok(Outcome::Done)
    }

    /// What is built in, and what the user's own files add.
    fn known(&self) -> Result<Knowledge> {
        let mut known = Knowledge::embedded();
        for path in &self.knowledge {
            let shown = escaped_line(&path.display().to_string());
            let text = knowledge::text(path)?;
            let read =
                read_records(text.as_bytes()).with_context(|| format!("cannot use {shown}"))?;
            let from = &read.value.from;
            let sets = counted(read.value.sets.len() as u64, "set");
            let name = escaped_line(&from.name);
            let rest = match read.skipped.to_string() {
                none if none.is_empty() => none,
                some => format!("; not read: {some}"),
            };
            note(format_args!("{shown}: {sets} of {name}{rest}"));
            known.add(read.value);
        }
        Ok(known)
    }
}

fn unknown(name: &str, answer: &Answer<'_>) -> String {
    let near: Vec<String> = answer.near.iter().map(|name| page::shown(name)).collect();
    let near = match near.as_slice() {
        [] => String::new(),
        near => format!("; near it are {}", near.join(", ")),
    };
    format!(
        "error: no source uses the name `{}`{near}",
        page::shown(name)
    )
}
