//! How good the judgement is: recall on labelled look-alikes, alarms on ordinary names.

use crate::data::{Data, for_fitting, in_background, judge};
use anyhow::Result;
use judge::{Judge, Verdict};
use model::{Score, Tier};
use resemble::{Guard, Place, Scratch, Sifted, Stand};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What ordinary names are flagged: the organisation, the score, and whether by suffix swap alone.
struct Alarm {
    organisation: u32,
    score: f64,
    swap: bool,
    name: String,
}

/// Evaluates the committed weights and prints what came out.
pub(crate) fn evaluate(data: &Data, show: usize) -> Result<String> {
    let guard = data.guard()?;
    let mut asker = Asker {
        guard: &guard,
        judge: judge(),
        scratch: Scratch::default(),
        parser: names::Scratch::default(),
    };
    let thresholds = asker.judge.weights().thresholds();
    let mut out = String::new();
    writeln!(
        out,
        "thresholds: watch {}, alert {}\n",
        thresholds.watch(),
        thresholds.alert()
    )?;
    let recalls = recall(data, &mut asker, &mut out, show)?;
    crate::permutations::recall(
        data,
        &guard,
        &mut |name, organisation| asker.score(name, organisation),
        thresholds,
        &mut out,
    )?;
    let popular: Vec<&str> = data
        .popular
        .iter()
        .map(String::as_str)
        .filter(|name| !in_background(name))
        .collect();
    let registered: Vec<&str> = data
        .registered
        .iter()
        .map(String::as_str)
        .filter(|name| !for_fitting(name))
        .collect();
    let mut curves = vec![];
    for (title, names) in [("popular", &popular), ("newly registered", &registered)] {
        let alarms = asker.alarms(names);
        let millions = names.len() as f64 / 1e6;
        noise(title, data, &alarms, millions, thresholds, &mut out, show)?;
        curves.push((title, alarms, millions));
    }
    curve(&recalls, &curves, data.organisations.len(), &mut out)?;
    Ok(out)
}

struct Asker<'a> {
    guard: &'a Guard,
    judge: Judge,
    scratch: Scratch,
    parser: names::Scratch,
}

impl Asker<'_> {
    /// The score of `name` for one organisation; 0 where it resembles nothing of it.
    fn score(&mut self, name: &str, organisation: u32) -> f64 {
        let mut verdicts = vec![];
        self.verdicts(name, &mut verdicts);
        verdicts
            .iter()
            .find(|verdict| verdict.likeness.organisation == organisation)
            .map_or(0.0, |verdict| {
                Score::from_log_odds(verdict.log_odds).value()
            })
    }

    fn verdicts(&mut self, name: &str, verdicts: &mut Vec<Verdict>) {
        verdicts.clear();
        let Ok(name) = self.parser.parse(name.as_bytes()) else {
            return;
        };
        let split = self.guard.split(name);
        if self.guard.sift(name, split, &mut self.scratch) == Sifted::Maybe {
            self.judge
                .verdicts(self.guard, name, split, &mut self.scratch, verdicts);
        }
    }

    fn alarms(&mut self, names: &[&str]) -> Vec<Alarm> {
        let mut alarms = vec![];
        let mut verdicts = vec![];
        for name in names {
            self.verdicts(name, &mut verdicts);
            for verdict in &verdicts {
                let score = Score::from_log_odds(verdict.log_odds).value();
                if score >= 0.005 {
                    let likeness = &verdict.likeness;
                    let swap = likeness.stand == Stand::Whole
                        && likeness.steps() == 0
                        && likeness.rest.is_empty()
                        && likeness.place == Place::Registrable;
                    alarms.push(Alarm {
                        organisation: likeness.organisation,
                        score,
                        swap,
                        name: (*name).to_owned(),
                    });
                }
            }
        }
        alarms
    }
}

