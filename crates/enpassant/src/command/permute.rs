//! `permute`: every imitation of a domain in one step.

use super::Outcome;
use super::list::ListArgs;
use crate::knowledge::SuffixArgs;
use crate::output::{self, Cell, Color, Column, Ink, Row};
use anyhow::{Result, bail};
use names::DomainName;
use resemble::{Catalogue, Lexicon, Permutation};
use serde::Serialize;

/// List every single-step imitation of a domain
///
/// For registering them first, or for asking a resolver which of them exist. Each name comes once, under the first
/// technique that makes it.
#[derive(clap::Args, Debug)]
pub(super) struct Permute {
    #[command(flatten)]
    suffixes: SuffixArgs,
    #[command(flatten)]
    list: ListArgs,
    /// The domain to imitate
    domain: DomainName,
}

impl Permute {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        if !self.domain.as_str().contains('.') {
            bail!(
                "`{}` is a top-level domain; give a whole one, such as example.org",
                self.domain
            );
        }
        let lexicon = Lexicon::embedded(&Catalogue::embedded());
        let all = resemble::permute(&self.domain, &self.suffixes.load()?, &lexicon);
        let unicode: Vec<String> = all
            .iter()
            .map(|permutation| permutation.name.to_unicode())
            .collect();
        let rows = all.iter().zip(&unicode).map(|(permutation, unicode)| {
            let Permutation { name, technique } = permutation;
            PermutationRow {
                name: name.as_str(),
                unicode,
                technique: technique.0,
            }
        });
        output::list(rows, self.list.format, color)?;
        Ok(Outcome::Done)
    }
}

#[derive(Serialize)]
struct PermutationRow<'a> {
    name: &'a str,
    unicode: &'a str,
    technique: &'static str,
}

impl Row for PermutationRow<'_> {
    const COLUMNS: &'static [Column] = &[Column::new("TECHNIQUE", 20), Column::new("NAME", 0)];
    const FIELDS: &'static [&'static str] = &["name", "unicode", "technique"];

    fn cells(&self) -> Vec<Cell> {
        let mut name = Cell::plain(names::defanged(self.unicode).to_string());
        if self.unicode != self.name {
            name = name.then(Ink::Faint, format!(" ({})", names::defanged(self.name)));
        }
        vec![Cell::plain(self.technique), name]
    }

    fn fields(&self) -> Vec<String> {
        [self.name, self.unicode, self.technique]
            .map(str::to_owned)
            .into()
    }
}
