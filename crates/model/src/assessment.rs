//! How strong the case against a name is, in a form that anyone can add up again.

use crate::FindingId;
use std::fmt;
use std::str::FromStr;

/// One piece of evidence, towards (positive) or away (negative).
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// Its kind.
    pub id: FindingId,
    /// Its weight in natural log odds.
    pub log_odds: f64,
    /// The evidence in a sentence for people.
    pub says: String,
}

/// A probability-like number from 0 to 1.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Score(f64);

impl Score {
    /// The logistic of a sum of log odds; a sum that is not a number counts as no evidence, 0.
    pub fn from_log_odds(sum: f64) -> Self {
        if sum.is_nan() {
            Self(0.0)
        } else {
            Self(1.0 / (1.0 + (-sum).exp()))
        }
    }

    /// The value, 0 to 1.
    pub fn value(self) -> f64 {
        self.0
    }
}

/// Who should hear of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tier {
    /// Kept, quietly: it becomes interesting by the company that it keeps.
    Watch,
    /// Somebody should look today.
    Alert,
}

/// A text that names no tier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TierFault;

impl fmt::Display for TierFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a tier is `watch` or `alert`")
    }
}

impl std::error::Error for TierFault {}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Watch => "watch",
            Self::Alert => "alert",
        })
    }
}

impl FromStr for Tier {
    type Err = TierFault;

    fn from_str(text: &str) -> Result<Self, TierFault> {
        match text {
            "watch" => Ok(Self::Watch),
            "alert" => Ok(Self::Alert),
            _ => Err(TierFault),
        }
    }
}

/// From which score on an organisation wants a name kept, and from which it wants to be told.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Thresholds {
    watch: f64,
    alert: f64,
}

/// Why two numbers cannot be thresholds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ThresholdsFault {
    /// One of them is not within 0…1.
    OutOfRange,
    /// `watch` is above `alert`.
    WrongOrder,
}

impl fmt::Display for ThresholdsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutOfRange => "a threshold lies between 0 and 1",
            Self::WrongOrder => "`watch` must not be above `alert`",
        })
    }
}

impl std::error::Error for ThresholdsFault {}

impl Thresholds {
    /// Both within 0…1, `watch` not above `alert`.
    pub fn new(watch: f64, alert: f64) -> Result<Self, ThresholdsFault> {
        if !(0.0..=1.0).contains(&watch) || !(0.0..=1.0).contains(&alert) {
            return Err(ThresholdsFault::OutOfRange);
        }
        if watch > alert {
            return Err(ThresholdsFault::WrongOrder);
        }
        Ok(Self { watch, alert })
    }

    /// The score from which a name is kept.
    pub fn watch(self) -> f64 {
        self.watch
    }

    /// The score from which somebody is told.
    pub fn alert(self) -> f64 {
        self.alert
    }

    /// The tier that `score` reaches, if any.
    pub fn tier(self, score: Score) -> Option<Tier> {
        if score.value() >= self.alert {
            Some(Tier::Alert)
        } else if score.value() >= self.watch {
            Some(Tier::Watch)
        } else {
            None
        }
    }
}

/// A weighed resemblance. The log odds of `findings` add up to the logit of `score`.
#[derive(Clone, PartialEq, Debug)]
pub struct Assessment {
    /// All evidence, the prior first.
    pub findings: Vec<Finding>,
    /// The logistic of the sum.
    pub score: Score,
    /// What it reaches by the organisation's thresholds.
    pub tier: Option<Tier>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_sort_scores_into_tiers() {
        let thresholds = Thresholds::new(0.2, 0.7).expect("in order");
        let tier = |log_odds| thresholds.tier(Score::from_log_odds(log_odds));
        assert_eq!(tier(-3.0), None);
        assert_eq!(tier(0.0), Some(Tier::Watch));
        assert_eq!(tier(1.0), Some(Tier::Alert));
        assert_eq!(tier(f64::NAN), None);
        assert_eq!(Thresholds::new(0.8, 0.7), Err(ThresholdsFault::WrongOrder));
        assert_eq!(
            Thresholds::new(f64::NAN, 0.7),
            Err(ThresholdsFault::OutOfRange)
        );
    }
}
