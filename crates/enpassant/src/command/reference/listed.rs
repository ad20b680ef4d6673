//! What is kept of published campaigns, for people and for programs.
//!
//! Of indicators only the number is told: some are data on persons.

use crate::output::{Cell, Color, Column, Table, counted};
use anyhow::Result;
use ledger::PublishedReference;
use model::Tlp;
use model::actor::Reference;
use names::defanged;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

const COLUMNS: &[Column] = &[
    Column::new("NAME", 28),
    Column::new("INDICATORS", 10),
    Column::new("ATTRIBUTED TO", 18),
    Column::new("PUBLISHED BY", 16),
    Column::new("GRADE", 5),
    Column::new("TLP", 12),
    Column::new("IMPORTED", 10),
    Column::new("ID", 0),
];

/// Writes a list of all that is kept.
pub(super) fn write(kept: &[PublishedReference], as_json: bool, color: Color) -> Result<()> {
    let out = io::stdout();
    let paint = color.paint(&out);
    let mut out = BufWriter::new(out.lock());
    if as_json {
        let rows: Vec<Value> = kept.iter().map(row).collect();
        serde_json::to_writer(&mut out, &rows)?;
        writeln!(out)?;
    } else if !kept.is_empty() {
        let table = Table::new(COLUMNS, paint);
        table.heading(&mut out)?;
        for kept in kept {
            table.row(&mut out, &cells(kept))?;
        }
    }
    Ok(out.flush()?)
}

/// A published campaign in a line.
pub(super) fn line(reference: &Reference) -> String {
    let name = shown(&reference.name);
    let indicators = counted(reference.indicators.len() as u64, "indicator");
    let source = reference.source.as_deref();
    let source = source.map_or("nobody is named".to_owned(), shown);
    let sets = match sets(reference).join(", ") {
        none if none.is_empty() => "nobody".to_owned(),
        sets => sets,
    };
    format!(
        "{name}: {indicators}; published by: {source}; attributed to: {sets}; {}, {}; id {}",
        reference.grade,
        reference
            .tlp
            .map_or("no label".to_owned(), |tlp| format!("TLP:{tlp}")),
        shown(&reference.id),
    )
}

fn cells(kept: &PublishedReference) -> [Cell; 8] {
    let reference = &kept.reference;
    [
        Cell::plain(shown(&reference.name)),
        Cell::plain(reference.indicators.len().to_string()),
        Cell::plain(sets(reference).join(", ")),
        Cell::plain(reference.source.as_deref().map(shown).unwrap_or_default()),
        Cell::plain(reference.grade.to_string()),
        Cell::plain(reference.tlp.map_or("", Tlp::as_str)),
        Cell::plain(kept.imported.at.strftime("%Y-%m-%d").to_string()),
        Cell::plain(shown(&reference.id)),
    ]
}

/// To whom it is attributed, for people.
fn sets(reference: &Reference) -> Vec<String> {
    let attributed = reference.attributed.iter();
    attributed.map(|by| shown(&by.name)).collect()
}

/// Text of others on one line, harmless.
pub(super) fn shown(text: &str) -> String {
    defanged(text).to_string()
}

fn row(kept: &PublishedReference) -> Value {
    let PublishedReference {
        reference,
        imported,
    } = kept;
    let mut indicators = BTreeMap::<&str, u64>::new();
    for indicator in &reference.indicators {
        *indicators.entry(indicator.kind().as_str()).or_default() += 1;
    }
    let attributed = reference.attributed.iter().map(|by| {
        json!({
            "name": by.name,
            "set": by.set.as_ref().map(ToString::to_string),
            "grade": by.grade.to_string(),
        })
    });
    json!({
        "id": reference.id,
        "name": reference.name,
        "source": reference.source,
        "attributed": attributed.collect::<Vec<_>>(),
        "grade": reference.grade.to_string(),
        "tlp": reference.tlp.map(Tlp::as_str),
        "published": reference.published.map(|at| at.to_string()),
        "indicators": indicators,
        "imported": {
            "at": imported.at.to_string(),
            "by": imported.by,
            "from": imported.from,
        },
    })
}
