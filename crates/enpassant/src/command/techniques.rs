//! `techniques`: the ways of imitating that are known.

use super::Outcome;
use super::list::ListArgs;
use crate::output::{self, Cell, Color, Column, Ink, Row};
use anyhow::Result;
use resemble::{TECHNIQUES, Technique};
use serde::Serialize;

/// List the techniques by which names imitate
#[derive(clap::Args, Debug)]
pub(super) struct Techniques {
    #[command(flatten)]
    list: ListArgs,
}

impl Techniques {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        let rows = TECHNIQUES
            .iter()
            .map(|technique| TechniqueRow::from(*technique));
        output::list(rows, self.list.format, color)?;
        Ok(Outcome::Done)
    }
}

#[derive(Serialize)]
struct TechniqueRow {
    id: &'static str,
    says: &'static str,
    target: &'static str,
    example: &'static str,
    doc: &'static str,
}

impl From<&'static Technique> for TechniqueRow {
    fn from(technique: &'static Technique) -> Self {
        let &Technique {
            id,
            says,
            example,
            doc,
            ..
        } = technique;
        Self {
            id,
            says,
            target: example.target,
            example: example.name,
            doc,
        }
    }
}

impl Row for TechniqueRow {
    const COLUMNS: &'static [Column] = &[
        Column::new("TECHNIQUE", 20),
        Column::new("EXAMPLE", 34),
        Column::new("WHAT IT DOES", 0),
    ];
    const FIELDS: &'static [&'static str] = &["id", "says", "target", "example", "doc"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::new(Ink::Strong, self.id),
            Cell::plain(names::defanged(self.example).to_string()),
            Cell::plain(self.says),
        ]
    }

    fn fields(&self) -> Vec<String> {
        [self.id, self.says, self.target, self.example, self.doc]
            .map(str::to_owned)
            .into()
    }
}
