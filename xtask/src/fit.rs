//! Fits the table of weights to labelled and ordinary names.
//!
//! Positive examples are the labelled look-alikes and generated permutations; negative ones are all
//! resemblances of ordinary names, popular and newly registered, of the fitting half. A name may
//! resemble an organisation by several terms: the one that the current weights think strongest
//! stands for it, so the fit is repeated until that settles.

use crate::data::{Data, for_fitting, in_background};
use crate::logistic::{self, Row};
use anyhow::Result;
use judge::{Case, SIGNALS};
use names::NameRef;
use resemble::{Guard, Likeness, Scratch, Sifted};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

/// The thresholds, chosen on the curve that `evaluate` prints: below `WATCH` recall hardly grows any
/// more; at `ALERT` one organisation has about as many alerts a day as an hour is enough for.
const WATCH: f64 = 0.05;
const ALERT: f64 = 0.6;

/// Weights set by hand: the labelled names are about organisations of which nothing but the domains is
/// known, so nothing can be learnt of their services and people.
const BY_HAND: [(&str, &str, f64); 10] = [
    // Digits in gamblers' names outnumber those of lures, but they are not put for letters.
    ("edit", "digit-for-letter", 1.0),
    ("target-kind", "person", 0.5),
    ("target-kind", "surname", -3.0),
    ("target-kind", "surname-lure", 0.0),
    ("target-kind", "service", -2.0),
    ("target-kind", "service-lure", -0.5),
    ("target-kind", "service-lure-suffix", 1.0),
    ("target-kind", "generic-service", -4.0),
    ("target-kind", "generic-service-lure", -1.0),
    ("target-kind", "generic-service-lure-suffix", 1.0),
];

/// How strongly weights are drawn to zero.
const RIDGE: f64 = 2.0;
/// How often the strongest likeness is chosen anew.
const ROUNDS: usize = 4;

/// All likenesses of one name to one organisation, as traits.
struct Example {
    likenesses: Vec<Vec<(u16, f64)>>,
    positive: bool,
    weight: f64,
}

/// Fits the weights and prints the table.
pub(crate) fn fit(data: &Data) -> Result<String> {
    let guard = data.guard()?;
    let suffixes = rate_suffixes(data, &guard);
    let mut collector = Collector::new(&guard, &suffixes);
    collect(data, &guard, &mut collector);
    let mut weights = vec![0.0; collector.size];
    let mut log = String::new();
    for round in 0..ROUNDS {
        let rows: Vec<Row> = collector
            .examples
            .iter()
            .map(|example| example.strongest(&weights, round))
            .collect();
        weights = logistic::fit(&rows, weights, RIDGE);
    }
    let positives = collector
        .examples
        .iter()
        .filter(|example| example.positive)
        .count();
    let negatives = collector.examples.len() - positives;
    writeln!(
        log,
        "{positives} positive and {negatives} negative examples"
    )?;
    eprintln!("{log}");
    Ok(table(
        data,
        &collector.shape(&weights),
        &suffixes,
        positives,
        negatives,
    ))
}

impl Example {
    fn strongest(&self, weights: &[f64], round: usize) -> Row {
        let sum = |traits: &&Vec<(u16, f64)>| -> f64 {
            traits
                .iter()
                .map(|&(at, by)| weights[usize::from(at)] * by)
                .sum()
        };
        let traits = if round == 0 {
            &self.likenesses[0]
        } else {
            self.likenesses
                .iter()
                .max_by(|a, b| sum(a).total_cmp(&sum(b)))
                .unwrap_or(&self.likenesses[0])
        };
        Row {
            traits: traits.clone(),
            positive: self.positive,
            weight: self.weight,
        }
    }
}

struct Collector<'a> {
    guard: &'a Guard,
    suffixes: &'a BTreeMap<String, usize>,
    starts: Vec<u16>,
    size: usize,
    scratch: Scratch,
    parser: names::Scratch,
    examples: Vec<Example>,
}

impl<'a> Collector<'a> {
    fn new(guard: &'a Guard, suffixes: &'a BTreeMap<String, usize>) -> Self {
        let mut starts = vec![];
        let mut size = 0u16;
        for signal in SIGNALS {
            starts.push(size);
            size += signal.levels.len() as u16;
        }
        Self {
            guard,
            suffixes,
            starts,
            size: usize::from(size),
            scratch: Scratch::default(),
            parser: names::Scratch::default(),
            examples: vec![],
        }
    }

