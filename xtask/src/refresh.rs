//! The knowledge that others keep, brought up to date from files that they publish.

use anyhow::{Context, Result, bail};
use intel::{Knowledge, Producers, Records, read_producers, read_records, write_records};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Reads `files` and writes what each publication says to a file of its own in `knowledge/actors` below `root`; tells what
/// it did, line by line. MISP's producers, if they are among the files, are only read for their names. The same files give the same bytes, in whatever order they are named.
pub(crate) fn actors(root: &Path, files: &[PathBuf]) -> Result<Vec<String>> {
    let known = Knowledge::embedded();
    let mut found: BTreeMap<String, Records> = BTreeMap::new();
    let mut producers = Producers::default();
    let mut told = vec![];
    for file in files {
        let shown = file.display();
        let bytes = std::fs::read(file).with_context(|| format!("cannot read {shown}"))?;
        if let Ok(read) = read_producers(&bytes) {
            producers = read.value;
            told.push(format!("{shown}: producers of intelligence, by UUID"));
            continue;
        }
        let read = read_records(&bytes).with_context(|| format!("cannot use {shown}"))?;
        let id = read.value.from.id.to_string();
        if known.publication(&read.value.from.id).is_none() {
            bail!(
                "{shown} is of `{id}`, which is none of the publications that come with the program"
            );
        }
        told.push(format!("{shown}: {}", summary(&read.value)));
        if !read.skipped.is_empty() {
            told.push(format!("  not read: {}", read.skipped));
        }
        if found.insert(id.clone(), read.value).is_some() {
            bail!("two files are of `{id}`; name one");
        }
    }
    for (id, records) in &mut found {
        records.name_producers(&producers);
        let path = root.join("knowledge/actors").join(format!("{id}.json"));
        std::fs::write(&path, write_records(records))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let mut knowledge = known;
    for records in found.into_values() {
        knowledge.add(records);
    }
    told.push(all(&knowledge));
    Ok(told)
}

fn summary(records: &Records) -> String {
    let claims: usize = records.sets.iter().map(|set| set.claims.len()).sum();
    format!(
        "{} of {}, {} sets, {claims} claims",
        records.from.edition.as_deref().unwrap_or("no edition"),
        records.from.name,
        records.sets.len(),
    )
}

fn all(knowledge: &Knowledge) -> String {
    let names: BTreeSet<&str> = knowledge
        .claims()
        .map(|claim| claim.name.as_str())
        .collect();
    let ambiguous = names
        .iter()
        .filter(|name| knowledge.lookup(name).groups.len() > 1);
    let counts = knowledge.counts();
    format!(
        "in all: {} sets, {} names in {} claims, {} spellings claimed for more than one set",
        counts.sets,
        counts.names,
        counts.claims,
        ambiguous.count()
    )
}
