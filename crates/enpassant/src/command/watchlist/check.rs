//! `watchlist check`: what is wrong with a watchlist, or risky.

use crate::command::list::{InputArgs, ListArgs};
use crate::command::{Outcome, note, today};
use crate::knowledge::{self, SuffixArgs};
use crate::output::{
    self, Cell, Color, Column, Ink, Row, counted, escaped_line, grouped, per_million,
};
use crate::scan::Feed;
use anyhow::Result;
use feeds::Batch;
use model::Target;
use resemble::{Catalogue, Guard, Organisation, Scratch, Sifted, Term, TermKind};
use serde::Serialize;
use std::path::PathBuf;

/// Say what is wrong with a watchlist, and what is risky
///
/// Lists each term with how many of a million real names it touches: those that are looked at closely because of it,
/// of which few are told. The words of services are listed only where they are noisy. Exits with 1 when the watchlist
/// cannot be used, 0 when it is only risky.
#[derive(clap::Args, Debug)]
pub(in crate::command) struct Check {
    /// Real names to count on, in any format that `scan` reads; popular names of January 2025 by default
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    suffixes: SuffixArgs,
    #[command(flatten)]
    list: ListArgs,
    /// The watchlist
    file: PathBuf,
}

/// Touched names in a million from which on a term is called noisy, and very noisy.
const NOISY: (u64, u64) = (100, 1000);

impl Check {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        let (catalogue, suffixes) = (Catalogue::embedded(), self.suffixes.load()?);
        let (watchlist, mut warnings) = knowledge::watchlist(&self.file, &catalogue, &suffixes)?;
        let mut warned: Vec<String> = warnings
            .drain(..)
            .map(|warning| format!("{}: {}", warning.organisation, warning.message))
            .collect();
        watchlist
            .organisations()
            .iter()
            .for_each(|organisation| expired(organisation, &today(), &mut warned));
        for warning in &warned {
            note(format_args!("warning: {}", escaped_line(warning)));
        }
        let guard = knowledge::guard(watchlist, catalogue, suffixes);
        let touched = self.touched(&guard)?;
        let rows = rows(&guard, &touched);
        let noisy = rows.iter().filter(|row| !row.remark.is_empty()).count();
        let listed = rows
            .into_iter()
            .filter(|row| row.kind != "service" || !row.remark.is_empty());
        output::list(listed, self.list.format, color)?;
        note(format_args!(
            "{}: {}, {}, {}, {}; counted on {}",
            escaped_line(&self.file.display().to_string()),
            counted(
                guard.watchlist().organisations().len() as u64,
                "organisation"
            ),
            counted(guard.terms().len() as u64, "term"),
            counted(warned.len() as u64, "warning"),
            counted(noisy as u64, "remark"),
            self.counted_on(touched.names),
        ));
        Ok(Outcome::Done)
    }

    fn counted_on(&self, names: u64) -> String {
        let names = counted(names, "name");
        match &self.names {
            Some(path) => format!("{names} of {}", escaped_line(&path.display().to_string())),
            None => format!("{names} ({})", knowledge::BACKGROUND_IS),
        }
    }

    fn touched(&self, guard: &Guard) -> Result<Touched> {
        let feed = match &self.names {
            Some(path) => Feed::File(path.clone()),
            None => Feed::Text {
                label: "background",
                text: knowledge::background(),
            },
        };
        let mut input = feed.open(self.input.input_format)?;
        let mut touched = Touched {
            names: 0,
            by_term: vec![0; guard.terms().len()],
        };
        let (mut batch, mut parser, mut scratch) = (
            Batch::default(),
            names::Scratch::default(),
            Scratch::default(),
        );
        let mut terms = vec![];
        while input.next_batch(&mut batch)? {
            for &record in &batch.records {
                let Ok(name) = parser.parse(batch.name(record)) else {
                    continue;
                };
                touched.names += 1;
                let split = guard.split(name);
                if guard.sift(name, split, &mut scratch) != Sifted::Maybe {
                    continue;
                }
                terms.clear();
                guard.explain(name, split, &mut scratch, |likeness| {
                    terms.push(likeness.term);
                });
                terms.sort_unstable();
                terms.dedup();
                for &term in &terms {
                    touched.by_term[term as usize] += 1;
                }
            }
        }
        Ok(touched)
    }
}

