//! Who may be behind it: hypotheses, in the words that intelligence has agreed on.

use std::fmt;

use crate::Confidence;

/// That an intrusion set is behind a campaign. Never a fact.
#[derive(Clone, PartialEq, Debug)]
pub struct Hypothesis {
    /// The intrusion set by the name that most use.
    pub set: String,
    /// Its ids in the knowledge of actors, such as `G0007`; empty where it is unknown there.
    pub ids: Vec<String>,
    /// Where it comes from.
    pub basis: Basis,
    /// How likely it is.
    pub likelihood: Likelihood,
    /// How good what it rests on is.
    pub confidence: Confidence,
    /// What speaks for it.
    pub speaks_for: Vec<Witness>,
    /// What speaks against it; never empty.
    pub speaks_against: Vec<Witness>,
    /// Other sets that would explain the same, and why.
    pub rivals: Vec<String>,
    /// What an analyst said to it, if one did.
    pub verdict: Option<Verdict>,
}

impl Hypothesis {
    /// Whether no analyst rejected it.
    pub fn stands(&self) -> bool {
        let verdict = self.verdict.as_ref();
        verdict.is_none_or(|verdict| verdict.confirmed)
    }

    /// Whether an analyst confirmed it.
    pub fn is_confirmed(&self) -> bool {
        self.stands() && self.verdict.is_some()
    }

    /// Whether it stands, and is more than others' claim: our own comparison, or confirmed.
    pub fn is_ours(&self) -> bool {
        self.is_confirmed() || (self.stands() && self.basis == Basis::Compared)
    }
}

/// Where a hypothesis comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Basis {
    /// Our own comparison with reference campaigns and profiles.
    Compared,
    /// Others published it.
    Claimed {
        /// Who.
        by: String,
        /// Where it can be read.
        source: String,
    },
    /// An analyst named it, and nothing else does.
    Decided {
        /// The number of the decision.
        decision: u64,
    },
}

/// One thing that speaks for or against.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Witness {
    /// A sentence for people.
    pub says: String,
    /// How far its source and its content can be relied on.
    pub grade: Admiralty,
}

/// What an analyst said to a hypothesis.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// Confirmed, or rejected.
    pub confirmed: bool,
    /// Who said it.
    pub by: String,
    /// When.
    pub at: jiff::Timestamp,
    /// Why.
    pub why: String,
}

/// Likelihood in the terms of ICD 203 (Office of the Director of National Intelligence, 2015, D.6.e.2.a).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Likelihood {
    /// 1 to 5 %.
    AlmostNoChance,
    /// 5 to 20 %.
    VeryUnlikely,
    /// 20 to 45 %.
    Unlikely,
    /// 45 to 55 %. No machine goes further: it may call something possible.
    RoughlyEvenChance,
    /// 55 to 80 %.
    Likely,
    /// 80 to 95 %.
    VeryLikely,
    /// 95 to 99 %.
    AlmostCertain,
}

impl Likelihood {
    /// The furthest that a comparison goes by itself.
    pub const POSSIBLE: Self = Self::RoughlyEvenChance;

    /// The term.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AlmostNoChance => "almost no chance",
            Self::VeryUnlikely => "very unlikely",
            Self::Unlikely => "unlikely",
            Self::RoughlyEvenChance => "roughly even chance",
            Self::Likely => "likely",
            Self::VeryLikely => "very likely",
            Self::AlmostCertain => "almost certain",
        }
    }

    /// The percentages that it stands for.
    pub fn percent(self) -> (u8, u8) {
        match self {
            Self::AlmostNoChance => (1, 5),
            Self::VeryUnlikely => (5, 20),
            Self::Unlikely => (20, 45),
            Self::RoughlyEvenChance => (45, 55),
            Self::Likely => (55, 80),
            Self::VeryLikely => (80, 95),
            Self::AlmostCertain => (95, 99),
        }
    }
}

impl fmt::Display for Likelihood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A grade on the Admiralty scale (NATO AJP-2.1): how reliable the source, how credible what it says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Admiralty {
    /// `A` (completely reliable) to `E` (unreliable), `F` where it cannot be judged.
    pub reliability: char,
    /// 1 (confirmed by other sources) to 5 (improbable), 6 where it cannot be judged.
    pub credibility: u8,
}

impl Admiralty {
    /// What we saw ourselves, and anyone can look up again.
    pub const SEEN: Self = Self::new('A', 1);
    /// What a source says that is usually reliable, and others have taken up.
    pub const PUBLISHED: Self = Self::new('B', 2);
    /// What cannot be judged.
    pub const UNKNOWN: Self = Self::new('F', 6);

    const fn new(reliability: char, credibility: u8) -> Self {
        Self {
            reliability,
            credibility,
        }
    }

    /// A grade; none outside the scale.
    pub fn of(reliability: char, credibility: u8) -> Option<Self> {
        let reliability = reliability.to_ascii_uppercase();
        let within = ('A'..='F').contains(&reliability) && (1..=6).contains(&credibility);
        within.then(|| Self::new(reliability, credibility))
    }
}

impl fmt::Display for Admiralty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.reliability, self.credibility)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_stay_on_the_scale() {
        assert_eq!(
            Admiralty::of('b', 2).map(|grade| grade.to_string()),
            Some("B2".into())
        );
        assert_eq!(Admiralty::of('g', 2), None);
        assert_eq!(Admiralty::of('a', 0), None);
    }
}
