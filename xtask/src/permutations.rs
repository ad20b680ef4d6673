//! Generated imitations, as examples for the fit and as a test of recall.

use crate::data::Data;
use anyhow::Result;
use model::Thresholds;
use names::DomainName;
use resemble::{Guard, Permutation, permute};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// At most this many of each technique for one domain, evenly spread over the list.
const EACH: usize = 40;

/// Some generated imitations of a domain, the same ones each time.
pub(crate) fn sample(guard: &Guard, domain: &DomainName) -> Vec<Permutation> {
    let mut by_technique: BTreeMap<_, Vec<Permutation>> = BTreeMap::new();
    for permutation in permute(domain, guard.suffixes(), guard.lexicon()) {
        by_technique
            .entry(permutation.technique)
            .or_default()
            .push(permutation);
    }
    by_technique
        .into_values()
        .flat_map(|list| {
            let step = list.len().div_ceil(EACH);
            list.into_iter().step_by(step)
        })
        .collect()
}

/// Whether a domain has no label of its own of three letters or more (`vk.com`, `gov.pl`), or one that
/// everybody's hosts have (`mail.gov.in`), so that its imitations are anybody's.
fn is_short(guard: &Guard, domain: &DomainName) -> bool {
    let name = domain.as_str();
    let Some(start) = guard.suffixes().split(name).registrable else {
        return true;
    };
    let label = name[start..].split('.').next().unwrap_or_default();
    label.len() < 3 || guard.lexicon().lure(label).is_some()
}

/// Prints the recall of generated imitations by technique, of domains whose label has three letters or
/// more; shorter ones are told apart.
pub(crate) fn recall(
    data: &Data,
    guard: &Guard,
    score: &mut dyn FnMut(&str, u32) -> f64,
    thresholds: Thresholds,
    out: &mut String,
) -> Result<()> {
    let mut tallies: BTreeMap<&str, [f64; 3]> = BTreeMap::new();
    let mut add = |technique, score: f64| {
        let tally: &mut [f64; 3] = tallies.entry(technique).or_default();
        tally[0] += 1.0;
        tally[1] += f64::from(u8::from(score >= thresholds.watch()));
        tally[2] += f64::from(u8::from(score >= thresholds.alert()));
    };
    for (place, organisation) in data.organisations.iter().enumerate() {
        for domain in &organisation.domains {
            let short = is_short(guard, domain);
            for permutation in sample(guard, domain) {
                let score = score(permutation.name.as_str(), place as u32);
                if short {
                    add("of short or shared domains", score);
                } else {
                    add(permutation.technique.0, score);
                    add("all", score);
                }
            }
        }
    }
    writeln!(
        out,
        "{:<28}{:>7}{:>9}{:>9}",
        "generated imitations", "names", "watch", "alert"
    )?;
    for (technique, [names, watch, alert]) in tallies {
        writeln!(
            out,
            "{technique:<28}{names:>7}{:>8.1}%{:>8.1}%",
            100.0 * watch / names,
            100.0 * alert / names
        )?;
    }
    writeln!(out)?;
    Ok(())
}
