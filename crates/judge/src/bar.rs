//! From where on a resemblance is told.

use model::{Assessment, Score, Thresholds, Tier};

/// What a user asked to be told: a tier, a score, or both.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bar {
    tier: Option<Tier>,
    min_score: Option<f64>,
}

/// By how much rounded findings may add up to more than exact ones, in log odds: half a thousandth for each of
/// at most forty.
const ROUNDING: f64 = 0.02;

impl Bar {
    /// Without a score, a tier is meant: `watch` where none is given. A score alone counts in place of a tier.
    pub fn new(tier: Option<Tier>, min_score: Option<f64>) -> Self {
        let tier = if min_score.is_none() {
            Some(tier.unwrap_or(Tier::Watch))
        } else {
            tier
        };
        Self { tier, min_score }
    }

    /// Everything that resembles at all.
    pub fn none() -> Self {
        Self {
            tier: None,
            min_score: None,
        }
    }

    /// Whether a weighed resemblance is told.
    pub fn lets(self, assessment: &Assessment) -> bool {
        self.tier.is_none_or(|tier| assessment.tier >= Some(tier))
            && self
                .min_score
                .is_none_or(|least| assessment.score.value() >= least)
    }

    /// Whether one that adds up to `log_odds`, unrounded, could be: false only when it will not.
    pub fn may_let(self, log_odds: f64, thresholds: Thresholds) -> bool {
        let most = Score::from_log_odds(log_odds + ROUNDING).value();
        let least = match self.tier {
            Some(Tier::Alert) => thresholds.alert(),
            Some(Tier::Watch) => thresholds.watch(),
            None => 0.0,
        };
        most >= least && self.min_score.is_none_or(|least| most >= least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tier: Option<Tier>, min_score: Option<f64>, told: [bool; 4]) {
        let bar = Bar::new(tier, min_score);
        let thresholds = Thresholds::new(0.2, 0.7).expect("in order");
        for (score, told) in [0.1_f64, 0.3, 0.6, 0.8].into_iter().zip(told) {
            let log_odds = (score / (1.0 - score)).ln();
            let score = Score::from_log_odds(log_odds);
            let assessment = Assessment {
                findings: vec![],
                score,
                tier: thresholds.tier(score),
            };
            assert_eq!(bar.lets(&assessment), told, "{bar:?} {score:?}");
            assert!(
                bar.may_let(log_odds, thresholds) || !told,
                "{bar:?} {score:?}"
            );
        }
    }

    #[test]
    fn a_tier_a_score_or_both() {
        check(None, None, [false, true, true, true]);
        check(Some(Tier::Alert), None, [false, false, false, true]);
        check(None, Some(0.05), [true, true, true, true]);
        check(None, Some(0.5), [false, false, true, true]);
        check(Some(Tier::Watch), Some(0.05), [false, true, true, true]);
        check(Some(Tier::Alert), Some(0.75), [false, false, false, true]);
    }
}
