//! What to expect of a term of which only the length is known: the mean over many.

use crate::data::{self, Data, for_fitting, in_background};
use anyhow::{Context, Result};
use names::SuffixList;
use resemble::{CLASSES, Catalogue, Class, Guard, Place, Scratch, Sifted, TermKind, Watchlist};
use std::fmt::Write as _;
use std::path::Path;

/// Resemblances in a million popular names to a term of each length, by class, as Rust rows.
pub(crate) fn expect(data: &Data, dir: &Path) -> Result<String> {
    let path = dir.join("names/protected-10000.txt");
    let domains = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let organisations = domains
        .lines()
        .map(|domain| data::organisation(domain, std::iter::once(domain)))
        .collect::<Result<_>>()?;
    let guard = Guard::new(
        Watchlist::new(organisations),
        Catalogue::embedded(),
        SuffixList::embedded(),
        "",
    );
    let mut counts = [[0f64; CLASSES]; 13];
    let mut terms = [0f64; 13];
    let bucket = |length: usize| length.min(12);
    for term in guard
        .terms()
        .iter()
        .filter(|term| term.kind == TermKind::Name)
    {
        terms[bucket(term.letters.len())] += 1.0;
    }
    let (mut scratch, mut parser) = (Scratch::default(), names::Scratch::default());
    let mut millions = 0.0;
    for name in data
        .popular
        .iter()
        .filter(|name| for_fitting(name) && !in_background(name))
    {
        let Ok(name) = parser.parse(name.as_bytes()) else {
            continue;
        };
        millions += 1e-6;
        let split = guard.split(name);
        if guard.sift(name, split, &mut scratch) != Sifted::Maybe {
            continue;
        }
        let mut seen = vec![];
        guard.explain(name, split, &mut scratch, |likeness| {
            let what = (likeness.term, Class::of(&likeness).place());
            if likeness.kind == TermKind::Name
                && likeness.place == Place::Registrable
                && !seen.contains(&what)
            {
                seen.push(what);
                counts[bucket(usize::from(likeness.length))][what.1] += 1.0;
            }
        });
    }
    let mut out = String::new();
    for length in 3..13 {
        let row: Vec<String> = counts[length]
            .iter()
            .map(|count| format!("{:.3}", (count + 0.5) / (terms[length] + 0.5) / millions))
            .collect();
        writeln!(
            out,
            "    [{}], // {length} letters, {} terms",
            row.join(", "),
            terms[length]
        )?;
    }
    Ok(out)
}