    /// Adds what `name` resembles; for a positive example only the organisation that is meant.
    fn add(&mut self, name: &str, positive: Option<u32>, weight: f64, tag: &str) {
        let Ok(name) = self.parser.parse(name.as_bytes()) else {
            return;
        };
        let split = self.guard.split(name);
        if self.guard.sift(name, split, &mut self.scratch) != Sifted::Maybe {
            return;
        }
        let mut by_organisation: BTreeMap<u32, Vec<(i64, Vec<(u16, f64)>)>> = BTreeMap::new();
        let (guard, starts, suffixes) = (self.guard, &self.starts, self.suffixes);
        self.guard
            .explain(name, split, &mut self.scratch, |likeness| {
                if positive.is_some_and(|meant| meant != likeness.organisation) {
                    return;
                }
                // New names like those of a much-attacked brand are look-alikes more often than not.
                if tag == "nrd"
                    && guard
                        .organisation(likeness.organisation)
                        .id
                        .as_str()
                        .starts_with("brand:")
                {
                    return;
                }
                let traits = traits(guard, suffixes, starts, name, split, &likeness);
                let rank = rank(&likeness);
                by_organisation
                    .entry(likeness.organisation)
                    .or_default()
                    .push((rank, traits));
            });
        for (_, mut likenesses) in by_organisation {
            likenesses.sort_by_key(|&(rank, _)| std::cmp::Reverse(rank));
            self.examples.push(Example {
                likenesses: likenesses.into_iter().map(|(_, traits)| traits).collect(),
                positive: positive.is_some(),
                weight,
            });
        }
    }

    /// The weights by signal. Every case has the prior and one manner of resemblance, so what the
    /// manners have in common is the prior's: the least of them is zero.
    fn shape(&self, flat: &[f64]) -> Vec<Vec<f64>> {
        let mut shaped: Vec<Vec<f64>> = SIGNALS
            .iter()
            .zip(&self.starts)
            .map(|(signal, &start)| flat[usize::from(start)..][..signal.levels.len()].to_vec())
            .collect();
        let least = shaped[1].iter().copied().fold(f64::INFINITY, f64::min);
        shaped[0][0] += least;
        shaped[1].iter_mut().for_each(|value| *value -= least);
        shaped
    }
}

/// Which likeness is taken before there are weights: exact before near, apart before inside, long.
fn rank(likeness: &Likeness) -> i64 {
    let stand = likeness.stand as i64;
    stand * 20 + i64::from(likeness.length) - 100 * i64::from(likeness.steps() > 0)
}

fn traits(
    guard: &Guard,
    suffixes: &BTreeMap<String, usize>,
    starts: &[u16],
    name: NameRef<'_>,
    split: names::Split,
    likeness: &Likeness,
) -> Vec<(u16, f64)> {
    let text = name.as_str();
    let abuse = suffixes.get(&text[split.suffix..]).copied();
    let case = Case {
        guard,
        name: text,
        split,
        abuse,
        likeness,
    };
    SIGNALS
        .iter()
        .zip(starts)
        .filter_map(|(signal, &start)| {
            let reading = (signal.read)(&case)?;
            Some((start + reading.level as u16, reading.amount))
        })
        .collect()
}

fn collect(data: &Data, guard: &Guard, collector: &mut Collector<'_>) {
    // An organisation with many rows weighs more than one with few, but not in proportion.
    let mut rows: HashMap<(u32, bool), f64> = HashMap::new();
    for label in &data.labelled {
        *rows
            .entry((label.organisation, label.basis == "brand"))
            .or_default() += 1.0;
    }
    let total: f64 = rows.values().map(|count| count.powf(SHARE)).sum();
    for label in &data.labelled {
        let count = rows[&(label.organisation, label.basis == "brand")];
        collector.add(
            &label.name,
            Some(label.organisation),
            count.powf(SHARE) / count / total * POSITIVES,
            &label.basis,
        );
    }
    permutations(data, guard, collector);
    for name in data
        .popular
        .iter()
        .filter(|name| for_fitting(name) && !in_background(name))
    {
        collector.add(name, None, POPULAR, "pop");
    }
    for name in data.registered.iter().filter(|name| for_fitting(name)) {
        collector.add(name, None, REGISTERED, "nrd");
    }
}