/// How many names each term touches.
struct Touched {
    names: u64,
    by_term: Vec<u64>,
}

impl Touched {
    fn per_million(&self, term: usize) -> u64 {
        per_million(self.by_term[term], self.names)
    }
}

/// Warns of allowances that no longer hold.
fn expired(organisation: &Organisation, today: &str, warned: &mut Vec<String>) {
    for allow in &organisation.allow {
        if let Some(day) = allow.expires.as_deref().filter(|&day| day <= today) {
            warned.push(format!(
                "{}: an allow entry ({}) ended on {day}",
                organisation.id, allow.reason
            ));
        }
    }
}

/// One row for each term and owner, by organisation, noisiest first.
fn rows<'a>(guard: &'a Guard, touched: &Touched) -> Vec<TermRow<'a>> {
    let mut rows = vec![];
    for (place, term) in guard.terms().iter().enumerate() {
        let per_million = touched.per_million(place);
        for (organisation, target) in &term.owners {
            let row = TermRow {
                organisation: guard.organisation(*organisation).id.as_str(),
                term: &term.text,
                kind: kind(term, target),
                per_million,
                remark: remark(term, per_million),
            };
            rows.push((*organisation, row));
        }
    }
    rows.sort_by_key(|(organisation, row)| (*organisation, std::cmp::Reverse(row.per_million)));
    rows.into_iter().map(|(_, row)| row).collect()
}

fn kind(term: &Term, target: &Target) -> &'static str {
    match (term.kind, target) {
        (TermKind::Service | TermKind::GenericService, _) => "service",
        (_, Target::Person(_)) => "person",
        (_, Target::Domain(_)) => "domain",
        (_, Target::Term(_) | Target::Service(_)) => "term",
    }
}

fn remark(term: &Term, per_million: u64) -> String {
    let mut remarks = vec![];
    if term.letters.chars().count() <= 3 {
        remarks.push("short: counts only where it stands alone, and needs more evidence");
    }
    if per_million >= NOISY.1 {
        remarks.push("very noisy: only strong imitations are told");
        if !matches!(term.kind, TermKind::Service | TermKind::GenericService) {
            remarks.push("choose a longer term if you can");
        }
    } else if per_million >= NOISY.0 {
        remarks.push("noisy: weak imitations are not told");
    }
    remarks.join("; ")
}

#[derive(Serialize)]
struct TermRow<'a> {
    organisation: &'a str,
    term: &'a str,
    kind: &'static str,
    per_million: u64,
    remark: String,
}

impl Row for TermRow<'_> {
    const COLUMNS: &'static [Column] = &[
        Column::new("ORGANISATION", 16),
        Column::new("TERM", 26),
        Column::new("KIND", 7),
        Column::new("A MILLION", 9),
        Column::new("REMARK", 0),
    ];
    const FIELDS: &'static [&'static str] =
        &["organisation", "term", "kind", "per_million", "remark"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::plain(escaped_line(self.organisation)),
            Cell::plain(escaped_line(self.term)),
            Cell::plain(self.kind),
            Cell::plain(format!("{:>9}", grouped(self.per_million))),
            Cell::new(Ink::Watch, self.remark.as_str()),
        ]
    }

    fn fields(&self) -> Vec<String> {
        let Self {
            organisation,
            term,
            kind,
            per_million,
            remark,
        } = self;
        vec![
            (*organisation).to_owned(),
            (*term).to_owned(),
            (*kind).to_owned(),
            per_million.to_string(),
            remark.clone(),
        ]
    }
}