/// Recall by basis; returns the scores by group for the curve.
fn recall(
    data: &Data,
    asker: &mut Asker<'_>,
    out: &mut String,
    show: usize,
) -> Result<BTreeMap<&'static str, Vec<f64>>> {
    let thresholds = asker.judge.weights().thresholds();
    let mut by_basis: BTreeMap<&str, Vec<(u32, f64, &str)>> = BTreeMap::new();
    for label in &data.labelled {
        let score = asker.score(&label.name, label.organisation);
        by_basis
            .entry(&label.basis)
            .or_default()
            .push((label.organisation, score, &label.name));
    }
    let mut groups: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    writeln!(
        out,
        "{:<28}{:>7}{:>9}{:>9}   macro over organisations",
        "recall", "rows", "watch", "alert"
    )?;
    let mut all_states = vec![];
    for (basis, scores) in &by_basis {
        let group = if *basis == "brand" {
            "brand"
        } else {
            "state-actor"
        };
        groups
            .entry(group)
            .or_default()
            .extend(scores.iter().map(|(_, score, _)| score));
        if *basis != "brand" {
            all_states.extend(scores.iter().copied());
        }
        line(out, basis, scores, thresholds)?;
    }
    line(out, "state-actor, all", &all_states, thresholds)?;
    if show > 0 {
        for (basis, scores) in &by_basis {
            let missed = scores
                .iter()
                .filter(|(_, score, _)| *score < thresholds.watch());
            writeln!(out, "missed {basis}:")?;
            for (organisation, score, name) in missed.take(show) {
                writeln!(
                    out,
                    "  {score:.3} {} {}",
                    names::defanged(name),
                    data.organisations[*organisation as usize].id
                )?;
            }
            let weak = scores
                .iter()
                .filter(|(_, score, _)| (thresholds.watch()..thresholds.alert()).contains(score));
            writeln!(out, "only watched {basis}:")?;
            for (organisation, score, name) in weak.take(show) {
                writeln!(
                    out,
                    "  {score:.3} {} {}",
                    names::defanged(name),
                    data.organisations[*organisation as usize].id
                )?;
            }
        }
    }
    writeln!(out)?;
    Ok(groups)
}

fn line(
    out: &mut String,
    title: &str,
    scores: &[(u32, f64, &str)],
    thresholds: model::Thresholds,
) -> Result<()> {
    let share = |least: f64| {
        scores
            .iter()
            .filter(|(_, score, _)| *score >= least)
            .count() as f64
            / scores.len() as f64
    };
    let mut by_organisation: BTreeMap<u32, (f64, f64, f64)> = BTreeMap::new();
    for &(organisation, score, _) in scores {
        let entry = by_organisation.entry(organisation).or_default();
        entry.0 += 1.0;
        entry.1 += f64::from(u8::from(score >= thresholds.watch()));
        entry.2 += f64::from(u8::from(score >= thresholds.alert()));
    }
    let count = by_organisation.len() as f64;
    let watch: f64 = by_organisation
        .values()
        .map(|(rows, hits, _)| hits / rows)
        .sum::<f64>()
        / count;
    let alert: f64 = by_organisation
        .values()
        .map(|(rows, _, hits)| hits / rows)
        .sum::<f64>()
        / count;
    writeln!(
        out,
        "{title:<28}{:>7}{:>8.1}%{:>8.1}%   {:.1}% {:.1}% over {}",
        scores.len(),
        100.0 * share(thresholds.watch()),
        100.0 * share(thresholds.alert()),
        100.0 * watch,
        100.0 * alert,
        by_organisation.len()
    )?;
    Ok(())
}