/// How the weight of an organisation grows with its labelled names: 0 not at all, 1 in proportion.
const SHARE: f64 = 0.7;
/// The weight of all labelled names together.
const POSITIVES: f64 = 3000.0;
/// The weight of all generated names together.
const GENERATED: f64 = 800.0;
/// The weight of a resemblance of a popular name.
const POPULAR: f64 = 1.0;
/// That of a newly registered one; some of these are look-alikes.
const REGISTERED: f64 = 0.25;

fn permutations(data: &Data, guard: &Guard, collector: &mut Collector<'_>) {
    let mut names = vec![];
    for (place, organisation) in data.organisations.iter().enumerate() {
        for domain in &organisation.domains {
            let sample = crate::permutations::sample(guard, domain);
            names.extend(
                sample
                    .into_iter()
                    .map(|permutation| (place as u32, permutation.name)),
            );
        }
    }
    let weight = GENERATED / names.len() as f64;
    for (place, name) in names {
        collector.add(name.as_str(), Some(place), weight, "gen");
    }
}

/// Rates each suffix by how much more often labelled names stand under it than popular ones do.
fn rate_suffixes(data: &Data, guard: &Guard) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, [f64; 2]> = BTreeMap::new();
    let mut totals = [0.0; 2];
    let mut count = |name: &str, side: usize, weight: f64| {
        let split = guard.suffixes().split(name);
        counts.entry(name[split.suffix..].to_owned()).or_default()[side] += weight;
        totals[side] += weight;
    };
    data.labelled
        .iter()
        .for_each(|label| count(&label.name, 0, 1.0));
    data.popular
        .iter()
        .filter(|name| for_fitting(name))
        .for_each(|name| count(name, 1, 1.0));
    counts
        .into_iter()
        .filter_map(|(suffix, [abused, ordinary])| {
            let scale = totals[0] / totals[1];
            if abused + ordinary * scale < 4.0 {
                return None;
            }
            let ratio = ((abused + 1.0) / (ordinary * scale + 1.0)).ln();
            let level = match ratio {
                2.0.. => 0,
                1.0.. => 1,
                0.4.. => 2,
                ..-2.0 => 4,
                ..-0.8 => 3,
                _ => return None,
            };
            Some((suffix, level))
        })
        .collect()
}

fn table(
    data: &Data,
    weights: &[Vec<f64>],
    suffixes: &BTreeMap<String, usize>,
    positives: usize,
    negatives: usize,
) -> String {
    let mut out = String::from(
        "# What each value of each signal is worth, in natural log odds.\n\
         # Made by `cargo measure fit DIR`; the same data gives the same table. Do not edit.\n\n",
    );
    let _ = writeln!(
        out,
        "thresholds = {{ watch = {WATCH:?}, alert = {ALERT:?} }}\n"
    );
    let _ = writeln!(
        out,
        "[fit]\npositives = {positives}\nnegatives = {negatives}"
    );
    out.push_str("# SHA-256, first 8 bytes.\n");
    for (file, digest) in &data.digests {
        let _ = writeln!(out, "\"{file}\" = \"{digest}\"");
    }
    out.push('\n');
    for (signal, values) in SIGNALS.iter().zip(weights) {
        let _ = writeln!(out, "[weights.{}]", signal.id);
        for (level, value) in signal.levels.iter().zip(values) {
            let by_hand = BY_HAND
                .iter()
                .find(|(id, known, _)| (id, known) == (&signal.id, level));
            let value = by_hand.map_or(value, |(.., value)| value);
            let _ = writeln!(out, "{level} = {:.3}", value + 0.0);
        }
        out.push('\n');
    }
    out.push_str("[suffixes]\n");
    let levels = SIGNALS
        .iter()
        .find(|signal| signal.id == "suffix-abuse")
        .map_or(&[][..], |signal| signal.levels);
    for (place, level) in levels.iter().enumerate() {
        let listed: Vec<String> = suffixes
            .iter()
            .filter(|&(_, known)| *known == place)
            .map(|(suffix, _)| format!("{suffix:?}"))
            .collect();
        let _ = writeln!(out, "{level} = [{}]", listed.join(", "));
    }
    out
}
