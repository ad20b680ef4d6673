//! Adding up.

use crate::{Case, SIGNALS, Weights};
use model::{Assessment, Finding, FindingId, Score, Thresholds};
use names::{NameRef, Split};
use resemble::{Guard, Likeness, Scratch};

/// Weighs likenesses by one table of weights.
pub struct Judge {
    weights: Weights,
}

/// The strongest likeness of a name to one organisation, with its score.
#[derive(Clone, PartialEq, Debug)]
pub struct Verdict {
    /// What it rests on.
    pub likeness: Likeness,
    /// The sum of the log odds of all findings.
    pub log_odds: f64,
}

impl Judge {
    /// A judge who goes by `weights`.
    pub fn new(weights: Weights) -> Self {
        Self { weights }
    }

    /// The table in use.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The second step for the name last sifted with `scratch`: for each organisation that it
    /// resembles, the strongest likeness, strongest organisation first (at equal strength in the order
    /// of the watchlist), into `verdicts`, which is cleared first.
    pub fn verdicts(
        &self,
        guard: &Guard,
        name: NameRef<'_>,
        split: Split,
        scratch: &mut Scratch,
        verdicts: &mut Vec<Verdict>,
    ) {
        verdicts.clear();
        let text = name.as_str();
        let abuse = self.weights.abuse(&text[split.suffix..]);
        guard.explain(name, split, scratch, |likeness| {
            let case = Case {
                guard,
                name: text,
                split,
                abuse,
                likeness: &likeness,
            };
            let log_odds = self.log_odds(&case);
            let known = verdicts
                .iter_mut()
                .find(|known| known.likeness.organisation == likeness.organisation);
            match known {
                Some(known) if known.log_odds >= log_odds => {}
                Some(known) => *known = Verdict { likeness, log_odds },
                None => verdicts.push(Verdict { likeness, log_odds }),
            }
        });
        verdicts.sort_by(|a, b| {
            b.log_odds
                .total_cmp(&a.log_odds)
                .then(a.likeness.organisation.cmp(&b.likeness.organisation))
        });
    }

    /// The sum for one case, without a word.
    pub fn log_odds(&self, case: &Case<'_>) -> f64 {
        SIGNALS
            .iter()
            .enumerate()
            .filter_map(|(place, signal)| {
                let reading = (signal.read)(case)?;
                Some(self.weights.value(place, reading.level) * reading.amount)
            })
            .sum()
    }

    /// The same with every finding told, by the thresholds of the organisation or else the table's.
    ///
    /// Log odds are rounded to a thousandth before they are added, so that the sum of what is shown is
    /// the logit of the score.
    pub fn weigh(&self, case: &Case<'_>) -> Assessment {
        let findings: Vec<Finding> = SIGNALS
            .iter()
            .enumerate()
            .filter_map(|(place, signal)| {
                let reading = (signal.read)(case)?;
                let log_odds = self.weights.value(place, reading.level) * reading.amount;
                let log_odds = (log_odds * 1000.0).round() / 1000.0;
                Some(Finding {
                    id: FindingId(signal.id),
                    log_odds,
                    says: (signal.says)(case),
                })
            })
            // What weighs nothing is no finding.
            .filter(|finding| finding.log_odds != 0.0 || finding.id.0 == "prior")
            .collect();
        let score = Score::from_log_odds(findings.iter().map(|finding| finding.log_odds).sum());
        let tier = self.thresholds(case.guard, case.likeness).tier(score);
        Assessment {
            findings,
            score,
            tier,
        }
    }

    /// The thresholds that hold for the organisation of a likeness.
    pub fn thresholds(&self, guard: &Guard, likeness: &Likeness) -> Thresholds {
        guard
            .organisation(likeness.organisation)
            .thresholds
            .unwrap_or(self.weights.thresholds())
    }

    /// The case of a verdict on `name`.
    pub fn case<'a>(
        &self,
        guard: &'a Guard,
        name: &'a str,
        split: Split,
        verdict: &'a Verdict,
    ) -> Case<'a> {
        let abuse = self.weights.abuse(&name[split.suffix..]);
        Case {
            guard,
            name,
            split,
            abuse,
            likeness: &verdict.likeness,
        }
    }
}