/// Alarms in a million names for a hundred organisations drawn at random, by a fixed seed.
fn noise(
    title: &str,
    data: &Data,
    alarms: &[Alarm],
    millions: f64,
    thresholds: model::Thresholds,
    out: &mut String,
    show: usize,
) -> Result<()> {
    let mut tiers: BTreeMap<(Tier, bool), Vec<f64>> = BTreeMap::new();
    for draw in 0..DRAWS {
        let drawn = draw_hundred(data.organisations.len(), draw);
        for tier in [Tier::Watch, Tier::Alert] {
            for swap in [false, true] {
                let count = alarms
                    .iter()
                    .filter(|alarm| drawn[alarm.organisation as usize] && alarm.swap == swap)
                    .filter(|alarm| match tier {
                        Tier::Watch => alarm.score >= thresholds.watch(),
                        Tier::Alert => alarm.score >= thresholds.alert(),
                    })
                    .count();
                tiers
                    .entry((tier, swap))
                    .or_default()
                    .push(count as f64 / millions);
            }
        }
    }
    writeln!(
        out,
        "alarms per million {title} names, 100 organisations drawn at random, {DRAWS} times"
    )?;
    for ((tier, swap), mut counts) in tiers {
        counts.sort_by(f64::total_cmp);
        let what = if swap {
            "suffix-swap alone"
        } else {
            "all others"
        };
        writeln!(
            out,
            "  {:<6} {what:<18} median {:>7.0}   highest {:>7.0}",
            tier.to_string(),
            counts[counts.len() / 2],
            counts[counts.len() - 1]
        )?;
    }
    if show > 0 {
        let mut by_organisation: BTreeMap<u32, usize> = BTreeMap::new();
        for alarm in alarms
            .iter()
            .filter(|alarm| alarm.score >= thresholds.alert() && !alarm.swap)
        {
            *by_organisation.entry(alarm.organisation).or_default() += 1;
        }
        let mut worst: Vec<_> = by_organisation.into_iter().collect();
        worst.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        for (organisation, count) in worst.into_iter().take(45) {
            let examples: Vec<String> = alarms
                .iter()
                .filter(|alarm| {
                    alarm.organisation == organisation
                        && !alarm.swap
                        && alarm.score >= thresholds.alert()
                })
                .take(8)
                .map(|alarm| format!("{} {:.2}", alarm.name, alarm.score))
                .collect();
            writeln!(
                out,
                "  {count:>6} {} {}",
                data.organisations[organisation as usize].id,
                examples.join(", ")
            )?;
        }
        writeln!(out, "  alerts:")?;
        for alarm in alarms
            .iter()
            .filter(|alarm| alarm.score >= thresholds.alert() && !alarm.swap)
            .step_by(3)
            .take(show)
        {
            writeln!(
                out,
                "    {:.2} {} {}",
                alarm.score, alarm.name, data.organisations[alarm.organisation as usize].id
            )?;
        }
    }
    writeln!(out)?;
    Ok(())
}

const DRAWS: u64 = 25;

/// A hundred of `count`, by a linear congruential generator seeded with `seed`.
fn draw_hundred(count: usize, seed: u64) -> Vec<bool> {
    let mut places: Vec<usize> = (0..count).collect();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for at in 0..100.min(count) {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let other = at + (state >> 33) as usize % (count - at);
        places.swap(at, other);
    }
    let mut drawn = vec![false; count];
    places
        .iter()
        .take(100)
        .for_each(|&place| drawn[place] = true);
    drawn
}

/// Recall against noise at every threshold, as the expectation for a hundred organisations.
fn curve(
    recalls: &BTreeMap<&'static str, Vec<f64>>,
    alarms: &[(&str, Vec<Alarm>, f64)],
    organisations: usize,
    out: &mut String,
) -> Result<()> {
    let share = 100.0 / organisations as f64;
    write!(out, "{:>10}", "score ≥")?;
    for group in recalls.keys() {
        write!(out, "{group:>14}")?;
    }
    for (title, ..) in alarms {
        write!(out, "{title:>20}")?;
    }
    out.push('\n');
    for threshold in [
        0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9,
        0.93, 0.95, 0.97, 0.98, 0.99, 0.995,
    ] {
        write!(out, "{threshold:>10}")?;
        for scores in recalls.values() {
            let above = scores.iter().filter(|score| **score >= threshold).count();
            write!(out, "{:>13.1}%", 100.0 * above as f64 / scores.len() as f64)?;
        }
        for (_, alarms, millions) in alarms {
            let above = alarms
                .iter()
                .filter(|alarm| alarm.score >= threshold && !alarm.swap)
                .count();
            write!(out, "{:>20.0}", above as f64 * share / millions)?;
        }
        out.push('\n');
    }
    Ok(())
}
